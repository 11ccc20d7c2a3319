#include "review/engine_options.h"

#include <algorithm>
#include <string>

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

nma::Tau2Method ToTau2Method(v1::Tau2Method::Code code) {
  switch (code) {
    case v1::Tau2Method::DL:
      return nma::Tau2Method::kDerSimonianLaird;
    case v1::Tau2Method::ML:
      return nma::Tau2Method::kMaximumLikelihood;
    case v1::Tau2Method::PM:
      return nma::Tau2Method::kPauleMandel;
    default:
      return nma::Tau2Method::kRestrictedMaximumLikelihood;
  }
}

}  // namespace

nma::EffectOptions EffectOptionsOf(const v1::Analysis& analysis) {
  nma::EffectOptions options;
  options.measure = ToMeasure(analysis.effect_measure());
  options.smd = analysis.smd_method() == v1::SmdMethod::COHEN
                    ? nma::SmdMethod::kCohen
                    : nma::SmdMethod::kHedges;
  options.zero_cells = ToZeroCells(analysis.zero_cells());
  options.increment = analysis.increment();
  return options;
}

nma::IntervalMethod IntervalMethodOf(v1::IntervalMethod::Code code) {
  switch (code) {
    case v1::IntervalMethod::T:
      return nma::IntervalMethod::kStudentT;
    case v1::IntervalMethod::HK:
      return nma::IntervalMethod::kHartungKnapp;
    default:
      return nma::IntervalMethod::kNormal;
  }
}

bool HasReference(const nma::StudyEffects& study,
                  const v1::Analysis& analysis) {
  return std::binary_search(study.treatments.begin(), study.treatments.end(),
                            analysis.reference());
}

nma::FitOptions FitOptionsOf(const v1::Analysis& analysis, bool has_reference,
                             bool small_values_desirable) {
  nma::FitOptions options;
  options.tau2_method = ToTau2Method(analysis.tau2_method());
  options.interval_method = IntervalMethodOf(analysis.interval_method());
  options.level = analysis.level();
  options.small_values_desirable = small_values_desirable;
  if (has_reference) options.reference = analysis.reference();
  return options;
}

nma::FitOptions FitOptionsOf(const v1::Analysis& analysis,
                             absl::Span<const nma::StudyEffects> studies,
                             bool small_values_desirable) {
  const bool has_reference = std::any_of(studies.begin(), studies.end(),
                                         [&](const nma::StudyEffects& study) {
                                           return HasReference(study, analysis);
                                         });
  return FitOptionsOf(analysis, has_reference, small_values_desirable);
}

}  // namespace tidemark::review
