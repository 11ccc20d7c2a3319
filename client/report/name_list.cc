#include "client/report/name_list.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace tidemark::report {
namespace {

constexpr double kAbove = 8;
constexpr double kColumn = kPageRoom / 2;
constexpr double kNumber = 20;
constexpr double kSize = 9;

}  // namespace

NameList::NameList(const std::vector<std::string>& names) {
  TextStyle style;
  style.size = kSize;
  for (const std::string& name : names) {
    names_.push_back(Lines::Wrap(name, kColumn - kNumber - 12, style));
  }
}

double NameList::Height() const {
  if (names_.empty()) return 0;
  return kAbove +
         std::max(HeightOf(0, Half()), HeightOf(Half(), names_.size()));
}

double NameList::HeightOf(size_t from, size_t to) const {
  double height = 0;
  for (size_t i = from; i < to; ++i) height += names_[i].Height();
  return height;
}

void NameList::Draw(double top, Drawing* drawing) const {
  DrawColumn(0, Half(), {kPageMargin, top + kAbove}, drawing);
  DrawColumn(Half(), names_.size(), {kPageMargin + kColumn, top + kAbove},
             drawing);
}

void NameList::DrawColumn(size_t from, size_t to, Point top,
                          Drawing* drawing) const {
  TextStyle number;
  number.size = kSize;
  number.anchor = Anchor::kEnd;
  number.weight = Weight::kBold;
  for (size_t i = from; i < to; ++i) {
    drawing->Text({top.x + kNumber - 6, top.y + kSize}, absl::StrCat(i + 1),
                  number);
    names_[i].Draw({top.x + kNumber, top.y}, drawing);
    top.y += names_[i].Height();
  }
}

}  // namespace tidemark::report
