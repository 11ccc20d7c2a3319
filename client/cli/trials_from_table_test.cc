#include "client/cli/trials_from_table.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "client/import/arm_table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

v1::Review Review() {
  v1::Review review;
  for (const char* id : {"ha", "msc"}) review.add_treatments()->set_id(id);
  v1::Outcome* pain = review.add_outcomes();
  pain->set_id("pain");
  pain->add_instruments()->set_id("vas");
  return review;
}

TableContext Context() {
  TableContext context;
  context.file = "toy.csv";
  context.outcome = "pain";
  context.time_point = "6m";
  return context;
}

client::ArmTable Continuous(const std::string& study,
                            const std::string& treatment) {
  client::ArmTable table;
  table.layout = client::TableLayout::kContinuous;
  table.studies.push_back(
      {study, std::vector<nma::ContinuousArm>{{treatment, 30, 16, 20},
                                              {"ha", 45, 18, 21}}});
  return table;
}

TEST(TrialsFromTableTest, MakesANewTrial) {
  ASSERT_OK_AND_ASSIGN(const v1::SubmitTrials submit,
                       TrialsFromTable(Continuous("Matas 2019b", "msc"),
                                       Context(), Review(), {}));
  ASSERT_EQ(submit.trials_size(), 1);
  EXPECT_TRUE(submit.trials(0).has_expected_version());
  EXPECT_EQ(submit.trials(0).expected_version(), 0);
  const v1::Trial& trial = submit.trials(0).trial();
  EXPECT_EQ(trial.trial_id(), "Matas 2019b");
  EXPECT_EQ(trial.year(), 2019);
  EXPECT_EQ(trial.design(), v1::Trial::PARALLEL);
  ASSERT_EQ(trial.arms_size(), 2);
  ASSERT_EQ(trial.results_size(), 2);
  const v1::Result& result = trial.results(0);
  EXPECT_EQ(result.arms(0), "msc");
  EXPECT_EQ(result.instrument(), "vas");
  EXPECT_EQ(result.continuous().sd(), 16);
  EXPECT_EQ(result.continuous().value_kind(), v1::Continuous::FINAL);
  EXPECT_EQ(result.source().report(), trial.reports(0).id());
  EXPECT_EQ(result.source().locator(), "toy.csv");
}

TEST(TrialsFromTableTest, AddsToAnExistingTrialAndReplacesItsNumbers) {
  ASSERT_OK_AND_ASSIGN(const v1::SubmitTrials first,
                       TrialsFromTable(Continuous("Matas 2019", "msc"),
                                       Context(), Review(), {}));
  std::map<std::string, v1::TrialRecord> existing;
  v1::TrialRecord& record = existing["Matas 2019"];
  *record.mutable_trial() = first.trials(0).trial();
  record.mutable_trial()->set_country("Chile");
  record.mutable_trial()->mutable_results(0)->mutable_continuous()->set_sd(1.6);
  record.set_version(3);

  ASSERT_OK_AND_ASSIGN(const v1::SubmitTrials same_point,
                       TrialsFromTable(Continuous("Matas 2019", "msc"),
                                       Context(), Review(), existing));
  EXPECT_EQ(same_point.trials(0).expected_version(), 3);
  EXPECT_EQ(same_point.trials(0).trial().country(), "Chile");
  EXPECT_EQ(same_point.trials(0).trial().results_size(), 2);
  EXPECT_EQ(same_point.trials(0).trial().results(0).continuous().sd(), 16);

  TableContext later = Context();
  later.time_point = "12m";
  ASSERT_OK_AND_ASSIGN(const v1::SubmitTrials other_point,
                       TrialsFromTable(Continuous("Matas 2019", "msc"), later,
                                       Review(), existing));
  EXPECT_EQ(other_point.trials(0).trial().results_size(), 4);
  EXPECT_EQ(other_point.trials(0).trial().arms_size(), 2);
  EXPECT_EQ(other_point.trials(0).trial().reports_size(), 1);
}

