// What a server promises those who ask for the details of an estimate.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using testing::ServerFixture;

v1::GetEstimateRequest RequestOfPain() {
  v1::GetEstimateRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_analysis_id("pain-12m");
  return request;
}

v1::GetEstimateRequest WithAllDetails() {
  v1::GetEstimateRequest request = RequestOfPain();
  v1::EstimateDetails* details = request.mutable_details();
  details->set_splits(true);
  details->set_node_splits(true);
  details->set_designs(true);
  details->set_rank_probabilities(true);
  details->set_minimal_important_difference(1);
  details->mutable_contributions();
  details->mutable_cinema();
  return request;
}

grpc::Status Get(ServerFixture& fixture, const v1::GetEstimateRequest& request,
                 v1::GetEstimateResponse* response) {
  grpc::ClientContext context;
  return fixture.read->GetEstimate(&context, request, response);
}

TEST(DetailsTest, OfThePastAreThoseOfThen) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  v1::GetEstimateRequest request = WithAllDetails();
  v1::GetEstimateResponse before;
  ASSERT_TRUE(Get(fixture, request, &before).ok());
  EXPECT_FALSE(before.estimate().splits().empty());
  EXPECT_EQ(before.estimate().splits_size(),
            before.estimate().node_splits_size());
  EXPECT_FALSE(before.estimate().designs().empty());
  EXPECT_EQ(before.estimate().contributions().comparisons_size(),
            before.estimate().random().relative_effects_size());
  EXPECT_EQ(before.estimate().cinema().comparisons_size(),
            before.estimate().random().relative_effects_size());
  request.mutable_as_of()->set_sequence(fixture.Head());
  v1::ApplyResponse response;
  ASSERT_TRUE(
      fixture
          .Apply(testing::SetStatus("matas-2019", v1::TrialStatus::RETRACTED,
                                    "doi:10.0000/notice"),
                 &response)
          .ok());
  v1::GetEstimateResponse after;
  ASSERT_TRUE(Get(fixture, request, &after).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
      before.estimate(), after.estimate()));
}

TEST(DetailsTest, WhatIsNotEstimableHasAReasonAndNoDetails) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  v1::GetEstimateRequest request = WithAllDetails();
  // Before the first trial.
  request.mutable_as_of()->set_sequence(2);
  v1::GetEstimateResponse response;
  ASSERT_TRUE(Get(fixture, request, &response).ok());
  const v1::Estimate& estimate = response.estimate();
  EXPECT_FALSE(estimate.not_estimable().empty());
  EXPECT_TRUE(estimate.splits().empty());
  EXPECT_TRUE(estimate.node_splits().empty());
  EXPECT_TRUE(estimate.designs().empty());
  EXPECT_FALSE(estimate.has_contributions());
  EXPECT_FALSE(estimate.has_cinema());
  EXPECT_TRUE(estimate.random().rankings().empty());
}

TEST(DetailsTest, RanksAreOneDistribution) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  v1::GetEstimateResponse response;
  ASSERT_TRUE(Get(fixture, WithAllDetails(), &response).ok());
  ASSERT_EQ(response.estimate().random().rankings_size(), 1);
  const v1::Ranking& ranking = response.estimate().random().rankings(0);
  EXPECT_LE(ranking.probability_error(), 2e-3);
  for (const v1::Rank& rank : ranking.ranks()) {
    double total = 0;
    double mean = 0;
    for (int r = 0; r < rank.probabilities_size(); ++r) {
      total += rank.probabilities(r);
      mean += (r + 1) * rank.probabilities(r);
    }
    EXPECT_NEAR(total, 1, 1e-12);
    EXPECT_NEAR(mean, rank.mean_rank(),
                ranking.ranks_size() * ranking.probability_error());
  }
}

TEST(DetailsTest, ADifferenceThatMattersIsHarderToReach) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  v1::GetEstimateResponse response;
  ASSERT_TRUE(Get(fixture, WithAllDetails(), &response).ok());
  const v1::Estimate& estimate = response.estimate();
  const auto best =
      std::max_element(estimate.p_scores().begin(), estimate.p_scores().end(),
                       [](const v1::PScore& a, const v1::PScore& b) {
                         return a.random() < b.random();
                       });
  ASSERT_EQ(estimate.random().rankings_size(), 1);
  bool found = false;
  for (const v1::Rank& rank : estimate.random().rankings(0).ranks()) {
    if (rank.treatment() != best->treatment()) continue;
    found = true;
    EXPECT_LT(rank.p_score_mid(), best->random());
    EXPECT_GT(rank.p_score_mid(), 0.05);
  }
  EXPECT_TRUE(found) << best->treatment();
}

