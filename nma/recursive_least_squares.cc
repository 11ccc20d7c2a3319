#include "nma/recursive_least_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tidemark::nma {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// Removing what has a larger leverage is left to a fit of the rest.
constexpr double kLargestLeverage = 0.99;

}  // namespace

void RecursiveLeastSquares::Reset(const Eigen::VectorXd& theta,
                                  const Eigen::MatrixXd& pair_variances,
                                  double q) {
  const Eigen::Index n = theta.size();
  theta_ = theta;
  pair_variances_ = pair_variances;
  projection_.resize(n);
  q_ = q;
  error_ = static_cast<double>(n) * kEpsilon;
  double smallest = std::numeric_limits<double>::infinity();
  double largest = 0;
  for (Eigen::Index j = 0; j + 1 < n; ++j) {
    const auto below = pair_variances_.col(j).tail(n - 1 - j);
    smallest = std::min(smallest, below.minCoeff());
    largest = std::max(largest, below.maxCoeff());
  }
  spread_ = largest / smallest;
}

void RecursiveLeastSquares::Correct(const Eigen::VectorXd& theta, double q) {
  theta_ = theta;
  q_ = q;
}

double RecursiveLeastSquares::Project(const IndependentContrast& contrast) {
  const Eigen::Index n = theta_.size();
  projection_.setZero();
  for (int a = 0; a < contrast.arms; ++a) {
    const Eigen::Index node = contrast.nodes[a];
    const double half = contrast.coefficients[a] / 2;
    projection_.head(node) -=
        half * pair_variances_.row(node).head(node).transpose();
    projection_.tail(n - 1 - node) -=
        half * pair_variances_.col(node).tail(n - 1 - node);
  }
  double variance = 0;
  for (int a = 0; a < contrast.arms; ++a) {
    variance += contrast.coefficients[a] * projection_[contrast.nodes[a]];
  }
  return variance;
}

void RecursiveLeastSquares::Update(const IndependentContrast& contrast,
                                   double weight) {
  const Eigen::Index n = theta_.size();
  double residual = contrast.effect;
  for (int a = 0; a < contrast.arms; ++a) {
    residual -= contrast.coefficients[a] * theta_[contrast.nodes[a]];
  }
  q_ = std::max(0.0, q_ + weight * residual * residual);
  theta_ += (weight * residual) * projection_;
  projection_ *= std::sqrt(std::abs(weight));
  for (Eigen::Index j = 0; j + 1 < n; ++j) {
    const Eigen::Index below = n - 1 - j;
    auto column = pair_variances_.col(j).tail(below).array();
    const auto change =
        (projection_.tail(below).array() - projection_[j]).square();
    if (weight > 0) {
      column -= change;
    } else {
      column += change;
    }
  }
}

void RecursiveLeastSquares::Add(const IndependentContrast& contrast) {
  const double fitted = Project(contrast);
  const double total = contrast.variance + fitted;
  Update(contrast, 1 / total);
  // Pairs keep at least this share of their variance.
  const double kept = contrast.variance / total;
  error_ += 4 * kEpsilon * spread_ * (1 - kept) / kept;
  spread_ /= kept;
}

bool RecursiveLeastSquares::Remove(const IndependentContrast& contrast) {
  const double fitted = Project(contrast);
  const double leverage = fitted / contrast.variance;
  if (!(leverage < kLargestLeverage)) return false;
  Update(contrast, -1 / (contrast.variance - fitted));
  error_ = (error_ + 4 * kEpsilon * spread_ * leverage) / (1 - leverage);
  spread_ /= 1 - leverage;
  return true;
}

}  // namespace tidemark::nma
