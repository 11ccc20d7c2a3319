#include "client/cli/plot_flow.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/moment.h"
#include "client/cli/plot_output.h"
#include "client/report/flow.h"
#include "client/report/flow_figure.h"

namespace tidemark::cli {
namespace {

v1::AsOf AtSequence(int64_t sequence) {
  v1::AsOf as_of;
  as_of.set_sequence(sequence);
  return as_of;
}

struct FlowOptions {
  std::string from;
  std::string to;
  FigureFiles files;
};

absl::StatusOr<ExitCode> Plot(Session& session, const FlowOptions& options) {
  MomentRange range;
  if (!options.from.empty()) {
    ASSIGN_OR_RETURN(range.from, ParseAsOf(options.from));
  }
  ASSIGN_OR_RETURN(range.to, ParseAsOf(options.to));
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(const report::Figure figure,
                   PlotFlow(*client, review, range));
  return WriteFigure(figure, options.files, session);
}

// `2026.1` of a release, else `at sequence 41`.
std::string NameOf(const v1::AsOf& moment, int64_t sequence) {
  return moment.has_release() ? moment.release()
                              : absl::StrCat("at sequence ", sequence);
}

}  // namespace

absl::StatusOr<report::Figure> PlotFlow(client::Client& client,
                                        const std::string& review,
                                        const MomentRange& range) {
  // Says which sequences the moments are: all reads are of these.
  v1::DiffRequest request;
  request.set_review_id(review);
  *request.mutable_from() = range.from.value_or(AtSequence(1));
  *request.mutable_to() = range.to;
  ASSIGN_OR_RETURN(const v1::DiffResponse ends, client.Diff(request));
  const int64_t from = range.from.has_value() ? ends.from_sequence() : 0;
  std::vector<v1::TrialRecord> before;
  if (from > 0) {
    ASSIGN_OR_RETURN(before, client.ListTrials(review, AtSequence(from)));
  }
  ASSIGN_OR_RETURN(const std::vector<v1::TrialRecord> after,
                   client.ListTrials(review, AtSequence(ends.to_sequence())));
  std::vector<v1::StepRunRecord> runs;
  if (ends.to_sequence() > from) {
    ASSIGN_OR_RETURN(runs,
                     client.ListRuns(review, from + 1, ends.to_sequence()));
  }
  return report::DrawFlow(
      report::MakeFlow(before, after, runs),
      range.from.has_value() ? NameOf(*range.from, from) : "",
      NameOf(range.to, ends.to_sequence()));
}

void AddPlotFlow(CLI::App& plot, Session& session) {
  CLI::App* const command = plot.add_subcommand(
      "flow", "The flow of studies from one version to the next (PRISMA-LSR)");
  auto options = std::make_shared<FlowOptions>();
  command
      ->add_option("--from", options->from,
                   "Preceding version: tag:RELEASE, sequence or time; default: "
                   "before the first entry")
      ->type_name("MOMENT");
  command->add_option("--to", options->to, kAsOfHelp)->type_name("MOMENT");
  AddFigureFiles(command, &options->files);
  session.OnCommand(command,
                    [&session, options] { return Plot(session, *options); });
}

}  // namespace tidemark::cli
