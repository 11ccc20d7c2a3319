#include "nma/linear_model.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "Eigen/QR"
#include "absl/status/status.h"
#include "base/status_macros.h"
#include "nma/contrast_group.h"
#include "nma/least_squares.h"
#include "nma/study_block.h"

namespace tidemark::nma {
namespace {

// Of a scaled column, what is left of it beside the basis.
constexpr double kNothing = 1e-10;
// Of a combination, what the basis does not give.
constexpr double kOutside = 1e-8;
// Leverages beyond this are computed as differences from 1.
constexpr double kHighLeverage = 0.9;

absl::Status CannotBeSolved() {
  return absl::FailedPreconditionError(
      "the model cannot be solved: the precisions of its studies differ by "
      "more than double precision can hold");
}

// A study by its independent contrasts.
struct Rows {
  Eigen::MatrixXd design;  // k-1 x p
  Eigen::VectorXd effects, variances;
};

Rows RowsOf(const DesignedStudy& study) {
  const auto arms = static_cast<int>(study.effects->treatments.size());
  std::vector<int> nodes(arms);
  std::iota(nodes.begin(), nodes.end(), 0);
  ContrastGroup group(arms);
  group.Add({nodes, study.effects->effects, study.effects->covariance},
            /*owner=*/0, Eigen::VectorXd::Zero(arms));
  Rows rows{Eigen::MatrixXd::Zero(arms - 1, study.treatments.cols()),
            Eigen::VectorXd(arms - 1), Eigen::VectorXd(arms - 1)};
  for (int j = 0; j + 1 < arms; ++j) {
    const IndependentContrast contrast = group.At(0, j);
    // Coefficients add up to 0 but for rounding, which would be a column of its
    // own where all treatments are the same.
    const auto base = study.treatments.row(contrast.nodes[0]);
    for (int a = 1; a < arms; ++a) {
      rows.design.row(j) += contrast.coefficients[a] *
                            (study.treatments.row(contrast.nodes[a]) - base);
    }
    rows.effects[j] = contrast.effect;
    rows.variances[j] = contrast.variance;
  }
  return rows;
}

}  // namespace

// Of sqrt(W) times the design of the basis.
class LinearModel::Decomposition {
 public:
  Decomposition(const LinearModel& model, double tau2)
      : model_(model),
        tau2_(tau2),
        weights_((model.variances_.array() + tau2).inverse()),
        roots_(weights_.cwiseSqrt()),
        qr_(roots_.asDiagonal() * model.design_) {}

  bool IsSolvable() const {
    return weights_.allFinite() && qr_.matrixR().allFinite() &&
           (model_.rank() == 0 || qr_.nonzeroPivots() == model_.rank());
  }

  const Eigen::VectorXd& weights() const { return weights_; }

  Eigen::VectorXd Beta() const {
    return qr_.solve(roots_.cwiseProduct(model_.y_));
  }

  Tau2Fit Fit() const {
    const Eigen::VectorXd residuals =
        model_.rank() == 0 ? model_.y_ : model_.y_ - model_.design_ * Beta();
    const Eigen::VectorXd weighted = weights_.cwiseProduct(residuals);
    Tau2Fit fit;
    fit.q = weighted.dot(residuals);
    fit.quadratic = weighted.squaredNorm();
    const double total = weights_.dot(model_.y_.cwiseAbs2());
    if (IsRoundingNoise(fit.q, total, model_.rank() + 1)) {
      fit.q = fit.quadratic = 0;
    }
    fit.log_determinant = model_.log_structure_ - weights_.array().log().sum();
    fit.log_information = LogInformation();
    return fit;
  }

  Eigen::MatrixXd Factor() const {
    const int rank = model_.rank();
    return qr_.colsPermutation() *
           Eigen::MatrixXd(qr_.matrixR()
                               .topLeftCorner(rank, rank)
                               .triangularView<Eigen::Upper>()
                               .solve(Eigen::MatrixXd::Identity(rank, rank)));
  }

  double LogInformation() const {
    return 2 * qr_.matrixR()
                   .diagonal()
                   .head(model_.rank())
                   .array()
                   .abs()
                   .log()
                   .sum();
  }

