// Designs of a network: the sets of treatments that its studies compare.
#ifndef TIDEMARK_NMA_DESIGNS_H_
#define TIDEMARK_NMA_DESIGNS_H_

#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "nma/effects.h"

namespace tidemark::nma {

// What the S studies of one design of k treatments say without the rest of the
// network, at one tau^2, with W_s = (V_s + tau2 V0)^-1 (Krahn, Binder & Koenig
// 2013).
struct PooledDesign {
  Eigen::VectorXd effects;  // k-1: beta_d = (sum W_s)^-1 sum W_s y_s
  Eigen::MatrixXd weight;   // (k-1) x (k-1): sum W_s, the inverse of V_d
  double q_within = 0;      // sum (y_s - beta_d)' W_s (y_s - beta_d)
  int df_within = 0;        // (S - 1)(k - 1)
};

// Sums run over the studies as they are ordered. Writes over what `pooled` was;
// two arms allocate nothing if that was of two arms, too. Requires studies of
// the same treatments, one or more of them, and tau2 >= 0. O(S k^3).
void PoolDesign(absl::Span<const StudyEffects* const> studies, double tau2,
                PooledDesign* pooled);

// tr(P V0) of the studies of one design at tau^2 = 0, P = W - W (sum W)^-1 W:
//   sum over pairs s != t of tr(W_s (sum W)^-1 W_t V0),
// which has no differences. 0 of one study. Requires as PoolDesign. O(S k^3).
double TraceWithin(absl::Span<const StudyEffects* const> studies);

// tau^2 within designs, in squared units of the analysis scale: DerSimonian &
// Laird (heterogeneity.h) for the saturated design-by-treatment model, in which
// each design has its own effects. So it is free of incoherence. Takes sums
// over the designs at tau^2 = 0: of q_within, df_within and TraceWithin. 0 if
// no design has a second study; not finite if the squares of the effects or of
// their standard errors are not. O(1).
double WithinDesignTau2(double q, int df, double trace);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_DESIGNS_H_
