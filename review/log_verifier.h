// Verifies a review's log from its first entry: bytes, tree, state, estimates.
#ifndef TIDEMARK_REVIEW_LOG_VERIFIER_H_
#define TIDEMARK_REVIEW_LOG_VERIFIER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "review/analysis_inputs.h"
#include "review/plan_change.h"
#include "review/redaction_check.h"
#include "review/review_state.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/log.pb.h"

namespace tidemark::review {

// Makes the estimate of an analysis at a state.
using Estimator = std::function<absl::StatusOr<v1::Estimate>(
    const ReviewState& state, const AnalysisVersion& analysis)>;

// How far two estimates of one analysis are apart (compare_estimates.h).
struct Deviation {
  double largest = 0;
  // Where. 0 and empty if nothing deviates.
  int64_t sequence = 0;
  std::string analysis;
};

// Trusts nothing: folds the changes of the log anew and compares all that was
// stored with what they make. Feed it entries in order. Thread-compatible.
class LogVerifier {
 public:
  explicit LogVerifier(absl::string_view review_id,
                       Estimator estimator = EstimateAnalysis);

  // Checks the next entry: that the leaf is well formed, next in order and not
  // earlier than the one before, and in its epoch unless the log was restored
  // there; that the change hashes to the leaf's commitment and is one that the
  // review's rules allow at its time, by the versions that the leaf names; that
  // the stored records are what the change makes; that exactly the estimates
  // whose inputs moved were stored, with the digests of the leaf; and that each
  // of them comes out again to kSameEstimate, as the build that made it stored
  // it (older_builds.h). DATA_LOSS with a finding (finding.h): it does not. The
  // finding has estimates only if it is about those alone; which others rest on
  // its records, the rest of the log says. Verification cannot go on after an
  // error.
  //
  // A redacted change is checked the same way, but for the commitment: a later
  // entry must hold exactly it (redaction_check.h).
  absl::Status Add(absl::string_view leaf, const v1::Evidence& evidence);

  // After the last entry. DATA_LOSS with a finding: a change is redacted, and
  // no entry says so.
  absl::Status Finish() const { return redactions_.Finish(); }

  // Entries so far.
  int64_t size() const { return frontier_.size(); }
  // Root of the first `size` entries, 0 <= size <= size(). O(1).
  const audit::Digest& RootAt(int64_t size) const { return roots_[size]; }
  // Estimates recomputed so far, and their largest deviation.
  int64_t estimates() const { return estimates_; }
  double largest_deviation() const { return deviation_.largest; }
  const Deviation& deviation() const { return deviation_; }
  const ReviewState& state() const { return state_; }

 private:
  absl::Status AddChecked(absl::string_view leaf_bytes,
                          const v1::Evidence& evidence);
  absl::Status CheckLeaf(const audit::Leaf& leaf) const;
  absl::StatusOr<PlannedChange> CheckChange(const audit::Leaf& leaf,
                                            const v1::Evidence& evidence);
  absl::Status CheckTrials(const Delta& delta,
                           const v1::Evidence& evidence) const;
  absl::Status CheckTrial(const v1::StoredRecord& stored) const;
  absl::Status CheckEstimates(const audit::Leaf& leaf,
                              const v1::Evidence& evidence);
  absl::Status CheckEstimate(const audit::Leaf& leaf,
                             const audit::Leaf::AnalysisDigest& digest,
                             const v1::StoredRecord& stored);

  const std::string review_id_;
  const Estimator estimator_;
  ReviewState state_;
  RedactionCheck redactions_;
  InputsDigests inputs_;
  audit::Frontier frontier_;
  std::vector<audit::Digest> roots_;
  int64_t epoch_ = 0;
  int64_t time_unix_nanos_ = 0;
  int64_t estimates_ = 0;
  Deviation deviation_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_LOG_VERIFIER_H_
