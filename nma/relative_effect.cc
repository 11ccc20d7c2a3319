#include "nma/relative_effect.h"

#include <cmath>

#include "nma/normal.h"
#include "nma/student_t.h"

namespace tidemark::nma {
namespace {

std::optional<Interval> Around(double center, double margin) {
  const Interval interval{center - margin, center + margin};
  if (!std::isfinite(interval.lower) || !std::isfinite(interval.upper)) {
    return std::nullopt;
  }
  return interval;
}

double TwoSidedP(double statistic, std::optional<int> t_df) {
  const double size = std::abs(statistic);
  return 2 * (t_df.has_value() ? StudentTTail(size, *t_df) : NormalTail(size));
}

}  // namespace

IntervalRule CommonEffectIntervals(double level) {
  IntervalRule rule;
  rule.quantile = TwoSidedQuantile(level);
  return rule;
}

IntervalRule RandomEffectsIntervals(const RandomEffectsBasis& basis,
                                    IntervalMethod method, double level) {
  IntervalRule rule;
  rule.tau2 = basis.tau2;
  if (basis.df >= 2) {
    rule.prediction_quantile = StudentTTwoSidedQuantile(level, basis.df);
  }
  if (method == IntervalMethod::kNormal) {
    rule.quantile = TwoSidedQuantile(level);
    return rule;
  }
  if (basis.df == 0) return rule;
  if (method == IntervalMethod::kHartungKnapp) {
    if (basis.residual_scale.value_or(0) == 0) return rule;
    rule.se_factor = std::sqrt(*basis.residual_scale);
  }
  rule.t_df = basis.df;
  rule.quantile = StudentTTwoSidedQuantile(level, basis.df);
  return rule;
}

RelativeEffect MakeRelativeEffect(double effect, double variance,
                                  const IntervalRule& rule) {
  if (effect == 0 && variance == 0) {
    return {0, 0, Interval{0, 0}, SignificanceTest{0, 1}, std::nullopt};
  }
  RelativeEffect relative{effect, rule.se_factor * std::sqrt(variance),
                          std::nullopt, std::nullopt, std::nullopt};
  if (rule.quantile.has_value()) {
    relative.confidence = Around(effect, *rule.quantile * relative.se);
    const double statistic = effect / relative.se;
    if (std::isfinite(statistic)) {
      relative.test = {statistic, TwoSidedP(statistic, rule.t_df)};
    }
  }
  if (rule.prediction_quantile.has_value()) {
    relative.prediction = Around(
        effect, *rule.prediction_quantile * std::sqrt(variance + rule.tau2));
  }
  return relative;
}

}  // namespace tidemark::nma
