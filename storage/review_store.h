// The logs of reviews and their projections: what was true at any sequence.
//
// Bytes only: what a leaf, change, trial version or estimate says is not known
// here. Everything is append-only, so a read at a sequence gives the same
// answer for ever: but for changes that a later entry redacts, and versions of
// trials with their words.
#ifndef TIDEMARK_STORAGE_REVIEW_STORE_H_
#define TIDEMARK_STORAGE_REVIEW_STORE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "storage/kv_store.h"
#include "storage/node_cache.h"

namespace tidemark::storage {

// One log entry with all that it writes.
struct Entry {
  // New bytes of a thing with this id, as of the entry's sequence.
  struct Version {
    std::string id;
    std::string bytes;
  };

  // Stands in the place of the change of an earlier entry, whose salt becomes
  // audit::RedactedSalt().
  struct RedactedChange {
    int64_t sequence = 0;
    std::string change;
  };
  // Stands in the place of the version of a trial that an earlier entry wrote.
  struct RedactedTrial {
    std::string id;
    int64_t sequence = 0;
    std::string bytes;
  };

  std::string review;
  // The review's LogSize() plus one.
  int64_t sequence = 0;
  std::string leaf;
  // Of the change: audit::kSaltBytes, random.
  std::string salt;
  std::string change;
  // What audit::Frontier::Append returned for the leaf.
  std::vector<audit::Node> nodes;
  // Empty: the entry answers no request.
  std::string request_id;
  audit::Digest request_digest = {};
  std::vector<Version> trials;
  // The id is the analysis.
  std::vector<Version> estimates;
  std::vector<RedactedChange> redacted_changes;
  std::vector<RedactedTrial> redacted_trials;
};

struct SignedCheckpoint {
  std::string review;
  int64_t size = 0;
  std::string note;
};

struct SaltedChange {
  std::string salt;
  std::string change;
};

// Bytes and the sequence of the entry that wrote them.
struct StoredVersion {
  int64_t sequence = 0;
  std::string bytes;
};

struct StoredTrial {
  std::string id;
  StoredVersion version;
};

struct StoredRequest {
  int64_t sequence = 0;
  audit::Digest digest = {};
};

// Reads are thread-safe, see every Commit that returned, and never wait for the
// writer. One thread commits at a time.
//
// Errors are those of KvStore; NotFound, naming the key, if there is no such
// thing; InvalidArgument for ids that cannot be keys (storage/keys.h).
class ReviewStore {
 public:
  static absl::StatusOr<std::unique_ptr<ReviewStore>> Open(
      const OpenOptions& options);

  // Writes entries and checkpoints as one atomic, synced batch: all of it is
  // durable on return, or on an error all or nothing is (KvStore says how to go
  // on). FailedPrecondition, with nothing written, unless each review's
  // sequences follow its log without a gap, in the order given; or a checkpoint
  // is of a larger log than will then be stored. InvalidArgument if the nodes
  // do not begin with the leaf's hash, the salt has another length or is zero,
  // an id occurs twice, or it redacts what is not before it.
  absl::Status Commit(absl::Span<const Entry> entries,
                      absl::Span<const SignedCheckpoint> checkpoints);
  absl::Status Commit(absl::Span<const Entry* const> entries,
                      absl::Span<const SignedCheckpoint> checkpoints);

  // As of KvStore: OK, or why nothing can be committed until Reopen; and the
  // way on, for the thread that commits.
  absl::Status write_error() const { return store_->write_error(); }
  absl::Status Reopen() { return store_->Reopen(); }

  // As of KvStore. Any thread, one at a time.
  absl::Status Compact() { return store_->Compact(); }

  // All reviews with at least one entry, ascending. One seek a review.
  absl::StatusOr<std::vector<std::string>> Reviews() const;

  // Number of entries = the last sequence; 0 for a review that has none.
  absl::StatusOr<int64_t> LogSize(absl::string_view review) const;

  absl::StatusOr<std::string> Leaf(absl::string_view review,
                                   int64_t sequence) const;
  absl::StatusOr<SaltedChange> Change(absl::string_view review,
                                      int64_t sequence) const;
  // A perfect node; DataLoss unless 32 bytes are stored.
  absl::StatusOr<audit::Digest> Node(absl::string_view review, int level,
                                     int64_t index) const;

  // The note of exactly this size; and the one of the largest size.
  absl::StatusOr<std::string> Checkpoint(absl::string_view review,
                                         int64_t size) const;
  absl::StatusOr<SignedCheckpoint> LatestCheckpoint(
      absl::string_view review) const;
  // Calls `visit` with every checkpoint of the review from `from_size` on by
  // ascending size, until it returns an error, which is passed on.
  absl::Status ForEachCheckpoint(
      absl::string_view review, int64_t from_size,
      absl::FunctionRef<absl::Status(const SignedCheckpoint&)> visit) const;

  // The version of the trial that was current after entry `as_of`.
  absl::StatusOr<StoredVersion> TrialAsOf(absl::string_view review,
                                          absl::string_view trial,
                                          int64_t as_of) const;
  // All versions, oldest first; none if there is no such trial.
  absl::StatusOr<std::vector<StoredVersion>> TrialVersions(
      absl::string_view review, absl::string_view trial) const;
  // All trials with a version, ascending. One seek a trial.
  absl::StatusOr<std::vector<std::string>> TrialIds(
      absl::string_view review) const;
  // All trials that had a version after entry `as_of`, ascending, with it. Two
  // seeks a trial.
  absl::StatusOr<std::vector<StoredTrial>> TrialsAsOf(absl::string_view review,
                                                      int64_t as_of) const;

  // The estimate of the analysis that was current after entry `as_of`.
  absl::StatusOr<StoredVersion> EstimateAsOf(absl::string_view review,
                                             absl::string_view analysis,
                                             int64_t as_of) const;
  // Those written by the sequences from ... to (inclusive), oldest first, at
  // most so many.
  absl::StatusOr<std::vector<StoredVersion>> EstimateHistory(
      absl::string_view review, absl::string_view analysis, int64_t from,
      int64_t to, size_t most = std::numeric_limits<size_t>::max()) const;
  // Those of the given analyses that entry `sequence` itself wrote; others are
  // left out.
  absl::StatusOr<std::vector<Entry::Version>> EstimatesAt(
      absl::string_view review, int64_t sequence,
      absl::Span<const std::string> analyses) const;

  // The entry that answered this request.
  absl::StatusOr<StoredRequest> FindRequest(absl::string_view review,
                                            absl::string_view request_id) const;

  // What has nothing to do with reviews: the store as a whole.
  const KvStore& kv_store() const { return *store_; }

  const std::string& path() const { return store_->path(); }

 private:
  explicit ReviewStore(std::unique_ptr<KvStore> store);

  const std::unique_ptr<KvStore> store_;
  // By review, as of the last Commit; for the thread that commits. Absent: to
  // be read.
  std::map<std::string, int64_t> log_sizes_;
  mutable NodeCache nodes_;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_REVIEW_STORE_H_
