#include "review/validate_analysis.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "review/errors.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "tidemark/v1/analysis.pb.h"

namespace tidemark::review {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Edit = std::function<void(v1::Analysis&)>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> ViolatedBy(const v1::Analysis& analysis) {
  Violations violations;
  ValidateAnalysis("a", analysis, testing::ToyReview(), violations);
  return testing::FieldsOf(violations.ToStatus());
}

TEST(FillDefaultsTest, FillsInWhatTheFormatNames) {
  v1::Analysis analysis;
  analysis.set_effect_measure(v1::EffectMeasure::SMD);
  FillDefaults(&analysis);
  EXPECT_EQ(analysis.smd_method(), v1::SmdMethod::HEDGES);
  EXPECT_EQ(analysis.tau2_method(), v1::Tau2Method::REML);
  EXPECT_EQ(analysis.zero_cells(), v1::ZeroCellRule::ONLY0);
  EXPECT_EQ(analysis.level(), 0.95);
  EXPECT_EQ(analysis.increment(), 0.5);
}

TEST(FillDefaultsTest, LeavesWhatIsSetAndIsIdempotent) {
  auto analysis = testing::FromText<v1::Analysis>(R"pb(
    effect_measure: SMD
    smd_method: COHEN
    tau2_method: DL
    zero_cells: NONE
    level: 0.9
    increment: 0.1
  )pb");
  const v1::Analysis before = analysis;
  FillDefaults(&analysis);
  EXPECT_TRUE(MessageDifferencer::Equals(before, analysis));

  v1::Analysis once;
  FillDefaults(&once);
  v1::Analysis twice = once;
  FillDefaults(&twice);
  EXPECT_TRUE(MessageDifferencer::Equals(once, twice));
}

TEST(FillDefaultsTest, OnlySmdGetsAnSmdMethod) {
  v1::Analysis analysis;
  analysis.set_effect_measure(v1::EffectMeasure::MD);
  FillDefaults(&analysis);
  EXPECT_EQ(analysis.smd_method(), v1::SmdMethod::UNSPECIFIED);
}

TEST(ValidateAnalysisTest, TheToyAnalysesAreValid) {
  EXPECT_THAT(ViolatedBy(testing::PainAnalysis()), IsEmpty());
  EXPECT_THAT(ViolatedBy(testing::AdverseAnalysis()), IsEmpty());
}

TEST(ValidateAnalysisTest, EachKindOfOutcomeHasItsMeasures) {
  const std::vector<std::pair<std::string, std::vector<int>>> suits = {
      {"pain",
       {v1::EffectMeasure::MD, v1::EffectMeasure::SMD, v1::EffectMeasure::ROM,
        v1::EffectMeasure::GENERIC}},
      {"adverse",
       {v1::EffectMeasure::OR, v1::EffectMeasure::RR, v1::EffectMeasure::RD,
        v1::EffectMeasure::ASD, v1::EffectMeasure::PETO,
        v1::EffectMeasure::GENERIC}},
      {"falls",
       {v1::EffectMeasure::IRR, v1::EffectMeasure::IRD, v1::EffectMeasure::IRSD,
        v1::EffectMeasure::GENERIC}},
      {"surgery", {v1::EffectMeasure::HR, v1::EffectMeasure::GENERIC}},
  };
  for (const auto& [outcome, measures] : suits) {
    for (int code = 0; code <= v1::EffectMeasure::Code_MAX + 1; ++code) {
      v1::Analysis analysis = testing::PainAnalysis();
      analysis.set_outcome(outcome);
      analysis.set_effect_measure(static_cast<v1::EffectMeasure::Code>(code));
      FillDefaults(&analysis);
      EXPECT_EQ(ViolatedBy(analysis).empty(),
                std::count(measures.begin(), measures.end(), code) > 0)
          << outcome << " " << code;
    }
  }
}

struct Case {
  const char* field;
  Edit edit;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.field; }

class ValidateAnalysisCaseTest : public ::testing::TestWithParam<Case> {};

TEST_P(ValidateAnalysisCaseTest, NamesExactlyTheField) {
  v1::Analysis analysis = testing::PainAnalysis();
  GetParam().edit(analysis);
  EXPECT_THAT(ViolatedBy(analysis), ElementsAre(GetParam().field));
}

INSTANTIATE_TEST_SUITE_P(
    References, ValidateAnalysisCaseTest,
    ::testing::Values(
        Case{"a.analysis_id", [](auto& a) { a.set_analysis_id("Pain"); }},
        Case{"a.analysis_id", [](auto& a) { a.clear_analysis_id(); }},
        Case{"a.outcome", [](auto& a) { a.set_outcome("joy"); }},
        Case{"a.time_point", [](auto& a) { a.set_time_point("7m"); }},
        Case{"a.time_point", [](auto& a) { a.clear_time_point(); }},
        Case{"a.node_map", [](auto& a) { a.set_node_map("none"); }},
        Case{"a.reference", [](auto& a) { a.set_reference("control"); }},
        Case{"a.effect_measure",
             [](auto& a) { a.set_effect_measure(v1::EffectMeasure::OR); }}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, ValidateAnalysisCaseTest,
    ::testing::Values(
        Case{"a.level", [](auto& a) { a.set_level(0.49); }},
        Case{"a.level", [](auto& a) { a.set_level(0.99999); }},
        Case{"a.level", [](auto& a) { a.set_level(95); }},
        Case{"a.level", [](auto& a) { a.set_level(kNan); }},
        Case{"a.increment", [](auto& a) { a.set_increment(-1); }},
        Case{"a.increment", [](auto& a) { a.set_increment(1.1); }},
        Case{"a.increment", [](auto& a) { a.set_increment(kNan); }}));

INSTANTIATE_TEST_SUITE_P(
    Methods, ValidateAnalysisCaseTest,
    ::testing::Values(
        Case{"a.smd_method",
             [](auto& a) { a.set_smd_method(v1::SmdMethod::COHEN); }},
        Case{"a.smd_method",
             [](auto& a) {
               a.set_effect_measure(v1::EffectMeasure::SMD);
               a.set_smd_method(static_cast<v1::SmdMethod::Code>(99));
             }},
        Case{"a.tau2_method",
             [](auto& a) {
               a.set_tau2_method(static_cast<v1::Tau2Method::Code>(99));
             }},
        Case{"a.zero_cells",
             [](auto& a) {
               a.set_zero_cells(static_cast<v1::ZeroCellRule::Code>(99));
             }},
        Case{"a.filters.exclude_designs[1]",
             [](auto& a) {
               a.mutable_filters()->add_exclude_designs(v1::Trial::CLUSTER);
               a.mutable_filters()->add_exclude_designs(
                   static_cast<v1::Trial::Design>(99));
             }},
        Case{"a.filters.exclude_risk_of_bias[0]", [](auto& a) {
               a.mutable_filters()->add_exclude_risk_of_bias(
                   v1::RiskOfBias::JUDGEMENT_UNSPECIFIED);
             }}));

TEST(ValidateAnalysisTest, EndsOfTheRangesAreIn) {
  v1::Analysis analysis = testing::PainAnalysis();
  for (const double level : {0.5, 0.9999}) {
    analysis.set_level(level);
    EXPECT_THAT(ViolatedBy(analysis), IsEmpty()) << level;
  }
  analysis.set_increment(1);
  EXPECT_THAT(ViolatedBy(analysis), IsEmpty());
}

TEST(ValidateAnalysisTest, FiltersMayNameTrialsThatAreNotThereYet) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.mutable_filters()->add_exclude_trials("unheard-of");
  EXPECT_THAT(ViolatedBy(analysis), IsEmpty());
}

TEST(ValidateAnalysisTest, ThresholdsOfItsOwnAreBetweenGroups) {
  v1::Analysis analysis = testing::PainAnalysis();
  v1::Threshold* threshold = analysis.add_thresholds();
  threshold->set_kind(v1::Threshold::BETWEEN_GROUPS);
  threshold->set_value(12);
  threshold->set_source("Devji 2017");
  EXPECT_THAT(ViolatedBy(analysis), IsEmpty());
  threshold->set_kind(v1::Threshold::WITHIN_PERSON);
  EXPECT_THAT(ViolatedBy(analysis), ElementsAre("a.thresholds[0].kind"));
  threshold->set_value(0);
  EXPECT_THAT(ViolatedBy(analysis),
              ElementsAre("a.thresholds[0].value", "a.thresholds[0].kind"));
  for (int i = 0; i < 20; ++i) *analysis.add_thresholds() = *threshold;
  EXPECT_THAT(ViolatedBy(analysis), ::testing::Contains("a.thresholds"));
}

}  // namespace
}  // namespace tidemark::review
