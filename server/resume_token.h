// Where a watch goes on.
#ifndef TIDEMARK_SERVER_RESUME_TOKEN_H_
#define TIDEMARK_SERVER_RESUME_TOKEN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::server {

// What a reader has.
struct ResumePoint {
  // Every entry up to this one, or the snapshot of it.
  int64_t sequence = 0;
  // If only a part of the snapshot: so many of its items.
  std::optional<int64_t> items = std::nullopt;
};

inline bool operator==(const ResumePoint& a, const ResumePoint& b) {
  return a.sequence == b.sequence && a.items == b.items;
}

// Opaque to clients; bound to the review, the epoch of its log and the filter
// (docs/formats.md).
class ResumeTokens {
 public:
  ResumeTokens(const v1::WatchRequest& request, int64_t epoch);

  // The token of who has this.
  std::string Make(const ResumePoint& point) const;

  // What its holder has. INVALID_ARGUMENT: not a token, or of another review or
  // filter. FAILED_PRECONDITION: of another epoch.
  absl::StatusOr<ResumePoint> Read(absl::string_view token) const;

  // Equal for equal filters of a review, whatever the order of their lists.
  const std::string& filter() const { return filter_; }

 private:
  const int64_t epoch_;
  // First 8 bytes of a SHA-256 over review and filter.
  std::string filter_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_RESUME_TOKEN_H_
