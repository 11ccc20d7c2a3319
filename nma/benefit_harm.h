// Treatments on several outcomes at once.
#ifndef TIDEMARK_NMA_BENEFIT_HARM_H_
#define TIDEMARK_NMA_BENEFIT_HARM_H_

#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"

namespace tidemark::nma {

// The probability of an event on several outcomes, of which only the
// probabilities on each outcome are known: as if outcomes were independent, and
// the sharp bounds over every dependence between them (Frechet 1935). All are
// in 0-1, lower <= independent <= upper.
struct JointProbability {
  double independent = 1;
  double lower = 1;
  double upper = 1;
};

// Of an event on one outcome.
JointProbability Exactly(double probability);

// Of both of two events that have no outcome in common:
// max(0, lower + lower - 1) and min(upper, upper).
JointProbability And(const JointProbability& a, const JointProbability& b);

// Of the opposite.
JointProbability Not(const JointProbability& a);

// Of n treatments: element (i, j) is P(i is better than j) under the joint
// normal distribution of the effects,
//   Phi((theta_j - theta_i) / se_ij) if small values are desirable,
// and Phi of the negative otherwise; 0 on the diagonal. `pair_variances` are
// Var(theta_i - theta_j), positive off the diagonal. O(n^2).
Eigen::MatrixXd BetterProbabilities(const Eigen::VectorXd& effects,
                                    const Eigen::MatrixXd& pair_variances,
                                    bool small_values_desirable);

// The event that i is better than j on every one of these outcomes.
JointProbability BetterOnAll(absl::Span<const Eigen::MatrixXd> better, int i,
                             int j);

// How a treatment does on benefits and harms versus another; the four add up to
// 1 if outcomes are independent.
struct BenefitHarmShares {
  JointProbability both;          // better on every benefit and every harm
  JointProbability benefit_only;  // on every benefit, not on every harm
  JointProbability harm_only;     // on every harm, not on every benefit
  JointProbability neither;       // on neither all benefits nor all harms
};

// Of i versus j, from BetterProbabilities of each outcome. Requires at least
// one benefit and one harm. O(outcomes).
BenefitHarmShares SharesOf(absl::Span<const Eigen::MatrixXd> benefits,
                           absl::Span<const Eigen::MatrixXd> harms, int i,
                           int j);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_BENEFIT_HARM_H_
