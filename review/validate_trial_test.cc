#include "review/validate_trial.h"

#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/errors.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Edit = std::function<void(v1::Trial&)>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::string> ViolatedBy(const v1::Trial& trial) {
  Violations violations;
  ValidateTrial("t", trial, testing::ToyReview(), violations);
  return testing::FieldsOf(violations.ToStatus());
}

// Arms ha, msc1, saline; results[0..1] pain of ha and msc1, results[2..3]
// adverse of the same, results[4] falls of ha; contrasts[0] pain at 12m;
// risk_of_bias[0] and indirectness[0] of pain.
v1::Trial FullTrial() {
  v1::Trial trial = testing::TrialOf("alpha", {"ha", "msc1", "saline"});
  testing::AddPain("ha", "vas", 42, 21, 15, &trial);
  testing::AddPain("msc1", "vas", 30, 20, 16, &trial);
  testing::AddEvents("ha", 3, 15, &trial);
  testing::AddEvents("msc1", 4, 16, &trial);
  v1::Result* rate = testing::AddEvents("ha", 0, 0, &trial);
  rate->set_outcome("falls");
  rate->mutable_rate()->set_events(2);
  rate->mutable_rate()->set_exposure(7.5);
  testing::AddContrast("ha", "msc1", 1, 0.5, &trial)->set_time_point("12m");
  v1::RiskOfBias* bias = trial.add_risk_of_bias();
  bias->set_outcome("pain");
  bias->set_randomisation(v1::RiskOfBias::SOME_CONCERNS);
  bias->set_overall(v1::RiskOfBias::SOME_CONCERNS);
  v1::Indirectness* judged = trial.add_indirectness();
  judged->set_outcome("pain");
  judged->set_judgement(v1::Indirectness::MODERATE);
  judged->set_reason("half of the participants had surgery");
  return trial;
}

v1::Result& ResultAt(v1::Trial& trial, int index) {
  return *trial.mutable_results(index);
}
v1::Continuous& Numbers(v1::Trial& trial) {
  return *trial.mutable_results(0)->mutable_continuous();
}
v1::Contrast& ContrastOf(v1::Trial& trial) {
  return *trial.mutable_contrasts(0);
}
v1::RiskOfBias& Bias(v1::Trial& trial) {
  return *trial.mutable_risk_of_bias(0);
}

v1::Indirectness& Judged(v1::Trial& trial) {
  return *trial.mutable_indirectness(0);
}

void Derive(const std::string& field, v1::Result& result) {
  v1::Derivation* derivation = result.add_derivations();
  derivation->set_field(field);
  derivation->set_kind(v1::Derivation::IMPUTED);
  derivation->set_method("from baseline");
}

TEST(ValidateTrialTest, TrialsWithEveryKindOfResultAreValid) {
  EXPECT_THAT(ViolatedBy(testing::ToyTrial()), IsEmpty());
  EXPECT_THAT(ViolatedBy(FullTrial()), IsEmpty());
}

TEST(ValidateTrialTest, AnEmptyTrialLacksEverything) {
  EXPECT_THAT(ViolatedBy(v1::Trial()),
              ElementsAre("t.trial_id", "t.title", "t.year", "t.design",
                          "t.results", "t.reports", "t.arms"));
}

TEST(ValidateTrialTest, NumbersThatWereNotReportedMayBeMissing) {
  v1::Trial trial = FullTrial();
  Numbers(trial).clear_mean();
  Numbers(trial).clear_sd();
  Numbers(trial).clear_n();
  ResultAt(trial, 2).mutable_binary()->clear_events();
  ResultAt(trial, 3).mutable_binary()->clear_n();
  ResultAt(trial, 4).mutable_rate()->clear_exposure();
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
}

TEST(ValidateTrialTest, EndsOfTheRangesAreIn) {
  v1::Trial trial = FullTrial();
  for (const int year : {1900, 2200}) {
    trial.set_year(year);
    EXPECT_THAT(ViolatedBy(trial), IsEmpty()) << year;
  }
  ResultAt(trial, 2).mutable_binary()->set_events(0);
  ResultAt(trial, 3).mutable_binary()->set_events(16);
  ResultAt(trial, 4).mutable_rate()->set_events(0);
  for (const double months : {4.0, 8.0}) {
    ResultAt(trial, 0).set_actual_months(months);
    EXPECT_THAT(ViolatedBy(trial), IsEmpty()) << months;
  }
}