  // 1 less the leverage of each effect. A row that decides a parameter has
  // hardly any left: the part of its unit vector outside the columns has more
  // digits than the difference.
  Eigen::VectorXd Slack() const {
    const Eigen::Index n = model_.y_.size();
    const Eigen::Index rank = model_.rank();
    if (rank == 0) return Eigen::VectorXd::Ones(n);
    const Eigen::MatrixXd basis =
        qr_.householderQ() * Eigen::MatrixXd::Identity(n, rank);
    Eigen::VectorXd slack = 1 - basis.rowwise().squaredNorm().array();
    for (Eigen::Index i = 0; i < n; ++i) {
      if (slack[i] > 1 - kHighLeverage) continue;
      const Eigen::VectorXd turned =
          qr_.householderQ().adjoint() * Eigen::VectorXd::Unit(n, i);
      slack[i] = turned.tail(n - rank).squaredNorm();
    }
    return slack;
  }

 private:
  const LinearModel& model_;
  double tau2_;
  Eigen::VectorXd weights_;
  Eigen::VectorXd roots_;
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr_;
};

LinearModel::LinearModel(absl::Span<const DesignedStudy> studies) {
  std::vector<Rows> blocks;
  Eigen::Index size = 0;
  for (const DesignedStudy& study : studies) {
    blocks.push_back(RowsOf(study));
    const auto m = blocks.back().effects.size();
    size += m;
    const auto contrasts = static_cast<double>(m);
    log_structure_ += std::log1p(contrasts) - contrasts * std::log(2);
  }
  Eigen::MatrixXd design(size, studies[0].treatments.cols());
  Eigen::VectorXd effects(size);
  Eigen::VectorXd variances(size);
  Eigen::Index row = 0;
  for (const Rows& block : blocks) {
    const Eigen::Index m = block.effects.size();
    design.middleRows(row, m) = block.design;
    effects.segment(row, m) = block.effects;
    variances.segment(row, m) = block.variances;
    row += m;
  }
  std::vector<Eigen::Index> order(size);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Eigen::Index a, Eigen::Index b) {
                     return variances[a] < variances[b];
                   });
  Eigen::MatrixXd sorted(size, design.cols());
  y_.resize(size);
  variances_.resize(size);
  for (Eigen::Index i = 0; i < size; ++i) {
    sorted.row(i) = design.row(order[i]);
    y_[i] = effects[order[i]];
    variances_[i] = variances[order[i]];
  }
  ChooseBasis(sorted);
}

void LinearModel::ChooseBasis(const Eigen::MatrixXd& design) {
  // The squares of a covariate may be beyond double.
  scale_ = design.colwise().stableNorm();
  Eigen::MatrixXd scaled = design;
  for (Eigen::Index j = 0; j < scaled.cols(); ++j) {
    if (scale_[j] > 0) scaled.col(j) /= scale_[j];
  }
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(scaled);
  const Eigen::Index most = std::min(scaled.rows(), scaled.cols());
  Eigen::Index rank = 0;
  while (rank < most && std::abs(qr.matrixR()(rank, rank)) > kNothing) ++rank;
  const auto& order = qr.colsPermutation().indices();
  // Without a basis a column of zeros: a decomposition needs one.
  design_ =
      Eigen::MatrixXd::Zero(scaled.rows(), std::max<Eigen::Index>(rank, 1));
  for (Eigen::Index j = 0; j < rank; ++j) {
    basis_.push_back(order[j]);
    design_.col(j) = scaled.col(order[j]);
  }
  columns_ = Eigen::MatrixXd::Zero(rank, scaled.cols());
  if (rank == 0) return;
  const Eigen::MatrixXd rest =
      qr.matrixR()
          .topLeftCorner(rank, rank)
          .triangularView<Eigen::Upper>()
          .solve(qr.matrixR().topRightCorner(rank, scaled.cols() - rank));
  for (Eigen::Index j = 0; j < scaled.cols(); ++j) {
    if (j < rank) {
      columns_(j, order[j]) = 1;
    } else {
      columns_.col(order[j]) = rest.col(j - rank);
    }
  }
}

