// What a server promises its readers.
#include <algorithm>
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

TEST(ReadTest, ThePastReadsAsItWasAndSaysWhatIsKnownNow) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  const int64_t before = fixture.Head();
  const v1::Estimate then = fixture.EstimateOf("pain-12m");
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
  EXPECT_EQ(fixture.EstimateOf("pain-12m").studies_used(),
            then.studies_used() - 1);
}

v1::EstimateDetails AllDetails() {
  v1::EstimateDetails details;
  details.set_splits(true);
  details.set_node_splits(true);
  details.set_designs(true);
  details.set_rank_probabilities(true);
  details.set_minimal_important_difference(12);
  return details;
}

TEST(ReadTest, DetailsOfThePastAreThoseOfThen) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  v1::GetEstimateRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_analysis_id("pain-12m");
  *request.mutable_details() = AllDetails();
  v1::GetEstimateResponse before;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(fixture.read->GetEstimate(&context, request, &before).ok());
  }
  EXPECT_FALSE(before.estimate().splits().empty());
  EXPECT_EQ(before.estimate().splits_size(),
            before.estimate().node_splits_size());
  EXPECT_FALSE(before.estimate().designs().empty());
  request.mutable_as_of()->set_sequence(fixture.Head());
  v1::ApplyResponse response;
  ASSERT_TRUE(
      fixture
          .Apply(testing::SetStatus("matas-2019", v1::TrialStatus::RETRACTED,
                                    "doi:10.0000/notice"),
                 &response)
          .ok());
  v1::GetEstimateResponse after;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture.read->GetEstimate(&context, request, &after).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(
      before.estimate(), after.estimate()));
}

TEST(ReadTest, RanksAreOneDistribution) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  v1::GetEstimateRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_analysis_id("pain-12m");
  *request.mutable_details() = AllDetails();
  v1::GetEstimateResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture.read->GetEstimate(&context, request, &response).ok());
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
    EXPECT_GE(rank.p_score_mid(), 0);
  }
}

TEST(ReadTest, DetailsThatCannotBeAreRefused) {
  ServerFixture fixture;
  fixture.CreateExample();
  v1::GetEstimateRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_analysis_id("pain-12m");
  request.mutable_details()->set_minimal_important_difference(-1);
  v1::GetEstimateResponse response;
  grpc::ClientContext context;
  const grpc::Status status =
      fixture.read->GetEstimate(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("details.minimal_important_difference"),
            std::string::npos)
      << status.error_message();
}

TEST(ReadTest, SeveralAnalysesAgreeOnAnOrder) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(16);
  v1::GetPartialOrderRequest request;
  request.set_review_id(testing::kExampleReview);
  request.add_analysis_ids("pain-12m");
  v1::GetPartialOrderResponse response;
  {
    grpc::ClientContext context;
    EXPECT_EQ(fixture.read->GetPartialOrder(&context, request, &response)
                  .error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
  }
  request.add_analysis_ids("function-12m");
  grpc::ClientContext context;
  ASSERT_TRUE(fixture.read->GetPartialOrder(&context, request, &response).ok());
  ASSERT_FALSE(response.order().items().empty());
  for (const v1::PartialOrder::Cover& cover : response.order().covers()) {
    const auto scores = [&](const std::string& treatment) {
      for (const v1::PartialOrder::Item& item : response.order().items()) {
        if (item.treatment() == treatment) return item.p_scores();
      }
      ADD_FAILURE() << treatment;
      return response.order().items(0).p_scores();
    };
    for (int i = 0; i < 2; ++i) {
      EXPECT_GE(scores(cover.better())[i], scores(cover.worse())[i]);
    }
  }
}

TEST(ReadTest, TrialsComeInPagesPinnedToTheFirst) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.SubmitOneByOne(5);
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

}  // namespace
}  // namespace tidemark
