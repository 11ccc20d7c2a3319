#include "client/cli/what_if_tables.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_change.h"
#include "client/cli/event_text.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"
#include "review/conclusions.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

using For = Column::For;
using Pair = std::pair<std::string, std::string>;

// Every pair that one of the two estimates, first < second.
std::set<Pair> PairsOf(const v1::WhatIfResponse& answer) {
  std::set<Pair> pairs;
  for (const v1::Estimate* estimate : {&answer.before(), &answer.after()}) {
    for (const auto& effect : estimate->random().relative_effects()) {
      pairs.emplace(effect.first(), effect.second());
    }
  }
  return pairs;
}

std::optional<v1::RelativeEffect> EffectOf(const v1::Estimate& estimate,
                                           const Pair& pair) {
  auto effect =
      review::Compare(estimate, Model::kRandom, pair.first, pair.second);
  if (!effect.ok()) return std::nullopt;
  return *std::move(effect);
}

// What is said of a pair: by no difference, or by each threshold.
std::string ShownClasses(const v1::Conclusions& conclusions, const Pair& pair,
                         bool by_threshold) {
  for (v1::ComparisonConclusion said : conclusions.comparisons()) {
    if (said.first() == pair.second && said.second() == pair.first) {
      said = review::Reversed(said);
    }
    if (said.first() != pair.first || said.second() != pair.second) continue;
    if (!by_threshold) return ClassName(said.class_());
    std::vector<std::string> classes;
    for (int i = 0; i < said.by_threshold_size(); ++i) {
      classes.push_back(
          absl::StrCat(ExactNumber(conclusions.thresholds(i).value()), ": ",
                       ClassName(said.by_threshold(i))));
    }
    return absl::StrJoin(classes, ", ");
  }
  return by_threshold ? "" : ClassName(v1::ConclusionClass::NOT_ESTIMABLE);
}

void AddClasses(const v1::WhatIfResponse& answer, const Pair& pair,
                bool by_threshold, std::vector<Cell>& row) {
  const std::string before =
      ShownClasses(answer.conclusions_before(), pair, by_threshold);
  const std::string after =
      ShownClasses(answer.conclusions_after(), pair, by_threshold);
  row.push_back(
      Text(before == after ? after : absl::StrCat(before, " -> ", after)));
  row.push_back(Text(before));
  row.push_back(Text(after));
}

std::vector<Column> Columns() {
  std::vector<Column> columns = {{"first"}, {"second"}};
  for (const Column& column : ChangeColumns()) columns.push_back(column);
  for (const char* name : {"class", "by_threshold"}) {
    columns.push_back({name, For::kTables});
    columns.push_back({absl::StrCat("before_", name), For::kRows});
    columns.push_back({absl::StrCat("after_", name), For::kRows});
  }
  columns.push_back({"events"});
  columns.push_back({"rule", For::kRows});
  return columns;
}

std::vector<Cell> Row(const v1::WhatIfResponse& answer, const Pair& pair) {
  const auto before = EffectOf(answer.before(), pair);
  const auto after = EffectOf(answer.after(), pair);
  std::vector<Cell> row = {Text(pair.first), Text(pair.second)};
  for (Cell& cell : ChangeCells(before.has_value() ? &*before : nullptr,
                                after.has_value() ? &*after : nullptr,
                                KeepScale(answer.events()))) {
    row.push_back(std::move(cell));
  }
  AddClasses(answer, pair, /*by_threshold=*/false, row);
  AddClasses(answer, pair, /*by_threshold=*/true, row);
  row.push_back(Text(KindsOf(answer.events(), pair.first, pair.second)));
  row.push_back(Text(SignRule(answer.after())));
  return row;
}

// `4.20`, or of a network in parts one of each.
std::string ShownTau2(const v1::Estimate& estimate) {
  return absl::StrJoin(estimate.component_heterogeneity(), " and ",
                       [](std::string* out, const v1::Heterogeneity& part) {
                         absl::StrAppend(out, ShownNumber(part.tau2()));
                       });
}

std::string Arrow(const std::string& before, const std::string& after) {
  return before == after ? after : absl::StrCat(before, " -> ", after);
}

}  // namespace

Table WhatIfTable(const v1::WhatIfResponse& answer, const std::string& first,
                  const std::string& second) {
  const v1::Estimate& rule = answer.after();
  Table table = {absl::StrCat(answer.before().analysis_id(), ": ",
                              SignRule(rule), "; random effects; ",
                              ShownLevel(rule.level()), " intervals"),
                 Columns(),
                 {}};
  if (!first.empty()) {
    table.rows.push_back(Row(answer, {first, second}));
    return table;
  }
  for (const Pair& pair : PairsOf(answer)) {
    table.rows.push_back(Row(answer, pair));
  }
  return table;
}

std::vector<std::string> WhatIfNotes(const v1::WhatIfResponse& answer) {
  const v1::Estimate& before = answer.before();
  const v1::Estimate& after = answer.after();
  std::vector<std::string> notes = {
      absl::StrCat("studies: ",
                   Arrow(absl::StrCat(before.studies_used()),
                         absl::StrCat(after.studies_used())),
                   "; tau2: ", Arrow(ShownTau2(before), ShownTau2(after)))};
  for (const v1::ConclusionEvent& event : answer.events()) {
    if (event.first().empty()) notes.push_back(ShownEvent(event));
  }
  return notes;
}

std::vector<std::string> LeftOutAllTheSame(const v1::WhatIfRequest& request,
                                           const v1::WhatIfResponse& answer) {
  std::vector<std::string> left_out;
  for (const std::string& trial : request.include_trials()) {
    const auto& used = answer.after().studies();
    if (std::any_of(used.begin(), used.end(), [&](const v1::StudyUse& use) {
          return use.study() == trial;
        })) {
      continue;
    }
    std::string reason = "it has no data for the analysis";
    for (const v1::StudyLeftOut& study : answer.after().studies_left_out()) {
      if (study.study() == trial) reason = study.reason();
    }
    left_out.push_back(
        absl::StrCat(trial, " is left out all the same: ", reason));
  }
  return left_out;
}

}  // namespace tidemark::cli
