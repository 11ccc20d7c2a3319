#include "review/small_study_details.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/detail_inputs.h"
#include "review/testing/detailed_estimate.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tidemark::testing::Contrast;
using ::tidemark::testing::EstimateWith;
using ::tidemark::testing::GenericInputs;
using ::tidemark::testing::StatusIs;

absl::StatusOr<v1::Funnel> FunnelOf(const std::vector<std::string>& order) {
  v1::EstimateDetails details;
  details.mutable_funnel()->mutable_order()->Add(order.begin(), order.end());
  const auto estimate =
      EstimateWith(details, GenericInputs({Contrast("1", "a", "b", 1, 0.5),
                                           Contrast("2", "a", "b", 2, 1),
                                           Contrast("3", "a", "b", 5, 2),
                                           Contrast("4", "b", "c", 1, 1)}));
  if (!estimate.ok()) return estimate.status();
  return estimate->funnel();
}

TEST(FunnelDetailsTest, PointsAreTheLaterTreatmentMinusTheEarlier) {
  ASSERT_OK_AND_ASSIGN(const v1::Funnel funnel, FunnelOf({"b", "a", "c"}));
  EXPECT_THAT(funnel.order(), ElementsAre("b", "a", "c"));
  ASSERT_EQ(funnel.points_size(), 4);
  const v1::Funnel::Point& point = funnel.points(0);
  EXPECT_EQ(point.study(), "1");
  EXPECT_EQ(point.first(), "a");
  EXPECT_EQ(point.second(), "b");
  EXPECT_DOUBLE_EQ(point.effect(), 1);
  EXPECT_DOUBLE_EQ(point.se(), 0.5);
  // (1 · 4 + 2 · 1 + 5 · 0.25) / 5.25
  EXPECT_NEAR(point.centre(), 7.25 / 5.25, 1e-14);
  EXPECT_NEAR(point.adjusted_effect(), 1 - 7.25 / 5.25, 1e-14);
  EXPECT_TRUE(point.tested());
  // The only study of its comparison.
  EXPECT_EQ(funnel.points(3).first(), "c");
  EXPECT_EQ(funnel.points(3).effect(), -1);
  EXPECT_FALSE(funnel.points(3).has_centre());
  EXPECT_FALSE(funnel.points(3).tested());
  EXPECT_EQ(funnel.egger().df(), 1);
  EXPECT_EQ(funnel.egger().studies(), 3);
}

TEST(FunnelDetailsTest, TheOrderNamesEveryTreatmentOnce) {
  EXPECT_THAT(FunnelOf({"a", "b"}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("details.funnel.order: must name every "
                                 "treatment once, lacks c")));
  EXPECT_THAT(FunnelOf({"a", "b", "c", "a"}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("details.funnel.order[3]: \"a\" is named "
                                 "twice")));
  EXPECT_THAT(FunnelOf({"a", "b", "c", "d"}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"d\" is no treatment of the estimate, which "
                                 "has a, b, c")));
  EXPECT_THAT(FunnelOf({}).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("lacks")));
}

}  // namespace
}  // namespace tidemark::review
