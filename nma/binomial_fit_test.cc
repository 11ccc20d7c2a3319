// The exact binomial likelihood against R (testdata/rare_events.R), against
// closed forms and against brute force.
#include "nma/binomial_fit.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "Eigen/Dense"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "boost/math/tools/minima.hpp"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/binomial_likelihood.h"
#include "nma/event_parts.h"
#include "nma/study.h"
#include "nma/testing/rare_events.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

// Of chi-square with 1 degree of freedom.
constexpr double kQuantile95 = 3.8414588206941236;

bool Never() { return false; }

BinomialFit Fit(const std::vector<Study>& studies) {
  const auto fit = FitBinomial(studies, 0.95, Never);
  EXPECT_OK(fit);
  return fit.value_or(BinomialFit());
}

// The one part of a network.
BinomialPartFit FitPart(const std::vector<Study>& studies) {
  const BinomialFit fit = Fit(studies);
  EXPECT_EQ(fit.parts.size(), 1);
  return fit.parts.empty() ? BinomialPartFit() : fit.parts[0];
}

// `jsonlite` writes a vector of one as a number.
json AsArray(const json& value) {
  return value.is_array() ? value : json::array({value});
}

void ExpectAgrees(const BinomialModelFit& fit, const json& reference,
                  double effect_tolerance, double variance_tolerance) {
  const json effects = AsArray(reference["effects"]);
  const auto count = static_cast<Eigen::Index>(effects.size());
  ASSERT_EQ(fit.effects.size(), count + 1);
  const auto covariance = [&](Eigen::Index i, Eigen::Index j) {
    return i == 0 || j == 0
               ? 0.0
               : reference["covariance"][i - 1][j - 1].get<double>();
  };
  for (Eigen::Index i = 0; i <= count; ++i) {
    if (i > 0) {
      EXPECT_NEAR(fit.effects(i), effects[i - 1], effect_tolerance);
    }
    for (Eigen::Index j = 0; j < i; ++j) {
      const double variance =
          covariance(i, i) + covariance(j, j) - 2 * covariance(i, j);
      EXPECT_NEAR(fit.pair_variances(i, j) / variance, 1, variance_tolerance);
    }
  }
}

TEST(BinomialFitTest, WithoutHeterogeneityItIsLogisticRegression) {
  const json reference = RecordedRareEvents();
  for (const auto& [name, data] : reference.items()) {
    SCOPED_TRACE(name);
    const BinomialPartFit part = FitPart(StudiesOf(data["studies"]));
    const json& glm = data["common"];
    ExpectAgrees(part.common, glm, 1e-9, 1e-8);
    EXPECT_NEAR(part.common.log_likelihood, glm["log_likelihood"], 1e-9);
  }
}

// lme4 at 25 nodes; its deviance function is good to some 1e-11, so that
// second derivatives by differences are to 1e-7.
TEST(BinomialFitTest, RandomEffectsOfTwoArmsAreThoseOfGlmer) {
  const json reference = RecordedRareEvents();
  for (const char* name : {"nielweise", "bcg", "collins", "any_ae"}) {
    SCOPED_TRACE(name);
    const json& glmer = reference[name]["random"];
    const BinomialPartFit part = FitPart(StudiesOf(reference[name]["studies"]));
    ExpectAgrees(*part.random, glmer, 1e-7, 1e-6);
    EXPECT_NEAR(part.tau2, glmer["tau2"], 1e-7);
    EXPECT_NEAR(part.random->log_likelihood, glmer["log_likelihood"], 1e-8);
    EXPECT_LT(part.quadrature_error, 1e-8);
    EXPECT_NEAR(part.likelihood_ratio,
                2 * (glmer["log_likelihood"].get<double>() -
                     reference[name]["common"]["log_likelihood"].get<double>()),
                1e-7);
    EXPECT_NEAR(*part.p_tau2,
                std::erfc(std::sqrt(part.likelihood_ratio / 2)) / 2,
                1e-10 * *part.p_tau2);
  }
}

