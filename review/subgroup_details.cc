#include "review/subgroup_details.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/coherence.h"
#include "nma/relative_effect.h"
#include "nma/subgroups.h"
#include "review/covariate.h"
#include "review/effect_writer.h"
#include "review/errors.h"
#include "review/estimate_writer.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

constexpr char kPath[] = "details.subgroups.covariate";
constexpr int kMostSubgroups = 20;

// By value; what has none is listed in the answer.
std::vector<nma::Subgroup> Divide(const v1::SubgroupsSpec& spec,
                                  const DetailInputs& inputs,
                                  const FittedStudies& fitted,
                                  v1::Subgroups* answer) {
  std::map<std::string, nma::Subgroup> by_value;
  for (const nma::StudyEffects& study : fitted.effects.studies) {
    CovariateValue<std::string> found =
        TextOf(spec.covariate(), study.study, inputs.facts);
    if (!found.value.has_value()) {
      v1::StudyWithoutCovariate* left_out = answer->add_left_out();
      left_out->set_study(study.study);
      left_out->set_reason(found.no_value);
      continue;
    }
    nma::Subgroup& subgroup = by_value[*found.value];
    subgroup.value = *found.value;
    subgroup.studies.push_back(study);
  }
  std::sort(answer->mutable_left_out()->begin(),
            answer->mutable_left_out()->end(),
            [](const auto& a, const auto& b) { return a.study() < b.study(); });
  std::vector<nma::Subgroup> subgroups;
  subgroups.reserve(by_value.size());
  for (auto& [value, subgroup] : by_value) {
    subgroups.push_back(std::move(subgroup));
  }
  return subgroups;
}

absl::Status CheckSubgroups(const v1::SubgroupsSpec& spec,
                            const std::vector<nma::Subgroup>& subgroups) {
  if (subgroups.empty()) {
    Violations violations;
    violations.Add(kPath, absl::StrCat("no study has one value of \"",
                                       spec.covariate().name(), "\""));
    return violations.ToStatus();
  }
  const auto count = static_cast<int>(subgroups.size());
  if (count <= kMostSubgroups) return absl::OkStatus();
  return Error(
      absl::StatusCode::kInvalidArgument, "TOO_MANY_SUBGROUPS",
      absl::StrCat("\"", spec.covariate().name(), "\" has ", count,
                   " values, subgroups are for at most ", kMostSubgroups,
                   "; a number is for meta-regression"),
      {{"subgroups", absl::StrCat(count)}});
}

// The subgroup as an estimate of its own.
absl::StatusOr<v1::Estimate> EstimateOf(const nma::Subgroup& subgroup,
                                        const nma::NetworkFit& fit,
                                        const DetailInputs& inputs,
                                        bool small_values_desirable) {
  v1::Estimate estimate;
  WriteMethod(inputs.analysis, small_values_desirable, &estimate);
  for (const nma::StudyEffects& study : subgroup.studies) {
    WriteUsed(study, estimate.add_studies());
  }
  RETURN_IF_ERROR(WriteNumbers(
      [&]() -> absl::StatusOr<nma::NetworkFit> { return fit; },
      [&] { return nma::DecomposeQ(subgroup.studies); }, &estimate));
  FillRelativeEffects(&estimate);
  return estimate;
}

// Those of its treatments, which are all of a study's or none.
void AddStudies(const std::vector<nma::StudyEffects>& studies,
                v1::Subgroups::Part* part) {
  const auto& treatments = part->treatments();
  for (const nma::StudyEffects& study : studies) {
    if (std::find(treatments.begin(), treatments.end(), study.treatments[0]) !=
        treatments.end()) {
      part->add_studies(study.study);
    }
  }
  std::sort(part->mutable_studies()->begin(), part->mutable_studies()->end());
}

