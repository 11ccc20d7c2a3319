// A review at one sequence: the deterministic fold of its log's changes.
#ifndef TIDEMARK_REVIEW_REVIEW_STATE_H_
#define TIDEMARK_REVIEW_REVIEW_STATE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/sha256.h"
#include "google/protobuf/timestamp.pb.h"
#include "review/drafts.h"
#include "review/schedule.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/extraction.pb.h"
#include "tidemark/v1/living_mode.pb.h"
#include "tidemark/v1/release.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {

// What the log entry of a change says beside the change.
struct EntryContext {
  int64_t sequence = 0;
  google::protobuf::Timestamp time;
  std::string actor;
  std::string reason;
  // SHA-256(salt || change).
  audit::Digest commitment = {};
};

EntryContext ContextOf(const audit::Leaf& leaf);

// Who makes a change.
struct Author {
  std::string name;
  // As the leaf has it: `none`, `token` or `internal`.
  std::string auth_method;
};

Author AuthorOf(const audit::Leaf& leaf);

// A version of the protocol.
struct ProtocolVersion {
  v1::Review review;
  int64_t version = 0;
  int64_t sequence = 0;
  audit::Digest commitment = {};
};

// A version of a trial, with the commitment of the change that wrote it.
struct TrialVersion {
  v1::TrialRecord record;
  audit::Digest commitment = {};
};

// A version of an analysis, likewise.
struct AnalysisVersion {
  v1::AnalysisRecord record;
  audit::Digest commitment = {};
};

// What the server's own log says (system_events.h). Empty in a review.
struct ServerRecord {
  // Who may call. Unset before the first start.
  std::optional<v1::AccessSet> access;
  // The reviews that were created, with the sequence that says so.
  std::map<std::string, int64_t> reviews;
};

// An entry that names the key of its log (log_events.h).
struct KeyNamed {
  // C2SP vkeys: until the entry, and from it on.
  std::string old_vkey;
  std::string vkey;
  // Of the entry.
  int64_t sequence = 0;
  // The log was restored from a backup there; else the key was rotated.
  bool restored = false;
};

// What a change writes: new versions, complete.
struct Delta {
  std::optional<v1::Review> protocol;
  int64_t protocol_version = 0;
  // Without sequence, time, actor and reason, which Apply fills in.
  std::vector<v1::TrialRecord> trials;
  std::vector<v1::AnalysisRecord> analyses;
  // Unset: it makes none.
  std::optional<v1::MakeRelease> release;
  // In the server's own log. Unset, empty: it says nothing of it.
  std::optional<v1::AccessSet> access;
  std::string created_review;
  // Without sequence. Unset: it names none.
  std::optional<KeyNamed> key;
  // Entries whose words it erases.
  std::vector<int64_t> redacted;
  // Without sequence, time, actor and reason. Unset: it sets none.
  std::optional<v1::LivingModeRecord> living_mode;
  // What was done.
  std::vector<v1::StepRun> runs;
  // What is reported overdue.
  std::vector<v1::DueStep> overdue;
  // Unset: it sets none.
  std::optional<v1::Policy> policy;
  DraftsDelta drafts;
};

// Copies share the versions and releases: O(trials + versions of protocol and
// analyses) pointers.
class ReviewState {
 public:
  using Trials = std::map<std::string, std::shared_ptr<const TrialVersion>>;

  // The current protocol. Null before the first entry.
  const ProtocolVersion* protocol() const;
  // The protocol after entry `sequence`, or null.
  const ProtocolVersion* ProtocolAsOf(int64_t sequence) const;

  // Current versions, by id.
  const Trials& trials() const { return trials_; }
  // Current version, or null.
  const TrialVersion* FindTrial(absl::string_view trial_id) const;

  // Analyses after entry `sequence`, by id. Unset: now.
  std::vector<const AnalysisVersion*> Analyses(
      std::optional<int64_t> as_of = std::nullopt) const;
  // Current version, or null.
  const AnalysisVersion* FindAnalysis(absl::string_view analysis_id) const;
  // The version after entry `as_of`, or null.
  const AnalysisVersion* FindAnalysis(absl::string_view analysis_id,
                                      int64_t as_of) const;

