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

// gRPC sends details in a trailer of at most 8 KB.
constexpr size_t kMostViolations = 50;
constexpr size_t kMostDetailBytes = 6000;

template <typename Message>
void Attach(const Message& message, absl::Status& status) {
  status.SetPayload(
      absl::StrCat(kTypePrefix, Message::descriptor()->full_name()),
      absl::Cord(message.SerializeAsString()));
}

}  // namespace

absl::Status Error(
    absl::StatusCode code, absl::string_view reason, absl::string_view message,
    const std::vector<std::pair<std::string, std::string>>& metadata) {
  absl::Status status(code, message);
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain("tidemark");
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[key] = value;
  }
  Attach(info, status);
  return status;
}

void Violations::Add(absl::string_view field, absl::string_view description) {
  violations_.push_back({std::string(field), std::string(description)});
}

absl::Status Violations::ToStatus() const {
  if (violations_.empty()) return absl::OkStatus();
  std::string message =
      absl::StrCat(violations_[0].field, ": ", violations_[0].description);
  if (violations_.size() > 1) {
    absl::StrAppend(&message, " (and ", violations_.size() - 1,
                    " more violations)");
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
