#include "bench/yardsticks.h"

#include "Eigen/Cholesky"
#include "bench/simulated_network.h"

namespace tidemark::bench {

Unit::Unit(absl::Span<const nma::StudyEffects> studies, int treatments)
    : laplacian_(treatments, treatments), inverse_(treatments, treatments) {
  for (const nma::StudyEffects& study : studies) {
    contrasts_.push_back({TreatmentIndex(study.treatments[0]),
                          TreatmentIndex(study.treatments[1]),
                          study.covariance(0, 0)});
  }
}

const Eigen::MatrixXd& Unit::Inverse(double tau2) {
  const Eigen::Index size = laplacian_.rows();
  laplacian_.setConstant(1.0 / static_cast<double>(size));
  for (const Contrast& contrast : contrasts_) {
    const double weight = 1 / (contrast.variance + tau2);
    laplacian_(contrast.base, contrast.base) += weight;
    laplacian_(contrast.other, contrast.other) += weight;
    laplacian_(contrast.other, contrast.base) -= weight;  // the lower triangle
  }
  inverse_ = laplacian_.selfadjointView<Eigen::Lower>().llt().solve(
      Eigen::MatrixXd::Identity(size, size));
  return inverse_;
}

RankOneUpdate::RankOneUpdate(int treatments)
    : direction_(Eigen::VectorXd::LinSpaced(treatments, -1, 1)),
      matrix_(Eigen::MatrixXd::Identity(treatments, treatments)) {}

void RankOneUpdate::Apply(double sign) {
  matrix_.selfadjointView<Eigen::Lower>().rankUpdate(direction_, sign);
}

}  // namespace tidemark::bench
