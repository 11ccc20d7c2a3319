#include "review/testing/honest_log.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "base/version.h"
#include "review/log_events.h"
#include "review/older_builds.h"
#include "review/plan_change.h"
#include "review/redact_log.h"
#include "review/testing/toy_review.h"

namespace tidemark::testing {
namespace {

template <typename T>
T ValueOrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::cerr << value.status() << "\n";
    std::abort();
  }
  return *std::move(value);
}

void AddRecord(const std::string& id, const std::string& bytes,
               google::protobuf::RepeatedPtrField<v1::StoredRecord>* records) {
  v1::StoredRecord* record = records->Add();
  record->set_id(id);
  record->set_bytes(bytes);
}

}  // namespace

std::string LoggedEntry::bytes() const {
  return ValueOrDie(audit::EncodeLeaf(leaf));
}

v1::Estimate HonestLog::EstimateOf(const std::string& analysis) const {
  v1::Estimate estimate = ValueOrDie(
      review::EstimateAnalysis(state_, *state_.FindAnalysis(analysis)));
  // Of a build that is not known there is no older form.
  const auto stored = review::AsStoredBy(build_, estimate);
  if (stored.ok()) estimate = *stored;
  estimate.set_engine_build(build_);
  estimate.set_inputs_digest(std::string(audit::AsBytes(inputs_.at(analysis))));
  return estimate;
}

const LoggedEntry& HonestLog::Append(const v1::Change& change,
                                     const std::string& actor) {
  const review::PlannedChange plan = ValueOrDie(
      review::PlanChange(state_, kToyReview, change, {actor, "token"}));
  LoggedEntry entry;
  audit::Leaf& leaf = entry.leaf;
  epoch_ = review::EpochAfter(epoch_, plan.delta);
  leaf.epoch = epoch_;
  leaf.sequence = state_.sequence() + 1;
  leaf.time_unix_nanos = (999 + leaf.sequence) * 1000000000;
  leaf.actor = actor;
  leaf.auth_method = "token";
  leaf.action = plan.action;
  leaf.resource = plan.resource;
  leaf.version_before = plan.version_before;
  leaf.version_after = plan.version_after;
  leaf.reason = "a test";
  leaf.request_id = absl::StrCat("request-", leaf.sequence);
  leaf.engine_build = build_;
  entry.evidence.set_salt(std::string(
      audit::AsBytes(audit::Sha256(absl::StrCat("salt", leaf.sequence)))));
  entry.evidence.set_change(plan.change.SerializeAsString());
  leaf.change_commitment = ValueOrDie(
      audit::ChangeCommitment(entry.evidence.salt(), entry.evidence.change()));

  state_.Apply(plan.delta, review::ContextOf(leaf));
  std::vector<std::string> trials;
  for (const v1::TrialRecord& trial : plan.delta.trials) {
    trials.push_back(trial.trial().trial_id());
  }
  std::sort(trials.begin(), trials.end());
  for (const std::string& id : trials) {
    AddRecord(id, state_.FindTrial(id)->record.SerializeAsString(),
              entry.evidence.mutable_trials());
  }
  for (const std::string& id : review::UpdateInputs(state_, build_, inputs_)) {
    const std::string bytes = EstimateOf(id).SerializeAsString();
    AddRecord(id, bytes, entry.evidence.mutable_estimates());
    leaf.analyses.push_back({id, inputs_.at(id), audit::Sha256(bytes)});
  }
  entries_.push_back(std::move(entry));
  return entries_.back();
}

const LoggedEntry& HonestLog::Redact(const std::vector<int64_t>& sequences) {
  v1::Change change;
  v1::RedactChanges* redact = change.mutable_redact_changes();
  for (const int64_t sequence : sequences) redact->add_sequences(sequence);
  review::RedactedLog redacted = ValueOrDie(review::RedactLog(
      state_, kToyReview, *redact,
      [this](int64_t sequence) -> absl::StatusOr<review::StoredEntry> {
        const LoggedEntry& entry = entries_[static_cast<size_t>(sequence - 1)];
        review::StoredEntry stored = {entry.leaf, {}};
        if (stored.change.ParseFromString(entry.evidence.change())) {
          return stored;
        }
        return absl::InternalError("the change is damaged");
      }));
  *redact = redacted.redact;
  for (int i = 0; i < redact->sequences_size(); ++i) {
    v1::Evidence& evidence =
        entries_[static_cast<size_t>(redact->sequences(i) - 1)].evidence;
    evidence.set_salt(audit::RedactedSalt());
    evidence.set_change(redact->replacements(i));
  }
  for (const v1::TrialRecord& record : redacted.trials) {
    v1::Evidence& evidence =
        entries_[static_cast<size_t>(record.sequence() - 1)].evidence;
    for (v1::StoredRecord& trial : *evidence.mutable_trials()) {
      if (trial.id() != record.trial().trial_id()) continue;
      trial.set_bytes(record.SerializeAsString());
    }
  }
  state_ = std::move(redacted.state);
  return Append(change);
}

HonestLog ToyLog(std::string build) {
  HonestLog log(std::move(build));
  log.Append(PutReview(ToyReview()));
  log.Append(PutAnalyses({AdverseAnalysis(), PainAnalysis()}));
  v1::Trial alpha = ToyTrial("alpha");
  AddEvents("ha", 3, 15, &alpha);
  AddEvents("msc1", 5, 16, &alpha);
  v1::Trial beta = TrialOf("beta", {"ha", "msc1", "msc2"});
  AddPain("ha", "vas", 40, 18, 8, &beta);
  AddPain("msc1", "vas", 27, 19, 9, &beta);
  AddPain("msc2", "vas", 15, 16, 9, &beta);
  log.Append(Submit({alpha, beta}));
  log.Append(Correct("alpha", "results[pain/6m/ha].continuous.sd", "20"));
  log.Append(SetStatus({"beta"}, v1::TrialStatus::RETRACTED, "10.1/notice"));
  return log;
}

}  // namespace tidemark::testing
