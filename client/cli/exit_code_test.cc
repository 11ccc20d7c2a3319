#include "client/cli/exit_code.h"

#include <utility>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

TEST(ExitCodeTest, FollowsTheStatusCode) {
  const std::pair<absl::StatusCode, int> expected[] = {
      {absl::StatusCode::kOk, 0},
      {absl::StatusCode::kInvalidArgument, 3},
      {absl::StatusCode::kAborted, 4},
      {absl::StatusCode::kAlreadyExists, 4},
      {absl::StatusCode::kFailedPrecondition, 4},
      {absl::StatusCode::kDataLoss, 5},
      {absl::StatusCode::kNotFound, 6},
      {absl::StatusCode::kOutOfRange, 6},
      {absl::StatusCode::kPermissionDenied, 7},
      {absl::StatusCode::kUnauthenticated, 7},
      {absl::StatusCode::kUnavailable, 8},
      {absl::StatusCode::kDeadlineExceeded, 8},
      {absl::StatusCode::kResourceExhausted, 8},
      {absl::StatusCode::kCancelled, 8},
      {absl::StatusCode::kInternal, 8},
      {absl::StatusCode::kUnknown, 8},
      {absl::StatusCode::kUnimplemented, 8},
  };
  for (const auto& [code, exit_code] : expected) {
    EXPECT_EQ(static_cast<int>(ExitCodeOf(absl::Status(code, ""))), exit_code)
        << absl::StatusCodeToString(code);
  }
}

TEST(ExitCodeTest, TellsUsageFromInvalidData) {
  EXPECT_EQ(ExitCodeOf(UsageError("no -r")), ExitCode::kUsage);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("sd < 0")),
            ExitCode::kInvalid);
}

TEST(ExitCodeTest, TellsNotEstimableFromConflict) {
  EXPECT_EQ(ExitCodeOf(NotEstimableError("no study")), ExitCode::kNotEstimable);
}

}  // namespace
}  // namespace tidemark::cli
