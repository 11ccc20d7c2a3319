// Reads a review's log and projections as messages.
#ifndef TIDEMARK_SERVER_LOG_READER_H_
#define TIDEMARK_SERVER_LOG_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "google/protobuf/timestamp.pb.h"
#include "review/review_state.h"
#include "storage/review_store.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/read_service.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::server {

// Reads of one review; cheap to make. Thread-safe. Every error of a read names
// review and sequence; bytes that cannot be read are DATA_LOSS. The store must
// outlive it.
class LogReader {
 public:
  LogReader(const storage::ReviewStore* store, absl::string_view review)
      : store_(store), review_(review) {}

  absl::StatusOr<audit::Leaf> Leaf(int64_t sequence) const;
  absl::StatusOr<v1::Change> Change(int64_t sequence) const;
  // The change in bytes that were read already.
  absl::StatusOr<v1::Change> ParseChange(int64_t sequence,
                                         absl::string_view bytes) const;
  // With the leaf's bytes only if asked for.
  absl::StatusOr<v1::LogEntry> Entry(int64_t sequence, bool with_leaf) const;
  // What the entry wrote: its change, the records of the trials that the change
  // names, the estimates that its leaf names; each list by id.
  absl::StatusOr<v1::Evidence> Evidence(int64_t sequence) const;

  // The versions that entry `sequence`, which made this change, wrote; by id.
  absl::StatusOr<std::vector<v1::TrialRecord>> TrialsWritten(
      int64_t sequence, const v1::Change& change) const;

  // The record that was current after entry `as_of`. NOT_FOUND: none was.
  absl::StatusOr<v1::TrialRecord> Trial(absl::string_view trial,
                                        int64_t as_of) const;
  // All versions, oldest first. NOT_FOUND: no such trial.
  absl::StatusOr<std::vector<v1::TrialRecord>> TrialVersions(
      absl::string_view trial) const;

  // The estimate of the analysis in a version that was read already.
  absl::StatusOr<v1::Estimate> ParseEstimate(
      absl::string_view analysis, const storage::StoredVersion& version) const;
  // The estimate that was current after entry `as_of`, as stored. NOT_FOUND:
  // the analysis had none.
  absl::StatusOr<v1::Estimate> EstimateAsOf(absl::string_view analysis,
                                            int64_t as_of) const;

  // Sequence of the entry that wrote that estimate, which is not parsed.
  absl::StatusOr<int64_t> EstimateSequence(absl::string_view analysis,
                                           int64_t as_of) const;

  // Sequence of the last entry of `state` that is not later than the moment, or
  // that the release is a tag of; the last one if the moment is unset.
  // OUT_OF_RANGE: after that, or before the first entry. NOT_FOUND: no such
  // release. O(log head) reads for a time, none else.
  absl::StatusOr<int64_t> Resolve(const v1::AsOf& as_of,
                                  const review::ReviewState& state) const;

 private:
  absl::StatusOr<int64_t> ResolveTime(const google::protobuf::Timestamp& time,
                                      int64_t head) const;

  const storage::ReviewStore* const store_;
  const std::string review_;
};

// A leaf as a message, without its bytes.
v1::LogEntry ToLogEntry(const audit::Leaf& leaf);

// What a leaf tells of an analysis, as a message.
void WriteAnalysisDigest(const audit::Leaf::AnalysisDigest& digest,
                         v1::AnalysisDigest* to);

// Ids of the trials that a change may write, sorted: of which it writes
// drafts, the policy decides.
std::vector<std::string> TrialIdsOf(const v1::Change& change);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_LOG_READER_H_
