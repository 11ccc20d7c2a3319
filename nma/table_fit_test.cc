#include "nma/table_fit.h"

#include <cstdint>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

class TableFitTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  ConnectedNetwork Connected() const {
    return BuildNetwork(
               RandomNetwork(/*treatments=*/7, /*studies=*/25, GetParam()))
        .components[0]
        .network;
  }
};

void ExpectSameFit(const StudyTable& table, double tau2, double tolerance) {
  ASSERT_OK_AND_ASSIGN(const LeastSquaresFit actual,
                       FitLeastSquares(table, tau2));
  ASSERT_OK_AND_ASSIGN(const LeastSquaresFit expected,
                       FitLeastSquares(table.network(), tau2));
  const auto versus_last = [](const Eigen::VectorXd& theta) {
    return Eigen::VectorXd(theta.array() - theta[theta.size() - 1]);
  };
  EXPECT_TRUE(versus_last(actual.theta)
                  .isApprox(versus_last(expected.theta), tolerance));
  EXPECT_TRUE(actual.elimination.PairVariances().isApprox(
      expected.elimination.PairVariances(), tolerance));
  EXPECT_NEAR(actual.q / expected.q, 1, tolerance);
  EXPECT_NEAR(actual.quadratic / expected.quadratic, 1, tolerance);
  EXPECT_NEAR(actual.log_determinant, expected.log_determinant, 1e-10);

  ASSERT_OK_AND_ASSIGN(const HeterogeneityMoments moments,
                       MomentsAt(table, tau2));
  ASSERT_OK_AND_ASSIGN(const HeterogeneityMoments exact,
                       MomentsAt(table.network(), tau2));
  EXPECT_NEAR(moments.trace / exact.trace, 1, tolerance);
  EXPECT_NEAR(moments.weight_trace / exact.weight_trace, 1, tolerance);
  EXPECT_NEAR(moments.q / exact.q, 1, tolerance);
  EXPECT_NEAR(moments.quadratic / exact.quadratic, 1, tolerance);
}

TEST_P(TableFitTest, EqualsTheFitFromBlocks) {
  StudyTable table(Connected());
  for (const double tau2 : {0.0, 0.1, 5.0}) {
    ExpectSameFit(table, tau2, 1e-12);
    ASSERT_OK_AND_ASSIGN(const LeastSquaresFit fit,
                         FitLeastSquares(table, tau2));
    table.Centre(fit.theta);  // of another tau^2 than the next
  }
}

// Up to a factor of 1e5 between variances, sums over contrasts lose up to five
// of 16 digits.
TEST_P(TableFitTest, KeepsItsDigitsAsFarAsItIsUsed) {
  ConnectedNetwork network = Connected();
  for (size_t s = 0; s < network.blocks.size(); s += 3) {
    network.blocks[s].covariance /= 1e3;
  }
  StudyTable table(network);
  ASSERT_TRUE(table.IsWellScaled(0));
  ASSERT_OK_AND_ASSIGN(const LeastSquaresFit fit, FitLeastSquares(table, 0));
  table.Centre(fit.theta);
  for (const double tau2 : {0.0, 1e-3, 0.1}) ExpectSameFit(table, tau2, 1e-10);
}

TEST_P(TableFitTest, FarApartItIsTheFitFromBlocks) {
  ConnectedNetwork network = Connected();
  network.blocks[3].covariance /= 1e8;
  const StudyTable table(network);
  ASSERT_FALSE(table.IsWellScaled(0));
  ExpectSameFit(table, 0, 0);
}

TEST_P(TableFitTest, EffectsThatAgreeHaveNoQ) {
  ConnectedNetwork network = Connected();
  for (StudyBlock& block : network.blocks) {
    for (Eigen::Index i = 0; i < block.effects.size(); ++i) {
      block.effects[i] = 0.1 * (block.nodes[i + 1] - block.nodes[0]);
    }
  }
  for (const double tau2 : {0.0, 0.3}) {
    ASSERT_OK_AND_ASSIGN(const LeastSquaresFit fit,
                         FitLeastSquares(StudyTable(network), tau2));
    EXPECT_EQ(fit.q, 0);
  }
  network.blocks[0].effects[0] += 1e-10;
  ASSERT_OK_AND_ASSIGN(const LeastSquaresFit fit,
                       FitLeastSquares(StudyTable(network), 0));
  EXPECT_GT(fit.q, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, TableFitTest,
                         ::testing::Range<std::uint32_t>(1, 9));

}  // namespace
}  // namespace tidemark::nma
