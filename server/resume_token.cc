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

// Of a whole sequence: version || epoch || sequence || filter.
constexpr char kWhole = 1;
// Within a snapshot: version || epoch || sequence || items || filter.
constexpr char kWithinSnapshot = 2;
constexpr size_t kFilterBytes = 8;
constexpr size_t kWholeBytes = 1 + 8 + 8 + kFilterBytes;
constexpr size_t kWithinSnapshotBytes = kWholeBytes + 8;

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
  const std::set<int> kinds(request.event_kinds().begin(),
                            request.event_kinds().end());
  std::string filter =
      absl::StrCat(request.review_id(), "\n", absl::StrJoin(analyses, "\n"));
  // No analysis has a space in its id.
  if (!kinds.empty()) {
    absl::StrAppend(&filter, "\nkinds ", absl::StrJoin(kinds, " "));
  }
  if (request.min_importance() != v1::Importance::LEVEL_UNSPECIFIED) {
    absl::StrAppend(&filter, "\nimportance ", request.min_importance());
  }
  // Nothing without it: tokens of older builds go on.
  if (request.overdue()) absl::StrAppend(&filter, "\noverdue 1");
  filter_ = std::string(
      audit::AsBytes(audit::Sha256(filter)).substr(0, kFilterBytes));
}

std::string ResumeTokens::Make(const ResumePoint& point) const {
  const char version = point.items.has_value() ? kWithinSnapshot : kWhole;
  return absl::StrCat(absl::string_view(&version, 1), BigEndian(epoch_),
                      BigEndian(point.sequence),
                      point.items.has_value() ? BigEndian(*point.items) : "",
                      filter_);
}

absl::StatusOr<ResumePoint> ResumeTokens::Read(absl::string_view token) const {
  const bool is_whole = token.size() == kWholeBytes && token[0] == kWhole;
  const bool is_within_snapshot =
      token.size() == kWithinSnapshotBytes && token[0] == kWithinSnapshot;
  if (!is_whole && !is_within_snapshot) {
    return WrongToken("is not a resume token");
  }
  if (token.substr(token.size() - kFilterBytes) != filter_) {
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
  ResumePoint point;
  point.sequence = ReadBigEndian(token.substr(9, 8));
  if (is_within_snapshot) point.items = ReadBigEndian(token.substr(17, 8));
  if (point.sequence < 0 || point.items.value_or(0) < 0) {
    return WrongToken("is not a resume token");
  }
  return point;
}

}  // namespace tidemark::server
