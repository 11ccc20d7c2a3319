#include "client/cli/plot_funnel.h"

#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "client/cli/estimate_read.h"
#include "client/cli/list_option.h"
#include "client/cli/plot_output.h"
#include "client/report/funnel_figure.h"

namespace tidemark::cli {
namespace {

struct FunnelOptions {
  PlotOptions plot;
  std::vector<std::string> order;
};

}  // namespace

absl::StatusOr<report::Figure> PlotFunnel(
    client::Client& client, const PlotQuestion& question,
    const std::vector<std::string>& order) {
  v1::EstimateDetails details;
  details.mutable_funnel()->mutable_order()->Add(order.begin(), order.end());
  ASSIGN_OR_RETURN(const PlotEstimate read,
                   ReadPlotEstimate(client, question, details));
  RETURN_IF_ERROR(CheckEstimable(read.answer.estimate()));
  return report::DrawFunnel(read.answer.estimate(), read.subject);
}

void AddPlotFunnel(CLI::App& plot, Session& session) {
  CLI::App* const command =
      plot.add_subcommand("funnel", "The comparison-adjusted funnel");
  auto options = std::make_shared<FunnelOptions>();
  AddPlotOptions(command, &options->plot);
  AddListOption(command, "--order", &options->order,
                "Every treatment once, from that which small studies would "
                "favour least: A,B,C")
      ->required();
  session.OnCommand(command, [&session, options] {
    return ShowFigure(
        session, options->plot,
        [&](client::Client& client, const PlotQuestion& question) {
          return PlotFunnel(client, question, options->order);
        });
  });
}

}  // namespace tidemark::cli
