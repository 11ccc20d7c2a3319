#include "review/validate_trial.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "review/check.h"
#include "review/errors.h"
#include "review/measures.h"
#include "review/protocol.h"
#include "review/result_key.h"
#include "review/validate_baselines.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

// Validates one trial; holds what every check needs.
class TrialValidator {
 public:
  TrialValidator(absl::string_view path, const v1::Trial& trial,
                 const v1::Review& review, Violations& violations)
      : path_(path), trial_(trial), review_(review), violations_(violations) {}

  void Run() {
    if (!ValidateSizes()) return;
    ValidateHead();
    ValidateReports();
    ValidateArms();
    for (int i = 0; i < trial_.results_size(); ++i) ValidateResult(i);
    for (int i = 0; i < trial_.contrasts_size(); ++i) ValidateContrast(i);
    for (int i = 0; i < trial_.risk_of_bias_size(); ++i) ValidateBias(i);
    for (int i = 0; i < trial_.indirectness_size(); ++i) {
      ValidateIndirectness(i);
    }
    ValidateOverlaps();
    ValidateDuplicates();
    ValidateBaselines(path_, trial_, violations_);
  }

 private:
  void Add(absl::string_view field, absl::string_view description) {
    violations_.Add(absl::StrCat(path_, ".", field), description);
  }

  bool ValidateSizes();
  void ValidateHead();
  void ValidateReports();
  void ValidateArms();
  void ValidateResult(int index);
  void ValidateResultArms(const std::string& field, const v1::Result& result);
  void ValidateValue(const std::string& field, const v1::Result& result,
                     const v1::Outcome& outcome);
  void ValidateContinuous(const std::string& field, const v1::Result& result,
                          const v1::Outcome& outcome);
  void ValidateBinary(const std::string& field, const v1::Binary& binary);
  void ValidateRate(const std::string& field, const v1::Rate& rate);
  void ValidateContrast(int index);
  void ValidateBias(int index);
  void ValidateIndirectness(int index);
  void ValidateOverlaps();
  void ValidateDuplicates();
  template <typename Judgements>
  void ValidateJudgedOnce(const char* field, const Judgements& judgements);

  // The outcome, or null after adding a violation.
  const v1::Outcome* ValidateOutcome(const std::string& field,
                                     const std::string& outcome);
  void ValidateTimePoint(const std::string& field, const std::string& time,
                         double actual_months);
  void ValidateArm(const std::string& field, const std::string& arm);
  void ValidateSource(const std::string& field, const v1::Source& source);
  template <typename Derivations>
  void ValidateDerivations(const std::string& field,
                           const Derivations& derivations,
                           absl::Span<const absl::string_view> fields);

  const absl::string_view path_;
  const v1::Trial& trial_;
  const v1::Review& review_;
  Violations& violations_;
};

// Checks below are quadratic in these.
bool TrialValidator::ValidateSizes() {
  bool sizes_are_fine = true;
  const auto check = [&](absl::string_view field, int size, int most) {
    if (size <= most) return;
    sizes_are_fine = false;
    Add(field,
        absl::StrCat("at most ", most, " are kept of a trial, found ", size));
  };
  check("reports", trial_.reports_size(), 100);
  check("arms", trial_.arms_size(), 100);
  check("results", trial_.results_size(), 2000);
  check("contrasts", trial_.contrasts_size(), 2000);
  check("risk_of_bias", trial_.risk_of_bias_size(), 2000);
  check("indirectness", trial_.indirectness_size(), 2000);
  return sizes_are_fine;
}

void TrialValidator::ValidateHead() {
  if (!IsTrialId(trial_.trial_id())) {
    Add("trial_id", absl::StrCat("must be 1-128 bytes without control "
                                 "characters or spaces at its ends, found \"",
                                 trial_.trial_id(), "\""));
  }
  CheckNotEmpty(absl::StrCat(path_, ".title"), trial_.title(), violations_);
  if (trial_.year() < 1900 || trial_.year() > 2200) {
    Add("year", absl::StrCat("must be in 1900-2200, found ", trial_.year()));
  }
  if (!IsSpecified(trial_.design())) {
    Add("design", "must be PARALLEL, CROSSOVER or CLUSTER");
  }
  if (trial_.results().empty() && trial_.contrasts().empty()) {
    Add("results", "a trial needs at least one result or contrast");
  }
}