void ExpectRefused(ServerFixture& fixture,
                   const v1::GetEstimateRequest& request,
                   const std::string& field) {
  v1::GetEstimateResponse response;
  const grpc::Status status = Get(fixture, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find(field), std::string::npos)
      << status.error_message();
}

TEST(DetailsTest, ThatCannotBeAreRefused) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::GetEstimateRequest request = RequestOfPain();
  request.mutable_details()->set_minimal_important_difference(-1);
  ExpectRefused(fixture, request, "details.minimal_important_difference");
  request = RequestOfPain();
  request.mutable_details()->set_rank_probabilities(true);
  request.mutable_details()->set_rank_points((1 << 22) + 1);
  ExpectRefused(fixture, request, "details.rank_points");
}

// Many calls at once that each keep a thread of the server busy: no two ask for
// the same, which would be computed once.
class HeavyCalls {
 public:
  HeavyCalls(v1::ReadService::Stub* stub, int count) : calls_(count) {
    int points = 1 << 19;
    for (Call& call : calls_) {
      call.request = RequestOfPain();
      call.request.mutable_details()->set_rank_probabilities(true);
      call.request.mutable_details()->set_rank_points(++points);
      stub->async()->GetEstimate(
          &call.context, &call.request, &call.response,
          [this, &call](const grpc::Status& status) { Note(status, &call); });
    }
  }
  ~HeavyCalls() {
    Cancel();
    WaitForAnswers(static_cast<int>(calls_.size()));
  }

  void Cancel() {
    for (Call& call : calls_) call.context.TryCancel();
  }
  void WaitForAnswers(int count) {
    std::unique_lock<std::mutex> lock(mutex_);
    answered_changed_.wait(lock, [&] { return answered_ >= count; });
  }
  int answered() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return answered_;
  }
  // How many calls have ended with `code`.
  int Count(grpc::StatusCode code) {
    const std::lock_guard<std::mutex> lock(mutex_);
    return static_cast<int>(std::count_if(
        calls_.begin(), calls_.end(),
        [&](const Call& call) { return call.status.error_code() == code; }));
  }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::GetEstimateRequest request;
    v1::GetEstimateResponse response;
    grpc::Status status = {grpc::StatusCode::UNKNOWN, "no answer yet"};
  };

  void Note(const grpc::Status& status, Call* call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    call->status = status;
    ++answered_;
    // Under the lock: who waits may destroy this.
    answered_changed_.notify_all();
  }

  std::vector<Call> calls_;
  std::mutex mutex_;
  std::condition_variable answered_changed_;
  int answered_ = 0;
};

TEST(DetailsTest, DelayNeitherPlainReadsNorWrites) {
  constexpr int kCalls = 64;
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  HeavyCalls heavy(fixture.read.get(), kCalls);
  // By then the others wait for their turn.
  heavy.WaitForAnswers(1);
  v1::GetEstimateResponse plain;
  EXPECT_TRUE(Get(fixture, RequestOfPain(), &plain).ok());
  v1::ApplyResponse applied;
  EXPECT_TRUE(
      fixture
          .Apply(testing::SetStatus("matas-2019", v1::TrialStatus::RETRACTED,
                                    "doi:10.0000/notice"),
                 &applied)
          .ok());
  // They overtook, whatever the machine's speed: behind the others in one
  // queue they would have come last.
  EXPECT_LT(heavy.answered(), kCalls / 2);
  heavy.Cancel();
  heavy.WaitForAnswers(kCalls);
  EXPECT_GE(heavy.Count(grpc::StatusCode::OK), 1);
  EXPECT_GE(heavy.Count(grpc::StatusCode::CANCELLED), kCalls / 2);
}

TEST(DetailsTest, ThatWaitForTheirTurnDoNotKeepTheServerFromStopping) {
  constexpr int kCalls = 64;
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  HeavyCalls heavy(fixture.read.get(), kCalls);
  heavy.WaitForAnswers(1);
  fixture.Stop();
  heavy.WaitForAnswers(kCalls);
  EXPECT_GE(heavy.Count(grpc::StatusCode::OK), 1);
}

}  // namespace
}  // namespace tidemark
