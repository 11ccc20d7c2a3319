#include "client/cli/plot_output.h"

#include "base/status_macros.h"
#include "client/durable_file.h"

namespace tidemark::cli {

void AddFigureFiles(CLI::App* command, FigureFiles* files) {
  command
      ->add_option("-o", files->svg, "Where the SVG goes; default: the output")
      ->type_name("FILE.svg");
  command->add_option("--data", files->csv, "Where its numbers go as CSV")
      ->type_name("FILE.csv");
}

absl::StatusOr<ExitCode> WriteFigure(const report::Figure& figure,
                                     const FigureFiles& files,
                                     Session& session) {
  if (!files.csv.empty()) {
    if (files.csv == files.svg) {
      return UsageError("-o and --data name the same file");
    }
    RETURN_IF_ERROR(client::ReplaceFile(files.csv, figure.csv));
  }
  if (files.svg.empty()) {
    session.output().PrintText(figure.svg);
  } else {
    RETURN_IF_ERROR(client::ReplaceFile(files.svg, figure.svg));
  }
  return ExitCode::kDone;
}

}  // namespace tidemark::cli
