#include "review/result_key.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

std::vector<std::string> SortedArms(const v1::Result& result) {
  std::vector<std::string> arms(result.arms().begin(), result.arms().end());
  std::sort(arms.begin(), arms.end());
  return arms;
}

}  // namespace

std::string ResultKey(const v1::Result& result) {
  return absl::StrCat(result.outcome(), "/", result.time_point(), "/",
                      absl::StrJoin(SortedArms(result), "+"));
}

bool ShareArms(const v1::Result& a, const v1::Result& b) {
  return std::any_of(
      a.arms().begin(), a.arms().end(), [&b](const std::string& arm) {
        return std::find(b.arms().begin(), b.arms().end(), arm) !=
               b.arms().end();
      });
}

bool PartlyOverlap(const v1::Result& a, const v1::Result& b) {
  if (!ShareArms(a, b)) return false;
  const std::vector<std::string> first = SortedArms(a);
  const std::vector<std::string> second = SortedArms(b);
  return !std::includes(first.begin(), first.end(), second.begin(),
                        second.end()) &&
         !std::includes(second.begin(), second.end(), first.begin(),
                        first.end());
}

}  // namespace tidemark::review