void TrialValidator::ValidateReports() {
  if (trial_.reports().empty()) Add("reports", "a trial needs a report");
  absl::flat_hash_set<std::string> ids;
  for (int i = 0; i < trial_.reports_size(); ++i) {
    const std::string field = Element(absl::StrCat(path_, ".reports"), i);
    CheckNewIdentifier(absl::StrCat(field, ".id"), trial_.reports(i).id(), ids,
                       violations_);
    CheckNotEmpty(absl::StrCat(field, ".citation"),
                  trial_.reports(i).citation(), violations_);
  }
}

void TrialValidator::ValidateArms() {
  if (trial_.arms_size() < 2) {
    Add("arms", absl::StrCat("a trial compares at least 2 arms, found ",
                             trial_.arms_size()));
  }
  absl::flat_hash_set<std::string> ids;
  for (int i = 0; i < trial_.arms_size(); ++i) {
    const v1::Arm& arm = trial_.arms(i);
    const std::string field = Element("arms", i);
    CheckNewIdentifier(absl::StrCat(path_, ".", field, ".id"), arm.id(), ids,
                       violations_);
    if (FindById(review_.treatments(), arm.treatment()) == nullptr) {
      Add(absl::StrCat(field, ".treatment"),
          absl::StrCat("\"", arm.treatment(),
                       "\" is no treatment of the review; add it to the "
                       "protocol first or correct the name"));
    }
    if (arm.randomised() < 0) {
      Add(absl::StrCat(field, ".randomised"),
          absl::StrCat("must be >= 1, or 0 if not reported, found ",
                       arm.randomised()));
    }
  }
}

const v1::Outcome* TrialValidator::ValidateOutcome(const std::string& field,
                                                   const std::string& outcome) {
  const v1::Outcome* found = FindById(review_.outcomes(), outcome);
  if (found == nullptr) {
    Add(absl::StrCat(field, ".outcome"),
        absl::StrCat("\"", outcome, "\" is no outcome of the review"));
  }
  return found;
}

void TrialValidator::ValidateTimePoint(const std::string& field,
                                       const std::string& time,
                                       double actual_months) {
  const v1::TimePoint* point = FindById(review_.time_points(), time);
  if (point == nullptr && time != kAnyTimePoint) {
    Add(absl::StrCat(field, ".time_point"),
        absl::StrCat("\"", time, "\" is no time point of the review"));
  }
  if (actual_months == 0) return;
  const std::string months = absl::StrCat(field, ".actual_months");
  if (!CheckFinite(absl::StrCat(path_, ".", months), actual_months,
                   violations_)) {
    return;
  }
  if (actual_months < 0) {
    Add(months, absl::StrCat("must be > 0, found ", Number(actual_months)));
  } else if (point != nullptr && point->window_to_months() > 0 &&
             (actual_months < point->window_from_months() ||
              actual_months > point->window_to_months())) {
    Add(months, absl::StrCat(Number(actual_months), " is outside the window ",
                             Number(point->window_from_months()), "-",
                             Number(point->window_to_months()),
                             " months of time point ", point->id()));
  }
}

void TrialValidator::ValidateArm(const std::string& field,
                                 const std::string& arm) {
  if (FindById(trial_.arms(), arm) == nullptr) {
    Add(field, absl::StrCat("\"", arm, "\" is no arm of the trial"));
  }
}

void TrialValidator::ValidateSource(const std::string& field,
                                    const v1::Source& source) {
  if (FindById(trial_.reports(), source.report()) == nullptr) {
    Add(absl::StrCat(field, ".source.report"),
        absl::StrCat("\"", source.report(),
                     "\" is no report of the trial; every number needs the "
                     "report that it stands in"));
  }
}

