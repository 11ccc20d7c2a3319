// Every rule for zero cells with every measure of events, by hand.
#include "nma/zero_cells.h"

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "nma/study_effects.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kRounding = 1e-14;
constexpr double kIncrement = 0.25;

struct Moments {
  double effect;
  double variance;
};

// The effect of B (b events of n) minus A (a of n), n = 10 in both, with the
// increment c, or c ignored.
struct MeasureOfEvents {
  EffectMeasure measure;
  bool needs_increment;
  std::function<Moments(double a, double b, double c)> by_hand;
};

Moments OddsRatio(double a, double b, double c) {
  const double x = a + c;
  const double y = b + c;
  const double n = 10 + 2 * c;
  return {std::log(y / (n - y) / (x / (n - x))),
          1 / x + 1 / (n - x) + 1 / y + 1 / (n - y)};
}
Moments RiskRatio(double a, double b, double c) {
  return {std::log((b + c) / (a + c)),
          1 / (a + c) + 1 / (b + c) - 2 / (10 + c)};
}
Moments RiskDifference(double a, double b, double c) {
  const auto variance = [c](double events) {
    return (events + c) * (10 - events + c) / std::pow(10 + 2 * c, 3);
  };
  return {(b - a) / 10, variance(a) + variance(b)};
}
Moments ArcsineDifference(double a, double b, double) {
  return {std::asin(std::sqrt(b / 10)) - std::asin(std::sqrt(a / 10)),
          2 / 40.0};
}
Moments Peto(double a, double b, double) {
  const double m = a + b;
  const double v = 10 * 10 * m * (20 - m) / (19 * 20.0 * 20.0);
  return {(b - m / 2) / v, 1 / v};
}
Moments RateRatio(double a, double b, double c) {
  return {std::log((b + c) / (a + c)), 1 / (a + c) + 1 / (b + c)};
}
Moments RateDifference(double a, double b, double c) {
  return {(b - a) / 10, (a + b + 2 * c) / 100};
}
Moments SquareRootRateDifference(double a, double b, double) {
  return {std::sqrt(b / 10) - std::sqrt(a / 10), 2 / 40.0};
}

// A lone zero cell leaves differences with a variance: they need no increment.
const std::vector<MeasureOfEvents> kMeasures = {
    {EffectMeasure::kOddsRatio, true, OddsRatio},
    {EffectMeasure::kRiskRatio, true, RiskRatio},
    {EffectMeasure::kRiskDifference, false, RiskDifference},
    {EffectMeasure::kArcsineDifference, false, ArcsineDifference},
    {EffectMeasure::kPetoOddsRatio, false, Peto},
    {EffectMeasure::kIncidenceRateRatio, true, RateRatio},
    {EffectMeasure::kIncidenceRateDifference, false, RateDifference},
    {EffectMeasure::kSquareRootRateDifference, false, SquareRootRateDifference},
};

bool IsOfRates(EffectMeasure measure) {
  return measure == EffectMeasure::kIncidenceRateRatio ||
         measure == EffectMeasure::kIncidenceRateDifference ||
         measure == EffectMeasure::kSquareRootRateDifference;
}

// Arms A, B, ... with these events of 10.
Study StudyOf(const std::string& id, const std::vector<double>& events,
              EffectMeasure measure) {
  std::vector<BinaryArm> binary;
  std::vector<RateArm> rate;
  for (const double e : events) {
    const std::string treatment(1, static_cast<char>('A' + binary.size()));
    binary.push_back({treatment, e, 10});
    rate.push_back({treatment, e, 10});
  }
  if (IsOfRates(measure)) return {id, rate};
  return {id, binary};
}

EffectSet Compute(const std::vector<Study>& studies, EffectMeasure measure,
                  ZeroCellRule rule) {
  EffectOptions options;
  options.measure = measure;
  options.zero_cells = rule;
  options.increment = kIncrement;
  const absl::StatusOr<EffectSet> set = ComputeEffects(studies, options);
  EXPECT_OK(set);
  return set.value_or(EffectSet());
}

std::vector<std::pair<std::string, std::string>> LeftOut(const EffectSet& set) {
  std::vector<std::pair<std::string, std::string>> studies;
  for (const LeftOutStudy& study : set.left_out) {
    studies.emplace_back(study.study, study.reason);
  }
  return studies;
}

void ExpectMoments(const StudyEffects& actual, const Moments& expected) {
  EXPECT_NEAR(actual.effects[0], expected.effect, kRounding);
  EXPECT_NEAR(actual.covariance(0, 0), expected.variance, kRounding);
}

class ZeroCellMeasureTest : public ::testing::TestWithParam<MeasureOfEvents> {
 protected:
  // A study with a zero cell and one without, under a rule.
  EffectSet ComputeBoth(ZeroCellRule rule) const {
    const EffectMeasure measure = GetParam().measure;
    return Compute(
        {StudyOf("zero", {0, 4}, measure), StudyOf("plain", {2, 5}, measure)},
        measure, rule);
  }
};

TEST_P(ZeroCellMeasureTest, Only0) {
  const EffectSet set = ComputeBoth(ZeroCellRule::kOnly0);
  ASSERT_EQ(set.studies.size(), 2);
  ExpectMoments(set.studies[0], GetParam().by_hand(0, 4, kIncrement));
  ExpectMoments(set.studies[1], GetParam().by_hand(2, 5, 0));
}

TEST_P(ZeroCellMeasureTest, If0AllAndAll) {
  for (const ZeroCellRule rule : {ZeroCellRule::kIf0All, ZeroCellRule::kAll}) {
    const EffectSet set = ComputeBoth(rule);
    ASSERT_EQ(set.studies.size(), 2);
    ExpectMoments(set.studies[0], GetParam().by_hand(0, 4, kIncrement));
    ExpectMoments(set.studies[1], GetParam().by_hand(2, 5, kIncrement));
  }
}

