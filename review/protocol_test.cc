#include "review/protocol.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {
namespace {

using testing::FromText;

std::string NodeOf(const v1::NodeMap& map, absl::string_view treatment,
                   absl::string_view time_point) {
  const v1::NodeRule* rule = FindNodeRule(map, treatment, time_point);
  return rule == nullptr ? "none" : rule->node();
}

TEST(FindByIdTest, FindsTheElementOrNothing) {
  const v1::Review review = testing::ToyReview();
  EXPECT_EQ(FindById(review.outcomes(), "pain"), &review.outcomes(0));
  EXPECT_EQ(FindById(review.outcomes(), "PAIN"), nullptr);
  EXPECT_EQ(FindById(v1::Review().outcomes(), ""), nullptr);
}

TEST(FindNodeRuleTest, TheRuleThatNamesTheTimePointWinsInEitherOrder) {
  const char* const general = "rules { treatment: 't' node: 'general' }";
  const char* const named =
      "rules { treatment: 't' node: 'named' time_points: ['6m', '12m'] }";
  for (const auto& [first, second] :
       {std::make_pair(general, named), std::make_pair(named, general)}) {
    const auto map = FromText<v1::NodeMap>(std::string(first) + second);
    EXPECT_EQ(NodeOf(map, "t", "6m"), "named");
    EXPECT_EQ(NodeOf(map, "t", "12m"), "named");
    EXPECT_EQ(NodeOf(map, "t", "3m"), "general");
    EXPECT_EQ(NodeOf(map, "t", "any"), "general");
  }
}

TEST(FindNodeRuleTest, ATreatmentThatNoRuleClaimsIsOnNoNode) {
  const auto map = FromText<v1::NodeMap>(
      "rules { treatment: 't' node: 'n' time_points: '6m' }");
  EXPECT_EQ(NodeOf(map, "t", "12m"), "none");
  EXPECT_EQ(NodeOf(map, "t", "any"), "none");
  EXPECT_EQ(NodeOf(map, "u", "6m"), "none");
  EXPECT_EQ(NodeOf(v1::NodeMap(), "t", "6m"), "none");
}

TEST(FindNodeRuleTest, OtherTreatmentsDoNotInterfere) {
  const auto map = FromText<v1::NodeMap>(
      "rules { treatment: 'u' node: 'wrong' time_points: '6m' }"
      "rules { treatment: 't' node: 'right' }");
  EXPECT_EQ(NodeOf(map, "t", "6m"), "right");
}

}  // namespace
}  // namespace tidemark::review
