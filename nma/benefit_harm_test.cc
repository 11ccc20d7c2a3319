#include "nma/benefit_harm.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "Eigen/Cholesky"
#include "Eigen/Core"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

constexpr int kDraws = 1000000;
// Of a share of kDraws: five standard errors at most.
constexpr double kSimulation = 5 * 0.5 / 1000;
// The same of a hundredth as many.
constexpr int kFewDraws = kDraws / 100;
constexpr double kRoughly = 10 * kSimulation;

// Three treatments on one outcome: effects versus the first, and their joint
// covariance.
struct Outcome {
  Eigen::Vector3d effects;
  Eigen::Matrix3d covariance;
  bool small_values_desirable;

  Eigen::MatrixXd Better() const {
    Eigen::MatrixXd variances(3, 3);
    for (int i = 0; i < 3; ++i) {
      for (int j = 0; j < 3; ++j) {
        variances(i, j) =
            covariance(i, i) + covariance(j, j) - 2 * covariance(i, j);
      }
    }
    return BetterProbabilities(effects, variances, small_values_desirable);
  }
};

Outcome Pain() {
  Eigen::Matrix3d covariance;
  covariance << 0, 0, 0, 0, 1, 0.4, 0, 0.4, 2;
  return {{0, -1, -0.5}, covariance, true};
}

Outcome Function() {
  Eigen::Matrix3d covariance;
  covariance << 0, 0, 0, 0, 2, 1, 0, 1, 3;
  return {{0, 1, 2}, covariance, false};
}

Outcome Harm() {
  Eigen::Matrix3d covariance;
  covariance << 0, 0, 0, 0, 0.5, 0.1, 0, 0.1, 0.3;
  return {{0, 0.4, -0.1}, covariance, true};
}

// Draws advantages of i over j, one for each outcome; `shared` is the weight of
// one normal that all outcomes have in common, 0: they are independent.
class Draws {
 public:
  Draws(const std::vector<Outcome>& outcomes, double shared)
      : outcomes_(outcomes), shared_(shared) {
    for (const Outcome& outcome : outcomes) {
      roots_.push_back(
          outcome.covariance.bottomRightCorner<2, 2>().llt().matrixL());
    }
  }

  // Whether i is better than j, by outcome.
  std::vector<bool> Better(int i, int j) {
    const double a = normal_(engine_);
    const double b = normal_(engine_);
    std::vector<bool> better;
    for (size_t o = 0; o < outcomes_.size(); ++o) {
      const double own = std::sqrt(1 - shared_ * shared_);
      const Eigen::Vector2d z(shared_ * a + own * normal_(engine_),
                              shared_ * b + own * normal_(engine_));
      Eigen::Vector3d theta = outcomes_[o].effects;
      theta.tail<2>() += roots_[o] * z;
      better.push_back(outcomes_[o].small_values_desirable
                           ? theta[i] < theta[j]
                           : theta[i] > theta[j]);
    }
    return better;
  }

 private:
  const std::vector<Outcome> outcomes_;
  const double shared_;
  std::vector<Eigen::Matrix2d> roots_;
  std::mt19937_64 engine_{1};
  std::normal_distribution<double> normal_;
};

// Shares of draws: both, benefit only, harm only, neither. The last outcome is
// the harm.
std::vector<double> Simulated(const std::vector<Outcome>& outcomes,
                              double shared, int i, int j, int count = kDraws) {
  Draws draws(outcomes, shared);
  std::vector<double> shares(4);
  for (int draw = 0; draw < count; ++draw) {
    const std::vector<bool> better = draws.Better(i, j);
    const bool benefit =
        std::all_of(better.begin(), better.end() - 1, [](bool b) { return b; });
    shares[(benefit ? 0 : 2) + (better.back() ? 0 : 1)] += 1.0 / count;
  }
  return shares;
}

TEST(BetterProbabilitiesTest, FollowTheDirectionOfTheOutcome) {
  const Eigen::MatrixXd pain = Pain().Better();
  const double phi1 = 0.841344746068542949;  // Phi(1)
  EXPECT_NEAR(pain(1, 0), phi1, 1e-15);
  EXPECT_NEAR(pain(0, 1), 1 - phi1, 1e-15);
  Outcome reversed = Pain();
  reversed.small_values_desirable = false;
  EXPECT_NEAR(reversed.Better()(1, 0), 1 - phi1, 1e-15);
  EXPECT_NEAR((pain + pain.transpose()).sum(), 6, 1e-14);
  EXPECT_EQ(pain(1, 1), 0);
}

