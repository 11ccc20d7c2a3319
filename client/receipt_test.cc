// tests/end_to_end/trust_test.cc has the receipts of a real server, and lies.
#include "client/receipt.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::client {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

v1::ApplyRequest Submission(const std::vector<std::string>& trials) {
  v1::ApplyRequest request;
  request.set_request_id("r-1");
  request.set_reason("first search");
  for (const std::string& id : trials) {
    request.mutable_change()
        ->mutable_submit_trials()
        ->add_trials()
        ->mutable_trial()
        ->set_trial_id(id);
  }
  return request;
}

audit::Leaf SubmissionLeaf(const std::string& resource) {
  audit::Leaf leaf;
  leaf.sequence = 1;
  leaf.action = "trials.submit";
  leaf.resource = resource;
  leaf.reason = "first search";
  leaf.request_id = "r-1";
  return leaf;
}

audit::Signer TheSigner() {
  return *audit::Signer::Create("log.example/r", audit::KeySeed{1});
}

// The honest receipt of a log with this one leaf.
v1::ApplyResponse AnswerWith(const audit::Leaf& leaf) {
  v1::ApplyResponse response;
  response.set_sequence(1);
  v1::Receipt& receipt = *response.mutable_receipt();
  receipt.set_leaf(*audit::EncodeLeaf(leaf));
  const audit::Digest hash = audit::LeafHash(receipt.leaf());
  receipt.set_leaf_hash(std::string(audit::AsBytes(hash)));
  receipt.set_checkpoint(
      *audit::SignCheckpoint({"log.example/r", 1, hash}, TheSigner()));
  return response;
}

absl::Status Verify(const v1::ApplyRequest& request, const audit::Leaf& leaf) {
  const auto key = audit::Verifier::Parse(TheSigner().vkey());
  return VerifyReceipt(request, AnswerWith(leaf), *key).status();
}

TEST(VerifyReceiptTest, TakesTheLeafOfTheRequestAndNoOther) {
  const audit::Leaf leaf = SubmissionLeaf("trials/a");
  EXPECT_OK(Verify(Submission({"a"}), leaf));
  EXPECT_THAT(Verify(Submission({"b"}), leaf),
              StatusIs(kDataLoss, HasSubstr("resource \"trials/a\"")));
  v1::ApplyRequest request = Submission({"a"});
  request.set_request_id("r-2");
  EXPECT_THAT(Verify(request, leaf),
              StatusIs(kDataLoss, HasSubstr("request_id \"r-1\"")));
  request = Submission({"a"});
  request.set_reason("another");
  EXPECT_THAT(Verify(request, leaf),
              StatusIs(kDataLoss, HasSubstr("reason \"first search\"")));
}

TEST(VerifyReceiptTest, TheActionIsThatOfTheChange) {
  v1::ApplyRequest request = Submission({"a"});
  v1::SetTrialStatus* const set =
      request.mutable_change()->mutable_set_trial_status();
  set->add_trial_ids("a");
  audit::Leaf leaf = SubmissionLeaf("trials/a");
  using Status = v1::TrialStatus;
  const std::pair<Status::Code, std::string> actions[] = {
      {Status::RETRACTED, "trials.retract"},
      {Status::CONCERN, "trials.concern"},
      {Status::EXCLUDED, "trials.exclude"},
      {Status::REINSTATED, "trials.reinstate"}};
  for (const auto& [status, action] : actions) {
    set->set_status(status);
    leaf.action = action;
    EXPECT_OK(Verify(request, leaf)) << action;
    leaf.action = "trials.submit";
    EXPECT_THAT(Verify(request, leaf), StatusIs(kDataLoss, HasSubstr(action)));
  }
  request.mutable_change()->mutable_correct_trial()->set_trial_id("a");
  leaf.action = "trials.correct";
  EXPECT_OK(Verify(request, leaf));
  request.mutable_change()
      ->mutable_put_analyses()
      ->add_analyses()
      ->set_analysis_id("pain");
  leaf.action = "analyses.put";
  leaf.resource = "analyses/pain";
  EXPECT_OK(Verify(request, leaf));
  request.mutable_change()->mutable_put_review();
  leaf.resource = "review";
  for (const char* action : {"review.create", "review.update"}) {
    leaf.action = action;
    EXPECT_OK(Verify(request, leaf));
  }
}

// The policy of the review may make drafts of a submission: the log says so,
// and the answer must.
TEST(VerifyReceiptTest, ADraftIsNotAVersion) {
  const v1::ApplyRequest request = Submission({"a"});
  audit::Leaf leaf = SubmissionLeaf("trials/a");
  leaf.action = "trials.draft";
  leaf.version_before = 1;
  leaf.version_after = 1;
  EXPECT_OK(Verify(request, leaf));
  v1::ApplyResponse answer = AnswerWith(leaf);
  answer.add_versions()->set_version(1);
  const auto key = audit::Verifier::Parse(TheSigner().vkey());
  EXPECT_THAT(VerifyReceipt(request, answer, *key).status(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("draft")));
}

TEST(VerifyReceiptTest, ARedactionIsOfAllEntriesThatWereAskedFor) {
  v1::ApplyRequest request = Submission({});
  request.mutable_change()->mutable_redact_changes()->add_sequences(3);
  audit::Leaf leaf = SubmissionLeaf("entries/3,entries/4");
  leaf.action = "changes.redact";
  const auto key = audit::Verifier::Parse(TheSigner().vkey());
  v1::ApplyResponse response = AnswerWith(leaf);
  response.mutable_redaction()->add_sequences(3);
  EXPECT_THAT(VerifyReceipt(request, response, *key),
              StatusIs(kDataLoss, HasSubstr("resource")));
  response.mutable_redaction()->add_sequences(4);
  EXPECT_OK(VerifyReceipt(request, response, *key)) << "the server adds some";
  request.mutable_change()->mutable_redact_changes()->add_sequences(5);
  EXPECT_THAT(VerifyReceipt(request, response, *key),
              StatusIs(kDataLoss, HasSubstr("does not name entry 5")));
}

TEST(VerifyReceiptTest, ALongResourceMayBeCutIfItSaysSo) {
  const v1::ApplyRequest request = Submission({"a", "b", "c"});
  for (const char* resource :
       {"trials/a,trials/b,trials/c", "trials/a and 2 more",
        "trials/a,trials/b and 1 more"}) {
    EXPECT_OK(Verify(request, SubmissionLeaf(resource)));
  }
  for (const char* resource :
       {"", "trials/a", "trials/a,trials/b", "trials/a and 1 more",
        "trials/b and 2 more", "trials/a,trials/c and 1 more", " and 3 more",
        "trials/a,trials/b,trials/c and 0 more"}) {
    EXPECT_THAT(Verify(request, SubmissionLeaf(resource)),
                StatusIs(kDataLoss, HasSubstr("resource")))
        << resource;
  }
}

TEST(VerifyReceiptTest, ALogThatAnotherKeySignedIsNotThisOne) {
  const auto other = audit::Signer::Create("log.example/r", audit::KeySeed{2});
  const auto key = audit::Verifier::Parse(other->vkey());
  EXPECT_THAT(VerifyReceipt(Submission({"a"}),
                            AnswerWith(SubmissionLeaf("trials/a")), *key),
              StatusIs(absl::StatusCode::kUnauthenticated, ::testing::_));
}

}  // namespace
}  // namespace tidemark::client
