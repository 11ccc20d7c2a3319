#include "server/page.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "review/errors.h"

namespace tidemark::server {
namespace {

std::string Fingerprint(absl::string_view arguments) {
  return audit::ToHex(audit::Sha256(arguments)).substr(0, 16);
}

}  // namespace

std::string MakePageToken(absl::string_view arguments,
                          const PagePosition& position) {
  return absl::WebSafeBase64Escape(absl::StrCat(
      Fingerprint(arguments), "\n", position.sequence, "\n", position.after));
}

absl::StatusOr<PagePosition> ReadPageToken(absl::string_view arguments,
                                           absl::string_view token) {
  std::string bytes;
  std::vector<std::string> parts;
  if (absl::WebSafeBase64Unescape(token, &bytes)) {
    parts = absl::StrSplit(bytes, absl::MaxSplits('\n', 2));
  }
  PagePosition position;
  if (parts.size() == 3 && parts[0] == Fingerprint(arguments) &&
      absl::SimpleAtoi(parts[1], &position.sequence) &&
      position.sequence >= 0) {
    position.after = std::move(parts[2]);
    return position;
  }
  review::Violations violations;
  violations.Add("page_token",
                 "is not one that this request was answered with; start again "
                 "without it");
  return violations.ToStatus();
}

absl::StatusOr<int> PageSize(int32_t requested) {
  if (requested >= 0) return requested == 0 ? 100 : std::min(requested, 1000);
  review::Violations violations;
  violations.Add(
      "page_size",
      absl::StrCat("must be 1-1000, or 0 for 100, found ", requested));
  return violations.ToStatus();
}

}  // namespace tidemark::server
