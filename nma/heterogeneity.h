// Heterogeneity of a connected network: Q, I^2 and tau^2.
#ifndef TIDEMARK_NMA_HETEROGENEITY_H_
#define TIDEMARK_NMA_HETEROGENEITY_H_

#include <optional>

#include "absl/status/statusor.h"
#include "nma/study_block.h"

namespace tidemark::nma {

enum class Tau2Method { kDerSimonianLaird, kRestrictedMaximumLikelihood };

struct Heterogeneity {
  double q = 0;               // Cochran's Q of the common-effect model
  int df = 0;                 // of q: effects less (treatments - 1)
  std::optional<double> p_q;  // P(chi-square >= q); none if df is 0
  double i2 = 0;              // max(0, (q - df) / q), a fraction
  double tau2 = 0;  // squared unit of the analysis scale; 0 if df is 0
};

// The test and I^2 of a Q; tau^2 stays 0. Everything is 0 if df is 0.
Heterogeneity HeterogeneityOfQ(double q, int df);

// Q over all studies: heterogeneity within designs plus inconsistency between
// them. InvalidArgument: Q is not finite. FailedPrecondition as in
// Elimination.
absl::StatusOr<Heterogeneity> EstimateHeterogeneity(
    const ConnectedNetwork& network, Tau2Method method);

// max(0, (Q - df) / tr(P V0)) at tau^2 = 0: DerSimonian & Laird (1986) for
// multivariate effects (Jackson, White & Riley 2013). 0 if df is 0.
// O(sum k^3 + nodes^3).
absl::StatusOr<double> DerSimonianLairdTau2(const ConnectedNetwork& network);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_HETEROGENEITY_H_
