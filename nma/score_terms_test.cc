#include "nma/score_terms.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/study_table.h"
#include "nma/table_model.h"
#include "nma/testing/explicit_model.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

// A restricted likelihood by its diagonal form: variances mu and residual
// coordinates u.
struct Diagonal {
  std::vector<double> mu, u;

  ScoreTerms At(double tau2) const {
    ScoreTerms terms;
    terms.tau2 = tau2;
    for (size_t j = 0; j < mu.size(); ++j) {
      const double variance = mu[j] + tau2;
      terms.q += u[j] * u[j] / variance;
      terms.observed += u[j] * u[j] / (variance * variance);
      terms.expected += 1 / variance;
    }
    return terms;
  }
  double smallest() const { return *std::min_element(mu.begin(), mu.end()); }
  double largest() const { return *std::max_element(mu.begin(), mu.end()); }
};

// Variances over four orders of magnitude; coordinates that make the score
// change its sign somewhere, often more than once.
Diagonal RandomDiagonal(std::mt19937& engine) {
  const auto uniform = [&engine] { return engine() / 4294967296.0; };
  Diagonal diagonal;
  const int size = 2 + static_cast<int>(engine() % 6);
  for (int j = 0; j < size; ++j) {
    diagonal.mu.push_back(std::pow(10, -4 * uniform()));
    diagonal.u.push_back(std::sqrt(diagonal.mu.back()) *
                         std::pow(10, 2 * uniform() - 1));
  }
  return diagonal;
}

// Whether the score has this sign at 200 points between the two.
bool HasSign(const Diagonal& diagonal, double a, double b, double sign) {
  for (int i = 1; i < 200; ++i) {
    const double share = i / 200.0;
    const double tau2 = a * (1 - share) + b * share;
    if (!(diagonal.At(tau2).score() * sign > 0)) return false;
  }
  return true;
}

class ScoreProofsTest : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(ScoreProofsTest, WhatTheyProveIsTrue) {
  std::mt19937 engine(GetParam());
  int positive = 0;
  int negative = 0;
  int beyond = 0;
  for (int i = 0; i < 2000; ++i) {
    const Diagonal diagonal = RandomDiagonal(engine);
    const double smallest = diagonal.smallest();
    double tau2[4];  // increasing
    for (double& t : tau2)
      t = smallest * std::expm1(9 * (engine() % 1000) / 999.);
    std::sort(tau2, tau2 + 4);
    if (tau2[0] == tau2[1] || tau2[1] == tau2[2] || tau2[2] == tau2[3])
      continue;
    const ScoreTerms before = diagonal.At(tau2[0]);
    const ScoreTerms a = diagonal.At(tau2[1]);
    const ScoreTerms b = diagonal.At(tau2[2]);
    const ScoreTerms after = diagonal.At(tau2[3]);
    for (const ScoreTerms* next :
         {static_cast<const ScoreTerms*>(nullptr), &after}) {
      if (b.score() >= 0 &&
          ScoreIsPositiveBetween(a, b, LeastSlopeOfAlpha(b, next))) {
        ++positive;
        EXPECT_TRUE(HasSign(diagonal, a.tau2, b.tau2, 1));
      }
    }
    for (const ScoreTerms* last :
         {static_cast<const ScoreTerms*>(nullptr), &before}) {
      const double slope = LargestSlopeOfBeta(a, last, smallest);
      if (a.score() <= 0 && ScoreIsNegativeBetween(a, b, slope)) {
        ++negative;
        EXPECT_TRUE(HasSign(diagonal, a.tau2, b.tau2, -1));
      }
      if (a.score() <= 0 &&
          ScoreIsNegativeBeyond(a, slope, diagonal.largest())) {
        ++beyond;
        for (double far = 1; far < 1e9; far *= 10) {
          EXPECT_TRUE(HasSign(diagonal, a.tau2, a.tau2 + far * smallest, -1));
        }
      }
    }
  }
  // They are worth something: of some 500 chances each.
  EXPECT_GT(positive, 100);
  EXPECT_GT(negative, 100);
  EXPECT_GT(beyond, 100);
}

TEST_P(ScoreProofsTest, SlopesAreBounds) {
  std::mt19937 engine(GetParam());
  for (int i = 0; i < 200; ++i) {
    const Diagonal diagonal = RandomDiagonal(engine);
    const double smallest = diagonal.smallest();
    const double tau2 = smallest * (1 + engine() % 100);
    const double step = 1e-6 * tau2;
    const ScoreTerms at = diagonal.At(tau2);
    const ScoreTerms before = diagonal.At(tau2 / 2);
    const ScoreTerms after = diagonal.At(tau2 * 2);
    // One-sided differences of a concave function: the true slope lies between.
    const double alpha = (diagonal.At(tau2 + step).alpha() - at.alpha()) / step;
    const double beta = (at.beta() - diagonal.At(tau2 - step).beta()) / step;
    constexpr double kSlack = 1 + 1e-5;
    EXPECT_LE(LeastSlopeOfAlpha(at, nullptr), alpha * kSlack);
    EXPECT_LE(LeastSlopeOfAlpha(at, &after), alpha * kSlack);
    EXPECT_GE(LargestSlopeOfBeta(at, nullptr, smallest) * kSlack, beta);
    EXPECT_GE(LargestSlopeOfBeta(at, &before, smallest) * kSlack, beta);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ScoreProofsTest,
                         ::testing::Range<std::uint32_t>(1, 5));

// With equal variances both functions are straight lines: one interval is
// enough, and nothing is left to search.
TEST(ScoreTermsTest, EqualVariancesAreProvenAtOnce) {
  const Diagonal diagonal = {{0.5, 0.5, 0.5}, {2, 1, -1}};
  const double zero = 6.0 / 3 - 0.5;
  const ScoreTerms origin = diagonal.At(0);
  const ScoreTerms at = diagonal.At(zero);
  EXPECT_NEAR(at.score(), 0, 1e-15);
  EXPECT_TRUE(
      ScoreIsPositiveBetween(origin, at, LeastSlopeOfAlpha(at, nullptr)));
  EXPECT_TRUE(ScoreIsNegativeBeyond(
      at, LargestSlopeOfBeta(at, &origin, 0.5) * (1 - 1e-15), 0.5));
}

TEST(ScoreTermsTest, AreThoseOfTheModelWrittenOut) {
  const ConnectedNetwork network =
      BuildNetwork(RandomNetwork(6, 12, /*seed=*/3)).components[0].network;
  const ExplicitModel<double> model(network);
  for (const double tau2 : {0.0, 0.2}) {
    const auto p = model.ResidualProjection(tau2);
    const Eigen::VectorXd py = p * model.y;
    ASSERT_OK_AND_ASSIGN(const ScoreTerms restricted,
                         ScoreTermsAt(TableModel(StudyTable(network)),
                                      LikelihoodKind::kRestricted, tau2));
    EXPECT_NEAR(restricted.observed, py.dot(model.v0 * py), 1e-10);
    EXPECT_NEAR(restricted.expected, (p * model.v0).trace(), 1e-10);
    EXPECT_NEAR(restricted.q, model.y.dot(py), 1e-10);
    ASSERT_OK_AND_ASSIGN(const ScoreTerms full,
                         ScoreTermsAt(TableModel(StudyTable(network)),
                                      LikelihoodKind::kFull, tau2));
    EXPECT_NEAR(full.expected, (model.Precision(tau2) * model.v0).trace(),
                1e-10);
    EXPECT_EQ(full.observed, restricted.observed);
  }
}

}  // namespace
}  // namespace tidemark::nma
