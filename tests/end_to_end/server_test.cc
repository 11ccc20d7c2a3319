// What a server promises its clients, over its own RPCs.
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
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
#include "review/log_verifier.h"
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

v1::Estimate EstimateOf(ServerFixture& fixture, const std::string& analysis,
                        int64_t as_of = 0) {
  v1::GetEstimateRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_analysis_id(analysis);
  if (as_of > 0) request.mutable_as_of()->set_sequence(as_of);
  v1::GetEstimateResponse response;
  grpc::ClientContext context;
  const grpc::Status status =
      fixture.read->GetEstimate(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.estimate();
}

int64_t HeadOf(ServerFixture& fixture) {
  v1::ListReviewsResponse response;
  grpc::ClientContext context;
  EXPECT_TRUE(fixture.read->ListReviews(&context, {}, &response).ok());
  return response.reviews_size() == 0 ? 0 : response.reviews(0).head_sequence();
}

// Submits the first `count` trials of the example, one entry each.
void SubmitOneByOne(ServerFixture& fixture, size_t count) {
  const std::vector<v1::Trial> trials = testing::ExampleTrials();
  for (size_t i = 0; i < count; ++i) {
    v1::ApplyResponse response;
    const grpc::Status status =
        fixture.Apply(testing::SubmitTrials({trials[i]}), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
}

TEST(WriteTest, AnswersWithSequenceVersionsEstimatesAndReceipt) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::ApplyResponse response;
  ASSERT_TRUE(
      fixture.Apply(testing::SubmitTrials(testing::ExampleTrials()), &response)
          .ok());
  EXPECT_EQ(response.sequence(), 3);
  EXPECT_EQ(response.versions_size(), 16);
  EXPECT_EQ(response.estimates_size(), 21);
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
  EXPECT_EQ(HeadOf(fixture), 3);

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
  SubmitOneByOne(fixture, 3);
  const v1::Estimate before = EstimateOf(fixture, "pain-6m");
  const v1::Change change =
      testing::SubmitTrials({testing::ExampleTrials()[3]});
  v1::ApplyResponse dry;
  ASSERT_TRUE(fixture.Apply(change, &dry, /*validate_only=*/true).ok());
  EXPECT_FALSE(dry.has_receipt());
  EXPECT_EQ(HeadOf(fixture), 5);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
      before, EstimateOf(fixture, "pain-6m")));
  v1::ApplyResponse real;
  ASSERT_TRUE(fixture.Apply(change, &real).ok());
  ASSERT_EQ(dry.estimates_size(), real.estimates_size());
  for (int i = 0; i < dry.estimates_size(); ++i) {
    // Inputs differ by the salt of the change.
    dry.mutable_estimates(i)->clear_inputs_digest();
    real.mutable_estimates(i)->clear_inputs_digest();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
        dry.estimates(i), real.estimates(i)));
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
  EXPECT_EQ(HeadOf(fixture), 2);
}

// One typo must not spoil the log: what cannot be estimated cannot be verified.
TEST(WriteTest, ANumberTooLargeToEstimateWithIsRefused) {
  ServerFixture fixture;
  fixture.CreateExample();
  SubmitOneByOne(fixture, 3);
  v1::Change change;
  change.mutable_correct_trial()->set_trial_id("vega-2015");
  v1::FieldEdit* edit = change.mutable_correct_trial()->add_edits();
  edit->set_path("results[pain/6m/msc].continuous.mean");
  edit->set_value("1e200");
  v1::ApplyResponse response;
  const grpc::Status status = fixture.Apply(change, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("not finite"));
  EXPECT_EQ(HeadOf(fixture), 5);
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

TEST(ReadTest, ThePastReadsAsItWasAndSaysWhatIsKnownNow) {
  ServerFixture fixture;
  fixture.CreateExample();
  SubmitOneByOne(fixture, 16);
  const int64_t before = HeadOf(fixture);
  const v1::Estimate then = EstimateOf(fixture, "pain-12m");
  v1::ApplyResponse response;
  ASSERT_TRUE(
      fixture
          .Apply(testing::SetStatus("matas-2019", v1::TrialStatus::RETRACTED,
                                    "doi:10.0000/notice"),
                 &response)
          .ok());
  v1::GetEstimateRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_analysis_id("pain-12m");
  request.mutable_as_of()->set_sequence(before);
  v1::GetEstimateResponse past;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture.read->GetEstimate(&context, request, &past).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
      then, past.estimate()));
  ASSERT_EQ(past.known_later_size(), 1);
  EXPECT_EQ(past.known_later(0).trial_id(), "matas-2019");
  EXPECT_EQ(past.known_later(0).status(), v1::TrialStatus::RETRACTED);
  EXPECT_EQ(past.known_later(0).sequence(), before + 1);
  // Without Matas nothing connects repeated and single injections directly.
  EXPECT_EQ(EstimateOf(fixture, "pain-12m").studies_used(),
            then.studies_used() - 1);
}

