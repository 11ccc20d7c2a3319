#include "nma/event_study.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "Eigen/Cholesky"
#include "boost/math/special_functions/gamma.hpp"
#include "nma/no_throw_policy.h"

namespace tidemark::nma {
namespace {

constexpr int kMostModeSteps = 200;
constexpr double kModeTolerance = 1e-24;  // of the squared Newton decrement

double LogGamma(double x) { return boost::math::lgamma(x, NoThrowPolicy()); }

double LogOfCoefficients(const EventStudy& study) {
  double sum = 0;
  for (Eigen::Index i = 0; i < study.events.size(); ++i) {
    sum += LogGamma(study.totals(i) + 1) - LogGamma(study.events(i) + 1) -
           LogGamma(study.totals(i) - study.events(i) + 1);
  }
  return sum;
}

// k x (k-1): H / sqrt(2) with Helmert's contrasts as H.
Eigen::MatrixXd HalfContrasts(Eigen::Index k) {
  Eigen::MatrixXd half = Eigen::MatrixXd::Zero(k, k - 1);
  for (Eigen::Index j = 0; j + 1 < k; ++j) {
    const double size = std::sqrt(2.0 * (j + 1) * (j + 2));
    half.col(j).head(j + 1).setConstant(1 / size);
    half(j + 1, j) = -(j + 1) / size;
  }
  return half;
}

// Log likelihood of the counts at these log odds, without coefficients, with
// its first derivatives (`residual`) and minus its second ones (`weight`).
struct Counts {
  double log_likelihood = 0;
  Eigen::VectorXd residual;
  Eigen::VectorXd weight;
};

// Writes over `counts`. No exponential overflows, no probability is subtracted
// from 1.
void CountsAt(const EventStudy& study, const Eigen::VectorXd& eta,
              Counts* counts) {
  const Eigen::Index k = eta.size();
  counts->log_likelihood = 0;
  counts->residual.resize(k);
  counts->weight.resize(k);
  for (Eigen::Index i = 0; i < k; ++i) {
    const double events = study.events(i);
    const double others = study.totals(i) - events;
    const double odds = std::exp(-std::abs(eta(i)));
    const double likely = 1 / (1 + odds);  // of what is the more likely
    const double unlikely = odds / (1 + odds);
    const double p = eta(i) > 0 ? likely : unlikely;
    const double q = eta(i) > 0 ? unlikely : likely;
    counts->log_likelihood -= study.totals(i) * std::log1p(odds) +
                              (eta(i) > 0 ? others : events) * std::abs(eta(i));
    counts->residual(i) = events * q - others * p;
    counts->weight(i) = study.totals(i) * p * q;
  }
}

// The integrand exp(g(v)), g(v) = log likelihood - v'v / 2, of one study.
class Integrand {
 public:
  Integrand(const EventStudy& study, const Eigen::VectorXd& eta, double tau)
      : study_(study),
        eta_(eta),
        half_(HalfContrasts(eta.size())),
        spread_(tau * half_) {}

  Eigen::Index dimension() const { return half_.cols(); }
  const Eigen::MatrixXd& half() const { return half_; }
  const Eigen::VectorXd& mode() const { return mode_; }
  double value_at_mode() const { return value_; }
  // L with L L' the inverse of the curvature of -g at the mode.
  const Eigen::MatrixXd& scale() const { return scale_; }

  double ValueAt(const Eigen::VectorXd& v, Counts* counts) {
    shifted_.noalias() = spread_ * v;
    shifted_ += eta_;
    CountsAt(study_, shifted_, counts);
    return counts->log_likelihood - v.squaredNorm() / 2;
  }

  // Newton's method with halved steps; -g is convex with curvature of at least
  // 1, so it arrives.
  void FindMode() {
    Counts counts;
    mode_.setZero(dimension());
    value_ = ValueAt(mode_, &counts);
    Eigen::LLT<Eigen::MatrixXd> curvature;
    for (int step = 0; step < kMostModeSteps; ++step) {
      const Eigen::VectorXd slope =
          spread_.transpose() * counts.residual - mode_;
      curvature.compute(CurvatureAt(counts));
      const Eigen::VectorXd move = curvature.solve(slope);
      if (slope.dot(move) <= kModeTolerance) break;
      if (!Move(move, &counts)) break;
    }
    curvature.compute(CurvatureAt(counts));
    scale_ = curvature.matrixU().solve(
        Eigen::MatrixXd::Identity(dimension(), dimension()));
  }

