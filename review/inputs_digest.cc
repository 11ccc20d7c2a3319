#include "review/inputs_digest.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/big_endian.h"
#include "audit/sha256.h"

namespace tidemark::review {
namespace {

constexpr char kDomain[] = "tidemark inputs v1";
// Of a trial: two integers, a digest and, mostly, a short id.
constexpr size_t kUsualBytes = 80;

}  // namespace

InputsHasher::InputsHasher(const ReviewState& state,
                           const AnalysisVersion& analysis,
                           absl::string_view engine_build) {
  bytes_.reserve(kUsualBytes * (state.trials().size() + 3));
  AddText(kDomain);
  AddText(engine_build);
  AddVersion(analysis.record.analysis().analysis_id(),
             analysis.record.sequence(), analysis.commitment);
  AddVersion("protocol", state.protocol()->sequence,
             state.protocol()->commitment);
}

void InputsHasher::Add(const TrialVersion& trial) {
  AddVersion(trial.record.trial().trial_id(), trial.record.sequence(),
             trial.commitment);
}

audit::Digest InputsHasher::Finish() const { return audit::Sha256(bytes_); }

void InputsHasher::AddInteger(uint64_t value) {
  audit::AppendBigEndian(value, 8, &bytes_);
}

void InputsHasher::AddText(absl::string_view text) {
  AddInteger(text.size());
  absl::StrAppend(&bytes_, text);
}

void InputsHasher::AddVersion(absl::string_view name, int64_t sequence,
                              const audit::Digest& commitment) {
  AddText(name);
  AddInteger(static_cast<uint64_t>(sequence));
  absl::StrAppend(&bytes_, audit::AsBytes(commitment));
}

}  // namespace tidemark::review
