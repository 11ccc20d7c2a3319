// What one study reported, as the statistics need it.
#ifndef TIDEMARK_NMA_STUDY_H_
#define TIDEMARK_NMA_STUDY_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"

namespace tidemark::nma {

// Ratios are analysed on the log scale. Hazard ratios and generic effects come
// as contrasts only.
enum class EffectMeasure {
  kOddsRatio,
  kRiskRatio,
  kRiskDifference,
  kArcsineDifference,
  kPetoOddsRatio,
  kMeanDifference,
  kStandardizedMeanDifference,
  kRatioOfMeans,
  kIncidenceRateRatio,
  kIncidenceRateDifference,
  kSquareRootRateDifference,
  kHazardRatio,
  kGeneric,
};

// "OR", "RR", "RD", "ASD", "PETO", "MD", "SMD", "ROM", "IRR", "IRD", "IRSD",
// "HR" or "GENERIC".
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

// `effect` is this treatment minus the baseline of the study, on the log scale
// for ratios; `se` its standard error.
struct BaselineContrast {
  std::string treatment;
  double effect;
  double se;
};

// A study of k arms that gives the k-1 differences to one of them only, the
// baseline. `baseline_se` is the standard error of the baseline arm alone, on
// the scale of the effect: two differences share its square as covariance. It
// may be absent if k = 2.
struct BaselineContrasts {
  std::string baseline;
  std::optional<double> baseline_se;
  std::vector<BaselineContrast> contrasts;  // k-1
};

// A randomised comparison of at least two treatments, each named once: the
// caller pools arms that share a treatment. A study of k arms that comes as
// contrasts gives all k(k-1)/2 of them.
struct Study {
  std::string id;
  std::variant<std::vector<BinaryArm>, std::vector<ContinuousArm>,
               std::vector<RateArm>, std::vector<Contrast>, BaselineContrasts>
      data;
};

// A study that takes no part in an analysis although nothing is wrong with it.
struct LeftOutStudy {
  std::string study;
  std::string reason;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_STUDY_H_
