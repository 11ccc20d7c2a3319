// Network meta-analysis of odds ratios with the exact binomial likelihood.
#ifndef TIDEMARK_NMA_BINOMIAL_FIT_H_
#define TIDEMARK_NMA_BINOMIAL_FIT_H_

#include <optional>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/event_parts.h"
#include "nma/interval.h"
#include "nma/study.h"

namespace tidemark::nma {

// Log odds ratios under one model.
struct BinomialModelFit {
  double log_likelihood = 0;  // with the binomial coefficients
  Eigen::VectorXd effects;    // T: treatment minus the part's first one
  // T x T: the variance of each difference; 0 on the diagonal.
  Eigen::MatrixXd pair_variances;
};

// The estimates of one part of the network.
struct BinomialPartFit {
  std::vector<std::string> treatments;  // T >= 2, sorted by bytes
  int studies = 0;
  int df = 0;               // sum (k - 1) - (T - 1)
  BinomialModelFit common;  // tau^2 = 0: logistic regression
  // At tau2. Absent, and what follows with it, if tau^2 cannot be estimated:
  // why, no_random says.
  std::optional<BinomialModelFit> random;
  std::string no_random;
  double tau2 = 0;  // >= 0; 0 if df is 0
  // Test of tau^2 = 0: 2 (random - common log likelihood), and its p by the
  // equal mixture of 0 and chi-square with 1 degree of freedom (Self & Liang
  // 1987). No p if df is 0.
  double likelihood_ratio = 0;
  std::optional<double> p_tau2;
  // By the profile likelihood: where 2 (l_max - l(tau^2)) crosses the quantile
  // of chi-square with 1 degree of freedom, next to the estimate. Absent if df
  // is 0, the upper end would lie beyond searched_tau, or an end cannot be
  // found: no_interval says which.
  std::optional<Interval> tau2_interval;
  std::string no_interval;
  // The tau up to which the maximum was looked for: kLargestTau, or less if the
  // nodes for studies of many arms give out before; 0 if df is 0.
  double searched_tau = 0;
  // Sum over the studies of what the log likelihood of each changed with the
  // last increase of nodes, at the estimate.
  double quadrature_error = 0;
  int most_nodes = 0;  // a dimension
};

struct BinomialFit {
  std::vector<BinomialPartFit> parts;  // none: no odds ratio is finite
  LeftOutEvents left_out;
};

// Beyond it a standard deviation of log odds ratios is not looked for: it would
// say that odds ratios of studies are a factor of 10^5 apart.
inline constexpr double kLargestTau = 12.8;

// Maximum likelihood over theta and tau^2, the log odds mu_s of every study
// being parameters: events ~ Binomial, logit p = mu_s + theta_t + u, random
// effects u as in event_study.h. Parts as in event_parts.h, each with its own
// tau^2. For two arms a study this is the model UM.FS with +-1/2 coding of
// metafor::rma.glmm (Jackson, Law, Stijnen, Viechtbauer & White 2018).
//
// tau^2 is the highest of the maxima of the profile likelihood, 0 included,
// that a change of sign of its slope shows between tau = 0, 0.05, 0.1, 0.2, ...
// kLargestTau. Variances are those of the observed information of theta and
// tau together, mu eliminated; at tau^2 = 0 of theta with tau held there.
// Quadrature: nodes are added until the log likelihood at the estimate changes
// by kQuadratureTolerance (binomial_likelihood.h), or the product rule has
// kMostPoints or the study's share of kMostPointsOfAll; what is left is
// quadrature_error.
//
// The same bits for every order of studies and arms. Swapping events and
// non-events turns the signs of effects.
//
// tau^2 cannot be estimated where the likelihood still rises at kLargestTau, or
// no maximum can be found with the nodes that there are.
//
// FailedPrecondition: a study is not of binary arms (BinaryStudies), or has
// more than kMostArms arms left; the common effect cannot be found.
// InvalidArgument: a rule of study_check.h is broken; a level not between 0
// and 1. CANCELLED as asked before each step. About 50 maxima at given tau,
// each of some four passes of O(studies · nodes^(k-1)) and T^3; a pass takes
// kMostPointsOfAll points at most, some 0.3 us each, unless the fewest nodes
// of each study are more. 2 to 80 ms on
// networks of 10 to 24 trials, 140 to 1900 times what their inverse-variance
// fits take (Mantel-Haenszel takes less than those); arms cost most: 2 s for
// three studies of six arms, 10 s for 200 studies of 2 to 6 arms and 30
// treatments.
absl::StatusOr<BinomialFit> FitBinomial(absl::Span<const Study> studies,
                                        double level,
                                        absl::FunctionRef<bool()> cancelled);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_BINOMIAL_FIT_H_
