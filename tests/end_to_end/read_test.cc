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
