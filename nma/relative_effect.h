// One comparison under a model: confidence interval, test, prediction interval.
#ifndef TIDEMARK_NMA_RELATIVE_EFFECT_H_
#define TIDEMARK_NMA_RELATIVE_EFFECT_H_

#include <optional>

#include "nma/interval.h"

namespace tidemark::nma {

// How the random-effects model makes intervals. df is that of Q, effects less
// (treatments - 1), within the component of the network.
enum class IntervalMethod {
  kNormal,
  kStudentT,  // the same standard error, t distribution with df
  // Standard error times sqrt(s^2), s^2 = Q(tau^2) / df, also where s^2 < 1; t
  // distribution with df (Knapp & Hartung 2003; multivariate: Jackson & Riley
  // 2014).
  kHartungKnapp,
};

// What a model says of the intervals of all its comparisons in one component.
struct IntervalRule {
  // Multiplies the model's standard error.
  double se_factor = 1;
  // Of the t distribution of the test; normal if absent.
  std::optional<int> t_df;
  // Half the confidence interval in standard errors. Absent if the interval
  // and the test do not exist.
  std::optional<double> quantile;
  double tau2 = 0;
  // Half the prediction interval in its own standard errors. Absent if there is
  // none.
  std::optional<double> prediction_quantile;
};

// The common-effect model: always normal, no prediction interval. Requires 0 <
// level < 1.
IntervalRule CommonEffectIntervals(double level);

// What intervals need of the heterogeneity of a component (heterogeneity.h).
struct RandomEffectsBasis {
  double tau2 = 0;
  int df = 0;
  std::optional<double> residual_scale;  // s^2; only for Hartung-Knapp
};

// The random-effects model.
//
// Student t and Hartung-Knapp intervals do not exist without degrees of
// freedom; nor do the latter if s^2 is 0, where effects that agree perfectly
// would give them no width. There is no test then either, and the standard
// error is the model's own.
//
// Prediction intervals are effect -+ t sqrt(se^2 + tau^2) with the t quantile
// of df and the model's own standard error, whatever the method of confidence
// intervals, and exist if df >= 2: the rule of netmeta (Higgins, Thompson &
// Spiegelhalter 2009 have studies - 2 for two treatments).
//
// Requires tau2 >= 0, df >= 0, s^2 >= 0, all finite, and 0 < level < 1.
IntervalRule RandomEffectsIntervals(const RandomEffectsBasis& basis,
                                    IntervalMethod method, double level);

struct SignificanceTest {
  double statistic;  // effect / se: z or t
  double p;          // two-sided
};

// `first` minus `second`. What does not exist by the rule, or is beyond the
// range of double, is absent.
struct RelativeEffect {
  double effect;
  double se;  // the one that the interval and the test use
  std::optional<Interval> confidence;
  std::optional<SignificanceTest> test;
  // For the effect in a new study.
  std::optional<Interval> prediction;
};

// From the model's estimate of a difference and its variance (that is not yet
// scaled). A treatment versus itself, with effect 0 and variance 0, is exactly
// 0: limits 0, p 1, no prediction. Requires a finite effect and a finite
// variance >= 0. O(1).
RelativeEffect MakeRelativeEffect(double effect, double variance,
                                  const IntervalRule& rule);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RELATIVE_EFFECT_H_
