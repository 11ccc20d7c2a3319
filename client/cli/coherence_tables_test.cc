#include "client/cli/coherence_tables.h"

#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Estimate FromText(const std::string& text) {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &estimate));
  return estimate;
}

TEST(HeterogeneityTableTest, EveryQuantityHasWhatItHasOf) {
  const v1::Estimate estimate = FromText(R"pb(
    effect_measure: OR
    tau2_method: PM
    level: 0.9
    q: 10
    df: 4
    p_q: 0.04
    i2: 0.6
    i2_interval { lower: 0 upper: 0.85 }
    h: 1.58
    q_within: 4
    df_within: 3
    p_within: 0.26
    q_between: 6
    df_between: 1
    p_between: 0.014
    q_between_random: 2
    p_between_random: 0.157
    component_heterogeneity {
      reference: "a"
      tau2: 0.25
      tau2_q_profile { lower: 0.125 upper: 2 }
      tau2_within: 0.5
    }
  )pb");
  EXPECT_THAT(
      AsPlainRows(HeterogeneityTable(estimate)),
      AllOf(HasSubstr("network\ttau2 (PM), Q-profile interval\t0.25\t0.125\t2\t"
                      "\t\n"),
            Not(HasSubstr("likelihood interval")),
            HasSubstr("network\ttau2 within designs\t0.5"),
            HasSubstr("network\tI2\t0.6\t0\t0.85"),
            HasSubstr("network\tQ total\t10\t\t\t4\t0.04"),
            HasSubstr("network\tQ between designs\t6\t\t\t1\t0.014"),
            HasSubstr("Q between designs, random effects\t2\t\t\t1\t0.157")));
}

// Build 0.1.0 decomposed nothing and had no interval of tau².
TEST(HeterogeneityTableTest, WhatAnOldEstimateLacksHasNoRow) {
  const v1::Estimate estimate = FromText(R"pb(
    tau2_method: DL
    level: 0.95
    q: 10
    df: 4
    p_q: 0.04
    i2: 0.6
    component_heterogeneity { reference: "a" tau2: 0.25 }
  )pb");
  const Table table = HeterogeneityTable(estimate);
  EXPECT_EQ(AsPlainRows(table),
            "network\ttau2 (DL)\t0.25\t\t\t\t\n"
            "network\tI2\t0.6\t\t\t\t\n"
            "network\tQ total\t10\t\t\t4\t0.04\n");
  EXPECT_THAT(AsTable(table, false), HasSubstr("; 95% intervals"));
}

TEST(HeterogeneityTableTest, EachComponentHasItsOwnQ) {
  const v1::Estimate estimate = FromText(R"pb(
    q: 9
    df: 3
    component_heterogeneity {
      reference: "a"
      q: 5
      df: 2
      p_q: 0.082
      i2: 0.6
      h: 1.58
      h_interval { lower: 1 upper: 2 }
      q_within: 4
      df_within: 1
      p_within: 0.046
      q_between: 1
      df_between: 1
      p_between: 0.317
      q_between_random: 0.5
    }
    component_heterogeneity { reference: "x" q: 4 df: 1 }
  )pb");
  EXPECT_THAT(
      AsPlainRows(HeterogeneityTable(estimate)),
      AllOf(HasSubstr("with a\tI2\t0.6\t\t"),
            HasSubstr("with a\tH\t1.58\t1\t2"),
            HasSubstr("with a\tQ total\t5\t\t\t2\t0.082"),
            HasSubstr("with a\tQ within designs\t4\t\t\t1\t0.046"),
            HasSubstr("with a\tQ between designs\t1\t\t\t1\t0.317"),
            HasSubstr("Q between designs, random effects\t0.5\t\t\t1\t\n"),
            HasSubstr("with x\tQ total\t4"), HasSubstr("network\tQ total\t9")));
}