TEST(ValidateTrialTest, ATimePointWithoutAWindowTakesAnyTime) {
  v1::Trial trial = testing::ToyTrial();
  for (int i = 0; i < 2; ++i) {
    ResultAt(trial, i).set_time_point("12m");
    ResultAt(trial, i).set_actual_months(99);
  }
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
}

TEST(ValidateTrialTest, BiasMayBeJudgedForEveryTimePointAtOnce) {
  v1::Trial trial = FullTrial();
  EXPECT_TRUE(Bias(trial).time_point().empty());
  Bias(trial).set_overall(v1::RiskOfBias::HIGH);
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
}

TEST(ValidateTrialTest, ASetAndItsPartsGoTogether) {
  v1::Trial trial = FullTrial();
  testing::AddPain("ha+msc1", "vas", 36, 20, 31, &trial);
  testing::AddPain("ha+msc1+saline", "vas", 36, 20, 31, &trial);
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
}

TEST(ValidateTrialTest, SeveralInstrumentsMayReportTheSameArm) {
  v1::Trial trial = FullTrial();
  testing::AddPain("ha", "nrs", 4, 2, 15, &trial);
  testing::AddPain("ha+saline", "koos", 4, 2, 15, &trial);
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
}

TEST(ValidateTrialTest, PathsCountFromTheTrial) {
  Violations violations;
  v1::Trial trial = testing::ToyTrial();
  ResultAt(trial, 1).mutable_continuous()->set_sd(0);
  ValidateTrial("submit_trials.trials[3].trial", trial, testing::ToyReview(),
                violations);
  EXPECT_THAT(
      testing::FieldsOf(violations.ToStatus()),
      ElementsAre("submit_trials.trials[3].trial.results[1].continuous.sd"));
}

struct Case {
  const char* field;
  Edit edit;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.field; }

class ValidateTrialCaseTest : public ::testing::TestWithParam<Case> {};

TEST_P(ValidateTrialCaseTest, NamesExactlyTheField) {
  v1::Trial trial = FullTrial();
  GetParam().edit(trial);
  EXPECT_THAT(ViolatedBy(trial), ElementsAre(GetParam().field));
}

INSTANTIATE_TEST_SUITE_P(
    Head, ValidateTrialCaseTest,
    ::testing::Values(
        Case{"t.trial_id", [](auto& t) { t.set_trial_id("a\n"); }},
        Case{"t.title", [](auto& t) { t.clear_title(); }},
        Case{"t.year", [](auto& t) { t.set_year(1899); }},
        Case{"t.year", [](auto& t) { t.set_year(2201); }},
        Case{"t.design", [](auto& t) { t.clear_design(); }},
        Case{"t.design",
             [](auto& t) { t.set_design(static_cast<v1::Trial::Design>(99)); }},
        Case{"t.reports[1].id",
             [](auto& t) { *t.add_reports() = t.reports(0); }},
        Case{"t.reports[0].citation",
             [](auto& t) { t.mutable_reports(0)->clear_citation(); }},
        Case{"t.arms[3].id", [](auto& t) { *t.add_arms() = t.arms(0); }},
        Case{"t.arms[0].treatment",
             [](auto& t) { t.mutable_arms(0)->set_treatment("none"); }},
        Case{"t.arms[0].randomised",
             [](auto& t) { t.mutable_arms(0)->set_randomised(-1); }}));

INSTANTIATE_TEST_SUITE_P(
    Results, ValidateTrialCaseTest,
    ::testing::Values(
        Case{"t.results[0].outcome",
             [](auto& t) { ResultAt(t, 0).set_outcome("joy"); }},
        Case{"t.results[0].time_point",
             [](auto& t) { ResultAt(t, 0).set_time_point("7m"); }},
        Case{"t.results[0].actual_months",
             [](auto& t) { ResultAt(t, 0).set_actual_months(3.9); }},
        Case{"t.results[0].actual_months",
             [](auto& t) { ResultAt(t, 0).set_actual_months(8.1); }},
        Case{"t.results[0].actual_months",
             [](auto& t) { ResultAt(t, 0).set_actual_months(-1); }},
        Case{"t.results[0].actual_months",
             [](auto& t) { ResultAt(t, 0).set_actual_months(kNan); }},
        Case{"t.results[0].arms", [](auto& t) { ResultAt(t, 0).clear_arms(); }},
        Case{"t.results[0].arms[0]",
             [](auto& t) { ResultAt(t, 0).set_arms(0, "none"); }},
        Case{"t.results[0].arms[1]",
             [](auto& t) { ResultAt(t, 0).add_arms("ha"); }},
        Case{"t.results[0].source.report",
             [](auto& t) { ResultAt(t, 0).clear_source(); }},
        Case{"t.results[0].source.report",
             [](auto& t) {
               ResultAt(t, 0).mutable_source()->set_report("none");
             }},
        Case{"t.results[0]",
             [](auto& t) { ResultAt(t, 0).mutable_binary()->set_n(1); }},
        Case{"t.results[2]",
             [](auto& t) { ResultAt(t, 2).mutable_rate()->set_events(1); }},
        Case{"t.results[4]", [](auto& t) { ResultAt(t, 4).clear_value(); }},
        Case{"t.results[5]", [](auto& t) { *t.add_results() = t.results(0); }},
        Case{"t.results[6]", [](auto& t) {
               testing::AddPain("ha+msc1", "vas", 1, 1, 1, &t);
               testing::AddPain("saline+msc1", "vas", 1, 1, 1, &t);
             }}));

