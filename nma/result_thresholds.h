// How much a study's result would have to be another for a decision to be
// another: threshold analysis.
#ifndef TIDEMARK_NMA_RESULT_THRESHOLDS_H_
#define TIDEMARK_NMA_RESULT_THRESHOLDS_H_

#include <optional>
#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// All here is for weights, tau^2 and standard errors that stay what they are.
// Then estimates are linear in the results, theta_a - theta_b = sum g_s' y_s
// with g_s = W_s B_s L^+ (e_a - e_b), and thresholds are exact (Phillippo et
// al. 2018, 2019, whose influence matrix has these rows).

enum class Model { kCommonEffect, kRandomEffects };

// The decision becomes `outcome`, a number of the caller's, once theta_first -
// theta_second has moved by more than `shift`; -0.0 is a move downwards.
struct Flip {
  int first = 0;  // treatments of the fit, of one component
  int second = 0;
  double shift = 0;
  int outcome = 0;
};

struct BestTreatment {
  int treatment = 0;  // the first of equal ones
  // A flip for each other treatment of the component, whose index is the
  // outcome: it gets better than the best one by more than the margin.
  std::vector<Flip> flips;
};

// By effect, in the desired direction. `margin` >= 0 is on the analysis scale.
// O(T).
BestTreatment FindBest(const NetworkFit& fit, Model model, int component,
                       bool small_values_desirable, double margin = 0);

struct ResultMove {
  double change = 0;
  int outcome = 0;
};

// One result that moves alone: that of an arm, and with it each effect of this
// arm versus another of the study, by one amount. (So it does not depend on
// which arm is the base.) A study of two arms has one, of its first treatment
// by bytes minus the second; a study of k > 2 arms has k.
struct PointThresholds {
  int first = 0;             // treatment of the fit, whose result moves
  std::optional<int> other;  // of two arms
  // Of this result, the others of the study given: 1 / sqrt(d' V^-1 d) for the
  // direction d in which the study's effects move. Of two arms the standard
  // error of the effect.
  double se = 0;
  // The smallest move in each direction that flips the decision. None: no move
  // in this direction can.
  std::optional<ResultMove> down;  // change <= 0
  std::optional<ResultMove> up;    // change >= 0
};

// Of all results that flip the decision, the nearest to the reported effects y
// by Mahalanobis's distance sqrt((y' - y)' V^-1 (y' - y)), V the study's own
// sampling covariance: |shift| / sqrt(g' V g), where y' = y + V g shift / (g' V
// g).
struct LeastMove {
  double distance = 0;      // of two arms in standard errors
  Eigen::VectorXd effects;  // k-1: y', versus the base as in StudyEffects
  int outcome = 0;
};

struct StudyThresholds {
  int study = 0;  // index of the input
  // None: no result of this study can flip the decision.
  std::optional<LeastMove> least;
  std::vector<PointThresholds> points;  // in the order of its treatments
};

// The distance of LeastMove within which the confidence region of a study of so
// many effects lies: the root of the chi-square quantile; for one effect that
// of its interval. Requires effects >= 1, 0 < level < 1.
double ConfidenceRadius(int effects, double level);

// For each study of the component, in their order. A part of the variance of
// the comparison below 1e-20 is rounding: the study has no influence on it.
//
// Requires the fit of these studies and flips of comparisons of the component.
// O(S k^3 + S k^2 flips).
std::vector<StudyThresholds> FindThresholds(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit, Model model,
    int component, const std::vector<Flip>& flips);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RESULT_THRESHOLDS_H_