template <typename Derivations>
void TrialValidator::ValidateDerivations(
    const std::string& field, const Derivations& derivations,
    absl::Span<const absl::string_view> fields) {
  for (int i = 0; i < derivations.size(); ++i) {
    const v1::Derivation& derivation = derivations.Get(i);
    const std::string element = Element(absl::StrCat(field, ".derivations"), i);
    if (std::find(fields.begin(), fields.end(), derivation.field()) ==
        fields.end()) {
      Add(absl::StrCat(element, ".field"),
          absl::StrCat("must be one of ", absl::StrJoin(fields, ", "),
                       ", found \"", derivation.field(), "\""));
    }
    if (!IsSpecified(derivation.kind())) {
      Add(absl::StrCat(element, ".kind"), "must be DERIVED or IMPUTED");
    }
    CheckNotEmpty(absl::StrCat(path_, ".", element, ".method"),
                  derivation.method(), violations_);
  }
}

void TrialValidator::ValidateResult(int index) {
  const v1::Result& result = trial_.results(index);
  const std::string field = Element("results", index);
  const v1::Outcome* outcome = ValidateOutcome(field, result.outcome());
  ValidateTimePoint(field, result.time_point(), result.actual_months());
  ValidateResultArms(field, result);
  if (outcome != nullptr) ValidateValue(field, result, *outcome);
  ValidateSource(field, result.source());
}

void TrialValidator::ValidateResultArms(const std::string& field,
                                        const v1::Result& result) {
  if (result.arms().empty()) {
    Add(absl::StrCat(field, ".arms"), "a result needs at least one arm");
  }
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < result.arms_size(); ++i) {
    const std::string element = Element(absl::StrCat(field, ".arms"), i);
    ValidateArm(element, result.arms(i));
    if (!seen.insert(result.arms(i)).second) {
      Add(element, absl::StrCat("\"", result.arms(i), "\" stands twice"));
    }
  }
}

void TrialValidator::ValidateValue(const std::string& field,
                                   const v1::Result& result,
                                   const v1::Outcome& outcome) {
  const auto mismatch = [&](absl::string_view wanted) {
    Add(field, absl::StrCat("outcome \"", outcome.id(), "\" needs a ", wanted,
                            " value"));
  };
  // It would set two results of one arm apart, and both would be counted.
  if (outcome.kind() != v1::Outcome::CONTINUOUS &&
      !result.instrument().empty()) {
    Add(absl::StrCat(field, ".instrument"),
        "only continuous outcomes have instruments");
  }
  switch (outcome.kind()) {
    case v1::Outcome::CONTINUOUS:
      if (!result.has_continuous()) return mismatch("continuous");
      return ValidateContinuous(field, result, outcome);
    case v1::Outcome::BINARY:
      if (!result.has_binary()) return mismatch("binary");
      ValidateDerivations(field, result.derivations(), {"events", "n"});
      return ValidateBinary(absl::StrCat(field, ".binary"), result.binary());
    case v1::Outcome::RATE:
      if (!result.has_rate()) return mismatch("rate");
      ValidateDerivations(field, result.derivations(), {"events", "exposure"});
      return ValidateRate(absl::StrCat(field, ".rate"), result.rate());
    case v1::Outcome::TIME_TO_EVENT:
      return Add(field,
                 absl::StrCat("outcome \"", outcome.id(),
                              "\" is TIME_TO_EVENT and takes no results of "
                              "arms; give contrasts on HR or GENERIC"));
    default:
      return;
  }
}

