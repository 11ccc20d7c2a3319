#include "client/cli/history_tables.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/conclusion_text.h"
#include "client/cli/event_text.h"
#include "client/cli/log_entry.h"
#include "client/cli/moment.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

std::vector<Column> Columns() {
  using For = Column::For;
  return {{"sequence"},
          {"time"},
          {"cause", For::kTables},
          {"actor", For::kRows},
          {"action", For::kRows},
          {"resource", For::kRows},
          {"reason", For::kRows},
          {"first", For::kRows},
          {"second", For::kRows},
          {"effect", For::kTables},
          {"effect", For::kRows},
          {"lower", For::kRows},
          {"upper", For::kRows},
          {"tau2"},
          {"studies"},
          {"note", For::kRows},
          {"rule", For::kRows},
          {"says"},
          {"events"}};
}

std::string NoteOn(const v1::Estimate& estimate,
                   const v1::RelativeEffect* effect) {
  if (!estimate.not_estimable().empty()) {
    return absl::StrCat("not estimable: ", estimate.not_estimable());
  }
  if (effect == nullptr) {
    return "not estimable: not in one connected network";
  }
  if (!effect->has_lower()) {
    return absl::StrCat("no interval: ", effect->no_interval());
  }
  return ExcludesNoDifference(*effect) ? "interval excludes no difference"
                                       : "interval includes no difference";
}

// The class of the comparison; where there is no estimate, why.
std::string SaysOf(const v1::EstimateAt& at, const std::string& note) {
  const v1::ComparisonConclusion& said = at.conclusions().comparisons(0);
  return said.class_() == v1::ConclusionClass::NOT_ESTIMABLE
             ? note
             : ShownConclusion(said, at.conclusions());
}

// The kinds, each with what it is of unless that is the comparison.
std::string EventsOf(const v1::EstimateAt& at) {
  std::vector<std::string> events;
  for (const v1::ConclusionEvent& event : at.events()) {
    std::string shown = KindName(event.kind());
    if (event.has_threshold()) {
      absl::StrAppend(&shown, " by ", ExactNumber(event.threshold().value()));
    }
    if (event.first().empty() && !event.treatment().empty()) {
      absl::StrAppend(&shown, " ", event.treatment());
    }
    events.push_back(std::move(shown));
  }
  return absl::StrJoin(events, ", ");
}

std::vector<Cell> Row(const v1::EstimateAt& at, Model model,
                      const v1::ListEstimatesRequest& request) {
  const v1::Estimate& estimate = at.estimate();
  const v1::LogEntry& cause = at.cause();
  const auto& effects =
      review::EffectsUnder(estimate, model).relative_effects();
  const v1::RelativeEffect* effect =
      effects.empty() ? nullptr : &effects.Get(0);
  std::vector<Cell> row = {Integer(estimate.sequence()),
                           Text(ShownTime(cause.time())),
                           Text(CauseOf(cause)),
                           Text(cause.actor()),
                           Text(cause.action()),
                           Text(cause.resource()),
                           Text(cause.reason()),
                           Text(request.first()),
                           Text(request.second()),
                           Text(effect == nullptr ? "-" : Shown(*effect))};
  AddNumbers(effect, row);
  row.push_back(OptionalNumber(estimate.has_tau2(), estimate.tau2()));
  row.push_back(Integer(estimate.studies_used()));
  const std::string note = NoteOn(estimate, effect);
  row.push_back(Text(note));
  row.push_back(Text(effect == nullptr ? "" : SignRule(estimate)));
  row.push_back(Text(SaysOf(at, note)));
  row.push_back(Text(EventsOf(at)));
  return row;
}

// The rule of the last estimate that has one.
std::string LastRule(const std::vector<v1::EstimateAt>& history) {
  for (auto at = history.rbegin(); at != history.rend(); ++at) {
    if (at->estimate().not_estimable().empty()) return SignRule(at->estimate());
  }
  return "never estimable";
}

}  // namespace

Table HistoryTable(const std::vector<v1::EstimateAt>& history, Model model,
                   const v1::ListEstimatesRequest& request) {
  Table table = {
      absl::StrCat(request.first(), " versus ", request.second(), ", ",
                   request.analysis_id(), ": ", LastRule(history), "; ",
                   model == Model::kRandom
                       ? "random"
                       : "common; what it says and events: random"),
      Columns(),
      {}};
  for (const v1::EstimateAt& at : history) {
    table.rows.push_back(Row(at, model, request));
  }
  return table;
}

}  // namespace tidemark::cli