TEST(TrialsFromTableTest, ReadsContrasts) {
  client::ArmTable table;
  table.layout = client::TableLayout::kContrast;
  table.studies.push_back(
      {"Beta 2020", std::vector<nma::Contrast>{{"msc", "ha", -12, 4}}});
  TableContext context = Context();
  context.measure = v1::EffectMeasure::MD;
  ASSERT_OK_AND_ASSIGN(const v1::SubmitTrials submit,
                       TrialsFromTable(table, context, Review(), {}));
  const v1::Trial& trial = submit.trials(0).trial();
  ASSERT_EQ(trial.contrasts_size(), 1);
  EXPECT_EQ(trial.contrasts(0).first(), "msc");
  EXPECT_EQ(trial.contrasts(0).effect_measure(), v1::EffectMeasure::MD);
  EXPECT_EQ(trial.arms_size(), 2);
}

TEST(TrialsFromTableTest, ReadsContrastsWithABaseline) {
  client::ArmTable table;
  table.layout = client::TableLayout::kBaseline;
  table.studies.push_back(
      {"Beta 2020",
       nma::BaselineContrasts{"ha", 2.0, {{"msc", -12, 4}, {"prp", 3, 5}}}});
  table.studies.push_back(
      {"Gamma 2021",
       nma::BaselineContrasts{"ha", std::nullopt, {{"msc", -12, 4}}}});
  v1::Review review = Review();
  review.add_treatments()->set_id("prp");
  TableContext context = Context();
  context.measure = v1::EffectMeasure::GENERIC;
  ASSERT_OK_AND_ASSIGN(const v1::SubmitTrials submit,
                       TrialsFromTable(table, context, review, {}));
  ASSERT_EQ(submit.trials_size(), 2);
  const v1::Trial& three = submit.trials(0).trial();
  EXPECT_EQ(three.arms_size(), 3);
  ASSERT_EQ(three.contrasts_size(), 2);
  for (const v1::Contrast& contrast : three.contrasts()) {
    EXPECT_EQ(contrast.second(), "ha");
    EXPECT_EQ(contrast.baseline_se(), 2);
    EXPECT_EQ(contrast.effect_measure(), v1::EffectMeasure::GENERIC);
    EXPECT_EQ(contrast.source().locator(), "toy.csv");
  }
  EXPECT_EQ(three.contrasts(1).first(), "prp");
  EXPECT_EQ(three.contrasts(1).effect(), 3);
  EXPECT_EQ(three.contrasts(1).se(), 5);
  EXPECT_FALSE(submit.trials(1).trial().contrasts(0).has_baseline_se());
}

TEST(TrialsFromTableTest, RefusesATreatmentThatTheReviewDoesNotHave) {
  EXPECT_THAT(
      TrialsFromTable(Continuous("Matas 2019", "MSC"), Context(), Review(), {}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("Matas 2019"), HasSubstr("`MSC`"),
                     HasSubstr("ha, msc"))));
}

TEST(TrialsFromTableTest, NeedsAYear) {
  const auto table = Continuous("Matas", "msc");
  EXPECT_THAT(
      TrialsFromTable(table, Context(), Review(), {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--year")));
  TableContext context = Context();
  context.year = 2018;
  EXPECT_OK(TrialsFromTable(table, context, Review(), {}));
}

TEST(TrialsFromTableTest, NeedsToKnowTheInstrument) {
  v1::Review review = Review();
  review.mutable_outcomes(0)->add_instruments()->set_id("koos");
  const auto table = Continuous("Matas 2019", "msc");
  EXPECT_THAT(
      TrialsFromTable(table, Context(), review, {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--instrument")));
  TableContext context = Context();
  context.instrument = "koos";
  EXPECT_OK(TrialsFromTable(table, context, review, {}));
}

}  // namespace
}  // namespace tidemark::cli