void TrialValidator::ValidateContinuous(const std::string& field,
                                        const v1::Result& result,
                                        const v1::Outcome& outcome) {
  const v1::Continuous& value = result.continuous();
  const std::string base = absl::StrCat(field, ".continuous");
  const std::string full = absl::StrCat(path_, ".", base);
  if (FindById(outcome.instruments(), result.instrument()) == nullptr) {
    Add(absl::StrCat(field, ".instrument"),
        absl::StrCat("\"", result.instrument(),
                     "\" is no instrument of outcome \"", outcome.id(), "\""));
  }
  if (!IsSpecified(value.value_kind())) {
    Add(absl::StrCat(base, ".value_kind"), "must be FINAL or CHANGE");
  }
  if (value.has_mean()) {
    CheckFinite(absl::StrCat(full, ".mean"), value.mean(), violations_);
  }
  if (value.has_sd() &&
      CheckFinite(absl::StrCat(full, ".sd"), value.sd(), violations_) &&
      value.sd() <= 0) {
    Add(absl::StrCat(base, ".sd"),
        absl::StrCat("must be > 0, found ", Number(value.sd()),
                     "; leave it out if it was not reported"));
  }
  if (value.has_n() && value.n() < 1) {
    Add(absl::StrCat(base, ".n"),
        absl::StrCat("must be >= 1, found ", value.n()));
  }
  ValidateDerivations(field, result.derivations(), {"mean", "sd", "n"});
}

void TrialValidator::ValidateBinary(const std::string& field,
                                    const v1::Binary& binary) {
  if (binary.has_n() && binary.n() < 1) {
    Add(absl::StrCat(field, ".n"),
        absl::StrCat("must be >= 1, found ", binary.n()));
  }
  if (!binary.has_events()) return;
  if (binary.events() < 0) {
    Add(absl::StrCat(field, ".events"),
        absl::StrCat("must be >= 0, found ", binary.events()));
  } else if (binary.has_n() && binary.events() > binary.n()) {
    Add(absl::StrCat(field, ".events"),
        absl::StrCat("must not exceed n = ", binary.n(), ", found ",
                     binary.events()));
  }
}

void TrialValidator::ValidateRate(const std::string& field,
                                  const v1::Rate& rate) {
  if (rate.has_events() && rate.events() < 0) {
    Add(absl::StrCat(field, ".events"),
        absl::StrCat("must be >= 0, found ", rate.events()));
  }
  if (rate.has_exposure() &&
      CheckFinite(absl::StrCat(path_, ".", field, ".exposure"), rate.exposure(),
                  violations_) &&
      rate.exposure() <= 0) {
    Add(absl::StrCat(field, ".exposure"),
        absl::StrCat("must be > 0, found ", Number(rate.exposure())));
  }
}

void TrialValidator::ValidateContrast(int index) {
  const v1::Contrast& contrast = trial_.contrasts(index);
  const std::string field = Element("contrasts", index);
  const v1::Outcome* outcome = ValidateOutcome(field, contrast.outcome());
  ValidateTimePoint(field, contrast.time_point(), 0);
  ValidateArm(absl::StrCat(field, ".first"), contrast.first());
  ValidateArm(absl::StrCat(field, ".second"), contrast.second());
  if (contrast.first() == contrast.second()) {
    Add(absl::StrCat(field, ".second"),
        "a contrast is between two different arms");
  }
  if (!IsSpecified(contrast.effect_measure())) {
    Add(absl::StrCat(field, ".effect_measure"),
        "must be OR, RR, RD, ASD, PETO, MD, SMD, ROM, IRR, IRD, IRSD, HR or "
        "GENERIC");
  } else if (outcome != nullptr &&
             outcome->kind() == v1::Outcome::TIME_TO_EVENT &&
             !Suits(contrast.effect_measure(), outcome->kind())) {
    // Older kinds of outcome take any measure: logs hold such contrasts.
    Add(absl::StrCat(field, ".effect_measure"),
        absl::StrCat("must be HR or GENERIC for the TIME_TO_EVENT outcome \"",
                     outcome->id(), "\", found ",
                     v1::EffectMeasure::Code_Name(contrast.effect_measure())));
  }
  CheckFinite(absl::StrCat(path_, ".", field, ".effect"), contrast.effect(),
              violations_);
  if (CheckFinite(absl::StrCat(path_, ".", field, ".se"), contrast.se(),
                  violations_) &&
      contrast.se() <= 0) {
    Add(absl::StrCat(field, ".se"),
        absl::StrCat("must be > 0, found ", Number(contrast.se())));
  }
  ValidateSource(field, contrast.source());
  ValidateDerivations(field, contrast.derivations(),
                      {"effect", "se", "baseline_se"});
}

