#include "review/threshold_details.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "nma/result_thresholds.h"
#include "nma/treatment_index.h"
#include "review/asked_comparisons.h"
#include "review/check.h"
#include "review/conclusions.h"
#include "review/relative_effects.h"

namespace tidemark::review {
namespace {

// Relative to the width of an interval and its threshold.
constexpr double kRounding = 1e-12;

// Sorts shifts; those that are the same are one.
void Distinct(double same, std::vector<double>* shifts) {
  std::sort(shifts->begin(), shifts->end());
  shifts->erase(
      std::unique(shifts->begin(), shifts->end(),
                  [same](double a, double b) { return b - a <= same; }),
      shifts->end());
}

// The first of the sorted shifts beyond which `class_of` is not `now`.
std::optional<ClassShift> FirstChange(
    const std::vector<double>& shifts, v1::ConclusionClass::Code now,
    absl::FunctionRef<v1::ConclusionClass::Code(double)> class_of) {
  for (size_t i = 0; i < shifts.size(); ++i) {
    // Any shift up to the next one.
    const double beyond = i + 1 < shifts.size()
                              ? (shifts[i] + shifts[i + 1]) / 2
                              : shifts[i] + 1 + std::abs(shifts[i]);
    const v1::ConclusionClass::Code code = class_of(beyond);
    if (code != now) return ClassShift{shifts[i], code};
  }
  return std::nullopt;
}

// Writes what FindThresholds says; a decision tells what its outcomes are.
class Writer {
 public:
  using WriteOutcome = absl::FunctionRef<void(int outcome, std::string* best,
                                              v1::ConclusionClass::Code* code)>;

  Writer(const FittedStudies& fitted, nma::Model model, double level)
      : fitted_(fitted), model_(model), level_(level) {}

  std::vector<v1::StudyThresholds> Write(int component,
                                         const std::vector<nma::Flip>& flips,
                                         WriteOutcome outcome) const {
    const auto& studies = fitted_.effects.studies;
    std::vector<v1::StudyThresholds> messages;
    for (const nma::StudyThresholds& study :
         nma::FindThresholds(studies, fitted_.fit, model_, component, flips)) {
      messages.push_back(ToMessage(studies[study.study], study, outcome));
    }
    std::sort(messages.begin(), messages.end(),
              [](const v1::StudyThresholds& a, const v1::StudyThresholds& b) {
                return a.study() < b.study();
              });
    return messages;
  }

 private:
  // Whether the study's confidence region has what is at this distance.
  bool IsWithin(const nma::StudyEffects& study, double distance) const {
    return distance <= nma::ConfidenceRadius(
                           static_cast<int>(study.effects.size()), level_);
  }

  v1::StudyThresholds ToMessage(const nma::StudyEffects& study,
                                const nma::StudyThresholds& thresholds,
                                WriteOutcome outcome) const {
    v1::StudyThresholds message;
    message.set_study(study.study);
    if (thresholds.least.has_value()) {
      const nma::LeastMove& least = *thresholds.least;
      message.set_distance(least.distance);
      message.set_within_interval(IsWithin(study, least.distance));
      v1::ConclusionClass::Code code = v1::ConclusionClass::UNSPECIFIED;
      outcome(least.outcome, message.mutable_best(), &code);
      message.set_class_(code);
      for (Eigen::Index i = 0; i < study.effects.size(); ++i) {
        v1::MovedEffect* moved = message.add_nearest();
        moved->set_first(study.treatments[i + 1]);
        moved->set_second(study.treatments[0]);
        moved->set_reported(study.effects[i]);
        moved->set_moved(least.effects[i]);
      }
    }
    for (const nma::PointThresholds& point : thresholds.points) {
      *message.add_results() = ToMessage(study, point, outcome);
    }
    return message;
  }

  v1::ResultThresholds ToMessage(const nma::StudyEffects& study,
                                 const nma::PointThresholds& point,
                                 WriteOutcome outcome) const {
    v1::ResultThresholds message;
    message.set_first(fitted_.fit.treatments[point.first]);
    message.set_se(point.se);
    if (point.other.has_value()) {
      message.set_second(fitted_.fit.treatments[*point.other]);
      message.set_effect(-study.effects[0]);
    }
    const auto write = [&](const nma::ResultMove& from,
                           v1::ResultThresholds::Move* move) {
      move->set_change(from.change);
      move->set_distance(std::abs(from.change) / point.se);
      move->set_within_interval(IsWithin(study, move->distance()));
      v1::ConclusionClass::Code code = v1::ConclusionClass::UNSPECIFIED;
      outcome(from.outcome, move->mutable_best(), &code);
      move->set_class_(code);
    };
    if (point.down.has_value()) write(*point.down, message.mutable_down());
    if (point.up.has_value()) write(*point.up, message.mutable_up());
    return message;
  }

  const FittedStudies& fitted_;
  const nma::Model model_;
  const double level_;
};

v1::BestTreatmentDecision DecideBest(const nma::NetworkFit& fit,
                                     const nma::BestTreatment& best,
                                     double margin, int component,
                                     const Writer& writer) {
  v1::BestTreatmentDecision decision;
  const auto nearest =
      std::min_element(best.flips.begin(), best.flips.end(),
                       [](const nma::Flip& a, const nma::Flip& b) {
                         return std::abs(a.shift) < std::abs(b.shift);
                       });
  decision.set_treatment(fit.treatments[best.treatment]);
  decision.set_second(fit.treatments[nearest->outcome]);
  decision.set_lead(std::max(0.0, std::abs(nearest->shift) - margin));
  for (v1::StudyThresholds& study : writer.Write(
           component, best.flips,
           [&](int outcome, std::string*treatment, v1::ConclusionClass::Code*) {
             *treatment = fit.treatments[outcome];
           })) {
    *decision.add_studies() = std::move(study);
  }
  return decision;
}

class ClassDecider {
 public:
  ClassDecider(const nma::NetworkFit& fit, const Writer& writer,
               bool small_values_desirable, v1::RelativeEffect effect)
      : writer_(writer),
        small_(small_values_desirable),
        effect_(std::move(effect)),
        first_(nma::TreatmentIndex(fit.treatments, effect_.first())),
        second_(nma::TreatmentIndex(fit.treatments, effect_.second())),
        component_(fit.component[first_]) {}