// What its optimizer leaves is less than 1e-4.
TEST(BinomialFitTest, RandomEffectsOfOneComparisonAreThoseOfMetafor) {
  const json reference = RecordedRareEvents();
  for (const char* name : {"nielweise", "bcg", "collins"}) {
    SCOPED_TRACE(name);
    const json& metafor = reference[name]["rma_glmm"];
    const BinomialPartFit part = FitPart(StudiesOf(reference[name]["studies"]));
    const double sign = part.treatments[1] == "treated" ? 1 : -1;
    EXPECT_NEAR(sign * part.random->effects(1), metafor["effect"], 4e-4);
    EXPECT_NEAR(std::sqrt(part.random->pair_variances(1, 0)), metafor["se"],
                1e-4);
    EXPECT_NEAR(part.tau2, metafor["tau2"], 1e-4);
  }
}

TEST(BinomialFitTest, AMaximumAtZeroIsTheCommonEffect) {
  const json data = RecordedRareEvents()["serious_ae"];
  ASSERT_EQ(data["random_tau2"], 0);
  const BinomialFit fit = Fit(StudiesOf(data["studies"]));
  ASSERT_EQ(fit.parts.size(), 1);
  const BinomialPartFit& part = fit.parts[0];
  EXPECT_EQ(part.tau2, 0);
  EXPECT_EQ(part.random->effects, part.common.effects);
  EXPECT_EQ(part.random->pair_variances, part.common.pair_variances);
  EXPECT_EQ(part.likelihood_ratio, 0);
  EXPECT_EQ(part.p_tau2, 1);
  EXPECT_EQ(part.tau2_interval->lower, 0);
  EXPECT_GT(part.tau2_interval->upper, 0);
  ASSERT_EQ(fit.left_out.treatments.size(), 1);
  EXPECT_EQ(fit.left_out.treatments[0].treatment, "repeated_msc");
}

// The maximum, its Hessian and the ends of the interval by brute force, for a
// network with studies of three arms.
class DenseGrid {
 public:
  explicit DenseGrid(const std::vector<Study>& studies) {
    for (const Study& study : studies) {
      arms_.push_back(std::get<std::vector<BinaryArm>>(study.data));
    }
  }

  // The highest over mu, study by study. `x` has theta[1..], then tau.
  double Profile(const Eigen::VectorXd& x) const {
    double sum = 0;
    for (const std::vector<BinaryArm>& arms : arms_) sum += Highest(arms, x);
    return sum;
  }

 private:
  static double Theta(const BinaryArm& arm, const Eigen::VectorXd& x) {
    return arm.treatment == "A" ? 0 : x(arm.treatment[0] - 'B');
  }

  static double Highest(const std::vector<BinaryArm>& arms,
                        const Eigen::VectorXd& x) {
    constexpr int kBits = 26;  // of mu; twice as many of the value
    return -boost::math::tools::brent_find_minima(
                [&](double mu) { return -Integral(arms, mu, x); }, -9.0, 3.0,
                kBits)
                .second;
  }

  static double Log(const std::vector<BinaryArm>& arms, double mu,
                    const Eigen::VectorXd& x, const double* u) {
    double log = 0;
    for (size_t i = 0; i < arms.size(); ++i) {
      const double eta = mu + Theta(arms[i], x) + u[i];
      const double e = arms[i].events;
      const double n = arms[i].total;
      log += e * eta - n * std::log1p(std::exp(eta)) + std::lgamma(n + 1) -
             std::lgamma(e + 1) - std::lgamma(n - e + 1);
    }
    return log;
  }

  // Over independent arms with variance tau^2 / 2, centred: for three arms in
  // the plane of two orthonormal contrasts.
  static double Integral(const std::vector<BinaryArm>& arms, double mu,
                         const Eigen::VectorXd& x) {
    const double size = x(x.size() - 1) / std::sqrt(2.0);
    constexpr double kStep = 0.4;
    constexpr int kHalf = 20;
    double sum = 0;
    for (int i = -kHalf; i <= kHalf; ++i) {
      const double v = i * kStep;
      if (arms.size() == 2) {
        const double u[] = {size * v / std::sqrt(2.0),
                            -size * v / std::sqrt(2.0)};
        sum += std::exp(Log(arms, mu, x, u) - v * v / 2) * kStep /
               std::sqrt(2 * M_PI);
        continue;
      }
      for (int j = -kHalf; j <= kHalf; ++j) {
        const double w = j * kStep;
        const double u[] = {size * (v / std::sqrt(2.0) + w / std::sqrt(6.0)),
                            size * (-v / std::sqrt(2.0) + w / std::sqrt(6.0)),
                            size * (-2 * w / std::sqrt(6.0))};
        sum += std::exp(Log(arms, mu, x, u) - (v * v + w * w) / 2) * kStep *
               kStep / (2 * M_PI);
      }
    }
    return std::log(sum);
  }

