#include "nma/study_table.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "Eigen/Dense"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

// Sums over independent contrasts and sums over blocks are the same numbers;
// variances are within a factor of 11, so they differ by rounding only.
constexpr double kTolerance = 1e-12;

ConnectedNetwork Connected(std::uint32_t seed, int studies = 20) {
  return BuildNetwork(RandomNetwork(/*treatments=*/6, studies, seed))
      .components[0]
      .network;
}

Eigen::MatrixXd Lower(const Eigen::MatrixXd& pairs) {
  return pairs.triangularView<Eigen::StrictlyLower>();
}

// What the passes give, from the definitions over blocks.
struct Sums {
  Eigen::MatrixXd weight, spread;
  Eigen::VectorXd flow;
  double log_determinant = 0;
  double q = 0, quadratic = 0;
  double weight_trace = 0, trace = 0;
  double squares = 0;
};

Sums OverBlocks(const ConnectedNetwork& network, double tau2,
                const Eigen::VectorXd& centre, const Eigen::VectorXd& shift,
                const Eigen::MatrixXd& pair_variances) {
  const int n = network.nodes;
  Sums sums{Eigen::MatrixXd::Zero(n, n), Eigen::MatrixXd::Zero(n, n),
            Eigen::VectorXd::Zero(n)};
  for (const StudyBlock& block : network.blocks) {
    const BlockWeight at = WeightAt(block, tau2);
    AddPairWeights(block, at.weight, &sums.weight);
    const Eigen::MatrixXd spread = at.weight * StructureTimes(at.weight);
    AddPairWeights(block, spread, &sums.spread);
    sums.log_determinant += at.log_determinant;
    sums.weight_trace += TraceTimesStructure(at.weight);
    const Eigen::VectorXd weighted = at.weight * Residual(block, centre);
    for (Eigen::Index i = 0; i < weighted.size(); ++i) {
      sums.flow[block.nodes[i + 1]] += weighted[i];
      sums.flow[block.nodes[0]] -= weighted[i];
    }
    const Eigen::VectorXd residual = Residual(block, centre + shift);
    sums.q += residual.dot(at.weight * residual);
    sums.quadratic += StructureForm(at.weight * residual);
    sums.squares += block.effects.dot(at.weight * block.effects);
  }
  sums.trace =
      sums.weight_trace - Lower(sums.spread).cwiseProduct(pair_variances).sum();
  return sums;
}

void ExpectPassesOf(const StudyTable& table) {
  const int n = table.nodes();
  const Eigen::VectorXd shift = Eigen::VectorXd::LinSpaced(n, -0.1, 0.2);
  Eigen::MatrixXd variances = Eigen::MatrixXd::Constant(n, n, 0.02);
  variances.col(0).array() += 0.01;
  for (const double tau2 : {0.0, 0.3, 20.0}) {
    const Sums expected =
        OverBlocks(table.network(), tau2, table.centre(), shift, variances);
    const NormalEquations equations = table.EquationsAt(tau2);
    EXPECT_TRUE(
        Lower(equations.weight).isApprox(Lower(expected.weight), kTolerance));
    EXPECT_TRUE(equations.flow.isApprox(expected.flow, kTolerance));
    EXPECT_TRUE(table.FlowAt(tau2).isApprox(expected.flow, kTolerance));
    EXPECT_NEAR(equations.log_determinant, expected.log_determinant, 1e-10);
    EXPECT_TRUE(Lower(table.SpreadAt(tau2))
                    .isApprox(Lower(expected.spread), kTolerance));
    const ResidualSums residual = table.ResidualSumsAt(tau2, shift);
    EXPECT_NEAR(residual.q / expected.q, 1, kTolerance);
    EXPECT_NEAR(residual.quadratic / expected.quadratic, 1, kTolerance);
    const Traces traces = table.TracesAt(tau2, variances);
    EXPECT_NEAR(traces.trace / expected.trace, 1, kTolerance);
    EXPECT_NEAR(traces.weight_trace / expected.weight_trace, 1, kTolerance);
    EXPECT_NEAR(table.WeightTraceAt(tau2) / expected.weight_trace, 1,
                kTolerance);
    EXPECT_NEAR(table.SumOfSquaresAt(tau2) / expected.squares, 1, kTolerance);
  }
}

class StudyTableTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  const ConnectedNetwork network_ = Connected(GetParam());
};

TEST_P(StudyTableTest, PassesAreSumsOverBlocks) {
  StudyTable table(network_);
  ExpectPassesOf(table);
  table.Centre(Eigen::VectorXd::LinSpaced(table.nodes(), 1, -1));
  ExpectPassesOf(table);
}

TEST_P(StudyTableTest, EditsLeaveTheTableOfTheStudiesThatAreLeft) {
  StudyTable table(network_);
  table.Centre(Eigen::VectorXd::LinSpaced(table.nodes(), 1, -1));
  const ConnectedNetwork others = Connected(GetParam() + 100);
  for (int i = 0; i < 12; ++i) {
    table.Add(others.blocks[i]);
    table.Remove((7 * i) % table.size());
    const int study = (5 * i) % table.size();
    StudyBlock block = table.network().blocks[study];
    block.effects.array() += 0.3;
    block.covariance *= 1.5;
    table.Replace(study, block);
    ExpectPassesOf(table);
  }
  EXPECT_EQ(table.size(), 20);
  EXPECT_EQ(table.contrasts(), StudyTable(table.network()).contrasts());
  EXPECT_EQ(table.degrees_of_freedom(), table.contrasts() - 5);
}

TEST_P(StudyTableTest, ContrastsAreThoseOfTheBlock) {
  const StudyTable table(network_);
  for (int study = 0; study < table.size(); ++study) {
    const StudyBlock& block = table.network().blocks[study];
    const Eigen::Index m = block.effects.size();
    Eigen::VectorXd theta = Eigen::VectorXd::Zero(table.nodes());
    for (Eigen::Index i = 0; i < m; ++i) {
      theta[block.nodes[i + 1]] = block.effects[i];
    }
    for (int j = 0; j < m; ++j) {
      const IndependentContrast contrast = table.At(study, j);
      ASSERT_EQ(contrast.arms, m + 1);
      double effect = 0;
      double sum = 0;
      for (int a = 0; a < contrast.arms; ++a) {
        effect += contrast.coefficients[a] * theta[contrast.nodes[a]];
        sum += contrast.coefficients[a];
      }
      EXPECT_NEAR(effect, contrast.effect, 1e-14);
      EXPECT_NEAR(sum, 0, 1e-14);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, StudyTableTest,
                         ::testing::Range<std::uint32_t>(1, 7));

TEST(StudyTableTest, KnowsWhetherItsNumbersAreFarApart) {
  ConnectedNetwork network = Connected(1);
  EXPECT_TRUE(StudyTable(network).IsWellScaled(0));
  network.blocks[0].covariance *= 1e6;
  StudyTable table(network);
  EXPECT_FALSE(table.IsWellScaled(0));
  EXPECT_TRUE(table.IsWellScaled(1e6));  // tau^2 makes them alike
  table.Replace(0, Connected(1).blocks[0]);
  EXPECT_FALSE(table.IsWellScaled(0));  // forgets when it is centred
  table.Centre(table.centre());
  EXPECT_TRUE(table.IsWellScaled(0));
}

}  // namespace
}  // namespace tidemark::nma
