// Network meta-analysis under the common- and the random-effects model.
#ifndef TIDEMARK_NMA_NETWORK_FIT_H_
#define TIDEMARK_NMA_NETWORK_FIT_H_

#include <optional>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/component_fit.h"
#include "nma/effects.h"
#include "nma/heterogeneity.h"
#include "nma/relative_effect.h"

namespace tidemark::nma {

struct FitOptions {
  Tau2Method tau2_method = Tau2Method::kRestrictedMaximumLikelihood;
  // Of the random-effects model; those of the common-effect model are normal.
  IntervalMethod interval_method = IntervalMethod::kNormal;
  double level = 0.95;  // of all intervals
  // Limits of tau^2 (heterogeneity.h): absent without, then a fit takes less
  // than half the time.
  bool tau2_limits = true;
  // Effects are given versus this treatment in its component. Other components,
  // and all if it is empty, use their first treatment.
  std::string reference;
  bool small_values_desirable = true;  // for the P-scores
};

// Estimates for the T treatments under one model, on the analysis scale.
struct ModelFit {
  // T: treatment minus the reference of its component; the reference itself 0.
  Eigen::VectorXd effects;
  // T x T, symmetric: the variance of each difference of two treatments; 0 on
  // the diagonal and across components.
  Eigen::MatrixXd pair_variances;
  // T: within the component (ranking.h).
  Eigen::VectorXd p_scores;
  // Per component.
  std::vector<IntervalRule> intervals;
};

// Components are the connected parts of the network, numbered by their first
// treatment. Each is fitted on its own, with its own tau^2.
struct NetworkFit {
  std::vector<std::string> treatments;       // T, sorted by bytes
  std::vector<int> component;                // T
  std::vector<int> reference;                // a treatment per component
  std::vector<Heterogeneity> heterogeneity;  // per component
  ModelFit common;                           // tau^2 = 0
  ModelFit random;                           // tau^2 of heterogeneity
};

// The contrast-based model y_s = B_s theta + error, Cov = V_s + tau^2 V0_s for
// each study s (least_squares.h, docs/methods.md). The result is the same, bit
// by bit, for every order of the studies; tau^2, Q and variances also for every
// reference.
//
// InvalidArgument: a level that is not between 0 and 1; effects that break a
// rule of study_effects_check.h, or that are so large that an estimate would
// not be finite. FailedPrecondition: no study; a reference that no study has (a
// living review may have no data on it yet); precisions that double cannot hold
// together. About 50 fits of O(studies k^3 + T^3).
absl::StatusOr<NetworkFit> FitNetwork(absl::Span<const StudyEffects> studies,
                                      const FitOptions& options);

// What FitNetwork is made of, for networks that are not fitted from scratch.

// A component's treatments, as in Component (network.h), and its fit.
struct FittedComponent {
  std::vector<int> treatments;
  const ComponentFit* fit = nullptr;
};

// What they say of heterogeneity.
HeterogeneityOptions HeterogeneityOf(const FitOptions& options);

// The part of FitNetwork's errors that options and treatments decide.
absl::Status CheckFitOptions(const FitOptions& options,
                             const std::vector<std::string>& treatments);

// InvalidArgument: an estimate is not finite. Requires sorted treatments,
// components ordered by their first treatment, valid options. O(T^2).
absl::StatusOr<NetworkFit> AssembleFit(
    std::vector<std::string> treatments,
    absl::Span<const FittedComponent> components, const FitOptions& options);

// `fit` and one of its two models; `first` and `second` are indices of
// treatments. None if they are not connected. Requires valid indices. O(1).
std::optional<RelativeEffect> Relative(const NetworkFit& fit,
                                       const ModelFit& model, int first,
                                       int second);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_NETWORK_FIT_H_
