// What only the edges of the service show; tests/end_to_end has the rest.
#include "server/audit_service.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/repeated_field.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::server {
namespace {

using ::testing::ElementsAre;

grpc::Status GetCheckpoint(testing::ServerFixture& fixture,
                           const std::string& review, int64_t size,
                           int64_t consistent_with_size = 0,
                           v1::GetCheckpointResponse* response = nullptr) {
  v1::GetCheckpointRequest request;
  request.set_review_id(review);
  request.set_size(size);
  request.set_consistent_with_size(consistent_with_size);
  v1::GetCheckpointResponse ignored;
  grpc::ClientContext context;
  return fixture.audit->GetCheckpoint(
      &context, request, response == nullptr ? &ignored : response);
}

// Entry `sequence` of the toy review: its protocol, again and again.
v1::ApplyResponse Write(testing::ServerFixture& fixture, int64_t sequence) {
  v1::Review review = testing::ToyReview();
  review.set_title(absl::StrCat("version ", sequence));
  v1::ApplyRequest request;
  request.set_review_id(testing::kToyReview);
  *request.mutable_change() = testing::PutReview(review);
  request.set_request_id(absl::StrCat("write-", sequence));
  request.set_reason("a test");
  v1::ApplyResponse response;
  const grpc::Status status = fixture.ApplyRequest(request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

audit::Checkpoint CheckpointOf(const std::string& note) {
  return audit::ReadCheckpointUnverified(note).value();
}

std::vector<audit::Digest> DigestsOf(
    const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  std::vector<audit::Digest> digests;
  for (const std::string& hash : hashes) {
    digests.push_back(audit::DigestFromBytes(hash).value());
  }
  return digests;
}

TEST(AuditServiceTest, ACheckpointIsProvenToExtendTheOneThatIsHeld) {
  testing::ServerFixture fixture;
  std::vector<audit::Checkpoint> held = {{}};  // by size
  for (int64_t size = 1; size <= 6; ++size) {
    held.push_back(CheckpointOf(Write(fixture, size).receipt().checkpoint()));
  }
  for (int64_t size = 1; size <= 6; ++size) {
    for (int64_t from = 1; from <= size; ++from) {
      v1::GetCheckpointResponse response;
      ASSERT_TRUE(GetCheckpoint(fixture, testing::kToyReview,
                                size == 6 ? 0 : size, from, &response)
                      .ok());
      const audit::Checkpoint checkpoint = CheckpointOf(response.checkpoint());
      ASSERT_EQ(checkpoint.size, size);
      EXPECT_OK(audit::VerifyConsistency(
          from, held[static_cast<size_t>(from)].root, size, checkpoint.root,
          DigestsOf(response.consistency_proof())));
    }
    EXPECT_EQ(GetCheckpoint(fixture, testing::kToyReview, size, size + 1)
                  .error_code(),
              grpc::StatusCode::OUT_OF_RANGE);
  }
  EXPECT_EQ(GetCheckpoint(fixture, testing::kToyReview, 0, -1).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(AuditServiceTest, EveryReceiptCarriesItsLeaf) {
  testing::ServerFixture fixture;
  const auto leaf_hash_fits = [](const v1::ApplyResponse& response) {
    const v1::Receipt& receipt = response.receipt();
    const auto leaf = audit::DecodeLeaf(receipt.leaf());
    return leaf.ok() && leaf->sequence == response.sequence() &&
           receipt.leaf_hash() ==
               audit::AsBytes(audit::LeafHash(receipt.leaf()));
  };
  const v1::ApplyResponse first = Write(fixture, 1);
  EXPECT_TRUE(leaf_hash_fits(first));
  EXPECT_TRUE(leaf_hash_fits(Write(fixture, 2)));
  const v1::ApplyResponse repeat = Write(fixture, 1);
  EXPECT_TRUE(repeat.repeated_request());
  EXPECT_TRUE(leaf_hash_fits(repeat));
  EXPECT_EQ(repeat.receipt().leaf(), first.receipt().leaf());
  fixture.Restart();
  EXPECT_EQ(Write(fixture, 1).receipt().leaf(), first.receipt().leaf());
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
