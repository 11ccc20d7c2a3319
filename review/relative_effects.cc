#include "review/relative_effects.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "nma/relative_effect.h"
#include "review/effect_writer.h"
#include "review/engine_options.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

// Build 0.1.0 stored covariances versus a reference instead.
double VarianceByCovariance(const v1::ModelEstimate& model, int i, int j) {
  const auto covariance = [&model](int row, int column) {
    return model.covariance(row * (row + 1) / 2 + column);
  };
  return covariance(i, i) + covariance(j, j) - 2 * covariance(i, j);
}

nma::IntervalRule RuleOf(const v1::Estimate& estimate, Model model,
                         const v1::Heterogeneity& component) {
  if (model == Model::kCommon) {
    return nma::CommonEffectIntervals(estimate.level());
  }
  nma::RandomEffectsBasis basis = {component.tau2(), component.df(), {}};
  if (component.has_residual_scale()) {
    basis.residual_scale = component.residual_scale();
  }
  return nma::RandomEffectsIntervals(
      basis, IntervalMethodOf(estimate.interval_method()), estimate.level());
}

// The comparisons under one model. The estimate must outlive it.
class Comparisons {
 public:
  Comparisons(const v1::Estimate& estimate, Model model)
      : estimate_(estimate),
        model_(model),
        effects_(EffectsUnder(estimate, model)),
        component_(ComponentNumbers(estimate)) {
    for (const v1::Heterogeneity& component :
         estimate.component_heterogeneity()) {
      rules_.push_back(RuleOf(estimate, model, component));
    }
  }

  bool AreConnected(int i, int j) const {
    return component_[i] >= 0 && component_[i] == component_[j] &&
           component_[i] < static_cast<int>(rules_.size());
  }

  // Requires two treatments that are connected.
  v1::RelativeEffect Of(int first, int second) const {
    const nma::RelativeEffect numbers = nma::MakeRelativeEffect(
        effects_.effects(first) - effects_.effects(second),
        PairVariance(effects_, first, second), rules_[component_[first]]);
    return WriteRelativeEffect(estimate_.treatments(first),
                               estimate_.treatments(second), numbers,
                               BasisOf(component_[first]));
  }

 private:
  IntervalBasis BasisOf(int component) const {
    if (model_ == Model::kCommon) return {};
    const v1::Heterogeneity& part =
        estimate_.component_heterogeneity(component);
    const std::optional<double> scale =
        part.has_residual_scale() ? std::optional(part.residual_scale())
                                  : std::nullopt;
    return RandomIntervalBasis(estimate_.interval_method(), part.df(), scale);
  }

  const v1::Estimate& estimate_;
  const Model model_;
  const v1::ModelEstimate& effects_;
  const std::vector<int> component_;
  std::vector<nma::IntervalRule> rules_;
};

absl::StatusOr<int> FindTreatment(const v1::Estimate& estimate,
                                  absl::string_view treatment) {
  const int index = TreatmentIndex(estimate, treatment);
  if (index >= 0) return index;
  return Error(
      absl::StatusCode::kNotFound, "TREATMENT_NOT_IN_NETWORK",
      absl::StrCat("\"", treatment, "\" has no data in analysis \"",
                   estimate.analysis_id(), "\", which has ",
                   Shorten(absl::StrJoin(estimate.treatments(), ", "), 500)),
      {{"treatment", std::string(treatment)}});
}

}  // namespace

int TreatmentIndex(const v1::Estimate& estimate, absl::string_view treatment) {
  const auto& all = estimate.treatments();
  const auto at = std::lower_bound(all.begin(), all.end(), treatment);
  if (at == all.end() || *at != treatment) return -1;
  return static_cast<int>(at - all.begin());
}

std::vector<int> ComponentNumbers(const v1::Estimate& estimate) {
  std::vector<int> numbers(estimate.treatments_size(), -1);
  for (int c = 0; c < estimate.components_size(); ++c) {
    for (const auto& value : estimate.components(c).values()) {
      const auto at =
          std::lower_bound(estimate.treatments().begin(),
                           estimate.treatments().end(), value.string_value());
      numbers[at - estimate.treatments().begin()] = c;
    }
  }
  return numbers;
}

const v1::ModelEstimate& EffectsUnder(const v1::Estimate& estimate,
                                      Model model) {
  return model == Model::kCommon ? estimate.common() : estimate.random();
}

double PairVariance(const v1::ModelEstimate& model, int i, int j) {
  if (i < j) std::swap(i, j);
  if (model.pair_variances().empty()) return VarianceByCovariance(model, i, j);
  return model.pair_variances(i * (i - 1) / 2 + j);
}

void FillRelativeEffects(v1::Estimate* estimate) {
  for (const Model model : {Model::kCommon, Model::kRandom}) {
    google::protobuf::RepeatedPtrField<v1::RelativeEffect> all;
    const Comparisons comparisons(*estimate, model);
    for (int i = 0; i < estimate->treatments_size(); ++i) {
      for (int j = i + 1; j < estimate->treatments_size(); ++j) {
        if (comparisons.AreConnected(i, j)) *all.Add() = comparisons.Of(i, j);
      }
    }
    (model == Model::kCommon ? estimate->mutable_common()
                             : estimate->mutable_random())
        ->mutable_relative_effects()
        ->Swap(&all);
  }
}

absl::StatusOr<v1::RelativeEffect> Compare(const v1::Estimate& estimate,
                                           Model model, absl::string_view first,
                                           absl::string_view second) {
  ASSIGN_OR_RETURN(const int i, FindTreatment(estimate, first));
  ASSIGN_OR_RETURN(const int j, FindTreatment(estimate, second));
  if (i == j) {
    return Error(absl::StatusCode::kInvalidArgument, "SAME_TREATMENT",
                 "a comparison is of two different treatments",
                 {{"treatment", std::string(first)}});
  }
  const Comparisons comparisons(estimate, model);
  if (!comparisons.AreConnected(i, j)) {
    return Error(
        absl::StatusCode::kFailedPrecondition, "NOT_ESTIMABLE",
        absl::StrCat("no comparison connects \"", first, "\" and \"", second,
                     "\": not estimable (disconnected)"),
        {{"first", std::string(first)}, {"second", std::string(second)}});
  }
  return comparisons.Of(i, j);
}

}  // namespace tidemark::review
