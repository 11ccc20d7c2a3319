#include "review/result_key.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

v1::Result ResultOf(const std::string& arms) {
  v1::Result result;
  result.set_outcome("pain");
  result.set_time_point("6m");
  const std::vector<std::string> ids =
      absl::StrSplit(arms, '+', absl::SkipEmpty());
  for (const std::string& arm : ids) result.add_arms(arm);
  return result;
}

TEST(ResultKeyTest, NamesOutcomeTimePointAndArms) {
  EXPECT_EQ(ResultKey(ResultOf("a")), "pain/6m/a");
  EXPECT_EQ(ResultKey(ResultOf("a+b")), "pain/6m/a+b");
  EXPECT_EQ(ResultKey(ResultOf("")), "pain/6m/");
}

TEST(ResultKeyTest, DoesNotDependOnTheOrderOfArms) {
  EXPECT_EQ(ResultKey(ResultOf("c+a+b")), ResultKey(ResultOf("b+c+a")));
}

struct Overlap {
  const char* first;
  const char* second;
  bool share;
  bool partly;
};

TEST(OverlapTest, IsPartlyUnlessOneSetHoldsTheOther) {
  const std::vector<Overlap> table = {
      {"a", "a", true, false},      {"a", "b", false, false},
      {"a+b", "a", true, false},    {"a+b", "b+a", true, false},
      {"a+b", "b+c", true, true},   {"a+b+c", "b+c", true, false},
      {"a+b+c", "c+d", true, true}, {"a+b", "c+d", false, false},
      {"", "a", false, false},
  };
  for (const Overlap& row : table) {
    const v1::Result first = ResultOf(row.first);
    const v1::Result second = ResultOf(row.second);
    const std::string what = std::string(row.first) + " and " + row.second;
    EXPECT_EQ(ShareArms(first, second), row.share) << what;
    EXPECT_EQ(ShareArms(second, first), row.share) << what;
    EXPECT_EQ(PartlyOverlap(first, second), row.partly) << what;
    EXPECT_EQ(PartlyOverlap(second, first), row.partly) << what;
  }
}

}  // namespace
}  // namespace tidemark::review
