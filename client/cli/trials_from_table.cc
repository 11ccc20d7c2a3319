#include "client/cli/trials_from_table.h"

#include <cctype>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/import/arm_table.h"
#include "google/protobuf/util/message_differencer.h"
#include "nma/study.h"

namespace tidemark::cli {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr char kReport[] = "table";

absl::Status Problem(const std::string& study, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(study, ": ", what));
}

// The year that `Matas 2019` or `Matas 2019b` ends in. 0: none.
int32_t YearOf(const std::string& study) {
  size_t end = study.size();
  if (end > 0 && std::isalpha(static_cast<unsigned char>(study[end - 1]))) {
    --end;
  }
  int32_t year = 0;
  if (end < 4 || !absl::SimpleAtoi(study.substr(end - 4, 4), &year)) return 0;
  return year >= 1900 && year <= 2200 ? year : 0;
}

// Writes the results of one study into one trial.
class TrialWriter {
 public:
  TrialWriter(const TableContext& context, const v1::Review& review,
              const std::string& instrument, v1::Trial* trial)
      : context_(context),
        review_(review),
        instrument_(instrument),
        trial_(trial) {}

  absl::Status Write(const nma::Study& study) {
    return std::visit([this](const auto& rows) { return AddAll(rows); },
                      study.data);
  }

 private:
  template <typename Row>
  absl::Status AddAll(const std::vector<Row>& rows) {
    for (const Row& row : rows) RETURN_IF_ERROR(Add(row));
    return absl::OkStatus();
  }

