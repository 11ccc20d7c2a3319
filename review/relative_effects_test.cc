#include "review/relative_effects.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/estimation.h"
#include "review/testing/toy_estimate.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using testing::EstimateOf;
using ::testing::HasSubstr;
using testing::StatusIs;
using testing::ToyEstimate;

TEST(CompareTest, IsAntisymmetric) {
  const v1::Estimate estimate = ToyEstimate();
  for (const Model model : {Model::kCommon, Model::kRandom}) {
    ASSERT_OK_AND_ASSIGN(const auto there,
                         Compare(estimate, model, "msc2", "msc1"));
    ASSERT_OK_AND_ASSIGN(const auto back,
                         Compare(estimate, model, "msc1", "msc2"));
    EXPECT_EQ(there.effect(), -back.effect());
    EXPECT_EQ(there.se(), back.se());
    EXPECT_DOUBLE_EQ(there.lower(), -back.upper());
    EXPECT_DOUBLE_EQ(there.upper(), -back.lower());
    EXPECT_DOUBLE_EQ(there.z(), -back.z());
    EXPECT_DOUBLE_EQ(there.p(), back.p());
    EXPECT_EQ(there.first(), "msc2");
    EXPECT_EQ(there.second(), "msc1");
  }
}

// The same variances, as the lower triangle of a covariance versus ha and
// placebo.
TEST(CompareTest, ReadsEstimatesOfBuild010) {
  const v1::Estimate estimate = ToyEstimate();
  v1::Estimate old = estimate;
  const auto& variance = estimate.random().pair_variances();
  const double msc1 = variance[0];
  const double msc2 = variance[1];
  const double between = variance[2];
  v1::ModelEstimate& model = *old.mutable_random();
  model.clear_pair_variances();
  for (const double covariance :
       {0.0, 0.0, msc1, 0.0, (msc1 + msc2 - between) / 2, msc2}) {
    model.add_covariance(covariance);
  }
  for (const std::string other : {"msc1", "msc2"}) {
    ASSERT_OK_AND_ASSIGN(const auto now,
                         Compare(estimate, Model::kRandom, "ha", other));
    ASSERT_OK_AND_ASSIGN(const auto then,
                         Compare(old, Model::kRandom, "ha", other));
    EXPECT_NEAR(then.se(), now.se(), 1e-12);
  }
  ASSERT_OK_AND_ASSIGN(const auto now,
                       Compare(estimate, Model::kRandom, "msc2", "msc1"));
  ASSERT_OK_AND_ASSIGN(const auto then,
                       Compare(old, Model::kRandom, "msc2", "msc1"));
  EXPECT_NEAR(then.se(), now.se(), 1e-12);
}

TEST(CompareTest, AcrossComponentsIsNotEstimable) {
  const v1::Estimate estimate = ToyEstimate();
  const absl::Status status =
      Compare(estimate, Model::kRandom, "ha", "saline").status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("not estimable (disconnected)")));
  EXPECT_EQ(testing::ErrorInfoOf(status).reason(), "NOT_ESTIMABLE");
}

TEST(CompareTest, ATreatmentWithoutDataIsNotFound) {
  const v1::Estimate estimate = ToyEstimate();
  EXPECT_THAT(Compare(estimate, Model::kRandom, "ha", "aspirin"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"aspirin\"")));
  const v1::Estimate empty = EstimateOf({}, testing::PainAnalysis());
  EXPECT_THAT(Compare(empty, Model::kRandom, "ha", "msc1"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"ha\"")));
}

// effect / se would be 0 / 0.
TEST(CompareTest, ATreatmentIsNotComparedWithItself) {
  const v1::Estimate estimate = ToyEstimate();
  EXPECT_THAT(Compare(estimate, Model::kRandom, "ha", "ha"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("two different treatments")));
}

TEST(FillRelativeEffectsTest, AreTheComparisonsOfEveryConnectedPair) {
  v1::Estimate estimate = ToyEstimate();
  FillRelativeEffects(&estimate);
  for (const Model model : {Model::kCommon, Model::kRandom}) {
    std::vector<std::string> pairs;
    for (const v1::RelativeEffect& effect :
         EffectsUnder(estimate, model).relative_effects()) {
      EXPECT_LT(effect.first(), effect.second());
      pairs.push_back(effect.first() + "-" + effect.second());
      ASSERT_OK_AND_ASSIGN(
          const auto compared,
          Compare(estimate, model, effect.first(), effect.second()));
      EXPECT_TRUE(MessageDifferencer::Equals(effect, compared));
    }
    EXPECT_THAT(pairs, ElementsAre("ha-msc1", "ha-msc2", "msc1-msc2",
                                   "placebo-saline"));
  }
}

TEST(FillRelativeEffectsTest, FillsOnceHoweverOftenItIsCalled) {
  v1::Estimate once = ToyEstimate();
  FillRelativeEffects(&once);
  v1::Estimate twice = once;
  FillRelativeEffects(&twice);
  EXPECT_TRUE(MessageDifferencer::Equals(once, twice));
}

TEST(FillRelativeEffectsTest, HasNothingToFillWithoutAnEstimate) {
  v1::Estimate estimate = EstimateOf({}, testing::PainAnalysis());
  FillRelativeEffects(&estimate);
  EXPECT_TRUE(estimate.random().relative_effects().empty());
}

}  // namespace
}  // namespace tidemark::review