  // Releases by sequence, then in the order in which they were made.
  const std::vector<v1::Release>& releases() const { return *releases_; }
  // The release of this tag, or null.
  const v1::Release* FindRelease(absl::string_view tag) const;

  // The entries that name a key, oldest first. Empty: the log has its first
  // key.
  const std::vector<KeyNamed>& keys() const { return *keys_; }

  // The entries that were redacted, each with the entry that did it.
  const std::map<int64_t, int64_t>& redactions() const { return *redactions_; }

  // The last entry that redacted others; 0 for none. What was read of earlier
  // entries before it may hold words that are erased.
  int64_t last_redaction() const { return last_redaction_; }

  // Living mode after entry `as_of`, or null. Unset: now.
  const v1::LivingModeRecord* LivingMode(
      std::optional<int64_t> as_of = std::nullopt) const;

  // What was done to keep the review up to date, by sequence and then in the
  // order of the entry.
  using Runs = std::vector<std::shared_ptr<const v1::StepRunRecord>>;
  const Runs& runs() const { return *runs_; }

  // The steps that were reported overdue, each with its due day.
  const std::set<DueKey>& reported_overdue() const {
    return *reported_overdue_;
  }

  // The versions of the policy, oldest first. Empty: none was set.
  const std::vector<v1::PolicyRecord>& policies() const { return *policies_; }
  // The version after entry `sequence`, or null.
  const v1::PolicyRecord* PolicyAsOf(int64_t sequence) const;

  const DraftBook& drafts() const { return *drafts_; }

  // Of the server's own log.
  const ServerRecord& server() const { return *server_; }

  // Sequence of the last entry applied; 0 for none.
  int64_t sequence() const { return sequence_; }

  // Makes the versions of `delta` current as of `entry`, whose sequence is
  // sequence() + 1. O(delta · log); O(releases) if it makes one, O(runs) if it
  // records one, O(drafts) if it writes or closes some.
  void Apply(const Delta& delta, const EntryContext& entry);

  // This state, at the same sequence, if `delta` were part of it: of no entry.
  ReviewState With(const Delta& delta) const;

 private:
  void ApplyRelease(const v1::MakeRelease& made, const EntryContext& entry);
  void ApplyLivingMode(const Delta& delta, const EntryContext& entry);
  void ApplyPolicy(const v1::Policy& policy, const EntryContext& entry);
  void ApplyDrafts(const DraftsDelta& delta, const EntryContext& entry);

  // Oldest first.
  std::vector<std::shared_ptr<const ProtocolVersion>> protocols_;
  std::map<std::string, std::vector<std::shared_ptr<const AnalysisVersion>>>
      analyses_;
  Trials trials_;
  std::shared_ptr<const std::vector<v1::Release>> releases_ =
      std::make_shared<std::vector<v1::Release>>();
  std::shared_ptr<const std::vector<KeyNamed>> keys_ =
      std::make_shared<std::vector<KeyNamed>>();
  std::shared_ptr<const std::map<int64_t, int64_t>> redactions_ =
      std::make_shared<std::map<int64_t, int64_t>>();
  // Oldest first.
  std::vector<std::shared_ptr<const v1::LivingModeRecord>> living_modes_;
  std::shared_ptr<const Runs> runs_ = std::make_shared<Runs>();
  std::shared_ptr<const std::set<DueKey>> reported_overdue_ =
      std::make_shared<std::set<DueKey>>();
  std::shared_ptr<const ServerRecord> server_ =
      std::make_shared<ServerRecord>();
  std::shared_ptr<const std::vector<v1::PolicyRecord>> policies_ =
      std::make_shared<std::vector<v1::PolicyRecord>>();
  std::shared_ptr<const DraftBook> drafts_ = std::make_shared<DraftBook>();
  int64_t last_redaction_ = 0;
  int64_t sequence_ = 0;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_REVIEW_STATE_H_
