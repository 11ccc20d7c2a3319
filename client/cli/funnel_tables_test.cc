#include "client/cli/funnel_tables.h"

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

v1::Estimate TwoPoints() {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        effect_measure: MD
        small_values_desirable: true
        funnel {
          order: "A"
          order: "B"
          order: "C"
          points {
            study: "1"
            first: "B"
            second: "A"
            effect: 2
            se: 0.5
            centre: 1.5
            adjusted_effect: 0.5
            tested: true
          }
          points { study: "2" first: "C" second: "A" effect: 4 se: 1 }
          no_egger: "too few"
        }
      )pb",
      &estimate));
  return estimate;
}

TEST(FunnelTablesTest, APointWithoutOtherStudiesHasNoCentre) {
  EXPECT_EQ(AsCsv(FunnelTable(TwoPoints())),
            "study,first,second,effect,se,centre,adjusted_effect,tested,"
            "measure,rule\n"
            "1,B,A,2,0.5,1.5,0.5,yes,MD,first minus second; MD; lower is "
            "better\n"
            "2,C,A,4,1,,,no,MD,first minus second; MD; lower is better\n");
}

TEST(FunnelTablesTest, TheTitleSaysOrderAndSign) {
  EXPECT_THAT(FunnelTable(TwoPoints()).title,
              AllOf(HasSubstr("A < B < C"), HasSubstr("first minus second"),
                    HasSubstr("lower is better")));
}

TEST(FunnelTablesTest, TheTitleSaysThatNumbersAreLogarithms) {
  v1::Estimate estimate = TwoPoints();
  estimate.set_effect_measure(v1::EffectMeasure::OR);
  EXPECT_THAT(FunnelTable(estimate).title,
              HasSubstr("; all numbers are log OR"));
}

std::string Printed(const v1::Estimate& estimate) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(OutputFormat::kTable, false, &data, &messages);
  PrintFunnel(estimate, output);
  return data.str();
}

TEST(FunnelTablesTest, TheTestIsInWordsOrItsReasonIs) {
  v1::Estimate estimate = TwoPoints();
  EXPECT_THAT(Printed(estimate), HasSubstr("Egger's test: none, too few"));
  estimate.mutable_funnel()->clear_no_egger();
  v1::Funnel::EggerTest* test = estimate.mutable_funnel()->mutable_egger();
  test->set_slope(1.5);
  test->set_slope_se(0.5);
  test->set_t(3);
  test->set_df(4);
  test->set_p(0.04);
  test->set_studies(6);
  EXPECT_THAT(
      Printed(estimate),
      AllOf(HasSubstr("slope 1.50 (se 0.500), t 3.00 on 4 df, p 0.0400"),
            HasSubstr("Of 6 studies: fewer than 10 tell little.")));
  test->set_studies(10);
  EXPECT_THAT(Printed(estimate), Not(HasSubstr("tell little")));
}

}  // namespace
}  // namespace tidemark::cli
