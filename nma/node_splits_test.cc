#include "nma/node_splits.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/splits.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

constexpr double kTolerance = 1e-12;

StudyEffects ThreeArms(const std::string& id, double b, double c) {
  Eigen::MatrixXd covariance(2, 2);
  covariance << 0.5, 0.2, 0.2, 0.7;
  return {id, {"A", "B", "C"}, Eigen::Vector2d(b, c), covariance};
}

NetworkFit Fit(const std::vector<StudyEffects>& studies,
               const FitOptions& options = {}) {
  const absl::StatusOr<NetworkFit> fit = FitNetwork(studies, options);
  EXPECT_OK(fit);
  return *fit;
}

std::vector<NodeSplit> Split(const std::vector<StudyEffects>& studies,
                             const FitOptions& options = {}) {
  const auto splits =
      SplitNodes(studies, Fit(studies, options), options, [] { return false; });
  EXPECT_OK(splits);
  return *splits;
}

TEST(NodeSplitsTest, TheOtherWayRoundATriangleIsIndirect) {
  const std::vector<NodeSplit> splits =
      Split({TwoArms("1", "A", "B", 1, 0.2), TwoArms("2", "B", "C", 2, 0.3),
             TwoArms("3", "A", "C", 5, 0.5)});
  ASSERT_EQ(splits.size(), 3);
  const NodeSplit& ab = splits[0];
  EXPECT_EQ(ab.rest, RestOfNetwork::kConnectsPair);
  EXPECT_EQ(ab.studies, 1);
  EXPECT_EQ(ab.rest_tau2, 0);
  EXPECT_NEAR(ab.common.direct.effect, -1, kTolerance);  // A minus B
  EXPECT_NEAR(ab.common.indirect->estimate.effect, -3, kTolerance);
  EXPECT_NEAR(ab.common.indirect->estimate.se, std::sqrt(0.8), kTolerance);
  EXPECT_NEAR(ab.common.indirect->difference.effect, 2, kTolerance);
  EXPECT_NEAR(ab.common.indirect->difference.z, 2, kTolerance);
}

TEST(NodeSplitsTest, WithoutAnotherWayThereIsNoIndirectEvidence) {
  for (const NodeSplit& split :
       Split({ThreeArms("1", 1, 3), TwoArms("2", "C", "D", 1, 0.2)})) {
    EXPECT_EQ(split.rest, RestOfNetwork::kDoesNotConnectPair);
    EXPECT_FALSE(split.rest_tau2.has_value());
    EXPECT_FALSE(split.common.indirect.has_value());
    EXPECT_FALSE(split.random.indirect.has_value());
    EXPECT_GT(split.random.direct.se, 0);
  }
}

TEST(NodeSplitsTest, LeavesOutWholeMultiArmStudies) {
  const std::vector<StudyEffects> studies = {
      ThreeArms("1", 1, 3), TwoArms("2", "A", "B", 2, 0.1),
      TwoArms("3", "A", "C", 5, 0.2), TwoArms("4", "B", "C", 1, 0.4)};
  const NodeSplit ab = Split(studies)[0];
  EXPECT_EQ(ab.studies, 2);
  // Studies 3 and 4 are left: A - B = (A - C) - (B - C) = -5 + 1.
  EXPECT_NEAR(ab.common.indirect->estimate.effect, -4, kTolerance);
  EXPECT_NEAR(ab.common.indirect->estimate.se, std::sqrt(0.6), kTolerance);
  EXPECT_EQ(ab.rest_tau2, 0);
  // The whole network keeps its tau^2 for the direct evidence.
  EXPECT_GT(ab.random.direct.se, ab.common.direct.se);
}

TEST(NodeSplitsTest, RefitsTheRestWithTheSameMethod) {
  const std::vector<StudyEffects> studies =
      RandomNetwork(/*treatments=*/5, /*studies=*/16, /*seed=*/4);
  for (const Tau2Method method : {Tau2Method::kDerSimonianLaird,
                                  Tau2Method::kRestrictedMaximumLikelihood}) {
    FitOptions options;
    options.tau2_method = method;
    const NodeSplit split = Split(studies, options)[2];
    std::vector<StudyEffects> rest;
    for (const StudyEffects& study : studies) {
      int found = 0;
      for (const std::string& treatment : study.treatments) {
        if (treatment == "T0" || treatment == "T3") ++found;
      }
      if (found < 2) rest.push_back(study);
    }
    EXPECT_EQ(split.first, 0);
    EXPECT_EQ(split.second, 3);
    const NetworkFit refit = Fit(rest, options);
    EXPECT_EQ(split.rest_tau2, refit.heterogeneity[0].tau2);
    EXPECT_EQ(split.random.indirect->estimate.effect,
              Relative(refit, refit.random, 0, 3)->effect);
  }
}

TEST(NodeSplitsTest, TheReferenceMayBeMissingFromTheRest) {
  FitOptions options;
  options.reference = "C";
  const std::vector<NodeSplit> splits =
      Split({ThreeArms("1", 1, 3), TwoArms("2", "A", "D", 2, 0.1),
             TwoArms("3", "B", "D", 5, 0.2)},
            options);
  EXPECT_EQ(splits[0].rest, RestOfNetwork::kConnectsPair);
  EXPECT_NEAR(splits[0].common.indirect->estimate.effect, 3, kTolerance);
}