  std::vector<std::vector<BinaryArm>> arms_;
};

std::vector<Study> ThreeArmNetwork() {
  return {
      {"1", std::vector<BinaryArm>{{"A", 2, 40}, {"B", 9, 42}, {"C", 0, 38}}},
      {"2", std::vector<BinaryArm>{{"A", 5, 60}, {"B", 3, 55}, {"C", 6, 50}}},
      {"3", std::vector<BinaryArm>{{"A", 1, 30}, {"B", 6, 30}}},
      {"4", std::vector<BinaryArm>{{"B", 2, 70}, {"C", 7, 64}}},
      {"5", std::vector<BinaryArm>{{"A", 8, 50}, {"C", 2, 52}}},
  };
}

// Differences over 0.01 are good to some 1e-4 of a second derivative.
TEST(BinomialFitTest, RandomEffectsOfThreeArmsAreThoseOfADenseGrid) {
  const std::vector<Study> studies = ThreeArmNetwork();
  const BinomialPartFit part = FitPart(studies);
  ASSERT_GT(part.tau2, 0.1);
  EXPECT_EQ(part.df, 5);
  const DenseGrid grid(studies);
  Eigen::Vector3d x(part.random->effects(1), part.random->effects(2),
                    std::sqrt(part.tau2));
  EXPECT_NEAR(grid.Profile(x), part.random->log_likelihood, 1e-8);
  constexpr double kStep = 0.01;
  const auto at = [&](int i, double a, int j, double b) {
    Eigen::Vector3d moved = x;
    moved(i) += a * kStep;
    moved(j) += b * kStep;
    return grid.Profile(moved);
  };
  Eigen::Matrix3d information;
  for (int i = 0; i < 3; ++i) {
    // The third derivative is what central differences leave.
    EXPECT_NEAR((at(i, 1, i, 0) - at(i, -1, i, 0)) / (2 * kStep), 0, 1e-3);
    for (int j = 0; j < 3; ++j) {
      information(i, j) = -(at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) +
                            at(i, -1, j, -1)) /
                          (4 * kStep * kStep);
    }
  }
  const Eigen::Matrix3d covariance = information.inverse();
  EXPECT_NEAR(part.random->pair_variances(1, 0) / covariance(0, 0), 1, 1e-3);
  EXPECT_NEAR(part.random->pair_variances(2, 0) / covariance(1, 1), 1, 1e-3);
  EXPECT_NEAR(part.random->pair_variances(2, 1) /
                  (covariance(0, 0) + covariance(1, 1) - 2 * covariance(0, 1)),
              1, 1e-3);
}

// The profile anew, at the ends.
TEST(BinomialFitTest, TheIntervalEndsWhereTheProfileCrossesTheQuantile) {
  const json reference = RecordedRareEvents();
  for (const char* name : {"nielweise", "bcg", "any_ae", "serious_ae"}) {
    SCOPED_TRACE(name);
    const std::vector<Study> studies = StudiesOf(reference[name]["studies"]);
    const BinomialPartFit part = FitPart(studies);
    const auto binary = BinaryStudies(studies);
    ASSERT_OK(binary);
    const EventParts parts = DivideByEvents(*binary);
    const BinomialLikelihood likelihood(parts.parts.at(0));
    for (const double end :
         {part.tau2_interval->lower, part.tau2_interval->upper}) {
      const auto point =
          likelihood.MaximumAt(std::sqrt(end), likelihood.Start(), Never);
      ASSERT_OK(point);
      const double fall =
          2 * (part.random->log_likelihood - point->log_likelihood);
      // The likelihood here has the nodes that a fit begins with.
      if (end > 0) {
        EXPECT_NEAR(fall, kQuantile95, 1e-6);
      } else {
        EXPECT_LT(fall, kQuantile95);
      }
    }
    EXPECT_LE(part.tau2_interval->lower, part.tau2);
    EXPECT_GE(part.tau2_interval->upper, part.tau2);
  }
}

