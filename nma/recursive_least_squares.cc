#include "nma/recursive_least_squares.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tidemark::nma {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// Taking out what has a leverage of 0.99 or more is left to a fit of the rest.
constexpr double kLeastGrowth = 0.01;

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
  smallest_ = std::numeric_limits<double>::infinity();
  largest_ = 0;
  for (Eigen::Index j = 0; j + 1 < n; ++j) {
    const auto below = pair_variances_.col(j).tail(n - 1 - j);
    smallest_ = std::min(smallest_, below.minCoeff());
    largest_ = std::max(largest_, below.maxCoeff());
  }
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

RecursiveLeastSquares::Change RecursiveLeastSquares::Evidence(
    const IndependentContrast& contrast) const {
  double residual = contrast.effect;
  for (int a = 0; a < contrast.arms; ++a) {
    residual -= contrast.coefficients[a] * theta_[contrast.nodes[a]];
  }
  const double weight = 1 / contrast.variance;
  return {weight, weight * residual, weight * residual * residual};
}

bool RecursiveLeastSquares::Apply(const IndependentContrast& contrast,
                                  const Change& change) {
  const Eigen::Index n = theta_.size();
  const double fitted = Project(contrast);
  const double growth = 1 + change.weight * fitted;
  if (!(growth > kLeastGrowth)) return false;
  q_ += change.q - change.flow * change.flow * fitted / growth;
  q_ = std::max(0.0, q_);
  theta_ += (change.flow / growth) * projection_;

  const double weight = change.weight / growth;
  projection_ *= std::sqrt(std::abs(weight));
  for (Eigen::Index j = 0; j + 1 < n; ++j) {
    const Eigen::Index below = n - 1 - j;
    auto column = pair_variances_.col(j).tail(below).array();
    const auto explained =
        (projection_.tail(below).array() - projection_[j]).square();
    if (weight > 0) {
      column -= explained;
    } else {
      column += explained;
    }
  }
  const double rounding =
      4 * kEpsilon * (largest_ / smallest_) * std::abs(change.weight) * fitted;
  error_ = (error_ + rounding) / std::min(1.0, growth);
  // Pairs keep at least 1 / growth of their variance, or gain at most that.
  (growth > 1 ? smallest_ : largest_) /= growth;
  return true;
}

void RecursiveLeastSquares::Add(const IndependentContrast& contrast) {
  Apply(contrast, Evidence(contrast));
}

bool RecursiveLeastSquares::Remove(const IndependentContrast& contrast) {
  const Change evidence = Evidence(contrast);
  return Apply(contrast, {-evidence.weight, -evidence.flow, -evidence.q});
}

bool RecursiveLeastSquares::Replace(const IndependentContrast& before,
                                    const IndependentContrast& after) {
  const Change gone = Evidence(before);
  const Change come = Evidence(after);
  return Apply(after, {come.weight - gone.weight, come.flow - gone.flow,
                       come.q - gone.q});
}

}  // namespace tidemark::nma
