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
                          " contrasts, found ", pairs.size()));
}

absl::string_view KindName(const Study& study) {
  switch (study.data.index()) {
    case 0:
      return "binary arms";
    case 1:
      return "continuous arms";
    case 2:
      return "rate arms";
    default:
      return "contrasts";
  }
}

bool Suits(const Study& study, EffectMeasure measure) {
  if (std::holds_alternative<std::vector<Contrast>>(study.data)) return true;
  switch (measure) {
    case EffectMeasure::kOddsRatio:
    case EffectMeasure::kRiskRatio:
    case EffectMeasure::kRiskDifference:
      return std::holds_alternative<std::vector<BinaryArm>>(study.data);
    case EffectMeasure::kMeanDifference:
    case EffectMeasure::kStandardizedMeanDifference:
      return std::holds_alternative<std::vector<ContinuousArm>>(study.data);
    case EffectMeasure::kIncidenceRateRatio:
      return std::holds_alternative<std::vector<RateArm>>(study.data);
  }
  return false;
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
    if (!Suits(study, measure)) {
      return StudyError(
          study.id, absl::StrCat(KindName(study), " do not give the measure ",
                                 ShortName(measure)));
    }
    RETURN_IF_ERROR(std::visit(
        [&study](const auto& data) { return CheckData(study.id, data); },
        study.data));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::nma
