#include "nma/binomial_likelihood.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include "Eigen/Cholesky"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "nma/gauss_hermite.h"

namespace tidemark::nma {
namespace {

constexpr int kMostSteps = 200;
// Of the squared Newton decrement, about twice the log likelihood that is left
// to gain. From the first on full steps are taken, since the gain may be less
// than the error of the quadrature; from the second on one more is the last.
constexpr double kNear = 1e-6;
constexpr double kClose = 1e-16;
constexpr double kShortestStep = 1e-6;
// For the same reason a step that halves the decrement may lose this much of
// the log likelihood. Not more: where odds become infinite the decrement falls
// too, far below the maximum.
constexpr double kMostLoss = 1e-2;

// 23 nodes for two arms, 15 for three, 11 in each dimension of four and 7 of
// more: with fewer the search does not reach large tau.
int FirstRule(int arms) {
  return arms == 2 ? 5 : arms == 3 ? 4 : arms == 4 ? 3 : 2;
}

}  // namespace

// The log likelihood and its derivatives by (theta[1..], and tau as the last),
// mu eliminated. What is needed to go back to mu is kept.
struct BinomialLikelihood::Terms {
  double value = 0;
  double tau_score = 0;         // first derivative by tau
  double tau_curvature = 0;     // second
  Eigen::VectorXd gradient;     // reduced
  Eigen::MatrixXd information;  // reduced
  // Of study s: mu_s moves by mu_gradient_s / mu_information_s - row_s x.
  Eigen::VectorXd mu_gradient;
  Eigen::VectorXd mu_information;
  Eigen::MatrixXd mu_rows;  // S x size of the reduced system

  double MuDecrement() const {
    return (mu_gradient.array().square() / mu_information.array()).sum();
  }
};

// A step of Newton's method that is not yet taken.
struct BinomialLikelihood::Newton {
  EventParameters at;
  Terms terms;
  Eigen::VectorXd move;  // of theta[1..]
  double decrement = 0;  // squared; infinite if the terms are not concave

