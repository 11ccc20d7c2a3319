#include "server/estimate_reads.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "server/details_cache.h"
#include "server/review_registry.h"
#include "server/service_context.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::server {
namespace {

using testing::AddPain;

v1::Trial ThreeArms(const std::string& id, double mean) {
  v1::Trial trial = testing::TrialOf(id, {"ha", "msc1", "msc2"});
  AddPain("ha", "vas", 40, 18, 8, &trial);
  AddPain("msc1", "vas", mean, 19, 9, &trial);
  AddPain("msc2", "vas", 15, 16, 9, &trial);
  return trial;
}

// The toy review with two trials of pain: sequences 1 to 3.
class EstimateReadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(live_, registry_.FindOrMake(testing::kToyReview));
    Write(testing::PutReview(testing::ToyReview()), "1");
    Write(testing::PutAnalyses({testing::PainAnalysis()}), "2");
    Write(testing::Submit({testing::ToyTrial(), ThreeArms("beta", 27)}), "3");
  }

  void Write(const v1::Change& change, const std::string& request_id) {
    ASSERT_OK(Apply(*live_, change, request_id));
  }

  // Reads the node-splits of pain; every question whether the call was
  // cancelled is counted, and answered with yes from the `cancel_at`th on.
  absl::Status Read(v1::GetEstimateResponse* response, int cancel_at = 1 << 30,
                    int64_t as_of = 0) {
    v1::GetEstimateRequest request;
    request.set_review_id(testing::kToyReview);
    request.set_analysis_id("pain-6m");
    request.mutable_details()->set_node_splits(true);
    if (as_of > 0) request.mutable_as_of()->set_sequence(as_of);
    questions_ = 0;
    const auto cancelled = [&] { return ++questions_ >= cancel_at; };
    return ReadEstimate(Context(), request, cancelled, response);
  }

  // Compares `pain-6m` (benefit) with `harm`; counts as Read does.
  absl::Status ReadBoth(v1::GetBenefitHarmResponse* response, int64_t as_of = 0,
                        int cancel_at = 1 << 30,
                        const std::string& harm = "adverse") {
    v1::GetBenefitHarmRequest request;
    request.set_review_id(testing::kToyReview);
    request.add_benefit_analysis_ids("pain-6m");
    request.add_harm_analysis_ids(harm);
    if (as_of > 0) request.mutable_as_of()->set_sequence(as_of);
    questions_ = 0;
    const auto cancelled = [&] { return ++questions_ >= cancel_at; };
    return ReadBenefitHarm(Context(), request, cancelled, response);
  }

  ServiceContext Context() {
    ServiceContext context;
    context.registry = &registry_;
    context.store = reviews_.store.get();
    context.details_cache = &cache_;
    return context;
  }

  LiveReviews reviews_{storage::MakeTempDir()};
  ReviewRegistry registry_{
      reviews_.environment(), reviews_.anchor.get(), {kTestSeed}};
  std::shared_ptr<LiveReview> live_;
  DetailsCache cache_{1 << 20};
  int questions_ = 0;
};

TEST_F(EstimateReadsTest, TheSecondCallComputesNothingAndSaysTheSame) {
  v1::GetEstimateResponse first;
  ASSERT_OK(Read(&first));
  EXPECT_FALSE(first.estimate().node_splits().empty());
  // One at the beginning, one for each refit.
  EXPECT_GT(questions_, 1);
  v1::GetEstimateResponse second;
  ASSERT_OK(Read(&second));
  EXPECT_EQ(questions_, 1);
  EXPECT_EQ(second.SerializeAsString(), first.SerializeAsString());
}

TEST_F(EstimateReadsTest, AnotherEstimateIsComputedAndTheOldOneIsKept) {
  v1::GetEstimateResponse old;
  ASSERT_OK(Read(&old));
  Write(testing::Submit({ThreeArms("gamma", 20)}), "4");
  v1::GetEstimateResponse now;
  ASSERT_OK(Read(&now));
  EXPECT_GT(questions_, 1);
  EXPECT_EQ(now.estimate().sequence(), 4);
  v1::GetEstimateResponse then;
  ASSERT_OK(Read(&then, 1 << 30, /*as_of=*/3));
  EXPECT_EQ(questions_, 1);
  EXPECT_EQ(then.estimate().SerializeAsString(),
            old.estimate().SerializeAsString());
}

TEST_F(EstimateReadsTest, WhatBecameKnownLaterIsSaidThoughTheRestIsKept) {
  v1::GetEstimateResponse before;
  ASSERT_OK(Read(&before, 1 << 30, /*as_of=*/3));
  EXPECT_TRUE(before.known_later().empty());
  Write(testing::SetStatus({"beta"}, v1::TrialStatus::RETRACTED, "10.1/n"),
        "4");
  v1::GetEstimateResponse after;
  ASSERT_OK(Read(&after, 1 << 30, /*as_of=*/3));
  EXPECT_EQ(questions_, 1);
  EXPECT_EQ(after.known_later_size(), 1);
  EXPECT_EQ(after.head_sequence(), 4);
}

