// What a server promises its writers, over its own RPCs.
#include <limits>
#include <string>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/compare_estimates.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ServerFixture;

// The field paths of a BadRequest.
std::vector<std::string> FieldsOf(const grpc::Status& status) {
  std::vector<std::string> fields;
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    google::rpc::BadRequest bad;
    if (!detail.UnpackTo(&bad)) continue;
    for (const auto& violation : bad.field_violations()) {
      fields.push_back(violation.field());
    }
  }
  return fields;
}

TEST(WriteTest, AnswersWithSequenceVersionsMovedEstimatesAndReceipt) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::ApplyResponse response;
  ASSERT_TRUE(
      fixture.Apply(testing::SubmitTrials(testing::ExampleTrials()), &response)
          .ok());
  EXPECT_EQ(response.sequence(), 3);
  EXPECT_EQ(response.versions_size(), 16);
  EXPECT_EQ(response.moved_size(), 21);
  EXPECT_EQ(response.estimates_size(), 0);  // they are stored
  EXPECT_EQ(response.receipt().leaf_index(), 2);
  EXPECT_FALSE(response.repeated_request());
}

TEST(WriteTest, ReceiptProvesTheEntryAgainstTheSignedCheckpoint) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::ApplyResponse response;
  ASSERT_TRUE(fixture
                  .Apply(testing::SubmitTrials({testing::ExampleTrials()[0]}),
                         &response)
                  .ok());
  v1::GetCheckpointRequest request;
  request.set_review_id(testing::kExampleReview);
  v1::GetCheckpointResponse key;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture.audit->GetCheckpoint(&context, request, &key).ok());
  ASSERT_OK_AND_ASSIGN(const audit::Verifier verifier,
                       audit::Verifier::Parse(key.vkey()));
  const v1::Receipt& receipt = response.receipt();
  ASSERT_OK_AND_ASSIGN(
      const audit::Checkpoint checkpoint,
      audit::OpenCheckpoint(receipt.checkpoint(), verifier, verifier.name()));
  std::vector<audit::Digest> proof;
  for (const std::string& hash : receipt.inclusion_proof()) {
    ASSERT_OK_AND_ASSIGN(const audit::Digest digest,
                         audit::DigestFromBytes(hash));
    proof.push_back(digest);
  }
  ASSERT_OK_AND_ASSIGN(const audit::Digest leaf,
                       audit::DigestFromBytes(receipt.leaf_hash()));
  EXPECT_OK(audit::VerifyInclusion(leaf, receipt.leaf_index(), checkpoint.size,
                                   proof, checkpoint.root));
}

TEST(WriteTest, NamesTheEstimatesThatMovedAsTheLogDoes) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::ApplyResponse response;
  ASSERT_TRUE(fixture
                  .Apply(testing::SubmitTrials({testing::ExampleTrials()[0]}),
                         &response)
                  .ok());
  ASSERT_GT(response.moved_size(), 0);
  v1::ListEntriesRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_from_sequence(response.sequence());
  v1::ListEntriesResponse entries;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture.audit->ListEntries(&context, request, &entries).ok());
  const auto& named = entries.entries(0).entry().analyses();
  ASSERT_EQ(response.moved_size(), named.size());
  for (int i = 0; i < named.size(); ++i) {
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
        response.moved(i), named[i]));
  }
}

TEST(WriteTest, SameRequestIdAndBytesGetTheFirstAnswerAgainAlsoAfterARestart) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::ApplyRequest request;
  request.set_review_id(testing::kExampleReview);
  *request.mutable_change() =
      testing::SubmitTrials({testing::ExampleTrials()[0]});
  request.set_request_id("once");
  request.set_reason("first trial");
  v1::ApplyResponse first;
  ASSERT_TRUE(fixture.ApplyRequest(request, &first).ok());
  fixture.Restart();
  v1::ApplyResponse again;
  ASSERT_TRUE(fixture.ApplyRequest(request, &again).ok());
  EXPECT_TRUE(again.repeated_request());
  again.set_repeated_request(false);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(first, again));
  EXPECT_EQ(fixture.Head(), 3);

  request.set_reason("another reason");
  EXPECT_EQ(fixture.ApplyRequest(request, &again).error_code(),
            grpc::StatusCode::ALREADY_EXISTS);
}

