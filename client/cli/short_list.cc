#include "client/cli/short_list.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tidemark::cli {

std::string ShortList(const std::vector<std::string>& items) {
  constexpr size_t kShown = 2;
  if (items.size() <= kShown + 1) return absl::StrJoin(items, ", ");
  return absl::StrCat(
      absl::StrJoin(items.begin(), items.begin() + kShown, ", "), " and ",
      items.size() - kShown, " more");
}

}  // namespace tidemark::cli
