// The example's analyses against independently computed reference results.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "review/relative_effects.h"
#include "review/review_state.h"
#include "tests/koa_msc/knee_review.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark {
namespace {

using nlohmann::json;

// The reference gives 15 digits; 1e-6 is what the example promises.
constexpr double kTolerance = 1e-6;

// The example's analysis of an outcome and time point of the reference.
std::string AnalysisId(const json& expected, const std::string& tau2_method) {
  static const auto* const kOutcomes =
      new std::map<std::string, std::string>{{"pain_0_10", "pain"},
                                             {"function_0_100", "function"},
                                             {"any_ae", "any-ae"},
                                             {"serious_ae", "serious-ae"}};
  std::string id = kOutcomes->at(expected["outcome"]);
  if (!expected["timepoint_months"].is_null()) {
    absl::StrAppend(&id, "-", expected["timepoint_months"].get<int>(), "m");
  }
  return tau2_method == "DL" ? id + "-dl" : id;
}

void ExpectNear(double actual, double expected, const std::string& what) {
  EXPECT_NEAR(actual, expected, kTolerance * std::max(1.0, std::abs(expected)))
      << what;
}

void ExpectEffects(const json& expected, const v1::Estimate& estimate,
                   review::Model model) {
  for (const json& pair : expected) {
    const std::string first = pair["first"];
    const std::string second = pair["second"];
    ASSERT_OK_AND_ASSIGN(const v1::RelativeEffect effect,
                         review::Compare(estimate, model, first, second));
    const std::string what = first + " versus " + second;
    ExpectNear(effect.effect(), pair["effect"], what);
    ExpectNear(effect.se(), pair["se"], what);
    if (pair.contains("lower")) {
      ExpectNear(effect.lower(), pair["lower"], what);
      ExpectNear(effect.upper(), pair["upper"], what);
    }
  }
}

TEST(ExampleEstimatesTest, AgreeWithTheReferenceOnEveryAnalysis) {
  const review::ReviewState state = testing::KneeReview();
  const json reference = testing::Recorded("tests/koa_msc/expected.json");
  ASSERT_EQ(reference.size(), 8);
  for (const json& expected : reference) {
    for (const json& fit : expected["fits"]) {
      const std::string id = AnalysisId(expected, fit["tau2_method"]);
      SCOPED_TRACE(id);
      const v1::Estimate estimate = testing::EstimateOf(state, id);
      EXPECT_EQ(estimate.studies_used(), expected["studies"].get<int>());
      EXPECT_EQ(estimate.df(), fit["df"].get<int>());
      ExpectNear(estimate.tau2(), fit["tau2"], "tau2");
      ExpectNear(estimate.q(), fit["q"], "q");
      ExpectNear(estimate.i2(), fit["i2"], "i2");
      ExpectEffects(fit["random"], estimate, review::Model::kRandom);
      ExpectEffects(fit["common"], estimate, review::Model::kCommon);
    }
  }
}

TEST(ExampleEstimatesTest, ListEveryTrialThatHasDataButIsLeftOut) {
  const review::ReviewState state = testing::KneeReview();
  const v1::Estimate estimate = testing::EstimateOf(state, "any-ae");
  std::vector<std::string> studies;
  for (const v1::StudyLeftOut& study : estimate.studies_left_out()) {
    studies.push_back(study.study());
    EXPECT_FALSE(study.reason().empty()) << study.study();
  }
  EXPECT_EQ(studies, (std::vector<std::string>{"freitag-2019", "kuah-2018",
                                               "matas-2019"}));
}

// Two small trials of repeated injections: nothing may be read into them.
TEST(ExampleEstimatesTest, RepeatedVersusSingleIncludesNoDifferenceEverywhere) {
  const review::ReviewState state = testing::KneeReview();
  int compared = 0;
  for (const review::AnalysisVersion* analysis : state.Analyses()) {
    if (analysis->record.analysis().node_map() != "injections") continue;
    const std::string& id = analysis->record.analysis().analysis_id();
    const v1::Estimate estimate = testing::EstimateOf(state, id);
    const auto effect = review::Compare(estimate, review::Model::kRandom,
                                        "repeated_msc", "single_msc");
    if (!effect.ok()) continue;
    ++compared;
    EXPECT_LT(effect->lower(), 0) << id;
    EXPECT_GT(effect->upper(), 0) << id;
  }
  EXPECT_EQ(compared, 12);
}

TEST(ExampleEstimatesTest, SourceNodesSplitTheSameTrials) {
  const review::ReviewState state = testing::KneeReview();
  const v1::Estimate coarse = testing::EstimateOf(state, "pain-6m");
  const v1::Estimate fine = testing::EstimateOf(state, "pain-6m-source");
  EXPECT_EQ(fine.studies_used(), coarse.studies_used());
  EXPECT_GT(fine.treatments_size(), coarse.treatments_size());
}

}  // namespace
}  // namespace tidemark