TEST(SharesTest, AreThoseOfAMillionIndependentDraws) {
  const std::vector<Outcome> outcomes = {Pain(), Function(), Harm()};
  const std::vector<Eigen::MatrixXd> benefits = {Pain().Better(),
                                                 Function().Better()};
  const std::vector<Eigen::MatrixXd> harms = {Harm().Better()};
  const BenefitHarmShares shares = SharesOf(benefits, harms, 2, 0);
  const std::vector<double> simulated = Simulated(outcomes, 0, 2, 0);
  EXPECT_NEAR(shares.both.independent, simulated[0], kSimulation);
  EXPECT_NEAR(shares.benefit_only.independent, simulated[1], kSimulation);
  EXPECT_NEAR(shares.harm_only.independent, simulated[2], kSimulation);
  EXPECT_NEAR(shares.neither.independent, simulated[3], kSimulation);
  EXPECT_NEAR(shares.both.independent + shares.benefit_only.independent +
                  shares.harm_only.independent + shares.neither.independent,
              1, 1e-15);
}

TEST(SharesTest, OfDependentOutcomesAreWithinTheBounds) {
  const std::vector<Outcome> outcomes = {Pain(), Function(), Harm()};
  const std::vector<Eigen::MatrixXd> benefits = {Pain().Better(),
                                                 Function().Better()};
  const std::vector<Eigen::MatrixXd> harms = {Harm().Better()};
  const BenefitHarmShares shares = SharesOf(benefits, harms, 2, 1);
  for (const double shared : {-1.0, 0.5, 1.0}) {
    const std::vector<double> simulated =
        Simulated(outcomes, shared, 2, 1, kFewDraws);
    const JointProbability expected[] = {shares.both, shares.benefit_only,
                                         shares.harm_only, shares.neither};
    for (int k = 0; k < 4; ++k) {
      EXPECT_GE(simulated[k], expected[k].lower - kRoughly) << k;
      EXPECT_LE(simulated[k], expected[k].upper + kRoughly) << k;
    }
  }
}

// Events on three outcomes as intervals of one uniform number: moved against
// each other they take every extreme that the bounds promise.
TEST(JointProbabilityTest, BoundsAreReached) {
  const double p[] = {0.8, 0.7, 0.9};
  JointProbability all;
  for (const double one : p) all = And(all, Exactly(one));
  EXPECT_NEAR(all.independent, 0.504, 1e-15);
  // Misses one after another, 0.2 + 0.3 + 0.1; misses on top of each other.
  EXPECT_NEAR(all.lower, 1 - 0.6, 1e-15);
  EXPECT_NEAR(all.upper, 0.7, 1e-15);
  // Of (A and B) and not C: P(A and B) in 0.5-0.7, P(not C) = 0.1.
  const JointProbability only =
      And(And(Exactly(p[0]), Exactly(p[1])), Not(Exactly(p[2])));
  EXPECT_NEAR(only.independent, 0.056, 1e-15);
  EXPECT_NEAR(only.lower, 0, 1e-15);
  EXPECT_NEAR(only.upper, 0.1, 1e-15);
}

TEST(JointProbabilityTest, OfOneOutcomeHasNoRange) {
  const std::vector<Eigen::MatrixXd> one = {Pain().Better()};
  const JointProbability p = BetterOnAll(one, 1, 2);
  EXPECT_EQ(p.lower, p.upper);
  EXPECT_EQ(p.lower, p.independent);
}

TEST(JointProbabilityTest, CertaintiesStayWithinRange) {
  const JointProbability none = And(Exactly(0), Exactly(1));
  EXPECT_EQ(none.independent, 0);
  EXPECT_EQ(none.upper, 0);
  const JointProbability tiny = And(Exactly(1), Exactly(1e-300));
  EXPECT_LE(tiny.lower, tiny.independent);
  EXPECT_GE(tiny.upper, tiny.independent);
}

}  // namespace
}  // namespace tidemark::nma
