#include "client/cli/threshold_tables.h"

#include <sstream>
#include <string>

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

v1::Estimate Example() {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        effect_measure: OR
        level: 0.95
        small_values_desirable: true
        threshold_analysis {
          best {
            treatment: "a"
            second: "b"
            lead: 1
            studies {
              study: "far"
              results { first: "b" second: "a" effect: 1 se: 0.5 }
            }
            studies {
              study: "near"
              distance: 2
              best: "b"
              results {
                first: "b"
                second: "a"
                effect: 1
                se: 0.5
                down { change: -1 distance: 2 best: "b" }
              }
            }
          }
          classes {
            first: "b"
            second: "a"
            class: INCONCLUSIVE
            effect { effect: 1 lower: -1 upper: 3 }
            shift_up: 1
            class_up: HARM
          }
          classes {
            first: "b"
            second: "a"
            threshold: 1.5
            class: INCONCLUSIVE
            effect { effect: 1 lower: -1 upper: 3 }
            shift_up: 1
            class_up: HARM
          }
          classes {
            first: "b"
            second: "a"
            threshold: 9
            class: INCONCLUSIVE
            effect { effect: 1 lower: -1 upper: 3 }
            shift_up: 8
            class_up: IMPORTANT_HARM
          }
        }
      )pb",
      &estimate));
  return estimate;
}

std::string Printed(const v1::Estimate& estimate, OutputFormat format) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(format, false, &data, &messages);
  PrintThresholds(estimate, output);
  output.Flush();
  return data.str();
}

TEST(ThresholdTablesTest, RowsHaveTheNearestStudyFirstAndTheSignRule) {
  v1::Estimate estimate = Example();
  estimate.mutable_threshold_analysis()->clear_classes();
  EXPECT_EQ(
      Printed(estimate, OutputFormat::kCsv),
      "decision,study,first,second,reported,se,down_change,down_in_se,"
      "down_becomes,up_change,up_in_se,up_becomes,study_in_se,study_becomes,"
      "fragile,measure,rule\n"
      "best: a,near,b,a,1,0.5,-1,2,b,,,,2,b,no,OR,first minus second on the "
      "log scale; OR; lower is better\n"
      "best: a,far,b,a,1,0.5,,,,,,,,,no,OR,first minus second on the log "
      "scale; OR; lower is better\n");
}

TEST(ThresholdTablesTest, PeopleSeeNoColumnThatSaysNothing) {
  v1::Estimate estimate = Example();
  EXPECT_THAT(Printed(estimate, OutputFormat::kTable),
              AllOf(HasSubstr("all numbers are log OR"),
                    HasSubstr("-1.00 (2.00 se): b"), HasSubstr("no result can"),
                    Not(HasSubstr("study_becomes")),
                    HasSubstr("No result changes it within")));
  estimate.mutable_threshold_analysis()
      ->mutable_best(0)
      ->mutable_studies(1)
      ->set_within_interval(true);
  EXPECT_THAT(Printed(estimate, OutputFormat::kTable),
              HasSubstr("fragile: within its own confidence interval."));
}

TEST(ThresholdTablesTest, PeopleSeeEqualDecisionsOnceAndProgramsEach) {
  EXPECT_THAT(ThresholdTables(Example()), SizeIs(4));
  const std::string shown = Printed(Example(), OutputFormat::kTable);
  EXPECT_THAT(
      shown,
      AllOf(HasSubstr("b versus a by no difference, by 1.5, 1.00 [-1.00, 3.00] "
                      "(OR 2.72 [0.368, 20.09]): inconclusive"),
            HasSubstr("b versus a by 9, ")));
  EXPECT_THAT(shown, Not(HasSubstr("b versus a by 1.5")));
}

}  // namespace
}  // namespace tidemark::cli
