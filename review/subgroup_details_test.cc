#include "review/subgroup_details.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
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
using ::testing::IsEmpty;
using ::tidemark::testing::Contrast;
using ::tidemark::testing::EstimateWith;
using ::tidemark::testing::GenericInputs;
using ::tidemark::testing::StatusIs;

// Its only arms' attribute is on b.
void Add(const std::string& id, double effect, double se,
         const std::string& dose, DetailInputs* inputs) {
  inputs->studies.push_back(Contrast(id, "a", "b", effect, se));
  StudyFacts& facts = inputs->facts[id];
  facts.arms = {{"a", {}}, {"b", {}}};
  if (!dose.empty()) facts.arms[1].attributes["dose"] = dose;
}

// Low: -1 and 3 of se 1, so Q 8, tau² 7 by every estimator, mean 1, variance
// (1 + 7) / 2. High: 7 with variance 4. One study has no dose.
DetailInputs TwoDoses() {
  DetailInputs inputs = GenericInputs({});
  Add("1", -1, 1, "low", &inputs);
  Add("2", 3, 1, "low", &inputs);
  Add("3", 7, 2, "high", &inputs);
  Add("4", 0, 1, "", &inputs);
  return inputs;
}

absl::StatusOr<v1::Subgroups> SubgroupsBy(const std::string& name,
                                          const DetailInputs& inputs) {
  v1::EstimateDetails details;
  details.mutable_subgroups()->mutable_covariate()->set_name(name);
  const auto estimate = EstimateWith(details, inputs);
  if (!estimate.ok()) return estimate.status();
  return estimate->subgroups();
}

TEST(SubgroupDetailsTest, EachValueIsANetworkOfItsOwn) {
  ASSERT_OK_AND_ASSIGN(const v1::Subgroups subgroups,
                       SubgroupsBy("dose", TwoDoses()));
  ASSERT_EQ(subgroups.subgroups_size(), 2);
  const v1::Subgroups::Subgroup& high = subgroups.subgroups(0);
  EXPECT_EQ(high.value(), "high");
  EXPECT_EQ(high.relative_effects(0).effect(), 7);
  EXPECT_EQ(high.relative_effects(0).se(), 2);
  EXPECT_EQ(high.parts(0).df(), 0);
  const v1::Subgroups::Subgroup& low = subgroups.subgroups(1);
  EXPECT_EQ(low.value(), "low");
  EXPECT_THAT(low.studies(), ElementsAre("1", "2"));
  ASSERT_EQ(low.parts_size(), 1);
  EXPECT_THAT(low.parts(0).treatments(), ElementsAre("a", "b"));
  EXPECT_NEAR(low.parts(0).q(), 8, 1e-12);
  EXPECT_NEAR(low.parts(0).tau2(), 7, 1e-9);
  EXPECT_NEAR(low.relative_effects(0).effect(), 1, 1e-12);
  EXPECT_NEAR(low.relative_effects(0).se(), 2, 1e-9);
  EXPECT_TRUE(low.relative_effects(0).has_lower());
}

TEST(SubgroupDetailsTest, TheDifferenceOfTwoIsTheFirstMinusTheSecond) {
  ASSERT_OK_AND_ASSIGN(const v1::Subgroups subgroups,
                       SubgroupsBy("dose", TwoDoses()));
  ASSERT_EQ(subgroups.interactions_size(), 1);
  const v1::Subgroups::Interaction& pair = subgroups.interactions(0);
  EXPECT_THAT(pair.values(), ElementsAre("high", "low"));
  EXPECT_NEAR(pair.difference().effect(), 6, 1e-12);
  EXPECT_NEAR(pair.difference().se(), std::sqrt(8), 1e-9);
  EXPECT_NEAR(pair.test().q(), 36.0 / 8, 1e-9);
  EXPECT_EQ(pair.test().df(), 1);
  EXPECT_NEAR(pair.test().p(), pair.difference().p(), 1e-12);
  EXPECT_NEAR(subgroups.global().q(), 36.0 / 8, 1e-9);
  EXPECT_EQ(subgroups.no_global(), "");
}

TEST(SubgroupDetailsTest, AStudyWithoutAValueIsListed) {
  ASSERT_OK_AND_ASSIGN(const v1::Subgroups subgroups,
                       SubgroupsBy("dose", TwoDoses()));
  ASSERT_EQ(subgroups.left_out_size(), 1);
  EXPECT_EQ(subgroups.left_out(0).study(), "4");
  EXPECT_THAT(subgroups.left_out(0).reason(), HasSubstr("dose"));
}

TEST(SubgroupDetailsTest, EachPartHasItsStudies) {
  DetailInputs inputs = GenericInputs({});
  Add("2", 1, 1, "low", &inputs);
  Add("3", 2, 1, "low", &inputs);
  inputs.studies.push_back({"1", std::vector<nma::Contrast>{{"x", "y", 1, 1}}});
  inputs.facts["1"].attributes["dose"] = "low";
  ASSERT_OK_AND_ASSIGN(const v1::Subgroups subgroups,
                       SubgroupsBy("dose", inputs));
  const v1::Subgroups::Subgroup& low = subgroups.subgroups(0);
  ASSERT_EQ(low.parts_size(), 2);
  EXPECT_THAT(low.parts(0).studies(), ElementsAre("2", "3"));
  EXPECT_THAT(low.parts(1).studies(), ElementsAre("1"));
}

TEST(SubgroupDetailsTest, OneValueHasNoTestAndAReason) {
  DetailInputs inputs = GenericInputs({});
  Add("1", 1, 1, "low", &inputs);
  Add("2", 3, 1, "low", &inputs);
  ASSERT_OK_AND_ASSIGN(const v1::Subgroups subgroups,
                       SubgroupsBy("dose", inputs));
  EXPECT_FALSE(subgroups.has_global());
  EXPECT_EQ(subgroups.no_global(), "there is only one subgroup");
  EXPECT_THAT(subgroups.interactions(), IsEmpty());
}

TEST(SubgroupDetailsTest, ACovariateThatNoStudyHasIsRefused) {
  EXPECT_THAT(SubgroupsBy("colour", TwoDoses()).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("details.subgroups.covariate")));
  EXPECT_THAT(SubgroupsBy("", TwoDoses()).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("details.subgroups.covariate")));
}

TEST(SubgroupDetailsTest, AsManyValuesAsStudiesAreNoSubgroups) {
  DetailInputs inputs = GenericInputs({});
  for (int i = 0; i < 21; ++i) {
    Add(absl::StrCat(i), 1, 1, absl::StrCat("dose ", i), &inputs);
  }
  EXPECT_THAT(
      SubgroupsBy("dose", inputs).status(),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("has 21 values, subgroups are for at most 20")));
}

}  // namespace
}  // namespace tidemark::review
