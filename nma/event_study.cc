#include "nma/event_study.h"

#include <algorithm>
#include <array>
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
// Arrays: this is evaluated at every node.
struct Counts {
  std::array<double, kMostArms> log_likelihood;
  std::array<double, kMostArms> residual;
  std::array<double, kMostArms> weight;
};

// Of the first arms only. No exponential overflows, no probability is
// subtracted from 1.
void CountsAt(const EventStudy& study, const double* eta, Eigen::Index arms,
              Counts* counts) {
  const double* const all_events = study.events.data();
  const double* const all_totals = study.totals.data();
  for (Eigen::Index i = 0; i < arms; ++i) {
    const double size = std::abs(eta[i]);
    const bool is_likely = eta[i] > 0;
    const double events = all_events[i];
    const double others = all_totals[i] - events;
    const double odds = std::exp(-size);
    const double likely = 1 / (1 + odds);
    const double unlikely = odds * likely;
    const double p = is_likely ? likely : unlikely;
    const double q = is_likely ? unlikely : likely;
    counts->log_likelihood[i] = -all_totals[i] * std::log1p(odds) -
                                (is_likely ? others : events) * size;
    counts->residual[i] = events * q - others * p;
    counts->weight[i] = all_totals[i] * p * q;
  }
}

// The integrand exp(g(v)), g(v) = log likelihood - v'v / 2, of one study.
class Integrand {
 public:
  Integrand(const EventStudy& study, const Eigen::VectorXd& eta, double tau)
      : study_(study), eta_(eta), half_(HalfContrasts(eta.size())), tau_(tau) {
    FindMode();
  }

  Eigen::Index arms() const { return half_.rows(); }
  Eigen::Index dimension() const { return half_.cols(); }
  const Eigen::VectorXd& mode() const { return mode_; }
  double value_at_mode() const { return value_; }
  // L with L L' the inverse of the curvature of -g at the mode.
  const Eigen::MatrixXd& scale() const { return scale_; }

  // `direction`, of `arms` numbers, becomes the derivative of eta by tau. Only
  // the first `changed` numbers of v are new: arm i depends on those from i - 1
  // on, so what the arms after the first changed + 1 had is kept.
  double ValueAt(const double* v, Eigen::Index changed, double* direction,
                 Counts* counts) const {
    std::array<double, kMostArms> shifted;
    const Eigen::Index k = arms();
    const Eigen::Index moved = changed + 1;
    double value = 0;
    for (Eigen::Index i = 0; i < moved; ++i) direction[i] = 0;
    for (Eigen::Index j = 0; j + 1 < k; ++j) {
      value -= v[j] * v[j] / 2;
      const double* const column = half_.data() + j * k;
      const Eigen::Index last = std::min(moved, j + 2);
      for (Eigen::Index i = 0; i < last; ++i) direction[i] += column[i] * v[j];
    }
    const double* const eta = eta_.data();
    for (Eigen::Index i = 0; i < moved; ++i) {
      shifted[i] = eta[i] + tau_ * direction[i];
    }
    CountsAt(study_, shifted.data(), moved, counts);
    for (Eigen::Index i = 0; i < k; ++i) value += counts->log_likelihood[i];
    return value;
  }

 private:
  double ValueAt(const Eigen::VectorXd& v, Counts* counts) const {
    std::array<double, kMostArms> direction;
    return ValueAt(v.data(), dimension(), direction.data(), counts);
  }

  // Newton's method with halved steps; -g is convex with curvature of at least
  // 1, so it arrives.
  void FindMode() {
    Counts counts;
    mode_.setZero(dimension());
    value_ = ValueAt(mode_, &counts);
    Eigen::LLT<Eigen::MatrixXd> curvature;
    for (int step = 0; step < kMostModeSteps; ++step) {
      const Eigen::Map<const Eigen::VectorXd> residual(counts.residual.data(),
                                                       arms());
      const Eigen::VectorXd slope = tau_ * half_.transpose() * residual - mode_;
      curvature.compute(CurvatureAt(counts));
      const Eigen::VectorXd move = curvature.solve(slope);
      if (slope.dot(move) <= kModeTolerance || !Move(move, &counts)) break;
    }
    curvature.compute(CurvatureAt(counts));
    scale_ = curvature.matrixU().solve(
        Eigen::MatrixXd::Identity(dimension(), dimension()));
  }

  Eigen::MatrixXd CurvatureAt(const Counts& counts) const {
    const Eigen::Map<const Eigen::VectorXd> weight(counts.weight.data(),
                                                   arms());
    Eigen::MatrixXd curvature =
        tau_ * tau_ * half_.transpose() * weight.asDiagonal() * half_;
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
      *counts = there;
      return gains;
    }
    return false;
  }

  const EventStudy& study_;
  const Eigen::VectorXd& eta_;
  const Eigen::MatrixXd half_;
  const double tau_;
  Eigen::VectorXd mode_;
  double value_ = 0;
  Eigen::MatrixXd scale_;
};

