#include "client/cli/subgroup_tables.h"

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

v1::Estimate TwoSubgroups() {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        effect_measure: MD
        level: 0.95
        small_values_desirable: true
        subgroups {
          covariate { name: "control_type" node: "control" }
          subgroups {
            value: "placebo"
            studies: [ "1", "2" ]
            parts {
              studies: [ "1", "2" ]
              treatments: [ "control", "msc" ]
              tau2: 0.5
              q: 3
              df: 1
              p_q: 0.08
            }
            relative_effects {
              first: "control"
              second: "msc"
              effect: 1
              se: 0.5
              lower: 0
              upper: 2
              p: 0.05
            }
          }
          subgroups {
            value: "usual"
            studies: "3"
            parts {
              treatments: [ "control", "msc" ]
              studies: "3"
            }
            relative_effects {
              first: "control"
              second: "msc"
              effect: 3
              se: 0.5
              lower: 2
              upper: 4
              p: 0.001
            }
          }
          interactions {
            first: "control"
            second: "msc"
            values: [ "placebo", "usual" ]
            test { q: 8 df: 1 p: 0.005 }
            difference {
              first: "control"
              second: "msc"
              effect: -2
              lower: -3.5
              upper: -0.5
            }
          }
          global { q: 8 df: 1 p: 0.005 }
          left_out { study: "4", reason: "no control_type is known" }
        }
      )pb",
      &estimate));
  return estimate;
}

TEST(SubgroupTablesTest, EachComparisonHasItsTestInEachSubgroup) {
  const std::string rows = AsPlainRows(SubgroupTable(TwoSubgroups()));
  EXPECT_THAT(rows, AllOf(HasSubstr("placebo\t2\tcontrol\tmsc\tMD\t1\t0\t2\t"),
                          HasSubstr("usual\t1\tcontrol\tmsc\tMD\t3\t2\t4\t"),
                          HasSubstr("\t8\t1\t0.005\n")));
}

TEST(SubgroupTablesTest, WhatOneSubgroupTellsAloneHasNoTest) {
  v1::Estimate estimate = TwoSubgroups();
  estimate.mutable_subgroups()->clear_interactions();
  EXPECT_THAT(AsCsv(SubgroupTable(estimate)), HasSubstr(",,,\n"));
}

TEST(SubgroupTablesTest, PeopleSeeDifferenceTestAndStudiesLeftOut) {
  std::ostringstream data;
  std::ostringstream messages;
  Output output(OutputFormat::kTable, false, &data, &messages);
  PrintSubgroups(TwoSubgroups(), output);
  EXPECT_THAT(
      data.str(),
      AllOf(HasSubstr("Subgroups by control_type of control, random effects; "
                      "first minus second; MD; lower is better"),
            HasSubstr("control versus msc, placebo minus usual: -2"),
            HasSubstr("all comparisons: Q 8.00, df 1, p 0.0050")));
  EXPECT_THAT(messages.str(),
              HasSubstr("In no subgroup: 4, no control_type is known"));
}

}  // namespace
}  // namespace tidemark::cli
