// Study effects under any linear model of their treatments.
#ifndef TIDEMARK_NMA_LINEAR_MODEL_H_
#define TIDEMARK_NMA_LINEAR_MODEL_H_

#include <optional>
#include <vector>

#include "Eigen/Core"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/heterogeneity.h"
#include "nma/heterogeneity_moments.h"
#include "nma/network_fit.h"
#include "nma/relative_effect.h"
#include "nma/tau2_model.h"

namespace tidemark::nma {

// A study, and its treatments in terms of p parameters: row a of `treatments`
// (k x p) times beta is what treatment a adds in this study. So the study
// estimates B X beta, B being the design of its effects (study_block.h).
struct DesignedStudy {
  const StudyEffects* effects;
  Eigen::MatrixXd treatments;
};

// Estimates of the r parameters of a basis, with their covariance factor
// factor'.
struct BasisEstimates {
  Eigen::VectorXd beta;    // r
  Eigen::MatrixXd factor;  // r x r
};

// y_s = B_s X_s beta + error, Cov = V_s + tau^2 V0_s: one tau^2 for all
// studies, whether or not they are connected. Multi-arm studies are exact, as
// independent contrasts (contrast_group.h).
//
// X need not have full rank. Its rank r and r of its columns that are a basis
// are found by a QR decomposition with column pivoting of the design without
// weights, each column scaled to length 1: they depend neither on precisions
// nor on units. What is left of a column after the basis is taken out counts as
// nothing if it is shorter than 1e-10. The parameters outside the basis are set
// to 0, which changes no fitted value and nothing that is estimable.
//
// Each fit is a QR decomposition of the weighted design, rows by falling
// weight and columns pivoted, so that residuals keep their digits row by row
// (Cox & Higham 1998).
class LinearModel final : public Tau2Model {
 public:
  // Studies are taken in the order given. Requires one, all with the same p.
  // O(N p^2) for N effects.
  explicit LinearModel(absl::Span<const DesignedStudy> studies);

  int rank() const { return static_cast<int>(basis_.size()); }

  // The combination c' beta in terms of the basis: a with c' beta = a'
  // beta[basis]. None if the studies do not identify it, c not being in the row
  // space of X (to 1e-8 of c, in the units of the columns). O(p r).
  std::optional<Eigen::VectorXd> InBasis(
      const Eigen::VectorXd& combination) const;

  int effects() const override { return static_cast<int>(y_.size()); }
  int degrees_of_freedom() const override { return effects() - rank(); }
  double smallest_variance() const override { return variances_[0]; }
  double largest_variance() const override {
    return variances_[variances_.size() - 1];
  }
  double mean_variance() const override;

  // FailedPrecondition: precisions that double cannot hold together. O(N r^2).
  absl::StatusOr<Tau2Fit> FitAt(double tau2) const override;
  absl::StatusOr<HeterogeneityMoments> MomentsAt(LikelihoodKind kind,
                                                 double tau2) const override;
  absl::StatusOr<BasisEstimates> EstimatesAt(double tau2) const;

 private:
  class Decomposition;

  absl::StatusOr<Decomposition> DecomposeAt(double tau2) const;
  void ChooseBasis(const Eigen::MatrixXd& design);

  // Contrasts, by rising variance.
  Eigen::VectorXd y_;
  Eigen::VectorXd variances_;
  double log_structure_ = 0;  // log det V0
  Eigen::VectorXd scale_;     // p: lengths of the columns
  std::vector<Eigen::Index> basis_;
  Eigen::MatrixXd design_;   // N x r: scaled columns of the basis
  Eigen::MatrixXd columns_;  // r x p: the scaled columns in terms of those
};

// One model at tau^2 = 0 and at its own tau^2.
struct LinearFit {
  Heterogeneity heterogeneity;
  BasisEstimates common;
  BasisEstimates random;
  IntervalRule common_intervals;
  IntervalRule random_intervals;
};

// Methods and level of `options`; its reference is not read. Degrees of freedom
// are effects less the rank. Errors as in EstimateHeterogeneity, and
// InvalidArgument where an estimate is not finite. About 50 fits.
absl::StatusOr<LinearFit> FitLinearModel(const LinearModel& model,
                                         const FitOptions& options);

// The combination that InBasis gave, under one of the models of the fit.
// O(r^2).
RelativeEffect EstimateOf(const Eigen::VectorXd& in_basis,
                          const BasisEstimates& estimates,
                          const IntervalRule& intervals);

// Treatments that the model can compare with each other, as indices below
// `treatments`: two are in one group if their difference is identified, which
// `difference` gives as a combination. Groups by their first. O(T groups)
// InBasis.
std::vector<std::vector<int>> ComparableGroups(
    int treatments, const LinearModel& model,
    absl::FunctionRef<Eigen::VectorXd(int, int)> difference);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LINEAR_MODEL_H_
