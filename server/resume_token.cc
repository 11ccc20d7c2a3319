#include "server/resume_token.h"

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "audit/big_endian.h"
#include "audit/sha256.h"
#include "review/errors.h"

namespace tidemark::server {
namespace {

// version || epoch || sequence || filter
constexpr char kVersion = 1;
constexpr size_t kFilterBytes = 8;
constexpr size_t kTokenBytes = 1 + 8 + 8 + kFilterBytes;

std::string BigEndian(int64_t value) {
  std::string bytes;
  audit::AppendBigEndian(static_cast<uint64_t>(value), 8, &bytes);
  return bytes;
}

// Requires 8 bytes.
int64_t ReadBigEndian(absl::string_view bytes) {
  uint64_t value = 0;
  audit::ConsumeBigEndian(&bytes, 8, &value);
  return static_cast<int64_t>(value);
}

absl::Status WrongToken(absl::string_view description) {
  review::Violations violations;
  violations.Add("resume_token", description);
  return violations.ToStatus();
}

}  // namespace

ResumeTokens::ResumeTokens(const v1::WatchRequest& request, int64_t epoch)
    : epoch_(epoch) {
  const std::set<std::string> analyses(request.analyses().begin(),
                                       request.analyses().end());
  const audit::Digest digest = audit::Sha256(
      absl::StrCat(request.review_id(), "\n", absl::StrJoin(analyses, "\n")));
  filter_ = std::string(audit::AsBytes(digest).substr(0, kFilterBytes));
}

std::string ResumeTokens::Make(int64_t sequence) const {
  return absl::StrCat(absl::string_view(&kVersion, 1), BigEndian(epoch_),
                      BigEndian(sequence), filter_);
}

absl::StatusOr<int64_t> ResumeTokens::Read(absl::string_view token) const {
  if (token.size() != kTokenBytes || token[0] != kVersion) {
    return WrongToken("is not a resume token");
  }
  if (token.substr(17) != filter_) {
    return WrongToken(
        "is of another review or filter; watch with those, or start anew");
  }
  const int64_t epoch = ReadBigEndian(token.substr(1, 8));
  if (epoch != epoch_) {
    return review::Error(
        absl::StatusCode::kFailedPrecondition, "LOG_EPOCH_CHANGED",
        absl::StrCat("the token is of epoch ", epoch,
                     " of the log, which is now in epoch ", epoch_,
                     ": a backup was restored; read the review again and watch "
                     "from there"),
        {{"token_epoch", absl::StrCat(epoch)},
         {"log_epoch", absl::StrCat(epoch_)}});
  }
  const int64_t sequence = ReadBigEndian(token.substr(9, 8));
  if (sequence < 0) return WrongToken("is not a resume token");
  return sequence;
}

}  // namespace tidemark::server
