#include "nma/study_effects.h"

#include <cmath>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "Eigen/LU"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::StatusIs;

constexpr double kRounding = 1e-14;  // of a few operations on numbers near 1

EffectOptions Options(EffectMeasure measure) {
  EffectOptions options;
  options.measure = measure;
  return options;
}

// The effects of the one study of which they can be computed.
StudyEffects Effects(const Study& study, const EffectOptions& options) {
  const absl::StatusOr<EffectSet> set = ComputeEffects({study}, options);
  EXPECT_OK(set);
  EXPECT_EQ(set->studies.size(), 1);
  return set->studies.at(0);
}

std::vector<std::string> LeftOut(const std::vector<Study>& studies,
                                 const EffectOptions& options) {
  const absl::StatusOr<EffectSet> set = ComputeEffects(studies, options);
  EXPECT_OK(set);
  std::vector<std::string> ids;
  for (const LeftOutStudy& study : set->left_out) ids.push_back(study.study);
  return ids;
}

Study Binary(std::string id, std::vector<BinaryArm> arms) {
  return {std::move(id), std::move(arms)};
}

TEST(StudyEffectsTest, OddsRatioIsTreatmentMinusBase) {
  const StudyEffects effects =
      Effects(Binary("S", {{"B", 4, 10}, {"A", 2, 10}}),
              Options(EffectMeasure::kOddsRatio));
  EXPECT_THAT(effects.treatments, ElementsAre("A", "B"));
  EXPECT_NEAR(effects.effects[0], std::log((4.0 / 6) / (2.0 / 8)), kRounding);
  EXPECT_NEAR(effects.covariance(0, 0), 1 / 4.0 + 1 / 6.0 + 1 / 2.0 + 1 / 8.0,
              kRounding);
}

TEST(StudyEffectsTest, RiskRatioAndDifference) {
  const Study study = Binary("S", {{"A", 2, 10}, {"B", 4, 20}, {"C", 5, 10}});
  const StudyEffects ratio = Effects(study, Options(EffectMeasure::kRiskRatio));
  EXPECT_NEAR(ratio.effects[1], std::log(0.5 / 0.2), kRounding);
  EXPECT_NEAR(ratio.covariance(0, 1), 1 / 2.0 - 1 / 10.0, kRounding);
  EXPECT_NEAR(ratio.covariance(1, 1), 1 / 2.0 - 1 / 10.0 + 1 / 5.0 - 1 / 10.0,
              kRounding);
  const StudyEffects difference =
      Effects(study, Options(EffectMeasure::kRiskDifference));
  EXPECT_NEAR(difference.effects[1], 0.3, kRounding);
  EXPECT_NEAR(difference.covariance(0, 1), 0.2 * 0.8 / 10, kRounding);
  EXPECT_NEAR(difference.covariance(0, 0), 0.2 * 0.8 / 10 + 0.2 * 0.8 / 20,
              kRounding);
}

TEST(StudyEffectsTest, RateRatio) {
  const Study study{
      "S", std::vector<RateArm>{{"A", 4, 100}, {"B", 10, 50}, {"C", 5, 50}}};
  const StudyEffects effects =
      Effects(study, Options(EffectMeasure::kIncidenceRateRatio));
  EXPECT_NEAR(effects.effects[0], std::log(5.0), kRounding);
  EXPECT_NEAR(effects.covariance(0, 0), 1 / 4.0 + 1 / 10.0, kRounding);
  EXPECT_NEAR(effects.covariance(0, 1), 1 / 4.0, kRounding);
}

TEST(StudyEffectsTest, MeanDifference) {
  const Study study{"S",
                    std::vector<ContinuousArm>{
                        {"A", 10, 2, 16}, {"B", 13, 3, 9}, {"C", 8, 1, 4}}};
  const StudyEffects effects =
      Effects(study, Options(EffectMeasure::kMeanDifference));
  EXPECT_EQ(effects.effects, Eigen::Vector2d(3, -2));
  EXPECT_EQ(effects.covariance, (Eigen::Matrix2d() << 1.25, 0.25,  //
                                 0.25, 0.5)
                                    .finished());
}