TEST(BinomialFitTest, OneStudyIsItsOwnOddsRatio) {
  const BinomialPartFit part =
      FitPart({{"1", std::vector<BinaryArm>{{"A", 2, 40}, {"B", 9, 42}}}});
  EXPECT_EQ(part.df, 0);
  EXPECT_EQ(part.tau2, 0);
  EXPECT_EQ(part.p_tau2, std::nullopt);
  EXPECT_EQ(part.tau2_interval, std::nullopt);
  EXPECT_NEAR(part.random->effects(1), std::log(9.0 / 33) - std::log(2.0 / 38),
              1e-12);
  EXPECT_NEAR(part.random->pair_variances(1, 0),
              1.0 / 9 + 1.0 / 33 + 1.0 / 2 + 1.0 / 38, 1e-12);
}

TEST(BinomialFitTest, OnlyStudiesOfThreeArmsAreANetworkToo) {
  std::vector<Study> studies = ThreeArmNetwork();
  studies.resize(2);
  const BinomialPartFit part = FitPart(studies);
  EXPECT_EQ(part.df, 2);
  EXPECT_TRUE(part.random->effects.allFinite());
}

TEST(BinomialFitTest, NoFiniteOddsRatioIsNoPart) {
  const BinomialFit fit =
      Fit({{"1", std::vector<BinaryArm>{{"A", 2, 40}, {"B", 0, 42}}},
           {"2", std::vector<BinaryArm>{{"A", 0, 40}, {"B", 0, 42}}}});
  EXPECT_TRUE(fit.parts.empty());
  EXPECT_EQ(fit.left_out.treatments.size(), 2);
}

TEST(BinomialFitTest, ContradictionWithoutBoundsHasACommonEffectAlone) {
  const BinomialPartFit part =
      FitPart({{"1", std::vector<BinaryArm>{{"A", 0, 10}, {"B", 10, 10}}},
               {"2", std::vector<BinaryArm>{{"A", 10, 10}, {"B", 0, 10}}}});
  EXPECT_EQ(part.no_random,
            "the likelihood still rises at tau = 12.8: the studies of A, B "
            "contradict each other without bounds");
  EXPECT_FALSE(part.random.has_value());
  EXPECT_FALSE(part.p_tau2.has_value());
  EXPECT_FALSE(part.tau2_interval.has_value());
  // Half of 20 in each arm of either study.
  EXPECT_NEAR(part.common.log_likelihood, 40 * std::log(0.5), 1e-12);
  EXPECT_NEAR(part.common.effects(1), 0, 1e-12);
  EXPECT_NEAR(part.common.pair_variances(1, 0), 0.4, 1e-12);
}

// Two studies of opposite signs with an empty arm each: the profile is so flat
// that it stays above the quantile as far as it is looked for.
TEST(BinomialFitTest, AnIntervalWithoutAnUpperEndSaysWhy) {
  const BinomialPartFit part =
      FitPart({{"1", std::vector<BinaryArm>{{"A", 0, 9}, {"B", 3, 9}}},
               {"2", std::vector<BinaryArm>{{"A", 2, 9}, {"B", 0, 9}}}});
  EXPECT_TRUE(part.random.has_value());
  EXPECT_FALSE(part.tau2_interval.has_value());
  EXPECT_EQ(part.no_interval, "its upper end lies beyond tau = 12.8");
}

TEST(BinomialFitTest, ItAsksWhetherToGoOn) {
  const auto fit = FitBinomial(ThreeArmNetwork(), 0.95, [] { return true; });
  EXPECT_EQ(fit.status().code(), absl::StatusCode::kCancelled);
}

TEST(BinomialFitTest, OrderChangesNoBit) {
  std::vector<Study> turned = ThreeArmNetwork();
  std::reverse(turned.begin(), turned.end());
  for (Study& study : turned) {
    auto& arms = std::get<std::vector<BinaryArm>>(study.data);
    std::reverse(arms.begin(), arms.end());
  }
  const BinomialPartFit one = FitPart(ThreeArmNetwork());
  const BinomialPartFit other = FitPart(turned);
  EXPECT_EQ(one.tau2, other.tau2);
  EXPECT_EQ(one.random->effects, other.random->effects);
  EXPECT_EQ(one.random->pair_variances, other.random->pair_variances);
}

