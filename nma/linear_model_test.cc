#include "nma/linear_model.h"

#include <cmath>
#include <string>
#include <vector>

#include "Eigen/Dense"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/study_block.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"

namespace tidemark::nma {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Tau2Method kMethods[] = {
    Tau2Method::kDerSimonianLaird, Tau2Method::kPauleMandel,
    Tau2Method::kMaximumLikelihood, Tau2Method::kRestrictedMaximumLikelihood};

// "T7" is 7.
int Number(const std::string& treatment) {
  return std::stoi(treatment.substr(1));
}

// Treatments as rows of `composition`.
std::vector<DesignedStudy> Designed(const std::vector<StudyEffects>& studies,
                                    const MatrixXd& composition) {
  std::vector<DesignedStudy> designed;
  for (const StudyEffects& study : studies) {
    MatrixXd arms(study.treatments.size(), composition.cols());
    for (Eigen::Index a = 0; a < arms.rows(); ++a) {
      arms.row(a) = composition.row(Number(study.treatments[a]));
    }
    designed.push_back({&study, arms});
  }
  return designed;
}

// The model as one regression, solved by pseudo-inverses.
struct DenseModel {
  VectorXd y;
  MatrixXd x, v, v0;

  explicit DenseModel(const std::vector<DesignedStudy>& studies) {
    Eigen::Index size = 0;
    for (const auto& study : studies) size += study.effects->effects.size();
    y.resize(size);
    x.resize(size, studies[0].treatments.cols());
    v = v0 = MatrixXd::Zero(size, size);
    Eigen::Index row = 0;
    for (const auto& study : studies) {
      const Eigen::Index m = study.effects->effects.size();
      y.segment(row, m) = study.effects->effects;
      v.block(row, row, m, m) = study.effects->covariance;
      v0.block(row, row, m, m) = HeterogeneityStructure(m);
      for (Eigen::Index i = 0; i < m; ++i) {
        x.row(row + i) = study.treatments.row(i + 1) - study.treatments.row(0);
      }
      row += m;
    }
  }

