// Whether small studies say something else than large ones.
#ifndef TIDEMARK_NMA_SMALL_STUDY_EFFECTS_H_
#define TIDEMARK_NMA_SMALL_STUDY_EFFECTS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// One contrast of one study, on the analysis scale: the treatment that comes
// later in the order minus the one that comes earlier.
struct FunnelPoint {
  std::string study;
  int first = 0;  // places in the order, first > second
  int second = 0;
  double effect = 0;
  double se = 0;  // > 0
  // The inverse-variance mean of this contrast in every study that has it. None
  // if no other study has: the effect would be its own centre.
  std::optional<double> centre;
  // Whether the test uses it.
  bool tested = false;
};

struct EggerTest {
  double intercept = 0;
  double intercept_se = 0;
  double slope = 0;  // adjusted effect per unit of standard error
  double slope_se = 0;
  double t = 0;  // slope / slope_se
  int df = 0;    // tested contrasts - 2, >= 1
  double p = 1;  // two-sided, Student's t
  int studies = 0;
};

struct SmallStudyEffects {
  std::vector<FunnelPoint> points;  // by first, second, then study
  std::optional<EggerTest> egger;
  std::string no_egger;  // why there is no test
};

// The comparison-adjusted funnel (Chaimani & Salanti 2012): each contrast less
// the common-effect mean of its comparison, direct evidence alone. An order
// makes the contrasts of a network point the same way.
//
// Egger's test is the regression of adjusted effects on standard errors (the
// classical model: a dispersion that multiplies variances, no tau^2):
//   d = intercept + slope se + error, Cov(error_s) = phi V_s for each study s,
// phi the residual sum of squares over df. Of a study of k arms it takes the
// contrasts with its earliest treatment, at most k - 1, with their own
// covariance V_s: the others follow from them. Contrasts without a centre take
// no part. Centres count as known, as in netmeta, which however counts all
// k(k-1)/2 contrasts as independent. With studies of two arms it is the
// weighted regression lm(d ~ se, weights = 1/se^2).
//
// There is no test where standard errors are spread by no more than a millionth
// of their size (both as weighted root mean squares).
//
// Invariant to the order of the studies; reversing the order of treatments
// negates effects, intercept and slope if studies have two arms.
//
// Requires the fit of these studies and an order that names each treatment of
// it once. Errors of PoolDirectEvidence. O(S log S + sum k^3).
absl::StatusOr<SmallStudyEffects> ComputeSmallStudyEffects(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit,
    const std::vector<std::string>& order);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_SMALL_STUDY_EFFECTS_H_
