#include "review/effect_writer.h"

#include "absl/strings/str_cat.h"

namespace tidemark::review {
namespace {

constexpr char kBeyondRange[] = "beyond the range of double precision";

std::string NoIntervalReason(const IntervalBasis& basis) {
  if (basis.method == v1::IntervalMethod::NORMAL) return kBeyondRange;
  if (basis.df == 0) return "no degrees of freedom for a t distribution";
  return basis.residual_scale == 0
             ? "the effects agree exactly: Hartung-Knapp has no width"
             : kBeyondRange;
}

std::string NoPredictionReason(const IntervalBasis& basis) {
  return basis.df < 2
             ? absl::StrCat("needs 2 degrees of freedom, has ", basis.df)
             : kBeyondRange;
}

// The fields that both messages have.
template <typename Message>
Message WriteEstimate(const nma::RelativeEffect& numbers,
                      const IntervalBasis& basis) {
  Message message;
  message.set_effect(numbers.effect);
  message.set_se(numbers.se);
  if (numbers.confidence.has_value()) {
    message.set_lower(numbers.confidence->lower);
    message.set_upper(numbers.confidence->upper);
  } else {
    message.set_no_interval(NoIntervalReason(basis));
  }
  if (numbers.test.has_value()) {
    message.set_z(numbers.test->statistic);
    message.set_p(numbers.test->p);
  }
  return message;
}

void WriteInterval(const nma::Interval& interval, v1::Interval* message) {
  message->set_lower(interval.lower);
  message->set_upper(interval.upper);
}

}  // namespace

IntervalBasis RandomIntervalBasis(v1::IntervalMethod::Code method, int df,
                                  std::optional<double> residual_scale) {
  return {method, /*predicts=*/true, df, residual_scale};
}

v1::RelativeEffect WriteRelativeEffect(const std::string& first,
                                       const std::string& second,
                                       const nma::RelativeEffect& numbers,
                                       const IntervalBasis& basis) {
  auto relative = WriteEstimate<v1::RelativeEffect>(numbers, basis);
  relative.set_first(first);
  relative.set_second(second);
  if (numbers.prediction.has_value()) {
    relative.set_predict_lower(numbers.prediction->lower);
    relative.set_predict_upper(numbers.prediction->upper);
  } else if (basis.predicts) {
    relative.set_no_prediction(NoPredictionReason(basis));
  }
  return relative;
}

v1::Coefficient WriteCoefficient(const nma::RelativeEffect& numbers,
                                 const IntervalBasis& basis) {
  return WriteEstimate<v1::Coefficient>(numbers, basis);
}

v1::ResidualHeterogeneity WriteResidualHeterogeneity(
    const nma::Heterogeneity& heterogeneity) {
  v1::ResidualHeterogeneity message;
  message.set_q(heterogeneity.q);
  message.set_df(heterogeneity.df);
  if (heterogeneity.p_q.has_value()) message.set_p_q(*heterogeneity.p_q);
  message.set_i2(heterogeneity.i2);
  message.set_tau2(heterogeneity.tau2);
  if (heterogeneity.q_profile.has_value()) {
    WriteInterval(*heterogeneity.q_profile, message.mutable_tau2_q_profile());
  }
  if (heterogeneity.profile_likelihood.has_value()) {
    WriteInterval(*heterogeneity.profile_likelihood,
                  message.mutable_tau2_profile_likelihood());
  }
  if (heterogeneity.residual_scale.has_value()) {
    message.set_residual_scale(*heterogeneity.residual_scale);
  }
  return message;
}

}  // namespace tidemark::review
