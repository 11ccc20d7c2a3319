#include "server/what_if_read.h"

#include <memory>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "server/review_registry.h"
#include "server/service_context.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::server {
namespace {

// The toy review with a trial of pain: sequences 1 to 3.
class WhatIfReadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(live_, registry_.FindOrMake(testing::kToyReview));
    ASSERT_OK(Apply(*live_, testing::PutReview(testing::ToyReview()), "1"));
    ASSERT_OK(
        Apply(*live_, testing::PutAnalyses({testing::PainAnalysis()}), "2"));
    ASSERT_OK(Apply(*live_, testing::Submit({testing::ToyTrial()}), "3"));
  }

  absl::Status Read(bool cancelled, v1::WhatIfResponse* response) {
    v1::WhatIfRequest request;
    request.set_review_id(testing::kToyReview);
    request.set_analysis_id("pain-6m");
    ServiceContext context;
    context.registry = &registry_;
    context.store = reviews_.store.get();
    return ReadWhatIf(
        context, request, [&] { return cancelled; }, response);
  }

  LiveReviews reviews_{storage::MakeTempDir()};
  ReviewRegistry registry_{
      reviews_.environment(), reviews_.anchor.get(), {kTestSeed}};
  std::shared_ptr<LiveReview> live_;
};

TEST_F(WhatIfReadTest, NothingIsFittedForACallerWhoLeft) {
  v1::WhatIfResponse response;
  EXPECT_EQ(Read(/*cancelled=*/true, &response).code(),
            absl::StatusCode::kCancelled);
  EXPECT_FALSE(response.has_after());
  ASSERT_OK(Read(/*cancelled=*/false, &response));
  EXPECT_TRUE(response.has_after());
}

}  // namespace
}  // namespace tidemark::server
