#include "review/cinema_rules.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::review {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::CinemaRule;
using v1::Concern;

// The table that readers see is the one that is judged by.
TEST(CinemaRulesTest, AreThoseOfTheDocumentation) {
  std::ifstream file("docs/methods.md");
  const std::string page((std::istreambuf_iterator<char>(file)),
                         std::istreambuf_iterator<char>());
  for (const CinemaRuleText& rule : CinemaRuleTexts()) {
    const std::string row = absl::StrCat(
        "| ", rule.domain, " | ", rule.holds_if, " | ", rule.judgement, " |\n");
    EXPECT_TRUE(absl::StrContains(page, row)) << row;
  }
}

TEST(CrossingsTest, AreEndsOfTheZoneInsideTheInterval) {
  EXPECT_EQ(Crossings({-0.5, 0.5}, -1, 1), 0);  // within
  EXPECT_EQ(Crossings({2, 3}, -1, 1), 0);       // beside
  EXPECT_EQ(Crossings({-3, -2}, -1, 1), 0);
  EXPECT_EQ(Crossings({-2, 0}, -1, 1), 1);
  EXPECT_EQ(Crossings({0, 2}, -1, 1), 1);
  EXPECT_EQ(Crossings({-2, 2}, -1, 1), 2);
}

// As the front end counts: an end that only touches is crossed if the rest
// of the zone is inside too.
TEST(CrossingsTest, EndsThatCoincide) {
  EXPECT_EQ(Crossings({-1, 0.5}, -1, 1), 0);
  EXPECT_EQ(Crossings({-0.5, 1}, -1, 1), 2);
  EXPECT_EQ(Crossings({-1, 1}, -1, 1), 2);
  EXPECT_EQ(Crossings({1, 2}, -1, 1), 1);
}

v1::SharesByLevel Shares(double low, double some, double high,
                         double not_judged = 0) {
  v1::SharesByLevel shares;
  shares.set_low(low);
  shares.set_some(some);
  shares.set_high(high);
  shares.set_not_judged(not_judged);
  return shares;
}

TEST(JudgeFromStudiesTest, EachRuleSumsUpInItsWay) {
  const auto shares = Shares(0.55, 0.05, 0.4);
  const auto domain = JudgeFromStudies(shares, CinemaRule::MAJORITY);
  EXPECT_EQ(domain.majority(), Concern::NONE);
  EXPECT_EQ(domain.average(), Concern::SOME);
  EXPECT_EQ(domain.highest(), Concern::MAJOR);
  EXPECT_NEAR(domain.mean_level(), 1.85, 1e-15);
  EXPECT_EQ(domain.judgement().level(), Concern::NONE);
  EXPECT_EQ(JudgeFromStudies(shares, CinemaRule::AVERAGE).judgement().level(),
            Concern::SOME);
  EXPECT_EQ(JudgeFromStudies(shares, CinemaRule::HIGHEST).judgement().level(),
            Concern::MAJOR);
  EXPECT_EQ(
      JudgeFromStudies(shares, CinemaRule::UNSPECIFIED).judgement().rule(),
      JudgeFromStudies(shares, CinemaRule::AVERAGE).judgement().rule());
}

TEST(JudgeFromStudiesTest, RoundingDecidesNothing) {
  const double less = 0.5 - 1e-16;
  const auto half = JudgeFromStudies(Shares(0.5, less, 0), CinemaRule::AVERAGE);
  EXPECT_EQ(half.majority(), Concern::NONE);
  EXPECT_EQ(half.average(), Concern::SOME);  // 1.5 is rounded up
  const auto other =
      JudgeFromStudies(Shares(less, 0.5, 0), CinemaRule::AVERAGE);
  EXPECT_EQ(other.majority(), Concern::NONE);
  EXPECT_EQ(other.average(), Concern::SOME);
  EXPECT_EQ(
      JudgeFromStudies(Shares(0, 0.5, 0.5), CinemaRule::AVERAGE).average(),
      Concern::MAJOR);
}

TEST(JudgeFromStudiesTest, WhoIsNotJudgedJudgesNothing) {
  const auto domain =
      JudgeFromStudies(Shares(0.9, 0, 0, 0.1), CinemaRule::MAJORITY);
  EXPECT_EQ(domain.judgement().level(), Concern::UNSPECIFIED);
  EXPECT_THAT(domain.judgement().not_assessable(), HasSubstr("not judged"));
  EXPECT_FALSE(domain.has_mean_level());
  EXPECT_EQ(domain.shares().not_judged(), 0.1);
}

