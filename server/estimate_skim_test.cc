#include "server/estimate_skim.h"

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "review/testing/toy_estimate.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::server {
namespace {

using google::protobuf::util::MessageDifferencer;

TEST(SkimEstimateTest, AllButTheStudiesIsThere) {
  v1::Estimate estimate = testing::ToyEstimate();
  estimate.add_studies_left_out()->set_study("delta");
  const auto skimmed = SkimEstimate(estimate.SerializeAsString());
  ASSERT_TRUE(skimmed.ok()) << skimmed.status();
  ASSERT_GT(estimate.studies_size(), 0);
  estimate.clear_studies();
  estimate.clear_studies_left_out();
  estimate.clear_common();
  estimate.clear_p_scores();
  EXPECT_TRUE(MessageDifferencer::Equals(*skimmed, estimate));
}

TEST(SkimEstimateTest, WhatIsCutShortIsNoEstimate) {
  const std::string bytes = testing::ToyEstimate().SerializeAsString();
  // Between two fields the rest is an estimate of its own.
  int whole = 0;
  for (size_t size = 1; size < bytes.size(); ++size) {
    const auto skimmed = SkimEstimate(bytes.substr(0, size));
    v1::Estimate parsed;
    const bool can_be_parsed = parsed.ParseFromString(bytes.substr(0, size));
    if (can_be_parsed) ++whole;
    EXPECT_EQ(skimmed.ok(), can_be_parsed) << size;
  }
  EXPECT_GT(whole, 0);
  EXPECT_TRUE(absl::IsInvalidArgument(SkimEstimate("\x0f").status()));
}

}  // namespace
}  // namespace tidemark::server
