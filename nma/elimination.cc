#include "nma/elimination.h"

#include <limits>
#include <utility>

#include "absl/status/status.h"

namespace tidemark::nma {
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

absl::StatusOr<Elimination> Elimination::Of(PairEvidence evidence) {
  const Eigen::Index n = evidence.weight.rows();
  Eigen::VectorXd pivots(n - 1);
  for (Eigen::Index i = 0; i + 1 < n; ++i) {
    const Eigen::Index left = n - 1 - i;
    auto share = evidence.weight.col(i).tail(left);
    auto flow = evidence.flow.col(i).tail(left);  // of the nodes left, minus i
    pivots[i] = share.sum();
    if (!IsSoundPivot(pivots[i], share.cwiseAbs().sum(), n)) {
      return absl::FailedPreconditionError(
          "the network cannot be solved: the weights of its studies cancel or "
          "differ by more than double precision can hold");
    }
    share /= pivots[i];
    for (Eigen::Index l = 0; l + 1 < left; ++l) {
      const Eigen::Index below = left - 1 - l;
      evidence.weight.col(i + 1 + l).tail(below) +=
          (pivots[i] * share[l]) * share.tail(below);
      evidence.flow.col(i + 1 + l).tail(below) +=
          share[l] * flow.tail(below) - flow[l] * share.tail(below);
    }
    flow /= pivots[i];
  }
  return Elimination(std::move(evidence), std::move(pivots));
}

Eigen::VectorXd Elimination::Effects() const {
  const Eigen::Index n = evidence_.weight.rows();
  Eigen::VectorXd effects = Eigen::VectorXd::Zero(n);
  for (Eigen::Index i = n - 2; i >= 0; --i) {
    const Eigen::Index left = n - 1 - i;
    effects[i] = evidence_.weight.col(i).tail(left).dot(effects.tail(left)) -
                 evidence_.flow.col(i).tail(left).sum();
  }
  return effects;
}

Eigen::MatrixXd Elimination::PairVariances() const {
  const Eigen::Index n = evidence_.weight.rows();
  Eigen::MatrixXd variances = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd mean(n);
  for (Eigen::Index i = n - 2; i >= 0; --i) {
    const Eigen::Index left = n - 1 - i;
    const auto share = evidence_.weight.col(i).tail(left);
    // Var(theta_i - theta_j) = 1/d + Var(sum p_k theta_k - theta_j).
    mean.tail(left).noalias() = variances.bottomRightCorner(left, left) * share;
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
