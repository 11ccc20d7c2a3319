#include "review/measures.h"

#include "review/check.h"

namespace tidemark::review {

bool Suits(v1::EffectMeasure::Code measure, v1::Outcome::Kind kind) {
  switch (measure) {
    case v1::EffectMeasure::OR:
    case v1::EffectMeasure::RR:
    case v1::EffectMeasure::RD:
    case v1::EffectMeasure::ASD:
    case v1::EffectMeasure::PETO:
      return kind == v1::Outcome::BINARY;
    case v1::EffectMeasure::MD:
    case v1::EffectMeasure::SMD:
    case v1::EffectMeasure::ROM:
      return kind == v1::Outcome::CONTINUOUS;
    case v1::EffectMeasure::IRR:
    case v1::EffectMeasure::IRD:
    case v1::EffectMeasure::IRSD:
      return kind == v1::Outcome::RATE;
    case v1::EffectMeasure::HR:
      return kind == v1::Outcome::TIME_TO_EVENT;
    case v1::EffectMeasure::GENERIC:
      return IsSpecified(kind);
    default:
      return false;
  }
}

bool IsRatio(v1::EffectMeasure::Code measure) {
  switch (measure) {
    case v1::EffectMeasure::OR:
    case v1::EffectMeasure::RR:
    case v1::EffectMeasure::PETO:
    case v1::EffectMeasure::ROM:
    case v1::EffectMeasure::IRR:
    case v1::EffectMeasure::HR:
      return true;
    default:
      return false;
  }
}

bool NeedsContrasts(v1::EffectMeasure::Code measure) {
  return measure == v1::EffectMeasure::HR ||
         measure == v1::EffectMeasure::GENERIC;
}

}  // namespace tidemark::review
