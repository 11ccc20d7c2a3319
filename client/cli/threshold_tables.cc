#include "client/cli/threshold_tables.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/comparison.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/event_text.h"
#include "client/cli/number_format.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/util/message_differencer.h"

namespace tidemark::cli {
namespace {

using Studies = google::protobuf::RepeatedPtrField<v1::StudyThresholds>;

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

// Rows have the numbers of a move apart.
std::string ShownMove(bool has, const v1::ResultThresholds::Move& move) {
  if (!has) return "none";
  return absl::StrCat(ShownNumber(move.change()), " (",
                      ShownNumber(move.distance()),
                      " se): ", Outcome(move.best(), move.class_()));
}

void AddMove(bool has, const v1::ResultThresholds::Move& move,
             std::vector<Cell>* row) {
  row->push_back(Text(ShownMove(has, move)));
  row->push_back(OptionalNumber(has, move.change()));
  row->push_back(OptionalNumber(has, move.distance()));
  row->push_back(Text(has ? Outcome(move.best(), move.class_()) : ""));
}

// What a whole study becomes differs from what its results say only if it has
// several.
bool HaveSeveralResults(const Studies& studies) {
  return std::any_of(studies.begin(), studies.end(), [](const auto& study) {
    return study.results_size() > 1;
  });
}

bool HaveFragile(const Studies& studies) {
  return std::any_of(studies.begin(), studies.end(),
                     [](const auto& study) { return study.within_interval(); });
}

// Tables do without what no row of theirs says.
std::vector<Column> ColumnsFor(const Studies& studies) {
  using For = Column::For;
  return {
      {"decision", For::kRows},
      {"study"},
      {"first"},
      {"second"},
      {"reported"},
      {"se"},
      {"changes if it moves down by", For::kTables},
      {"down_change", For::kRows},
      {"down_in_se", For::kRows},
      {"down_becomes", For::kRows},
      {"changes if it moves up by", For::kTables},
      {"up_change", For::kRows},
      {"up_in_se", For::kRows},
      {"up_becomes", For::kRows},
      {"study_in_se"},
      {"study_becomes", HaveSeveralResults(studies) ? For::kAll : For::kRows},
      {"fragile", HaveFragile(studies) ? For::kAll : For::kRows}};
}

Table DecisionTable(const v1::Estimate& estimate, const std::string& decision,
                    const std::string& title, const Studies& studies) {
  Table table{title, ColumnsFor(studies), {}};
  for (const v1::StudyThresholds* study : Nearest(studies)) {
    const bool has = study->has_distance();
    for (const v1::ResultThresholds& result : study->results()) {
      const bool all_others = result.second().empty();
      std::vector<Cell> row = {
          Text(decision),
          Text(study->study()),
          Text(result.first()),
          {all_others ? "all other arms" : result.second(), result.second(),
           false},
          OptionalNumber(result.has_effect(), result.effect()),
          Number(result.se())};
      AddMove(result.has_down(), result.down(), &row);
      AddMove(result.has_up(), result.up(), &row);
      row.push_back(has ? Number(study->distance())
                        : Cell{"no result can", "", false});
      row.push_back(Text(has ? Outcome(study->best(), study->class_()) : ""));
      row.push_back(Text(study->within_interval() ? "yes" : "no"));
      table.rows.push_back(std::move(row));
    }
  }
  AddSignColumns(estimate, SignRule(estimate), &table);
  return table;
}

std::string ThresholdName(const v1::ClassDecision& decision) {
  return decision.has_threshold() ? ExactNumber(decision.threshold())
                                  : "no difference";
}

std::string NameOf(const v1::ClassDecision& decision) {
  return absl::StrCat(decision.first(), " versus ", decision.second(), " by ",
                      ThresholdName(decision));
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

// Decisions with the same class, changed by the same moves to the same.
bool AreEqual(v1::ClassDecision a, v1::ClassDecision b) {
  a.clear_threshold();
  b.clear_threshold();
  return google::protobuf::util::MessageDifferencer::Equals(a, b);
}

// `; random effects, weights and tau2 held; first minus second; …`.
std::string HowOf(const v1::Estimate& estimate) {
  const bool common = estimate.threshold_analysis().common_effect();
  return absl::StrCat(
      "; ", ModelName(common ? Model::kCommon : Model::kRandom),
      ", weights and tau2 held; ", SignRule(estimate),
      IsRatio(estimate.effect_measure())
          ? absl::StrCat("; all numbers are ", ScaleName(estimate))
          : "");
}

Table BestTable(const v1::Estimate& estimate,
                const v1::BestTreatmentDecision& best) {
  const double margin = estimate.threshold_analysis().margin();
  const std::string title = absl::StrCat(
      "Best by effect: ", best.treatment(), ", ", ShownNumber(best.lead()),
      " better than ", best.second(),
      margin > 0
          ? absl::StrCat("; another is best if it is better by more than ",
                         ExactNumber(margin))
          : "",
      HowOf(estimate));
  return DecisionTable(estimate, absl::StrCat("best: ", best.treatment()),
                       title, best.studies());
}

Table ClassTable(const v1::Estimate& estimate,
                 const v1::ClassDecision& decision, const std::string& names) {
  const v1::RelativeEffect& effect = decision.effect();
  const std::string title = absl::StrCat(
      names, ", ", Shown(effect),
      IsRatio(estimate.effect_measure())
          ? absl::StrCat(
                " (", v1::EffectMeasure::Code_Name(estimate.effect_measure()),
                " ", ShownRatio(effect), ")")
          : "",
      ": ", ClassName(decision.class_()), ShownShifts(decision),
      HowOf(estimate));
  return DecisionTable(
      estimate,
      absl::StrCat(NameOf(decision), ": ", ClassName(decision.class_())), title,
      decision.studies());
}

// `msc versus saline by no difference, by 5`: all with this one's answer.
std::string NamesOfEqual(const v1::ThresholdAnalysis& analysis, int index) {
  std::string names = NameOf(analysis.classes(index));
  for (int i = index + 1; i < analysis.classes_size(); ++i) {
    if (AreEqual(analysis.classes(i), analysis.classes(index))) {
      absl::StrAppend(&names, ", by ", ThresholdName(analysis.classes(i)));
    }
  }
  return names;
}

bool HasEqualBefore(const v1::ThresholdAnalysis& analysis, int index) {
  for (int i = 0; i < index; ++i) {
    if (AreEqual(analysis.classes(i), analysis.classes(index))) return true;
  }
  return false;
}

// Equal decisions once, or each.
std::vector<Table> Tables(const v1::Estimate& estimate, bool equal_once) {
  const v1::ThresholdAnalysis& analysis = estimate.threshold_analysis();
  std::vector<Table> tables;
  for (const v1::BestTreatmentDecision& best : analysis.best()) {
    tables.push_back(BestTable(estimate, best));
  }
  for (int i = 0; i < analysis.classes_size(); ++i) {
    const v1::ClassDecision& decision = analysis.classes(i);
    if (!decision.no_interval().empty()) continue;
    if (equal_once && HasEqualBefore(analysis, i)) continue;
    tables.push_back(
        ClassTable(estimate, decision,
                   equal_once ? NamesOfEqual(analysis, i) : NameOf(decision)));
  }
  return tables;
}

}  // namespace

std::vector<Table> ThresholdTables(const v1::Estimate& estimate) {
  return Tables(estimate, /*equal_once=*/false);
}

void PrintThresholds(const v1::Estimate& estimate, Output& output) {
  output.Print(Tables(estimate, /*equal_once=*/output.is_table()));
  for (const v1::ClassDecision& decision :
       estimate.threshold_analysis().classes()) {
    if (decision.no_interval().empty()) continue;
    output.Tell(absl::StrCat(NameOf(decision),
                             " has no thresholds: ", decision.no_interval()));
  }
  bool any_fragile = false;
  for (const v1::BestTreatmentDecision& best :
       estimate.threshold_analysis().best()) {
    any_fragile |= HaveFragile(best.studies());
  }
  for (const v1::ClassDecision& decision :
       estimate.threshold_analysis().classes()) {
    any_fragile |= HaveFragile(decision.studies());
  }
  output.Remark(
      "A row is one result that moves alone; after the colon what the decision "
      "becomes.");
  output.Remark(
      "study_in_se: how far the study, moved in all its results, is from "
      "changing it, in its own standard errors.");
  output.Remark(any_fragile ? "fragile: within its own confidence interval."
                            : "No result changes it within its own confidence "
                              "interval.");
}

}  // namespace tidemark::cli
