#include "client/cli/impact.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_change.h"
#include "client/cli/event_text.h"
#include "client/cli/table.h"
#include "review/compare_estimates.h"

namespace tidemark::cli {
namespace {

using Pair = std::pair<std::string, std::string>;
// A comparison and its class.
struct Said {
  v1::RelativeEffect effect;
  v1::ConclusionClass::Code code = v1::ConclusionClass::NOT_ESTIMABLE;
};
using SaidByPair = std::map<Pair, Said>;

SaidByPair SaidOf(const v1::Estimate& estimate,
                  const v1::Conclusions& conclusions) {
  SaidByPair said;
  for (const auto& effect : estimate.random().relative_effects()) {
    said[{effect.first(), effect.second()}].effect = effect;
  }
  for (const v1::ComparisonConclusion& conclusion : conclusions.comparisons()) {
    const auto found = said.find({conclusion.first(), conclusion.second()});
    if (found == said.end()) continue;
    found->second.code = conclusion.by_threshold().empty()
                             ? conclusion.class_()
                             : conclusion.by_threshold(0);
  }
  return said;
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

std::string ClassOf(const Said* said) {
  return ClassName(said == nullptr ? v1::ConclusionClass::NOT_ESTIMABLE
                                   : said->code);
}

std::vector<Cell> Row(const v1::Estimate& estimate, const Pair& pair,
                      const Said* said_before, const Said* said_after,
                      bool same_scale) {
  const auto* before = said_before == nullptr ? nullptr : &said_before->effect;
  const auto* after = said_after == nullptr ? nullptr : &said_after->effect;
  const std::string was = ClassOf(said_before);
  const std::string is = ClassOf(said_after);
  std::vector<Cell> row = {Text(estimate.analysis_id()), Text(pair.first),
                           Text(pair.second),
                           Text(before == nullptr ? "-" : Shown(*before)),
                           Text(after == nullptr ? "-" : Shown(*after))};
  AddNumbers(before, row);
  AddNumbers(after, row);
  row.push_back(same_scale && before != nullptr && after != nullptr
                    ? Number(review::EffectChange(*before, *after))
                    : Text(""));
  row.push_back(Text(was == is ? is : absl::StrCat(was, " -> ", is)));
  row.push_back(Text(was));
  row.push_back(Text(is));
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
          {"class", For::kTables},
          {"before_class", For::kRows},
          {"after_class", For::kRows},
          {"remark"},
          {"rule", For::kRows}};
}

Table ImpactOn(const v1::GetEstimateResponse& before, const v1::Estimate& after,
               const v1::Conclusions& conclusions_after, bool same_scale) {
  // An estimate that is no longer possible knows neither measure nor direction.
  v1::Estimate rule = after.not_estimable().empty() ? after : before.estimate();
  rule.set_analysis_id(after.analysis_id());
  Table table = {
      absl::StrCat(after.analysis_id(), ": ", SignRule(rule)), Columns(), {}};
  const SaidByPair old_said = SaidOf(before.estimate(), before.conclusions());
  const SaidByPair new_said = SaidOf(after, conclusions_after);
  SaidByPair all = old_said;
  all.insert(new_said.begin(), new_said.end());
  for (const auto& [pair, unused] : all) {
    const auto was = old_said.find(pair);
    const auto is = new_said.find(pair);
    const Said* before_said = was == old_said.end() ? nullptr : &was->second;
    const Said* after_said = is == new_said.end() ? nullptr : &is->second;
    if (same_scale && before_said != nullptr && after_said != nullptr &&
        before_said->code == after_said->code &&
        review::SameComparison(before_said->effect, after_said->effect)) {
      continue;
    }
    table.rows.push_back(Row(rule, pair, before_said, after_said, same_scale));
  }
  return table;
}

bool KeepsScale(const v1::ApplyResponse& dry_run, const std::string& analysis) {
  return std::all_of(dry_run.events().begin(), dry_run.events().end(),
                     [&](const v1::ConclusionEvent& event) {
                       return event.analysis_id() != analysis ||
                              ScaleChange(event).empty();
                     });
}

}  // namespace

std::vector<Table> ImpactTables(const EstimatesBefore& before,
                                const v1::ApplyResponse& dry_run) {
  std::vector<Table> tables;
  for (int i = 0; i < dry_run.estimates_size(); ++i) {
    const v1::Estimate& estimate = dry_run.estimates(i);
    const auto found = before.find(estimate.analysis_id());
    Table table = ImpactOn(
        found == before.end() ? v1::GetEstimateResponse() : found->second,
        estimate,
        i < dry_run.conclusions_size() ? dry_run.conclusions(i)
                                       : v1::Conclusions(),
        KeepsScale(dry_run, estimate.analysis_id()));
    if (!table.rows.empty()) tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace tidemark::cli
