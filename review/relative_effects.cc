#include "review/relative_effects.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/relative_effect.h"
#include "review/errors.h"

namespace tidemark::review {
namespace {

// Components as numbers, in the order of the treatments.
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

// Build 0.1.0 stored covariances versus a reference instead.
double VarianceByCovariance(const v1::ModelEstimate& model, int i, int j) {
  const auto covariance = [&model](int row, int column) {
    return model.covariance(row * (row + 1) / 2 + column);
  };
  return covariance(i, i) + covariance(j, j) - 2 * covariance(i, j);
}

double PairVariance(const v1::ModelEstimate& model, int i, int j) {
  if (i < j) std::swap(i, j);
  if (model.pair_variances().empty()) return VarianceByCovariance(model, i, j);
  return model.pair_variances(i * (i - 1) / 2 + j);
}

v1::RelativeEffect Difference(const v1::Estimate& estimate,
                              const v1::ModelEstimate& model, int first,
                              int second) {
  const double effect = model.effects(first) - model.effects(second);
  const double se = std::sqrt(PairVariance(model, first, second));
  const nma::RelativeEffect numbers =
      nma::MakeRelativeEffect(effect, se, estimate.level());
  v1::RelativeEffect relative;
  relative.set_first(estimate.treatments(first));
  relative.set_second(estimate.treatments(second));
  relative.set_effect(effect);
  relative.set_se(se);
  relative.set_lower(numbers.lower);
  relative.set_upper(numbers.upper);
  relative.set_z(numbers.z);
  relative.set_p(numbers.p);
  return relative;
}

absl::StatusOr<int> TreatmentIndex(const v1::Estimate& estimate,
                                   absl::string_view treatment) {
  const auto at = std::find(estimate.treatments().begin(),
                            estimate.treatments().end(), treatment);
  if (at != estimate.treatments().end()) {
    return static_cast<int>(at - estimate.treatments().begin());
  }
  return Error(absl::StatusCode::kNotFound, "TREATMENT_NOT_IN_NETWORK",
               absl::StrCat("\"", treatment, "\" has no data in analysis \"",
                            estimate.analysis_id(), "\""),
               {{"treatment", std::string(treatment)}});
}

}  // namespace

void FillRelativeEffects(v1::Estimate* estimate) {
  const std::vector<int> component = ComponentNumbers(*estimate);
  for (v1::ModelEstimate* model :
       {estimate->mutable_common(), estimate->mutable_random()}) {
    model->clear_relative_effects();
    for (int i = 0; i < estimate->treatments_size(); ++i) {
      for (int j = i + 1; j < estimate->treatments_size(); ++j) {
        if (component[i] != component[j]) continue;
        *model->add_relative_effects() = Difference(*estimate, *model, i, j);
      }
    }
  }
}

absl::StatusOr<v1::RelativeEffect> Compare(const v1::Estimate& estimate,
                                           const v1::ModelEstimate& model,
                                           absl::string_view first,
                                           absl::string_view second) {
  ASSIGN_OR_RETURN(const int i, TreatmentIndex(estimate, first));
  ASSIGN_OR_RETURN(const int j, TreatmentIndex(estimate, second));
  if (i == j) {
    return Error(absl::StatusCode::kInvalidArgument, "SAME_TREATMENT",
                 "a comparison is of two different treatments",
                 {{"treatment", std::string(first)}});
  }
  const std::vector<int> component = ComponentNumbers(estimate);
  if (component[i] != component[j]) {
    return Error(
        absl::StatusCode::kFailedPrecondition, "NOT_ESTIMABLE",
        absl::StrCat("no comparison connects \"", first, "\" and \"", second,
                     "\": not estimable (disconnected)"),
        {{"first", std::string(first)}, {"second", std::string(second)}});
  }
  return Difference(estimate, model, i, j);
}

}  // namespace tidemark::review
