#include "nma/recursive_least_squares.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/component_fit.h"
#include "nma/network.h"
#include "nma/study_table.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

void AddStudy(const StudyTable& table, int study,
              RecursiveLeastSquares* estimates) {
  const int arms = table.At(study, 0).arms;
  for (int j = 0; j + 1 < arms; ++j) estimates->Add(table.At(study, j));
}

bool RemoveStudy(const StudyTable& table, int study,
                 RecursiveLeastSquares* estimates) {
  const int arms = table.At(study, 0).arms;
  bool removed = true;
  for (int j = 0; j + 1 < arms; ++j) {
    removed = removed && estimates->Remove(table.At(study, j));
  }
  return removed;
}

// The largest relative error of a pair variance.
double TrueError(const RecursiveLeastSquares& estimates,
                 const Eigen::MatrixXd& exact) {
  double error = 0;
  for (Eigen::Index j = 0; j < exact.cols(); ++j) {
    for (Eigen::Index i = j + 1; i < exact.rows(); ++i) {
      error = std::max(
          error, std::abs(estimates.pair_variances()(i, j) / exact(i, j) - 1));
    }
  }
  return error;
}

class RecursiveLeastSquaresTest
    : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  ConnectedNetwork Connected() const {
    return BuildNetwork(
               RandomNetwork(/*treatments=*/8, /*studies=*/40, GetParam()))
        .components[0]
        .network;
  }

  static void Start(StudyTable table, RecursiveLeastSquares* estimates) {
    ASSERT_OK_AND_ASSIGN(const CommonEffect common, FitCommonEffect(table));
    estimates->Reset(common.estimates.effects, common.estimates.pair_variances,
                     common.moments.q);
  }

  // Equal to a fit of the table, within its own bound of the error.
  static void ExpectFitOf(const StudyTable& table,
                          const RecursiveLeastSquares& estimates) {
    StudyTable fresh(table.network());
    ASSERT_OK_AND_ASSIGN(const CommonEffect common, FitCommonEffect(fresh));
    EXPECT_LE(TrueError(estimates, common.estimates.pair_variances),
              estimates.error());
    EXPECT_LT(estimates.error(), 1e-9);
    for (Eigen::Index i = 1; i < estimates.theta().size(); ++i) {
      EXPECT_NEAR(estimates.theta()[i] - estimates.theta()[0],
                  common.estimates.effects[i] - common.estimates.effects[0],
                  1e-11);
    }
    EXPECT_NEAR(estimates.q() / common.moments.q, 1, 1e-11);
  }
};

TEST_P(RecursiveLeastSquaresTest, FollowsAFit) {
  std::mt19937 engine(GetParam());
  StudyTable table(Connected());
  const ConnectedNetwork others = Connected();
  RecursiveLeastSquares estimates;
  ASSERT_NO_FATAL_FAILURE(Start(table, &estimates));
  for (int i = 0; i < 60; ++i) {
    const int study = static_cast<int>(engine() % table.size());
    if (i % 3 == 0) {
      StudyBlock more = others.blocks[i % others.blocks.size()];
      more.effects.array() += 0.2;
      table.Add(more);
      AddStudy(table, table.size() - 1, &estimates);
    } else if (i % 3 == 1) {
      ASSERT_TRUE(RemoveStudy(table, study, &estimates));
      table.Remove(study);
    } else if (table.At(study, 0).arms == 2) {
      StudyTable old(table.network());
      StudyBlock block = table.network().blocks[study];
      block.effects *= -1;
      block.covariance *= i % 2 == 0 ? 3 : 0.2;
      table.Replace(study, block);
      ASSERT_TRUE(estimates.Replace(old.At(study, 0), table.At(study, 0)));
    }
    ASSERT_NO_FATAL_FAILURE(ExpectFitOf(table, estimates));
  }
}

// A study that alone compares a treatment with the others.
TEST_P(RecursiveLeastSquaresTest, WillNotTakeOutABridge) {
  ConnectedNetwork network = Connected();
  const int leaf = network.nodes++;
  network.blocks.push_back({{0, leaf},
                            Eigen::VectorXd::Constant(1, 0.5),
                            Eigen::MatrixXd::Constant(1, 1, 0.1)});
  const StudyTable table(network);
  RecursiveLeastSquares estimates;
  ASSERT_NO_FATAL_FAILURE(Start(table, &estimates));
  EXPECT_FALSE(RemoveStudy(table, table.size() - 1, &estimates));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RecursiveLeastSquaresTest,
                         ::testing::Range<std::uint32_t>(1, 7));

}  // namespace
}  // namespace tidemark::nma