TEST(WriteTest, RefusesAVersionThatIsNotCurrent) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::Change change = testing::SubmitTrials({testing::ExampleTrials()[0]});
  change.mutable_submit_trials()->mutable_trials(0)->set_expected_version(0);
  v1::ApplyResponse response;
  ASSERT_TRUE(fixture.Apply(change, &response).ok());
  const grpc::Status status = fixture.Apply(change, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_THAT(status.error_message(), HasSubstr("is at version 1, not 0"));
}

TEST(WriteTest, ValidateOnlyAnswersTheEstimateThatWouldBeAndStoresNothing) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(3);
  const v1::Estimate before = fixture.EstimateOf("pain-6m");
  const v1::Change change =
      testing::SubmitTrials({testing::ExampleTrials()[3]});
  v1::ApplyResponse dry;
  ASSERT_TRUE(fixture.Apply(change, &dry, /*validate_only=*/true).ok());
  EXPECT_FALSE(dry.has_receipt());
  EXPECT_EQ(fixture.Head(), 5);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
      before, fixture.EstimateOf("pain-6m")));
  v1::ApplyResponse real;
  ASSERT_TRUE(fixture.Apply(change, &real).ok());
  EXPECT_EQ(dry.moved_size(), 0);
  ASSERT_EQ(dry.estimates_size(), real.moved_size());
  for (v1::Estimate& tried : *dry.mutable_estimates()) {
    v1::Estimate stored = fixture.EstimateOf(tried.analysis_id());
    // Inputs differ by the salt of the change.
    tried.clear_inputs_digest();
    stored.clear_inputs_digest();
    // The dry run left its mark on the last digits of what goes on from it.
    const auto deviation = review::LargestDeviation(tried, stored);
    ASSERT_TRUE(deviation.ok()) << deviation.status();
    EXPECT_LE(*deviation, review::kSameEstimate);
  }
}

TEST(WriteTest, BadNumbersAreRefusedByPathAndNothingIsStored) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::Trial trial = testing::ExampleTrials()[0];
  trial.mutable_results(0)->mutable_continuous()->set_sd(-1);
  trial.mutable_results(1)->mutable_continuous()->set_n(0);
  trial.mutable_results(2)->mutable_continuous()->set_mean(
      std::numeric_limits<double>::quiet_NaN());
  trial.mutable_arms(0)->set_treatment("snake_oil");
  v1::ApplyResponse response;
  const grpc::Status status =
      fixture.Apply(testing::SubmitTrials({trial}), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(
      FieldsOf(status),
      ElementsAre("submit_trials.trials[0].trial.arms[0].treatment",
                  "submit_trials.trials[0].trial.results[0].continuous.sd",
                  "submit_trials.trials[0].trial.results[1].continuous.n",
                  "submit_trials.trials[0].trial.results[2].continuous.mean"));
  EXPECT_EQ(fixture.Head(), 2);
}

TEST(WriteTest, ANumberTooLargeToEstimateWithIsRefused) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(3);
  v1::Change change;
  change.mutable_correct_trial()->set_trial_id("vega-2015");
  v1::FieldEdit* edit = change.mutable_correct_trial()->add_edits();
  edit->set_path("results[pain/6m/msc].continuous.mean");
  edit->set_value("1e200");
  v1::ApplyResponse response;
  const grpc::Status status = fixture.Apply(change, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("not finite"));
  EXPECT_EQ(fixture.Head(), 5);
}

TEST(WriteTest, ATrialWithTooManyResultsIsRefused) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::Trial trial = testing::ExampleTrials()[0];
  while (trial.results_size() <= 2000) {
    *trial.add_results() = trial.results(0);
  }
  v1::ApplyResponse response;
  const grpc::Status status =
      fixture.Apply(testing::SubmitTrials({trial}), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("at most 2000"));
}

TEST(WriteTest, AnUnknownReviewIsNotFound) {
  ServerFixture fixture;
  v1::ApplyResponse response;
  const grpc::Status status = fixture.Apply(
      testing::SubmitTrials({testing::ExampleTrials()[0]}), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace tidemark
