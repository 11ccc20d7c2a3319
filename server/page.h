// Pages of lists.
#ifndef TIDEMARK_SERVER_PAGE_H_
#define TIDEMARK_SERVER_PAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::server {

// Where a page starts: what it is pinned to and the last element before it.
struct PagePosition {
  // Sequence that the list is read at.
  int64_t sequence = 0;
  // Last element of the page before; empty for the first page.
  std::string after;
};

// An opaque token, bound to `arguments`: the request without page fields.
std::string MakePageToken(absl::string_view arguments,
                          const PagePosition& position);

// INVALID_ARGUMENT: malformed, or of other arguments.
absl::StatusOr<PagePosition> ReadPageToken(absl::string_view arguments,
                                           absl::string_view token);

// A page ends early when it holds so many bytes: gRPC's default limit is 4 MB a
// message.
inline constexpr size_t kMostPageBytes = 2 << 20;

// 0 becomes 100, more than 1000 becomes 1000; INVALID_ARGUMENT if negative.
absl::StatusOr<int> PageSize(int32_t requested);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_PAGE_H_
