#include "client/cli/explain_tables.h"

#include <string>

#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

template <typename Message>
Message FromText(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

v1::ExplainRequest Request() {
  return FromText<v1::ExplainRequest>(
      R"(analysis_id: "pain-6m" first: "msc" second: "ha")");
}

// A trial that makes the comparison, one that moves it, a new protocol.
v1::ExplainResponse Explanation() {
  return FromText<v1::ExplainResponse>(R"pb(
    from_sequence: 2
    to_sequence: 9
    after { effect: -16 lower: -40 upper: 8 }
    rule { effect_measure: MD small_values_desirable: true level: 0.95 }
    unmoved: 1
    steps {
      cause {
        sequence: 3
        action: "trials.submit"
        resource: "trials/alpha"
        actor: "ada"
        reason: "first search"
      }
      after { effect: -22 lower: -36 upper: -9 }
      leave_out {}
      events { kind: BECAME_ESTIMABLE first: "msc" second: "ha" }
    }
    steps {
      cause {
        sequence: 5
        action: "trials.correct"
        resource: "trials/beta"
        actor: "ben"
        reason: "SE"
      }
      before { effect: -22 lower: -36 upper: -9 }
      after { effect: -17 lower: -40 upper: 8 }
      change: 5
      leave_out {
        effect { effect: -20 lower: -30 upper: -9 }
        change: 4
      }
      events { kind: SIGNIFICANCE_LOST first: "msc" second: "ha" }
    }
    steps {
      cause { sequence: 7 action: "review.update" resource: "review" }
      before { effect: -17 lower: -40 upper: 8 }
      after { effect: -16 lower: -40 upper: 8 }
      change: 1
      leave_out { not_applicable: "the entry wrote the protocol" }
    }
  )pb");
}

TEST(StepsTableTest, PutsTheTwoChangesSideBySide) {
  const std::string table =
      AsTable(StepsTable(Request(), Explanation()), /*bold=*/false);
  EXPECT_THAT(
      table,
      AllOf(StartsWith("msc versus ha, pain-6m: first minus second; MD; lower "
                       "is better; random effects; 95% intervals; sequence 2 "
                       "-> 9\n"),
            HasSubstr("trials.correct trials/beta by ben: SE"),
            HasSubstr("+5.00"), HasSubstr("+4.00"), HasSubstr("n/a"),
            HasSubstr("makes it estimable"), HasSubstr("SIGNIFICANCE_LOST")));
}

TEST(StepsTableTest, RowsHaveEveryNumberAndWhyOneIsMissing) {
  const std::string rows = AsPlainRows(StepsTable(Request(), Explanation()));
  EXPECT_THAT(rows, HasSubstr("\t-22\t-36\t-9\t-17\t-40\t8\t5\t4\t-20\t-30\t-9"
                              "\t\tSIGNIFICANCE_LOST\t"));
  EXPECT_THAT(rows, HasSubstr("\tthe entry wrote the protocol\t"));
}

// A measure that the analysis got when it had another one.
v1::ExplainResponse OnAnotherScale() {
  return FromText<v1::ExplainResponse>(R"pb(
    from_sequence: 4
    to_sequence: 5
    before { effect: -22 lower: -36 upper: -9 }
    after { effect: -0.5 lower: -0.9 upper: -0.1 }
    rule { effect_measure: SMD small_values_desirable: true level: 0.95 }
    steps {
      cause { sequence: 5 action: "analyses.put" }
      before { effect: -22 lower: -36 upper: -9 }
      after { effect: -0.5 lower: -0.9 upper: -0.1 }
      leave_out { effect { effect: -22 lower: -36 upper: -9 } }
      events {
        kind: MODEL_CHANGED
        before { text: "effect_measure: MD" }
        after { text: "effect_measure: SMD smd_method: HEDGES" }
      }
    }
  )pb");
}

TEST(StepsTableTest, NothingIsSubtractedAcrossScales) {
  const v1::ExplainResponse explanation = OnAnotherScale();
  const std::string table =
      AsTable(StepsTable(Request(), explanation), /*bold=*/false);
  EXPECT_THAT(table, AllOf(HasSubstr("MODEL_CHANGED MD -> SMD"),
                           HasSubstr("other scale"), Not(HasSubstr("21.5")),
                           Not(HasSubstr("makes it estimable"))));
  EXPECT_THAT(AsPlainRows(StepsTable(Request(), explanation)),
              HasSubstr("\t-0.1\t\t\t-22\t-36\t-9\t\tMODEL_CHANGED\t"));
  EXPECT_THAT(ExplainNotes(explanation)[0], Not(HasSubstr("change")));
}

TEST(ExplainNotesTest, SayTheTotalAndThatTheOrderMatters) {
  EXPECT_THAT(ExplainNotes(Explanation()),
              ElementsAre(StartsWith("total: not estimable -> -16"),
                          "1 other entry gave a new estimate and did not move "
                          "it",
                          HasSubstr("in another order they would be others"),
                          HasSubstr("do not sum")));
  v1::ExplainResponse moved = Explanation();
  moved.mutable_before()->set_effect(-20);
  EXPECT_THAT(ExplainNotes(moved)[0], HasSubstr("change +4.00"));
}

}  // namespace
}  // namespace tidemark::cli
