#include "client/cli/plot_leave_one_out.h"

#include <memory>
#include <string>

#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"
#include "client/cli/moment.h"
#include "client/cli/plot_output.h"
#include "client/report/leave_one_out_figure.h"

namespace tidemark::cli {
namespace {

struct LeaveOneOutOptions {
  EstimateQuestion estimate;
  std::string first;
  std::string second;
  FigureFiles files;
};

absl::StatusOr<ExitCode> Plot(Session& session,
                              const LeaveOneOutOptions& options) {
  PlotQuestion question;
  question.analysis = options.estimate.analysis;
  ASSIGN_OR_RETURN(question.as_of, ParseAsOf(options.estimate.moment));
  ASSIGN_OR_RETURN(question.review, session.Review());
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(
      const report::Figure figure,
      PlotLeaveOneOut(*client, question, options.first, options.second));
  return WriteFigure(figure, options.files, session);
}

}  // namespace

absl::StatusOr<report::Figure> PlotLeaveOneOut(client::Client& client,
                                               const PlotQuestion& question,
                                               const std::string& first,
                                               const std::string& second) {
  RETURN_IF_ERROR(CheckComparison(first, second));
  v1::EstimateDetails details;
  details.mutable_leave_one_out()->set_first(first);
  details.mutable_leave_one_out()->set_second(second);
  ASSIGN_OR_RETURN(const PlotEstimate read,
                   ReadPlotEstimate(client, question, details));
  RETURN_IF_ERROR(CheckEstimable(read.answer.estimate()));
  return report::DrawLeaveOneOut(read.answer.estimate(), read.subject);
}

void AddPlotLeaveOneOut(CLI::App& plot, Session& session) {
  CLI::App* const command =
      plot.add_subcommand("leave-one-out", "A comparison without each study");
  auto options = std::make_shared<LeaveOneOutOptions>();
  AddEstimateOptions(command, &options->estimate);
  command->add_option("FIRST", options->first, "First treatment")->required();
  command->add_option("SECOND", options->second, "Second treatment")
      ->required();
  AddFigureFiles(command, &options->files);
  session.OnCommand(command,
                    [&session, options] { return Plot(session, *options); });
}

}  // namespace tidemark::cli
