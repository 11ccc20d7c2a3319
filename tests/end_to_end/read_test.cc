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

class PartialOrderTest : public ::testing::Test {
 protected:
  PartialOrderTest() {
    fixture_.CreateExample();
    fixture_.SubmitOneByOne(16);
  }

  grpc::Status Order(const std::vector<std::string>& analyses,
                     int64_t as_of = 0) {
    v1::GetPartialOrderRequest request;
    request.set_review_id(testing::kExampleReview);
    request.mutable_analysis_ids()->Add(analyses.begin(), analyses.end());
    if (as_of > 0) request.mutable_as_of()->set_sequence(as_of);
    v1::GetPartialOrderResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        fixture_.read->GetPartialOrder(&context, request, &response);
    order_ = response.order();
    return status;
  }

  // "better > worse", in the order of the answer.
  std::vector<std::string> Covers() const {
    std::vector<std::string> covers;
    for (const v1::PartialOrder::Cover& cover : order_.covers()) {
      covers.push_back(cover.better() + " > " + cover.worse());
    }
    return covers;
  }

  void ExpectRefused(const std::vector<std::string>& analyses) {
    const grpc::Status status = Order(analyses);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_NE(status.error_message().find("analysis_ids"), std::string::npos)
        << status.error_message();
  }

  ServerFixture fixture_;
  v1::PartialOrder order_;
};

TEST_F(PartialOrderTest, IsWhatAllAnalysesAgreeOn) {
  ASSERT_TRUE(Order({"pain-12m", "function-12m"}).ok());
  EXPECT_EQ(order_.items_size(), 3);
  EXPECT_EQ(Covers(), std::vector<std::string>({"repeated_msc > conventional",
                                                "single_msc > conventional"}));
}

TEST_F(PartialOrderTest, OfThePastIsThatOfThen) {
  // Before the last trials single injections were behind in both outcomes.
  ASSERT_TRUE(Order({"pain-12m", "function-12m"}, 15).ok());
  EXPECT_EQ(Covers(), std::vector<std::string>({"repeated_msc > single_msc",
                                                "single_msc > conventional"}));
  // Before the first trial of repeated injections.
  ASSERT_TRUE(Order({"pain-12m", "function-12m"}, 10).ok());
  EXPECT_EQ(Covers(), std::vector<std::string>({"single_msc > conventional"}));
}

TEST_F(PartialOrderTest, RefusesTooFewTooManyAndTheSameTwice) {
  ExpectRefused({"pain-12m"});
  ExpectRefused({"pain-12m", "function-12m", "pain-12m"});
  std::vector<std::string> many;
  for (int i = 0; i < 21; ++i) many.push_back("analysis-" + std::to_string(i));
  ExpectRefused(many);
  many.pop_back();
  // Twenty are not too many, only unknown.
  EXPECT_EQ(Order(many).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Order({"pain-12m", "unknown"}).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

class BenefitHarmTest : public ::testing::Test {
 protected:
  BenefitHarmTest() {
    fixture_.CreateExample();
    fixture_.SubmitOneByOne(16);
    request_.set_review_id(testing::kExampleReview);
  }

  grpc::Status Get() {
    grpc::ClientContext context;
    return fixture_.read->GetBenefitHarm(&context, request_, &response_);
  }

  void ExpectRefused(const std::string& field) {
    const grpc::Status status = Get();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_NE(status.error_message().find(field), std::string::npos)
        << status.error_message();
  }

  ServerFixture fixture_;
  v1::GetBenefitHarmRequest request_;
  v1::GetBenefitHarmResponse response_;
};

TEST_F(BenefitHarmTest, OfThePastIsThatOfThen) {
  request_.add_benefit_analysis_ids("pain-12m");
  request_.add_harm_analysis_ids("any-ae");
  ASSERT_TRUE(Get().ok());
  EXPECT_EQ(response_.benefit_harm().treatments_size(), 3);
  EXPECT_EQ(response_.head_sequence(), fixture_.Head());
  // Before the first trial of repeated injections.
  request_.mutable_as_of()->set_sequence(10);
  ASSERT_TRUE(Get().ok());
  EXPECT_EQ(response_.benefit_harm().treatments_size(), 2);
}

TEST_F(BenefitHarmTest, NeedsBothEachOnceAndAtMostTen) {
  request_.add_benefit_analysis_ids("pain-12m");
  ExpectRefused("harm_analysis_ids");
  request_.add_harm_analysis_ids("pain-12m");
  ExpectRefused("name it once");
  request_.clear_benefit_analysis_ids();
  ExpectRefused("benefit_analysis_ids");
  for (int i = 0; i < 10; ++i) {
    request_.add_benefit_analysis_ids("analysis-" + std::to_string(i));
  }
  ExpectRefused("at most 10");
  request_.mutable_benefit_analysis_ids()->RemoveLast();
  // Ten are not too many, only unknown.
  EXPECT_EQ(Get().error_code(), grpc::StatusCode::NOT_FOUND);
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
