#include "client/cli/exit_code.h"

#include "absl/status/status.h"
#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "client/restored_log.h"

namespace tidemark::cli {
namespace {

// Payloads that tell our own errors from those of a server.
constexpr absl::string_view kUsage = "tidemark.cli.Usage";
constexpr absl::string_view kNotEstimable = "tidemark.cli.NotEstimable";

}  // namespace

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsage, absl::Cord());
  return status;
}

absl::Status NotEstimableError(absl::string_view message) {
  absl::Status status = absl::FailedPreconditionError(message);
  status.SetPayload(kNotEstimable, absl::Cord());
  return status;
}

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.GetPayload(kUsage).has_value()) return ExitCode::kUsage;
  if (status.GetPayload(kNotEstimable).has_value()) {
    return ExitCode::kNotEstimable;
  }
  // What was seen of the log is not what it is now.
  if (client::IsEpochChanged(status)) return ExitCode::kNotVerified;
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kDone;
    case absl::StatusCode::kInvalidArgument:
      return ExitCode::kInvalid;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return ExitCode::kConflict;
    case absl::StatusCode::kDataLoss:
      return ExitCode::kNotVerified;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kNotFound;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ExitCode::kNotAllowed;
    default:  // no answer that could be relied on
      return ExitCode::kUnavailable;
  }
}

}  // namespace tidemark::cli
