// Every kind of event, both ways: where its predicate just holds, and where it
// just does not. Lower is better; the threshold is 12 unless said.
#include "review/conclusion_events.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/conclusion_rules.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using Class = v1::ConclusionClass;
using Event = v1::ConclusionEvent;
using ::testing::Contains;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// What is declared. Shared by both sides unless a test declares otherwise.
struct Declared {
  v1::Analysis analysis = testing::PainAnalysis();
  v1::Review protocol = testing::ToyReview();

  Declared() {
    for (v1::Outcome& outcome : *protocol.mutable_outcomes()) {
      outcome.clear_thresholds();
    }
    AddThreshold(12, "MID");
  }
  void AddThreshold(double value, const std::string& source) {
    v1::Threshold* threshold = analysis.add_thresholds();
    threshold->set_kind(v1::Threshold::BETWEEN_GROUPS);
    threshold->set_value(value);
    threshold->set_source(source);
  }
};

const Declared& Same() {
  static const auto* const declared = new Declared();
  return *declared;
}

struct Interval {
  double effect;
  double lower;
  double upper;
};

// One component of `a` and `b`.
v1::Estimate Pair(const Interval& interval) {
  v1::Estimate estimate = testing::FromText<v1::Estimate>(R"(
    analysis_id: "pain-6m" treatments: "a" treatments: "b"
    small_values_desirable: true
    components { values { string_value: "a" } values { string_value: "b" } }
    random { relative_effects { first: "a" second: "b" se: 1 } })");
  auto* effect = estimate.mutable_random()->mutable_relative_effects(0);
  effect->set_effect(interval.effect);
  effect->set_lower(interval.lower);
  effect->set_upper(interval.upper);
  return estimate;
}

std::vector<Event> Between(const v1::Estimate& before,
                           const v1::Estimate& after,
                           const Declared& declared_before = Same(),
                           const Declared& declared_after = Same()) {
  const DeclaredEstimate was = {before, &declared_before.analysis,
                                &declared_before.protocol};
  const DeclaredEstimate is = {after, &declared_after.analysis,
                               &declared_after.protocol};
  return ConclusionEvents(&was, is);
}

std::vector<Event> Between(const Interval& before, const Interval& after) {
  return Between(Pair(before), Pair(after));
}

std::vector<Event::Kind> KindsOf(const std::vector<Event>& events) {
  std::vector<Event::Kind> kinds;
  for (const Event& event : events) kinds.push_back(event.kind());
  return kinds;
}

// The only event of a kind; fails the test if it is not there or twice.
Event Only(Event::Kind kind, const std::vector<Event>& events) {
  Event found;
  int count = 0;
  for (const Event& event : events) {
    if (event.kind() != kind) continue;
    found = event;
    ++count;
  }
  EXPECT_EQ(count, 1) << Event::Kind_Name(kind);
  return found;
}

TEST(ConclusionEventsTest, OfTheSameEstimateAreNone) {
  EXPECT_THAT(Between({-20, -30, -10}, {-20, -30, -10}), IsEmpty());
}

TEST(DirectionFlippedTest, NeedsTheOtherSign) {
  EXPECT_THAT(KindsOf(Between({-1, -9, 7}, {0.5, -8, 8})),
              Contains(Event::DIRECTION_FLIPPED));
  EXPECT_THAT(KindsOf(Between({-1, -9, 7}, {-0.5, -8, 8})),
              Not(Contains(Event::DIRECTION_FLIPPED)));
}

TEST(DirectionFlippedTest, IsNoneWhereTheSignIsRounding) {
  EXPECT_THAT(KindsOf(Between({5, -9, 19}, {-1e-14, -8, 8})),
              Not(Contains(Event::DIRECTION_FLIPPED)));
}

TEST(DirectionFlippedTest, IsMajorIfAnIntervalExcludesNoDifference) {
  EXPECT_EQ(Only(Event::DIRECTION_FLIPPED, Between({-5, -9, -1}, {1, -8, 8}))
                .importance(),
            v1::Importance::MAJOR);
  EXPECT_EQ(Only(Event::DIRECTION_FLIPPED, Between({-5, -19, 9}, {1, -8, 8}))
                .importance(),
            v1::Importance::NOTABLE);
}

