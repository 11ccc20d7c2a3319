#include "client/cli/comparison_change.h"

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

v1::RelativeEffect Effect(double effect, double lower, double upper) {
  v1::RelativeEffect comparison;
  comparison.set_effect(effect);
  comparison.set_lower(lower);
  comparison.set_upper(upper);
  return comparison;
}

// The table of one change.
Table TableOf(const v1::RelativeEffect* before,
              const v1::RelativeEffect* after) {
  return {"", ChangeColumns(), {ChangeCells(before, after, true)}};
}

TEST(ChangeCellsTest, PeopleSeeIntervalsAndProgramsNumbers) {
  const v1::RelativeEffect before = Effect(-22.59, -35.98, -9.2);
  const v1::RelativeEffect after = Effect(-16, -40.59, 8.59);
  EXPECT_EQ(AsTableRows(TableOf(&before, &after)),
            "-22.59 [-35.98, -9.20]  -16.0 [-40.6, 8.6]  +6.59\n");
  EXPECT_EQ(AsPlainRows(TableOf(&before, &after)),
            "-22.59\t-35.98\t-9.2\t-16\t-40.59\t8.59\t6.59\n");
}

TEST(ChangeCellsTest, WhatIsNotEstimableHasNoChange) {
  const v1::RelativeEffect effect = Effect(-16, -40.59, 8.59);
  EXPECT_EQ(AsPlainRows(TableOf(nullptr, &effect)),
            "\t\t\t-16\t-40.59\t8.59\t\n");
  EXPECT_EQ(ChangeCells(&effect, nullptr, true)[1].shown, "-");
}

TEST(ChangeCellsTest, RoundingIsNoChange) {
  const v1::RelativeEffect before = Effect(-16, -40, 8);
  const v1::RelativeEffect after = Effect(-16 - 1e-12, -30, 0);
  EXPECT_EQ(ChangeCells(&before, &after, true).back().exact, "0");
  EXPECT_EQ(SignedNumber(-6.59).shown, "-6.59");
}

TEST(ScaleChangeTest, IsOfOutcomeOrMeasureAndLeavesNoChange) {
  v1::ConclusionEvent event;
  event.set_kind(v1::ConclusionEvent::MODEL_CHANGED);
  event.mutable_before()->set_text("tau2_method: REML");
  event.mutable_after()->set_text("tau2_method: DL");
  EXPECT_EQ(ScaleChange(event), "");
  event.mutable_before()->set_text("outcome: \"pain\" effect_measure: MD");
  event.mutable_after()->set_text(
      "outcome: \"function\" effect_measure: SMD smd_method: HEDGES");
  EXPECT_EQ(ScaleChange(event), "pain -> function, MD -> SMD");
  google::protobuf::RepeatedPtrField<v1::ConclusionEvent> events;
  EXPECT_TRUE(KeepScale(events));
  *events.Add() = event;
  EXPECT_FALSE(KeepScale(events));
  const v1::RelativeEffect effect = Effect(-16, -40, 8);
  EXPECT_EQ(ChangeCells(&effect, &effect, false).back().exact, "");
}

TEST(KindsOfTest, OfOneComparisonWhicheverWayRoundEachOnce) {
  google::protobuf::RepeatedPtrField<v1::ConclusionEvent> events;
  const auto add = [&](v1::ConclusionEvent::Kind kind, const char* first,
                       const char* second) {
    v1::ConclusionEvent* event = events.Add();
    event->set_kind(kind);
    event->set_first(first);
    event->set_second(second);
  };
  add(v1::ConclusionEvent::SIGNIFICANCE_LOST, "ha", "msc");
  add(v1::ConclusionEvent::IMPORTANCE_CHANGED, "ha", "msc");
  add(v1::ConclusionEvent::IMPORTANCE_CHANGED, "ha", "msc");
  add(v1::ConclusionEvent::EFFECT_SHIFTED, "ha", "saline");
  add(v1::ConclusionEvent::RANK_CHANGED, "", "");
  EXPECT_EQ(KindsOf(events, "msc", "ha"),
            "SIGNIFICANCE_LOST, IMPORTANCE_CHANGED");
  EXPECT_EQ(KindsOf(events, "msc", "saline"), "");
}

}  // namespace
}  // namespace tidemark::cli
