// Resume tokens, page tokens and page sizes: what clients hand back.
#include <string>

#include "absl/status/status.h"
#include "server/page.h"
#include "server/resume_token.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

v1::WatchRequest TheWatch() {
  v1::WatchRequest request;
  request.set_review_id("knees");
  request.add_analyses("pain-6m");
  return request;
}

void CheckResumeToken(absl::string_view token) {
  static const server::ResumeTokens tokens(TheWatch(), 1);
  const auto point = tokens.Read(token);
  CheckPromised(point.status(),
                {kInvalid, absl::StatusCode::kFailedPrecondition});
  if (!point.ok()) return;
  FuzzCheck(point->sequence >= 0,
            "a token is of a sequence that a log may have");
  FuzzCheck(point->items.value_or(0) >= 0,
            "no snapshot has fewer than 0 items");
  FuzzCheck(tokens.Make(*point) == token, "a resume token has one form");
}

void CheckPageToken(absl::string_view token) {
  const auto position = server::ReadPageToken("trials knees", token);
  CheckPromised(position.status(), {kInvalid});
  if (!position.ok()) return;
  FuzzCheck(position->sequence >= 0,
            "a page is pinned to a sequence that a log may have");
  const auto again = server::ReadPageToken(
      "trials knees", server::MakePageToken("trials knees", *position));
  FuzzCheck(again.ok() && again->sequence == position->sequence &&
                again->after == position->after,
            "a page token says where it was made");
  FuzzCheck(!server::ReadPageToken("trials hips", token).ok(),
            "a page token is of one request");
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  CheckResumeToken(AsText(data, size));
  CheckPageToken(AsText(data, size));
  ByteSource source(AsText(data, size));
  const auto page = server::PageSize(static_cast<int32_t>(source.Int()));
  CheckPromised(page.status(), {kInvalid});
  if (page.ok()) FuzzCheck(*page >= 1 && *page <= 1000, "a page has 1 to 1000");
  return 0;
}