// Weighted sums over the points of the product rule: of 1, of the score by
// (eta, tau), and of what its second derivatives are made of.
class Sums {
 public:
  explicit Sums(Eigen::Index arms)
      : k_(arms),
        first_(Eigen::VectorXd::Zero(arms + 1)),
        second_(Eigen::MatrixXd::Zero(arms + 1, arms + 1)) {}

  void Add(double weight, const double* direction, const Counts& counts) {
    std::array<double, kMostArms + 1> score;
    score[k_] = 0;
    double* const last = second_.data() + k_ * (k_ + 1);  // of tau
    for (Eigen::Index i = 0; i < k_; ++i) {
      score[i] = counts.residual[i];
      score[k_] += direction[i] * counts.residual[i];
      const double curvature = weight * counts.weight[i];
      const double bent = curvature * direction[i];
      second_.data()[i * (k_ + 2)] -= curvature;
      last[i] -= bent;
      last[k_] -= bent * direction[i];
    }
    total_ += weight;
    for (Eigen::Index j = 0; j <= k_; ++j) {
      const double weighted = weight * score[j];
      first_.data()[j] += weighted;
      double* const column = second_.data() + j * (k_ + 1);
      for (Eigen::Index i = 0; i <= j; ++i) column[i] += weighted * score[i];
    }
  }

  StudyLogLikelihood Write(double value) const {
    const Eigen::VectorXd gradient = first_ / total_;
    Eigen::MatrixXd hessian = second_.selfadjointView<Eigen::Upper>();
    hessian = hessian / total_ - gradient * gradient.transpose();
    return {value, gradient, hessian};
  }

 private:
  const Eigen::Index k_;
  double total_ = 0;
  Eigen::VectorXd first_;
  Eigen::MatrixXd second_;  // the upper triangle
};

// The next index of the product of `size` nodes a dimension. How many of its
// numbers, the first ones, changed; 0 at its end.
int Advance(int size, std::vector<int>* index) {
  int changed = 0;
  for (int& i : *index) {
    ++changed;
    if (++i < size) return changed;
    i = 0;
  }
  return 0;
}

// Calls `use(weight, direction, counts)` for every point of the product rule;
// the integral is exp(value at the mode) |L| pi^(-d/2) times the sum of the
// weights. Gives the logarithm of the integral.
template <typename Use>
double Integrate(const Integrand& integrand, const GaussHermite& rule,
                 Use use) {
  const auto dimension = static_cast<int>(integrand.dimension());
  const auto size = static_cast<int>(rule.nodes.size());
  const Eigen::MatrixXd step = std::sqrt(2.0) * integrand.scale();
  const double* const mode = integrand.mode().data();
  const double* const nodes = rule.nodes.data();
  const double* const weights = rule.weights.data();
  std::array<double, kMostArms> v, direction;
  Counts counts;
  std::vector<int> index(dimension, 0);
  double total = 0;
  int changed = dimension;
  do {
    double weight = 1;
    for (const int i : index) weight *= weights[i];
    for (int i = 0; i < changed; ++i) v[i] = mode[i];
    for (int j = 0; j < dimension; ++j) {
      const double* const column = step.data() + j * dimension;
      const int last = std::min(changed, j + 1);
      for (int i = 0; i < last; ++i) v[i] += column[i] * nodes[index[j]];
    }
    const double value =
        integrand.ValueAt(v.data(), changed, direction.data(), &counts);
    weight *= std::exp(value - integrand.value_at_mode());
    total += weight;
    use(weight, direction.data(), counts);
    changed = Advance(size, &index);
  } while (changed > 0);
  constexpr double kLogOfPi = 1.1447298858494001741;
  return integrand.value_at_mode() +
         std::log(integrand.scale().diagonal().prod()) + std::log(total) -
         dimension * kLogOfPi / 2;
}

}  // namespace

StudyLogLikelihood LogLikelihoodOf(const EventStudy& study,
                                   const Eigen::VectorXd& eta, double tau,
                                   const GaussHermite& rule) {
  const Integrand integrand(study, eta, tau);
  Sums sums(eta.size());
  const double value = Integrate(
      integrand, rule,
      [&sums](double weight, const double* direction, const Counts& counts) {
        sums.Add(weight, direction, counts);
      });
  return sums.Write(LogOfCoefficients(study) + value);
}

double LogLikelihoodValueOf(const EventStudy& study, const Eigen::VectorXd& eta,
                            double tau, const GaussHermite& rule) {
  const Integrand integrand(study, eta, tau);
  return LogOfCoefficients(study) +
         Integrate(integrand, rule,
                   [](double, const double*, const Counts&) {});
}

int LastRule(int arms, int most_points) {
  const std::vector<GaussHermite>& rules = GaussHermiteRules();
  int last = 0;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (std::pow(rules[i].nodes.size(), arms - 1) <= most_points) {
      last = static_cast<int>(i);
    }
  }
  return last;
}

}  // namespace tidemark::nma
