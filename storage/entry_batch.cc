#include "storage/entry_batch.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/numeric/bits.h"
#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "storage/keys.h"

namespace tidemark::storage {
namespace {

std::string EncodeRequest(const Entry& entry) {
  return absl::StrCat(KeyWriter().Int(entry.sequence).Take(),
                      audit::AsBytes(entry.request_digest));
}

// Whether `nodes` are in the places of those that the entry's leaf completes:
// one for each trailing zero of its sequence, and its own. That the upper ones
// hash their children the frontier that made them answers for.
bool CompletesNodes(const Entry& entry) {
  const int levels =
      1 + absl::countr_zero(static_cast<uint64_t>(entry.sequence));
  if (entry.nodes.size() != static_cast<size_t>(levels)) return false;
  for (int level = 0; level < levels; ++level) {
    const audit::Node& node = entry.nodes[static_cast<size_t>(level)];
    if (node.level != level || node.index != (entry.sequence - 1) >> level) {
      return false;
    }
  }
  return entry.nodes[0].hash == audit::LeafHash(entry.leaf);
}

absl::Status CheckContent(const Entry& entry) {
  const auto invalid = [&](absl::string_view rule) {
    return absl::InvalidArgumentError(absl::StrCat(
        "entry ", entry.sequence, " of ", entry.review, ": ", rule));
  };
  if (entry.salt.size() != audit::kSaltBytes) {
    return invalid(absl::StrCat("the salt has ", audit::kSaltBytes,
                                " bytes, not ", entry.salt.size()));
  }
  if (audit::IsRedactedSalt(entry.salt)) {
    return invalid("a salt of zeros is that of a redacted change");
  }
  if (entry.leaf.size() > audit::kMaxLeafBytes) {
    return invalid(absl::StrCat("a leaf has at most ", audit::kMaxLeafBytes,
                                " bytes, not ", entry.leaf.size()));
  }
  if (!CompletesNodes(entry)) {
    return invalid("the nodes are not those that its leaf completes");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int64_t> EntryBatch::LogSize(const std::string& review) {
  const auto known = log_sizes_.find(review);
  if (known != log_sizes_.end()) return known->second;
  ASSIGN_OR_RETURN(const int64_t size, store_.LogSize(review));
  log_sizes_[review] = size;
  return size;
}

absl::Status EntryBatch::CheckSequence(const Entry& entry) {
  ASSIGN_OR_RETURN(const int64_t size, LogSize(entry.review));
  if (entry.sequence == size + 1) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("entry ", entry.sequence, " of ", entry.review,
                   " cannot follow entry ", size));
}

absl::Status EntryBatch::CheckRequest(const Entry& entry) {
  RETURN_IF_ERROR(CheckId("request", entry.request_id));
  const bool added = requests_.emplace(entry.review, entry.request_id).second;
  if (added) {
    const absl::StatusOr<StoredRequest> stored =
        store_.FindRequest(entry.review, entry.request_id);
    if (absl::IsNotFound(stored.status())) return absl::OkStatus();
    RETURN_IF_ERROR(stored.status());
  }
  return absl::AlreadyExistsError(
      absl::StrCat("request ", entry.request_id, " of ", entry.review,
                   " was answered by an earlier entry"));
}

absl::Status EntryBatch::PutVersions(
    Table table, absl::string_view what, const Entry& entry,
    const std::vector<Entry::Version>& versions) {
  std::set<absl::string_view> ids;
  for (const Entry::Version& version : versions) {
    RETURN_IF_ERROR(CheckId(what, version.id));
    if (!ids.insert(version.id).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("entry ", entry.sequence, " of ", entry.review,
                       " writes the ", what, " ", version.id, " twice"));
    }
    batch_.Put(table, VersionKey(entry.review, version.id, entry.sequence),
               version.bytes);
  }
  return absl::OkStatus();
}

absl::Status EntryBatch::PutRedacted(const Entry& entry) {
  const auto check = [&entry](int64_t sequence) {
    if (sequence >= 1 && sequence < entry.sequence) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("entry ", entry.sequence, " of ", entry.review,
                     " cannot redact entry ", sequence));
  };
  for (const Entry::RedactedChange& redacted : entry.redacted_changes) {
    RETURN_IF_ERROR(check(redacted.sequence));
    batch_.Put(Table::kChange, ChangeKey(entry.review, redacted.sequence),
               absl::StrCat(audit::RedactedSalt(), redacted.change));
  }
  for (const Entry::RedactedTrial& redacted : entry.redacted_trials) {
    RETURN_IF_ERROR(CheckId("trial", redacted.id));
    RETURN_IF_ERROR(check(redacted.sequence));
    batch_.Put(Table::kTrial,
               VersionKey(entry.review, redacted.id, redacted.sequence),
               redacted.bytes);
  }
  return absl::OkStatus();
}

absl::Status EntryBatch::Add(const Entry& entry) {
  RETURN_IF_ERROR(CheckId("review", entry.review));
  RETURN_IF_ERROR(CheckSequence(entry));
  RETURN_IF_ERROR(CheckContent(entry));
  batch_.Put(Table::kLog, LogKey(entry.review, entry.sequence), entry.leaf);
  batch_.Put(Table::kChange, ChangeKey(entry.review, entry.sequence),
             absl::StrCat(entry.salt, entry.change));
  for (const audit::Node& node : entry.nodes) {
    const bool swap =
        TIDEMARK_SEEDED_BUG("swap_nodes") && entry.nodes.size() == 2;
    const audit::Node& hashed = swap ? entry.nodes[node.level == 0] : node;
    batch_.Put(Table::kMerkle, MerkleKey(entry.review, node.level, node.index),
               audit::AsBytes(hashed.hash));
  }
  if (!entry.request_id.empty()) {
    RETURN_IF_ERROR(CheckRequest(entry));
    batch_.Put(Table::kMeta, RequestKey(entry.review, entry.request_id),
               EncodeRequest(entry));
  }
  RETURN_IF_ERROR(PutVersions(Table::kTrial, "trial", entry, entry.trials));
  RETURN_IF_ERROR(
      PutVersions(Table::kEstimate, "analysis", entry, entry.estimates));
  RETURN_IF_ERROR(PutRedacted(entry));
  log_sizes_[entry.review] = entry.sequence;
  return absl::OkStatus();
}

absl::Status EntryBatch::Add(const SignedCheckpoint& checkpoint) {
  RETURN_IF_ERROR(CheckId("review", checkpoint.review));
  ASSIGN_OR_RETURN(const int64_t size, LogSize(checkpoint.review));
  if (checkpoint.size < 0 || checkpoint.size > size) {
    return absl::FailedPreconditionError(
        absl::StrCat("a checkpoint of size ", checkpoint.size, " of ",
                     checkpoint.review, ", whose log has ", size, " entries"));
  }
  batch_.Put(Table::kCheckpoint,
             CheckpointKey(checkpoint.review, checkpoint.size),
             checkpoint.note);
  return absl::OkStatus();
}

bool DecodeRequest(absl::string_view value, StoredRequest* request) {
  constexpr size_t kSequenceBytes = 8;
  if (value.size() != kSequenceBytes + request->digest.size() ||
      !KeyReader(value).Int(&request->sequence)) {
    return false;
  }
  std::copy(value.begin() + kSequenceBytes, value.end(),
            request->digest.begin());
  return true;
}

}  // namespace tidemark::storage
