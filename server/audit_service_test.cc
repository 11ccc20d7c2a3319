// What only the edges of the service show; tests/end_to_end has the rest.
#include "server/audit_service.h"

#include <cstdint>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::server {
namespace {

using ::testing::ElementsAre;

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

TEST(AuditServiceTest, CheckpointsComeInPagesFromASizeOn) {
  testing::ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(3);
  v1::ListCheckpointsRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_page_size(2);
  std::vector<int64_t> sizes;
  std::vector<int64_t> starts;
  do {
    v1::ListCheckpointsResponse page;
    grpc::ClientContext context;
    ASSERT_TRUE(fixture.audit->ListCheckpoints(&context, request, &page).ok());
    for (const std::string& note : page.checkpoints()) {
      sizes.push_back(audit::ReadCheckpointUnverified(note)->size);
    }
    starts.push_back(page.next_size());
    request.set_from_size(page.next_size());
  } while (request.from_size() > 0);
  EXPECT_THAT(sizes, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(starts, ElementsAre(3, 5, 0));
  request.set_from_size(6);
  v1::ListCheckpointsResponse none;
  grpc::ClientContext context;
  EXPECT_TRUE(fixture.audit->ListCheckpoints(&context, request, &none).ok());
  EXPECT_EQ(none.checkpoints_size(), 0);
  request.set_review_id("hip");
  grpc::ClientContext other;
  EXPECT_EQ(fixture.audit->ListCheckpoints(&other, request, &none).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace tidemark::server
