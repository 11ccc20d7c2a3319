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
#include "google/protobuf/text_format.h"
#include "review/compare_estimates.h"
#include "tidemark/v1/analysis.pb.h"

namespace tidemark::cli {
namespace {

using google::protobuf::TextFormat;

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
                              const v1::RelativeEffect* after,
                              bool same_scale) {
  std::vector<Cell> cells = {Text(ShownOrDash(before)),
                             Text(ShownOrDash(after))};
  AddNumbers(before, cells);
  AddNumbers(after, cells);
  cells.push_back(same_scale && before != nullptr && after != nullptr
                      ? SignedNumber(review::EffectChange(*before, *after))
                      : Text(""));
  return cells;
}

std::string ScaleChange(const v1::ConclusionEvent& event) {
  if (event.kind() != v1::ConclusionEvent::MODEL_CHANGED) return "";
  // The fields that differ, and no others.
  v1::Analysis before;
  v1::Analysis after;
  if (!TextFormat::ParseFromString(event.before().text(), &before) ||
      !TextFormat::ParseFromString(event.after().text(), &after)) {
    return "";
  }
  std::vector<std::string> changes;
  if (before.outcome() != after.outcome()) {
    changes.push_back(absl::StrCat(before.outcome(), " -> ", after.outcome()));
  }
  if (before.effect_measure() != after.effect_measure()) {
    changes.push_back(absl::StrCat(
        v1::EffectMeasure::Code_Name(before.effect_measure()), " -> ",
        v1::EffectMeasure::Code_Name(after.effect_measure())));
  }
  return absl::StrJoin(changes, ", ");
}

bool KeepScale(
    const google::protobuf::RepeatedPtrField<v1::ConclusionEvent>& events) {
  return std::all_of(events.begin(), events.end(), [](const auto& event) {
    return ScaleChange(event).empty();
  });
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