TEST_P(ZeroCellMeasureTest, WithoutAnyZeroCellIf0AllAddsNothingAndAllDoes) {
  const EffectMeasure measure = GetParam().measure;
  const Study plain = StudyOf("plain", {2, 5}, measure);
  ExpectMoments(Compute({plain}, measure, ZeroCellRule::kIf0All).studies.at(0),
                GetParam().by_hand(2, 5, 0));
  ExpectMoments(Compute({plain}, measure, ZeroCellRule::kAll).studies.at(0),
                GetParam().by_hand(2, 5, kIncrement));
}

TEST_P(ZeroCellMeasureTest, None) {
  const EffectSet set = ComputeBoth(ZeroCellRule::kNone);
  ExpectMoments(set.studies.back(), GetParam().by_hand(2, 5, 0));
  if (GetParam().needs_increment) {
    EXPECT_THAT(LeftOut(set), ElementsAre(std::make_pair(
                                  "zero", "a zero cell, and no increment")));
  } else {
    ASSERT_EQ(set.studies.size(), 2);
    ExpectMoments(set.studies[0], GetParam().by_hand(0, 4, 0));
  }
}

TEST_P(ZeroCellMeasureTest, ArmsThatAllHaveNoEvent) {
  const EffectMeasure measure = GetParam().measure;
  const EffectSet set = Compute({StudyOf("empty", {0, 0, 0}, measure)}, measure,
                                ZeroCellRule::kOnly0);
  const bool says_nothing = measure == EffectMeasure::kOddsRatio ||
                            measure == EffectMeasure::kRiskRatio ||
                            measure == EffectMeasure::kPetoOddsRatio ||
                            measure == EffectMeasure::kIncidenceRateRatio;
  if (says_nothing) {
    EXPECT_THAT(LeftOut(set),
                ElementsAre(std::make_pair("empty", "no event in any arm")));
  } else {
    EXPECT_EQ(set.studies.size(), 1);
  }
}

TEST_P(ZeroCellMeasureTest, ArmsThatAllHaveOnlyEvents) {
  const EffectMeasure measure = GetParam().measure;
  const EffectSet set = Compute({StudyOf("full", {10, 10, 10}, measure)},
                                measure, ZeroCellRule::kOnly0);
  if (measure == EffectMeasure::kOddsRatio ||
      measure == EffectMeasure::kPetoOddsRatio) {
    EXPECT_THAT(LeftOut(set), ElementsAre(std::make_pair(
                                  "full", "only events in every arm")));
  } else {
    EXPECT_EQ(set.studies.size(), 1);
  }
}

TEST_P(ZeroCellMeasureTest, APairOfZeroArmsStaysWhereAnotherArmHasEvents) {
  const EffectMeasure measure = GetParam().measure;
  const EffectSet set = Compute({StudyOf("pair", {0, 0, 3}, measure)}, measure,
                                ZeroCellRule::kOnly0);
  ASSERT_EQ(set.studies.size(), 1);
  EXPECT_NEAR(set.studies[0].effects[0], 0, kRounding);
}

INSTANTIATE_TEST_SUITE_P(
    Measures, ZeroCellMeasureTest, ::testing::ValuesIn(kMeasures),
    [](const ::testing::TestParamInfo<MeasureOfEvents>& info) {
      return std::string(ShortName(info.param.measure));
    });

// Two arms without variance differ by a number without variance.
TEST(ZeroCellTest, DifferencesOfTwoZeroArmsNeedAnIncrement) {
  for (const EffectMeasure measure :
       {EffectMeasure::kRiskDifference,
        EffectMeasure::kIncidenceRateDifference}) {
    const EffectSet set = Compute({StudyOf("pair", {0, 0, 3}, measure)},
                                  measure, ZeroCellRule::kNone);
    EXPECT_THAT(LeftOut(set), ElementsAre(std::make_pair(
                                  "pair", "a zero cell, and no increment")));
  }
}

// Whichever arm is the base, and however the variance of the third is rounded.
TEST(ZeroCellTest, TwoZeroArmsNeedAnIncrementInAnyOrder) {
  for (const EffectMeasure measure :
       {EffectMeasure::kRiskDifference,
        EffectMeasure::kIncidenceRateDifference}) {
    for (double events = 1; events < 10; ++events) {
      const EffectSet set = Compute({StudyOf("last", {0, 0, events}, measure),
                                     StudyOf("middle", {0, events, 0}, measure),
                                     StudyOf("base", {events, 0, 0}, measure)},
                                    measure, ZeroCellRule::kNone);
      EXPECT_THAT(set.studies, IsEmpty())
          << ShortName(measure) << " with " << events << " events";
    }
  }
}

TEST(ZeroCellTest, WhatHasNoCellsHasNoZeroCell) {
  EXPECT_TRUE(HasZeroCell({"S", std::vector<BinaryArm>{{"A", 3, 3}}}));
  EXPECT_FALSE(HasZeroCell({"S", std::vector<RateArm>{{"A", 3, 3}}}));
  EXPECT_TRUE(HasZeroCell({"S", std::vector<RateArm>{{"A", 0, 3}}}));
  EXPECT_FALSE(HasZeroCell({"S", std::vector<ContinuousArm>{{"A", 0, 1, 3}}}));
  EXPECT_FALSE(HasZeroCell({"S", std::vector<Contrast>{{"A", "B", 0, 1}}}));
  EXPECT_FALSE(HasZeroCell({"S", BaselineContrasts{"A", {}, {{"B", 0, 1}}}}));
}

}  // namespace
}  // namespace tidemark::nma
