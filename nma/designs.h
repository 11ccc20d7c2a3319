// Designs of a network: the sets of treatments that its studies compare.
#ifndef TIDEMARK_NMA_DESIGNS_H_
#define TIDEMARK_NMA_DESIGNS_H_

#include <string>
#include <vector>

#include "nma/effects.h"
#include "nma/network.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// The S studies that compare the same k treatments.
struct Design {
  std::vector<std::string> treatments;  // k, sorted by bytes
  std::vector<StudyBlock> studies;      // S, in the order of their ids
};

// The designs of each component of the network, ordered by their treatments.
// O(sum k log S).
std::vector<std::vector<Design>> GroupByDesign(const Network& network);

// The studies of one design without the rest of the network, at one tau^2, with
// W_s = (V_s + tau2 V0)^-1 (Krahn, Binder & Koenig 2013).
struct PooledDesign {
  // The design as one study without an id: beta_d = V_d sum W_s y_s with the
  // covariance V_d = (sum W_s)^-1.
  StudyEffects estimate;
  double q_within = 0;  // sum (y_s - beta_d)' W_s (y_s - beta_d)
  int df_within = 0;    // (S - 1)(k - 1)
};
// Requires tau2 >= 0. O(S k^3).
PooledDesign PoolDesign(const Design& design, double tau2);

// tau^2 within designs, in squared units of the analysis scale: DerSimonian &
// Laird (heterogeneity.h) for the saturated design-by-treatment model, in which
// each design has its own effects. So it is free of incoherence. Its
// denominator is sum tr(W_s (sum W)^-1 (sum W - W_s) V0), of positive terms
// only. 0 if no design has a second study; not finite if the squares of the
// effects or of their standard errors are not. O(sum k^3).
double WithinDesignTau2(const std::vector<Design>& designs);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_DESIGNS_H_
