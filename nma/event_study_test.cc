// The likelihood of a study against brute force: a dense grid over contrasts
// with the covariance tau^2 (I + J) / 2, and simulation for many arms.
#include "nma/event_study.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "Eigen/Dense"
#include "gtest/gtest.h"
#include "nma/gauss_hermite.h"

namespace tidemark::nma {
namespace {

// 63 nodes are far more than these cases need for 1e-10.
const GaussHermite& FineRule() { return GaussHermiteRules()[8]; }

EventStudy Make(const std::vector<double>& events,
                const std::vector<double>& totals) {
  EventStudy study;
  study.events =
      Eigen::Map<const Eigen::VectorXd>(events.data(), events.size());
  study.totals =
      Eigen::Map<const Eigen::VectorXd>(totals.data(), totals.size());
  for (size_t i = 0; i < events.size(); ++i) {
    study.treatments.push_back(static_cast<int>(i));
  }
  return study;
}

double Probability(const EventStudy& study, const Eigen::VectorXd& eta) {
  double log = 0;
  for (Eigen::Index i = 0; i < eta.size(); ++i) {
    const double p = 1 / (1 + std::exp(-eta(i)));
    const double e = study.events(i);
    const double f = study.totals(i) - e;
    log += std::lgamma(e + f + 1) - std::lgamma(e + 1) - std::lgamma(f + 1);
    if (e > 0) log += e * std::log(p);
    if (f > 0) log += f * std::log(1 - p);
  }
  return std::exp(log);
}

// Trapezoids over the contrasts d_i = u_i - u_1, whose covariance is
// tau^2 (I + J) / 2, u being centred. Far beyond double precision for such
// smooth functions: nine standard deviations in steps of 0.2.
double BruteForce(const EventStudy& study, const Eigen::VectorXd& eta,
                  double tau) {
  const Eigen::Index k = eta.size();
  const Eigen::MatrixXd covariance = tau * tau *
                                     (Eigen::MatrixXd::Identity(k - 1, k - 1) +
                                      Eigen::MatrixXd::Ones(k - 1, k - 1)) /
                                     2;
  const Eigen::MatrixXd precision = covariance.inverse();
  constexpr int kHalf = 45;
  const double step = 0.2 * tau;
  std::vector<int> index(k - 1, -kHalf);
  double sum = 0;
  while (true) {
    Eigen::VectorXd u = Eigen::VectorXd::Zero(k);
    for (Eigen::Index i = 0; i + 1 < k; ++i) u(i + 1) = index[i] * step;
    const Eigen::VectorXd d = u.tail(k - 1);
    u.array() -= u.mean();
    sum += Probability(study, eta + u) * std::exp(-d.dot(precision * d) / 2);
    size_t i = 0;
    while (i < index.size() && ++index[i] > kHalf) index[i++] = -kHalf;
    if (i == index.size()) break;
  }
  const double density =
      std::sqrt(precision.determinant()) / std::pow(2 * M_PI, (k - 1) / 2.0);
  return std::log(sum * density * std::pow(step, k - 1));
}

struct Case {
  EventStudy study;
  Eigen::VectorXd eta;
};

std::vector<Case> Cases() {
  return {
      {Make({0, 3}, {50, 48}), Eigen::Vector2d(-4, -3)},
      {Make({14, 5}, {15, 40}), Eigen::Vector2d(1.5, -1)},
      {Make({0, 3, 1}, {50, 48, 20}), Eigen::Vector3d(-4, -3, -3.2)},
      {Make({4, 9, 12}, {30, 30, 12}), Eigen::Vector3d(-2, 0, 2)},
  };
}

TEST(EventStudyTest, TheValueIsThatOfADenseGrid) {
  for (const Case& data : Cases()) {
    for (const double tau : {0.1, 0.7, 2.0}) {
      const double expected = BruteForce(data.study, data.eta, tau);
      EXPECT_NEAR(LogLikelihoodOf(data.study, data.eta, tau, FineRule()).value,
                  expected, 1e-10)
          << data.eta.size() << " arms, tau " << tau;
    }
  }
}

TEST(EventStudyTest, WithoutHeterogeneityItIsTheBinomialProbability) {
  for (const Case& data : Cases()) {
    EXPECT_NEAR(
        LogLikelihoodOf(data.study, data.eta, 0, GaussHermiteRules()[0]).value,
        std::log(Probability(data.study, data.eta)), 1e-12);
  }
}

// Central differences of the values: their error is some 1e-9 of the first,
// 1e-6 of the second derivatives.
TEST(EventStudyTest, DerivativesAreThoseOfTheValue) {
  for (const Case& data : Cases()) {
    const GaussHermite& rule = FineRule();
    const Eigen::Index k = data.eta.size();
    const double tau = 0.7;
    const StudyLogLikelihood at =
        LogLikelihoodOf(data.study, data.eta, tau, rule);
    for (Eigen::Index i = 0; i <= k; ++i) {
      const auto moved = [&](double step) {
        Eigen::VectorXd eta = data.eta;
        if (i < k) eta(i) += step;
        return LogLikelihoodOf(data.study, eta, i < k ? tau : tau + step, rule);
      };
      constexpr double kStep = 1e-4;
      const StudyLogLikelihood up = moved(kStep);
      const StudyLogLikelihood down = moved(-kStep);
      EXPECT_NEAR(at.gradient(i), (up.value - down.value) / (2 * kStep), 1e-7);
      for (Eigen::Index j = 0; j <= k; ++j) {
        EXPECT_NEAR(at.hessian(i, j),
                    (up.gradient(j) - down.gradient(j)) / (2 * kStep), 1e-6)
            << i << " " << j;
      }
    }
  }
}

// At tau = 0 the likelihood is even in tau.
TEST(EventStudyTest, TheSecondDerivativeAtZeroIsThatOfTheLimit) {
  for (const Case& data : Cases()) {
    const GaussHermite& rule = FineRule();
    const StudyLogLikelihood at =
        LogLikelihoodOf(data.study, data.eta, 0, rule);
    const StudyLogLikelihood near =
        LogLikelihoodOf(data.study, data.eta, 1e-3, rule);
    EXPECT_NEAR(at.gradient(data.eta.size()), 0, 1e-12);
    EXPECT_NEAR(at.hessian(data.eta.size(), data.eta.size()),
                near.gradient(data.eta.size()) / 1e-3, 1e-4);
  }
}

TEST(EventStudyTest, TheOrderOfArmsIsAQuestionOfQuadratureOnly) {
  const EventStudy study = Make({0, 3, 7}, {50, 48, 30});
  const EventStudy turned = Make({7, 0, 3}, {30, 50, 48});
  const GaussHermite& rule = FineRule();
  EXPECT_NEAR(
      LogLikelihoodOf(study, Eigen::Vector3d(-4, -3, -1), 1, rule).value,
      LogLikelihoodOf(turned, Eigen::Vector3d(-1, -4, -3), 1, rule).value,
      1e-11);
}

// Seven arms, five nodes in each of six dimensions, against 200000 draws of the
// random effects: the standard error of the mean is stated by the draws.
TEST(EventStudyTest, ManyArmsAgreeWithSimulation) {
  const EventStudy study =
      Make({0, 2, 1, 4, 0, 3, 1}, {30, 31, 25, 40, 28, 35, 20});
  Eigen::VectorXd eta(7);
  eta << -3.5, -2.6, -3, -2.2, -3.5, -2.4, -2.9;
  const double tau = 0.8;
  std::mt19937 random(1995);
  std::normal_distribution<double> normal(0, tau / std::sqrt(2.0));
  constexpr int kDraws = 200000;
  double sum = 0;
  double squares = 0;
  Eigen::VectorXd u(7);
  for (int i = 0; i < kDraws; ++i) {
    for (double& x : u) x = normal(random);
    u.array() -= u.mean();
    const double p = Probability(study, eta + u);
    sum += p;
    squares += p * p;
  }
  const double mean = sum / kDraws;
  const double error =
      std::sqrt((squares / kDraws - mean * mean) / kDraws) / mean;
  ASSERT_LT(error, 0.004);
  const int last = LastRule(7, kMostPoints);
  EXPECT_EQ(GaussHermiteRules()[last].nodes.size(), 5);
  EXPECT_NEAR(LogLikelihoodOf(study, eta, tau, GaussHermiteRules()[last]).value,
              std::log(mean), 4 * error);
}

TEST(EventStudyTest, ExtremeLogOddsStayFinite) {
  const GaussHermite& rule = GaussHermiteRules()[5];
  for (const double eta : {-700.0, -40.0, 40.0, 700.0}) {
    const StudyLogLikelihood at = LogLikelihoodOf(
        Make({0, 3}, {1e6, 1e6}), Eigen::Vector2d(eta, -eta), 3, rule);
    EXPECT_TRUE(std::isfinite(at.value)) << eta;
    EXPECT_TRUE(at.gradient.allFinite());
    EXPECT_TRUE(at.hessian.allFinite());
  }
}

}  // namespace
}  // namespace tidemark::nma