TEST(StudyEffectsTest, TreatmentsAreSortedByBytes) {
  const StudyEffects effects = Effects(
      Binary("S", {{"\xC3\xA9", 1, 9}, {"b", 2, 9}, {"B", 3, 9}, {"10", 4, 9}}),
      Options(EffectMeasure::kOddsRatio));
  EXPECT_THAT(effects.treatments, ElementsAre("10", "B", "b", "\xC3\xA9"));
}

TEST(StudyEffectsTest, OrderOfArmsDoesNotMatter) {
  const StudyEffects one =
      Effects(Binary("S", {{"A", 1, 9}, {"B", 2, 8}, {"C", 3, 7}}),
              Options(EffectMeasure::kRiskRatio));
  const StudyEffects other =
      Effects(Binary("S", {{"C", 3, 7}, {"A", 1, 9}, {"B", 2, 8}}),
              Options(EffectMeasure::kRiskRatio));
  EXPECT_EQ(one.effects, other.effects);
  EXPECT_EQ(one.covariance, other.covariance);
}

TEST(StudyEffectsTest, SwappingEventsAndNonEventsFlipsTheLogOddsRatio) {
  const EffectOptions options = Options(EffectMeasure::kOddsRatio);
  const StudyEffects one =
      Effects(Binary("S", {{"A", 0, 9}, {"B", 2, 8}}), options);
  const StudyEffects other =
      Effects(Binary("S", {{"A", 9, 9}, {"B", 6, 8}}), options);
  EXPECT_NEAR(one.effects[0], -other.effects[0], kRounding);
  EXPECT_NEAR(one.covariance(0, 0), other.covariance(0, 0), kRounding);
}

TEST(ZeroCellTest, Only0AddsTheIncrementToEveryArmOfThatStudyOnly) {
  const std::vector<Study> studies = {
      Binary("zero", {{"A", 0, 10}, {"B", 4, 10}}),
      Binary("other", {{"A", 2, 10}, {"B", 4, 10}})};
  ASSERT_OK_AND_ASSIGN(
      const EffectSet set,
      ComputeEffects(studies, Options(EffectMeasure::kOddsRatio)));
  EXPECT_NEAR(set.studies[0].effects[0], std::log((4.5 / 6.5) / (0.5 / 10.5)),
              kRounding);
  EXPECT_NEAR(set.studies[1].effects[0], std::log((4.0 / 6) / (2.0 / 8)),
              kRounding);
}

TEST(ZeroCellTest, If0AllSpreadsToAllStudies) {
  EffectOptions options = Options(EffectMeasure::kOddsRatio);
  options.zero_cells = ZeroCellRule::kIf0All;
  const Study plain = Binary("plain", {{"A", 2, 10}, {"B", 4, 10}});
  const Study zero = Binary("zero", {{"A", 0, 10}, {"B", 4, 10}});
  EXPECT_NEAR(Effects(plain, options).effects[0],
              std::log((4.0 / 6) / (2.0 / 8)), kRounding);
  ASSERT_OK_AND_ASSIGN(const EffectSet set,
                       ComputeEffects({plain, zero}, options));
  EXPECT_NEAR(set.studies[0].effects[0], std::log((4.5 / 6.5) / (2.5 / 8.5)),
              kRounding);
}

// One at a time, told whether any has a zero cell, studies give what they give
// together.
TEST(ComputeStudyEffectsTest, GivesWhatTheStudyGivesAmongOthers) {
  EffectOptions options;
  options.zero_cells = ZeroCellRule::kIf0All;
  const Study plain = Binary("plain", {{"A", 2, 10}, {"B", 4, 10}});
  const Study zero = Binary("zero", {{"A", 0, 10}, {"B", 4, 10}});
  ASSERT_OK_AND_ASSIGN(const EffectSet alone, ComputeEffects({plain}, options));
  ASSERT_OK_AND_ASSIGN(const EffectSet together,
                       ComputeEffects({plain, zero}, options));
  const auto effect = [&](bool any_zero_cell) {
    return std::get<StudyEffects>(
               *ComputeStudyEffects(plain, any_zero_cell, options))
        .effects[0];
  };
  EXPECT_EQ(effect(false), alone.studies[0].effects[0]);
  EXPECT_EQ(effect(true), together.studies[0].effects[0]);
  EXPECT_NE(effect(false), effect(true));
}

