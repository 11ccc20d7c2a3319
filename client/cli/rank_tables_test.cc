#include "client/cli/rank_tables.h"

#include <string>

#include "client/cli/comparison.h"
#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Two components: ha (reference) and msc; x (reference) and y.
v1::Estimate TwoComponents() {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(
        analysis_id: "pain" sequence: 3 level: 0.95
        treatments: "ha" treatments: "msc" treatments: "x" treatments: "y"
        effect_measure: MD
        small_values_desirable: true
        random {
          effects: 0 effects: -13 effects: 0 effects: 2
          pair_variances: 1
          pair_variances: 0 pair_variances: 0
          pair_variances: 0 pair_variances: 0 pair_variances: 4
        }
        p_scores { treatment: "ha" random: 0 }
        p_scores { treatment: "msc" random: 1 }
        p_scores { treatment: "x" random: 0.8 }
        p_scores { treatment: "y" random: 0.2 }
        components {
          values { string_value: "ha" } values { string_value: "msc" }
        }
        components {
          values { string_value: "x" } values { string_value: "y" }
        }
        component_heterogeneity { reference: "ha" }
        component_heterogeneity { reference: "x" }
      )",
      &estimate));
  return estimate;
}

TEST(RankTableTest, EachRankHasAnEffectVersusItsReference) {
  const Table table = RankTable(TwoComponents(), Model::kRandom);
  EXPECT_THAT(AsPlainRows(table),
              AllOf(HasSubstr("1\tmsc\t1\tha\tMD\t-13\t-14.9"),
                    HasSubstr("2\tx\t0.8\tx\t\t\t"),
                    HasSubstr("3\ty\t0.2\tx\tMD\t2\t-1.9"),
                    HasSubstr("4\tha\t0\tha\t\t\t")));
  EXPECT_THAT(
      AsTable(table, false),
      AllOf(HasSubstr("versus"), HasSubstr("-13.000 [-14.960, -11.040]"),
            HasSubstr("favours msc"), HasSubstr("reference"),
            HasSubstr("first minus second; MD; lower is better")));
}

}  // namespace
}  // namespace tidemark::cli
