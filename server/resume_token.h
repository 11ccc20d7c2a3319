// Where a watch goes on.
#ifndef TIDEMARK_SERVER_RESUME_TOKEN_H_
#define TIDEMARK_SERVER_RESUME_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::server {

// Opaque to clients; bound to the review, the epoch of its log and the filter.
class ResumeTokens {
 public:
  ResumeTokens(const v1::WatchRequest& request, int64_t epoch);

  // The token to go on after `sequence`.
  std::string Make(int64_t sequence) const;

  // Its sequence. INVALID_ARGUMENT: not a token, or of another review or
  // filter. FAILED_PRECONDITION: of another epoch.
  absl::StatusOr<int64_t> Read(absl::string_view token) const;

 private:
  const int64_t epoch_;
  // First 8 bytes of a SHA-256 over review and filter.
  std::string filter_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_RESUME_TOKEN_H_
