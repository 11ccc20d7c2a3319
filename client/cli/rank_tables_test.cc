#include "client/cli/rank_tables.h"

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "client/cli/comparison.h"
#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

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
              AllOf(StartsWith("1\tmsc\t1\tha\tMD\t-13\t-14.9"),
                    HasSubstr("\n2\tha\t0\tha\t\t\t"),
                    HasSubstr("\n1\tx\t0.8\tx\t\t\t"),
                    HasSubstr("\n2\ty\t0.2\tx\tMD\t2\t-1.9")));
  EXPECT_THAT(
      AsTable(table, false),
      AllOf(HasSubstr("versus"), HasSubstr("-13.000 [-14.960, -11.040]"),
            HasSubstr("favours msc"), HasSubstr("reference"),
            HasSubstr("first minus second; MD; lower is better")));
}

constexpr char kRankings[] = R"pb(
  random {
    rankings {
      ranks {
        treatment: "ha"
        mean_rank: 2
        median_rank: 2
        probabilities: 0
        probabilities: 1
      }
      ranks {
        treatment: "msc"
        mean_rank: 1
        median_rank: 1
        probabilities: 1
        probabilities: 0
      }
      poth: 0.75
      probability_error: 0.001
    }
    rankings {
      ranks { treatment: "x" mean_rank: 1.25 median_rank: 1 }
      ranks { treatment: "y" mean_rank: 1.75 median_rank: 2 }
      poth: 0.25
    }
  }
)pb";

v1::Estimate WithRankings() {
  v1::Estimate rankings;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(kRankings, &rankings));
  v1::Estimate estimate = TwoComponents();
  estimate.MergeFrom(rankings);
  return estimate;
}

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

TEST(RankTableTest, RowsSayWhichPartTheyAreOfAndItsPoth) {
  EXPECT_THAT(
      Lines(AsPlainRows(RankTable(WithRankings(), Model::kRandom))),
      ElementsAre(EndsWith("\t1\t1\t0.75\tha"), EndsWith("\t2\t2\t0.75\tha"),
                  EndsWith("\t1.25\t1\t0.25\tx"),
                  EndsWith("\t1.75\t2\t0.25\tx")));
}

TEST(RankTableTest, PeopleSeePartsIfThereAreSeveral) {
  v1::Estimate estimate = WithRankings();
  EXPECT_THAT(AsTable(RankTable(estimate, Model::kRandom), false),
              AllOf(HasSubstr("  part"), Not(HasSubstr("poth"))));
  estimate.mutable_components()->RemoveLast();
  EXPECT_THAT(AsTable(RankTable(estimate, Model::kRandom), false),
              Not(HasSubstr("  part")));
}

TEST(RankProbabilitiesTableTest, EachRowStandsOnItsOwn) {
  EXPECT_EQ(AsCsv(RankProbabilitiesTable(WithRankings(), Model::kRandom)),
            "treatment,rank,probability,error,p_score,mean_rank,median_rank,"
            "p_score_mid,poth,part\n"
            "msc,1,1,0.001,1,1,1,,0.75,ha\n"
            "msc,2,0,0.001,1,1,1,,0.75,ha\n"
            "ha,1,0,0.001,0,2,2,,0.75,ha\n"
            "ha,2,1,0.001,0,2,2,,0.75,ha\n");
}

}  // namespace
}  // namespace tidemark::cli