 private:
  Eigen::MatrixXd CurvatureAt(const Counts& counts) const {
    Eigen::MatrixXd curvature =
        spread_.transpose() * counts.weight.asDiagonal() * spread_;
    curvature.diagonal().array() += 1;
    return curvature;
  }

  // False if rounding leaves nothing to gain.
  bool Move(const Eigen::VectorXd& move, Counts* counts) {
    Counts there;
    for (double share = 1; share > 1e-10; share /= 2) {
      const Eigen::VectorXd v = mode_ + share * move;
      const double value = ValueAt(v, &there);
      if (!(value >= value_)) continue;
      const bool gains = value > value_;
      mode_ = v;
      value_ = value;
      std::swap(*counts, there);
      return gains;
    }
    return false;
  }

  const EventStudy& study_;
  const Eigen::VectorXd& eta_;
  const Eigen::MatrixXd half_;
  const Eigen::MatrixXd spread_;
  Eigen::VectorXd mode_;
  double value_ = 0;
  Eigen::MatrixXd scale_;
  Eigen::VectorXd shifted_;
};

// Weighted sums over the points of the product rule: of 1, of the score by
// (eta, tau), and of what its second derivatives are made of.
class Sums {
 public:
  Sums(const Eigen::MatrixXd& half)
      : half_(half),
        score_(half.rows() + 1),
        first_(Eigen::VectorXd::Zero(half.rows() + 1)),
        second_(Eigen::MatrixXd::Zero(half.rows() + 1, half.rows() + 1)) {}

  double total() const { return total_; }

  void Add(double weight, const Eigen::VectorXd& v, const Counts& counts) {
    const Eigen::Index k = half_.rows();
    direction_.noalias() = half_ * v;  // of eta by tau
    score_.head(k) = counts.residual;
    score_(k) = direction_.dot(counts.residual);
    total_ += weight;
    first_ += weight * score_;
    second_.noalias() += (weight * score_) * score_.transpose();
    bent_ = (weight * counts.weight.array() * direction_.array()).matrix();
    second_.diagonal().head(k) -= weight * counts.weight;
    second_.col(k).head(k) -= bent_;
    second_.row(k).head(k) -= bent_.transpose();
    second_(k, k) -= bent_.dot(direction_);
  }

  void Write(StudyLogLikelihood* study) const {
    study->gradient = first_ / total_;
    study->hessian =
        second_ / total_ - study->gradient * study->gradient.transpose();
  }

 private:
  const Eigen::MatrixXd& half_;
  Eigen::VectorXd score_, direction_, bent_;
  double total_ = 0;
  Eigen::VectorXd first_;
  Eigen::MatrixXd second_;
};

// The next index of the product of `size` nodes a dimension; false at its end.
bool Advance(int size, std::vector<int>* index) {
  for (int& i : *index) {
    if (++i < size) return true;
    i = 0;
  }
  return false;
}

}  // namespace

StudyLogLikelihood LogLikelihoodOf(const EventStudy& study,
                                   const Eigen::VectorXd& eta, double tau,
                                   const GaussHermite& rule) {
  Integrand integrand(study, eta, tau);
  integrand.FindMode();
  const Eigen::MatrixXd step = std::sqrt(2.0) * integrand.scale();
  const Eigen::Index dimension = integrand.dimension();
  Sums sums(integrand.half());
  Counts counts;
  Eigen::VectorXd t(dimension);
  Eigen::VectorXd v(dimension);
  std::vector<int> index(dimension, 0);
  do {
    double weight = 1;
    for (Eigen::Index d = 0; d < dimension; ++d) {
      t(d) = rule.nodes(index[d]);
      weight *= rule.weights(index[d]);
    }
    v = integrand.mode();
    v.noalias() += step * t;
    const double value = integrand.ValueAt(v, &counts);
    sums.Add(weight * std::exp(value - integrand.value_at_mode()), v, counts);
  } while (Advance(static_cast<int>(rule.nodes.size()), &index));
  StudyLogLikelihood result;
  constexpr double kLogOfPi = 1.1447298858494001741;
  result.value = LogOfCoefficients(study) + integrand.value_at_mode() +
                 std::log(std::abs(integrand.scale().diagonal().prod())) +
                 std::log(sums.total()) - dimension * kLogOfPi / 2;
  sums.Write(&result);
  return result;
}

int LastRule(int arms) {
  const std::vector<GaussHermite>& rules = GaussHermiteRules();
  int last = 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (std::pow(rules[i].nodes.size(), arms - 1) <= kMostPoints) {
      last = static_cast<int>(i);
    }
  }
  return last;
}

}  // namespace tidemark::nma
