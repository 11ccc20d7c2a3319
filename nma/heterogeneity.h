// Heterogeneity under a model, such as that of a connected network: Q, H, I^2
// and tau^2.
#ifndef TIDEMARK_NMA_HETEROGENEITY_H_
#define TIDEMARK_NMA_HETEROGENEITY_H_

#include <optional>

#include "absl/status/statusor.h"
#include "nma/heterogeneity_moments.h"
#include "nma/interval.h"
#include "nma/tau2_model.h"

namespace tidemark::nma {

enum class Tau2Method {
  kDerSimonianLaird,
  kRestrictedMaximumLikelihood,
  kMaximumLikelihood,
  kPauleMandel,
};

struct HeterogeneityOptions {
  Tau2Method method = Tau2Method::kRestrictedMaximumLikelihood;
  double level = 0.95;  // of all limits, between 0 and 1
  // Whether limits of tau^2 are wanted, which take most of the time.
  bool tau2_limits = true;
};

struct Heterogeneity {
  double q = 0;               // Cochran's Q of the common-effect model
  int df = 0;                 // of q: of the model
  std::optional<double> p_q;  // P(chi-square >= q); none if df is 0

  double i2 = 0;  // max(0, (q - df) / q), a fraction; 0 if df is 0
  // max(1, sqrt(q / df)); none if df is 0.
  std::optional<double> h;
  // Test-based limits of h and i2. None if df is 0, or 1 with q no more than 2:
  // no standard error of log H is known there.
  std::optional<Interval> h_interval;
  std::optional<Interval> i2_interval;

  double tau2 = 0;  // squared unit of the analysis scale; 0 if df is 0
  // Limits of tau2 by Q-profile (generalized_q.h). None if df is 0; otherwise
  // because the set is empty: q is below the lower chi-square quantile. (Or,
  // with numbers of 1e150, because it ends beyond the range of double.)
  std::optional<Interval> q_profile;
  // By the profile of the likelihood (profile_likelihood.h): the full one if
  // tau2 is ML, the restricted one otherwise. None if df is 0 (or ends beyond
  // the range of double).
  std::optional<Interval> profile_likelihood;

  // s^2 = Q(tau2) / df, by which Hartung-Knapp intervals scale variances; not
  // cut off at 1. 0 if all effects agree. None if df is 0.
  std::optional<double> residual_scale;
};

// What follows from a Q alone; tau2 stays 0 and its limits absent. Everything
// is 0 or absent if df is 0.
//
// Limits at `level` (Higgins & Thompson 2002, p. 1549, with K = df + 1):
//   H: exp(log max(1, sqrt(Q / df)) -+ z se), where se is
//     (log Q - log df) / (2 (sqrt(2Q) - sqrt(2K - 3))) if Q > K, otherwise
//     sqrt((1 - 1 / (3 (K - 2)^2)) / (2 (K - 2)));
//   each cut off at 1; I^2 = (H^2 - 1) / H^2.
// Requires q >= 0 and finite, df >= 0, 0 < level < 1. O(1).
Heterogeneity HeterogeneityOfQ(double q, int df, double level);

// Q is over all studies: heterogeneity within designs plus inconsistency
// between them.
//
// tau^2 is that of the method, to full precision and whatever the data:
// * DerSimonianLairdTau2 below, PauleMandelTau2 (generalized_q.h);
// * full and restricted maximum likelihood: the global maximum (likelihood.h).
//
// `common` are the moments at tau^2 = 0. `start` may be the heterogeneity of a
// similar network, such as this one before a study changed; it decides how
// fast, not what is found.
//
// InvalidArgument: Q or the likelihood is not finite. FailedPrecondition as in
// Tau2Model. About 40 fits, a dozen without limits of tau^2.
absl::StatusOr<Heterogeneity> EstimateHeterogeneity(
    const Tau2Model& model, const HeterogeneityMoments& common,
    const HeterogeneityOptions& options, const Heterogeneity& start = {});

// max(0, (Q - df) / tr(P V0)) at tau^2 = 0: DerSimonian & Laird (1986) for
// multivariate effects (Jackson, White & Riley 2013). 0 if df is 0. O(1).
double DerSimonianLairdTau2(const HeterogeneityMoments& common, int df);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_HETEROGENEITY_H_
