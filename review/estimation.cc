#include "review/estimation.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "base/version.h"
#include "google/protobuf/struct.pb.h"
#include "nma/heterogeneity.h"
#include "nma/network_fit.h"
#include "nma/relative_effect.h"
#include "nma/study.h"
#include "nma/study_effects.h"
#include "review/errors.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::review {
namespace {

nma::EffectMeasure ToMeasure(v1::EffectMeasure::Code code) {
  switch (code) {
    case v1::EffectMeasure::RR:
      return nma::EffectMeasure::kRiskRatio;
    case v1::EffectMeasure::RD:
      return nma::EffectMeasure::kRiskDifference;
    case v1::EffectMeasure::MD:
      return nma::EffectMeasure::kMeanDifference;
    case v1::EffectMeasure::SMD:
      return nma::EffectMeasure::kStandardizedMeanDifference;
    case v1::EffectMeasure::IRR:
      return nma::EffectMeasure::kIncidenceRateRatio;
    case v1::EffectMeasure::ASD:
      return nma::EffectMeasure::kArcsineDifference;
    case v1::EffectMeasure::PETO:
      return nma::EffectMeasure::kPetoOddsRatio;
    case v1::EffectMeasure::ROM:
      return nma::EffectMeasure::kRatioOfMeans;
    case v1::EffectMeasure::IRD:
      return nma::EffectMeasure::kIncidenceRateDifference;
    case v1::EffectMeasure::IRSD:
      return nma::EffectMeasure::kSquareRootRateDifference;
    case v1::EffectMeasure::HR:
      return nma::EffectMeasure::kHazardRatio;
    case v1::EffectMeasure::GENERIC:
      return nma::EffectMeasure::kGeneric;
    default:
      return nma::EffectMeasure::kOddsRatio;
  }
}

nma::ZeroCellRule ToZeroCells(v1::ZeroCellRule::Code code) {
  switch (code) {
    case v1::ZeroCellRule::IF0ALL:
      return nma::ZeroCellRule::kIf0All;
    case v1::ZeroCellRule::ALL:
      return nma::ZeroCellRule::kAll;
    case v1::ZeroCellRule::NONE:
      return nma::ZeroCellRule::kNone;
    default:
      return nma::ZeroCellRule::kOnly0;
  }
}

nma::EffectOptions ToEffectOptions(const v1::Analysis& analysis) {
  nma::EffectOptions options;
  options.measure = ToMeasure(analysis.effect_measure());
  options.smd = analysis.smd_method() == v1::SmdMethod::COHEN
                    ? nma::SmdMethod::kCohen
                    : nma::SmdMethod::kHedges;
  options.zero_cells = ToZeroCells(analysis.zero_cells());
  options.increment = analysis.increment();
  return options;
}

bool HasTreatment(absl::Span<const nma::StudyEffects> studies,
                  const std::string& treatment) {
  return std::any_of(
      studies.begin(), studies.end(), [&](const nma::StudyEffects& study) {
        return std::binary_search(study.treatments.begin(),
                                  study.treatments.end(), treatment);
      });
}

void WriteStudies(const nma::EffectSet& effects, v1::Estimate& estimate) {
  estimate.set_studies_used(static_cast<int>(effects.studies.size()));
  for (const nma::StudyEffects& study : effects.studies) {
    v1::StudyUse* use = estimate.add_studies();
    use->set_study(study.study);
    for (const std::string& treatment : study.treatments) {
      use->add_treatments(treatment);
    }
  }
  for (const nma::LeftOutStudy& study : effects.left_out) {
    v1::StudyLeftOut* left_out = estimate.add_studies_left_out();
    left_out->set_study(study.study);
    left_out->set_reason(study.reason);
  }
}

void WriteModel(const nma::ModelFit& fit, v1::ModelEstimate& model) {
  const int size = static_cast<int>(fit.effects.size());
  for (int i = 0; i < size; ++i) {
    model.add_effects(fit.effects[i]);
    for (int j = 0; j <= i; ++j) model.add_covariance(fit.covariance(i, j));
  }
}

void WriteComponents(const nma::NetworkFit& fit, v1::Estimate& estimate) {
  for (size_t c = 0; c < fit.heterogeneity.size(); ++c) {
    google::protobuf::ListValue* component = estimate.add_components();
    for (size_t t = 0; t < fit.treatments.size(); ++t) {
      if (fit.component[t] != static_cast<int>(c)) continue;
      component->add_values()->set_string_value(fit.treatments[t]);
    }
    const nma::Heterogeneity& from = fit.heterogeneity[c];
    v1::Heterogeneity* to = estimate.add_component_heterogeneity();
    to->set_reference(fit.treatments[fit.reference[c]]);
    to->set_q(from.q);
    to->set_df(from.df);
    if (from.p_q.has_value()) to->set_p_q(*from.p_q);
    to->set_i2(from.i2);
    to->set_tau2(from.tau2);
  }
}

// Q and df add up over components, which are independent.
void WriteTotals(const nma::NetworkFit& fit, v1::Estimate& estimate) {
  double q = 0;
  int df = 0;
  for (const nma::Heterogeneity& component : fit.heterogeneity) {
    q += component.q;
    df += component.df;
  }
  const nma::Heterogeneity total = nma::HeterogeneityOfQ(q, df);
  estimate.set_q(total.q);
  estimate.set_df(total.df);
  if (total.p_q.has_value()) estimate.set_p_q(*total.p_q);
  estimate.set_i2(total.i2);
  if (fit.heterogeneity.size() == 1) {
    estimate.set_tau2(fit.heterogeneity[0].tau2);
  }
}

void WriteFit(const nma::NetworkFit& fit, v1::Estimate& estimate) {
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    estimate.add_treatments(fit.treatments[t]);
    v1::PScore* score = estimate.add_p_scores();
    score->set_treatment(fit.treatments[t]);
    score->set_common(fit.common.p_scores[t]);
    score->set_random(fit.random.p_scores[t]);
  }
  WriteTotals(fit, estimate);
  WriteModel(fit.common, *estimate.mutable_common());
  WriteModel(fit.random, *estimate.mutable_random());
  WriteComponents(fit, estimate);
}

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

