#include "witness/add_checkpoint.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "audit/sha256.h"
#include "base/status_macros.h"

namespace tidemark::witness {
namespace {

absl::Status Malformed(absl::string_view rule, absl::string_view value) {
  return absl::InvalidArgumentError(
      absl::StrCat(rule, ", but it is \"",
                   absl::Utf8SafeCEscape(value.substr(0, 200)), "\""));
}

// Decimal digits without leading zeros.
absl::StatusOr<int64_t> ParseSize(absl::string_view text) {
  int64_t size = 0;
  if (absl::SimpleAtoi(text, &size) && size >= 0 &&
      absl::StrCat(size) == text) {
    return size;
  }
  return Malformed("a size is decimal, without leading zeros", text);
}

absl::StatusOr<audit::Digest> ParseHash(absl::string_view line) {
  std::string bytes;
  if (!absl::Base64Unescape(line, &bytes) ||
      absl::Base64Escape(bytes) != line ||
      bytes.size() != sizeof(audit::Digest)) {
    return Malformed("a line of the proof is 32 bytes in base64", line);
  }
  return audit::DigestFromBytes(bytes);
}

}  // namespace

std::string FormatAddCheckpoint(const AddCheckpointRequest& request) {
  std::string body = absl::StrCat("old ", request.old_size, "\n");
  for (const audit::Digest& hash : request.proof) {
    absl::StrAppend(&body, absl::Base64Escape(audit::AsBytes(hash)), "\n");
  }
  absl::StrAppend(&body, "\n", request.note);
  return body;
}

absl::StatusOr<AddCheckpointRequest> ParseAddCheckpoint(
    absl::string_view body) {
  if (body.size() > kMaxBodyBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a request has at most ", kMaxBodyBytes, " bytes, this ", body.size()));
  }
  const size_t end = body.find("\n\n");
  if (end == absl::string_view::npos) {
    return Malformed("a checkpoint follows an empty line", body);
  }
  const std::vector<absl::string_view> lines =
      absl::StrSplit(body.substr(0, end), '\n');
  AddCheckpointRequest request;
  absl::string_view size = lines[0];
  if (!absl::ConsumePrefix(&size, "old ")) {
    return Malformed("the first line is `old` and a size", lines[0]);
  }
  ASSIGN_OR_RETURN(request.old_size, ParseSize(size));
  if (lines.size() - 1 > kMaxProofLines) {
    return absl::InvalidArgumentError(
        absl::StrCat("a proof has at most ", kMaxProofLines, " lines, this ",
                     lines.size() - 1));
  }
  for (size_t i = 1; i < lines.size(); ++i) {
    ASSIGN_OR_RETURN(request.proof.emplace_back(), ParseHash(lines[i]));
  }
  request.note = std::string(body.substr(end + 2));
  return request;
}

absl::StatusOr<int64_t> ParseSizeBody(absl::string_view body) {
  if (!absl::ConsumeSuffix(&body, "\n")) {
    return Malformed("a size ends in a newline", body);
  }
  return ParseSize(body);
}

}  // namespace tidemark::witness