// The numbers are the same, but now larger ones are better.
TEST(DirectionFlippedTest, FollowsTheDirectionOfTheOutcome) {
  Declared reversed = Same();
  for (v1::Outcome& outcome : *reversed.protocol.mutable_outcomes()) {
    if (outcome.id() == reversed.analysis.outcome()) {
      outcome.set_direction(v1::Outcome::HIGHER_IS_BETTER);
    }
  }
  const v1::Estimate before = Pair({-5, -9, -1});
  v1::Estimate after = before;
  after.set_small_values_desirable(false);
  const auto events = Between(before, after, Same(), reversed);
  EXPECT_THAT(KindsOf(events),
              ElementsAre(Event::MODEL_CHANGED, Event::DIRECTION_FLIPPED));
  EXPECT_EQ(events[0].before().text(), "direction: LOWER_IS_BETTER");
  EXPECT_EQ(events[0].after().text(), "direction: HIGHER_IS_BETTER");
  EXPECT_EQ(events[1].importance(), v1::Importance::MAJOR);
  EXPECT_EQ(events[1].before().class_(), Class::BENEFIT);
  EXPECT_EQ(events[1].after().class_(), Class::HARM);
}

TEST(SignificanceTest, IsGainedAndLost) {
  const Event lost =
      Only(Event::SIGNIFICANCE_LOST, Between({-22, -36, -9}, {-16, -41, 8.5}));
  EXPECT_EQ(lost.before().class_(), Class::BENEFIT);
  EXPECT_EQ(lost.after().class_(), Class::INCONCLUSIVE);
  EXPECT_THAT(lost.distance(), DoubleNear(8.5, 1e-12));
  const Event gained =
      Only(Event::SIGNIFICANCE_GAINED, Between({-16, -41, 8}, {-22, -36, -9}));
  EXPECT_THAT(gained.distance(), DoubleNear(9, 1e-12));
}

TEST(SignificanceTest, StaysWhereBothExcludeOrBothInclude) {
  const auto stays = [](const std::vector<Event>& events) {
    EXPECT_THAT(KindsOf(events), Not(Contains(Event::SIGNIFICANCE_GAINED)));
    EXPECT_THAT(KindsOf(events), Not(Contains(Event::SIGNIFICANCE_LOST)));
  };
  stays(Between({-22, -36, -9}, {-22, -36, -0.01}));
  stays(Between({-22, -36, 0}, {-22, -46, 2}));
}

TEST(ImportanceChangedTest, TellsTheClassesByTheThreshold) {
  // The typing error of the toy network: -9.2 becomes -13.04.
  const Event event =
      Only(Event::IMPORTANCE_CHANGED,
           Between({-22.59, -35.97, -9.20}, {-23.76, -34.49, -13.04}));
  EXPECT_EQ(event.threshold().value(), 12);
  EXPECT_EQ(event.before().class_(), Class::BENEFIT);
  EXPECT_EQ(event.after().class_(), Class::IMPORTANT_BENEFIT);
  EXPECT_THAT(event.distance(), DoubleNear(1.04, 1e-12));
}

TEST(ImportanceChangedTest, LeavesToSignificanceWhatIsNotOfImportance) {
  EXPECT_THAT(KindsOf(Between({-22, -36, -9}, {-21, -41, 8})),
              ElementsAre(Event::SIGNIFICANCE_LOST));
}

TEST(ImportanceChangedTest, TheDistanceIsTheLeastMoveOfAnEndThatMatters) {
  // Within 12 on both sides: to leave, the upper end moves by 2.
  const Event event =
      Only(Event::IMPORTANCE_CHANGED, Between({3, -13, 19}, {2, -6, 10}));
  EXPECT_EQ(event.after().class_(), Class::NO_IMPORTANT_DIFFERENCE);
  EXPECT_THAT(event.distance(), DoubleNear(2, 1e-12));
}

TEST(ImportanceChangedTest, IsOfEachThreshold) {
  Declared two;
  two.AddThreshold(17.5, "another MID");
  const auto events =
      Between(Pair({-30, -41, -11}), Pair({-30, -41, -18}), two, two);
  int changes = 0;
  for (const Event& event : events) {
    changes += event.kind() == Event::IMPORTANCE_CHANGED ? 1 : 0;
  }
  EXPECT_EQ(changes, 2);
}

TEST(EffectShiftedTest, ByHalfOfItself) {
  const Event event =
      Only(Event::EFFECT_SHIFTED, Between({-4, -20, 12}, {-6, -22, 10}));
  EXPECT_FALSE(event.has_threshold());
  EXPECT_EQ(event.distance(), 0);
  EXPECT_THAT(Between({-4, -20, 12}, {-5.99, -21.99, 10.01}), IsEmpty());
}

