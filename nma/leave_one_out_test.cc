#include "nma/leave_one_out.h"

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/least_squares.h"
#include "nma/network.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

StudyBlock TwoArms(int first, int second, double weight, double effect) {
  return {{second, first},
          Eigen::VectorXd::Constant(1, effect),
          Eigen::MatrixXd::Constant(1, 1, 1 / weight)};
}

TEST(LeaveOneOutTest, TheRestOfATriangleIsItsOtherPath) {
  const ConnectedNetwork triangle{
      3, {TwoArms(1, 0, 1, 7), TwoArms(2, 1, 2, 0.5), TwoArms(2, 0, 3, 2)}};
  ASSERT_OK_AND_ASSIGN(const std::vector<PairEvidence> rests,
                       LeaveOneOut(triangle, WeightsAt(triangle, 0)));
  // Weights 2 and 3 in series; 1 minus 0 is (2 minus 0) - (2 minus 1).
  EXPECT_NEAR(rests[0].weight(1, 0), 6.0 / 5, 1e-15);
  EXPECT_NEAR(rests[0].flow(1, 0), 6.0 / 5 * 1.5, 1e-15);
}

TEST(LeaveOneOutTest, NothingIsSaidOfABridge) {
  const ConnectedNetwork chain{
      3, {TwoArms(1, 0, 1, 7), TwoArms(2, 1, 2, 0.5), TwoArms(2, 1, 1, 1)}};
  ASSERT_OK_AND_ASSIGN(const std::vector<PairEvidence> rests,
                       LeaveOneOut(chain, WeightsAt(chain, 0)));
  EXPECT_EQ(rests[0].weight(1, 0), 0);
  EXPECT_EQ(rests[0].flow(1, 0), 0);
  EXPECT_EQ(rests[1].weight(1, 0), 1);
}

TEST(LeaveOneOutTest, OneStudyHasNoRest) {
  const ConnectedNetwork one{2, {TwoArms(1, 0, 1, 7)}};
  ASSERT_OK_AND_ASSIGN(const std::vector<PairEvidence> rests,
                       LeaveOneOut(one, WeightsAt(one, 0)));
  ASSERT_EQ(rests.size(), 1);
  EXPECT_TRUE(rests[0].weight.isZero(0));
}

class RandomLeaveOneOutTest : public ::testing::TestWithParam<int> {};

// The rest and the study together give the estimates of the whole network.
TEST_P(RandomLeaveOneOutTest, AddsUpToTheWholeNetwork) {
  const Network network = BuildNetwork(RandomNetwork(6, 11, GetParam()));
  const ConnectedNetwork& connected = network.components[0].network;
  const std::vector<BlockWeight> weights = WeightsAt(connected, 0.1);
  ASSERT_OK_AND_ASSIGN(const LeastSquaresFit whole,
                       FitLeastSquares(connected, weights));
  const Eigen::MatrixXd variances = whole.elimination.PairVariances();
  ASSERT_OK_AND_ASSIGN(std::vector<PairEvidence> rests,
                       LeaveOneOut(connected, weights));
  ASSERT_EQ(rests.size(), connected.blocks.size());
  for (size_t s = 0; s < rests.size(); ++s) {
    StudyBlock own = connected.blocks[s];
    for (size_t i = 0; i < own.nodes.size(); ++i) {
      own.nodes[i] = static_cast<int>(i);
    }
    rests[s].Add(own, weights[s].weight);
    ASSERT_OK_AND_ASSIGN(const Elimination both,
                         Elimination::Of(rests[s].weight));
    const Eigen::VectorXd effects = both.EffectsOfPairs(rests[s].flow);
    const Eigen::MatrixXd pairs = both.PairVariances();
    const std::vector<int>& nodes = connected.blocks[s].nodes;
    for (size_t i = 1; i < nodes.size(); ++i) {
      EXPECT_NEAR(effects[i] - effects[0],
                  whole.theta[nodes[i]] - whole.theta[nodes[0]], 1e-13);
      EXPECT_NEAR(pairs(i, 0), variances(nodes[i], nodes[0]), 1e-13);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomLeaveOneOutTest, ::testing::Range(1, 11));

}  // namespace
}  // namespace tidemark::nma
