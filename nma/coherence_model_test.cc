// Coherence against the design-by-treatment interaction model, written out with
// one matrix for all effects.
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "Eigen/Dense"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/coherence.h"
#include "nma/effects.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

constexpr double kTolerance = 1e-10;  // of the normal equations written out

Eigen::Index TreatmentIndex(const std::string& name) {
  return std::stoi(name.substr(1));  // "T12"
}

// y = X b + error. The saturated X has the columns of each design for itself;
// `consistent` maps the T treatments to its columns.
struct InteractionModel {
  Eigen::VectorXd y;
  Eigen::MatrixXd saturated, consistent, v, v0;
  std::vector<Eigen::Index> first_column;  // of each design, and the end

  InteractionModel(const std::vector<StudyEffects>& studies,
                   const std::vector<DesignCoherence>& designs,
                   Eigen::Index treatments) {
    Eigen::Index rows = 0;
    for (const StudyEffects& study : studies) rows += study.effects.size();
    first_column = {0};
    for (const DesignCoherence& design : designs) {
      first_column.push_back(
          first_column.back() +
          static_cast<Eigen::Index>(design.treatments.size()) - 1);
    }
    y = Eigen::VectorXd::Zero(rows);
    v = v0 = Eigen::MatrixXd::Zero(rows, rows);
    saturated = Eigen::MatrixXd::Zero(rows, first_column.back());
    consistent = Eigen::MatrixXd::Zero(first_column.back(), treatments);
    Eigen::Index row = 0;
    for (const StudyEffects& study : studies) {
      for (size_t d = 0; d < designs.size(); ++d) {
        if (designs[d].treatments == study.treatments) {
          Add(study, row, first_column[d]);
        }
      }
      row += study.effects.size();
    }
  }

  void Add(const StudyEffects& study, Eigen::Index row, Eigen::Index column) {
    const Eigen::Index m = study.effects.size();
    y.segment(row, m) = study.effects;
    v.block(row, row, m, m) = study.covariance;
    v0.block(row, row, m, m).setConstant(0.5);
    v0.block(row, row, m, m).diagonal().setOnes();
    saturated.block(row, column, m, m).setIdentity();
    for (Eigen::Index i = 0; i < m; ++i) {
      consistent(column + i, TreatmentIndex(study.treatments[i + 1])) = 1;
      consistent(column + i, TreatmentIndex(study.treatments[0])) = -1;
    }
  }

  Eigen::MatrixXd Precision(double tau2) const {
    return (v + tau2 * v0).inverse();
  }

  struct Fit {
    double q;
    Eigen::Index rank;
  };
  // Least squares on any columns, dependent ones too.
  Fit Residual(const Eigen::MatrixXd& x, double tau2) const {
    const Eigen::LLT<Eigen::MatrixXd> factor(v + tau2 * v0);
    const Eigen::VectorXd white_y = factor.matrixL().solve(y);
    const Eigen::MatrixXd white_x = factor.matrixL().solve(x);
    const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> qr(white_x);
    return {(white_y - white_x * qr.solve(white_y)).squaredNorm(), qr.rank()};
  }

  // Wald's test that the interactions, the part of the saturated model that is
  // orthogonal to the consistent one, are 0.
  Fit Interaction(double tau2) const {
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(consistent);
    const Eigen::Index rank = qr.rank();
    const Eigen::Index df = consistent.rows() - rank;
    if (df == 0) return {0, 0};
    const Eigen::MatrixXd q = qr.householderQ();
    const Eigen::MatrixXd x = saturated * q;
    const Eigen::MatrixXd w = Precision(tau2);
    const Eigen::MatrixXd covariance = (x.transpose() * w * x).inverse();
    const Eigen::VectorXd b = covariance * x.transpose() * w * y;
    const Eigen::MatrixXd block = covariance.bottomRightCorner(df, df);
    return {b.tail(df).dot(block.inverse() * b.tail(df)), df};
  }

  // Q between when the design has columns of its own.
  Fit Detached(size_t design, double tau2) const {
    const Eigen::Index first = first_column[design];
    const Eigen::Index size = first_column[design + 1] - first;
    Eigen::MatrixXd x(y.size(), consistent.cols() + size);
    x << saturated * consistent, saturated.middleCols(first, size);
    const Fit all = Residual(saturated, tau2);
    const Fit detached = Residual(x, tau2);
    return {detached.q - all.q, all.rank - detached.rank};
  }

  double Tau2Within() const {
    const Eigen::MatrixXd w = Precision(0);
    const Eigen::MatrixXd covariance =
        (saturated.transpose() * w * saturated).inverse();
    const Eigen::MatrixXd p =
        w - w * saturated * covariance * saturated.transpose() * w;
    const auto df = static_cast<double>(saturated.rows() - saturated.cols());
    return std::max(0.0, (y.dot(p * y) - df) / (p * v0).trace());
  }
};

class CoherenceModelTest : public ::testing::TestWithParam<int> {
 protected:
  static void ExpectQ(const QTest& actual, const InteractionModel::Fit& fit,
                      double scale) {
    EXPECT_EQ(actual.df, fit.rank);
    EXPECT_NEAR(actual.q, fit.q, kTolerance * scale);
  }

  static void ExpectModel(const QDecomposition& actual,
                          const InteractionModel& model, double tau2) {
    const double scale = actual.total.q;
    const auto within = model.Residual(model.saturated, tau2);
    ExpectQ(actual.within, {within.q, model.y.size() - within.rank}, scale);
    ExpectQ(actual.between, model.Interaction(tau2), scale);
  }
};

TEST_P(CoherenceModelTest, EqualsTheInteractionModel) {
  const int treatments = 2 + GetParam() % 9;
  const std::vector<StudyEffects> studies =
      RandomRepeatedDesigns(treatments, treatments + 2, GetParam());
  ASSERT_OK_AND_ASSIGN(const Coherence coherence, DecomposeQ(studies));
  ASSERT_OK_AND_ASSIGN(const std::vector<DesignCoherence> designs,
                       DecomposeQByDesign(studies));
  const InteractionModel model(studies, designs, treatments);
  const double tau2 = coherence.components[0].tau2_within;
  EXPECT_NEAR(tau2, model.Tau2Within(), kTolerance);
  ExpectModel(coherence.common, model, 0);
  ExpectModel(coherence.random, model, tau2);
  for (size_t d = 0; d < designs.size(); ++d) {
    ExpectQ(designs[d].common.between_detached, model.Detached(d, 0),
            coherence.common.total.q);
    ExpectQ(designs[d].random.between_detached, model.Detached(d, tau2),
            coherence.random.total.q);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CoherenceModelTest, ::testing::Range(1, 31));

}  // namespace
}  // namespace tidemark::nma
