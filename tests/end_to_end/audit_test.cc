// What a server promises its auditors.
#include <cstdint>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "base/testing/status_matchers.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/log_verifier.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using testing::ServerFixture;

TEST(AuditTest, TheWholeLogVerifiesAndItsRootIsSigned) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  v1::ListEntriesRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_with_evidence(true);
  request.set_page_size(5);
  review::LogVerifier verifier(testing::kExampleReview);
  do {
    v1::ListEntriesResponse page;
    grpc::ClientContext context;
    ASSERT_TRUE(fixture.audit->ListEntries(&context, request, &page).ok());
    for (const auto& entry : page.entries()) {
      ASSERT_OK(verifier.Add(entry.entry().leaf(), entry.evidence()));
    }
    request.set_from_sequence(page.next_sequence());
  } while (request.from_sequence() > 0);
  EXPECT_EQ(verifier.size(), 18);
  EXPECT_LE(verifier.largest_deviation(), 1e-9);

  v1::GetCheckpointRequest checkpoint_request;
  checkpoint_request.set_review_id(testing::kExampleReview);
  v1::GetCheckpointResponse key;
  grpc::ClientContext context;
  ASSERT_TRUE(
      fixture.audit->GetCheckpoint(&context, checkpoint_request, &key).ok());
  ASSERT_OK_AND_ASSIGN(const audit::Verifier signer,
                       audit::Verifier::Parse(key.vkey()));
  ASSERT_OK_AND_ASSIGN(
      const audit::Checkpoint checkpoint,
      audit::OpenCheckpoint(key.checkpoint(), signer, signer.name()));
  EXPECT_EQ(checkpoint.size, 18);
  EXPECT_EQ(checkpoint.root, verifier.RootAt(18));
}

TEST(AuditTest, ProofsOfConsistencyLeadFromOldCheckpointsToNewOnes) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(7);
  const auto checkpoint_of = [&](int64_t size) {
    v1::GetCheckpointRequest request;
    request.set_review_id(testing::kExampleReview);
    request.set_size(size);
    v1::GetCheckpointResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(
        fixture.audit->GetCheckpoint(&context, request, &response).ok());
    const auto text = audit::ReadCheckpointUnverified(response.checkpoint());
    EXPECT_OK(text);
    return text.value_or(audit::Checkpoint());
  };
  const audit::Checkpoint last = checkpoint_of(9);
  for (int64_t size = 1; size <= 9; ++size) {
    v1::ProveConsistencyRequest request;
    request.set_review_id(testing::kExampleReview);
    request.set_from_size(size);
    v1::ProveConsistencyResponse response;
    grpc::ClientContext context;
    ASSERT_TRUE(
        fixture.audit->ProveConsistency(&context, request, &response).ok());
    std::vector<audit::Digest> proof;
    for (const std::string& hash : response.proof()) {
      ASSERT_OK_AND_ASSIGN(const audit::Digest digest,
                           audit::DigestFromBytes(hash));
      proof.push_back(digest);
    }
    EXPECT_OK(audit::VerifyConsistency(size, checkpoint_of(size).root,
                                       last.size, last.root, proof));
  }
}

}  // namespace
}  // namespace tidemark
