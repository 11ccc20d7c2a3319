#include "server/log_reader.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "google/protobuf/util/time_util.h"
#include "review/errors.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

using google::protobuf::util::TimeUtil;

// Parses stored bytes; `what` names them in the error.
template <typename Message>
absl::StatusOr<Message> Parse(absl::string_view bytes, absl::string_view what) {
  Message message;
  if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return message;
  }
  return absl::DataLossError(
      absl::StrCat(what, ": the stored bytes are damaged"));
}

absl::Status OutOfRange(absl::string_view message) {
  return review::Error(absl::StatusCode::kOutOfRange, "NO_SUCH_MOMENT",
                       message);
}

absl::Status UnknownRelease(absl::string_view review, absl::string_view tag) {
  return review::Error(
      absl::StatusCode::kNotFound, "RELEASE_NOT_FOUND",
      absl::StrCat("review \"", review, "\" has no release \"", tag, "\""),
      {{"release", std::string(tag)}});
}

std::vector<std::string> AnalysisIdsOf(const audit::Leaf& leaf) {
  std::vector<std::string> ids;
  for (const auto& digest : leaf.analyses) ids.push_back(digest.analysis);
  return ids;
}

}  // namespace

void WriteAnalysisDigest(const audit::Leaf::AnalysisDigest& digest,
                         v1::AnalysisDigest* to) {
  to->set_analysis_id(digest.analysis);
  to->set_inputs(std::string(audit::AsBytes(digest.inputs)));
  to->set_estimate(std::string(audit::AsBytes(digest.estimate)));
}

