#include "review/study_facts.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "review/trial_input.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

StudyFacts FactsOfPain(const v1::Trial& trial) {
  const v1::Review review = testing::ToyReview();
  const v1::Analysis analysis = testing::PainAnalysis();
  return FactsOf(trial, FrameOf(review, analysis));
}

v1::RiskOfBias* Judge(const char* time_point,
                      v1::RiskOfBias::Judgement judgement, v1::Trial* trial) {
  v1::RiskOfBias* bias = trial->add_risk_of_bias();
  bias->set_outcome("pain");
  bias->set_time_point(time_point);
  bias->set_overall(judgement);
  return bias;
}

TEST(FactsOfTest, AreInTheWordsOfTheRecord) {
  v1::Trial trial = testing::ToyTrial();
  trial.set_year(2019);
  trial.set_country("Chile");
  trial.set_design(v1::Trial::PARALLEL);
  EXPECT_THAT(
      FactsOfPain(trial).attributes,
      UnorderedElementsAre(Pair("year", "2019"), Pair("country", "Chile"),
                           Pair("design", "parallel"), Pair("months", "6")));
}

TEST(FactsOfTest, MonthsAreTheMeanOfActualTimes) {
  v1::Trial trial = testing::ToyTrial();
  ASSERT_GE(trial.results_size(), 2);
  trial.mutable_results(0)->set_actual_months(7);
  EXPECT_EQ(FactsOfPain(trial).attributes.at("months"), "6.5");
}

TEST(FactsOfTest, OverFollowUpThereAreNoMonths) {
  v1::Trial trial = testing::TrialOf("alpha", {"ha", "msc1"});
  testing::AddEvents("ha", 1, 10, &trial);
  const v1::Review review = testing::ToyReview();
  const v1::Analysis analysis = testing::AdverseAnalysis();
  EXPECT_THAT(FactsOf(trial, FrameOf(review, analysis)).attributes,
              Not(Contains(Key("months"))));
}

TEST(FactsOfTest, TheJudgementOfTheTimePointGoesFirst) {
  v1::Trial trial = testing::ToyTrial();
  Judge("", v1::RiskOfBias::HIGH, &trial);
  EXPECT_EQ(FactsOfPain(trial).risk_of_bias, v1::RiskOfBias::HIGH);
  Judge("12m", v1::RiskOfBias::LOW, &trial);
  EXPECT_EQ(FactsOfPain(trial).risk_of_bias, v1::RiskOfBias::HIGH);
  Judge("6m", v1::RiskOfBias::SOME_CONCERNS, &trial);
  EXPECT_EQ(FactsOfPain(trial).risk_of_bias, v1::RiskOfBias::SOME_CONCERNS);
  EXPECT_EQ(FactsOfPain(trial).attributes.at("risk_of_bias"), "some_concerns");
}

TEST(FactsOfTest, WhatIsNotJudgedIsNotSaid) {
  const StudyFacts facts = FactsOfPain(testing::ToyTrial());
  EXPECT_EQ(facts.indirectness, v1::Indirectness::JUDGEMENT_UNSPECIFIED);
  EXPECT_THAT(facts.attributes, Not(Contains(Key("indirectness"))));
  EXPECT_THAT(facts.attributes, Not(Contains(Key("risk_of_bias"))));
}

TEST(FactsOfTest, ArmsAreThoseWithDataOnTheirNodes) {
  v1::Trial trial = testing::TrialOf("alpha", {"ha", "msc1", "saline"});
  testing::AddPain("ha", "vas", 40, 20, 10, &trial);
  testing::AddPain("msc1", "vas", 30, 20, 10, &trial);
  (*trial.mutable_arms(1)->mutable_attributes())["cells"] = "4e7";
  const StudyFacts facts = FactsOfPain(trial);
  ASSERT_THAT(facts.arms, SizeIs(2));
  EXPECT_EQ(facts.arms[0].node, "ha");
  EXPECT_THAT(facts.arms[0].attributes,
              UnorderedElementsAre(Pair("treatment", "ha")));
  EXPECT_EQ(facts.arms[1].node, "msc1");
  EXPECT_THAT(
      facts.arms[1].attributes,
      UnorderedElementsAre(Pair("treatment", "msc1"), Pair("cells", "4e7")));
}

}  // namespace
}  // namespace tidemark::review
