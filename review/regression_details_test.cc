#include "review/regression_details.h"

#include <cmath>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/detailed_estimate.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::testing::Contrast;
using ::tidemark::testing::EstimateWith;
using ::tidemark::testing::FieldsOf;
using ::tidemark::testing::FromText;
using ::tidemark::testing::GenericInputs;
using ::tidemark::testing::StatusIs;

// The effect of a versus ref is 2 log10(dose); b is there at one dose.
DetailInputs Inputs() {
  DetailInputs inputs =
      GenericInputs({Contrast("1", "a", "ref", 2), Contrast("2", "a", "ref", 4),
                     Contrast("3", "a", "ref", 6), Contrast("4", "b", "ref", 1),
                     Contrast("5", "b", "ref", 2)});
  inputs.analysis.set_reference("ref");
  for (const auto& [study, dose] :
       {std::pair("1", "10"), std::pair("2", "1e2"), std::pair("3", "1000"),
        std::pair("4", "100")}) {
    inputs.facts[study].attributes["dose"] = dose;
  }
  return inputs;
}

v1::EstimateDetails Details(const std::string& more = "") {
  return FromText<v1::EstimateDetails>(
      "meta_regression { covariate { name: 'dose' } log10: true " + more + "}");
}

absl::StatusOr<v1::MetaRegression> RegressionOf(
    const v1::EstimateDetails& details, const DetailInputs& inputs) {
  const auto estimate = EstimateWith(details, inputs);
  if (!estimate.ok()) return estimate.status();
  return estimate->meta_regression();
}

TEST(RegressionDetailsTest, ACommonSlopeIsOfAllVersusTheReference) {
  ASSERT_OK_AND_ASSIGN(const v1::MetaRegression regression,
                       RegressionOf(Details(), Inputs()));
  EXPECT_THAT(regression.not_estimable(), IsEmpty());
  EXPECT_EQ(regression.reference(), "ref");
  EXPECT_EQ(regression.slopes(), v1::MetaRegressionSpec::COMMON);
  EXPECT_NEAR(regression.centre(), 100, 1e-12);
  ASSERT_THAT(regression.random().slopes(), SizeIs(1));
  const v1::Slope& slope = regression.random().slopes(0);
  EXPECT_EQ(slope.first(), "");
  EXPECT_EQ(slope.second(), "ref");
  EXPECT_NEAR(slope.estimate().effect(), 2, 1e-12);
  EXPECT_NEAR(slope.estimate().se(), std::sqrt(0.5), 1e-12);
  // All at the centre.
  ASSERT_THAT(regression.random().relative_effects(), SizeIs(3));
  const v1::RelativeEffect& a = regression.random().relative_effects(1);
  EXPECT_EQ(a.first(), "a");
  EXPECT_EQ(a.second(), "ref");
  EXPECT_NEAR(a.effect(), 4, 1e-12);
  EXPECT_NEAR(regression.heterogeneity().q(), 0, 1e-12);
  EXPECT_NEAR(regression.without_covariate().q(), 8, 1e-12);
  EXPECT_EQ(regression.heterogeneity().df(), 1);
  EXPECT_NEAR(regression.explained(), 1, 1e-12);
}

TEST(RegressionDetailsTest, ListsTheStudiesWithAndWithoutTheCovariate) {
  DetailInputs inputs = Inputs();
  inputs.facts["2"].attributes["dose"] = "0";
  inputs.facts["3"].attributes["dose"] = "5e7 to 6e7";
  ASSERT_OK_AND_ASSIGN(const v1::MetaRegression regression,
                       RegressionOf(Details(), inputs));
  ASSERT_THAT(regression.studies(), SizeIs(2));
  EXPECT_EQ(regression.studies(0).study(), "1");
  EXPECT_EQ(regression.studies(0).value(), 10);
  ASSERT_THAT(regression.left_out(), SizeIs(3));
  EXPECT_EQ(regression.left_out(0).reason(),
            "dose is 0, which has no logarithm");
  EXPECT_THAT(regression.left_out(1).reason(), HasSubstr("5e7 to 6e7"));
  EXPECT_EQ(regression.left_out(2).reason(), "no dose is known");
}

TEST(RegressionDetailsTest, SlopesThatAreNotIdentifiedSayWhy) {
  ASSERT_OK_AND_ASSIGN(
      const v1::MetaRegression regression,
      RegressionOf(Details("slopes: INDEPENDENT at: 1000"), Inputs()));
  ASSERT_THAT(regression.random().slopes(), SizeIs(2));
  EXPECT_EQ(regression.random().slopes(0).first(), "a");
  EXPECT_NEAR(regression.random().slopes(0).estimate().effect(), 2, 1e-12);
  EXPECT_FALSE(regression.random().slopes(1).has_estimate());
  EXPECT_EQ(regression.random().slopes(1).not_identified(),
            "all studies of b have the same value");
  // Nothing is known of b at 1000.
  ASSERT_THAT(regression.comparable(), SizeIs(2));
  EXPECT_THAT(regression.comparable(0).treatments(), ElementsAre("a", "ref"));
  ASSERT_THAT(regression.random().relative_effects(), SizeIs(1));
  EXPECT_NEAR(regression.random().relative_effects(0).effect(), 6, 1e-12);
}

