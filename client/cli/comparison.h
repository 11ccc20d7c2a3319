// Comparisons in words and cells: both treatments and the sign rule are always
// there.
#ifndef TIDEMARK_CLIENT_CLI_COMPARISON_H_
#define TIDEMARK_CLIENT_CLI_COMPARISON_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/table.h"
#include "review/conclusions.h"
#include "review/measures.h"
#include "review/relative_effects.h"
#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

using review::Model;

// `random` or `common`; a usage error for anything else.
absl::StatusOr<Model> ModelOf(const std::string& name);

using review::ExcludesNoDifference;
using review::IsRatio;

// `log OR`, or `MD`: what the numbers of an estimate are.
std::string ScaleName(const v1::Estimate& estimate);

// `first minus second; MD; lower is better`; `difference` instead of `first
// minus second` where another one is meant.
std::string SignRule(const v1::Estimate& estimate);
std::string SignRule(absl::string_view difference,
                     v1::EffectMeasure::Code measure,
                     bool small_values_desirable);

// The last columns of tables whose numbers are not those of ComparisonColumns:
// `measure` and `rule`, for programs. Adds a cell of each to every row.
void AddSignColumns(const v1::Estimate& estimate, const std::string& rule,
                    Table* table);

// Columns that describe a comparison and the cells for them: first, second,
// effect with its interval, on the ratio scale too if `estimate` is of a ratio;
// tables also say which treatment it favours.
std::vector<Column> ComparisonColumns(const v1::Estimate& estimate);
std::vector<Cell> ComparisonCells(const v1::Estimate& estimate,
                                  const v1::RelativeEffect& effect);

// Effect, lower and upper end of its interval as cells for programs; empty
// where there is none. Null: not estimable.
void AddNumbers(const v1::RelativeEffect* effect, std::vector<Cell>& cells);

// The same three as ratios; empty too if the measure is none.
void AddRatios(v1::EffectMeasure::Code measure,
               const v1::RelativeEffect* effect, std::vector<Cell>& cells);

// One comparison, oriented as asked. NOT_FOUND: no such treatment in the
// estimate; names those that are. A not-estimable error: no estimate, or the
// two are not connected.
absl::StatusOr<v1::RelativeEffect> FindComparison(const v1::Estimate& estimate,
                                                  Model model,
                                                  const std::string& first,
                                                  const std::string& second);

// A usage error if a treatment is compared with itself.
absl::Status CheckComparison(const std::string& first,
                             const std::string& second);

// A usage error unless both treatments of a comparison are named, or none, for
// all comparisons.
absl::Status CheckOneComparison(const std::string& first,
                                const std::string& second);

// `favours msc`, or `includes no difference`: what the interval says, or why
// there is none. The sign rule decides which of the two is favoured.
std::string Reading(const v1::Estimate& estimate,
                    const v1::RelativeEffect& effect);

// `-22.59 [-35.98, -9.20]`.
std::string Shown(const v1::RelativeEffect& effect);

// The same of a ratio as a ratio: `0.512 [0.290, 0.903]`.
std::string ShownRatio(const v1::RelativeEffect& effect);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_COMPARISON_H_