v1::RelativeEffect Effect(double lower, double effect, double upper) {
  v1::RelativeEffect message;
  message.set_effect(effect);
  message.set_lower(lower);
  message.set_upper(upper);
  return message;
}

v1::RelativeEffect WithPrediction(v1::RelativeEffect effect, double lower,
                                  double upper) {
  effect.set_predict_lower(lower);
  effect.set_predict_upper(upper);
  return effect;
}

Concern::Level Imprecision(double lower, double effect, double upper) {
  return JudgeImprecision(Effect(lower, effect, upper), 1).judgement().level();
}

TEST(JudgeImprecisionTest, CountsNoEffectAndTheLimitOnTheOtherSide) {
  EXPECT_EQ(Imprecision(-0.9, -0.5, 0.9), Concern::NONE);  // within
  EXPECT_EQ(Imprecision(0.2, 2, 4), Concern::NONE);        // not the limit at 1
  EXPECT_EQ(Imprecision(-0.2, 2, 4), Concern::SOME);
  EXPECT_EQ(Imprecision(-1.2, 2, 4), Concern::MAJOR);
  EXPECT_EQ(Imprecision(-4, -2, -0.2), Concern::NONE);
  EXPECT_EQ(Imprecision(-4, -2, 0.2), Concern::SOME);
  EXPECT_EQ(Imprecision(-4, -2, 1.2), Concern::MAJOR);
}

// The front end then takes the zone from no effect to no effect.
TEST(JudgeImprecisionTest, AnEstimateOfExactlyNoEffect) {
  EXPECT_EQ(Imprecision(-2, 0, 2), Concern::MAJOR);
  EXPECT_EQ(Imprecision(-0.5, 0, 0.5), Concern::NONE);
}

TEST(JudgeImprecisionTest, SaysWhatItRestsOn) {
  const auto some = JudgeImprecision(Effect(-0.2, 2, 4), 1);
  EXPECT_EQ(some.crossings(), 1);
  EXPECT_THAT(some.judgement().rule(), HasSubstr("one of the two"));
  const auto needs = JudgeImprecision(Effect(-0.2, 2, 4), std::nullopt);
  EXPECT_FALSE(needs.has_crossings());
  EXPECT_THAT(needs.judgement().not_assessable(), HasSubstr("threshold"));
  v1::RelativeEffect without;
  without.set_no_interval("no degrees of freedom");
  EXPECT_THAT(JudgeImprecision(without, 1).judgement().not_assessable(),
              HasSubstr("no degrees of freedom"));
}

struct HeterogeneityCase {
  v1::RelativeEffect effect;
  int confidence;
  int prediction;
  Concern::Level level;
};

TEST(JudgeHeterogeneityTest, HoldsPredictionAgainstConfidence) {
  const std::vector<HeterogeneityCase> cases = {
      {WithPrediction(Effect(1, 2, 3), 0.5, 3.5), 0, 0, Concern::NONE},
      {WithPrediction(Effect(1, 2, 3), -0.5, 4), 0, 1, Concern::SOME},
      {WithPrediction(Effect(1, 2, 3), -1.5, 5), 0, 2, Concern::MAJOR},
      {WithPrediction(Effect(-0.5, 2, 4), -0.9, 5), 1, 1, Concern::NONE},
      {WithPrediction(Effect(-0.5, 2, 4), -1.1, 5), 1, 2, Concern::SOME},
      {WithPrediction(Effect(-1.5, 2, 5), -2, 6), 2, 2, Concern::NONE},
      // Within the range both of its ends count.
      {WithPrediction(Effect(-0.5, 0.1, 0.7), -0.9, 0.9), 0, 0, Concern::NONE},
      {WithPrediction(Effect(-0.5, 0.1, 0.7), -0.9, 1.3), 0, 1, Concern::SOME},
      {WithPrediction(Effect(-0.5, 0.1, 0.7), -1.3, 1.3), 0, 2, Concern::MAJOR},
      {WithPrediction(Effect(-3, -2, -1), -5, 1.5), 0, 2, Concern::MAJOR},
  };
  for (const HeterogeneityCase& example : cases) {
    SCOPED_TRACE(example.effect.ShortDebugString());
    const auto heterogeneity = JudgeHeterogeneity(example.effect, 1);
    EXPECT_EQ(heterogeneity.confidence_crossings(), example.confidence);
    EXPECT_EQ(heterogeneity.prediction_crossings(), example.prediction);
    EXPECT_EQ(heterogeneity.judgement().level(), example.level);
  }
}