  // Where too few nodes make it convex no step can follow.
  bool IsBetterThan(const Newton& other) const {
    if (!std::isfinite(decrement)) return false;
    return terms.value > other.terms.value ||
           (decrement < other.decrement / 2 &&
            terms.value > other.terms.value - kMostLoss);
  }
};

BinomialLikelihood::BinomialLikelihood(const EventPart& part) : part_(part) {
  for (const EventStudy& study : part.studies) {
    const auto arms = static_cast<int>(study.events.size());
    rule_.push_back(std::min(FirstRule(arms), LastRuleOf(arms)));
  }
}

int BinomialLikelihood::LastRuleOf(int arms) const {
  const int share = kMostPointsOfAll / static_cast<int>(part_.studies.size());
  return std::min(LastRule(arms, kMostPoints),
                  std::max(1, LastRule(arms, share)));
}

EventParameters BinomialLikelihood::Start() const {
  EventParameters start{Eigen::VectorXd::Zero(part_.treatments.size()),
                        Eigen::VectorXd(part_.studies.size())};
  for (size_t s = 0; s < part_.studies.size(); ++s) {
    const double events = part_.studies[s].events.sum();
    start.mu(s) = std::log(events / (part_.studies[s].totals.sum() - events));
  }
  return start;
}

Eigen::VectorXd BinomialLikelihood::LogOddsOf(int study,
                                              const EventParameters& at) const {
  const std::vector<int>& treatments = part_.studies[study].treatments;
  Eigen::VectorXd eta(treatments.size());
  for (size_t i = 0; i < treatments.size(); ++i) {
    eta(i) = at.mu(study) + at.theta(treatments[i]);
  }
  return eta;
}

BinomialLikelihood::Terms BinomialLikelihood::TermsAt(const EventParameters& at,
                                                      double tau,
                                                      bool with_tau) const {
  const Eigen::Index effects = at.theta.size() - 1;
  const Eigen::Index size = effects + (with_tau ? 1 : 0);
  const int studies = static_cast<int>(part_.studies.size());
  Terms terms;
  terms.gradient.setZero(size);
  terms.information.setZero(size, size);
  terms.mu_gradient.resize(studies);
  terms.mu_information.resize(studies);
  terms.mu_rows.setZero(studies, size);
  for (int s = 0; s < studies; ++s) {
    const EventStudy& study = part_.studies[s];
    const StudyLogLikelihood part = LogLikelihoodOf(
        study, LogOddsOf(s, at), tau, GaussHermiteRules()[rule_[s]]);
    const Eigen::Index k = study.events.size();
    terms.value += part.value;
    terms.tau_score += part.gradient(k);
    terms.tau_curvature += part.hessian(k, k);
    // The place of each of the k + 1 parameters of the study in the system.
    const auto place = [&](Eigen::Index i) -> Eigen::Index {
      if (i == k) return with_tau ? effects : -1;
      return study.treatments[i] - 1;
    };
    const Eigen::VectorXd row = -part.hessian.leftCols(k).rowwise().sum();
    const double own = row.head(k).sum();
    const double slope = part.gradient.head(k).sum();
    terms.mu_gradient(s) = slope;
    terms.mu_information(s) = own;
    for (Eigen::Index i = 0; i <= k; ++i) {
      if (place(i) < 0) continue;
      terms.mu_rows(s, place(i)) = row(i) / own;
      terms.gradient(place(i)) += part.gradient(i) - row(i) * (slope / own);
      for (Eigen::Index j = 0; j <= k; ++j) {
        if (place(j) < 0) continue;
        terms.information(place(i), place(j)) -=
            part.hessian(i, j) + row(i) * (row(j) / own);
      }
    }
  }
  return terms;
}

// A share of the Newton step that moves theta[1..] by `move`.
EventParameters BinomialLikelihood::Moved(const EventParameters& at,
                                          const Terms& terms, double share,
                                          const Eigen::VectorXd& move) {
  EventParameters next = at;
  next.theta.tail(move.size()) += share * move;
  next.mu += share * (terms.mu_gradient.cwiseQuotient(terms.mu_information) -
                      terms.mu_rows * move);
  return next;
}

BinomialLikelihood::Newton BinomialLikelihood::NewtonAt(EventParameters at,
                                                        double tau) const {
  Newton newton;
  newton.terms = TermsAt(at, tau, false);
  newton.at = std::move(at);
  const Eigen::LLT<Eigen::MatrixXd> information(newton.terms.information);
  newton.move = information.solve(newton.terms.gradient);
  newton.decrement =
      information.info() == Eigen::Success &&
              newton.terms.mu_information.minCoeff() > 0
          ? newton.terms.gradient.dot(newton.move) + newton.terms.MuDecrement()
          : std::numeric_limits<double>::infinity();
  return newton;
}

absl::StatusOr<ProfilePoint> BinomialLikelihood::MaximumAt(
    double tau, const EventParameters& start,
    absl::FunctionRef<bool()> cancelled) const {
  Newton here = NewtonAt(start, tau);
  for (int step = 0; step < kMostSteps; ++step) {
    if (cancelled()) return absl::CancelledError("the caller has gone");
    if (!std::isfinite(here.decrement)) break;
    const bool is_last = here.decrement <= kClose;
    bool moved = false;
    for (double share = 1; share > kShortestStep && !moved; share /= 2) {
      Newton there =
          NewtonAt(Moved(here.at, here.terms, share, here.move), tau);
      moved = here.decrement <= kNear || there.IsBetterThan(here);
      if (moved) here = std::move(there);
    }
    if (!moved) break;
    if (!is_last) continue;
    // By tau the derivative vanishes at 0, where the likelihood is even.
    return ProfilePoint{tau, here.terms.value,
                        tau > 0 ? here.terms.tau_score / (2 * tau)
                                : here.terms.tau_curvature / 2,
                        here.at};
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no maximum of the likelihood at tau = ", tau,
                   " can be found with the nodes that there are"));
}

Eigen::MatrixXd BinomialLikelihood::InformationAt(const ProfilePoint& point,
                                                  bool with_tau) const {
  return TermsAt(point.at, point.tau, with_tau).information;
}

bool BinomialLikelihood::Refine(const ProfilePoint& point) {
  const std::vector<GaussHermite>& rules = GaussHermiteRules();
  const double share = kQuadratureTolerance *
                       std::max(1.0, std::abs(point.log_likelihood)) /
                       part_.studies.size();
  bool refined = false;
  error_ = 0;
  for (size_t s = 0; s < part_.studies.size(); ++s) {
    const EventStudy& study = part_.studies[s];
    const int last = LastRuleOf(static_cast<int>(study.events.size()));
    if (last == 0) continue;
    const Eigen::VectorXd eta = LogOddsOf(static_cast<int>(s), point.at);
    const auto value = [&](int rule) {
      return LogLikelihoodValueOf(study, eta, point.tau, rules[rule]);
    };
    double now = value(rule_[s]);
    double change = std::abs(now - value(rule_[s] - 1));
    while (change > share && rule_[s] < last) {
      const double next = value(++rule_[s]);
      change = std::abs(next - now);
      now = next;
      refined = true;
    }
    error_ += change;
  }
  return refined;
}

int BinomialLikelihood::most_nodes() const {
  const int most = *std::max_element(rule_.begin(), rule_.end());
  return static_cast<int>(GaussHermiteRules()[most].nodes.size());
}

}  // namespace tidemark::nma
