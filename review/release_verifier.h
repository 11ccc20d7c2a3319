// Verifies what the releases of a log say of its conclusions.
#ifndef TIDEMARK_REVIEW_RELEASE_VERIFIER_H_
#define TIDEMARK_REVIEW_RELEASE_VERIFIER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/leaf.h"
#include "audit/sha256.h"
#include "review/conclusion_events.h"
#include "review/review_state.h"
#include "tidemark/v1/release.pb.h"

namespace tidemark::review {

// Beside a LogVerifier, which checks all else: what a release says of events is
// held against the estimates at its ends. Feed it every leaf in order.
// Thread-compatible.
class ReleaseVerifier {
 public:
  // The bytes of the estimate of an analysis that entry `sequence` stored. Not
  // trusted: they are held against the leaf.
  using Source = std::function<absl::StatusOr<std::string>(
      const std::string& analysis, int64_t sequence)>;

  explicit ReleaseVerifier(Source source) : source_(std::move(source)) {}

  // Checks the release that the entry made, if it made one; `state` is that
  // after the entry, verified. DATA_LOSS with a finding (finding.h): it says
  // other things of the events than they do. Other errors: of the source.
  // Of a release two estimates of each analysis are read. 40 bytes are held for
  // each estimate of the log.
  absl::Status Add(const audit::Leaf& leaf, const ReviewState& state);

 private:
  absl::Status Check(const v1::Release& release,
                     const ReviewState& state) const;
  // The estimate that was current after entry `as_of`. NOT_FOUND: none.
  absl::StatusOr<DeclaredEstimate> Read(const std::string& analysis,
                                        int64_t as_of,
                                        const ReviewState& state) const;

  const Source source_;
  // Of each analysis, by the sequence that stored it: SHA-256 of the estimate.
  std::map<std::string, std::map<int64_t, audit::Digest>> digests_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_RELEASE_VERIFIER_H_