  MatrixXd Weight(double tau2) const { return (v + tau2 * v0).inverse(); }
  MatrixXd Covariance(double tau2) const {
    return MatrixXd(x.transpose() * Weight(tau2) * x)
        .completeOrthogonalDecomposition()
        .pseudoInverse();
  }
  VectorXd Beta(double tau2) const {
    return Covariance(tau2) * x.transpose() * Weight(tau2) * y;
  }
  MatrixXd P(double tau2) const {
    const MatrixXd w = Weight(tau2);
    return w - w * x * Covariance(tau2) * x.transpose() * w;
  }
};

// What two treatments differ in, in a composition with dependent columns: 6
// components of 5 treatments, the last two always together.
MatrixXd DependentComposition() {
  MatrixXd composition(6, 6);
  composition << 0, 0, 0, 0, 0, 0,  //
      1, 0, 0, 0, 0, 0,             //
      1, 1, 0, 0, 0, 0,             //
      0, 1, 1, 0, 0, 0,             //
      0, 0, 0, 0, 1, 1,             //
      1, 0, 1, 0, 1, 1;
  return composition;
}

TEST(LinearModelTest, OfTreatmentsIsTheNetwork) {
  for (int seed = 0; seed < 10; ++seed) {
    const auto studies = RandomNetwork(6, 12, seed);
    const LinearModel model(Designed(studies, MatrixXd::Identity(6, 6)));
    for (const Tau2Method method : kMethods) {
      FitOptions options;
      options.tau2_method = method;
      options.interval_method = IntervalMethod::kHartungKnapp;
      ASSERT_OK_AND_ASSIGN(const NetworkFit network,
                           FitNetwork(studies, options));
      ASSERT_OK_AND_ASSIGN(const LinearFit fit, FitLinearModel(model, options));
      const Heterogeneity& expected = network.heterogeneity[0];
      const double unit = 0.01;  // of variances
      EXPECT_EQ(fit.heterogeneity.df, expected.df);
      EXPECT_NEAR(fit.heterogeneity.q, expected.q, 1e-10 * expected.q);
      EXPECT_NEAR(fit.heterogeneity.tau2, expected.tau2,
                  1e-10 * (expected.tau2 + unit));
      ASSERT_EQ(fit.heterogeneity.q_profile.has_value(),
                expected.q_profile.has_value());
      if (expected.q_profile.has_value()) {
        EXPECT_NEAR(fit.heterogeneity.q_profile->upper,
                    expected.q_profile->upper,
                    1e-10 * expected.q_profile->upper);
      }
      EXPECT_NEAR(fit.heterogeneity.profile_likelihood->upper,
                  expected.profile_likelihood->upper,
                  1e-9 * expected.profile_likelihood->upper);
      for (int i = 0; i < 6; ++i) {
        for (int j = 0; j < i; ++j) {
          const auto difference =
              model.InBasis(VectorXd::Unit(6, i) - VectorXd::Unit(6, j));
          ASSERT_TRUE(difference.has_value());
          const RelativeEffect actual =
              EstimateOf(*difference, fit.random, fit.random_intervals);
          const auto relative = Relative(network, network.random, i, j);
          EXPECT_NEAR(actual.effect, relative->effect, 1e-10);
          EXPECT_NEAR(actual.se, relative->se, 1e-10);
          EXPECT_NEAR(actual.confidence->upper, relative->confidence->upper,
                      1e-9);
          EXPECT_NEAR(actual.prediction->upper, relative->prediction->upper,
                      1e-9);
        }
      }
    }
  }
}

TEST(LinearModelTest, EqualsTheDenseRegression) {
  for (int seed = 0; seed < 10; ++seed) {
    const auto studies = RandomNetwork(6, 14, seed);
    const auto designed = Designed(studies, DependentComposition());
    const LinearModel model(designed);
    const DenseModel dense(designed);
    ASSERT_EQ(model.rank(), dense.x.colPivHouseholderQr().rank());
    for (const double tau2 : {0.0, 0.03, 2.0}) {
      const MatrixXd p = dense.P(tau2);
      ASSERT_OK_AND_ASSIGN(const HeterogeneityMoments moments,
                           model.MomentsAt(LikelihoodKind::kRestricted, tau2));
      const double q = dense.y.dot(p * dense.y);
      EXPECT_NEAR(moments.q, q, 1e-10 * q);
      EXPECT_NEAR(moments.quadratic, dense.y.dot(p * dense.v0 * p * dense.y),
                  1e-10 * moments.quadratic);
      EXPECT_NEAR(moments.trace, (p * dense.v0).trace(), 1e-10 * moments.trace);
      EXPECT_NEAR(moments.weight_trace, (dense.Weight(tau2) * dense.v0).trace(),
                  1e-10 * moments.weight_trace);
      ASSERT_OK_AND_ASSIGN(const BasisEstimates estimates,
                           model.EstimatesAt(tau2));
      for (Eigen::Index row = 0; row < dense.x.rows(); ++row) {
        const VectorXd compared = dense.x.row(row);
        const auto in_basis = model.InBasis(compared);
        ASSERT_TRUE(in_basis.has_value());
        EXPECT_NEAR(in_basis->dot(estimates.beta),
                    compared.dot(dense.Beta(tau2)), 1e-10);
        const double variance = compared.dot(dense.Covariance(tau2) * compared);
        EXPECT_NEAR((estimates.factor.transpose() * *in_basis).squaredNorm(),
                    variance, 1e-10 * variance);
      }
    }
  }
}

// Up to a constant, the likelihoods by their definition.
TEST(LinearModelTest, LikelihoodsDifferByTheirDeterminants) {
  const auto studies = RandomNetwork(6, 14, 3);
  const auto designed =
      Designed(studies, MatrixXd::Identity(6, 6).rightCols(5));
  const LinearModel model(designed);
  const DenseModel dense(designed);
  const auto log_det = [](const MatrixXd& matrix) {
    return std::log(matrix.determinant());
  };
  ASSERT_OK_AND_ASSIGN(const Tau2Fit at_0, model.FitAt(0));
  for (const double tau2 : {0.01, 0.4, 7.0}) {
    ASSERT_OK_AND_ASSIGN(const Tau2Fit at, model.FitAt(tau2));
    EXPECT_NEAR(at.log_determinant, log_det(dense.v + tau2 * dense.v0), 1e-10);
    const auto information = [&](double t) {
      return log_det(dense.x.transpose() * dense.Weight(t) * dense.x);
    };
    EXPECT_NEAR(at.log_information - at_0.log_information,
                information(tau2) - information(0), 1e-10);
  }
}

TEST(LinearModelTest, KnowsWhatStudiesIdentify) {
  const auto studies = RandomNetwork(6, 14, 1);
  const LinearModel model(Designed(studies, DependentComposition()));
  EXPECT_TRUE(model.InBasis(VectorXd::Unit(6, 0)).has_value());
  // No treatment has it.
  EXPECT_FALSE(model.InBasis(VectorXd::Unit(6, 3)).has_value());
  // Only together.
  EXPECT_FALSE(model.InBasis(VectorXd::Unit(6, 4)).has_value());
  EXPECT_TRUE(
      model.InBasis(VectorXd::Unit(6, 4) + VectorXd::Unit(6, 5)).has_value());
  EXPECT_TRUE(model.InBasis(VectorXd::Zero(6)).has_value());
}

TEST(LinearModelTest, DoesNotDependOnUnits) {
  const auto studies = RandomNetwork(6, 14, 2);
  MatrixXd composition = DependentComposition();
  const LinearModel model(Designed(studies, composition));
  ASSERT_OK_AND_ASSIGN(const LinearFit fit, FitLinearModel(model, {}));
  for (const double unit : {1e-8, 1e8}) {
    const auto rescaled = Rescaled(studies, unit);
    composition = DependentComposition();
    composition.col(1) *= unit;  // the parameter's own unit
    const LinearModel other(Designed(rescaled, composition));
    ASSERT_EQ(other.rank(), model.rank());
    ASSERT_OK_AND_ASSIGN(const LinearFit other_fit, FitLinearModel(other, {}));
    EXPECT_NEAR(other_fit.heterogeneity.tau2 / (unit * unit),
                fit.heterogeneity.tau2, 1e-10 * fit.heterogeneity.tau2);
    const VectorXd first = VectorXd::Unit(6, 1);
    const RelativeEffect actual = EstimateOf(
        *other.InBasis(first), other_fit.random, other_fit.random_intervals);
    const RelativeEffect expected =
        EstimateOf(*model.InBasis(first), fit.random, fit.random_intervals);
    EXPECT_NEAR(actual.effect, expected.effect, 1e-10);
    EXPECT_NEAR(actual.se, expected.se, 1e-10 * expected.se);
  }
}

TEST(LinearModelTest, TwiceTheStudiesWithTwiceTheVariancesAreTheSame) {
  const auto studies = RandomNetwork(6, 14, 4);
  std::vector<StudyEffects> twice = studies;
  twice.insert(twice.end(), studies.begin(), studies.end());
  for (StudyEffects& study : twice) study.covariance *= 2;
  const MatrixXd composition = DependentComposition();
  const LinearModel model(Designed(studies, composition));
  const LinearModel other(Designed(twice, composition));
  ASSERT_OK_AND_ASSIGN(const BasisEstimates once, model.EstimatesAt(0.3));
  ASSERT_OK_AND_ASSIGN(const BasisEstimates doubled, other.EstimatesAt(0.6));
  for (int i : {0, 1, 2}) {
    const VectorXd component = VectorXd::Unit(6, i);
    const VectorXd a = *model.InBasis(component);
    const VectorXd b = *other.InBasis(component);
    EXPECT_NEAR(a.dot(once.beta), b.dot(doubled.beta), 1e-11);
    EXPECT_NEAR((once.factor.transpose() * a).norm(),
                (doubled.factor.transpose() * b).norm(), 1e-11);
  }
}

// One study decides a parameter, and outweighs the rest of the network.
TEST(LinearModelTest, TracesKeepTheirDigitsBesideAPreciseStudy) {
  auto studies = RandomNetwork(6, 14, 5);
  const auto reference = studies;
  studies[0].covariance *= 1e-12;
  const auto designed = Designed(studies, MatrixXd::Identity(6, 6));
  ASSERT_OK_AND_ASSIGN(const NetworkFit network, FitNetwork(studies, {}));
  ASSERT_OK_AND_ASSIGN(const LinearFit fit,
                       FitLinearModel(LinearModel(designed), {}));
  EXPECT_NEAR(fit.heterogeneity.tau2 / network.heterogeneity[0].tau2, 1, 1e-8);
  EXPECT_NEAR(fit.heterogeneity.q / network.heterogeneity[0].q, 1, 1e-8);
}

TEST(LinearModelTest, OneStudyHasNoDegreesOfFreedom) {
  auto studies = RandomNetwork(4, 8, 6);
  studies.resize(1);
  ASSERT_OK_AND_ASSIGN(
      const LinearFit fit,
      FitLinearModel(LinearModel(Designed(studies, MatrixXd::Identity(4, 4))),
                     {}));
  EXPECT_EQ(fit.heterogeneity.df, 0);
  EXPECT_EQ(fit.heterogeneity.tau2, 0);
}

TEST(LinearModelTest, StudiesOfWhatIsTheSameHaveQAlone) {
  const auto studies = RandomNetwork(4, 8, 7);
  const auto designed = Designed(studies, MatrixXd::Ones(4, 1));
  const LinearModel model(designed);
  EXPECT_EQ(model.rank(), 0);
  const DenseModel dense(designed);
  ASSERT_OK_AND_ASSIGN(const LinearFit fit, FitLinearModel(model, {}));
  const double q = dense.y.dot(dense.v.inverse() * dense.y);
  EXPECT_NEAR(fit.heterogeneity.q, q, 1e-10 * q);
  EXPECT_GT(fit.heterogeneity.tau2, 0);
}

}  // namespace
}  // namespace tidemark::nma
