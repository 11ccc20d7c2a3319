#include "client/cli/plot_leave_one_out.h"

#include <memory>
#include <string>

#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/estimate_read.h"
#include "client/cli/plot_output.h"
#include "client/report/leave_one_out_figure.h"

namespace tidemark::cli {
namespace {

struct LeaveOneOutOptions {
  PlotOptions plot;
  std::string first;
  std::string second;
};

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
  AddPlotOptions(command, &options->plot);
  command->add_option("FIRST", options->first, "First treatment")->required();
  command->add_option("SECOND", options->second, "Second treatment")
      ->required();
  session.OnCommand(command, [&session, options] {
    return ShowFigure(
        session, options->plot,
        [&](client::Client& client, const PlotQuestion& question) {
          return PlotLeaveOneOut(client, question, options->first,
                                 options->second);
        });
  });
}

}  // namespace tidemark::cli
