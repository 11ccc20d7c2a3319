// The digest that names what an analysis was made from.
#ifndef TIDEMARK_REVIEW_INPUTS_DIGEST_H_
#define TIDEMARK_REVIEW_INPUTS_DIGEST_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "review/review_state.h"

namespace tidemark::review {

// SHA-256 over the versions that decide an analysis: the analysis, the protocol
// and every trial with data for its outcome at its time point, each as sequence
// and change commitment, and the engine's build (docs/formats.md). Says nothing
// of what is in them.
class InputsHasher {
 public:
  // Of an analysis under the protocol of `state`.
  InputsHasher(const ReviewState& state, const AnalysisVersion& analysis,
               absl::string_view engine_build);

  // Adds a trial with data; by ascending id.
  void Add(const TrialVersion& trial);

  audit::Digest Finish() const;

 private:
  void AddInteger(uint64_t value);
  void AddText(absl::string_view text);
  void AddVersion(absl::string_view name, int64_t sequence,
                  const audit::Digest& commitment);

  std::string bytes_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_INPUTS_DIGEST_H_