void TrialValidator::ValidateBias(int index) {
  const v1::RiskOfBias& bias = trial_.risk_of_bias(index);
  const std::string field = Element("risk_of_bias", index);
  ValidateOutcome(field, bias.outcome());
  if (!bias.time_point().empty()) {
    ValidateTimePoint(field, bias.time_point(), 0);
  }
  const int worst =
      std::max({bias.randomisation(), bias.deviations(), bias.missing_data(),
                bias.measurement(), bias.selection()});
  if (!IsSpecified(bias.overall())) {
    Add(absl::StrCat(field, ".overall"), "must be LOW, SOME_CONCERNS or HIGH");
  } else if (bias.overall() < worst) {
    Add(absl::StrCat(field, ".overall"),
        "must not be below the judgement of any domain (RoB 2)");
  }
}

void TrialValidator::ValidateIndirectness(int index) {
  const v1::Indirectness& judged = trial_.indirectness(index);
  const std::string field = Element("indirectness", index);
  ValidateOutcome(field, judged.outcome());
  if (!judged.time_point().empty()) {
    ValidateTimePoint(field, judged.time_point(), 0);
  }
  if (!IsSpecified(judged.judgement())) {
    Add(absl::StrCat(field, ".judgement"), "must be LOW, MODERATE or HIGH");
  } else if (judged.judgement() != v1::Indirectness::LOW &&
             judged.reason().empty()) {
    Add(absl::StrCat(field, ".reason"), "must say why it is not LOW");
  }
}

// Two results of one instrument may share arms only if one is the set and the
// other a part of it; otherwise nobody can say which one to use.
void TrialValidator::ValidateOverlaps() {
  absl::flat_hash_set<std::string> keys;
  for (int i = 0; i < trial_.results_size(); ++i) {
    const v1::Result& result = trial_.results(i);
    if (!keys.insert(absl::StrCat(ResultKey(result), "\n", result.instrument()))
             .second) {
      Add(Element("results", i),
          absl::StrCat("another result has the same outcome, time point, arms "
                       "and instrument: ",
                       ResultKey(result)));
    }
    for (int j = 0; j < i; ++j) {
      const v1::Result& other = trial_.results(j);
      if (other.outcome() == result.outcome() &&
          other.time_point() == result.time_point() &&
          other.instrument() == result.instrument() &&
          PartlyOverlap(result, other)) {
        Add(Element("results", i),
            absl::StrCat("shares some arms with ", ResultKey(other),
                         " although neither set holds the other"));
      }
    }
  }
}

// Each contrast and each judgement is given once, in whichever direction.
void TrialValidator::ValidateDuplicates() {
  absl::flat_hash_set<std::string> contrasts;
  for (int i = 0; i < trial_.contrasts_size(); ++i) {
    const v1::Contrast& contrast = trial_.contrasts(i);
    const auto arms = std::minmax(contrast.first(), contrast.second());
    if (!contrasts
             .insert(absl::StrCat(contrast.outcome(), "\n",
                                  contrast.time_point(), "\n", arms.first, "\n",
                                  arms.second, "\n", contrast.effect_measure()))
             .second) {
      Add(Element("contrasts", i),
          "another contrast has the same outcome, time point, arms and "
          "effect measure");
    }
  }
  ValidateJudgedOnce("risk_of_bias", trial_.risk_of_bias());
  ValidateJudgedOnce("indirectness", trial_.indirectness());
}

template <typename Judgements>
void TrialValidator::ValidateJudgedOnce(const char* field,
                                        const Judgements& judgements) {
  absl::flat_hash_set<std::string> keys;
  for (int i = 0; i < judgements.size(); ++i) {
    if (!keys.insert(absl::StrCat(judgements[i].outcome(), "\n",
                                  judgements[i].time_point()))
             .second) {
      Add(Element(field, i),
          "another judgement is of the same outcome and time point");
    }
  }
}

}  // namespace

void ValidateTrial(absl::string_view path, const v1::Trial& trial,
                   const v1::Review& review, Violations& violations) {
  TrialValidator(path, trial, review, violations).Run();
}

}  // namespace tidemark::review
