#include "client/cli/influence_tables.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/conclusion_text.h"
#include "client/cli/number_format.h"
#include "review/conclusions.h"

namespace tidemark::cli {
namespace {

std::optional<double> Given(bool has, double value) {
  return has ? std::optional<double>(value) : std::nullopt;
}

// The comparison that shifts most; none if one has no estimate.
const v1::EffectWithout* LargestShift(const v1::WithoutStudy& study) {
  const v1::EffectWithout* largest = nullptr;
  for (const v1::EffectWithout& effect : study.effects()) {
    if (!effect.has_effect()) return nullptr;
    if (largest == nullptr ||
        std::abs(effect.shift()) > std::abs(largest->shift())) {
      largest = &effect;
    }
  }
  return largest;
}

double InfluenceOf(const v1::WithoutStudy& study) {
  const v1::EffectWithout* const largest = LargestShift(study);
  return largest == nullptr ? HUGE_VAL : std::abs(largest->shift());
}

std::vector<const v1::WithoutStudy*> ByInfluence(const v1::Estimate& estimate) {
  std::vector<const v1::WithoutStudy*> studies;
  for (const v1::WithoutStudy& study : estimate.leave_one_out().studies()) {
    studies.push_back(&study);
  }
  std::stable_sort(studies.begin(), studies.end(),
                   [](const auto* a, const auto* b) {
                     return InfluenceOf(*a) > InfluenceOf(*b);
                   });
  return studies;
}

// Without the study the component may fall apart, each part with its own tau².
Cell Tau2Of(const v1::WithoutStudy& study) {
  if (study.rest_size() == 1) return Number(study.rest(0).tau2());
  std::vector<std::string> shown;
  for (const v1::RestOfComponent& part : study.rest()) {
    shown.push_back(ShownNumber(part.tau2()));
  }
  return {absl::StrJoin(shown, ", "), "", false};
}

// Why something has no estimate.
std::string NoteOf(const v1::WithoutStudy& study) {
  if (!study.not_estimable().empty()) return study.not_estimable();
  if (!study.treatments_lost().empty()) {
    return absl::StrCat("no other study has ",
                        absl::StrJoin(study.treatments_lost(), ", "));
  }
  if (study.rest_size() > 1) return "the others fall apart";
  return "";
}

std::string ShownEffect(const v1::EffectWithout& effect) {
  if (!effect.has_effect()) return "none";
  if (!effect.has_lower()) return ShownNumber(effect.effect());
  return ShownInterval(effect.effect(), effect.lower(), effect.upper());
}

bool FollowsOne(const v1::Estimate& estimate) {
  return estimate.leave_one_out().effects_size() == 1;
}

std::vector<Column> EffectColumns(const v1::Estimate& estimate) {
  using For = Column::For;
  std::vector<Column> columns = {{"study"}, {"first"}, {"second"}};
  if (FollowsOne(estimate)) {
    columns[1].shown_in = columns[2].shown_in = For::kRows;
  }
  columns.push_back({"without it", For::kTables});
  for (const char* name : {"effect", "se", "lower", "upper"}) {
    columns.push_back({name, For::kRows});
  }
  columns.push_back({"change"});
  columns.push_back({"shift (se)"});
  columns.push_back({"precision share"});
  return columns;
}

// Empty but for the note if there is no one comparison to show.
std::vector<Cell> EffectCells(const v1::WithoutStudy& study,
                              const v1::EffectWithout* effect) {
  static const auto* const kNone = new v1::EffectWithout;
  if (effect == nullptr) effect = kNone;
  const bool has = effect->has_effect();
  return {Text(study.study()),
          Text(effect->first()),
          Text(effect->second()),
          Text(ShownEffect(*effect)),
          OptionalNumber(Given(has, effect->effect())),
          OptionalNumber(Given(has, effect->se())),
          OptionalNumber(Given(effect->has_lower(), effect->lower())),
          OptionalNumber(Given(effect->has_upper(), effect->upper())),
          OptionalNumber(Given(has, effect->change())),
          OptionalNumber(Given(effect->has_shift(), effect->shift())),
          OptionalNumber(Given(has, effect->precision_share()))};
}

std::string TitleOf(const v1::Estimate& estimate) {
  std::string title =
      "Without each study, random effects, tau2 estimated anew; ";
  if (FollowsOne(estimate)) {
    const v1::RelativeEffect& effect = estimate.leave_one_out().effects(0);
    absl::StrAppend(&title, effect.first(), " versus ", effect.second(),
                    ", with all studies ", Shown(effect), "; ");
  } else {
    absl::StrAppend(&title,
                    "the comparison with the reference that shifts most; ");
  }
  return absl::StrCat(title, "change = without less with; ",
                      SignRule(estimate));
}

}  // namespace

Table InfluenceTable(const v1::Estimate& estimate) {
  Table table{TitleOf(estimate), EffectColumns(estimate), {}};
  for (const char* name :
       {"tau2", "I2", "cooks", "leverage", "residual", "p_residual",
        "q_contribution", "class changes", "leads", "note"}) {
    table.columns.push_back({name});
  }
  for (const v1::WithoutStudy* study : ByInfluence(estimate)) {
    const v1::EffectWithout* effect = LargestShift(*study);
    if (FollowsOne(estimate) && study->effects_size() == 1) {
      effect = &study->effects(0);
    }
    std::vector<Cell> row = EffectCells(*study, effect);
    const bool estimable = study->not_estimable().empty();
    row.push_back(estimable ? Tau2Of(*study) : Text(""));
    row.push_back(OptionalNumber(Given(estimable, study->i2())));
    row.push_back(OptionalNumber(
        Given(study->has_cooks_distance(), study->cooks_distance())));
    row.push_back(Number(study->leverage()));
    row.push_back(
        OptionalNumber(Given(study->has_residual(), study->residual())));
    row.push_back(study->has_p_distance() ? PValue(study->p_distance())
                                          : Text(""));
    row.push_back(OptionalNumber(Given(estimable, study->q_contribution())));
    row.push_back(estimable ? Integer(study->class_changes_total()) : Text(""));
    row.push_back(Text(absl::StrJoin(study->leaders(), ", ")));
    row.push_back(Text(NoteOf(*study)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table ChangesTable(const v1::Estimate& estimate) {
  Table table{"What is concluded otherwise without a study",
              {{"without"}, {"what"}, {"with all studies"}, {"without it"}},
              {}};
  v1::Conclusions thresholds;
  *thresholds.mutable_thresholds() = estimate.leave_one_out().thresholds();
  const std::vector<std::string> leaders = review::Leaders(estimate);
  for (const v1::WithoutStudy* study : ByInfluence(estimate)) {
    if (study->leaders_changed()) {
      table.rows.push_back({Text(study->study()), Text("highest P-score"),
                            Text(absl::StrJoin(leaders, ", ")),
                            Text(absl::StrJoin(study->leaders(), ", "))});
    }
    for (const v1::ClassChange& change : study->class_changes()) {
      table.rows.push_back(
          {Text(study->study()),
           Text(absl::StrCat(change.before().first(), " versus ",
                             change.before().second())),
           Text(ShownConclusion(change.before(), thresholds)),
           Text(ShownConclusion(change.after(), thresholds))});
    }
    const int more = study->class_changes_total() - study->class_changes_size();
    if (more > 0) {
      table.rows.push_back({Text(study->study()),
                            Text(absl::StrCat(more, " more comparisons")),
                            Text(""), Text("")});
    }
  }
  return table;
}

void PrintInfluence(const v1::Estimate& estimate, Output& output) {
  output.Print(InfluenceTable(estimate));
  const Table changes = ChangesTable(estimate);
  if (changes.rows.empty()) return;
  if (output.is_table()) {
    output.Remark("");
    output.Print(changes);
  } else {
    output.Tell("Rows count changes of classes; they are in --output json.");
  }
}

}  // namespace tidemark::cli
