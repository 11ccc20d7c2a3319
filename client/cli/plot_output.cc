#include "client/cli/plot_output.h"

#include <string>

#include "base/status_macros.h"
#include "client/cli/moment.h"
#include "client/durable_file.h"

namespace tidemark::cli {

void AddFigureFiles(CLI::App* command, FigureFiles* files) {
  command
      ->add_option("-o", files->svg, "Where the SVG goes; default: the output")
      ->type_name("FILE.svg");
  command->add_option("--data", files->csv, "Where its numbers go as CSV")
      ->type_name("FILE.csv");
}

void AddPlotOptions(CLI::App* command, PlotOptions* options) {
  AddEstimateOptions(command, &options->estimate);
  AddFigureFiles(command, &options->files);
}

absl::StatusOr<ExitCode> ShowFigure(
    Session& session, const PlotOptions& options,
    absl::FunctionRef<absl::StatusOr<report::Figure>(client::Client&,
                                                     const PlotQuestion&)>
        plot) {
  PlotQuestion question;
  ASSIGN_OR_RETURN(question.review, session.Review());
  question.analysis = options.estimate.analysis;
  ASSIGN_OR_RETURN(question.as_of, ParseAsOf(options.estimate.moment));
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(const report::Figure figure, plot(*client, question));
  return WriteFigure(figure, options.files, session);
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