std::optional<Eigen::VectorXd> LinearModel::InBasis(
    const Eigen::VectorXd& combination) const {
  Eigen::VectorXd scaled = combination;
  for (Eigen::Index j = 0; j < scaled.size(); ++j) {
    if (combination[j] == 0) continue;
    if (scale_[j] == 0) return std::nullopt;  // no study has the parameter
    scaled[j] /= scale_[j];
  }
  Eigen::VectorXd in_basis(rank());
  for (Eigen::Index j = 0; j < in_basis.size(); ++j) {
    in_basis[j] = scaled[basis_[j]];
  }
  const Eigen::VectorXd outside = scaled - columns_.transpose() * in_basis;
  if (outside.stableNorm() > kOutside * scaled.stableNorm())
    return std::nullopt;
  return in_basis;
}

double LinearModel::mean_variance() const {
  return static_cast<double>(effects()) / variances_.cwiseInverse().sum();
}

absl::StatusOr<LinearModel::Decomposition> LinearModel::DecomposeAt(
    double tau2) const {
  Decomposition decomposition(*this, tau2);
  if (!decomposition.IsSolvable()) return CannotBeSolved();
  return decomposition;
}

absl::StatusOr<Tau2Fit> LinearModel::FitAt(double tau2) const {
  ASSIGN_OR_RETURN(const Decomposition at, DecomposeAt(tau2));
  return at.Fit();
}

absl::StatusOr<HeterogeneityMoments> LinearModel::MomentsAt(LikelihoodKind kind,
                                                            double tau2) const {
  ASSIGN_OR_RETURN(const Decomposition at, DecomposeAt(tau2));
  const Tau2Fit fit = at.Fit();
  HeterogeneityMoments moments;
  moments.q = fit.q;
  moments.quadratic = fit.quadratic;
  moments.weight_trace = at.weights().sum();
  if (kind == LikelihoodKind::kRestricted) {
    moments.trace = at.weights().dot(at.Slack());
  }
  return moments;
}

absl::StatusOr<BasisEstimates> LinearModel::EstimatesAt(double tau2) const {
  if (rank() == 0) return BasisEstimates{};
  ASSIGN_OR_RETURN(const Decomposition at, DecomposeAt(tau2));
  return BasisEstimates{at.Beta(), at.Factor()};
}

absl::StatusOr<LinearFit> FitLinearModel(const LinearModel& model,
                                         const FitOptions& options) {
  ASSIGN_OR_RETURN(const HeterogeneityMoments common,
                   model.MomentsAt(LikelihoodKind::kRestricted, /*tau2=*/0));
  LinearFit fit;
  ASSIGN_OR_RETURN(fit.heterogeneity,
                   EstimateHeterogeneity(model, common,
                                         {options.tau2_method, options.level}));
  const Heterogeneity& heterogeneity = fit.heterogeneity;
  ASSIGN_OR_RETURN(fit.common, model.EstimatesAt(/*tau2=*/0));
  ASSIGN_OR_RETURN(fit.random, model.EstimatesAt(heterogeneity.tau2));
  for (const BasisEstimates* estimates : {&fit.common, &fit.random}) {
    if (!estimates->beta.allFinite() || !estimates->factor.allFinite()) {
      return absl::InvalidArgumentError(
          "the effects or their standard errors are so large or so far apart "
          "that estimates are not finite; check the largest and the smallest "
          "numbers");
    }
  }
  fit.common_intervals = CommonEffectIntervals(options.level);
  fit.random_intervals = RandomEffectsIntervals(
      {heterogeneity.tau2, heterogeneity.df, heterogeneity.residual_scale},
      options.interval_method, options.level);
  return fit;
}

RelativeEffect EstimateOf(const Eigen::VectorXd& in_basis,
                          const BasisEstimates& estimates,
                          const IntervalRule& intervals) {
  return MakeRelativeEffect(
      in_basis.dot(estimates.beta),
      (estimates.factor.transpose() * in_basis).squaredNorm(), intervals);
}

std::vector<std::vector<int>> ComparableGroups(
    int treatments, const LinearModel& model,
    absl::FunctionRef<Eigen::VectorXd(int, int)> difference) {
  std::vector<std::vector<int>> groups;
  for (int t = 0; t < treatments; ++t) {
    const auto group = std::find_if(
        groups.begin(), groups.end(), [&](const std::vector<int>& known) {
          return model.InBasis(difference(t, known.front())).has_value();
        });
    if (group == groups.end()) {
      groups.push_back({t});
    } else {
      group->push_back(t);
    }
  }
  return groups;
}

}  // namespace tidemark::nma
