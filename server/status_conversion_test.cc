#include "server/status_conversion.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"
#include "review/errors.h"

namespace tidemark::server {
namespace {

// What a client of gRPC takes as trailers unless told otherwise.
constexpr size_t kMostTrailerBytes = 8192;

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

// As gRPC counts: the message percent-encoded, 32 bytes more for each entry.
size_t TrailerBytes(const grpc::Status& status) {
  size_t message = 0;
  for (const char c : status.error_message()) {
    message += c >= ' ' && c <= '~' && c != '%' ? 1 : 3;
  }
  return message + status.error_details().size() +
         std::string("grpc-status1grpc-messagegrpc-status-details-bin").size() +
         3 * 32;
}

TEST(ToGrpcStatusTest, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
}

TEST(ToGrpcStatusTest, KeepsCodeMessageAndDetails) {
  const grpc::Status status =
      ToGrpcStatus(review::Error(absl::StatusCode::kNotFound, "TRIAL_NOT_FOUND",
                                 "no trial", {{"trial", "x"}}));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "no trial");
  const google::rpc::Status details = DetailsOf(status);
  EXPECT_EQ(details.code(), 5);
  EXPECT_EQ(details.message(), "no trial");
  ASSERT_EQ(details.details_size(), 1);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "TRIAL_NOT_FOUND");
}

TEST(ToGrpcStatusTest, EveryCodeIsItsOwnAndHasAnInfo) {
  for (int code = 1; code <= 16; ++code) {
    const grpc::Status status = ToGrpcStatus(
        absl::Status(static_cast<absl::StatusCode>(code), "message"));
    EXPECT_EQ(static_cast<int>(status.error_code()), code);
    google::rpc::ErrorInfo info;
    const google::rpc::Status details = DetailsOf(status);
    ASSERT_EQ(details.details_size(), 1);
    ASSERT_TRUE(details.details(0).UnpackTo(&info));
    EXPECT_EQ(info.reason(),
              absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
    EXPECT_EQ(info.domain(), "tidemark");
  }
}

// A message that is cut inside a character would take the details with it.
TEST(ToGrpcStatusTest, LongMessagesAreCutBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 5000; ++i) umlauts += "\xC3\xA4";
  for (const char* shift : {"", "x"}) {
    const grpc::Status status =
        ToGrpcStatus(absl::InvalidArgumentError(absl::StrCat(shift, umlauts)));
    EXPECT_EQ(DetailsOf(status).message(), status.error_message());
    EXPECT_LT(TrailerBytes(status), kMostTrailerBytes);
  }
}

TEST(ToGrpcStatusTest, TheLongestErrorFitsATrailer) {
  std::string umlauts;
  for (int i = 0; i < 5000; ++i) umlauts += "\xC3\xA4";
  review::Violations violations;
  for (int i = 0; i < 100; ++i) {
    violations.Add(absl::StrCat("trials[", i, "].results[0].arms"), umlauts);
  }
  EXPECT_LT(TrailerBytes(ToGrpcStatus(violations.ToStatus())),
            kMostTrailerBytes);
  EXPECT_LT(TrailerBytes(ToGrpcStatus(review::Error(
                absl::StatusCode::kAborted, "VERSION_MISMATCH", umlauts,
                {{"resource", umlauts}, {"current_version", umlauts}}))),
            kMostTrailerBytes);
}

}  // namespace
}  // namespace tidemark::server