TEST(RegressionDetailsTest, SaysWhyThereIsNone) {
  DetailInputs inputs = Inputs();
  for (auto& [study, facts] : inputs.facts) facts.attributes["dose"] = "high";
  ASSERT_OK_AND_ASSIGN(const v1::MetaRegression regression,
                       RegressionOf(Details(), inputs));
  EXPECT_EQ(
      regression.not_estimable(),
      "no study has a number for dose, only words; subgroups can be formed "
      "by it");
  EXPECT_THAT(regression.left_out(), SizeIs(5));
}

TEST(RegressionDetailsTest, ACovariateThatNoStudyHasIsRefused) {
  v1::EstimateDetails details = Details();
  details.mutable_meta_regression()->mutable_covariate()->set_name("cells");
  EXPECT_THAT(
      RegressionOf(details, Inputs()),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("details.meta_regression.covariate.name: no study of "
                         "the analysis has cells; what is known of its studies "
                         "is dose")));
  details.mutable_meta_regression()->mutable_covariate()->set_name("dose");
  details.mutable_meta_regression()->mutable_covariate()->set_node("nosuch");
  EXPECT_THAT(RegressionOf(details, Inputs()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no arm of the analysis is on \"nosuch\"")));
}

TEST(RegressionDetailsTest, SaysWhichValuesItRestsOn) {
  ASSERT_OK_AND_ASSIGN(const v1::MetaRegression regression,
                       RegressionOf(Details("at: 1e5"), Inputs()));
  EXPECT_EQ(regression.smallest(), 10);
  EXPECT_EQ(regression.largest(), 1000);
}

TEST(RegressionDetailsTest, EffectsBeyondDoubleAreRefused) {
  for (const char* slopes : {"COMMON", "INDEPENDENT"}) {
    v1::EstimateDetails details = Details(std::string("slopes: ") + slopes);
    details.mutable_meta_regression()->set_log10(false);
    details.mutable_meta_regression()->set_at(1e308);
    EXPECT_THAT(RegressionOf(details, Inputs()),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("details.meta_regression.at: effects at "
                                   "1e+308 are beyond the range of double "
                                   "precision; the studies have values of 10 "
                                   "to 1000")));
  }
}

TEST(RegressionDetailsTest, SlopesAreTestedTogether) {
  ASSERT_OK_AND_ASSIGN(const v1::MetaRegression regression,
                       RegressionOf(Details(), Inputs()));
  // One slope of 2 with variance 1/2.
  EXPECT_NEAR(regression.common().slopes_test().q(), 8, 1e-12);
  EXPECT_EQ(regression.common().slopes_test().df(), 1);
  EXPECT_NEAR(regression.common().slopes_test().p(),
              regression.common().slopes(0).estimate().p(), 1e-12);
  DetailInputs same = Inputs();
  for (auto& [study, facts] : same.facts) facts.attributes["dose"] = "10";
  ASSERT_OK_AND_ASSIGN(const v1::MetaRegression none,
                       RegressionOf(Details(), same));
  EXPECT_FALSE(none.common().has_slopes_test());
}

TEST(RegressionDetailsTest, NeedsTheReferenceAmongItsStudies) {
  DetailInputs inputs = Inputs();
  inputs.studies.push_back(Contrast("6", "c", "b", 2));
  inputs.facts.clear();
  inputs.facts["6"].attributes["dose"] = "3";
  ASSERT_OK_AND_ASSIGN(const v1::MetaRegression regression,
                       RegressionOf(Details(), inputs));
  EXPECT_EQ(regression.not_estimable(),
            "slopes are versus the reference ref, which no study with dose "
            "has");
}

TEST(RegressionDetailsTest, OneStudyGivesItsEffectAndNoSlope) {
  DetailInputs inputs = Inputs();
  inputs.studies.resize(1);
  ASSERT_OK_AND_ASSIGN(const v1::MetaRegression regression,
                       RegressionOf(Details(), inputs));
  EXPECT_EQ(regression.random().slopes(0).not_identified(),
            "all studies have the same value");
  EXPECT_NEAR(regression.random().relative_effects(0).effect(), 2, 1e-12);
  EXPECT_FALSE(regression.has_explained());
}

TEST(RegressionDetailsTest, RefusesWhatMakesNoSense) {
  const auto fields = [](const std::string& text) {
    const auto regression = RegressionOf(
        FromText<v1::EstimateDetails>("meta_regression {" + text + "}"),
        Inputs());
    EXPECT_THAT(regression,
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("")));
    return FieldsOf(regression.status());
  };
  EXPECT_THAT(fields(""),
              ElementsAre("details.meta_regression.covariate.name"));
  EXPECT_THAT(fields("covariate { name: 'dose' } at: nan"),
              ElementsAre("details.meta_regression.at"));
  EXPECT_THAT(fields("covariate { name: 'dose' } log10: true at: 0"),
              ElementsAre("details.meta_regression.at"));
}

}  // namespace
}  // namespace tidemark::review
