#include "review/errors.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"

namespace tidemark::review {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";

// gRPC sends message and details in a trailer of at most 8 KB, the message
// twice and once of these times three.
constexpr size_t kMostViolations = 50;
constexpr size_t kMostDetailBytes = 4000;
constexpr size_t kMostDescriptionBytes = 500;
constexpr size_t kMostMetadataBytes = 200;

template <typename Message>
void Attach(const Message& message, absl::Status& status) {
  status.SetPayload(
      absl::StrCat(kTypePrefix, Message::descriptor()->full_name()),
      absl::Cord(message.SerializeAsString()));
}

}  // namespace

std::string Shorten(absl::string_view text, size_t most_bytes) {
  if (text.size() <= most_bytes) return std::string(text);
  const auto continues_character = [&](size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  size_t size = most_bytes;
  while (size > 0 && continues_character(size)) --size;
  return absl::StrCat(text.substr(0, size), "…");
}

absl::Status Error(
    absl::StatusCode code, absl::string_view reason, absl::string_view message,
    const std::vector<std::pair<std::string, std::string>>& metadata) {
  absl::Status status(code, message);
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("tidemark");
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = Shorten(value, kMostMetadataBytes);
  }
  Attach(info, status);
  return status;
}

absl::Status UnknownTrial(absl::string_view trial_id) {
  return Error(absl::StatusCode::kNotFound, "TRIAL_NOT_FOUND",
               absl::StrCat("the review has no trial \"", trial_id, "\""),
               {{"trial", std::string(trial_id)}});
}

void Violations::Add(absl::string_view field, absl::string_view description) {
  violations_.push_back(
      {std::string(field), Shorten(description, kMostDescriptionBytes)});
}

absl::Status Violations::ToStatus() const {
  if (violations_.empty()) return absl::OkStatus();
  std::string message =
      absl::StrCat(violations_[0].field, ": ", violations_[0].description);
  if (violations_.size() > 1) {
    absl::StrAppend(
        &message, " (and ", violations_.size() - 1,
        violations_.size() == 2 ? " more violation)" : " more violations)");
  }
  absl::Status status =
      Error(absl::StatusCode::kInvalidArgument, "VALIDATION_FAILED", message,
            {{"violations", absl::StrCat(violations_.size())}});
  google::rpc::BadRequest details;
  size_t bytes = 0;
  for (size_t i = 0; i < std::min(violations_.size(), kMostViolations); ++i) {
    bytes += violations_[i].field.size() + violations_[i].description.size();
    if (bytes > kMostDetailBytes) break;
    google::rpc::BadRequest::FieldViolation* violation =
        details.add_field_violations();
    violation->set_field(violations_[i].field);
    violation->set_description(violations_[i].description);
  }
  Attach(details, status);
  return status;
}

}  // namespace tidemark::review