INSTANTIATE_TEST_SUITE_P(
    ContinuousNumbers, ValidateTrialCaseTest,
    ::testing::Values(
        Case{"t.results[0].instrument",
             [](auto& t) { ResultAt(t, 0).set_instrument("none"); }},
        Case{"t.results[0].continuous.value_kind",
             [](auto& t) { Numbers(t).clear_value_kind(); }},
        Case{"t.results[0].continuous.value_kind",
             [](auto& t) {
               Numbers(t).set_value_kind(
                   static_cast<v1::Continuous::ValueKind>(99));
             }},
        Case{"t.results[0].continuous.mean",
             [](auto& t) { Numbers(t).set_mean(kNan); }},
        Case{"t.results[0].continuous.sd",
             [](auto& t) { Numbers(t).set_sd(0); }},
        Case{"t.results[0].continuous.sd",
             [](auto& t) { Numbers(t).set_sd(-1); }},
        Case{"t.results[0].continuous.sd",
             [](auto& t) { Numbers(t).set_sd(kInfinity); }},
        Case{"t.results[0].continuous.n", [](auto& t) { Numbers(t).set_n(0); }},
        Case{"t.results[0].continuous.n",
             [](auto& t) { Numbers(t).set_n(-5); }}));

INSTANTIATE_TEST_SUITE_P(
    Counts, ValidateTrialCaseTest,
    ::testing::Values(
        Case{"t.results[2].binary.n",
             [](auto& t) {
               ResultAt(t, 2).mutable_binary()->clear_events();
               ResultAt(t, 2).mutable_binary()->set_n(0);
             }},
        Case{"t.results[2].binary.events",
             [](auto& t) { ResultAt(t, 2).mutable_binary()->set_events(16); }},
        Case{"t.results[2].binary.events",
             [](auto& t) { ResultAt(t, 2).mutable_binary()->set_events(-1); }},
        Case{"t.results[2].instrument",
             [](auto& t) { ResultAt(t, 2).set_instrument("vas"); }},
        Case{"t.results[4].instrument",
             [](auto& t) { ResultAt(t, 4).set_instrument("vas"); }},
        Case{"t.results[4].rate.events",
             [](auto& t) { ResultAt(t, 4).mutable_rate()->set_events(-1); }},
        Case{"t.results[4].rate.exposure",
             [](auto& t) { ResultAt(t, 4).mutable_rate()->set_exposure(0); }},
        Case{"t.results[4].rate.exposure", [](auto& t) {
               ResultAt(t, 4).mutable_rate()->set_exposure(kNan);
             }}));

INSTANTIATE_TEST_SUITE_P(
    Derivations, ValidateTrialCaseTest,
    ::testing::Values(
        Case{"t.results[0].derivations[0].field",
             [](auto& t) { Derive("events", ResultAt(t, 0)); }},
        Case{"t.results[2].derivations[0].field",
             [](auto& t) { Derive("sd", ResultAt(t, 2)); }},
        Case{"t.results[4].derivations[0].field",
             [](auto& t) { Derive("n", ResultAt(t, 4)); }},
        Case{"t.results[0].derivations[0].kind",
             [](auto& t) {
               Derive("sd", ResultAt(t, 0));
               ResultAt(t, 0).mutable_derivations(0)->clear_kind();
             }},
        Case{"t.results[0].derivations[0].kind",
             [](auto& t) {
               Derive("sd", ResultAt(t, 0));
               ResultAt(t, 0).mutable_derivations(0)->set_kind(
                   static_cast<v1::Derivation::Kind>(99));
             }},
        Case{"t.results[0].derivations[0].method", [](auto& t) {
               Derive("sd", ResultAt(t, 0));
               ResultAt(t, 0).mutable_derivations(0)->clear_method();
             }}));

