#include "client/cli/impact.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/comparison.h"
#include "client/cli/table.h"
#include "review/compare_estimates.h"

namespace tidemark::cli {
namespace {

using Pair = std::pair<std::string, std::string>;
using Effects = std::map<Pair, v1::RelativeEffect>;

Effects EffectsByPair(const v1::Estimate& estimate) {
  Effects effects;
  for (const auto& effect : estimate.random().relative_effects()) {
    effects[{effect.first(), effect.second()}] = effect;
  }
  return effects;
}

std::string Remark(const v1::RelativeEffect* before,
                   const v1::RelativeEffect* after) {
  if (before == nullptr) return "becomes estimable";
  if (after == nullptr) return "is no longer estimable";
  if (ExcludesNoDifference(*before) && !ExcludesNoDifference(*after)) {
    return "interval will include no difference";
  }
  if (!ExcludesNoDifference(*before) && ExcludesNoDifference(*after)) {
    return "interval will exclude no difference";
  }
  return "";
}

void AddBounds(const v1::RelativeEffect* effect, std::vector<Cell>& row) {
  if (effect == nullptr) {
    row.insert(row.end(), 3, Text(""));
    return;
  }
  row.push_back(Number(effect->effect()));
  row.push_back(Number(effect->lower()));
  row.push_back(Number(effect->upper()));
}

std::vector<Cell> Row(const v1::Estimate& estimate, const Pair& pair,
                      const v1::RelativeEffect* before,
                      const v1::RelativeEffect* after) {
  std::vector<Cell> row = {Text(estimate.analysis_id()), Text(pair.first),
                           Text(pair.second),
                           Text(before == nullptr ? "-" : Shown(*before)),
                           Text(after == nullptr ? "-" : Shown(*after))};
  AddBounds(before, row);
  AddBounds(after, row);
  row.push_back(before != nullptr && after != nullptr
                    ? Number(review::EffectChange(*before, *after))
                    : Text(""));
  row.push_back(Text(Remark(before, after)));
  row.push_back(Text(SignRule(estimate)));
  return row;
}

std::vector<Column> Columns() {
  using For = Column::For;
  return {{"analysis", For::kRows},
          {"first"},
          {"second"},
          {"before", For::kTables},
          {"after", For::kTables},
          {"before_effect", For::kRows},
          {"before_lower", For::kRows},
          {"before_upper", For::kRows},
          {"after_effect", For::kRows},
          {"after_lower", For::kRows},
          {"after_upper", For::kRows},
          {"change"},
          {"remark"},
          {"rule", For::kRows}};
}

Table ImpactOn(const v1::Estimate& before, const v1::Estimate& after) {
  // An estimate that is no longer possible knows neither measure nor direction.
  v1::Estimate rule = after.not_estimable().empty() ? after : before;
  rule.set_analysis_id(after.analysis_id());
  Table table = {
      absl::StrCat(after.analysis_id(), ": ", SignRule(rule)), Columns(), {}};
  const Effects old_effects = EffectsByPair(before);
  const Effects new_effects = EffectsByPair(after);
  Effects all = old_effects;
  all.insert(new_effects.begin(), new_effects.end());
  for (const auto& [pair, unused] : all) {
    const auto was = old_effects.find(pair);
    const auto is = new_effects.find(pair);
    const auto* old_effect = was == old_effects.end() ? nullptr : &was->second;
    const auto* new_effect = is == new_effects.end() ? nullptr : &is->second;
    if (old_effect != nullptr && new_effect != nullptr &&
        review::SameComparison(*old_effect, *new_effect)) {
      continue;
    }
    table.rows.push_back(Row(rule, pair, old_effect, new_effect));
  }
  return table;
}

}  // namespace

std::vector<Table> ImpactTables(
    const std::map<std::string, v1::Estimate>& before,
    const google::protobuf::RepeatedPtrField<v1::Estimate>& after) {
  std::vector<Table> tables;
  for (const v1::Estimate& estimate : after) {
    const auto found = before.find(estimate.analysis_id());
    Table table = ImpactOn(
        found == before.end() ? v1::Estimate() : found->second, estimate);
    if (!table.rows.empty()) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace tidemark::cli
