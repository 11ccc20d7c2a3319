#include "nma/study_effects.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "Eigen/Cholesky"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "nma/arm_estimates.h"
#include "nma/baseline_effects.h"
#include "nma/contrast_effects.h"
#include "nma/effects.h"
#include "nma/peto.h"
#include "nma/standardized_mean.h"
#include "nma/study_check.h"
#include "nma/zero_cells.h"

namespace tidemark::nma {
namespace {

using EffectsOrReason = std::variant<StudyEffects, LeftOutStudy>;

template <typename Arm>
std::vector<Arm> SortedByTreatment(std::vector<Arm> arms) {
  std::sort(arms.begin(), arms.end(), [](const Arm& a, const Arm& b) {
    return a.treatment < b.treatment;
  });
  return arms;
}

ArmEstimates EstimateArms(const std::vector<BinaryArm>& arms,
                          const EffectOptions& options, double increment) {
  switch (options.measure) {
    case EffectMeasure::kOddsRatio:
      return LogOdds(arms, increment);
    case EffectMeasure::kRiskRatio:
      return LogRisk(arms, increment);
    case EffectMeasure::kArcsineDifference:
      return ArcsineRisk(arms);
    case EffectMeasure::kPetoOddsRatio:
      return PetoLogOdds(arms);
    default:
      return Risk(arms, increment);
  }
}

ArmEstimates EstimateArms(const std::vector<RateArm>& arms,
                          const EffectOptions& options, double increment) {
  switch (options.measure) {
    case EffectMeasure::kIncidenceRateDifference:
      return Rate(arms, increment);
    case EffectMeasure::kSquareRootRateDifference:
      return SquareRootRate(arms);
    default:
      return LogRate(arms, increment);
  }
}

ArmEstimates EstimateArms(const std::vector<ContinuousArm>& arms,
                          const EffectOptions& options, double) {
  if (options.measure == EffectMeasure::kMeanDifference) return Mean(arms);
  if (options.measure == EffectMeasure::kRatioOfMeans) return LogMean(arms);
  return options.smd == SmdMethod::kCohen ? CohensD(arms) : HedgesG(arms);
}

template <typename Arm>
absl::StatusOr<StudyEffects> EffectsOf(absl::string_view study,
                                       const std::vector<Arm>& arms,
                                       const EffectOptions& options,
                                       double increment) {
  const std::vector<Arm> sorted = SortedByTreatment(arms);
  StudyEffects effects =
      DifferencesToBase(EstimateArms(sorted, options, increment));
  effects.study = absl::StrCat(study);
  for (const Arm& arm : sorted) effects.treatments.push_back(arm.treatment);
  return effects;
}

absl::StatusOr<StudyEffects> EffectsOf(absl::string_view study,
                                       const std::vector<Contrast>& contrasts,
                                       const EffectOptions&, double) {
  return EffectsFromContrasts(study, contrasts);
}

absl::StatusOr<StudyEffects> EffectsOf(absl::string_view study,
                                       const BaselineContrasts& contrasts,
                                       const EffectOptions&, double) {
  return EffectsFromBaselineContrasts(study, contrasts);
}

std::optional<std::string> TooSmallForSmd(const Study& study,
                                          const EffectOptions& options) {
  const auto* arms = std::get_if<std::vector<ContinuousArm>>(&study.data);
  if (options.measure != EffectMeasure::kStandardizedMeanDifference ||
      arms == nullptr) {
    return std::nullopt;
  }
  const double needed = options.smd == SmdMethod::kHedges ? 2 : 1;
  if (DegreesOfFreedom(*arms) >= needed) return std::nullopt;
  return absl::StrCat("too few people for a pooled standard deviation: ",
                      DegreesOfFreedom(*arms), " degrees of freedom, needs ",
                      needed);
}

// A ratio needs a numerator and a denominator above a true zero.
std::optional<std::string> MeanWithoutLogarithm(const Study& study,
                                                const EffectOptions& options) {
  const auto* arms = std::get_if<std::vector<ContinuousArm>>(&study.data);
  if (options.measure != EffectMeasure::kRatioOfMeans || arms == nullptr) {
    return std::nullopt;
  }
  for (const ContinuousArm& arm : *arms) {
    if (arm.mean > 0) continue;
    return absl::StrCat("the mean of \"", arm.treatment, "\" is ", arm.mean,
                        ", a ratio of means needs means greater than 0");
  }
  return std::nullopt;
}

std::optional<std::string> LeaveOutReason(const Study& study,
                                          const EffectOptions& options) {
  std::optional<std::string> reason =
      UninformativeReason(study, options.measure);
  if (!reason.has_value()) reason = TooSmallForSmd(study, options);
  if (!reason.has_value()) reason = MeanWithoutLogarithm(study, options);
  return reason;
}

// Whether the effects differ by more than rounding of a variance that they
// share. A Cholesky factor does not tell: rounding decides whether it exists.
bool EveryPairHasVariance(const Eigen::MatrixXd& covariance) {
  constexpr double kRounding = 4 * std::numeric_limits<double>::epsilon();
  for (Eigen::Index i = 0; i < covariance.rows(); ++i) {
    for (Eigen::Index j = 0; j < i; ++j) {
      const double variance = (covariance(i, i) - covariance(i, j)) +
                              (covariance(j, j) - covariance(i, j));
      const double largest = std::max(covariance(i, i), covariance(j, j));
      if (variance <= kRounding * largest) return false;
    }
  }
  return true;
}

bool IsUsable(const StudyEffects& effects) {
  return effects.effects.allFinite() && effects.covariance.allFinite() &&
         EveryPairHasVariance(effects.covariance) &&
         Eigen::LLT<Eigen::MatrixXd>(effects.covariance).info() ==
             Eigen::Success;
}

absl::Status CheckOptions(const EffectOptions& options) {
  if (options.zero_cells == ZeroCellRule::kNone ||
      (std::isfinite(options.increment) && options.increment > 0)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the increment for zero cells must be a finite number "
                   "greater than 0, found ",
                   options.increment));
}

double Increment(const Study& study, bool any_zero_cell,
                 const EffectOptions& options) {
  switch (options.zero_cells) {
    case ZeroCellRule::kOnly0:
      return HasZeroCell(study) ? options.increment : 0;
    case ZeroCellRule::kIf0All:
      return any_zero_cell ? options.increment : 0;
    case ZeroCellRule::kAll:
      return options.increment;
    case ZeroCellRule::kNone:
      return 0;
  }
  return 0;
}

// Of a study that was checked.
absl::StatusOr<EffectsOrReason> EffectsOrReasonOf(
    const Study& study, bool any_zero_cell, const EffectOptions& options) {
  if (std::optional<std::string> reason = LeaveOutReason(study, options)) {
    return LeftOutStudy{study.id, *std::move(reason)};
  }
  const double increment = Increment(study, any_zero_cell, options);
  absl::StatusOr<StudyEffects> effects = std::visit(
      [&](const auto& data) {
        return EffectsOf(study.id, data, options, increment);
      },
      study.data);
  RETURN_IF_ERROR(effects.status());
  if (IsUsable(*effects)) return *std::move(effects);
  if (increment == 0 && HasZeroCell(study)) {
    return LeftOutStudy{study.id, "a zero cell, and no increment"};
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "study \"", study.id, "\": its data do not give a finite ",
      ShortName(options.measure), " with a positive definite covariance"));
}

}  // namespace

absl::StatusOr<EffectSet> ComputeEffects(absl::Span<const Study> studies,
                                         const EffectOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(CheckStudies(studies, options.measure));
  const bool any_zero_cell =
      std::any_of(studies.begin(), studies.end(), HasZeroCell);
  EffectSet set;
  for (const Study& study : studies) {
    ASSIGN_OR_RETURN(EffectsOrReason made,
                     EffectsOrReasonOf(study, any_zero_cell, options));
    if (auto* effects = std::get_if<StudyEffects>(&made)) {
      set.studies.push_back(std::move(*effects));
    } else {
      set.left_out.push_back(std::get<LeftOutStudy>(std::move(made)));
    }
  }
  return set;
}

absl::StatusOr<std::variant<StudyEffects, LeftOutStudy>> ComputeStudyEffects(
    const Study& study, bool any_zero_cell, const EffectOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(CheckStudies({&study, 1}, options.measure));
  return EffectsOrReasonOf(study, any_zero_cell, options);
}

}  // namespace tidemark::nma
