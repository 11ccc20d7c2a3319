#include "nma/network_fit.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/component_fit.h"
#include "nma/network.h"
#include "nma/ranking.h"
#include "nma/relative_effect.h"
#include "nma/study_effects_check.h"
#include "nma/study_table.h"

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
int ReferenceNode(const std::vector<std::string>& treatments,
                  const FittedComponent& component,
                  const std::string& reference) {
  for (size_t node = 0; node < component.treatments.size(); ++node) {
    if (treatments[component.treatments[node]] == reference) {
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

// Writes one component's part of the model.
void AddEstimates(const std::vector<int>& treatments, int reference,
                  const NodeEstimates& estimates,
                  const Eigen::VectorXd& p_scores, ModelFit* model) {
  for (size_t i = 0; i < treatments.size(); ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    const int t = treatments[i];
    model->effects[t] = estimates.effects[row] - estimates.effects[reference];
    model->p_scores[t] = p_scores[row];
    for (size_t j = 0; j < treatments.size(); ++j) {
      model->pair_variances(treatments[j], t) =
          estimates.pair_variances(static_cast<Eigen::Index>(j), row);
    }
  }
}

void AddComponent(const FittedComponent& component, int reference,
                  const FitOptions& options, NetworkFit* fit) {
  const ComponentFit& part = *component.fit;
  for (const int t : component.treatments) {
    fit->component[t] = static_cast<int>(fit->reference.size());
  }
  fit->reference.push_back(component.treatments[reference]);
  fit->heterogeneity.push_back(part.heterogeneity);
  fit->common.intervals.push_back(CommonEffectIntervals(options.level));
  fit->random.intervals.push_back(
      RandomEffectsIntervals({part.heterogeneity.tau2, part.heterogeneity.df,
                              part.heterogeneity.residual_scale},
                             options.interval_method, options.level));
  const auto scores = [&](const NodeEstimates& estimates) {
    return PScores(estimates.effects, estimates.pair_variances,
                   options.small_values_desirable);
  };
  const Eigen::VectorXd common = scores(part.common);
  AddEstimates(component.treatments, reference, part.common, common,
               &fit->common);
  AddEstimates(component.treatments, reference, part.random,
               part.heterogeneity.tau2 == 0 ? common : scores(part.random),
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

HeterogeneityOptions HeterogeneityOf(const FitOptions& options) {
  return {options.tau2_method, options.level, options.tau2_limits};
}

absl::Status CheckFitOptions(const FitOptions& options,
                             const std::vector<std::string>& treatments) {
  RETURN_IF_ERROR(CheckLevel(options.level));
  if (treatments.empty()) return absl::FailedPreconditionError("no study");
  return CheckReference(treatments, options.reference);
}

absl::StatusOr<NetworkFit> AssembleFit(
    std::vector<std::string> treatments,
    absl::Span<const FittedComponent> components, const FitOptions& options) {
  NetworkFit fit;
  const size_t size = treatments.size();
  fit.component.resize(size);
  fit.common = EmptyModel(size);
  fit.random = EmptyModel(size);
  for (const FittedComponent& component : components) {
    AddComponent(component,
                 ReferenceNode(treatments, component, options.reference),
                 options, &fit);
  }
  fit.treatments = std::move(treatments);
  RETURN_IF_ERROR(CheckFinite(fit));
  return fit;
}

absl::StatusOr<NetworkFit> FitNetwork(absl::Span<const StudyEffects> studies,
                                      const FitOptions& options) {
  RETURN_IF_ERROR(CheckStudyEffects(studies));
  Network network = BuildNetwork(studies);
  RETURN_IF_ERROR(CheckFitOptions(options, network.treatments));
  std::vector<ComponentFit> fits;
  for (Component& component : network.components) {
    StudyTable table(std::move(component.network));
    ASSIGN_OR_RETURN(CommonEffect common, FitCommonEffect(table));
    ASSIGN_OR_RETURN(ComponentFit fit, FitComponent(table, std::move(common),
                                                    HeterogeneityOf(options)));
    fits.push_back(std::move(fit));
  }
  std::vector<FittedComponent> components;
  for (size_t c = 0; c < fits.size(); ++c) {
    components.push_back({network.components[c].treatments, &fits[c]});
  }
  return AssembleFit(std::move(network.treatments), components, options);
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