TEST(ZeroCellTest, AllAppliesWithoutAnyZero) {
  EffectOptions options = Options(EffectMeasure::kOddsRatio);
  options.zero_cells = ZeroCellRule::kAll;
  options.increment = 1;
  EXPECT_NEAR(
      Effects(Binary("S", {{"A", 2, 10}, {"B", 4, 10}}), options).effects[0],
      std::log((5.0 / 7) / (3.0 / 9)), kRounding);
}

TEST(ZeroCellTest, NoneLeavesOutWhatNeedsAnIncrement) {
  EffectOptions options = Options(EffectMeasure::kOddsRatio);
  options.zero_cells = ZeroCellRule::kNone;
  EXPECT_THAT(LeftOut({Binary("zero", {{"A", 0, 10}, {"B", 4, 10}}),
                       Binary("full", {{"A", 3, 10}, {"B", 10, 10}}),
                       Binary("fine", {{"A", 2, 10}, {"B", 4, 10}})},
                      options),
              ElementsAre("zero", "full"));
}

TEST(ZeroCellTest, UninformativeStudiesAreLeftOutByMeasure) {
  const std::vector<Study> studies = {
      Binary("no event", {{"A", 0, 10}, {"B", 0, 12}}),
      Binary("only events", {{"A", 10, 10}, {"B", 12, 12}}),
      Binary("pair of zeros", {{"A", 0, 10}, {"B", 0, 10}, {"C", 3, 10}})};
  EXPECT_THAT(LeftOut(studies, Options(EffectMeasure::kOddsRatio)),
              ElementsAre("no event", "only events"));
  EXPECT_THAT(LeftOut(studies, Options(EffectMeasure::kRiskRatio)),
              ElementsAre("no event"));
  EXPECT_THAT(LeftOut(studies, Options(EffectMeasure::kRiskDifference)),
              IsEmpty());
  const Study rate{"no event", std::vector<RateArm>{{"A", 0, 9}, {"B", 0, 8}}};
  EXPECT_THAT(LeftOut({rate}, Options(EffectMeasure::kIncidenceRateRatio)),
              ElementsAre("no event"));
}

TEST(ZeroCellTest, ArmsWithOnlyEventsKeepAVarianceOfTheirRiskRatio) {
  const StudyEffects effects =
      Effects(Binary("S", {{"A", 10, 10}, {"B", 12, 12}, {"C", 3, 10}}),
              Options(EffectMeasure::kRiskRatio));
  EXPECT_GT(effects.covariance.determinant(), 0);
}

TEST(StudyEffectsTest, RefusesAnIncrementThatIsNotPositive) {
  EffectOptions options = Options(EffectMeasure::kOddsRatio);
  options.increment = 0;
  EXPECT_THAT(
      ComputeEffects({}, options),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("increment")));
}

TEST(StudyEffectsTest, SmdNeedsDegreesOfFreedom) {
  const Study tiny{"tiny",
                   std::vector<ContinuousArm>{{"A", 1, 2, 2}, {"B", 2, 2, 1}}};
  EffectOptions options = Options(EffectMeasure::kStandardizedMeanDifference);
  EXPECT_THAT(LeftOut({tiny}, options), ElementsAre("tiny"));
  options.smd = SmdMethod::kCohen;
  EXPECT_THAT(LeftOut({tiny}, options), IsEmpty());
}

TEST(StudyEffectsTest, ARatioOfMeansNeedsMeansAboveZero) {
  const auto study = [](double mean) {
    return Study{
        "S", std::vector<ContinuousArm>{{"B", 10, 2, 16}, {"A", mean, 1, 4}}};
  };
  const EffectOptions options = Options(EffectMeasure::kRatioOfMeans);
  const StudyEffects effects = Effects(study(5), options);
  EXPECT_NEAR(effects.effects[0], std::log(2), kRounding);
  EXPECT_NEAR(effects.covariance(0, 0), 4 / 1600.0 + 1 / 100.0, kRounding);
  for (const double mean : {0.0, -1.5}) {
    ASSERT_OK_AND_ASSIGN(const EffectSet set,
                         ComputeEffects({study(mean)}, options));
    ASSERT_EQ(set.left_out.size(), 1);
    EXPECT_EQ(set.left_out[0].reason,
              absl::StrCat("the mean of \"A\" is ", mean,
                           ", a ratio of means needs means greater than 0"));
    EXPECT_THAT(LeftOut({study(mean)}, Options(EffectMeasure::kMeanDifference)),
                IsEmpty());
  }
}

