#include "review/review_state.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "google/protobuf/util/time_util.h"
#include "review/drafts.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/extraction.pb.h"
#include "tidemark/v1/release.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

EntryContext ContextOf(const audit::Leaf& leaf) {
  EntryContext context;
  context.sequence = leaf.sequence;
  context.time = google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
      leaf.time_unix_nanos);
  context.actor = leaf.actor;
  context.reason = leaf.reason;
  context.commitment = leaf.change_commitment;
  return context;
}

Author AuthorOf(const audit::Leaf& leaf) {
  return {leaf.actor, leaf.auth_method};
}

const ProtocolVersion* ReviewState::protocol() const {
  return protocols_.empty() ? nullptr : protocols_.back().get();
}

const ProtocolVersion* ReviewState::ProtocolAsOf(int64_t sequence) const {
  const ProtocolVersion* found = nullptr;
  for (const auto& version : protocols_) {
    if (version->sequence <= sequence) found = version.get();
  }
  return found;
}

const TrialVersion* ReviewState::FindTrial(absl::string_view trial_id) const {
  const auto found = trials_.find(std::string(trial_id));
  return found == trials_.end() ? nullptr : found->second.get();
}

std::vector<const AnalysisVersion*> ReviewState::Analyses(
    std::optional<int64_t> as_of) const {
  std::vector<const AnalysisVersion*> analyses;
  for (const auto& [id, versions] : analyses_) {
    const AnalysisVersion* found = nullptr;
    for (const auto& version : versions) {
      if (version->record.sequence() <= as_of.value_or(sequence_)) {
        found = version.get();
      }
    }
    if (found != nullptr) analyses.push_back(found);
  }
  return analyses;
}

const AnalysisVersion* ReviewState::FindAnalysis(
    absl::string_view analysis_id) const {
  const auto found = analyses_.find(std::string(analysis_id));
  return found == analyses_.end() ? nullptr : found->second.back().get();
}

const v1::Release* ReviewState::FindRelease(absl::string_view tag) const {
  const auto found = std::find_if(
      releases_->begin(), releases_->end(),
      [&](const v1::Release& release) { return release.tag() == tag; });
  return found == releases_->end() ? nullptr : &*found;
}

const v1::PolicyRecord* ReviewState::PolicyAsOf(int64_t sequence) const {
  const v1::PolicyRecord* found = nullptr;
  for (const v1::PolicyRecord& policy : *policies_) {
    if (policy.sequence() <= sequence) found = &policy;
  }
  return found;
}

void ReviewState::ApplyPolicy(const v1::Policy& policy,
                              const EntryContext& entry) {
  auto policies = std::make_shared<std::vector<v1::PolicyRecord>>(*policies_);
  v1::PolicyRecord& record = policies->emplace_back();
  *record.mutable_policy() = policy;
  record.set_version(static_cast<int64_t>(policies->size()));
  record.set_sequence(entry.sequence);
  *record.mutable_time() = entry.time;
  record.set_actor(entry.actor);
  record.set_reason(entry.reason);
  policies_ = std::move(policies);
}

void ReviewState::ApplyDrafts(const DraftsDelta& delta,
                              const EntryContext& entry) {
  auto drafts = std::make_shared<DraftBook>(*drafts_);
  for (KeptDraft kept : delta.written) {
    kept.draft.set_sequence(entry.sequence);
    *kept.draft.mutable_time() = entry.time;
    kept.draft.set_actor(entry.actor);
    kept.draft.set_reason(entry.reason);
    drafts->Write(std::move(kept));
  }
  for (const ClosedDraft& closed : delta.closed) {
    drafts->Close(closed, entry.sequence, entry.actor);
  }
  drafts_ = std::move(drafts);
}

void ReviewState::ApplyRelease(const v1::MakeRelease& made,
                               const EntryContext& entry) {
  v1::Release release;
  release.set_tag(made.tag());
  release.set_sequence(made.sequence());
  release.set_trigger(entry.reason);
  release.set_declared(made.declared());
  release.set_conclusions_changed(made.conclusions_changed());
  release.set_major_events(made.major_events());
  release.set_predecessor(made.predecessor());
  release.set_made_at(entry.sequence);
  *release.mutable_time() = entry.time;
  release.set_actor(entry.actor);
  auto releases = std::make_shared<std::vector<v1::Release>>(*releases_);
  const auto after =
      std::upper_bound(releases->begin(), releases->end(), release.sequence(),
                       [](int64_t sequence, const v1::Release& other) {
                         return sequence < other.sequence();
                       });
  releases->insert(after, std::move(release));
  releases_ = std::move(releases);
}