INSTANTIATE_TEST_SUITE_P(
    Contrasts, ValidateTrialCaseTest,
    ::testing::Values(
        Case{"t.contrasts[0].outcome",
             [](auto& t) { ContrastOf(t).set_outcome("joy"); }},
        Case{"t.contrasts[0].time_point",
             [](auto& t) { ContrastOf(t).set_time_point("7m"); }},
        Case{"t.contrasts[0].first",
             [](auto& t) { ContrastOf(t).set_first("none"); }},
        Case{"t.contrasts[0].second",
             [](auto& t) { ContrastOf(t).set_second("none"); }},
        Case{"t.contrasts[0].second",
             [](auto& t) { ContrastOf(t).set_second("ha"); }},
        Case{"t.contrasts[0].effect_measure",
             [](auto& t) { ContrastOf(t).clear_effect_measure(); }},
        Case{"t.contrasts[0].effect_measure",
             [](auto& t) {
               ContrastOf(t).set_effect_measure(
                   static_cast<v1::EffectMeasure::Code>(99));
             }},
        Case{"t.contrasts[0].effect",
             [](auto& t) { ContrastOf(t).set_effect(kNan); }},
        Case{"t.contrasts[0].se", [](auto& t) { ContrastOf(t).set_se(0); }},
        Case{"t.contrasts[0].se",
             [](auto& t) { ContrastOf(t).set_se(kInfinity); }},
        Case{"t.contrasts[0].source.report",
             [](auto& t) { ContrastOf(t).clear_source(); }},
        Case{"t.contrasts[1]",
             [](auto& t) { *t.add_contrasts() = t.contrasts(0); }},
        Case{"t.contrasts[1]", [](auto& t) {
               *t.add_contrasts() = t.contrasts(0);
               t.mutable_contrasts(1)->set_first("msc1");
               t.mutable_contrasts(1)->set_second("ha");
             }}));

// Three arms at 12m that give only their differences to ha.
v1::Trial BaselineTrial() {
  v1::Trial trial = FullTrial();
  trial.clear_contrasts();
  testing::AddContrast("msc1", "ha", 1, 0.5, &trial)->set_baseline_se(0.25);
  testing::AddContrast("saline", "ha", 2, 0.75, &trial)->set_baseline_se(0.25);
  for (v1::Contrast& contrast : *trial.mutable_contrasts()) {
    contrast.set_time_point("12m");
  }
  return trial;
}

class ValidateBaselineTest : public ::testing::TestWithParam<Case> {};

TEST_P(ValidateBaselineTest, NamesExactlyTheField) {
  v1::Trial trial = BaselineTrial();
  GetParam().edit(trial);
  EXPECT_THAT(ViolatedBy(trial), ElementsAre(GetParam().field));
}

INSTANTIATE_TEST_SUITE_P(
    Baselines, ValidateBaselineTest,
    ::testing::Values(
        Case{"t.contrasts[1].baseline_se",
             [](auto& t) { t.mutable_contrasts(1)->clear_baseline_se(); }},
        Case{"t.contrasts[1].baseline_se",
             [](auto& t) { t.mutable_contrasts(0)->clear_baseline_se(); }},
        Case{"t.contrasts[1].baseline_se",
             [](auto& t) { t.mutable_contrasts(1)->set_baseline_se(0.3); }},
        Case{"t.contrasts[1].second",
             [](auto& t) {
               t.mutable_contrasts(1)->set_first("ha");
               t.mutable_contrasts(1)->set_second("saline");
             }},
        Case{"t.contrasts[0].baseline_se",
             [](auto& t) { ContrastOf(t).set_se(0.25); }},
        Case{"t.contrasts[1].baseline_se",
             [](auto& t) {
               t.mutable_contrasts(1)->set_baseline_se(kNan);
               t.mutable_contrasts(0)->set_time_point("6m");
             }},
        Case{"t.contrasts[1].baseline_se", [](auto& t) {
               t.mutable_contrasts(1)->set_baseline_se(0);
               t.mutable_contrasts(0)->set_outcome("adverse");
             }}));