TEST(EffectShiftedTest, ByHalfOfTheSmallestThreshold) {
  const Event event =
      Only(Event::EFFECT_SHIFTED, Between({-30, -60, 1}, {-36.5, -60, 1}));
  EXPECT_EQ(event.threshold().value(), 12);
  EXPECT_THAT(event.distance(), DoubleNear(0.5, 1e-12));
  EXPECT_THAT(Between({-30, -60, 1}, {-35.9, -60, 1}), IsEmpty());
}

TEST(EffectShiftedTest, FromNothingCountsByTheThresholdOnly) {
  EXPECT_THAT(Between({0, -20, 20}, {5.9, -20, 20}), IsEmpty());
  EXPECT_THAT(KindsOf(Between({0, -20, 20}, {6, -20, 20})),
              ElementsAre(Event::EFFECT_SHIFTED));
}

// `a` leads; `b` cannot be told from it; `c` can.
v1::Estimate Ranked(double score_a, double score_b, double upper_of_ac) {
  v1::Estimate estimate = testing::FromText<v1::Estimate>(R"(
    treatments: "a" treatments: "b" treatments: "c"
    small_values_desirable: true
    components { values { string_value: "a" } values { string_value: "b" }
                 values { string_value: "c" } }
    p_scores { treatment: "a" } p_scores { treatment: "b" }
    p_scores { treatment: "c" random: 0 }
    random {
      relative_effects { first: "a" second: "b" effect: -1 lower: -3 upper: 1 }
      relative_effects { first: "a" second: "c" effect: -4 lower: -6 }
      relative_effects { first: "b" second: "c" effect: -4 lower: -7 upper: -1 }
    })");
  estimate.mutable_p_scores(0)->set_random(score_a);
  estimate.mutable_p_scores(1)->set_random(score_b);
  estimate.mutable_random()->mutable_relative_effects(1)->set_upper(
      upper_of_ac);
  return estimate;
}

TEST(RankChangedTest, IfAnotherTreatmentLeads) {
  const Event event = Only(Event::RANK_CHANGED,
                           Between(Ranked(0.8, 0.7, -1), Ranked(0.7, 0.8, -1)));
  EXPECT_EQ(event.treatment(), "b");
  EXPECT_THAT(Between(Ranked(0.8, 0.7, -1), Ranked(0.8, 0.6, -1)), IsEmpty());
}

TEST(RankChangedTest, IfTheBestRankedSetIsAnother) {
  const Event event = Only(Event::RANK_CHANGED,
                           Between(Ranked(0.8, 0.7, -1), Ranked(0.8, 0.7, 1)));
  EXPECT_THAT(event.before().treatments(), ElementsAre("a", "b"));
  EXPECT_THAT(event.after().treatments(), ElementsAre("a", "b", "c"));
}

v1::Estimate WithI2(double i2) {
  v1::Estimate estimate = Pair({-20, -30, 10});
  estimate.set_i2(i2);
  return estimate;
}

TEST(HeterogeneityJumpedTest, ByAQuarterEitherWay) {
  const Event event =
      Only(Event::HETEROGENEITY_JUMPED, Between(WithI2(0.25), WithI2(0.5)));
  EXPECT_EQ(event.before().value(), 0.25);
  EXPECT_EQ(event.after().value(), 0.5);
  EXPECT_THAT(KindsOf(Between(WithI2(0.5), WithI2(0.25))),
              ElementsAre(Event::HETEROGENEITY_JUMPED));
  EXPECT_THAT(Between(WithI2(0.25), WithI2(0.49)), IsEmpty());
}

v1::Estimate WithTest(double p) {
  v1::Estimate estimate = Pair({-20, -30, 10});
  estimate.set_p_between_random(p);
  return estimate;
}

TEST(IncoherenceTest, AppearsAndIsResolved) {
  const Event appeared =
      Only(Event::INCOHERENCE_APPEARED, Between(WithTest(0.1), WithTest(0.04)));
  EXPECT_EQ(appeared.before().value(), 0.1);
  EXPECT_THAT(appeared.distance(), DoubleNear(0.06, 1e-12));
  EXPECT_THAT(KindsOf(Between(WithTest(0.09), WithTest(0.1))),
              ElementsAre(Event::INCOHERENCE_RESOLVED));
  EXPECT_THAT(Between(WithTest(0.09), WithTest(0.01)), IsEmpty());
  // Without closed loops there is no test, and no incoherence.
  EXPECT_THAT(KindsOf(Between(WithTest(0.09), Pair({-20, -30, 10}))),
              ElementsAre(Event::INCOHERENCE_RESOLVED));
}

