// What one study reported, as the statistics need it.
#ifndef TIDEMARK_NMA_STUDY_H_
#define TIDEMARK_NMA_STUDY_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::nma {

// Ratios are analysed on the log scale.
enum class EffectMeasure {
  kOddsRatio,
  kRiskRatio,
  kRiskDifference,
  kMeanDifference,
  kStandardizedMeanDifference,
  kIncidenceRateRatio,
};

// "OR", "RR", "RD", "MD", "SMD" or "IRR".
absl::string_view ShortName(EffectMeasure measure);

// `events` people out of `total` had the event. Counts may be fractional.
struct BinaryArm {
  std::string treatment;
  double events;
  double total;
};

// Mean and standard deviation of `n` people, in the unit of the scale.
struct ContinuousArm {
  std::string treatment;
  double mean;
  double sd;
  double n;
};

// `events` during `exposure` (person-time; one unit throughout a study).
struct RateArm {
  std::string treatment;
  double events;
  double exposure;
};

// `effect` is first minus second, on the log scale for ratios; `se` its
// standard error.
struct Contrast {
  std::string first;
  std::string second;
  double effect;
  double se;
};

// A randomised comparison of at least two treatments, each named once: the
// caller pools arms that share a treatment. A study of k arms that comes as
// contrasts gives all k(k-1)/2 of them.
struct Study {
  std::string id;
  std::variant<std::vector<BinaryArm>, std::vector<ContinuousArm>,
               std::vector<RateArm>, std::vector<Contrast>>
      data;
};

// A study that takes no part in an analysis although nothing is wrong with it.
struct LeftOutStudy {
  std::string study;
  std::string reason;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_H_