TEST(NodeSplitsTest, StopsWhenItIsCancelled) {
  const std::vector<StudyEffects> studies =
      RandomNetwork(/*treatments=*/5, /*studies=*/9, /*seed=*/2);
  int asked = 0;
  const auto splits =
      SplitNodes(studies, Fit(studies), {}, [&asked] { return ++asked == 3; });
  EXPECT_THAT(splits,
              testing::StatusIs(absl::StatusCode::kCancelled, ::testing::_));
  EXPECT_EQ(asked, 3);
}

TEST(NodeSplitsTest, OtherComponentsDoNotMatter) {
  const std::vector<StudyEffects> left =
      RandomNetwork(/*treatments=*/5, /*studies=*/9, /*seed=*/2);
  std::vector<StudyEffects> both = left;
  both.push_back(TwoArms("x", "A", "B", 1, 0.2));
  both.push_back(TwoArms("y", "A", "B", 9, 0.2));
  const std::vector<NodeSplit> expected = Split(left);
  const std::vector<NodeSplit> actual = Split(both);
  ASSERT_EQ(actual.size(), expected.size() + 1);
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(actual[i + 1].rest, expected[i].rest);
    EXPECT_EQ(actual[i + 1].rest_tau2, expected[i].rest_tau2);
    if (expected[i].rest != RestOfNetwork::kConnectsPair) continue;
    EXPECT_EQ(actual[i + 1].random.indirect->difference.p,
              expected[i].random.indirect->difference.p);
  }
}

// A network with studies of two arms only.
std::vector<StudyEffects> RandomTwoArmNetwork(int seed) {
  std::vector<StudyEffects> studies =
      RandomNetwork(/*treatments=*/7, /*studies=*/24, seed);
  for (StudyEffects& study : studies) {
    study.treatments.resize(2);
    study.effects.conservativeResize(1);
    study.covariance.conservativeResize(1, 1);
  }
  return studies;
}

class NodeSplitsPropertyTest : public ::testing::TestWithParam<int> {};

// With two arms and tau^2 = 0 both methods are the same algebra.
TEST_P(NodeSplitsPropertyTest, EqualsBackCalculationForTwoArms) {
  const std::vector<StudyEffects> studies = RandomTwoArmNetwork(GetParam());
  const std::vector<NodeSplit> splits = Split(studies);
  ASSERT_OK_AND_ASSIGN(const std::vector<PairSplit> expected,
                       SplitEvidence(studies, Fit(studies)));
  ASSERT_EQ(splits.size(), expected.size());
  for (size_t i = 0; i < splits.size(); ++i) {
    const EvidenceSplit& split = expected[i].common;
    EXPECT_EQ(splits[i].studies, expected[i].studies);
    EXPECT_EQ(splits[i].common.direct.effect, split.direct.effect);
    EXPECT_EQ(splits[i].common.direct.se, split.direct.se);
    ASSERT_EQ(splits[i].common.indirect.has_value(),
              split.indirect.has_value());
    if (!split.indirect.has_value()) continue;
    // Back-calculation loses the digits of a small indirect share.
    const double tolerance = kTolerance / (1 - split.direct_share);
    const IndirectEvidence& actual = *splits[i].common.indirect;
    EXPECT_NEAR(actual.estimate.effect, split.indirect->estimate.effect,
                tolerance);
    EXPECT_NEAR(actual.estimate.se, split.indirect->estimate.se, tolerance);
    EXPECT_NEAR(actual.difference.z, split.indirect->difference.z, tolerance);
    EXPECT_NEAR(actual.difference.p, split.indirect->difference.p, tolerance);
  }
}

TEST_P(NodeSplitsPropertyTest, OrderOfStudiesChangesNothingAtAll) {
  const std::vector<StudyEffects> studies =
      RandomRepeatedDesigns(/*treatments=*/5, /*designs=*/8, GetParam());
  const std::vector<NodeSplit> splits = Split(studies);
  const std::vector<NodeSplit> reversed =
      Split({studies.rbegin(), studies.rend()});
  ASSERT_EQ(splits.size(), reversed.size());
  for (size_t i = 0; i < splits.size(); ++i) {
    EXPECT_EQ(splits[i].rest, reversed[i].rest);
    EXPECT_EQ(splits[i].rest_tau2, reversed[i].rest_tau2);
    if (!splits[i].random.indirect.has_value()) continue;
    EXPECT_EQ(splits[i].random.indirect->difference.z,
              reversed[i].random.indirect->difference.z);
  }
}

TEST_P(NodeSplitsPropertyTest, UnitsDoNotMatter) {
  const std::vector<StudyEffects> studies =
      RandomRepeatedDesigns(/*treatments=*/5, /*designs=*/8, GetParam());
  const std::vector<NodeSplit> splits = Split(studies);
  for (const double unit : {1e-8, 1e8}) {
    const std::vector<NodeSplit> scaled = Split(Rescaled(studies, unit));
    for (size_t i = 0; i < splits.size(); ++i) {
      ASSERT_EQ(splits[i].rest, scaled[i].rest);
      if (!splits[i].random.indirect.has_value()) continue;
      EXPECT_NEAR(splits[i].random.indirect->difference.z,
                  scaled[i].random.indirect->difference.z, 1e-10);
      EXPECT_NEAR(splits[i].common.indirect->difference.z,
                  scaled[i].common.indirect->difference.z, 1e-10);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, NodeSplitsPropertyTest, ::testing::Range(1, 9));

}  // namespace
}  // namespace tidemark::nma