TEST(StudyEffectsTest, ThreeArmsShareTheVarianceOfTheirBase) {
  const Study binary = Binary("S", {{"A", 5, 20}, {"B", 10, 20}, {"C", 3, 12}});
  EXPECT_NEAR(Effects(binary, Options(EffectMeasure::kArcsineDifference))
                  .covariance(0, 1),
              1 / 80.0, kRounding);
  const Study rate{
      "S", std::vector<RateArm>{{"A", 4, 100}, {"B", 10, 50}, {"C", 5, 50}}};
  EXPECT_NEAR(Effects(rate, Options(EffectMeasure::kIncidenceRateDifference))
                  .covariance(0, 1),
              4 / 10000.0, kRounding);
  EXPECT_NEAR(Effects(rate, Options(EffectMeasure::kSquareRootRateDifference))
                  .covariance(0, 1),
              1 / 400.0, kRounding);
  const Study continuous{
      "S", std::vector<ContinuousArm>{
               {"A", 10, 2, 16}, {"B", 13, 3, 9}, {"C", 8, 1, 4}}};
  EXPECT_NEAR(Effects(continuous, Options(EffectMeasure::kRatioOfMeans))
                  .covariance(0, 1),
              4 / 1600.0, kRounding);
}

// As few people as fractional counts allow: the hypergeometric variance ends.
TEST(StudyEffectsTest, RefusesDataWithoutAVariance) {
  EXPECT_THAT(ComputeEffects({Binary("S", {{"A", 0.25, 0.5}, {"B", 0, 0.5}})},
                             Options(EffectMeasure::kPetoOddsRatio)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("study \"S\": its data do not give a finite "
                                 "PETO")));
}

// Beside that of the base the variances of the other arms are rounded away.
TEST(StudyEffectsTest, RefusesArmsThatAreTooUnequalForDoublePrecision) {
  for (double sd = 1e9; sd < 2e9; sd += 1e8) {
    const Study study{
        "S", std::vector<ContinuousArm>{
                 {"A", 1, sd, 10}, {"B", 2, 1e-3, 10}, {"C", 3, 1e-3, 10}}};
    EXPECT_THAT(
        ComputeEffects({study}, Options(EffectMeasure::kMeanDifference)),
        StatusIs(absl::StatusCode::kInvalidArgument,
                 HasSubstr("positive definite covariance")))
        << sd;
  }
}

// The contrasts of a study, as a table of contrasts would hold them.
Study AsContrasts(const StudyEffects& effects) {
  const Eigen::Index k = effects.effects.size() + 1;
  Eigen::VectorXd value = Eigen::VectorXd::Zero(k);
  value.tail(k - 1) = effects.effects;
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(k, k);
  covariance.bottomRightCorner(k - 1, k - 1) = effects.covariance;
  std::vector<Contrast> contrasts;
  for (Eigen::Index i = 0; i < k; ++i) {
    for (Eigen::Index j = i + 1; j < k; ++j) {
      contrasts.push_back({effects.treatments[i], effects.treatments[j],
                           value[i] - value[j],
                           std::sqrt(covariance(i, i) + covariance(j, j) -
                                     2 * covariance(i, j))});
    }
  }
  return {effects.study, contrasts};
}

TEST(StudyEffectsTest, ContrastsOfAStudyGiveTheEffectsOfItsArms) {
  const Study continuous{
      "S",
      std::vector<ContinuousArm>{
          {"A", 10, 2, 16}, {"B", 13, 3, 9}, {"C", 8, 1, 24}, {"D", 7, 2, 30}}};
  for (const EffectMeasure measure :
       {EffectMeasure::kMeanDifference,
        EffectMeasure::kStandardizedMeanDifference}) {
    const StudyEffects arms = Effects(continuous, Options(measure));
    const StudyEffects contrasts = Effects(AsContrasts(arms), Options(measure));
    EXPECT_TRUE(contrasts.effects.isApprox(arms.effects, 1e-13));
    EXPECT_TRUE(contrasts.covariance.isApprox(arms.covariance, 1e-13));
  }
}

}  // namespace
}  // namespace tidemark::nma
