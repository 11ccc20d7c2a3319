#include "client/cli/flow_tables.h"

#include <sstream>
#include <string>

#include "absl/strings/str_replace.h"
#include "base/testing/status_matchers.h"
#include "client/cli/exit_code.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Estimate Triangle() {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        effect_measure: MD
        small_values_desirable: true
        contributions {
          direct { first: "a" second: "b" effect: 1 weight: 4 }
          direct { first: "a" second: "c" effect: 2 weight: 2 }
          direct { first: "b" second: "c" effect: 3 weight: 1 }
          direct { first: "x" second: "y" effect: 9 weight: 1 }
          studies: "alpha"
          studies: "beta"
          comparisons {
            first: "a"
            second: "b"
            flows: [ 0.25, 0.75, -0.75, 0 ]
            direct_shares: [ 0.25, 0.375, 0.375, 0 ]
            study_shares: [ 0.125, 0.875 ]
            risk_of_bias { low: 0.125 not_judged: 0.875 }
            indirectness { some: 1 }
          }
          comparisons {
            first: "a"
            second: "c"
            flows: [ 1.5, -0.5, 1.5, 0 ]
            no_shares: "in a circle"
          }
        }
      )pb",
      &estimate));
  return estimate;
}

std::string Printed(FlowBy by) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(OutputFormat::kTable, /*color=*/false, &data, &messages);
  PrintContributions(Triangle(), Model::kRandom, by, output);
  output.Flush();
  return data.str();
}

// Rows with what ends each of them.
std::string Signed(const std::string& rows) {
  return absl::StrReplaceAll(
      rows, {{"\n", "\tMD\tfirst minus second; MD; lower is better\n"}});
}

TEST(ContributionsTableTest, OfComparisonsTheLargestFirst) {
  EXPECT_EQ(AsPlainRows(ContributionsTable(Triangle(), Model::kRandom,
                                           FlowBy::kComparison)),
            Signed("a\tb\ta\tc\t0.375\t0.75\t2\t2\t\n"
                   "a\tb\tb\tc\t0.375\t-0.75\t3\t1\t\n"
                   "a\tb\ta\tb\t0.25\t0.25\t1\t4\t\n"
                   "a\tb\tx\ty\t0\t0\t9\t1\t\n"
                   "a\tc\ta\tb\t\t1.5\t1\t4\tin a circle\n"
                   "a\tc\ta\tc\t\t-0.5\t2\t2\tin a circle\n"
                   "a\tc\tb\tc\t\t1.5\t3\t1\tin a circle\n"
                   "a\tc\tx\ty\t\t0\t9\t1\tin a circle\n"));
}

TEST(ContributionsTableTest, OfStudiesAndJudgements) {
  EXPECT_EQ(AsPlainRows(
                ContributionsTable(Triangle(), Model::kRandom, FlowBy::kStudy)),
            Signed("a\tb\tbeta\t0.875\t\n"
                   "a\tb\talpha\t0.125\t\n"
                   "a\tc\t\t\tin a circle\n"));
  EXPECT_EQ(AsPlainRows(ContributionsTable(Triangle(), Model::kRandom,
                                           FlowBy::kRiskOfBias)),
            Signed("a\tb\t0.125\t0\t0\t0.875\t\n"
                   "a\tc\t\t\t\t\tin a circle\n"));
  EXPECT_EQ(AsPlainRows(ContributionsTable(Triangle(), Model::kRandom,
                                           FlowBy::kIndirectness)),
            Signed("a\tb\t0\t1\t0\t0\t\n"
                   "a\tc\t\t\t\t\tin a circle\n"));
}

TEST(ContributionsTableTest, OfRatiosHaveThemBesideTheirLogarithms) {
  v1::Estimate estimate = Triangle();
  estimate.set_effect_measure(v1::EffectMeasure::OR);
  const std::string csv =
      AsCsv(ContributionsTable(estimate, Model::kRandom, FlowBy::kComparison));
  EXPECT_THAT(
      csv, AllOf(HasSubstr("first,second,direct_first,direct_second,share,flow,"
                           "direct_effect,direct_ratio,weight,no_shares,"
                           "measure,rule\n"),
                 HasSubstr("a,b,a,c,0.375,0.75,2,7.38905609893065,2,,OR,first "
                           "minus second on the log scale; OR;")));
}

TEST(ContributionsTableTest, PeopleSeeTheSignRuleAndWhatContributes) {
  EXPECT_THAT(Printed(FlowBy::kComparison),
              AllOf(HasSubstr("first minus second; MD; lower is better"),
                    HasSubstr("random effects"), HasSubstr("in a circle"),
                    Not(HasSubstr("a      b       x"))));
}

TEST(FlowByTest, HasFourWords) {
  EXPECT_EQ(*FlowByOf("risk-of-bias"), FlowBy::kRiskOfBias);
  EXPECT_EQ(ExitCodeOf(FlowByOf("trial").status()), ExitCode::kUsage);
}

}  // namespace
}  // namespace tidemark::cli