TEST(ValidateTrialTest, BaselinesAreOfOneOutcomeTimePointAndMeasure) {
  v1::Trial trial = BaselineTrial();
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
  for (const int other : {0, 1, 2}) {
    v1::Trial edited = trial;
    v1::Contrast& contrast = *edited.mutable_contrasts(1);
    contrast.clear_baseline_se();
    if (other == 0) contrast.set_outcome("adverse");
    if (other == 1) contrast.set_time_point("6m");
    if (other == 2) contrast.set_effect_measure(v1::EffectMeasure::GENERIC);
    EXPECT_THAT(ViolatedBy(edited), IsEmpty()) << other;
  }
  v1::Derivation* derivation = trial.mutable_contrasts(0)->add_derivations();
  derivation->set_field("baseline_se");
  derivation->set_kind(v1::Derivation::DERIVED);
  derivation->set_method("from its interval");
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
}

TEST(ValidateTrialTest, TimeToEventTakesContrastsOnHazardRatiosOrGeneric) {
  v1::Trial trial = FullTrial();
  ContrastOf(trial).set_outcome("surgery");
  for (const auto measure :
       {v1::EffectMeasure::HR, v1::EffectMeasure::GENERIC}) {
    ContrastOf(trial).set_effect_measure(measure);
    EXPECT_THAT(ViolatedBy(trial), IsEmpty());
  }
  ContrastOf(trial).set_effect_measure(v1::EffectMeasure::OR);
  EXPECT_THAT(ViolatedBy(trial), ElementsAre("t.contrasts[0].effect_measure"));
  ResultAt(trial, 2).set_outcome("surgery");
  EXPECT_THAT(ViolatedBy(trial),
              ElementsAre("t.results[2]", "t.contrasts[0].effect_measure"));
}

INSTANTIATE_TEST_SUITE_P(
    Bias, ValidateTrialCaseTest,
    ::testing::Values(
        Case{"t.risk_of_bias[0].outcome",
             [](auto& t) { Bias(t).set_outcome("joy"); }},
        Case{"t.risk_of_bias[0].time_point",
             [](auto& t) { Bias(t).set_time_point("7m"); }},
        Case{"t.risk_of_bias[0].overall",
             [](auto& t) { Bias(t).clear_overall(); }},
        Case{"t.risk_of_bias[0].overall",
             [](auto& t) { Bias(t).set_overall(v1::RiskOfBias::LOW); }},
        Case{"t.risk_of_bias[0].overall",
             [](auto& t) { Bias(t).set_selection(v1::RiskOfBias::HIGH); }},
        Case{"t.risk_of_bias[0].overall",
             [](auto& t) {
               Bias(t).set_overall(static_cast<v1::RiskOfBias::Judgement>(99));
             }},
        Case{"t.risk_of_bias[1]",
             [](auto& t) { *t.add_risk_of_bias() = t.risk_of_bias(0); }}));

INSTANTIATE_TEST_SUITE_P(
    Indirectness, ValidateTrialCaseTest,
    ::testing::Values(Case{"t.indirectness[0].outcome",
                           [](auto& t) { Judged(t).set_outcome("joy"); }},
                      Case{"t.indirectness[0].time_point",
                           [](auto& t) { Judged(t).set_time_point("7m"); }},
                      Case{"t.indirectness[0].judgement",
                           [](auto& t) { Judged(t).clear_judgement(); }},
                      Case{"t.indirectness[0].reason",
                           [](auto& t) { Judged(t).clear_reason(); }},
                      Case{"t.indirectness[1]", [](auto& t) {
                             *t.add_indirectness() = t.indirectness(0);
                           }}));

TEST(ValidateTrialTest, DirectEvidenceNeedsNoReason) {
  v1::Trial trial = FullTrial();
  Judged(trial).set_judgement(v1::Indirectness::LOW);
  Judged(trial).clear_reason();
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
}

TEST(ValidateTrialTest, OneArmIsNoComparison) {
  v1::Trial trial = testing::TrialOf("alpha", {"ha"});
  testing::AddPain("ha", "vas", 42, 21, 15, &trial);
  EXPECT_THAT(ViolatedBy(trial), ElementsAre("t.arms"));
}

TEST(ValidateTrialTest, WithoutReportsEverySourceIsMissing) {
  v1::Trial trial = testing::ToyTrial();
  trial.clear_reports();
  EXPECT_THAT(ViolatedBy(trial),
              ElementsAre("t.reports", "t.results[0].source.report",
                          "t.results[1].source.report"));
}

TEST(ValidateTrialTest, ContrastsOfOtherMeasuresAreOtherContrasts) {
  v1::Trial trial = FullTrial();
  *trial.add_contrasts() = trial.contrasts(0);
  trial.mutable_contrasts(1)->set_effect_measure(v1::EffectMeasure::SMD);
  EXPECT_THAT(ViolatedBy(trial), IsEmpty());
}

}  // namespace
}  // namespace tidemark::review
