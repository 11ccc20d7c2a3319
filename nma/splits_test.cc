#include "nma/splits.h"

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

constexpr double kTolerance = 1e-12;

// The loop A-B-C does not close by 2; its variances add up to 1.
std::vector<StudyEffects> Triangle() {
  return {TwoArms("1", "A", "B", 1, 0.2), TwoArms("2", "B", "C", 2, 0.3),
          TwoArms("3", "A", "C", 5, 0.5)};
}

NetworkFit Fit(const std::vector<StudyEffects>& studies) {
  const absl::StatusOr<NetworkFit> fit = FitNetwork(studies, {});
  EXPECT_OK(fit);
  return *fit;
}

std::vector<PairSplit> Split(const std::vector<StudyEffects>& studies) {
  const auto splits = SplitEvidence(studies, Fit(studies));
  EXPECT_OK(splits);
  return *splits;
}

TEST(SplitsTest, TheOtherWayRoundATriangleIsIndirect) {
  const std::vector<PairSplit> splits = Split(Triangle());
  ASSERT_EQ(splits.size(), 3);
  const PairSplit& ab = splits[0];
  EXPECT_EQ(ab.first, 0);
  EXPECT_EQ(ab.second, 1);
  EXPECT_EQ(ab.studies, 1);
  const EvidenceSplit& split = ab.common;  // A minus B
  EXPECT_NEAR(split.direct.effect, -1, kTolerance);
  EXPECT_NEAR(split.direct.se, std::sqrt(0.2), kTolerance);
  EXPECT_NEAR(split.direct_share, 0.8, kTolerance);
  EXPECT_NEAR(split.network.effect, -0.8 * 1 - 0.2 * 3, kTolerance);
  EXPECT_NEAR(split.network.se, 0.4, kTolerance);
  ASSERT_TRUE(split.indirect.has_value());
  EXPECT_NEAR(split.indirect->estimate.effect, -3, kTolerance);
  EXPECT_NEAR(split.indirect->estimate.se, std::sqrt(0.8), kTolerance);
  EXPECT_NEAR(split.indirect->difference.effect, 2, kTolerance);
  EXPECT_NEAR(split.indirect->difference.se, 1, kTolerance);
  EXPECT_NEAR(split.indirect->difference.p, std::erfc(std::sqrt(2)),
              kTolerance);
}

TEST(SplitsTest, EveryPairOfOneLoopHasTheSameTest) {
  for (const PairSplit& split : Split(Triangle())) {
    EXPECT_NEAR(std::abs(split.common.indirect->difference.z), 2, kTolerance);
  }
}

TEST(SplitsTest, OneStudyOrABridgeHasNoIndirectEvidence) {
  Eigen::MatrixXd covariance(3, 3);
  covariance << 0.5, 0.2, 0.1, 0.2, 0.7, 0.3, 0.1, 0.3, 0.9;
  const StudyEffects four_arms = {
      "1", {"A", "B", "C", "D"}, Eigen::Vector3d(1, 3, 0.1), covariance};
  const std::vector<PairSplit> splits =
      Split({four_arms, TwoArms("2", "D", "E", 1, 0.3),
             TwoArms("3", "D", "E", 2, 0.3)});
  ASSERT_EQ(splits.size(), 7);  // A-E, B-E and C-E have no direct evidence
  for (const PairSplit& split : splits) {
    for (const EvidenceSplit& model : {split.common, split.random}) {
      EXPECT_FALSE(model.indirect.has_value());
      EXPECT_NEAR(model.direct_share, 1, kTolerance);
      EXPECT_LE(model.direct_share, 1);
    }
  }
}

TEST(SplitsTest, RandomEffectsWidenBothKinds) {
  std::vector<StudyEffects> studies = Triangle();
  studies.push_back(TwoArms("4", "A", "B", 9, 0.2));
  for (const PairSplit& split : Split(studies)) {
    ASSERT_TRUE(split.random.indirect.has_value());
    EXPECT_GT(split.random.direct.se, split.common.direct.se);
    EXPECT_GT(split.random.indirect->estimate.se,
              split.common.indirect->estimate.se);
  }
}

TEST(SplitsTest, IndirectEvidenceBelowRoundingIsAbsent) {
  std::vector<StudyEffects> studies = Triangle();
  studies[1].covariance(0, 0) = 0.5;
  studies[0].covariance(0, 0) = 1e-12;
  const std::vector<PairSplit> splits = Split(studies);
  EXPECT_FALSE(splits[0].common.indirect.has_value());  // 1 - P = 1e-12
  // Of the other two sides it is half of all.
  EXPECT_NEAR(splits[1].common.indirect->estimate.effect, -3, kTolerance);
  EXPECT_NEAR(splits[2].common.indirect->estimate.effect, -4, kTolerance);
  EXPECT_NEAR(splits[2].common.direct_share, 0.5, kTolerance);

  studies[0].covariance(0, 0) = 1e-8;
  const EvidenceSplit ab = Split(studies)[0].common;
  ASSERT_TRUE(ab.indirect.has_value());
  EXPECT_NEAR(ab.indirect->estimate.effect, -3, 1e-6);
  EXPECT_NEAR(ab.indirect->estimate.se, 1, 1e-6);
}

