#include "client/cli/report_figures.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "client/cli/moment_range.h"
#include "client/cli/plot_contributions.h"
#include "client/cli/plot_flow.h"
#include "client/cli/plot_forest.h"
#include "client/cli/plot_history.h"
#include "client/cli/plot_league.h"
#include "client/cli/plot_network.h"
#include "client/cli/plot_ranks.h"
#include "client/cli/plot_read.h"
#include "client/cli/report_sections.h"
#include "client/report/figure.h"
#include "client/report/subject.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::cli {
namespace {

// By its release, so that figures call it by its tag.
v1::AsOf MomentOf(const std::optional<v1::Release>& release, int64_t sequence) {
  v1::AsOf as_of;
  if (release.has_value()) {
    as_of.set_release(release->tag());
  } else {
    as_of.set_sequence(sequence);
  }
  return as_of;
}

// Whether a conclusion on the two, in whichever order, is another.
bool HasChanged(const v1::DiffResponse& diff, const std::string& analysis,
                const Comparison& asked) {
  for (const v1::EstimateDiff& estimate : diff.estimates()) {
    if (estimate.analysis_id() != analysis) continue;
    return std::any_of(estimate.events().begin(), estimate.events().end(),
                       [&](const v1::ConclusionEvent& event) {
                         return event.importance() == v1::Importance::MAJOR &&
                                std::minmax(event.first(), event.second()) ==
                                    std::minmax(asked.first, asked.second);
                       });
  }
  return false;
}

// Whether the analysis, as it is at the end, still has both.
bool HasNodes(const ReportInputs& inputs, const AnalysisReading& reading,
              const Comparison& compared) {
  for (const v1::NodeMap& map : inputs.review_after.review().node_maps()) {
    if (map.id() != reading.record.analysis().node_map()) continue;
    const auto has = [&](const std::string& id) {
      return std::any_of(map.nodes().begin(), map.nodes().end(),
                         [&](const v1::Node& node) { return node.id() == id; });
    };
    return has(compared.first) && has(compared.second);
  }
  return false;
}

class FigureReader {
 public:
  FigureReader(client::Client& client, const std::string& review,
               ReportInputs& inputs)
      : client_(client),
        review_(review),
        inputs_(inputs),
        to_(MomentOf(inputs.release_after, inputs.diff.to_sequence())) {}

  absl::Status ReadFlow() {
    const MomentRange range = {
        MomentOf(inputs_.release_before, inputs_.diff.from_sequence()), to_};
    ASSIGN_OR_RETURN(inputs_.flow, PlotFlow(client_, review_, range));
    return absl::OkStatus();
  }

  absl::Status ReadAnalysis(AnalysisReading& reading) {
    const v1::Estimate& estimate = reading.after.estimate();
    const PlotQuestion question = {
        review_, reading.record.analysis().analysis_id(), to_};
    using Plot = absl::FunctionRef<absl::StatusOr<report::Figure>(
        client::Client&, const PlotQuestion&)>;
    const auto add = [&](Plot plot) -> absl::Status {
      ASSIGN_OR_RETURN(report::Figure figure, plot(client_, question));
      reading.figures.push_back(std::move(figure));
      return absl::OkStatus();
    };
    const bool is_small = estimate.treatments_size() <= report::kMostTreatments;
    if (is_small) RETURN_IF_ERROR(add(PlotNetwork));
    if (estimate.not_estimable().empty()) {
      RETURN_IF_ERROR(
          add([](client::Client& client, const PlotQuestion& asked) {
            return PlotForest(client, asked);
          }));
      if (is_small) {
        RETURN_IF_ERROR(add(PlotLeague));
        RETURN_IF_ERROR(add(PlotRanks));
        RETURN_IF_ERROR(
            add([](client::Client& client, const PlotQuestion& asked) {
              return PlotContributions(client, asked);
            }));
      }
    }
    return ReadHistories(reading);
  }

 private:
  absl::Status ReadHistories(AnalysisReading& reading) {
    const std::string& analysis = reading.record.analysis().analysis_id();
    for (const Comparison& compared : ComparedVersusReference(reading)) {
      if (!HasChanged(inputs_.diff, analysis, compared) ||
          !HasNodes(inputs_, reading, compared)) {
        continue;
      }
      HistoryQuestion question;
      question.review = review_;
      question.analysis = analysis;
      question.first = compared.first;
      question.second = compared.second;
      question.to = to_;
      ASSIGN_OR_RETURN(report::Figure figure, PlotHistory(client_, question));
      reading.figures.push_back(std::move(figure));
    }
    return absl::OkStatus();
  }

  client::Client& client_;
  const std::string& review_;
  ReportInputs& inputs_;
  const v1::AsOf to_;
};

}  // namespace

absl::Status ReadReportFigures(client::Client& client,
                               const std::string& review,
                               ReportInputs& inputs) {
  FigureReader reader(client, review, inputs);
  RETURN_IF_ERROR(reader.ReadFlow());
  for (AnalysisReading& reading : inputs.analyses) {
    RETURN_IF_ERROR(reader.ReadAnalysis(reading));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::cli
