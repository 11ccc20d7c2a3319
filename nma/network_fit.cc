#include "nma/network_fit.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/least_squares.h"
#include "nma/network.h"
#include "nma/ranking.h"
#include "nma/relative_effect.h"
#include "nma/study_effects_check.h"
#include "nma/study_table.h"
#include "nma/table_fit.h"

namespace tidemark::nma {
namespace {

// Also false for NaN.
absl::Status CheckLevel(double level) {
  if (level > 0 && level < 1) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the level of intervals must be between 0 and 1, found ", level));
}

absl::Status CheckReference(const std::vector<std::string>& treatments,
                            const std::string& reference) {
  if (reference.empty() ||
      std::binary_search(treatments.begin(), treatments.end(), reference)) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no study has the reference treatment \"", reference, "\""));
}

// The node of the wanted reference in the component, or its first node.
int ReferenceNode(const Network& network, const Component& component,
                  const std::string& reference) {
  for (size_t node = 0; node < component.treatments.size(); ++node) {
    if (network.treatments[component.treatments[node]] == reference) {
      return static_cast<int>(node);
    }
  }
  return 0;
}

ModelFit EmptyModel(size_t treatments) {
  const auto size = static_cast<Eigen::Index>(treatments);
  return {Eigen::VectorXd::Zero(size),
          Eigen::MatrixXd::Zero(size, size),
          Eigen::VectorXd::Zero(size),
          {}};
}

// Fits one component and writes its part of the model.
absl::Status FitModel(const Component& component, const StudyTable& table,
                      int reference, double tau2, const FitOptions& options,
                      ModelFit* model) {
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, FitLeastSquares(table, tau2));
  const Eigen::MatrixXd variances = fit.elimination.PairVariances();
  const Eigen::VectorXd scores =
      PScores(fit.theta, variances, options.small_values_desirable);
  for (size_t i = 0; i < component.treatments.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const int t = component.treatments[i];
    model->effects[t] = fit.theta[row] - fit.theta[reference];
    model->p_scores[t] = scores[row];
    for (size_t j = 0; j < component.treatments.size(); ++j) {
      model->pair_variances(t, component.treatments[j]) =
          variances(row, static_cast<Eigen::Index>(j));
    }
  }
  return absl::OkStatus();
}

absl::Status FitComponent(const Component& component, int reference,
                          const FitOptions& options, NetworkFit* fit) {
  StudyTable table(component.network);
  ASSIGN_OR_RETURN(LeastSquaresFit common, FitLeastSquares(table, 0));
  table.Centre(std::move(common.theta));
  ASSIGN_OR_RETURN(
      const Heterogeneity heterogeneity,
      EstimateHeterogeneity(table, options.tau2_method, options.level));
  for (const int t : component.treatments) {
    fit->component[t] = static_cast<int>(fit->reference.size());
  }
  fit->reference.push_back(component.treatments[reference]);
  fit->heterogeneity.push_back(heterogeneity);
  fit->common.intervals.push_back(CommonEffectIntervals(options.level));
  fit->random.intervals.push_back(RandomEffectsIntervals(
      {heterogeneity.tau2, heterogeneity.df, heterogeneity.residual_scale},
      options.interval_method, options.level));
  RETURN_IF_ERROR(
      FitModel(component, table, reference, /*tau2=*/0, options, &fit->common));
  return FitModel(component, table, reference, heterogeneity.tau2, options,
                  &fit->random);
}

bool IsFinite(const ModelFit& model) {
  return model.effects.allFinite() && model.pair_variances.allFinite() &&
         model.p_scores.allFinite();
}

// Finite data can be too large to be squared.
absl::Status CheckFinite(const NetworkFit& fit) {
  bool finite = IsFinite(fit.common) && IsFinite(fit.random);
  for (const Heterogeneity& component : fit.heterogeneity) {
    finite = finite && std::isfinite(component.q) &&
             std::isfinite(component.p_q.value_or(0)) &&
             std::isfinite(component.i2) && std::isfinite(component.tau2) &&
             std::isfinite(component.residual_scale.value_or(0));
  }
  if (finite) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the network has effects or standard errors so large or so far apart "
      "that its estimates are not finite; check the largest and the smallest "
      "numbers");
}

}  // namespace

absl::StatusOr<NetworkFit> FitNetwork(absl::Span<const StudyEffects> studies,
                                      const FitOptions& options) {
  RETURN_IF_ERROR(CheckLevel(options.level));
  if (studies.empty()) return absl::FailedPreconditionError("no study");
  RETURN_IF_ERROR(CheckStudyEffects(studies));
  Network network = BuildNetwork(studies);
  RETURN_IF_ERROR(CheckReference(network.treatments, options.reference));

  NetworkFit fit;
  const size_t size = network.treatments.size();
  fit.component.resize(size);
  fit.common = EmptyModel(size);
  fit.random = EmptyModel(size);
  for (const Component& component : network.components) {
    RETURN_IF_ERROR(FitComponent(
        component, ReferenceNode(network, component, options.reference),
        options, &fit));
  }
  fit.treatments = std::move(network.treatments);
  RETURN_IF_ERROR(CheckFinite(fit));
  return fit;
}

std::optional<RelativeEffect> Relative(const NetworkFit& fit,
                                       const ModelFit& model, int first,
                                       int second) {
  const int component = fit.component[first];
  if (component != fit.component[second]) return std::nullopt;
  return MakeRelativeEffect(model.effects[first] - model.effects[second],
                            model.pair_variances(first, second),
                            model.intervals[component]);
}

}  // namespace tidemark::nma
