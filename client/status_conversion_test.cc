#include "client/status_conversion.h"

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "gtest/gtest.h"

namespace tidemark::client {
namespace {

using ::tidemark::testing::StatusIs;

TEST(StatusConversionTest, OkStaysOk) {
  EXPECT_OK(FromGrpcStatus(grpc::Status::OK));
}

TEST(StatusConversionTest, KeepsCodeAndMessage) {
  EXPECT_THAT(
      FromGrpcStatus(grpc::Status(grpc::StatusCode::ABORTED, "moved on")),
      StatusIs(absl::StatusCode::kAborted, "moved on"));
}

TEST(StatusConversionTest, KeepsDetailsAsPayloads) {
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field("trials[0].year");
  violation->set_description("year is 12");
  google::rpc::ErrorInfo info;
  info.set_reason("TRIAL_INVALID");
  google::rpc::Status details;
  details.set_code(3);
  details.add_details()->PackFrom(bad_request);
  details.add_details()->PackFrom(info);

  const absl::Status status = FromGrpcStatus(grpc::Status(
      grpc::StatusCode::INVALID_ARGUMENT, "no", details.SerializeAsString()));

  ASSERT_TRUE(BadRequestOf(status).has_value());
  EXPECT_EQ(BadRequestOf(status)->field_violations(0).field(),
            "trials[0].year");
  ASSERT_TRUE(ErrorInfoOf(status).has_value());
  EXPECT_EQ(ErrorInfoOf(status)->reason(), "TRIAL_INVALID");
}

TEST(StatusConversionTest, ReadsWhenToComeAgain) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  retry.mutable_retry_delay()->set_nanos(500000000);
  google::rpc::Status details;
  details.add_details()->PackFrom(retry);
  EXPECT_EQ(RetryDelayOf(FromGrpcStatus(
                grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "full",
                             details.SerializeAsString()))),
            absl::Milliseconds(2500));
  EXPECT_EQ(RetryDelayOf(absl::ResourceExhaustedError("full")), std::nullopt);
}

TEST(StatusConversionTest, IgnoresDetailsThatDoNotParse) {
  const absl::Status status = FromGrpcStatus(
      grpc::Status(grpc::StatusCode::INTERNAL, "broken", "\xff\xff"));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal, "broken"));
  EXPECT_FALSE(BadRequestOf(status).has_value());
  EXPECT_FALSE(ErrorInfoOf(status).has_value());
}

}  // namespace
}  // namespace tidemark::client
