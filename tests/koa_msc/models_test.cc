// Component model and meta-regression of the example against metafor
// (models.R).
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/koa_msc/knee_review.h"

namespace tidemark {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr double kTolerance = 1e-8;

json Expected(const std::string& model) {
  return testing::Recorded("tests/koa_msc/expected_models.json")[model];
}

void ExpectEstimate(const v1::Coefficient& actual, const json& expected,
                    size_t parameter) {
  EXPECT_NEAR(actual.effect(), expected["beta"][parameter].get<double>(),
              kTolerance);
  EXPECT_NEAR(actual.se(), expected["se"][parameter].get<double>(), kTolerance);
}

void ExpectHeterogeneity(const v1::ResidualHeterogeneity& actual,
                         const json& expected) {
  EXPECT_NEAR(actual.tau2(), expected["tau2"].get<double>(), 1e-9);
  EXPECT_NEAR(actual.tau2(), expected["optimiser_tau2"].get<double>(), 1e-6);
  EXPECT_NEAR(actual.q(), expected["q"].get<double>(), kTolerance);
  EXPECT_EQ(actual.df(), expected["df"].get<int>());
}

TEST(ExampleModelsTest, SourceAndNumberOfInjectionsAsComponents) {
  v1::EstimateDetails details;
  details.mutable_component_model();
  const v1::Estimate estimate = testing::EstimateOf("pain-12m-source", details);
  const v1::ComponentModel& model = estimate.component_model();
  const json expected = Expected("components");
  EXPECT_EQ(model.not_estimable(), "");
  ExpectHeterogeneity(model.heterogeneity(), expected);
  ASSERT_EQ(model.terms_size(), 4);
  for (int i = 0; i < 4; ++i) {
    EXPECT_THAT(model.terms(i).components(),
                ElementsAre(expected["names"][i].get<std::string>()));
    ExpectEstimate(model.random().terms(i).estimate(), expected, i);
  }
  // Of six nodes against conventional five differences, of four components.
  EXPECT_EQ(model.df_difference(), 1);
  // Repeated injections are known from two small trials.
  const v1::Coefficient& repeated = model.random().terms(2).estimate();
  EXPECT_LT(repeated.lower(), 0);
  EXPECT_GT(repeated.upper(), 0);
}

TEST(ExampleModelsTest, DoseOfOneInjection) {
  v1::EstimateDetails details;
  v1::MetaRegressionSpec* spec = details.mutable_meta_regression();
  spec->mutable_covariate()->set_name("cells_per_injection");
  spec->mutable_covariate()->set_node("single_msc");
  spec->set_log10(true);
  const v1::Estimate estimate = testing::EstimateOf("pain-6m", details);
  const v1::MetaRegression& regression = estimate.meta_regression();
  const json expected = Expected("regression");
  EXPECT_EQ(regression.not_estimable(), "");
  EXPECT_EQ(regression.studies_size(), expected["studies"].get<int>());
  EXPECT_NEAR(regression.centre() / expected["centre"].get<double>(), 1, 1e-10);
  ExpectHeterogeneity(regression.heterogeneity(), expected);
  // Conventional minus one injection, by bytes.
  ASSERT_THAT(regression.random().relative_effects(), SizeIs(1));
  const v1::RelativeEffect& effect = regression.random().relative_effects(0);
  EXPECT_EQ(effect.second(), "single_msc");
  EXPECT_NEAR(-effect.effect(), expected["beta"][0].get<double>(), kTolerance);
  ExpectEstimate(regression.random().slopes(0).estimate(), expected, 1);
  // It explains nothing: tau2 is not less with it.
  EXPECT_NEAR(regression.without_covariate().tau2(),
              expected["tau2_without"].get<double>(), 1e-6);
  EXPECT_EQ(regression.explained(), 0);
  // Two give no dose, one a range, one gave several injections.
  std::string reasons;
  for (const auto& study : regression.left_out()) {
    reasons += study.study() + ": " + study.reason() + "\n";
  }
  ASSERT_THAT(regression.left_out(), SizeIs(4)) << reasons;
  EXPECT_THAT(reasons,
              HasSubstr("khalifeh-soltani-2019: cells_per_injection of "
                        "arms on single_msc is \"5e7 to 6e7\""));
}

// Within a time point the trials say no actual months.
TEST(ExampleModelsTest, FollowUpDoesNotVaryWithinATimePoint) {
  v1::EstimateDetails details;
  details.mutable_meta_regression()->mutable_covariate()->set_name("months");
  const v1::Estimate estimate = testing::EstimateOf("pain-6m", details);
  const v1::Slope& slope = estimate.meta_regression().random().slopes(0);
  EXPECT_FALSE(slope.has_estimate());
  EXPECT_EQ(slope.not_identified(), "all studies have the same value");
}

}  // namespace
}  // namespace tidemark