TEST_F(EstimateReadsTest, ACancelledCallLeavesNothing) {
  v1::GetEstimateResponse response;
  EXPECT_EQ(Read(&response, /*cancel_at=*/2).code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(cache_.bytes(), 0u);
  ASSERT_OK(Read(&response));
  EXPECT_GT(questions_, 1);
  EXPECT_GT(cache_.bytes(), 0u);
}

// Reports adverse events in the arms of ThreeArms, too.
v1::Trial WithEvents(v1::Trial trial) {
  testing::AddEvents("ha", 3, 20, &trial);
  testing::AddEvents("msc1", 5, 20, &trial);
  testing::AddEvents("msc2", 7, 20, &trial);
  return trial;
}

class BenefitHarmReadsTest : public EstimateReadsTest {
 protected:
  // Sequences 4 and 5.
  void SetUp() override {
    EstimateReadsTest::SetUp();
    Write(testing::PutAnalyses({testing::AdverseAnalysis()}), "4");
    Write(testing::Submit({WithEvents(ThreeArms("gamma", 20))}), "5");
  }
};

TEST_F(BenefitHarmReadsTest, TheSecondCallSimulatesNothingAndSaysTheSame) {
  v1::GetBenefitHarmResponse first;
  ASSERT_OK(ReadBoth(&first));
  EXPECT_EQ(first.benefit_harm().treatments_size(), 3);
  EXPECT_GT(questions_, 1);
  v1::GetBenefitHarmResponse second;
  ASSERT_OK(ReadBoth(&second));
  EXPECT_EQ(questions_, 1);
  EXPECT_EQ(second.SerializeAsString(), first.SerializeAsString());
  // The same estimates, asked for by their moment.
  ASSERT_OK(ReadBoth(&second, /*as_of=*/5));
  EXPECT_EQ(questions_, 1);
}

TEST_F(BenefitHarmReadsTest, OtherEstimatesAreComparedAnew) {
  v1::GetBenefitHarmResponse old;
  ASSERT_OK(ReadBoth(&old));
  Write(testing::Submit({ThreeArms("delta", 10)}), "6");
  v1::GetBenefitHarmResponse now;
  ASSERT_OK(ReadBoth(&now));
  EXPECT_GT(questions_, 1);
  EXPECT_NE(now.benefit_harm().SerializeAsString(),
            old.benefit_harm().SerializeAsString());
}

TEST_F(BenefitHarmReadsTest, ACancelledSimulationLeavesNothing) {
  v1::GetBenefitHarmResponse response;
  // The first is asked before the first simulation.
  EXPECT_EQ(ReadBoth(&response, 0, /*cancel_at=*/4).code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(questions_, 4);
  EXPECT_EQ(cache_.bytes(), 0u);
}

TEST_F(BenefitHarmReadsTest, WhatBecameKnownLaterIsSaidThoughTheRestIsKept) {
  v1::GetBenefitHarmResponse before;
  ASSERT_OK(ReadBoth(&before, /*as_of=*/5));
  EXPECT_TRUE(before.known_later().empty());
  Write(testing::SetStatus({"gamma"}, v1::TrialStatus::RETRACTED, "10.1/n"),
        "6");
  v1::GetBenefitHarmResponse after;
  ASSERT_OK(ReadBoth(&after, /*as_of=*/5));
  EXPECT_EQ(questions_, 1);
  // Once, though both analyses use it.
  ASSERT_EQ(after.known_later_size(), 1);
  EXPECT_EQ(after.known_later(0).trial_id(), "gamma");
  EXPECT_EQ(after.known_later(0).status(), v1::TrialStatus::RETRACTED);
  v1::GetPartialOrderRequest request;
  request.set_review_id(testing::kToyReview);
  request.add_analysis_ids("pain-6m");
  request.add_analysis_ids("adverse");
  request.mutable_as_of()->set_sequence(5);
  v1::GetPartialOrderResponse order;
  ASSERT_OK(ReadPartialOrder(Context(), request, &order));
  ASSERT_EQ(order.known_later_size(), 1);
  EXPECT_EQ(order.known_later(0).trial_id(), "gamma");
}

TEST_F(BenefitHarmReadsTest, AnAnalysisThatStandsTwiceIsNamed) {
  v1::GetBenefitHarmResponse response;
  EXPECT_THAT(ReadBoth(&response, 0, 1 << 30, "pain-6m"),
              testing::StatusIs(
                  absl::StatusCode::kInvalidArgument,
                  ::testing::HasSubstr("harm_analysis_ids[0]: \"pain-6m\" "
                                       "stands here already")));
}

}  // namespace
}  // namespace tidemark::server