void ReviewState::ApplyLivingMode(const Delta& delta,
                                  const EntryContext& entry) {
  if (delta.living_mode.has_value()) {
    auto record = std::make_shared<v1::LivingModeRecord>(*delta.living_mode);
    record->set_sequence(entry.sequence);
    *record->mutable_time() = entry.time;
    record->set_actor(entry.actor);
    record->set_reason(entry.reason);
    living_modes_.push_back(std::move(record));
  }
  if (!delta.runs.empty()) {
    auto runs = std::make_shared<Runs>(*runs_);
    for (const v1::StepRun& run : delta.runs) {
      auto record = std::make_shared<v1::StepRunRecord>();
      *record->mutable_run() = run;
      record->set_sequence(entry.sequence);
      *record->mutable_time() = entry.time;
      record->set_actor(entry.actor);
      runs->push_back(std::move(record));
    }
    runs_ = std::move(runs);
  }
  if (!delta.overdue.empty()) {
    auto reported = std::make_shared<std::set<DueKey>>(*reported_overdue_);
    for (const v1::DueStep& step : delta.overdue) {
      reported->insert(KeyOf(step));
    }
    reported_overdue_ = std::move(reported);
  }
}

const v1::LivingModeRecord* ReviewState::LivingMode(
    std::optional<int64_t> as_of) const {
  const v1::LivingModeRecord* found = nullptr;
  for (const auto& record : living_modes_) {
    if (record->sequence() <= as_of.value_or(sequence_)) found = record.get();
  }
  return found;
}

const AnalysisVersion* ReviewState::FindAnalysis(absl::string_view analysis_id,
                                                 int64_t as_of) const {
  const auto versions = analyses_.find(std::string(analysis_id));
  if (versions == analyses_.end()) return nullptr;
  const AnalysisVersion* found = nullptr;
  for (const auto& version : versions->second) {
    if (version->record.sequence() <= as_of) found = version.get();
  }
  return found;
}

void ReviewState::Apply(const Delta& delta, const EntryContext& entry) {
  sequence_ = entry.sequence;
  if (delta.protocol.has_value()) {
    protocols_.push_back(std::make_shared<ProtocolVersion>(
        ProtocolVersion{*delta.protocol, delta.protocol_version, entry.sequence,
                        entry.commitment}));
  }
  for (const v1::TrialRecord& record : delta.trials) {
    auto version = std::make_shared<TrialVersion>();
    version->record = record;
    version->record.set_sequence(entry.sequence);
    *version->record.mutable_time() = entry.time;
    version->record.set_actor(entry.actor);
    version->record.set_reason(entry.reason);
    version->commitment = entry.commitment;
    trials_[record.trial().trial_id()] = std::move(version);
  }
  for (const v1::AnalysisRecord& record : delta.analyses) {
    auto version = std::make_shared<AnalysisVersion>();
    version->record = record;
    version->record.set_sequence(entry.sequence);
    version->commitment = entry.commitment;
    analyses_[record.analysis().analysis_id()].push_back(std::move(version));
  }
  if (delta.release.has_value()) ApplyRelease(*delta.release, entry);
  ApplyLivingMode(delta, entry);
  if (delta.policy.has_value()) ApplyPolicy(*delta.policy, entry);
  if (!delta.drafts.empty()) ApplyDrafts(delta.drafts, entry);
  if (delta.key.has_value()) {
    auto keys = std::make_shared<std::vector<KeyNamed>>(*keys_);
    keys->push_back(*delta.key);
    keys->back().sequence = entry.sequence;
    keys_ = std::move(keys);
  }
  if (!delta.redacted.empty()) {
    auto redactions =
        std::make_shared<std::map<int64_t, int64_t>>(*redactions_);
    for (const int64_t sequence : delta.redacted) {
      redactions->emplace(sequence, entry.sequence);
    }
    redactions_ = std::move(redactions);
    last_redaction_ = entry.sequence;
  }
  if (delta.access.has_value() || !delta.created_review.empty()) {
    auto server = std::make_shared<ServerRecord>(*server_);
    if (delta.access.has_value()) server->access = delta.access;
    if (!delta.created_review.empty()) {
      server->reviews.emplace(delta.created_review, entry.sequence);
    }
    server_ = std::move(server);
  }
}

ReviewState ReviewState::With(const Delta& delta) const {
  ReviewState state = *this;
  EntryContext context;
  context.sequence = sequence_;
  state.Apply(delta, context);
  return state;
}

}  // namespace tidemark::review