v1::Subgroups::Subgroup ToSubgroup(const nma::Subgroup& from,
                                   v1::Estimate estimate) {
  v1::Subgroups::Subgroup subgroup;
  subgroup.set_value(from.value);
  for (const nma::StudyEffects& study : from.studies) {
    subgroup.add_studies(study.study);
  }
  std::sort(subgroup.mutable_studies()->begin(),
            subgroup.mutable_studies()->end());
  for (int c = 0; c < estimate.components_size(); ++c) {
    v1::Subgroups::Part* part = subgroup.add_parts();
    for (const auto& treatment : estimate.components(c).values()) {
      part->add_treatments(treatment.string_value());
    }
    AddStudies(from.studies, part);
    const v1::Heterogeneity& numbers = estimate.component_heterogeneity(c);
    part->set_tau2(numbers.tau2());
    part->set_q(numbers.q());
    part->set_df(numbers.df());
    if (numbers.has_p_q()) part->set_p_q(numbers.p_q());
  }
  subgroup.mutable_relative_effects()->Swap(
      estimate.mutable_random()->mutable_relative_effects());
  return subgroup;
}

void WriteTest(const nma::QTest& from, v1::Subgroups::Test* test) {
  test->set_q(from.q);
  test->set_df(from.df);
  test->set_p(from.p.value_or(1));
}

// The first subgroup minus the second.
v1::RelativeEffect DifferenceOf(const nma::Interaction& from, double level) {
  const nma::PairEstimate& a = from.effects[0];
  const nma::PairEstimate& b = from.effects[1];
  const nma::RelativeEffect numbers =
      nma::MakeRelativeEffect(a.effect - b.effect, a.se * a.se + b.se * b.se,
                              nma::CommonEffectIntervals(level));
  return WriteRelativeEffect(from.first, from.second, numbers, {});
}

void WriteInteraction(const nma::Interaction& from,
                      const std::vector<nma::Subgroup>& subgroups, double level,
                      v1::Subgroups::Interaction* interaction) {
  interaction->set_first(from.first);
  interaction->set_second(from.second);
  for (const int g : from.subgroups) {
    interaction->add_values(subgroups[g].value);
  }
  WriteTest(from.test, interaction->mutable_test());
  if (from.subgroups.size() == 2) {
    *interaction->mutable_difference() = DifferenceOf(from, level);
  }
}

}  // namespace

absl::Status AddSubgroups(const v1::SubgroupsSpec& spec,
                          const DetailInputs& inputs,
                          const FittedStudies& fitted,
                          absl::FunctionRef<bool()> cancelled,
                          v1::Estimate* estimate) {
  RETURN_IF_ERROR(CheckKnown(kPath, spec.covariate(), inputs.facts));
  v1::Subgroups answer;
  *answer.mutable_covariate() = spec.covariate();
  const std::vector<nma::Subgroup> subgroups =
      Divide(spec, inputs, fitted, &answer);
  RETURN_IF_ERROR(CheckSubgroups(spec, subgroups));
  ASSIGN_OR_RETURN(const nma::SubgroupAnalysis analysis,
                   nma::AnalyzeSubgroups(subgroups, fitted.options, cancelled));
  for (size_t g = 0; g < subgroups.size(); ++g) {
    ASSIGN_OR_RETURN(v1::Estimate own,
                     EstimateOf(subgroups[g], analysis.fits[g], inputs,
                                estimate->small_values_desirable()));
    *answer.add_subgroups() = ToSubgroup(subgroups[g], std::move(own));
  }
  for (const nma::Interaction& interaction : analysis.interactions) {
    WriteInteraction(interaction, subgroups, estimate->level(),
                     answer.add_interactions());
  }
  if (analysis.global.df > 0) {
    WriteTest(analysis.global, answer.mutable_global());
  } else {
    answer.set_no_global(subgroups.size() == 1
                             ? "there is only one subgroup"
                             : "no two subgroups tell of the same comparison");
  }
  *estimate->mutable_subgroups() = std::move(answer);
  return absl::OkStatus();
}

}  // namespace tidemark::review
