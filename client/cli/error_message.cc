#include "client/cli/error_message.h"

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/status_conversion.h"
#include "google/rpc/error_details.pb.h"

namespace tidemark::cli {
namespace {

std::string NextStep(const absl::Status& status, const std::string& server) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      if (server.empty()) return "";
      return absl::StrCat("Is the server at ", server,
                          " up? Choose another with --server, or use --local "
                          "DIR.");
    case absl::StatusCode::kUnauthenticated:
      return "Give a token with --token-file.";
    default:
      return "";
  }
}

// Which element of the change's list a path is in: 3 for
// `submit_trials.trials[3].results[0].continuous.sd`. Negative if in none.
int ElementOf(absl::string_view path) {
  const size_t open = path.find('[');
  const size_t close = path.find(']');
  int index = -1;
  if (open == absl::string_view::npos || close == absl::string_view::npos ||
      close < open ||
      !(absl::EndsWith(path.substr(0, open), "trials") ||
        absl::EndsWith(path.substr(0, open), "analyses")) ||
      !absl::SimpleAtoi(path.substr(open + 1, close - open - 1), &index)) {
    return -1;
  }
  return index;
}

std::string Violations(const google::rpc::BadRequest& bad_request) {
  // A server names no more than so many.
  constexpr int kMost = 50;
  const int count = bad_request.field_violations_size();
  std::string text = "tidemark: refused; nothing is stored:";
  for (const auto& violation : bad_request.field_violations()) {
    absl::StrAppend(&text, "\n  ", violation.field(), ": ",
                    violation.description());
  }
  if (count >= kMost) absl::StrAppend(&text, "\n  and perhaps more");
  return text;
}

// What is wrong and what to do stand at the ends, long input between them.
std::string WithoutMiddle(absl::string_view text) {
  constexpr size_t kHead = 1500;
  constexpr size_t kTail = 500;
  if (text.size() <= kHead + kTail) return std::string(text);
  const auto continues_character = [&](size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  size_t head = kHead;
  while (head > 0 && continues_character(head)) --head;
  size_t tail = text.size() - kTail;
  while (tail < text.size() && continues_character(tail)) ++tail;
  return absl::StrCat(text.substr(0, head), " … ", text.substr(tail));
}

}  // namespace

std::string ErrorMessage(const absl::Status& status,
                         const std::string& server) {
  if (const auto bad_request = client::BadRequestOf(status)) {
    return Violations(*bad_request);
  }
  std::string text =
      absl::StrCat("tidemark: ", WithoutMiddle(status.message()));
  if (status.message().empty()) {
    absl::StrAppend(&text, absl::StatusCodeToString(status.code()));
  }
  const std::string next = NextStep(status, server);
  if (!next.empty()) absl::StrAppend(&text, "\n", next);
  return text;
}

absl::Status WithPlaces(const absl::Status& status,
                        const std::vector<std::string>& places) {
  auto bad_request = client::BadRequestOf(status);
  if (!bad_request.has_value()) return status;
  for (auto& violation : *bad_request->mutable_field_violations()) {
    const int index = places.size() == 1 ? 0 : ElementOf(violation.field());
    if (index < 0 || static_cast<size_t>(index) >= places.size()) continue;
    violation.set_field(absl::StrCat(places[static_cast<size_t>(index)], ": ",
                                     violation.field()));
  }
  absl::Status result = status;
  result.SetPayload(
      absl::StrCat("type.googleapis.com/",
                   google::rpc::BadRequest::descriptor()->full_name()),
      absl::Cord(bad_request->SerializeAsString()));
  return result;
}

}  // namespace tidemark::cli
