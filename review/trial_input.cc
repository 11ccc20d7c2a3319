#include "review/trial_input.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "review/protocol.h"
#include "review/select_results.h"
#include "review/status_transition.h"

namespace tidemark::review {
namespace {

bool IsBiasExcluded(const v1::Trial& trial, const v1::Analysis& analysis) {
  const auto& excluded = analysis.filters().exclude_risk_of_bias();
  return std::any_of(trial.risk_of_bias().begin(), trial.risk_of_bias().end(),
                     [&](const v1::RiskOfBias& bias) {
                       return bias.outcome() == analysis.outcome() &&
                              (bias.time_point().empty() ||
                               bias.time_point() == analysis.time_point()) &&
                              std::find(excluded.begin(), excluded.end(),
                                        bias.overall()) != excluded.end();
                     });
}

// Why status or filters keep the trial out; empty if they do not.
std::string ReasonToLeaveOut(const v1::TrialRecord& record,
                             const v1::Analysis& analysis) {
  const v1::Filters& filters = analysis.filters();
  const v1::Trial& trial = record.trial();
  if (!IsUsable(record.status())) {
    return absl::StrCat("status ", v1::TrialStatus::Code_Name(record.status()),
                        record.notice().empty()
                            ? ""
                            : absl::StrCat(" (", record.notice(), ")"));
  }
  if (filters.exclude_concern() &&
      record.status() == v1::TrialStatus::CONCERN) {
    return "filter: expression of concern";
  }
  if (std::find(filters.exclude_trials().begin(),
                filters.exclude_trials().end(),
                trial.trial_id()) != filters.exclude_trials().end()) {
    return "filter: trial excluded";
  }
  if (std::find(filters.exclude_designs().begin(),
                filters.exclude_designs().end(),
                trial.design()) != filters.exclude_designs().end()) {
    return absl::StrCat("filter: design ",
                        v1::Trial::Design_Name(trial.design()));
  }
  if (IsBiasExcluded(trial, analysis)) return "filter: risk of bias";
  return "";
}

}  // namespace

AnalysisFrame FrameOf(const v1::Review& review, const v1::Analysis& analysis) {
  return {&analysis, FindById(review.outcomes(), analysis.outcome()),
          FindById(review.node_maps(), analysis.node_map()),
          FindById(review.time_points(), analysis.time_point())};
}

std::optional<SelectedStudy> InputOf(const v1::TrialRecord& record,
                                     const AnalysisFrame& frame) {
  if (!HasData(record.trial(), *frame.analysis)) return std::nullopt;
  SelectedStudy left_out;
  left_out.reason = ReasonToLeaveOut(record, *frame.analysis);
  if (!left_out.reason.empty()) return left_out;
  return SelectResults(record.trial(), frame);
}

}  // namespace tidemark::review
