#include "review/older_builds.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/version.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

// For each treatment the reference of its component, as indices.
std::vector<int> ReferenceOfEach(const v1::Estimate& estimate) {
  std::vector<int> references = ComponentNumbers(estimate);
  for (int& number : references) {
    const auto at = std::lower_bound(
        estimate.treatments().begin(), estimate.treatments().end(),
        estimate.component_heterogeneity(number).reference());
    number = static_cast<int>(at - estimate.treatments().begin());
  }
  return references;
}

double VarianceOf(const v1::ModelEstimate& model, int i, int j) {
  return i == j ? 0 : PairVariance(model, i, j);
}

// Build 0.1.0 stored the covariance of effects versus their reference.
void ReplaceByCovariance(const std::vector<int>& reference,
                         v1::ModelEstimate& model) {
  for (int i = 0; i < model.effects_size(); ++i) {
    for (int j = 0; j <= i; ++j) {
      const int base = reference[i];
      model.add_covariance(reference[j] != base ? 0
                                                : (VarianceOf(model, i, base) +
                                                   VarianceOf(model, j, base) -
                                                   VarianceOf(model, i, j)) /
                                                      2);
    }
  }
  model.clear_pair_variances();
}

void ClearSince010(v1::Heterogeneity& part) {
  v1::Heterogeneity old;
  old.set_reference(part.reference());
  old.set_q(part.q());
  old.set_df(part.df());
  if (part.has_p_q()) old.set_p_q(part.p_q());
  old.set_i2(part.i2());
  old.set_tau2(part.tau2());
  part = std::move(old);
}

v1::Estimate AsStoredBy010(v1::Estimate estimate) {
  const std::vector<int> reference = ReferenceOfEach(estimate);
  if (estimate.has_common()) {
    ReplaceByCovariance(reference, *estimate.mutable_common());
    ReplaceByCovariance(reference, *estimate.mutable_random());
  }
  for (v1::Heterogeneity& part : *estimate.mutable_component_heterogeneity()) {
    ClearSince010(part);
  }
  estimate.clear_interval_method();
  estimate.clear_i2_interval();
  estimate.clear_h();
  estimate.clear_h_interval();
  estimate.clear_q_within();
  estimate.clear_df_within();
  estimate.clear_p_within();
  estimate.clear_q_between();
  estimate.clear_df_between();
  estimate.clear_p_between();
  estimate.clear_q_between_random();
  estimate.clear_p_between_random();
  return estimate;
}

}  // namespace

absl::StatusOr<v1::Estimate> AsStoredBy(absl::string_view build,
                                        v1::Estimate estimate) {
  if (build == kEngineBuild) return estimate;
  if (build == "tidemark 0.1.0") return AsStoredBy010(std::move(estimate));
  return absl::InvalidArgumentError(
      absl::StrCat("build \"", build, "\" is not known to ", kEngineBuild));
}

}  // namespace tidemark::review
