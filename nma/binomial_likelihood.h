// The likelihood of a part of a binary network, and its maximum at given tau.
#ifndef TIDEMARK_NMA_BINOMIAL_LIKELIHOOD_H_
#define TIDEMARK_NMA_BINOMIAL_LIKELIHOOD_H_

#include <vector>

#include "Eigen/Core"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "nma/event_parts.h"
#include "nma/event_study.h"

namespace tidemark::nma {

// Log odds of the studies and log odds ratios of the treatments.
struct EventParameters {
  Eigen::VectorXd theta;  // T; treatment minus the first, theta[0] = 0
  Eigen::VectorXd mu;     // S; log odds of the first treatment
};

// The maximum over theta and mu at one tau.
struct ProfilePoint {
  double tau = 0;
  double log_likelihood = 0;
  // Derivative of the profile by tau^2, at tau = 0 the one from the right.
  double slope = 0;
  EventParameters at;
};

// Sums over the studies of event_study.h with log odds mu_s + theta_t. At a
// given tau the log likelihood is concave in (mu, theta): the integral of a
// log-concave function over some of its arguments is log-concave (Prekopa
// 1973). So Newton's method with halved steps arrives at the one maximum. The
// mu, one a study, are eliminated: a step costs a system of T - 1 equations.
class BinomialLikelihood {
 public:
  // Keeps the part, which must outlive it. Requires studies of kMostArms arms
  // or fewer.
  explicit BinomialLikelihood(const EventPart& part);

  // The maximum at tau >= 0, looked for from `start`. FailedPrecondition: steps
  // no longer get closer to it, as where many arms and a large tau leave the
  // product rule too few nodes.
  // CANCELLED, asked before each step.
  absl::StatusOr<ProfilePoint> MaximumAt(
      double tau, const EventParameters& start,
      absl::FunctionRef<bool()> cancelled) const;
  EventParameters Start() const;

  // Minus the second derivatives of the log likelihood by theta[1..], then
  // tau if `with_tau`, with mu at its maximum (Schur complement).
  Eigen::MatrixXd InformationAt(const ProfilePoint& point, bool with_tau) const;

  // Gives every study the first rule whose integral at this point differs from
  // that of the rule before by no more than its share of kQuadratureTolerance,
  // relative to the whole, or the last that kMostPoints and kMostPointsOfAll
  // allow. False if all had it.
  bool Refine(const ProfilePoint& point);
  // Of the last Refine: the sum of those differences, as absolute values in the
  // log likelihood, and the most nodes a dimension.
  double error() const { return error_; }
  int most_nodes() const;

 private:
  struct Terms;
  struct Newton;

  Terms TermsAt(const EventParameters& at, double tau, bool with_tau) const;
  Newton NewtonAt(EventParameters at, double tau) const;
  static EventParameters Moved(const EventParameters& at, const Terms& terms,
                               double share, const Eigen::VectorXd& move);
  int LastRuleOf(int arms) const;
  Eigen::VectorXd LogOddsOf(int study, const EventParameters& at) const;

  const EventPart& part_;
  std::vector<int> rule_;  // S: index in GaussHermiteRules
  double error_ = 0;
};

inline constexpr double kQuadratureTolerance = 1e-10;
// Each of S studies takes at most a share of 1 / S of these, or 5 nodes a
// dimension if that is more: one pass over all of them is a second or two.
inline constexpr int kMostPointsOfAll = 1 << 22;

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_BINOMIAL_LIKELIHOOD_H_
