#include "client/cli/influence_tables.h"

#include <cstddef>
#include <string>

#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

v1::Estimate FromText(const std::string& text) {
  v1::Estimate estimate;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &estimate));
  return estimate;
}

v1::Estimate Example() {
  return FromText(R"(
    effect_measure: MD level: 0.95 small_values_desirable: true
    leave_one_out {
      effects { first: "b" second: "a" effect: 1 se: 1 lower: -1 upper: 3 }
      effects { first: "c" second: "a" effect: 2 se: 1 lower: 0.5 upper: 3 }
      thresholds { value: 5 }
      studies {
        study: "mild" rest { tau2: 0.5 }
        effects { first: "b" second: "a" effect: 1.5 change: 0.5 shift: 0.5 }
        effects { first: "c" second: "a" effect: 1 change: -1 shift: -1 }
      }
      studies {
        study: "strong" rest { tau2: 0.25 }
        effects { first: "b" second: "a" effect: 3 change: 2 shift: 2 }
        effects { first: "c" second: "a" effect: 2 change: 0 shift: 0 }
        class_changes_total: 3
        class_changes {
          before { first: "a" second: "b" class: BENEFIT
                   by_threshold: IMPORTANT_BENEFIT }
          after { first: "a" second: "b" class: BENEFIT by_threshold: BENEFIT }
        }
      }
      studies {
        study: "bridge" treatments_lost: "c"
        rest { tau2: 1 } rest { tau2: 2 }
        effects { first: "b" second: "a" effect: 1 change: 0 shift: 0 }
        effects { first: "c" second: "a" not_estimable: "no other study has c" }
      }
    })");
}

// What programs read in a column.
std::string CellOf(const Table& table, size_t row, const std::string& column) {
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].name == column) return table.rows[row][c].exact;
  }
  ADD_FAILURE() << "no column " << column;
  return "";
}

TEST(InfluenceTableTest, HasTheMostInfluentialStudyFirst) {
  const Table table = InfluenceTable(Example());
  ASSERT_THAT(table.rows, SizeIs(3));
  EXPECT_EQ(table.rows[0][0].shown, "bridge");
  EXPECT_EQ(CellOf(table, 0, "note"), "no other study has c");
  EXPECT_EQ(table.rows[1][0].shown, "strong");
  EXPECT_EQ(table.rows[1][1].shown, "b");
  EXPECT_EQ(table.rows[2][0].shown, "mild");
  EXPECT_EQ(table.rows[2][1].shown, "c");
  EXPECT_THAT(table.title, AllOf(HasSubstr("first minus second"),
                                 HasSubstr("change = MD without less with")));
  for (const auto& row : table.rows) {
    EXPECT_EQ(row.size(), table.columns.size());
  }
}

TEST(InfluenceTableTest, OfOneComparisonSaysItAboveTheTable) {
  v1::Estimate estimate = Example();
  v1::LeaveOneOut* leave_one_out = estimate.mutable_leave_one_out();
  leave_one_out->mutable_effects()->RemoveLast();
  for (v1::WithoutStudy& study : *leave_one_out->mutable_studies()) {
    study.mutable_effects()->RemoveLast();
  }
  EXPECT_THAT(InfluenceTable(estimate).title,
              HasSubstr("b versus a, with all studies MD 1.00 [-1.00, 3.00]"));
}

TEST(InfluenceTableTest, OfARatioShowsItBesideItsLogarithm) {
  v1::Estimate estimate = Example();
  estimate.set_effect_measure(v1::EffectMeasure::OR);
  const Table table = InfluenceTable(estimate);
  EXPECT_THAT(table.title,
              HasSubstr("first minus second on the log scale; OR"));
  EXPECT_THAT(AsTable(table, false),
              AllOf(HasSubstr("log OR without it"), HasSubstr("20.09")));
  EXPECT_EQ(CellOf(table, 1, "effect"), "3");
  EXPECT_THAT(CellOf(table, 1, "ratio"), StartsWith("20.0855"));
  EXPECT_EQ(CellOf(table, 1, "measure"), "OR");
  EXPECT_EQ(CellOf(table, 1, "rule"),
            "first minus second on the log scale; OR; lower is better");
}

TEST(InfluenceTableTest, ProgramsGetQAndTheRanksOfEachTreatment) {
  v1::Estimate estimate = Example();
  estimate.add_treatments("a");
  estimate.add_treatments("c");
  v1::WithoutStudy* bridge =
      estimate.mutable_leave_one_out()->mutable_studies(2);
  bridge->set_q(12.5);
  bridge->set_df(4);
  v1::RankWithout* rank = bridge->add_ranks();
  rank->set_treatment("a");
  rank->set_p_score(0.75);
  rank->set_mean_rank(1.25);
  const Table table = InfluenceTable(estimate);
  EXPECT_EQ(CellOf(table, 0, "q"), "12.5");
  EXPECT_EQ(CellOf(table, 0, "df"), "4");
  EXPECT_EQ(CellOf(table, 0, "a_p_score"), "0.75");
  EXPECT_EQ(CellOf(table, 0, "a_mean_rank"), "1.25");
  EXPECT_EQ(CellOf(table, 0, "c_p_score"), "");
  EXPECT_THAT(AsTable(table, false), Not(HasSubstr("p_score")));
}

TEST(ChangesTableTest, SaysWhatIsConcludedOtherwiseAndHowMuchMore) {
  const Table table = ChangesTable(Example());
  ASSERT_THAT(table.rows, SizeIs(2));
  // It is b versus a that is followed, though classes are of a versus b.
  EXPECT_EQ(table.rows[0][1].shown, "b versus a");
  EXPECT_EQ(table.rows[0][2].shown, "harm; by 5: important harm");
  EXPECT_EQ(table.rows[0][3].shown, "harm");
  EXPECT_EQ(table.rows[1][1].shown, "2 more comparisons");
}

}  // namespace
}  // namespace tidemark::cli