TEST(SplitsTest, AnImpreciseBaseMakesNoIndirectEvidenceOfRounding) {
  for (double base = 1; base < 1e13; base *= 10) {
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Constant(3, 3, base);
    covariance.diagonal() += Eigen::Vector3d(0.7, 0.9, 1.3);
    const StudyEffects study = {
        "1", {"A", "B", "C", "D"}, Eigen::Vector3d(1, 3, 0.1), covariance};
    for (const PairSplit& split : Split({study})) {
      EXPECT_FALSE(split.common.indirect.has_value()) << base;
    }
  }
}

TEST(SplitsTest, OfNoStudyIsEmpty) {
  ASSERT_OK_AND_ASSIGN(const std::vector<PairSplit> splits,
                       SplitEvidence({}, NetworkFit()));
  EXPECT_TRUE(splits.empty());
}

// Each kind of estimate, and what does not depend on sign or units.
struct Numbers {
  Eigen::VectorXd effects;
  Eigen::VectorXd ses;
  Eigen::VectorXd pure;
};

std::map<std::pair<std::string, std::string>, Numbers> NumbersOf(
    const std::vector<StudyEffects>& studies) {
  std::map<std::pair<std::string, std::string>, Numbers> numbers;
  const NetworkFit fit = Fit(studies);
  for (const PairSplit& split : Split(studies)) {
    const EvidenceSplit& model = split.random;
    const IndirectEvidence indirect =
        model.indirect.value_or(IndirectEvidence{});
    numbers[{fit.treatments[split.first], fit.treatments[split.second]}] = {
        Eigen::Vector3d(model.direct.effect, indirect.estimate.effect,
                        indirect.difference.effect),
        Eigen::Vector3d(model.direct.se, indirect.estimate.se,
                        indirect.difference.se),
        Eigen::Vector3d(model.direct_share, split.studies,
                        indirect.difference.p)};
  }
  return numbers;
}

void ExpectSame(const Numbers& actual, const Numbers& expected, double sign,
                double unit) {
  // A small indirect share takes digits.
  constexpr double kShareTolerance = 1e-9;
  EXPECT_TRUE(
      actual.effects.isApprox(sign * unit * expected.effects, kShareTolerance));
  EXPECT_TRUE(actual.ses.isApprox(unit * expected.ses, kShareTolerance));
  EXPECT_TRUE(actual.pure.isApprox(expected.pure, kShareTolerance));
}

class SplitsPropertyTest : public ::testing::TestWithParam<int> {
 protected:
  const std::vector<StudyEffects> studies_ = RandomRepeatedDesigns(
      /*treatments=*/GetParam(), /*designs=*/GetParam() + 3,
      /*seed=*/GetParam());
};

TEST_P(SplitsPropertyTest, DirectAndIndirectEvidenceMakeTheNetworkEstimate) {
  for (const PairSplit& split : Split(studies_)) {
    for (const EvidenceSplit& model : {split.common, split.random}) {
      EXPECT_GT(model.direct_share, 0);
      EXPECT_LE(model.direct_share, 1);
      if (!model.indirect.has_value()) continue;
      const PairEstimate& indirect = model.indirect->estimate;
      EXPECT_NEAR(std::pow(model.network.se, -2),
                  std::pow(model.direct.se, -2) + std::pow(indirect.se, -2),
                  kTolerance * std::pow(model.network.se, -2));
      EXPECT_NEAR(model.network.effect,
                  model.direct_share * model.direct.effect +
                      (1 - model.direct_share) * indirect.effect,
                  kTolerance);
    }
  }
}

TEST_P(SplitsPropertyTest, OrderOfStudiesChangesNothingAtAll) {
  const auto expected = NumbersOf(studies_);
  for (const auto& [pair, numbers] :
       NumbersOf({studies_.rbegin(), studies_.rend()})) {
    EXPECT_EQ(numbers.effects, expected.at(pair).effects);
    EXPECT_EQ(numbers.ses, expected.at(pair).ses);
    EXPECT_EQ(numbers.pure, expected.at(pair).pure);
  }
}

TEST_P(SplitsPropertyTest, UnitsScaleEffectsOnly) {
  const auto expected = NumbersOf(studies_);
  for (const int k : {-8, -5, -1, 2, 8}) {
    const double unit = std::pow(10, k);
    for (const auto& [pair, numbers] : NumbersOf(Rescaled(studies_, unit))) {
      ExpectSame(numbers, expected.at(pair), 1, unit);
    }
  }
}

TEST_P(SplitsPropertyTest, NamesOfTreatmentsOnlyTurnSigns) {
  const std::map<std::string, std::string> names = ReversingNames(studies_);
  const auto renamed = NumbersOf(Renamed(studies_, names));
  for (const auto& [pair, numbers] : NumbersOf(studies_)) {
    ExpectSame(renamed.at({names.at(pair.second), names.at(pair.first)}),
               numbers, -1, 1);
  }
}

INSTANTIATE_TEST_SUITE_P(Treatments, SplitsPropertyTest,
                         ::testing::Values(2, 3, 4, 6, 9, 14, 25));

}  // namespace
}  // namespace tidemark::nma