TEST(HeterogeneityTableTest, ComponentsAreToldApart) {
  const v1::Estimate estimate = FromText(R"pb(
    component_heterogeneity { reference: "a" tau2: 1 }
    component_heterogeneity { reference: "x" tau2: 2 }
  )pb");
  EXPECT_THAT(AsPlainRows(HeterogeneityTable(estimate)),
              AllOf(HasSubstr("with a\ttau2"), HasSubstr("with x\ttau2"),
                    HasSubstr("network\tQ total")));
}

constexpr char kSplits[] = R"pb(
  effect_measure: MD
  splits {
    first: "a"
    second: "b"
    studies: 3
    direct_share: 0.5
    direct { effect: 1 se: 0.5 lower: 0 upper: 2 }
    indirect { effect: 3 se: 0.5 lower: 2 upper: 4 }
    difference { effect: -2 se: 0.7 lower: -3.4 upper: -0.6 p: 0.0047 }
  }
  splits {
    first: "a"
    second: "c"
    studies: 1
    direct_share: 1
    direct { effect: 1 se: 0.5 lower: 0 upper: 2 }
    no_indirect: "direct evidence is all there is on the pair"
  }
)pb";

TEST(SplitsTableTest, RowsHoldTheNumbers) {
  const v1::Estimate estimate = FromText(kSplits);
  const Table table = SplitsTable(estimate, "how", estimate.splits());
  EXPECT_THAT(AsPlainRows(table),
              HasSubstr("a\tb\t3\t0.5\t1\t0.5\t0\t2\t3\t0.5\t2\t4\t-2\t0.7\t"
                        "-3.4\t-0.6\t0.0047\t\thow"));
}

TEST(SplitsTableTest, WhatThereIsNotIsSaidWhy) {
  const v1::Estimate estimate = FromText(kSplits);
  const Table table = SplitsTable(estimate, "how", estimate.splits());
  EXPECT_THAT(AsTable(table, false),
              AllOf(HasSubstr("how; first minus second; MD"), HasSubstr("none"),
                    HasSubstr("direct evidence is all"),
                    Not(HasSubstr("direct_effect"))));
}

TEST(SplitsTableTest, RefitsHaveTheirTau2) {
  v1::Estimate estimate = FromText(kSplits);
  EXPECT_THAT(AsTable(SplitsTable(estimate, "how", estimate.splits()), false),
              Not(HasSubstr("refit_tau2")));
  estimate.mutable_splits(0)->set_refit_tau2(0.75);
  const Table table = SplitsTable(estimate, "how", estimate.splits());
  EXPECT_THAT(AsPlainRows(table),
              AllOf(HasSubstr("\thow\t0.75\n"), HasSubstr("\thow\t\n")));
  EXPECT_THAT(AsTable(table, false), HasSubstr("refit_tau2"));
}

TEST(SplitsTableTest, LimitsBeyondRangeAreNotZero) {
  const v1::Estimate estimate = FromText(R"pb(
    splits {
      first: "a"
      second: "b"
      studies: 1
      direct { effect: 1 se: 0.5 }
    }
  )pb");
  EXPECT_THAT(AsPlainRows(SplitsTable(estimate, "how", estimate.splits())),
              HasSubstr("a\tb\t1\t\t1\t0.5\t\t\t"));
}

TEST(DesignsTableTest, AbsentPValuesAreEmpty) {
  const v1::Estimate estimate = FromText(R"pb(
    designs {
      treatments: "a"
      treatments: "b"
      studies: 1
      q_between: 1.5
      q_between_detached: 2.5
      df_between_detached: 2
      p_between_detached: 0.287
    }
  )pb");
  EXPECT_EQ(
      AsPlainRows(DesignsTable(estimate, "common effect", estimate.designs())),
      "a : b\t1\t0\t0\t\t1.5\t2.5\t2\t0.287\tcommon effect\n");
}

}  // namespace
}  // namespace tidemark::cli
