#include "client/cli/comparison_change.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/event_text.h"
#include "client/cli/number_format.h"
#include "client/cli/table.h"
#include "review/compare_estimates.h"

namespace tidemark::cli {
namespace {

std::string ShownOrDash(const v1::RelativeEffect* effect) {
  return effect == nullptr ? "-" : Shown(*effect);
}

}  // namespace

std::vector<Column> ChangeColumns() {
  using For = Column::For;
  return {{"before", For::kTables},
          {"after", For::kTables},
          {"before_effect", For::kRows},
          {"before_lower", For::kRows},
          {"before_upper", For::kRows},
          {"after_effect", For::kRows},
          {"after_lower", For::kRows},
          {"after_upper", For::kRows},
          {"change"}};
}

std::vector<Cell> ChangeCells(const v1::RelativeEffect* before,
                              const v1::RelativeEffect* after) {
  std::vector<Cell> cells = {Text(ShownOrDash(before)),
                             Text(ShownOrDash(after))};
  AddNumbers(before, cells);
  AddNumbers(after, cells);
  cells.push_back(before != nullptr && after != nullptr
                      ? SignedNumber(review::EffectChange(*before, *after))
                      : Text(""));
  return cells;
}

Cell SignedNumber(double value) {
  Cell cell = Number(value);
  if (value > 0) cell.shown = absl::StrCat("+", cell.shown);
  return cell;
}

std::string KindsOf(
    const google::protobuf::RepeatedPtrField<v1::ConclusionEvent>& events,
    const std::string& first, const std::string& second) {
  std::vector<std::string> kinds;
  for (const v1::ConclusionEvent& event : events) {
    if (std::minmax(event.first(), event.second()) !=
        std::minmax(first, second)) {
      continue;
    }
    std::string kind = KindName(event.kind());
    // Of several thresholds.
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
      kinds.push_back(std::move(kind));
    }
  }
  return absl::StrJoin(kinds, ", ");
}

}  // namespace tidemark::cli
