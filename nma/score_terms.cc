#include "nma/score_terms.h"

#include <cmath>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "nma/table_fit.h"

namespace tidemark::nma {
namespace {

absl::StatusOr<ScoreTerms> FullTermsAt(const StudyTable& table, double tau2) {
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(table, tau2));
  return ScoreTerms{tau2, fit.q, fit.quadratic, table.WeightTraceAt(tau2)};
}

}  // namespace

absl::Status LikelihoodNotFinite() {
  return absl::InvalidArgumentError(
      "the effects are so large, or their standard errors so small, that their "
      "likelihood is not finite; check the largest and the smallest numbers");
}

absl::StatusOr<ScoreTerms> ScoreTermsAt(const StudyTable& table,
                                        LikelihoodKind kind, double tau2) {
  ScoreTerms terms;
  if (kind == LikelihoodKind::kFull && table.IsWellScaled(tau2)) {
    ASSIGN_OR_RETURN(terms, FullTermsAt(table, tau2));
  } else {
    ASSIGN_OR_RETURN(const HeterogeneityMoments moments,
                     MomentsAt(table, tau2));
    terms = {
        tau2, moments.q, moments.quadratic,
        kind == LikelihoodKind::kFull ? moments.weight_trace : moments.trace};
  }
  if (std::isfinite(terms.score()) && std::isfinite(terms.q)) return terms;
  return LikelihoodNotFinite();
}

bool ScoreIsPositiveBetween(const ScoreTerms& a, const ScoreTerms& b) {
  return b.observed + 2 * b.least_fall() * (b.tau2 - a.tau2) > a.expected;
}

bool ScoreIsNegativeBetween(const ScoreTerms& a, const ScoreTerms& b,
                            double steepest) {
  return a.observed < b.expected ||
         b.observed < a.expected - steepest * (b.tau2 - a.tau2);
}

double SteepestFall(const ScoreTerms& a, double smallest_variance) {
  return a.expected / (smallest_variance + a.tau2);
}

double SteepestFall(const ScoreTerms& before, const ScoreTerms& a) {
  return (before.expected - a.expected) / (a.tau2 - before.tau2);
}

bool ScoreIsNegativeBeyond(const ScoreTerms& a, double smallest_variance,
                           double largest_variance) {
  // The ratio of the bounds, (m + a) (M + t)^2 / ((m + t) (M + a)^2), is
  // smallest at t = M - 2m, or at a if that is less.
  const double spread = largest_variance - smallest_variance;
  const double m = smallest_variance + a.tau2;
  const double most = largest_variance + a.tau2;
  if (m >= spread) return a.observed < a.expected;
  return a.observed < a.expected * 4 * (m / most) * (spread / most);
}

}  // namespace tidemark::nma
