#include "client/cli/diff_tables.h"

#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

v1::DiffResponse Diff(const char* text) {
  v1::DiffResponse diff;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &diff));
  return diff;
}

TEST(RecordsTableTest, ARowForEachFieldAndOneForWhatIsNew) {
  const Table table = RecordsTable(Diff(R"pb(
    records {
      resource: "trials/beta"
      version_before: 1
      version_after: 3
      fields {
        path: "results[pain/6m/ha].continuous.sd"
        before: "1.6"
        after: "16"
      }
      fields { path: "notice" after: "10.1000/notice" }
    }
    records { resource: "trials/gamma" version_after: 1 }
  )pb"));
  EXPECT_EQ(AsPlainRows(table),
            "trials/beta\t1\t3\tresults[pain/6m/ha].continuous.sd\t1.6\t16\n"
            "trials/beta\t1\t3\tnotice\t\t10.1000/notice\n"
            "trials/gamma\t0\t1\t\t\tnew\n");
  EXPECT_THAT(AsTable(table, false),
              AllOf(HasSubstr("trials/beta   1 -> 3"),
                    HasSubstr("trials/gamma  none -> 1")));
}

constexpr char kMoved[] = R"pb(
  estimates {
    analysis_id: "pain-6m"
    sequence_before: 41
    sequence_after: 42
    before { effect_measure: MD small_values_desirable: true level: 0.95 }
    after { effect_measure: MD small_values_desirable: true level: 0.95 }
    comparisons {
      before {
        first: "msc2"
        second: "ha"
        effect: -22.59
        lower: -35.98
        upper: -9.20
      }
      after { first: "msc2" second: "ha" effect: -16 lower: -40.59 upper: 8.59 }
    }
    comparisons {
      before { first: "msc2" second: "saline" effect: -17 lower: -27 upper: -8 }
    }
    events {
      kind: SIGNIFICANCE_LOST
      importance: MAJOR
      first: "msc2"
      second: "ha"
    }
    events { kind: TREATMENT_REMOVED importance: NOTABLE treatment: "saline" }
  }
)pb";

TEST(EstimateDiffTablesTest, SaysWhatMovedAndWhatThatMeans) {
  const auto tables = EstimateDiffTables(Diff(kMoved));
  ASSERT_THAT(tables, SizeIs(1));
  EXPECT_EQ(AsTable(tables[0], false),
            "pain-6m: first minus second; MD; lower is better; 95% intervals; "
            "sequence 41 -> 42\n"
            "first  second  before                  after               "
            "change  events\n"
            "msc2   ha      -22.59 [-35.98, -9.20]  -16.0 [-40.6, 8.6]   "
            "+6.59  SIGNIFICANCE_LOST\n"
            "msc2   saline  -17.00 [-27.00, -8.00]  -\n");
}

TEST(EstimateDiffTablesTest, NothingIsSubtractedAcrossScales) {
  v1::DiffResponse diff = Diff(kMoved);
  v1::ConclusionEvent* event = diff.mutable_estimates(0)->add_events();
  event->set_kind(v1::ConclusionEvent::MODEL_CHANGED);
  event->mutable_before()->set_text("outcome: \"function\"");
  event->mutable_after()->set_text("outcome: \"pain\"");
  EXPECT_THAT(AsTable(EstimateDiffTables(diff).at(0), false),
              AllOf(HasSubstr("-16.0"), Not(HasSubstr("6.59"))));
}

TEST(NetworkEventLinesTest, SayWhichAnalysis) {
  EXPECT_THAT(NetworkEventLines(Diff(kMoved)),
              ElementsAre("pain-6m: TREATMENT_REMOVED  saline  (notable)"));
}

TEST(EstimateDiffTablesTest, WhatDidNotMoveIsNotThere) {
  v1::DiffResponse diff = Diff(kMoved);
  diff.mutable_estimates(0)->clear_comparisons();
  diff.mutable_estimates(0)->clear_events();
  EXPECT_THAT(EstimateDiffTables(diff), IsEmpty());
}

}  // namespace
}  // namespace tidemark::cli
