#include "client/cli/benefit_harm_tables.h"

#include <sstream>
#include <string>

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/benefit_harm.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

v1::BenefitHarm Answer() {
  v1::BenefitHarm answer;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        outcomes {
          analysis_id: "pain"
          effect_measure: MD
          small_values_desirable: true
        }
        outcomes {
          analysis_id: "ae"
          harm: true
          effect_measure: RR
          small_values_desirable: true
        }
        reference: "a"
        treatments {
          treatment: "a"
          standings { p_score: 0.25 }
          standings { p_score: 0.5 }
          best_on_all { independent: 0.125 lower: 0 upper: 0.25 }
        }
        treatments {
          treatment: "b"
          standings {
            versus_reference {
              first: "b"
              second: "a"
              effect: -2
              lower: -3
              upper: -1
            }
            better: 0.75
            p_score: 0.75
          }
          standings {
            versus_reference {
              first: "b"
              second: "a"
              effect: 0
              lower: 0
              upper: 0
            }
            better: 0.5
            p_score: 0.5
          }
          better_on_both { independent: 0.375 lower: 0.25 upper: 0.5 }
          better_on_benefit_only { independent: 0.375 lower: 0.25 upper: 0.5 }
          better_on_harm_only { independent: 0.125 lower: 0 upper: 0.25 }
          better_on_neither { independent: 0.125 lower: 0 upper: 0.25 }
          best_on_all { independent: 0.375 lower: 0.25 upper: 0.5 }
        }
        pairs {
          first: "b"
          second: "a"
          first_better_on_all { independent: 0.375 lower: 0.25 upper: 0.5 }
        }
        not_compared { treatment: "c" lacking: "pain" not_connected: "ae" }
      )pb",
      &answer));
  return answer;
}

TEST(BenefitHarmTablesTest, RowsHoldEffectsOnTheAnalysisScaleAndBounds) {
  EXPECT_EQ(
      AsCsv(BenefitHarmTable(Answer())),
      "treatment,reference,pain_effect,pain_lower,pain_upper,pain_ratio,"
      "pain_ratio_lower,pain_ratio_upper,pain_better,pain_p_score,"
      "pain_measure,pain_rule,ae_effect,ae_lower,ae_upper,ae_ratio,"
      "ae_ratio_lower,ae_ratio_upper,ae_better,ae_p_score,ae_measure,ae_rule,"
      "better_on_both,better_on_both_lower,better_on_both_upper,"
      "better_on_benefit_only,better_on_benefit_only_lower,"
      "better_on_benefit_only_upper,"
      "better_on_harm_only,better_on_harm_only_lower,"
      "better_on_harm_only_upper,"
      "better_on_neither,better_on_neither_lower,better_on_neither_upper,"
      "best_on_all,best_on_all_lower,best_on_all_upper\n"
      "a,a,,,,,,,,0.25,MD,treatment minus reference; MD; lower is better,,,,,"
      ",,,0.5,RR,treatment minus reference on the log scale; RR; lower is "
      "better,,,,,,,,,,,,,0.125,0,0.25\n"
      "b,a,-2,-3,-1,,,,0.75,0.75,MD,treatment minus reference; MD; lower is "
      "better,0,0,0,1,1,1,0.5,0.5,RR,treatment minus reference on the log "
      "scale; RR; lower is better,0.375,0.25,0.5,0.375,0.25,0.5,0.125,"
      "0,0.25,0.125,0,0.25,0.375,0.25,0.5\n");
}

std::string Printed() {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(OutputFormat::kTable, false, &data, &messages);
  PrintBenefitHarm(Answer(), output);
  return data.str();
}

TEST(BenefitHarmTablesTest, PeopleSeeRatiosAsRatiosAndDirections) {
  EXPECT_THAT(Printed(), AllOf(HasSubstr("Treatment versus a, random effects"),
                               HasSubstr("pain (benefit; MD; lower is better)"),
                               HasSubstr("ae (harm; RR; lower is better)"),
                               HasSubstr("1.00 [1.00, 1.00]"),
                               HasSubstr("0.375 (0.250-0.500)"),
                               HasSubstr("as if outcomes were independent"),
                               Not(HasSubstr("better_on_both_lower"))));
}

TEST(BenefitHarmTablesTest, WhatIsNotComparedIsToldWithItsReasons) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(OutputFormat::kCsv, false, &data, &messages);
  TellNotCompared(Answer(), output);
  EXPECT_THAT(messages.str(),
              HasSubstr("Not compared: c, no data in pain; not connected with "
                        "a in ae"));
}

}  // namespace
}  // namespace tidemark::cli