// Treatments a, b, c, in one component or with c apart.
v1::Estimate Parts(bool together) {
  return testing::FromText<v1::Estimate>(
      together ? R"(treatments: "a" treatments: "b" treatments: "c"
                    components { values { string_value: "a" }
                                 values { string_value: "b" }
                                 values { string_value: "c" } })"
               : R"(treatments: "a" treatments: "b" treatments: "c"
                    components { values { string_value: "a" }
                                 values { string_value: "b" } }
                    components { values { string_value: "c" } })");
}

TEST(ConnectionTest, IsMadeAndBroken) {
  const Event connected =
      Only(Event::CONNECTED, Between(Parts(false), Parts(true)));
  EXPECT_EQ(connected.before().text(), "{a, b}, {c}");
  EXPECT_EQ(connected.after().text(), "{a, b, c}");
  EXPECT_THAT(KindsOf(Between(Parts(true), Parts(false))),
              ElementsAre(Event::DISCONNECTED));
  EXPECT_THAT(Between(Parts(false), Parts(false)), IsEmpty());
}

TEST(ConnectionTest, IsOfTreatmentsThatWereThereBefore) {
  v1::Estimate apart = testing::FromText<v1::Estimate>(
      R"(treatments: "a" treatments: "b"
         components { values { string_value: "a" }
                      values { string_value: "b" } })");
  EXPECT_THAT(KindsOf(Between(apart, Parts(false))),
              ElementsAre(Event::TREATMENT_ADDED));
  EXPECT_THAT(KindsOf(Between(Parts(false), apart)),
              ElementsAre(Event::TREATMENT_REMOVED));
}

TEST(EstimableTest, BecomesAndBecomesNot) {
  const v1::Estimate nothing;
  const std::vector<Event> made = Between(nothing, Pair({-22, -36, -9}));
  const Event event = Only(Event::BECAME_ESTIMABLE, made);
  EXPECT_EQ(event.before().class_(), Class::NOT_ESTIMABLE);
  EXPECT_FALSE(event.before().has_effect());
  EXPECT_EQ(event.after().class_(), Class::BENEFIT);
  EXPECT_THAT(KindsOf(made),
              ElementsAre(Event::TREATMENT_ADDED, Event::TREATMENT_ADDED,
                          Event::BECAME_ESTIMABLE));
  EXPECT_THAT(KindsOf(Between(Pair({-22, -36, -9}), nothing)),
              ElementsAre(Event::TREATMENT_REMOVED, Event::TREATMENT_REMOVED,
                          Event::BECAME_NOT_ESTIMABLE));
}

TEST(EstimableTest, TheFirstEstimateHasNoneBeforeIt) {
  const DeclaredEstimate first = {Pair({-22, -36, -9}), &Same().analysis,
                                  &Same().protocol};
  EXPECT_THAT(KindsOf(ConclusionEvents(nullptr, first)),
              ElementsAre(Event::TREATMENT_ADDED, Event::TREATMENT_ADDED,
                          Event::BECAME_ESTIMABLE));
}

TEST(ModelChangedTest, NamesTheFieldsThatDiffer) {
  Declared dl = Same();
  dl.analysis.set_tau2_method(v1::Tau2Method::DL);
  const v1::Estimate estimate = Pair({-20, -30, 10});
  const Event event =
      Only(Event::MODEL_CHANGED, Between(estimate, estimate, Same(), dl));
  EXPECT_EQ(event.before().text(), "tau2_method: REML");
  EXPECT_EQ(event.after().text(), "tau2_method: DL");
  Declared renamed = Same();
  renamed.analysis.set_title("another title");
  EXPECT_THAT(Between(estimate, estimate, Same(), renamed), IsEmpty());
}

TEST(ModelChangedTest, EffectsOnAnotherMeasureAreNotCompared) {
  Declared ratio = Same();
  ratio.analysis.set_effect_measure(v1::EffectMeasure::ROM);
  EXPECT_THAT(KindsOf(Between(Pair({-20, -30, 10}), Pair({0.1, -0.3, 0.5}),
                              Same(), ratio)),
              ElementsAre(Event::MODEL_CHANGED));
}

