#include "review/benefit_harm.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::StatusIs;

constexpr double kPhi1 = 0.841344746068542949;  // Phi(1)
constexpr double kPhi2 = 0.977249868051820793;  // Phi(2)

// b is 1 below a with se 1, and so is c under both models.
v1::Estimate Pain() {
  return testing::FromText<v1::Estimate>(R"pb(
    analysis_id: "pain"
    effect_measure: MD
    level: 0.95
    treatments: [ "a", "b", "c" ]
    small_values_desirable: true
    common {
      effects: [ 0, -1, -1 ]
      pair_variances: [ 1, 1, 1 ]
    }
    random {
      effects: [ 0, -1, -1 ]
      pair_variances: [ 1, 1, 1 ]
    }
    components {
      values { string_value: "a" }
      values { string_value: "b" }
      values { string_value: "c" }
    }
    component_heterogeneity { reference: "a" df: 5 residual_scale: 1 }
  )pb");
}

// Large values are better: b is 2 above a with se 1; no c, but d.
v1::Estimate Safety() {
  return testing::FromText<v1::Estimate>(R"pb(
    analysis_id: "safety"
    effect_measure: MD
    level: 0.95
    treatments: [ "a", "b", "d" ]
    common {
      effects: [ 0, 2, 0 ]
      pair_variances: [ 1, 0, 0 ]
    }
    random {
      effects: [ 0, 2, 0 ]
      pair_variances: [ 1, 0, 0 ]
    }
    components {
      values { string_value: "a" }
      values { string_value: "b" }
    }
    components { values { string_value: "d" } }
    component_heterogeneity { reference: "a" df: 5 residual_scale: 1 }
    component_heterogeneity { reference: "d" }
  )pb");
}

absl::StatusOr<v1::BenefitHarm> Compared(const v1::Estimate& benefit,
                                         const v1::Estimate& harm,
                                         const std::string& reference = "") {
  const std::vector<v1::Estimate> benefits = {benefit};
  const std::vector<v1::Estimate> harms = {harm};
  return CompareBenefitHarm({benefits, harms, reference, Model::kRandom},
                            [] { return false; });
}

TEST(BenefitHarmTest, EachOutcomeHasItsDirection) {
  ASSERT_OK_AND_ASSIGN(const v1::BenefitHarm answer,
                       Compared(Pain(), Safety()));
  EXPECT_EQ(answer.reference(), "a");
  ASSERT_EQ(answer.treatments_size(), 2);
  const v1::BenefitHarm::Treatment& b = answer.treatments(1);
  ASSERT_EQ(b.standings_size(), 2);
  EXPECT_EQ(b.standings(0).versus_reference().effect(), -1);
  EXPECT_NEAR(b.standings(0).better(), kPhi1, 1e-15);
  EXPECT_NEAR(b.standings(0).p_score(), kPhi1, 1e-15);
  EXPECT_NEAR(b.standings(0).mean_rank(), 2 - kPhi1, 1e-14);
  EXPECT_NEAR(b.standings(1).better(), kPhi2, 1e-15);
  EXPECT_NEAR(b.better_on_both().independent(), kPhi1 * kPhi2, 1e-15);
  EXPECT_NEAR(b.better_on_both().lower(), kPhi1 + kPhi2 - 1, 1e-15);
  EXPECT_NEAR(b.better_on_both().upper(), kPhi1, 1e-15);
  EXPECT_NEAR(b.better_on_benefit_only().independent(), kPhi1 * (1 - kPhi2),
              1e-15);
  EXPECT_NEAR(b.better_on_harm_only().independent(), (1 - kPhi1) * kPhi2,
              1e-15);
  EXPECT_NEAR(b.better_on_neither().independent(), (1 - kPhi1) * (1 - kPhi2),
              1e-15);
  // Of two, the best on all is better on all.
  EXPECT_NEAR(
      b.best_on_all().independent(), kPhi1 * kPhi2,
      answer.outcomes(0).best_error() + answer.outcomes(1).best_error());
}

