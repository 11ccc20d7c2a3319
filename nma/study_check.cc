#include "nma/study_check.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"

namespace tidemark::nma {
namespace {

// Where a number stands, for messages.
struct Place {
  absl::string_view study;
  absl::string_view treatment;
};

absl::Status StudyError(absl::string_view study, absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("study \"", study, "\": ", rule));
}

absl::Status ValueError(const Place& place, absl::string_view field,
                        absl::string_view rule, double value) {
  return StudyError(place.study,
                    absl::StrCat("treatment \"", place.treatment, "\": ", field,
                                 " must be ", rule, ", found ", value));
}

absl::Status CheckFinite(const Place& place, absl::string_view field,
                         double value) {
  if (std::isfinite(value)) return absl::OkStatus();
  return ValueError(place, field, "a finite number", value);
}

absl::Status CheckPositive(const Place& place, absl::string_view field,
                           double value) {
  if (std::isfinite(value) && value > 0) return absl::OkStatus();
  return ValueError(place, field, "a finite number greater than 0", value);
}

absl::Status CheckNotNegative(const Place& place, absl::string_view field,
                              double value) {
  if (std::isfinite(value) && value >= 0) return absl::OkStatus();
  return ValueError(place, field, "a finite number of at least 0", value);
}

absl::Status CheckArm(absl::string_view study, const BinaryArm& arm) {
  const Place place{study, arm.treatment};
  RETURN_IF_ERROR(CheckPositive(place, "total", arm.total));
  RETURN_IF_ERROR(CheckNotNegative(place, "events", arm.events));
  if (arm.events <= arm.total) return absl::OkStatus();
  return ValueError(place, "events",
                    absl::StrCat("at most the total of ", arm.total),
                    arm.events);
}

absl::Status CheckArm(absl::string_view study, const ContinuousArm& arm) {
  const Place place{study, arm.treatment};
  RETURN_IF_ERROR(CheckFinite(place, "mean", arm.mean));
  RETURN_IF_ERROR(CheckPositive(place, "sd", arm.sd));
  return CheckPositive(place, "n", arm.n);
}

absl::Status CheckArm(absl::string_view study, const RateArm& arm) {
  const Place place{study, arm.treatment};
  RETURN_IF_ERROR(CheckNotNegative(place, "events", arm.events));
  return CheckPositive(place, "exposure", arm.exposure);
}

template <typename Arm>
absl::Status CheckData(absl::string_view study, const std::vector<Arm>& arms) {
  std::set<absl::string_view> seen;
  for (const Arm& arm : arms) {
    if (arm.treatment.empty()) {
      return StudyError(study, "an arm has no treatment");
    }
    if (!seen.insert(arm.treatment).second) {
      return StudyError(study, absl::StrCat("treatment \"", arm.treatment,
                                            "\" has more than one arm; pool "
                                            "arms that share a treatment"));
    }
    RETURN_IF_ERROR(CheckArm(study, arm));
  }
  if (seen.size() >= 2) return absl::OkStatus();
  return StudyError(
      study, absl::StrCat("needs two or more arms, found ", arms.size()));
}

absl::Status CheckContrast(absl::string_view study, const Contrast& contrast) {
  if (contrast.first.empty() || contrast.second.empty()) {
    return StudyError(study, "a contrast has no treatment");
  }
  if (contrast.first == contrast.second) {
    return StudyError(study, absl::StrCat("a contrast compares treatment \"",
                                          contrast.first, "\" with itself"));
  }
  const std::string pair =
      absl::StrCat(contrast.first, "\" versus \"", contrast.second);
  const Place place{study, pair};
  RETURN_IF_ERROR(CheckFinite(place, "effect", contrast.effect));
  return CheckPositive(place, "se", contrast.se);
}

absl::Status CheckData(absl::string_view study,
                       const std::vector<Contrast>& contrasts) {
  std::set<absl::string_view> treatments;
  std::set<std::pair<absl::string_view, absl::string_view>> pairs;
  for (const Contrast& contrast : contrasts) {
    RETURN_IF_ERROR(CheckContrast(study, contrast));
    treatments.insert({contrast.first, contrast.second});
    if (!pairs
             .insert(std::minmax<absl::string_view>(contrast.first,
                                                    contrast.second))
             .second) {
      return StudyError(
          study, absl::StrCat("the contrast of \"", contrast.first, "\" and \"",
                              contrast.second, "\" is given twice"));
    }
  }
  if (contrasts.empty()) return StudyError(study, "has no contrast");
  const size_t needed = treatments.size() * (treatments.size() - 1) / 2;
  if (pairs.size() == needed) return absl::OkStatus();
  return StudyError(
      study, absl::StrCat(treatments.size(), " treatments need all ", needed,
                          " contrasts, found ", pairs.size(),
                          "; if all are to one arm, give the standard error of "
                          "that arm"));
}

absl::Status CheckBaselineContrast(absl::string_view study,
                                   const BaselineContrasts& data,
                                   const BaselineContrast& contrast) {
  const Place place{study, contrast.treatment};
  RETURN_IF_ERROR(CheckFinite(place, "effect", contrast.effect));
  RETURN_IF_ERROR(CheckPositive(place, "se", contrast.se));
  if (!data.baseline_se.has_value() || contrast.se > *data.baseline_se) {
    return absl::OkStatus();
  }
  // The variance of a difference is the sum of the variances of its arms.
  return ValueError(
      place, "se",
      absl::StrCat("greater than the standard error ", *data.baseline_se,
                   " of the baseline arm \"", data.baseline, "\""),
      contrast.se);
}

absl::Status CheckData(absl::string_view study, const BaselineContrasts& data) {
  if (data.contrasts.empty()) return StudyError(study, "has no contrast");
  std::set<absl::string_view> seen = {data.baseline};
  for (const BaselineContrast& contrast : data.contrasts) {
    if (contrast.treatment == data.baseline) {
      return StudyError(study, absl::StrCat("the baseline \"", data.baseline,
                                            "\" is compared with itself"));
    }
    if (!seen.insert(contrast.treatment).second) {
      return StudyError(study,
                        absl::StrCat("treatment \"", contrast.treatment,
                                     "\" is compared with the baseline twice"));
    }
  }
  if (seen.count("") > 0) return StudyError(study, "an arm has no treatment");
  if (data.baseline_se.has_value()) {
    RETURN_IF_ERROR(CheckPositive({study, data.baseline}, "baseline_se",
                                  *data.baseline_se));
  } else if (data.contrasts.size() > 1) {
    return StudyError(
        study, absl::StrCat(data.contrasts.size() + 1,
                            " arms need the standard error of the baseline \"",
                            data.baseline, "\" alone"));
  }
  for (const BaselineContrast& contrast : data.contrasts) {
    RETURN_IF_ERROR(CheckBaselineContrast(study, data, contrast));
  }
  return absl::OkStatus();
}

constexpr absl::string_view kBinaryArms = "binary arms";
constexpr absl::string_view kContinuousArms = "continuous arms";
constexpr absl::string_view kRateArms = "rate arms";
constexpr absl::string_view kContrasts = "contrasts";

absl::string_view KindName(const Study& study) {
  switch (study.data.index()) {
    case 0:
      return kBinaryArms;
    case 1:
      return kContinuousArms;
    case 2:
      return kRateArms;
    default:
      return kContrasts;
  }
}

// The kind of arms that the measure is computed from; "" for contrasts only.
absl::string_view ArmKindOf(EffectMeasure measure) {
  switch (measure) {
    case EffectMeasure::kOddsRatio:
    case EffectMeasure::kRiskRatio:
    case EffectMeasure::kRiskDifference:
    case EffectMeasure::kArcsineDifference:
    case EffectMeasure::kPetoOddsRatio:
      return kBinaryArms;
    case EffectMeasure::kMeanDifference:
    case EffectMeasure::kStandardizedMeanDifference:
    case EffectMeasure::kRatioOfMeans:
      return kContinuousArms;
    case EffectMeasure::kIncidenceRateRatio:
    case EffectMeasure::kIncidenceRateDifference:
    case EffectMeasure::kSquareRootRateDifference:
      return kRateArms;
    case EffectMeasure::kHazardRatio:
    case EffectMeasure::kGeneric:
      return "";
  }
  return "";
}

absl::Status CheckKind(const Study& study, EffectMeasure measure) {
  const absl::string_view kind = KindName(study);
  const absl::string_view needed = ArmKindOf(measure);
  if (kind == kContrasts || kind == needed) return absl::OkStatus();
  return StudyError(
      study.id, absl::StrCat(kind, " do not give the measure ",
                             ShortName(measure), ", which needs ",
                             needed.empty() ? "" : absl::StrCat(needed, " or "),
                             kContrasts));
}

}  // namespace

absl::Status CheckStudies(absl::Span<const Study> studies,
                          EffectMeasure measure) {
  std::set<absl::string_view> ids;
  for (const Study& study : studies) {
    if (study.id.empty()) return StudyError(study.id, "has no id");
    if (!ids.insert(study.id).second) {
      return StudyError(study.id, "is given twice");
    }
    RETURN_IF_ERROR(CheckKind(study, measure));
    RETURN_IF_ERROR(std::visit(
        [&study](const auto& data) { return CheckData(study.id, data); },
        study.data));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::nma
