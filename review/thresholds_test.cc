#include "review/thresholds.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/errors.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using testing::AdverseAnalysis;
using testing::PainAnalysis;
using testing::ToyReview;

v1::Threshold Of(double value, const std::string& source,
                 v1::Threshold::Kind kind = v1::Threshold::BETWEEN_GROUPS) {
  v1::Threshold threshold;
  threshold.set_kind(kind);
  threshold.set_value(value);
  threshold.set_source(source);
  return threshold;
}

// The protocol with these thresholds of every outcome.
v1::Review With(const std::vector<v1::Threshold>& thresholds) {
  v1::Review protocol = ToyReview();
  for (v1::Outcome& outcome : *protocol.mutable_outcomes()) {
    outcome.clear_thresholds();
    for (const auto& threshold : thresholds) {
      *outcome.add_thresholds() = threshold;
    }
  }
  return protocol;
}

std::vector<double> ValuesOf(const v1::Analysis& analysis,
                             const v1::Review& protocol) {
  std::vector<double> values;
  for (const auto& threshold : ThresholdsOf(analysis, protocol)) {
    values.push_back(threshold.value());
  }
  return values;
}

TEST(ThresholdsOfTest, AreThoseBetweenGroupsOfTheOutcome) {
  const v1::Review protocol = With(
      {Of(1.2, "A"), Of(2, "B", v1::Threshold::WITHIN_PERSON), Of(1.5, "C")});
  EXPECT_EQ(ValuesOf(PainAnalysis(), protocol),
            (std::vector<double>{1.2, 1.5}));
}

TEST(ThresholdsOfTest, OfTheAnalysisGoBefore) {
  v1::Analysis analysis = PainAnalysis();
  *analysis.add_thresholds() = Of(1, "panel");
  EXPECT_EQ(ValuesOf(analysis, With({Of(1.2, "A")})), std::vector<double>{1});
}

TEST(ThresholdsOfTest, OnAnotherScaleAreNone) {
  const v1::Review protocol = With({Of(0.2, "A")});
  v1::Analysis pain = PainAnalysis();
  pain.set_effect_measure(v1::EffectMeasure::SMD);
  EXPECT_TRUE(ValuesOf(pain, protocol).empty());
  v1::Analysis adverse = AdverseAnalysis();
  EXPECT_EQ(ValuesOf(adverse, protocol), std::vector<double>{0.2});
  adverse.set_effect_measure(v1::EffectMeasure::RD);
  EXPECT_TRUE(ValuesOf(adverse, protocol).empty());
}

TEST(ThresholdsOfTest, AreShownWithTheirSources) {
  EXPECT_EQ(ShownThresholds({}), "none");
  EXPECT_EQ(ShownThresholds({Of(12, "Devji 2017"), Of(0.2231435, "panel")}),
            "12 (Devji 2017), 0.2231435 (panel)");
}

TEST(ValidateThresholdsTest, NamesEachRule) {
  v1::Outcome outcome;
  *outcome.add_thresholds() = Of(12, "A");
  *outcome.add_thresholds() = Of(0, "");
  *outcome.add_thresholds() = Of(1, "A", v1::Threshold::KIND_UNSPECIFIED);
  Violations violations;
  ValidateThresholds("list", outcome.thresholds(), violations);
  EXPECT_THAT(testing::FieldsOf(violations.ToStatus()),
              ::testing::ElementsAre("list[1].value", "list[1].source",
                                     "list[2].kind"));
}

}  // namespace
}  // namespace tidemark::review