TEST(BenefitHarmTest, TheReferenceHasNoSharesVersusItself) {
  ASSERT_OK_AND_ASSIGN(const v1::BenefitHarm answer,
                       Compared(Pain(), Safety()));
  const v1::BenefitHarm::Treatment& a = answer.treatments(0);
  EXPECT_FALSE(a.has_better_on_both());
  EXPECT_FALSE(a.standings(0).has_versus_reference());
  EXPECT_FALSE(a.standings(0).has_better());
  EXPECT_TRUE(a.has_best_on_all());
  ASSERT_EQ(answer.pairs_size(), 2);
  EXPECT_NEAR(answer.pairs(0).first_better_on_all().independent(),
              (1 - kPhi1) * (1 - kPhi2), 1e-15);
}

TEST(BenefitHarmTest, AnotherReferenceReversesTheEffects) {
  ASSERT_OK_AND_ASSIGN(const v1::BenefitHarm answer,
                       Compared(Pain(), Safety(), "b"));
  const v1::BenefitHarm::Treatment& a = answer.treatments(0);
  EXPECT_EQ(a.standings(0).versus_reference().second(), "b");
  EXPECT_EQ(a.standings(0).versus_reference().effect(), 1);
  EXPECT_NEAR(a.better_on_both().independent(), (1 - kPhi1) * (1 - kPhi2),
              1e-15);
}

TEST(BenefitHarmTest, WhatAnOutcomeLacksIsListedWithIt) {
  ASSERT_OK_AND_ASSIGN(const v1::BenefitHarm answer,
                       Compared(Pain(), Safety()));
  ASSERT_EQ(answer.not_compared_size(), 2);
  EXPECT_EQ(answer.not_compared(0).treatment(), "c");
  EXPECT_THAT(answer.not_compared(0).lacking(), ElementsAre("safety"));
  EXPECT_EQ(answer.not_compared(1).treatment(), "d");
  EXPECT_THAT(answer.not_compared(1).lacking(), ElementsAre("pain"));
  EXPECT_THAT(answer.not_compared(1).not_connected(), ElementsAre("safety"));
}

TEST(BenefitHarmTest, EachOutcomeListsTheTrialsThatItLeavesOut) {
  v1::Estimate pain = Pain();
  v1::StudyLeftOut* study = pain.add_studies_left_out();
  study->set_study("freitag-2019");
  study->set_reason("sd not reported");
  ASSERT_OK_AND_ASSIGN(const v1::BenefitHarm answer, Compared(pain, Safety()));
  ASSERT_EQ(answer.outcomes(0).studies_left_out_size(), 1);
  EXPECT_EQ(answer.outcomes(0).studies_left_out(0).SerializeAsString(),
            study->SerializeAsString());
  EXPECT_THAT(answer.outcomes(1).studies_left_out(), IsEmpty());
}

TEST(BenefitHarmTest, NothingToCompareHasAReason) {
  v1::Estimate empty;
  empty.set_analysis_id("safety");
  empty.set_not_estimable("no study");
  ASSERT_OK_AND_ASSIGN(v1::BenefitHarm answer, Compared(Pain(), empty));
  EXPECT_THAT(answer.not_estimable(), HasSubstr("\"safety\": no study"));
  EXPECT_THAT(answer.treatments(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(answer, Compared(Pain(), Safety(), "d"));
  EXPECT_THAT(answer.not_estimable(), HasSubstr("connect with \"d\""));
}

TEST(BenefitHarmTest, AReferenceWithoutDataIsNotFound) {
  EXPECT_THAT(Compared(Pain(), Safety(), "x").status(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"x\"")));
}

TEST(BenefitHarmTest, StopsWhenCancelled) {
  const std::vector<v1::Estimate> benefits = {Pain()};
  const std::vector<v1::Estimate> harms = {Safety()};
  EXPECT_THAT(CompareBenefitHarm({benefits, harms, "", Model::kRandom},
                                 [] { return true; })
                  .status(),
              StatusIs(absl::StatusCode::kCancelled, HasSubstr("cancelled")));
}

}  // namespace
}  // namespace tidemark::review
