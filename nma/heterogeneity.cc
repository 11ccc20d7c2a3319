#include "nma/heterogeneity.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "nma/chi_square.h"
#include "nma/generalized_q.h"
#include "nma/heterogeneity_moments.h"
#include "nma/least_squares.h"
#include "nma/likelihood.h"
#include "nma/normal.h"
#include "nma/profile_likelihood.h"

namespace tidemark::nma {
namespace {

// Of log H.
std::optional<double> StandardErrorOfLogH(double q, int df) {
  const double k = df + 1.0;
  if (q > k) {
    return (std::log(q) - std::log(df)) /
           (2 * (std::sqrt(2 * q) - std::sqrt(2 * k - 3)));
  }
  if (df == 1) return std::nullopt;
  const double m = k - 2;
  return std::sqrt((1 - 1 / (3 * m * m)) / (2 * m));
}

std::optional<Interval> HInterval(double q, int df, double level) {
  const std::optional<double> se = StandardErrorOfLogH(q, df);
  if (!se.has_value()) return std::nullopt;
  const double log_h = std::max(0.0, std::log(q / df) / 2);
  const double margin = TwoSidedQuantile(level) * *se;
  return Interval{std::max(1.0, std::exp(log_h - margin)),
                  std::max(1.0, std::exp(log_h + margin))};
}

double I2OfH(double h) { return 1 - 1 / (h * h); }

// Everything about tau^2, of a network that has degrees of freedom.
class Tau2Estimator {
 public:
  Tau2Estimator(const Tau2Model& model, const HeterogeneityOptions& options,
                const Heterogeneity& start)
      : model_(model),
        options_(options),
        start_(start),
        kind_(options.method == Tau2Method::kMaximumLikelihood
                  ? LikelihoodKind::kFull
                  : LikelihoodKind::kRestricted) {}

  absl::Status Add(const HeterogeneityMoments& common,
                   Heterogeneity* heterogeneity) const {
    std::vector<LocalMaximum> maxima;
    if (options_.tau2_limits || IsByLikelihood()) {
      ASSIGN_OR_RETURN(maxima, LocalMaxima(model_, kind_, start_.tau2));
    }
    ASSIGN_OR_RETURN(heterogeneity->tau2, Estimate(common, maxima));
    if (options_.tau2_limits) {
      RETURN_IF_ERROR(AddLimits(maxima, heterogeneity));
    }
    ASSIGN_OR_RETURN(const Tau2Fit random, model_.FitAt(heterogeneity->tau2));
    heterogeneity->residual_scale = random.q / heterogeneity->df;
    return absl::OkStatus();
  }

 private:
  bool IsByLikelihood() const {
    return options_.method == Tau2Method::kMaximumLikelihood ||
           options_.method == Tau2Method::kRestrictedMaximumLikelihood;
  }

  absl::StatusOr<double> Estimate(
      const HeterogeneityMoments& common,
      const std::vector<LocalMaximum>& maxima) const {
    switch (options_.method) {
      case Tau2Method::kDerSimonianLaird:
        return DerSimonianLairdTau2(common, model_.degrees_of_freedom());
      case Tau2Method::kPauleMandel:
        return PauleMandelTau2(model_, start_.tau2);
      case Tau2Method::kRestrictedMaximumLikelihood:
      case Tau2Method::kMaximumLikelihood:
        break;
    }
    return GlobalMaximum(maxima).tau2;
  }

  absl::Status AddLimits(const std::vector<LocalMaximum>& maxima,
                         Heterogeneity* heterogeneity) const {
    ASSIGN_OR_RETURN(heterogeneity->q_profile,
                     QProfileInterval(model_, options_.level,
                                      start_.q_profile.value_or(Interval{})));
    ASSIGN_OR_RETURN(heterogeneity->profile_likelihood,
                     // Without another start the other interval is one.
                     ProfileLikelihoodInterval(
                         model_, kind_, maxima, options_.level,
                         start_.profile_likelihood.value_or(
                             heterogeneity->q_profile.value_or(Interval{}))));
    return absl::OkStatus();
  }

  const Tau2Model& model_;
  const HeterogeneityOptions& options_;
  const Heterogeneity& start_;
  const LikelihoodKind kind_;
};

}  // namespace

Heterogeneity HeterogeneityOfQ(double q, int df, double level) {
  Heterogeneity heterogeneity;
  if (df == 0) return heterogeneity;
  heterogeneity.q = q;
  heterogeneity.df = df;
  heterogeneity.p_q = ChiSquareTail(q, df);
  if (q > df) heterogeneity.i2 = (q - df) / q;
  heterogeneity.h = std::max(1.0, std::sqrt(q / df));
  heterogeneity.h_interval = HInterval(q, df, level);
  if (heterogeneity.h_interval.has_value()) {
    heterogeneity.i2_interval = {I2OfH(heterogeneity.h_interval->lower),
                                 I2OfH(heterogeneity.h_interval->upper)};
  }
  return heterogeneity;
}

absl::StatusOr<Heterogeneity> EstimateHeterogeneity(
    const Tau2Model& model, const HeterogeneityMoments& common,
    const HeterogeneityOptions& options, const Heterogeneity& start) {
  const int df = model.degrees_of_freedom();
  if (df == 0) return Heterogeneity{};
  RETURN_IF_ERROR(CheckFiniteQ(common.q));
  Heterogeneity heterogeneity = HeterogeneityOfQ(common.q, df, options.level);
  RETURN_IF_ERROR(
      Tau2Estimator(model, options, start).Add(common, &heterogeneity));
  return heterogeneity;
}

double DerSimonianLairdTau2(const HeterogeneityMoments& common, int df) {
  if (df == 0) return 0;
  return std::max(0.0, (common.q - df) / common.trace);
}

}  // namespace tidemark::nma