TEST(ThresholdChangedTest, ComesWithTheClassesThatItChanges) {
  Declared larger;
  larger.analysis.mutable_thresholds(0)->set_value(17.5);
  const v1::Estimate estimate = Pair({-23.8, -34.5, -13});
  const auto events = Between(estimate, estimate, Same(), larger);
  EXPECT_THAT(KindsOf(events),
              ElementsAre(Event::THRESHOLD_CHANGED, Event::IMPORTANCE_CHANGED));
  EXPECT_EQ(events[0].before().text(), "12 (MID)");
  EXPECT_EQ(events[0].after().text(), "17.5 (MID)");
  EXPECT_EQ(events[1].before().class_(), Class::IMPORTANT_BENEFIT);
  EXPECT_EQ(events[1].after().class_(), Class::BENEFIT);
}

// A new name does not hide what it does to the classes.
TEST(ThresholdChangedTest, ARenamedThresholdIsPairedByItsPlace) {
  Declared renamed;
  renamed.analysis.mutable_thresholds(0)->set_value(17.5);
  renamed.analysis.mutable_thresholds(0)->set_source("another source");
  const v1::Estimate estimate = Pair({-23.8, -34.5, -13});
  EXPECT_THAT(KindsOf(Between(estimate, estimate, Same(), renamed)),
              ElementsAre(Event::THRESHOLD_CHANGED, Event::IMPORTANCE_CHANGED));
}

// No class was said by a threshold that was not there.
TEST(ThresholdChangedTest, OfANewThresholdThereIsNothingBefore) {
  Declared two;
  two.AddThreshold(17.5, "another MID");
  const v1::Estimate estimate = Pair({-30, -41, -18});
  EXPECT_THAT(KindsOf(Between(estimate, estimate, Same(), two)),
              ElementsAre(Event::THRESHOLD_CHANGED));
}

TEST(NodeMapChangedTest, NamesTheRulesThatDiffer) {
  Declared moved = Same();
  v1::NodeMap* map = nullptr;
  for (v1::NodeMap& each : *moved.protocol.mutable_node_maps()) {
    if (each.id() == moved.analysis.node_map()) map = &each;
  }
  ASSERT_NE(map, nullptr);
  const std::string treatment = map->rules(0).treatment();
  const std::string node = map->rules(0).node();
  map->mutable_rules(0)->set_node("elsewhere");
  const v1::Estimate estimate = Pair({-20, -30, 10});
  const Event event =
      Only(Event::NODE_MAP_CHANGED, Between(estimate, estimate, Same(), moved));
  EXPECT_EQ(event.before().text(),
            map->id() + ": " + treatment + " is " + node);
  EXPECT_EQ(event.after().text(),
            map->id() + ": " + treatment + " is elsewhere");
  Declared titled = Same();
  titled.protocol.mutable_node_maps(0)->set_title("another title");
  EXPECT_THAT(Between(estimate, estimate, Same(), titled), IsEmpty());
}

TEST(ReversedTest, IsTheSameEventOfSecondVersusFirst) {
  const Event event =
      Only(Event::SIGNIFICANCE_LOST, Between({-22, -36, -9}, {-16, -41, 8}));
  const Event reversed = Reversed(event);
  EXPECT_EQ(reversed.first(), "b");
  EXPECT_EQ(reversed.second(), "a");
  EXPECT_EQ(reversed.before().effect(), 22);
  EXPECT_EQ(reversed.before().lower(), 9);
  EXPECT_EQ(reversed.before().upper(), 36);
  EXPECT_EQ(reversed.before().class_(), Class::HARM);
  EXPECT_EQ(Reversed(reversed).SerializeAsString(), event.SerializeAsString());
}

TEST(ConclusionEventsTest, HaveTheImportanceOfTheirRule) {
  std::set<Event::Kind> seen;
  for (const auto& events :
       {Between({-5, -9, -1}, {1, -8, 8}), Between({5, -9, 10}, {10, 1, 18}),
        Between({-20, -30, -13}, {-20, -30, -11}),
        Between(Parts(true), Parts(false))}) {
    for (const Event& event : events) {
      EXPECT_EQ(event.importance(), RuleOf(event.kind()).importance);
      seen.insert(event.kind());
    }
  }
  EXPECT_GE(seen.size(), 5U);
}

}  // namespace
}  // namespace tidemark::review
