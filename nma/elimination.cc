#include "nma/elimination.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"

namespace tidemark::nma {
namespace {

// Nodes that are eliminated before the rest of the matrix is brought up to
// date, so that the rest passes through the caches once for all of them.
constexpr Eigen::Index kPanel = 16;

// A symmetric matrix that is smaller is multiplied faster as a full one.
constexpr Eigen::Index kFitsCache = 128;

// Eliminates the nodes [first, last), updating only their own columns.
absl::Status EliminatePanel(Eigen::Index first, Eigen::Index last,
                            Eigen::MatrixXd& weight, Eigen::VectorXd& pivots) {
  const Eigen::Index n = weight.rows();
  for (Eigen::Index i = first; i < last; ++i) {
    auto share = weight.col(i).tail(n - 1 - i);
    pivots[i] = share.sum();
    if (!IsSoundPivot(pivots[i], share.cwiseAbs().sum(), n)) {
      return absl::FailedPreconditionError(
          "the network cannot be solved: the weights of its studies cancel or "
          "differ by more than double precision can hold");
    }
    share /= pivots[i];
    for (Eigen::Index k = i + 1; k < last; ++k) {
      const Eigen::Index below = n - 1 - k;
      weight.col(k).tail(below) +=
          (pivots[i] * weight(k, i)) * weight.col(i).tail(below);
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool IsSoundPivot(double pivot, double magnitude, Eigen::Index nodes) {
  const double noise =
      4 * static_cast<double>(nodes) * std::numeric_limits<double>::epsilon();
  return pivot > noise * magnitude;
}

PairEvidence::PairEvidence(int nodes)
    : weight(Eigen::MatrixXd::Zero(nodes, nodes)),
      flow(Eigen::MatrixXd::Zero(nodes, nodes)) {}

void PairEvidence::Add(const StudyBlock& block,
                       const Eigen::MatrixXd& study_weight) {
  AddPairWeights(block, study_weight, &weight);
  AddPairFlows(block, study_weight, &flow);
}

absl::StatusOr<Elimination> Elimination::Of(Eigen::MatrixXd weight) {
  const Eigen::Index n = weight.rows();
  Eigen::VectorXd pivots(n - 1);
  Eigen::MatrixXd scaled(n, std::min(kPanel, n - 1));
  for (Eigen::Index first = 0; first < n - 1; first += kPanel) {
    const Eigen::Index last = std::min(first + kPanel, n - 1);
    RETURN_IF_ERROR(EliminatePanel(first, last, weight, pivots));
    const Eigen::Index left = n - last;
    if (left == 1) break;
    // Also touches the diagonal, which nothing reads.
    const auto shares = weight.block(last, first, left, last - first);
    auto roots = scaled.topLeftCorner(left, last - first);
    roots =
        shares * pivots.segment(first, last - first).cwiseSqrt().asDiagonal();
    weight.bottomRightCorner(left, left)
        .selfadjointView<Eigen::Lower>()
        .rankUpdate(roots);
  }
  return Elimination(std::move(weight), std::move(pivots));
}

Eigen::VectorXd Elimination::EffectsOfPairs(Eigen::MatrixXd flow) const {
  const Eigen::Index n = shares_.rows();
  // Below the diagonal: flows of the row's node minus the column's.
  for (Eigen::Index i = 0; i + 1 < n; ++i) {
    const Eigen::Index left = n - 1 - i;
    const auto share = shares_.col(i).tail(left);
    const auto own = flow.col(i).tail(left);
    for (Eigen::Index l = 0; l + 1 < left; ++l) {
      const Eigen::Index below = left - 1 - l;
      flow.col(i + 1 + l).tail(below) +=
          share[l] * own.tail(below) - own[l] * share.tail(below);
    }
  }
  Eigen::VectorXd effects = Eigen::VectorXd::Zero(n);
  for (Eigen::Index i = n - 2; i >= 0; --i) {
    const Eigen::Index left = n - 1 - i;
    effects[i] = shares_.col(i).tail(left).dot(effects.tail(left)) -
                 (flow.col(i).tail(left) / pivots_[i]).sum();
  }
  return effects;
}

Eigen::VectorXd Elimination::EffectsOfNodes(Eigen::VectorXd flow) const {
  const Eigen::Index n = shares_.rows();
  for (Eigen::Index i = 0; i + 1 < n; ++i) {
    flow.tail(n - 1 - i) += flow[i] * shares_.col(i).tail(n - 1 - i);
  }
  flow[n - 1] = 0;
  for (Eigen::Index i = n - 2; i >= 0; --i) {
    const Eigen::Index left = n - 1 - i;
    flow[i] =
        flow[i] / pivots_[i] + shares_.col(i).tail(left).dot(flow.tail(left));
  }
  return flow;
}

Eigen::MatrixXd Elimination::PairVariances() const {
  const Eigen::Index n = shares_.rows();
  Eigen::MatrixXd variances = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd mean(n);
  for (Eigen::Index i = n - 2; i >= 0; --i) {
    const Eigen::Index left = n - 1 - i;
    const auto share = shares_.col(i).tail(left);
    const auto known = variances.bottomRightCorner(left, left);
    if (left < kFitsCache) {
      mean.tail(left).noalias() = known * share;
    } else {
      mean.tail(left).noalias() = known.selfadjointView<Eigen::Lower>() * share;
    }
    // Var(theta_i - theta_j) = 1/d + Var(sum p_k theta_k - theta_j).
    mean.tail(left).array() += 1 / pivots_[i] - share.dot(mean.tail(left)) / 2;
    variances.col(i).tail(left) = mean.tail(left);
    variances.row(i).tail(left) = mean.tail(left);
  }
  return variances;
}

double Elimination::LogDeterminant() const {
  return pivots_.array().log().sum();
}

double TraceOfInverseTimes(const Eigen::MatrixXd& pair_variances,
                           const Eigen::MatrixXd& weight) {
  double trace = 0;
  for (Eigen::Index j = 0; j < weight.cols(); ++j) {
    const Eigen::Index below = weight.rows() - 1 - j;
    trace += weight.col(j).tail(below).dot(pair_variances.col(j).tail(below));
  }
  return trace;
}

}  // namespace tidemark::nma