  // The baseline is the second arm of every contrast.
  absl::Status AddAll(const nma::BaselineContrasts& data) {
    for (const nma::BaselineContrast& row : data.contrasts) {
      ASSIGN_OR_RETURN(
          v1::Contrast* const contrast,
          AddContrast({row.treatment, data.baseline, row.effect, row.se}));
      if (data.baseline_se.has_value()) {
        contrast->set_baseline_se(*data.baseline_se);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Add(const nma::BinaryArm& row) {
    ASSIGN_OR_RETURN(v1::Result* const result, ResultOf(row.treatment));
    ASSIGN_OR_RETURN(const int32_t events, Count(row.events));
    ASSIGN_OR_RETURN(const int32_t total, Count(row.total));
    result->mutable_binary()->set_events(events);
    result->mutable_binary()->set_n(total);
    return absl::OkStatus();
  }

  absl::Status Add(const nma::ContinuousArm& row) {
    ASSIGN_OR_RETURN(v1::Result* const result, ResultOf(row.treatment));
    ASSIGN_OR_RETURN(const int32_t n, Count(row.n));
    result->set_instrument(instrument_);
    v1::Continuous* value = result->mutable_continuous();
    value->set_value_kind(context_.value_kind);
    value->set_mean(row.mean);
    value->set_sd(row.sd);
    value->set_n(n);
    return absl::OkStatus();
  }

  absl::Status Add(const nma::RateArm& row) {
    ASSIGN_OR_RETURN(v1::Result* const result, ResultOf(row.treatment));
    ASSIGN_OR_RETURN(const int32_t events, Count(row.events));
    result->mutable_rate()->set_events(events);
    result->mutable_rate()->set_exposure(row.exposure);
    return absl::OkStatus();
  }

  absl::Status Add(const nma::Contrast& row) {
    return AddContrast(row).status();
  }

  absl::StatusOr<v1::Contrast*> AddContrast(const nma::Contrast& row) {
    ASSIGN_OR_RETURN(const std::string first, ArmOf(row.first));
    ASSIGN_OR_RETURN(const std::string second, ArmOf(row.second));
    v1::Contrast* contrast = FindOrAddContrast(first, second);
    contrast->set_effect_measure(context_.measure);
    contrast->set_effect(row.effect);
    contrast->set_se(row.se);
    SetSource(contrast->mutable_source());
    return contrast;
  }

  absl::StatusOr<int32_t> Count(double value) const {
    if (value > std::numeric_limits<int32_t>::max()) {
      return Problem(trial_->trial_id(),
                     absl::StrCat(value, " is more than a count can be"));
    }
    return static_cast<int32_t>(value);
  }

  // The id of the arm with this treatment, added if the trial has none.
  absl::StatusOr<std::string> ArmOf(const std::string& treatment) {
    for (const v1::Arm& arm : trial_->arms()) {
      if (arm.treatment() == treatment) return arm.id();
    }
    for (const v1::Treatment& known : review_.treatments()) {
      if (known.id() != treatment) continue;
      v1::Arm* arm = trial_->add_arms();
      arm->set_id(treatment);
      arm->set_label(known.name().empty() ? treatment : known.name());
      arm->set_treatment(treatment);
      return arm->id();
    }
    return Problem(
        trial_->trial_id(),
        absl::StrCat("`", treatment,
                     "` is no treatment of the review, which has ",
                     absl::StrJoin(review_.treatments(), ", ",
                                   [](std::string* out, const auto& known) {
                                     absl::StrAppend(out, known.id());
                                   })));
  }

  absl::StatusOr<v1::Result*> ResultOf(const std::string& treatment) {
    ASSIGN_OR_RETURN(const std::string arm, ArmOf(treatment));
    v1::Result* found = nullptr;
    for (v1::Result& result : *trial_->mutable_results()) {
      if (result.outcome() == context_.outcome &&
          result.time_point() == context_.time_point &&
          result.arms_size() == 1 && result.arms(0) == arm) {
        found = &result;
      }
    }
    if (found == nullptr) found = trial_->add_results();
    // What was said of the old number is not true of the new one.
    found->Clear();
    found->set_outcome(context_.outcome);
    found->set_time_point(context_.time_point);
    found->add_arms(arm);
    SetSource(found->mutable_source());
    return found;
  }

  v1::Contrast* FindOrAddContrast(const std::string& first,
                                  const std::string& second) {
    v1::Contrast* found = nullptr;
    for (v1::Contrast& contrast : *trial_->mutable_contrasts()) {
      const bool same_arms =
          (contrast.first() == first && contrast.second() == second) ||
          (contrast.first() == second && contrast.second() == first);
      if (same_arms && contrast.outcome() == context_.outcome &&
          contrast.time_point() == context_.time_point) {
        found = &contrast;
      }
    }
    if (found == nullptr) found = trial_->add_contrasts();
    found->Clear();
    found->set_outcome(context_.outcome);
    found->set_time_point(context_.time_point);
    found->set_first(first);
    found->set_second(second);
    return found;
  }

  void SetSource(v1::Source* source) const {
    source->set_report(kReport);
    source->set_locator(context_.file);
  }

  const TableContext& context_;
  const v1::Review& review_;
  const std::string& instrument_;
  v1::Trial* const trial_;
};

absl::StatusOr<v1::Trial> NewTrial(const std::string& study,
                                   const TableContext& context) {
  v1::Trial trial;
  trial.set_trial_id(study);
  trial.set_title(study);
  const int32_t year = YearOf(study);
  trial.set_year(year != 0 ? year : context.year);
  if (trial.year() == 0) {
    return Problem(study, "its name does not end in a year; give --year");
  }
  trial.set_design(context.design);
  return trial;
}

void AddReport(const TableContext& context, v1::Trial* trial) {
  for (const v1::Report& report : trial->reports()) {
    if (report.id() == kReport) return;
  }
  v1::Report* report = trial->add_reports();
  report->set_id(kReport);
  report->set_citation(
      absl::StrCat(trial->title(), ", as in the table ", context.file));
}

// The instrument of a continuous outcome, by name or because it is the only
// one.
absl::StatusOr<std::string> InstrumentOf(const TableContext& context,
                                         const v1::Review& review) {
  if (!context.instrument.empty()) return context.instrument;
  for (const v1::Outcome& outcome : review.outcomes()) {
    if (outcome.id() != context.outcome) continue;
    if (outcome.instruments_size() == 1) return outcome.instruments(0).id();
    return absl::InvalidArgumentError(absl::StrCat(
        context.outcome, " has ", outcome.instruments_size(),
        " instruments: say with --instrument on which one the numbers are"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the review has no outcome `", context.outcome, "`"));
}

}  // namespace

absl::StatusOr<v1::SubmitTrials> TrialsFromTable(
    const client::ArmTable& table, const TableContext& context,
    const v1::Review& review,
    const std::map<std::string, v1::TrialRecord>& existing) {
  std::string instrument;
  if (table.layout == client::TableLayout::kContinuous) {
    ASSIGN_OR_RETURN(instrument, InstrumentOf(context, review));
  }
  v1::SubmitTrials submit;
  for (const nma::Study& study : table.studies) {
    v1::SubmittedTrial* submitted = submit.add_trials();
    v1::Trial* trial = submitted->mutable_trial();
    const auto known = existing.find(study.id);
    if (known != existing.end()) {
      *trial = known->second.trial();
      submitted->set_expected_version(known->second.version());
    } else {
      ASSIGN_OR_RETURN(*trial, NewTrial(study.id, context));
      submitted->set_expected_version(0);
    }
    AddReport(context, trial);
    RETURN_IF_ERROR(
        TrialWriter(context, review, instrument, trial).Write(study));
    if (known != existing.end() &&
        MessageDifferencer::Equals(*trial, known->second.trial())) {
      submit.mutable_trials()->RemoveLast();
    }
  }
  return submit;
}

}  // namespace tidemark::cli
