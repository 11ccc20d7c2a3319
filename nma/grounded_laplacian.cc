#include "nma/grounded_laplacian.h"

#include <limits>
#include <utility>

#include "absl/status/status.h"

namespace tidemark::nma {
namespace {

Eigen::MatrixXd WithoutNode(const Eigen::MatrixXd& matrix, int node) {
  const Eigen::Index last = matrix.rows() - 1;
  const Eigen::Index after = last - node;
  Eigen::MatrixXd kept(last, last);
  kept << matrix.topLeftCorner(node, node), matrix.topRightCorner(node, after),
      matrix.bottomLeftCorner(after, node),
      matrix.bottomRightCorner(after, after);
  return kept;
}

Eigen::VectorXd WithoutNode(const Eigen::VectorXd& vector, int node) {
  Eigen::VectorXd kept(vector.size() - 1);
  kept << vector.head(node), vector.tail(kept.size() - node);
  return kept;
}

// A pivot that is only rounding noise of the diagonal it came from says
// nothing, although it may be positive.
bool PivotsAreSound(const Eigen::MatrixXd& matrix,
                    const Eigen::LLT<Eigen::MatrixXd>& factor) {
  const double noise = 4 * static_cast<double>(matrix.rows()) *
                       std::numeric_limits<double>::epsilon();
  const Eigen::ArrayXd pivots = factor.matrixLLT().diagonal().array().square();
  return (pivots > noise * matrix.diagonal().array()).all();
}

}  // namespace

absl::StatusOr<GroundedLaplacian> GroundedLaplacian::Factor(
    const Eigen::MatrixXd& laplacian, int ground) {
  const Eigen::MatrixXd grounded = WithoutNode(laplacian, ground);
  Eigen::LLT<Eigen::MatrixXd> factor(grounded);
  if (factor.info() != Eigen::Success || !PivotsAreSound(grounded, factor)) {
    return absl::FailedPreconditionError(
        "the network cannot be solved: the precisions of its studies differ by "
        "more than double precision can hold");
  }
  return GroundedLaplacian(std::move(factor), ground);
}

Eigen::VectorXd GroundedLaplacian::Solve(const Eigen::VectorXd& flow) const {
  const Eigen::VectorXd kept = factor_.solve(WithoutNode(flow, ground_));
  Eigen::VectorXd theta(flow.size());
  theta << kept.head(ground_), 0, kept.tail(kept.size() - ground_);
  return theta;
}

Eigen::MatrixXd GroundedLaplacian::Inverse() const {
  const Eigen::Index last = factor_.rows();
  const Eigen::Index after = last - ground_;
  const Eigen::MatrixXd kept =
      factor_.solve(Eigen::MatrixXd::Identity(last, last));
  Eigen::MatrixXd inverse = Eigen::MatrixXd::Zero(last + 1, last + 1);
  inverse.topLeftCorner(ground_, ground_) =
      kept.topLeftCorner(ground_, ground_);
  inverse.topRightCorner(ground_, after) = kept.topRightCorner(ground_, after);
  inverse.bottomLeftCorner(after, ground_) =
      kept.bottomLeftCorner(after, ground_);
  inverse.bottomRightCorner(after, after) =
      kept.bottomRightCorner(after, after);
  return (inverse + inverse.transpose()) / 2;
}

double GroundedLaplacian::TraceOfInverseTimes(
    const Eigen::MatrixXd& matrix) const {
  return factor_.solve(WithoutNode(matrix, ground_)).trace();
}

double GroundedLaplacian::LogDeterminant() const {
  return 2 * factor_.matrixLLT().diagonal().array().log().sum();
}

}  // namespace tidemark::nma
