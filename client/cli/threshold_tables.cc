#include "client/cli/threshold_tables.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/comparison.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/event_text.h"
#include "client/cli/number_format.h"
#include "google/protobuf/repeated_field.h"

namespace tidemark::cli {
namespace {

using Studies = google::protobuf::RepeatedPtrField<v1::StudyThresholds>;

std::optional<double> Given(bool has, double value) {
  return has ? std::optional<double>(value) : std::nullopt;
}

// `msc`, or `inconclusive`.
std::string Outcome(const std::string& best, v1::ConclusionClass::Code code) {
  return best.empty() ? ClassName(code) : best;
}

std::vector<const v1::StudyThresholds*> Nearest(const Studies& studies) {
  std::vector<const v1::StudyThresholds*> sorted;
  for (const v1::StudyThresholds& study : studies) sorted.push_back(&study);
  const auto distance = [](const v1::StudyThresholds* study) {
    return study->has_distance() ? study->distance() : HUGE_VAL;
  };
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [&](const auto* a, const auto* b) { return distance(a) < distance(b); });
  return sorted;
}

void AddMove(bool has, const v1::ResultThresholds::Move& move,
             std::vector<Cell>* row) {
  row->push_back(has ? Number(move.change()) : Cell{"none", "", false});
  row->push_back(OptionalNumber(Given(has, move.distance())));
  row->push_back(Text(has ? Outcome(move.best(), move.class_()) : ""));
}

std::vector<Column> Columns() {
  using For = Column::For;
  return {{"decision", For::kRows},
          {"study"},
          {"study distance (se)"},
          {"then"},
          {"first"},
          {"second"},
          {"reported"},
          {"se"},
          {"change down"},
          {"down (se)"},
          {"becomes (down)"},
          {"change up"},
          {"up (se)"},
          {"becomes (up)"},
          {"fragile"}};
}

Table DecisionTable(const std::string& decision, const std::string& title,
                    const Studies& studies) {
  Table table{title, Columns(), {}};
  for (const v1::StudyThresholds* study : Nearest(studies)) {
    for (const v1::ResultThresholds& result : study->results()) {
      std::vector<Cell> row = {
          Text(decision),
          Text(study->study()),
          OptionalNumber(Given(study->has_distance(), study->distance())),
          Text(study->has_distance() ? Outcome(study->best(), study->class_())
                                     : "no result can"),
          Text(result.first()),
          Text(result.second().empty() ? "all other arms" : result.second()),
          OptionalNumber(Given(result.has_effect(), result.effect())),
          Number(result.se())};
      AddMove(result.has_down(), result.down(), &row);
      AddMove(result.has_up(), result.up(), &row);
      row.push_back(Text(study->within_interval() ? "yes" : ""));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

std::string NameOf(const v1::ClassDecision& decision) {
  return absl::StrCat(
      decision.first(), " versus ", decision.second(),
      decision.has_threshold()
          ? absl::StrCat(" by ", ExactNumber(decision.threshold()))
          : " by no difference");
}

// `becomes harm 3.2 further up and inconclusive 1.1 further down`.
std::string ShownShifts(const v1::ClassDecision& decision) {
  std::string shown;
  const auto add = [&](double shift, v1::ConclusionClass::Code code,
                       const char* way) {
    absl::StrAppend(&shown, shown.empty() ? "; becomes " : ", ",
                    ClassName(code), " if the effect moves ", way, " by ",
                    ShownNumber(std::abs(shift)));
  };
  if (decision.has_shift_up()) {
    add(decision.shift_up(), decision.class_up(), "up");
  }
  if (decision.has_shift_down()) {
    add(decision.shift_down(), decision.class_down(), "down");
  }
  return shown;
}

}  // namespace

std::vector<Table> ThresholdTables(const v1::Estimate& estimate) {
  const v1::ThresholdAnalysis& analysis = estimate.threshold_analysis();
  const std::string how = absl::StrCat(
      "; ",
      ModelName(analysis.common_effect() ? Model::kCommon : Model::kRandom),
      ", weights and tau2 held; ", SignRule(estimate));
  std::vector<Table> tables;
  for (const v1::BestTreatmentDecision& best : analysis.best()) {
    std::string title =
        absl::StrCat("Best by effect: ", best.treatment(), ", ",
                     ShownNumber(best.lead()), " better than ", best.second());
    if (analysis.margin() > 0) {
      absl::StrAppend(&title, "; another is best if it is better by more than ",
                      ExactNumber(analysis.margin()));
    }
    tables.push_back(DecisionTable(absl::StrCat("best: ", best.treatment()),
                                   title + how, best.studies()));
  }
  for (const v1::ClassDecision& decision : analysis.classes()) {
    if (!decision.no_interval().empty()) continue;
    tables.push_back(DecisionTable(
        absl::StrCat(NameOf(decision), ": ", ClassName(decision.class_())),
        absl::StrCat(NameOf(decision), ", ", Shown(decision.effect()), ": ",
                     ClassName(decision.class_()), ShownShifts(decision), how),
        decision.studies()));
  }
  return tables;
}

void PrintThresholds(const v1::Estimate& estimate, Output& output) {
  output.Print(ThresholdTables(estimate));
  for (const v1::ClassDecision& decision :
       estimate.threshold_analysis().classes()) {
    if (decision.no_interval().empty()) continue;
    output.Tell(absl::StrCat(NameOf(decision),
                             " has no thresholds: ", decision.no_interval()));
  }
  output.Remark(
      "A row is one result that moves alone. The study distance is that of the "
      "nearest of all its results, in its own standard errors; fragile: within "
      "its own confidence interval.");
}

}  // namespace tidemark::cli
