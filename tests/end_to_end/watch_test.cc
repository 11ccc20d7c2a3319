// What a server promises those who follow a review.
#include <string>
#include <thread>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using testing::ServerFixture;

TEST(WatchTest, DeliversHistoryThenLiveWithoutASeamAndResumes) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(2);
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
    ASSERT_GT(applied.moved_size(), 0);
    ASSERT_EQ(response.entry().estimates_size(), applied.moved_size());
    for (const v1::Estimate& estimate : response.entry().estimates()) {
      EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
          estimate, fixture.EstimateOf(estimate.analysis_id())));
    }
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

}  // namespace
}  // namespace tidemark