std::vector<std::string> TrialIdsOf(const v1::Change& change) {
  std::vector<std::string> ids;
  for (const v1::SubmittedTrial& submitted : change.submit_trials().trials()) {
    ids.push_back(submitted.trial().trial_id());
  }
  if (change.has_correct_trial()) {
    ids.push_back(change.correct_trial().trial_id());
  }
  ids.insert(ids.end(), change.set_trial_status().trial_ids().begin(),
             change.set_trial_status().trial_ids().end());
  for (const v1::DraftName& draft : change.approve_drafts().drafts()) {
    ids.push_back(draft.trial_id());
  }
  if (change.has_adjudicate_trial()) {
    ids.push_back(change.adjudicate_trial().trial_id());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

absl::StatusOr<audit::Leaf> LogReader::Leaf(int64_t sequence) const {
  ASSIGN_OR_RETURN(const std::string bytes, store_->Leaf(review_, sequence));
  absl::StatusOr<audit::Leaf> leaf = audit::DecodeLeaf(bytes);
  if (leaf.ok()) return leaf;
  return absl::DataLossError(absl::StrCat(review_, " sequence ", sequence,
                                          ": leaf: ", leaf.status().message()));
}

absl::StatusOr<v1::Change> LogReader::Change(int64_t sequence) const {
  ASSIGN_OR_RETURN(const storage::SaltedChange change,
                   store_->Change(review_, sequence));
  return ParseChange(sequence, change.change);
}

absl::StatusOr<v1::Change> LogReader::ParseChange(
    int64_t sequence, absl::string_view bytes) const {
  return Parse<v1::Change>(
      bytes, absl::StrCat(review_, " sequence ", sequence, ": change"));
}

v1::LogEntry ToLogEntry(const audit::Leaf& leaf) {
  v1::LogEntry entry;
  entry.set_sequence(leaf.sequence);
  entry.set_epoch(leaf.epoch);
  *entry.mutable_time() =
      TimeUtil::NanosecondsToTimestamp(leaf.time_unix_nanos);
  entry.set_actor(leaf.actor);
  entry.set_auth_method(leaf.auth_method);
  entry.set_action(leaf.action);
  entry.set_resource(leaf.resource);
  entry.set_version_before(leaf.version_before);
  entry.set_version_after(leaf.version_after);
  entry.set_reason(leaf.reason);
  entry.set_request_id(leaf.request_id);
  entry.set_engine_build(leaf.engine_build);
  entry.set_change_commitment(
      std::string(audit::AsBytes(leaf.change_commitment)));
  for (const audit::Leaf::AnalysisDigest& digest : leaf.analyses) {
    WriteAnalysisDigest(digest, entry.add_analyses());
  }
  return entry;
}

absl::StatusOr<v1::LogEntry> LogReader::Entry(int64_t sequence,
                                              bool with_leaf) const {
  ASSIGN_OR_RETURN(const audit::Leaf leaf, Leaf(sequence));
  v1::LogEntry entry = ToLogEntry(leaf);
  if (with_leaf) {
    ASSIGN_OR_RETURN(*entry.mutable_leaf(), store_->Leaf(review_, sequence));
  }
  return entry;
}

absl::StatusOr<v1::Evidence> LogReader::Evidence(int64_t sequence) const {
  ASSIGN_OR_RETURN(storage::SaltedChange salted,
                   store_->Change(review_, sequence));
  ASSIGN_OR_RETURN(const v1::Change change,
                   ParseChange(sequence, salted.change));
  ASSIGN_OR_RETURN(const audit::Leaf leaf, Leaf(sequence));
  v1::Evidence evidence;
  evidence.set_salt(std::move(salted.salt));
  evidence.set_change(std::move(salted.change));
  for (const std::string& id : TrialIdsOf(change)) {
    absl::StatusOr<storage::StoredVersion> version =
        store_->TrialAsOf(review_, id, sequence);
    // One that is missing is missing in the list.
    if (absl::IsNotFound(version.status())) continue;
    RETURN_IF_ERROR(version.status());
    if (version->sequence != sequence) continue;
    v1::StoredRecord* record = evidence.add_trials();
    record->set_id(id);
    record->set_bytes(std::move(version->bytes));
  }
  ASSIGN_OR_RETURN(std::vector<storage::Entry::Version> estimates,
                   store_->EstimatesAt(review_, sequence, AnalysisIdsOf(leaf)));
  for (storage::Entry::Version& estimate : estimates) {
    v1::StoredRecord* record = evidence.add_estimates();
    record->set_id(std::move(estimate.id));
    record->set_bytes(std::move(estimate.bytes));
  }
  return evidence;
}

absl::StatusOr<std::vector<v1::TrialRecord>> LogReader::TrialsWritten(
    int64_t sequence, const v1::Change& change) const {
  std::vector<v1::TrialRecord> written;
  for (const std::string& id : TrialIdsOf(change)) {
    absl::StatusOr<v1::TrialRecord> record = Trial(id, sequence);
    if (absl::IsNotFound(record.status())) continue;  // it has drafts only
    RETURN_IF_ERROR(record.status());
    if (record->sequence() != sequence) continue;
    written.push_back(*std::move(record));
  }
  return written;
}

absl::StatusOr<v1::TrialRecord> LogReader::Trial(absl::string_view trial,
                                                 int64_t as_of) const {
  ASSIGN_OR_RETURN(const storage::StoredVersion version,
                   store_->TrialAsOf(review_, trial, as_of));
  return Parse<v1::TrialRecord>(version.bytes,
                                absl::StrCat(review_, " trial ", trial));
}

absl::StatusOr<std::vector<v1::TrialRecord>> LogReader::TrialVersions(
    absl::string_view trial) const {
  ASSIGN_OR_RETURN(const std::vector<storage::StoredVersion> versions,
                   store_->TrialVersions(review_, trial));
  std::vector<v1::TrialRecord> records;
  for (const storage::StoredVersion& version : versions) {
    ASSIGN_OR_RETURN(
        v1::TrialRecord record,
        Parse<v1::TrialRecord>(version.bytes,
                               absl::StrCat(review_, " trial ", trial)));
    records.push_back(std::move(record));
  }
  if (records.empty()) {
    return review::Error(
        absl::StatusCode::kNotFound, "TRIAL_NOT_FOUND",
        absl::StrCat("review \"", review_, "\" has no trial \"", trial, "\""),
        {{"trial", std::string(trial)}});
  }
  return records;
}

absl::StatusOr<v1::Estimate> LogReader::ParseEstimate(
    absl::string_view analysis, const storage::StoredVersion& version) const {
  return Parse<v1::Estimate>(version.bytes,
                             absl::StrCat(review_, " estimate of ", analysis,
                                          " at sequence ", version.sequence));
}

absl::StatusOr<v1::Estimate> LogReader::EstimateAsOf(absl::string_view analysis,
                                                     int64_t as_of) const {
  ASSIGN_OR_RETURN(const storage::StoredVersion version,
                   store_->EstimateAsOf(review_, analysis, as_of));
  return ParseEstimate(analysis, version);
}

absl::StatusOr<int64_t> LogReader::EstimateSequence(absl::string_view analysis,
                                                    int64_t as_of) const {
  ASSIGN_OR_RETURN(const storage::StoredVersion version,
                   store_->EstimateAsOf(review_, analysis, as_of));
  return version.sequence;
}

absl::StatusOr<int64_t> LogReader::Resolve(
    const v1::AsOf& as_of, const review::ReviewState& state) const {
  const int64_t head = state.sequence();
  switch (as_of.moment_case()) {
    case v1::AsOf::MOMENT_NOT_SET:
      return head;
    case v1::AsOf::kSequence:
      if (as_of.sequence() >= 1 && as_of.sequence() <= head) {
        return as_of.sequence();
      }
      return OutOfRange(absl::StrCat("sequence ", as_of.sequence(),
                                     " is not in 1..", head, " of review \"",
                                     review_, "\""));
    case v1::AsOf::kRelease: {
      const v1::Release* const release = state.FindRelease(as_of.release());
      if (release != nullptr) return release->sequence();
      return UnknownRelease(review_, as_of.release());
    }
    case v1::AsOf::kTime:
      return ResolveTime(as_of.time(), head);
  }
  return OutOfRange("the moment is of no known kind");
}

absl::StatusOr<int64_t> LogReader::ResolveTime(
    const google::protobuf::Timestamp& time, int64_t head) const {
  int64_t low = 0;
  int64_t high = head;
  while (low < high) {
    const int64_t middle = low + (high - low + 1) / 2;
    ASSIGN_OR_RETURN(const audit::Leaf leaf, Leaf(middle));
    // As timestamps: far moments do not fit nanoseconds in 64 bits.
    if (TimeUtil::NanosecondsToTimestamp(leaf.time_unix_nanos) <= time) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  if (low > 0) return low;
  return OutOfRange(absl::StrCat("review \"", review_, "\" begins after ",
                                 TimeUtil::ToString(time)));
}

}  // namespace tidemark::server
