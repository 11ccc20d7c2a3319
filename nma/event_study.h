// Events in the arms of a study, and what the exact likelihood makes of them.
#ifndef TIDEMARK_NMA_EVENT_STUDY_H_
#define TIDEMARK_NMA_EVENT_STUDY_H_

#include <string>
#include <vector>

#include "Eigen/Core"
#include "nma/gauss_hermite.h"

namespace tidemark::nma {

// Arms that the product rule can check itself for: of eight, five nodes a
// dimension would take more points than kMostPoints.
inline constexpr int kMostArms = 7;
inline constexpr int kMostPoints = 65536;

// k >= 2 arms of a study that has an event and somebody without one.
struct EventStudy {
  std::string id;
  std::vector<int> treatments;  // k different ones, increasing
  Eigen::VectorXd events;       // k
  Eigen::VectorXd totals;       // k
};

// The log likelihood of a study and its derivatives by the k log odds and by
// tau, in this order.
struct StudyLogLikelihood {
  double value = 0;
  Eigen::VectorXd gradient;  // k + 1
  Eigen::MatrixXd hessian;   // (k + 1) x (k + 1)
};

// Integrates the likelihood of one study over its random effects:
//   events_i ~ Binomial(totals_i, 1 / (1 + exp(-eta_i - u_i))),
//   u = tau / sqrt(2) H v, v standard normal in k - 1 dimensions,
// the columns of H (k x (k-1)) orthonormal and orthogonal to 1. So u sums to 0
// and every difference u_i - u_j has the variance tau^2: no arm is special. For
// two arms u is +-tau v / 2.
//
// The integral is adaptive Gauss-Hermite quadrature (Pinheiro & Bates 1995) by
// the product rule around the mode of the integrand, scaled by its curvature
// there. The derivatives are those of the logarithm of the integral by Louis
// (1982), as means under the same nodes and weights. The value has the binomial
// coefficients.
//
// Requires tau >= 0, totals_i >= events_i >= 0 and k <= kMostArms. O(n^(k-1)
// k^2) for n nodes.
StudyLogLikelihood LogLikelihoodOf(const EventStudy& study,
                                   const Eigen::VectorXd& eta, double tau,
                                   const GaussHermite& rule);

// Its value alone.
double LogLikelihoodValueOf(const EventStudy& study, const Eigen::VectorXd& eta,
                            double tau, const GaussHermite& rule);

// Of GaussHermiteRules the index of the last that takes no more points than
// this for k arms; 0 if none does. Requires 2 <= k <= kMostArms.
int LastRule(int arms, int most_points);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_EVENT_STUDY_H_
