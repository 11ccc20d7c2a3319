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
    case EffectMeasure::kMeanDifference:
      return "MD";
    case EffectMeasure::kStandardizedMeanDifference:
      return "SMD";
    case EffectMeasure::kIncidenceRateRatio:
      return "IRR";
  }
  return "?";
}

}  // namespace tidemark::nma