double Covariance(const v1::ModelEstimate& model, int i, int j) {
  if (i < j) std::swap(i, j);
  return model.covariance(i * (i + 1) / 2 + j);
}

v1::RelativeEffect Difference(const v1::Estimate& estimate,
                              const v1::ModelEstimate& model, int first,
                              int second) {
  const double effect = model.effects(first) - model.effects(second);
  const double se = std::sqrt(Covariance(model, first, first) +
                              Covariance(model, second, second) -
                              2 * Covariance(model, first, second));
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

absl::StatusOr<v1::Estimate> EstimateStudies(
    absl::Span<const nma::Study> studies, const v1::Analysis& analysis,
    bool small_values_desirable) {
  v1::Estimate estimate;
  estimate.set_effect_measure(analysis.effect_measure());
  estimate.set_tau2_method(analysis.tau2_method());
  estimate.set_level(analysis.level());
  estimate.set_small_values_desirable(small_values_desirable);
  estimate.set_engine_build(kEngineBuild);
  ASSIGN_OR_RETURN(const nma::EffectSet effects,
                   nma::ComputeEffects(studies, ToEffectOptions(analysis)));
  WriteStudies(effects, estimate);
  if (effects.studies.empty()) {
    estimate.set_not_estimable("no study can be used");
    return estimate;
  }
  nma::FitOptions options;
  options.tau2_method = analysis.tau2_method() == v1::Tau2Method::DL
                            ? nma::Tau2Method::kDerSimonianLaird
                            : nma::Tau2Method::kRestrictedMaximumLikelihood;
  options.small_values_desirable = small_values_desirable;
  if (HasTreatment(effects.studies, analysis.reference())) {
    options.reference = analysis.reference();
  }
  const absl::StatusOr<nma::NetworkFit> fit =
      nma::FitNetwork(effects.studies, options);
  if (absl::IsFailedPrecondition(fit.status())) {
    estimate.set_not_estimable(std::string(fit.status().message()));
    return estimate;
  }
  RETURN_IF_ERROR(fit.status());
  WriteFit(*fit, estimate);
  return estimate;
}

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
