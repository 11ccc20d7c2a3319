// What only the edges of the service show; tests/end_to_end has the rest.
#include "server/audit_service.h"

#include <string>

#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::server {
namespace {

grpc::Status GetCheckpoint(testing::ServerFixture& fixture,
                           const std::string& review, int64_t size) {
  v1::GetCheckpointRequest request;
  request.set_review_id(review);
  request.set_size(size);
  v1::GetCheckpointResponse response;
  grpc::ClientContext context;
  return fixture.audit->GetCheckpoint(&context, request, &response);
}

TEST(AuditServiceTest, ACheckpointBeyondTheHeadIsOutOfRange) {
  testing::ServerFixture fixture;
  v1::ApplyRequest request;
  request.set_review_id(testing::kToyReview);
  *request.mutable_change() = testing::PutReview(testing::ToyReview());
  request.set_request_id("create");
  request.set_reason("a test");
  v1::ApplyResponse response;
  ASSERT_TRUE(fixture.ApplyRequest(request, &response).ok());
  EXPECT_TRUE(GetCheckpoint(fixture, testing::kToyReview, 0).ok());
  EXPECT_TRUE(GetCheckpoint(fixture, testing::kToyReview, 1).ok());
  for (const int64_t size : {-1, 2}) {
    EXPECT_EQ(GetCheckpoint(fixture, testing::kToyReview, size).error_code(),
              grpc::StatusCode::OUT_OF_RANGE)
        << size;
  }
  EXPECT_EQ(GetCheckpoint(fixture, "hip", 0).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace tidemark::server
