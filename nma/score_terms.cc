#include "nma/score_terms.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/status/status.h"
#include "base/status_macros.h"

namespace tidemark::nma {
namespace {

// Whether (alpha + slope_of_alpha s)^2 > beta + slope_of_beta s for 0 < s <
// width. Requires it or equality at 0.
bool SquareStaysAbove(double alpha, double slope_of_alpha, double beta,
                      double slope_of_beta, double width) {
  const double linear = 2 * alpha * slope_of_alpha - slope_of_beta;
  if (linear >= 0) return true;
  const double quadratic = slope_of_alpha * slope_of_alpha;
  const double lowest = std::min(width, -linear / (2 * quadratic));
  return alpha * alpha - beta + (linear + quadratic * lowest) * lowest > 0;
}

}  // namespace

absl::Status LikelihoodNotFinite() {
  return absl::InvalidArgumentError(
      "the effects are so large, or their standard errors so small, that their "
      "likelihood is not finite; check the largest and the smallest numbers");
}

absl::StatusOr<ScoreTerms> ScoreTermsAt(const Tau2Model& model,
                                        LikelihoodKind kind, double tau2) {
  ASSIGN_OR_RETURN(const HeterogeneityMoments moments,
                   model.MomentsAt(kind, tau2));
  const ScoreTerms terms = {
      tau2, moments.q, moments.quadratic,
      kind == LikelihoodKind::kFull ? moments.weight_trace : moments.trace};
  if (std::isfinite(terms.score()) && std::isfinite(terms.q)) return terms;
  return LikelihoodNotFinite();
}

double ScoreTerms::alpha() const { return 1 / std::sqrt(observed); }

double LeastSlopeOfAlpha(const ScoreTerms& at, const ScoreTerms* after) {
  const double slope = std::sqrt(at.observed) / at.q;
  if (after == nullptr) return slope;
  return std::max(slope,
                  (after->alpha() - at.alpha()) / (after->tau2 - at.tau2));
}

double LargestSlopeOfBeta(const ScoreTerms& at, const ScoreTerms* before,
                          double smallest_variance) {
  if (before == nullptr) return at.beta() / (smallest_variance + at.tau2);
  return (at.beta() - before->beta()) / (at.tau2 - before->tau2);
}

bool ScoreIsPositiveBetween(const ScoreTerms& a, const ScoreTerms& b,
                            double slope_of_alpha) {
  // alpha^2 - beta is at most a convex function, so it is negative in between
  // if it is at both ends.
  const double alpha = b.alpha() - slope_of_alpha * (b.tau2 - a.tau2);
  return alpha <= 0 || alpha * alpha < a.beta();
}

bool ScoreIsNegativeBetween(const ScoreTerms& a, const ScoreTerms& b,
                            double slope_of_beta) {
  if (a.observed < b.expected) return true;  // both fall
  const double width = b.tau2 - a.tau2;
  return SquareStaysAbove(a.alpha(), (b.alpha() - a.alpha()) / width, a.beta(),
                          slope_of_beta, width);
}

bool ScoreIsNegativeBeyond(const ScoreTerms& a, double slope_of_beta,
                           double largest_variance) {
  if (a.observed == 0) return true;
  return SquareStaysAbove(a.alpha(), a.alpha() / (largest_variance + a.tau2),
                          a.beta(), slope_of_beta,
                          std::numeric_limits<double>::infinity());
}

}  // namespace tidemark::nma