// The product rule has axes: which contrasts they are depends on the order of
// names. What that changes is the error of quadrature.
TEST(BinomialFitTest, NamesAndWhichTreatmentComesFirstDoNotMatter) {
  std::vector<Study> renamed = ThreeArmNetwork();
  for (Study& study : renamed) {
    for (BinaryArm& arm : std::get<std::vector<BinaryArm>>(study.data)) {
      arm.treatment = arm.treatment == "A" ? "z" : arm.treatment;
    }
  }
  const BinomialPartFit one = FitPart(ThreeArmNetwork());
  const BinomialPartFit other = FitPart(renamed);  // B, C, z
  EXPECT_NEAR(one.tau2, other.tau2, 1e-7);
  EXPECT_NEAR(one.random->log_likelihood, other.random->log_likelihood, 1e-8);
  EXPECT_NEAR(one.random->effects(2) - one.random->effects(1),
              other.random->effects(1), 1e-7);
  EXPECT_NEAR(one.random->effects(1), -other.random->effects(2), 1e-7);
  EXPECT_NEAR(one.random->pair_variances(1, 0),
              other.random->pair_variances(2, 0), 1e-7);
  EXPECT_NEAR(one.random->pair_variances(2, 1),
              other.random->pair_variances(1, 0), 1e-7);
}

TEST(BinomialFitTest, NonEventsTurnTheSigns) {
  std::vector<Study> swapped = ThreeArmNetwork();
  for (Study& study : swapped) {
    for (BinaryArm& arm : std::get<std::vector<BinaryArm>>(study.data)) {
      arm.events = arm.total - arm.events;
    }
  }
  const BinomialPartFit one = FitPart(ThreeArmNetwork());
  const BinomialPartFit other = FitPart(swapped);
  EXPECT_NEAR(one.tau2, other.tau2, 1e-10);
  EXPECT_LT((one.random->effects + other.random->effects).cwiseAbs().maxCoeff(),
            1e-10);
  EXPECT_LT((one.random->pair_variances - other.random->pair_variances)
                .cwiseAbs()
                .maxCoeff(),
            1e-10);
}

// A study without events adds nothing, not even to the likelihood.
TEST(BinomialFitTest, StudiesWithoutEventsChangeNothing) {
  std::vector<Study> more = ThreeArmNetwork();
  more.push_back({"6", std::vector<BinaryArm>{{"A", 0, 40}, {"C", 0, 42}}});
  const BinomialPartFit one = FitPart(ThreeArmNetwork());
  const BinomialPartFit other = FitPart(more);
  EXPECT_EQ(one.random->effects, other.random->effects);
  EXPECT_EQ(one.random->log_likelihood, other.random->log_likelihood);
}

TEST(BinomialFitTest, ManyArmsSayHowFarTheyAreIntegrated) {
  std::vector<Study> studies;
  for (int s = 0; s < 2; ++s) {
    std::vector<BinaryArm> arms;
    for (int i = 0; i < 6; ++i) {
      arms.push_back({std::string(1, static_cast<char>('A' + i)),
                      1.0 + (i * 5 + s * 7) % 6, 40.0});
    }
    studies.push_back({absl::StrCat(s), arms});
  }
  const BinomialPartFit part = FitPart(studies);
  EXPECT_EQ(part.most_nodes, 7);
  EXPECT_GE(part.searched_tau, 0.8);
  EXPECT_GE(part.quadrature_error, 0);
  EXPECT_LT(part.quadrature_error, 1e-3);
}

// 7 nodes in each of five dimensions for a few studies; for hundreds 5, so that
// together they stay below kMostPointsOfAll.
TEST(BinomialFitTest, ManyStudiesShareTheNodes) {
  const auto nodes = [](int studies) {
    EventPart part;
    for (int t = 0; t < 6; ++t) part.treatments.push_back(absl::StrCat(t));
    const Eigen::VectorXd events = Eigen::VectorXd::LinSpaced(6, 1, 6);
    const Eigen::VectorXd totals = Eigen::VectorXd::Constant(6, 40);
    for (int s = 0; s < studies; ++s) {
      part.studies.push_back(
          {absl::StrCat(s), {0, 1, 2, 3, 4, 5}, events, totals});
    }
    BinomialLikelihood likelihood(part);
    ProfilePoint point;
    point.tau = 1;
    point.at = likelihood.Start();
    likelihood.Refine(point);
    EXPECT_GT(likelihood.error(), 0);
    return likelihood.most_nodes();
  };
  EXPECT_EQ(nodes(3), 7);
  EXPECT_EQ(nodes(300), 5);
}

}  // namespace
}  // namespace tidemark::nma