TEST(JudgeHeterogeneityTest, WhatCannotBeHasAReason) {
  v1::RelativeEffect effect = Effect(-0.5, 2, 4);
  effect.set_no_prediction("needs 2 degrees of freedom, has 1");
  const auto none = JudgeHeterogeneity(effect, 1);
  EXPECT_EQ(none.confidence_crossings(), 1);
  EXPECT_FALSE(none.has_prediction_crossings());
  EXPECT_THAT(none.judgement().not_assessable(), HasSubstr("has 1"));
  // Hartung-Knapp can make the confidence interval the wider one.
  const auto fewer =
      JudgeHeterogeneity(WithPrediction(Effect(-0.5, 2, 4), 0.5, 3), 1);
  EXPECT_EQ(fewer.judgement().level(), Concern::UNSPECIFIED);
  EXPECT_THAT(fewer.judgement().not_assessable(), HasSubstr("fewer"));
  EXPECT_THAT(
      JudgeHeterogeneity(WithPrediction(Effect(1, 2, 3), 0, 4), std::nullopt)
          .judgement()
          .not_assessable(),
      HasSubstr("threshold"));
}

IncoherenceEvidence Mixed(double p, nma::Interval direct,
                          nma::Interval indirect) {
  return {v1::IncoherenceJudgement::MIXED, p, direct, indirect};
}

TEST(JudgeIncoherenceTest, OfMixedEvidenceTheTestFirstThenTheAreas) {
  const auto level = [](const IncoherenceEvidence& evidence) {
    return JudgeIncoherence(evidence, 1).judgement().level();
  };
  EXPECT_EQ(level(Mixed(0.5, {-9, -8}, {8, 9})), Concern::NONE);
  EXPECT_EQ(level(Mixed(0.0996, {-9, -8}, {8, 9})), Concern::NONE);  // 0.100
  EXPECT_EQ(level(Mixed(0.0994, {-9, -8}, {8, 9})), Concern::MAJOR);
  EXPECT_EQ(level(Mixed(0.01, {2, 3}, {4, 9})), Concern::NONE);
  EXPECT_EQ(level(Mixed(0.01, {0, 3}, {4, 9})), Concern::SOME);
  EXPECT_EQ(level(Mixed(0.01, {-0.5, 0.5}, {4, 9})), Concern::MAJOR);
  EXPECT_EQ(level(Mixed(0.01, {-2, 0.5}, {4, 9})), Concern::MAJOR);
  const auto some = JudgeIncoherence(Mixed(0.01, {0, 3}, {4, 9}), 1);
  EXPECT_EQ(some.agreements(), 2);
  EXPECT_EQ(some.direct().upper(), 3);
  EXPECT_EQ(some.indirect().lower(), 4);
  EXPECT_EQ(some.p(), 0.01);
}

TEST(JudgeIncoherenceTest, OfMixedEvidenceTheRangeIsNeededOnlyWhereTheyDiffer) {
  EXPECT_EQ(JudgeIncoherence(Mixed(0.5, {0, 3}, {4, 9}), std::nullopt)
                .judgement()
                .level(),
            Concern::NONE);
  const auto needs =
      JudgeIncoherence(Mixed(0.01, {0, 3}, {4, 9}), std::nullopt);
  EXPECT_EQ(needs.judgement().level(), Concern::UNSPECIFIED);
  EXPECT_THAT(needs.judgement().not_assessable(), HasSubstr("threshold"));
  EXPECT_FALSE(needs.has_agreements());
}

TEST(JudgeIncoherenceTest, OfOneKindOfEvidenceTheNetworkDecides) {
  for (const auto kind :
       {v1::IncoherenceJudgement::DIRECT, v1::IncoherenceJudgement::INDIRECT}) {
    const auto level = [&](std::optional<double> p) {
      const auto incoherence =
          JudgeIncoherence({kind, p, std::nullopt, std::nullopt}, std::nullopt);
      EXPECT_EQ(incoherence.evidence(), kind);
      EXPECT_THAT(incoherence.judgement().not_assessable(), IsEmpty());
      return incoherence.judgement().level();
    };
    EXPECT_EQ(level(0.101), Concern::NONE);
    EXPECT_EQ(level(0.1004), Concern::SOME);  // 0.100
    EXPECT_EQ(level(0.051), Concern::SOME);
    EXPECT_EQ(level(0.0504), Concern::MAJOR);  // 0.050
    EXPECT_EQ(level(std::nullopt), Concern::MAJOR);
  }
}

}  // namespace
}  // namespace tidemark::review
