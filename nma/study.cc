#include "nma/study.h"

namespace tidemark::nma {

absl::string_view ShortName(EffectMeasure measure) {
  switch (measure) {
    case EffectMeasure::kOddsRatio:
      return "OR";
    case EffectMeasure::kRiskRatio:
      return "RR";
    case EffectMeasure::kRiskDifference:
      return "RD";
    case EffectMeasure::kArcsineDifference:
      return "ASD";
    case EffectMeasure::kPetoOddsRatio:
      return "PETO";
    case EffectMeasure::kMeanDifference:
      return "MD";
    case EffectMeasure::kStandardizedMeanDifference:
      return "SMD";
    case EffectMeasure::kRatioOfMeans:
      return "ROM";
    case EffectMeasure::kIncidenceRateRatio:
      return "IRR";
    case EffectMeasure::kIncidenceRateDifference:
      return "IRD";
    case EffectMeasure::kSquareRootRateDifference:
      return "IRSD";
    case EffectMeasure::kHazardRatio:
      return "HR";
    case EffectMeasure::kGeneric:
      return "GENERIC";
  }
  return "?";
}

}  // namespace tidemark::nma
