#include "client/cli/event_text.h"

#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;

v1::ConclusionEvent Event(const std::string& text) {
  v1::ConclusionEvent event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &event));
  return event;
}

constexpr char kLost[] = R"(
    kind: SIGNIFICANCE_LOST importance: MAJOR analysis_id: "pain" sequence: 7
    first: "msc2" second: "ha"
    before { effect: -22.588 lower: -35.974 upper: -9.202 class: BENEFIT }
    after { effect: -16 lower: -40.58 upper: 8.58 class: INCONCLUSIVE }
    distance: 8.58)";

TEST(EventTextTest, AComparisonShowsBothTreatmentsEffectsAndClasses) {
  EXPECT_EQ(ShownEvent(Event(kLost)),
            "SIGNIFICANCE_LOST  msc2 versus ha  -22.59 [-35.97, -9.20] -> "
            "-16.0 [-40.6, 8.6]  benefit -> inconclusive  (major)");
}

TEST(EventTextTest, AnEffectWithoutIntervalStandsAlone) {
  EXPECT_EQ(ShownEvent(Event(R"(
      kind: EFFECT_SHIFTED importance: NOTABLE first: "a" second: "b"
      before { effect: 1 class: INCONCLUSIVE }
      after { effect: 2 class: INCONCLUSIVE }
      threshold { kind: BETWEEN_GROUPS value: 1.5 })")),
            "EFFECT_SHIFTED  a versus b  1.00 -> 2.00  inconclusive  "
            "threshold 1.5  (notable)");
}

TEST(EventTextTest, AComparisonThatWasNotThereHasNoEffectBefore) {
  EXPECT_EQ(
      ShownEvent(Event(R"(
          kind: BECAME_ESTIMABLE importance: MAJOR first: "a" second: "b"
          before { class: NOT_ESTIMABLE }
          after { effect: 1 lower: -1 upper: 3 class: INCONCLUSIVE })")),
      "BECAME_ESTIMABLE  a versus b  none -> 1.00 [-1.00, 3.00]  not estimable "
      "-> inconclusive  (major)");
}

TEST(EventTextTest, NumbersOfTheNetworkAreNamed) {
  EXPECT_EQ(ShownEvent(Event(R"(
      kind: HETEROGENEITY_JUMPED importance: NOTABLE
      before { value: 0.125 } after { value: 0.5 })")),
            "HETEROGENEITY_JUMPED  whole network  I2 0.125 -> I2 0.500  "
            "(notable)");
  EXPECT_THAT(ShownEvent(Event(R"(
      kind: INCOHERENCE_APPEARED before { value: 0.5 } after { value: 0.01 })")),
              HasSubstr("p 0.5000 -> p 0.0100"));
}

TEST(EventTextTest, RanksShowTheBestRankedSets) {
  EXPECT_EQ(ShownEvent(Event(R"(
      kind: RANK_CHANGED importance: MINOR treatment: "a"
      before { treatments: ["a", "b"] } after { treatments: "a" })")),
            "RANK_CHANGED  a  a, b -> a  (minor)");
}

TEST(EventTextTest, WordsOfASideAreShown) {
  EXPECT_THAT(ShownEvent(Event(R"(
      kind: DISCONNECTED before { text: "a, b, c" } after { text: "a, b | c" })")),
              HasSubstr("whole network  a, b, c -> a, b | c"));
}

TEST(EventTextTest, EveryColumnHasACell) {
  const auto event = Event(kLost);
  ASSERT_EQ(EventColumns().size(), EventCells(event).size());
  const Table table = {"", EventColumns(), {EventCells(event)}};
  EXPECT_THAT(AsCsv(table),
              HasSubstr("7,pain,SIGNIFICANCE_LOST,major,msc2,ha,,-22.588,"
                        "-35.974,-9.202,benefit,,,-16,-40.58,8.58,inconclusive,"
                        ",,,8.58"));
  EXPECT_THAT(AsTable(table, false), HasSubstr("msc2 versus ha"));
}

}  // namespace
}  // namespace tidemark::cli