  v1::ClassDecision Decide(std::optional<double> threshold) const {
    v1::ClassDecision decision;
    decision.set_first(effect_.first());
    decision.set_second(effect_.second());
    if (threshold.has_value()) decision.set_threshold(*threshold);
    decision.set_class_(ClassOf(&effect_, small_, threshold));
    *decision.mutable_effect() = effect_;
    if (!effect_.has_lower()) {
      decision.set_no_interval(effect_.no_interval());
      return decision;
    }
    const ClassShifts shifts =
        ShiftsOfClass(effect_.lower(), effect_.upper(), small_, threshold);
    std::vector<nma::Flip> flips;
    if (shifts.up.has_value()) {
      decision.set_shift_up(shifts.up->shift);
      decision.set_class_up(shifts.up->code);
      flips.push_back({first_, second_, shifts.up->shift, shifts.up->code});
    }
    if (shifts.down.has_value()) {
      decision.set_shift_down(shifts.down->shift);
      decision.set_class_down(shifts.down->code);
      flips.push_back({first_, second_, shifts.down->shift, shifts.down->code});
    }
    for (v1::StudyThresholds& study : writer_.Write(
             component_, flips,
             [](int outcome, std::string*, v1::ConclusionClass::Code*code) {
               *code = static_cast<v1::ConclusionClass::Code>(outcome);
             })) {
      *decision.add_studies() = std::move(study);
    }
    return decision;
  }

 private:
  const Writer& writer_;
  const bool small_;
  const v1::RelativeEffect effect_;
  const int first_;
  const int second_;
  const int component_;
};

}  // namespace

ClassShifts ShiftsOfClass(double lower, double upper,
                          bool small_values_desirable,
                          std::optional<double> threshold) {
  std::vector<double> bounds = {0};
  if (threshold.has_value()) {
    bounds.push_back(*threshold);
    bounds.push_back(-*threshold);
  }
  // Where an end of the interval meets a bound; the magnitudes, in order.
  std::vector<double> up;
  std::vector<double> down;
  for (const double bound : bounds) {
    for (const double end : {lower, upper}) {
      const double shift = bound - end;
      if (shift >= 0) up.push_back(shift);
      if (shift <= 0) down.push_back(-shift);
    }
  }
  // Both ends may meet bounds at one shift, but for rounding.
  const double same = kRounding * (upper - lower + threshold.value_or(0));
  Distinct(same, &up);
  Distinct(same, &down);
  const auto class_of = [&](double shift) {
    return ClassOfInterval(lower + shift, upper + shift, small_values_desirable,
                           threshold);
  };
  const v1::ConclusionClass::Code now = class_of(0);
  ClassShifts shifts;
  shifts.up = FirstChange(up, now, class_of);
  shifts.down =
      FirstChange(down, now, [&](double shift) { return class_of(-shift); });
  if (shifts.down.has_value()) shifts.down->shift = -shifts.down->shift;
  return shifts;
}

void CheckThresholdAnalysis(const std::string& path,
                            const v1::ThresholdAnalysisSpec& spec,
                            Violations& violations) {
  CheckAskedComparison(path, spec.first(), spec.second(), violations);
  if (spec.has_minimal_important_difference()) {
    CheckPositive(absl::StrCat(path, ".minimal_important_difference"),
                  spec.minimal_important_difference(), violations);
  }
}

absl::Status AddThresholdAnalysis(const v1::ThresholdAnalysisSpec& spec,
                                  const FittedStudies& fitted,
                                  absl::Span<const v1::Threshold> thresholds,
                                  v1::Estimate* estimate) {
  const nma::NetworkFit& fit = fitted.fit;
  const nma::Model model = spec.common_effect() ? nma::Model::kCommonEffect
                                                : nma::Model::kRandomEffects;
  const bool small = estimate->small_values_desirable();
  const Writer writer(fitted, model, estimate->level());
  v1::ThresholdAnalysis result;
  result.set_common_effect(spec.common_effect());
  result.set_margin(spec.minimal_important_difference());
  for (int c = 0; c < static_cast<int>(fit.reference.size()); ++c) {
    const nma::BestTreatment best =
        nma::FindBest(fit, model, c, small, result.margin());
    *result.add_best() = DecideBest(fit, best, result.margin(), c, writer);
  }
  if (!spec.first().empty()) {
    ASSIGN_OR_RETURN(
        v1::RelativeEffect effect,
        Compare(*estimate,
                spec.common_effect() ? Model::kCommon : Model::kRandom,
                spec.first(), spec.second()));
    const ClassDecider decider(fit, writer, small, std::move(effect));
    *result.add_classes() = decider.Decide(std::nullopt);
    if (spec.has_minimal_important_difference()) {
      *result.add_classes() =
          decider.Decide(spec.minimal_important_difference());
    } else {
      for (const v1::Threshold& threshold : thresholds) {
        *result.add_classes() = decider.Decide(threshold.value());
      }
    }
  }
  *estimate->mutable_threshold_analysis() = std::move(result);
  return absl::OkStatus();
}

}  // namespace tidemark::review