TEST(ReadTest, TrialsComeInPagesPinnedToTheFirst) {
  ServerFixture fixture;
  fixture.CreateExample();
  SubmitOneByOne(fixture, 5);
  v1::ListTrialsRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_page_size(2);
  std::vector<std::string> ids;
  do {
    v1::ListTrialsResponse page;
    grpc::ClientContext context;
    ASSERT_TRUE(fixture.read->ListTrials(&context, request, &page).ok());
    for (const auto& record : page.trials()) {
      ids.push_back(record.trial().trial_id());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(ids.size(), 5);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
}

TEST(WatchTest, DeliversHistoryThenLiveWithoutASeamAndResumes) {
  ServerFixture fixture;
  fixture.CreateExample();
  SubmitOneByOne(fixture, 2);
  v1::WatchRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_from_sequence(1);
  std::string token;
  {
    grpc::ClientContext context;
    const auto stream = fixture.watch->Watch(&context, request);
    v1::WatchResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.started().head_sequence(), 4);
    for (int64_t sequence = 1; sequence <= 4; ++sequence) {
      ASSERT_TRUE(stream->Read(&response));
      EXPECT_EQ(response.entry().entry().sequence(), sequence);
    }
    v1::ApplyResponse applied;
    ASSERT_TRUE(fixture
                    .Apply(testing::SubmitTrials({testing::ExampleTrials()[2]}),
                           &applied)
                    .ok());
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.entry().entry().sequence(), 5);
    ASSERT_EQ(response.entry().estimates_size(), applied.estimates_size());
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
        response.entry().estimates(0), applied.estimates(0)));
    token = response.resume_token();
    context.TryCancel();
  }
  fixture.Restart();
  request.set_resume_token(token);
  v1::ApplyResponse applied;
  ASSERT_TRUE(
      fixture
          .Apply(testing::SubmitTrials({testing::ExampleTrials()[3]}), &applied)
          .ok());
  grpc::ClientContext context;
  const auto stream = fixture.watch->Watch(&context, request);
  v1::WatchResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_TRUE(response.has_started());
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.entry().entry().sequence(), 6);
  context.TryCancel();
}

TEST(WatchTest, AFilterPassesOnlyItsAnalysesAndStillMakesProgress) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::WatchRequest request;
  request.set_review_id(testing::kExampleReview);
  request.add_analyses("function-12m");
  request.mutable_progress_interval()->set_seconds(1);
  grpc::ClientContext context;
  const auto stream = fixture.watch->Watch(&context, request);
  v1::WatchResponse response;
  ASSERT_TRUE(stream->Read(&response));
  // Emadedin 2018 has no result at 12 months; Gupta 2016 has.
  const std::vector<v1::Trial> trials = testing::ExampleTrials();
  v1::ApplyResponse applied;
  for (const v1::Trial& trial : trials) {
    if (trial.trial_id() == "emadedin-2018") {
      ASSERT_TRUE(fixture.Apply(testing::SubmitTrials({trial}), &applied).ok());
    }
  }
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.progress().sequence(), 3);
  for (const v1::Trial& trial : trials) {
    if (trial.trial_id() == "gupta-2016") {
      ASSERT_TRUE(fixture.Apply(testing::SubmitTrials({trial}), &applied).ok());
    }
  }
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.entry().entry().sequence(), 4);
  ASSERT_EQ(response.entry().estimates_size(), 1);
  EXPECT_EQ(response.entry().estimates(0).analysis_id(), "function-12m");
  context.TryCancel();
}

TEST(WatchTest, RefusesTheFutureAndForeignTokens) {
  ServerFixture fixture;
  fixture.CreateExample();
  const auto status_of = [&](const v1::WatchRequest& request) {
    grpc::ClientContext context;
    const auto stream = fixture.watch->Watch(&context, request);
    v1::WatchResponse response;
    while (stream->Read(&response)) {
    }
    return stream->Finish();
  };
  v1::WatchRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_from_sequence(4);
  EXPECT_EQ(status_of(request).error_code(), grpc::StatusCode::OUT_OF_RANGE);
  request.set_resume_token("no token");
  EXPECT_EQ(status_of(request).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(WatchTest, SaysWhyItEndsWhenTheServerStops) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::WatchRequest request;
  request.set_review_id(testing::kExampleReview);
  grpc::ClientContext context;
  const auto stream = fixture.watch->Watch(&context, request);
  v1::WatchResponse response;
  ASSERT_TRUE(stream->Read(&response));
  std::thread stopper([&fixture] { fixture.Stop(); });
  EXPECT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.end().reason(), v1::WatchEnd::SHUTTING_DOWN);
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  stopper.join();
}

TEST(AuditTest, TheWholeLogVerifiesAndItsRootIsSigned) {
  ServerFixture fixture;
  fixture.CreateExample();
  SubmitOneByOne(fixture, 16);
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
  SubmitOneByOne(fixture, 7);
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

TEST(ServerTest, RefusesToListenBeyondLoopbackWithoutTlsAndTokens) {
  server::ServerOptions options;
  options.data_dir = testing::FreshDirectory();
  options.listen = "0.0.0.0:0";
  const auto server = server::Server::Start(options);
  EXPECT_THAT(
      server.status(),
      testing::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TLS")));
}

TEST(ServerTest, ASecondServerOverTheSameDataIsRefused) {
  ServerFixture fixture;
  server::ServerOptions options;
  options.data_dir = fixture.data_dir();
  const auto second = server::Server::Start(options);
  EXPECT_THAT(second.status(),
              testing::StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("running server")));
}

TEST(ServerTest, ALostAnchorIsNoticedAndNotReplacedInSilence) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.Stop();
  ASSERT_EQ(std::remove((fixture.data_dir() + "/anchor").c_str()), 0);
  server::ServerOptions options;
  options.data_dir = fixture.data_dir();
  EXPECT_EQ(server::Server::Start(options).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace tidemark
