#include "review/plan_release.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/plan_change.h"
#include "review/review_state.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::review {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FromText;
using ::testing::HasSubstr;
using testing::StatusIs;

constexpr char kReview[] = "toy";

// As a client asks.
v1::MakeRelease Asked(const std::string& tag, int64_t sequence,
                      v1::ConclusionsChanged::Code declared =
                          v1::ConclusionsChanged::UNSPECIFIED) {
  v1::MakeRelease release;
  release.set_tag(tag);
  release.set_sequence(sequence);
  release.set_declared(declared);
  return release;
}

v1::Change ChangeOf(const v1::MakeRelease& release) {
  v1::Change change;
  *change.mutable_make_release() = release;
  return change;
}

v1::ConclusionEvent Major() {
  return FromText<v1::ConclusionEvent>(
      "kind: SIGNIFICANCE_LOST importance: MAJOR analysis_id: 'pain-6m' "
      "first: 'ha' second: 'msc1' sequence: 9");
}

v1::ConclusionEvent Notable() {
  return FromText<v1::ConclusionEvent>(
      "kind: EFFECT_SHIFTED importance: NOTABLE analysis_id: 'pain-6m'");
}

void Apply(ReviewState& state, const Delta& delta) {
  EntryContext entry;
  entry.sequence = state.sequence() + 1;
  entry.time.set_seconds(1000 + entry.sequence);
  entry.actor = "ana";
  entry.reason = absl::StrCat("reason ", entry.sequence);
  state.Apply(delta, entry);
}

// A review of `size` entries, of which only the protocol matters.
ReviewState StateOf(int64_t size) {
  ReviewState state;
  Delta protocol;
  protocol.protocol = testing::ToyReview();
  protocol.protocol_version = 1;
  Apply(state, protocol);
  while (state.sequence() < size) Apply(state, Delta());
  return state;
}

// Makes a release as a server does, of which no event is MAJOR.
void Make(ReviewState& state, const std::string& tag, int64_t sequence) {
  v1::MakeRelease release = Asked(tag, sequence);
  ASSERT_OK(HoldAgainstEvents(state, {}, &release));
  ASSERT_OK_AND_ASSIGN(const PlannedChange plan,
                       PlanChange(state, kReview, ChangeOf(release), Author()));
  Apply(state, plan.delta);
}

TEST(ReleaseBeforeTest, IsOfTheLargestSmallerSequence) {
  ReviewState state = StateOf(10);
  EXPECT_EQ(ReleaseBefore(state, 10), nullptr);
  Make(state, "b", 7);
  Make(state, "a", 3);  // made later, of an earlier state
  Make(state, "b-again", 7);
  EXPECT_EQ(ReleaseBefore(state, 3), nullptr);
  EXPECT_EQ(ReleaseBefore(state, 4)->tag(), "a");
  EXPECT_EQ(ReleaseBefore(state, 7)->tag(), "a");
  // Of two of one sequence, the one made first.
  EXPECT_EQ(ReleaseBefore(state, 8)->tag(), "b");
}

TEST(CheckReleaseTest, TagSequenceAndDeclarationMustBeRight) {
  ReviewState state = StateOf(5);
  const auto fields = [&](const v1::MakeRelease& release) {
    return testing::FieldsOf(CheckRelease(state, release, 5));
  };
  EXPECT_OK(CheckRelease(state, Asked("2026.2_rc-1", 5), 5));
  EXPECT_OK(CheckRelease(state, Asked(std::string(64, 'a'), 1), 5));
  for (const std::string& tag :
       {std::string(), std::string("A"), std::string("a..b"),
        std::string("a/b"), std::string(65, 'a')}) {
    EXPECT_THAT(fields(Asked(tag, 5)), ElementsAre("make_release.tag")) << tag;
  }
  for (const int64_t sequence : {-1, 0, 6}) {
    EXPECT_THAT(fields(Asked("a", sequence)),
                ElementsAre("make_release.sequence"));
  }
  EXPECT_THAT(
      fields(Asked("a", 5, static_cast<v1::ConclusionsChanged::Code>(9))),
      ElementsAre("make_release.declared"));
}

TEST(CheckReleaseTest, ATagIsUsedOnce) {
  ReviewState state = StateOf(5);
  Make(state, "2026.1", 4);
  EXPECT_THAT(CheckRelease(state, Asked("2026.1", 5), 5),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"2026.1\" is the tag of sequence 4 since "
                                 "sequence 6")));
}

TEST(HoldAgainstEventsTest, OnlyMajorEventsChangeConclusions) {
  const ReviewState state = StateOf(5);
  v1::MakeRelease release = Asked("a", 5);
  ASSERT_OK(HoldAgainstEvents(state, {Notable(), Notable()}, &release));
  EXPECT_EQ(release.declared(), v1::ConclusionsChanged::AUTO);
  EXPECT_FALSE(release.conclusions_changed());
  EXPECT_EQ(release.major_events(), 0);
  ASSERT_OK(HoldAgainstEvents(state, {Notable(), Major(), Major()}, &release));
  EXPECT_TRUE(release.conclusions_changed());
  EXPECT_EQ(release.major_events(), 2);
}

TEST(HoldAgainstEventsTest, WhatAClientSaysOfEventsIsIgnored) {
  ReviewState state = StateOf(5);
  Make(state, "first", 3);
  v1::MakeRelease release = Asked("a", 5, v1::ConclusionsChanged::NO);
  release.set_conclusions_changed(true);
  release.set_major_events(7);
  release.set_predecessor("made-up");
  ASSERT_OK(HoldAgainstEvents(state, {}, &release));
  EXPECT_FALSE(release.conclusions_changed());
  EXPECT_EQ(release.major_events(), 0);
  EXPECT_EQ(release.predecessor(), "first");
}

TEST(HoldAgainstEventsTest, NoAgainstMajorEventsIsRefusedWithThem) {
  ReviewState state = StateOf(5);
  Make(state, "first", 3);
  v1::MakeRelease release = Asked("a", 5, v1::ConclusionsChanged::NO);
  const absl::Status refused =
      HoldAgainstEvents(state, {Notable(), Major()}, &release);
  EXPECT_THAT(
      refused,
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("between release \"first\" (sequence 3) and "
                               "sequence 5 are 1"),
                     HasSubstr("declare YES or AUTO"))));
  const auto details = testing::BadRequestOf(refused);
  ASSERT_EQ(details.field_violations_size(), 2);
  EXPECT_EQ(details.field_violations(1).field(), "make_release.declared");
  EXPECT_EQ(details.field_violations(1).description(),
            "SIGNIFICANCE_LOST in pain-6m: ha versus msc1");
}

TEST(HoldAgainstEventsTest, ARefusalNamesTheFirstTenEventsOnly) {
  v1::MakeRelease release = Asked("a", 5, v1::ConclusionsChanged::NO);
  const absl::Status refused = HoldAgainstEvents(
      StateOf(5), std::vector<v1::ConclusionEvent>(40, Major()), &release);
  EXPECT_EQ(testing::BadRequestOf(refused).field_violations_size(), 11);
  EXPECT_THAT(refused.message(), HasSubstr("and sequence 5 are 40"));
}

TEST(HoldAgainstEventsTest, YesWithoutMajorEventsIsRefused) {
  v1::MakeRelease release = Asked("a", 5, v1::ConclusionsChanged::YES);
  EXPECT_THAT(
      HoldAgainstEvents(StateOf(5), {Notable()}, &release),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("no event of importance MAJOR lies between nothing "
                         "and sequence 5; declare NO or AUTO")));
}

TEST(PlanMakeReleaseTest, WritesTheReleaseAndNothingElse) {
  ReviewState state = StateOf(5);
  v1::MakeRelease release = Asked("2026.1", 4, v1::ConclusionsChanged::YES);
  ASSERT_OK(HoldAgainstEvents(state, {Major()}, &release));
  ASSERT_OK_AND_ASSIGN(const PlannedChange plan,
                       PlanChange(state, kReview, ChangeOf(release), Author()));
  EXPECT_EQ(plan.action, "releases.make");
  EXPECT_EQ(plan.resource, "releases/2026.1");
  EXPECT_EQ(plan.version_before, 0);
  EXPECT_EQ(plan.version_after, 1);
  const ReviewState before = state;
  Apply(state, plan.delta);
  ASSERT_EQ(state.releases().size(), 1);
  EXPECT_EQ(state.releases()[0].DebugString(),
            FromText<v1::Release>(
                "tag: '2026.1' sequence: 4 trigger: 'reason 6' declared: YES "
                "conclusions_changed: true major_events: 1 made_at: 6 "
                "time { seconds: 1006 } actor: 'ana'")
                .DebugString());
  EXPECT_TRUE(state.trials().empty());
  EXPECT_EQ(state.protocol()->version, 1);
  // What was copied before is as it was.
  EXPECT_EQ(before.FindRelease("2026.1"), nullptr);
}

// A log is replayed without events: what it says must agree with itself.
TEST(PlanMakeReleaseTest, WhatAServerCannotHaveWrittenIsRefused) {
  ReviewState state = StateOf(5);
  Make(state, "first", 3);
  v1::MakeRelease good = Asked("a", 5, v1::ConclusionsChanged::AUTO);
  good.set_predecessor("first");
  const auto fields = [&](const v1::MakeRelease& release) {
    return testing::FieldsOf(
        PlanChange(state, kReview, ChangeOf(release), Author()).status());
  };
  ASSERT_OK(PlanChange(state, kReview, ChangeOf(good), Author()));
  v1::MakeRelease bad = good;
  bad.set_predecessor("");
  EXPECT_THAT(fields(bad), ElementsAre("make_release.predecessor"));
  bad = good;
  bad.set_conclusions_changed(true);
  EXPECT_THAT(fields(bad), ElementsAre("make_release.major_events"));
  bad = good;
  bad.set_major_events(1);
  EXPECT_THAT(fields(bad), ElementsAre("make_release.major_events"));
  bad = good;
  bad.set_declared(v1::ConclusionsChanged::UNSPECIFIED);
  EXPECT_THAT(fields(bad), ElementsAre("make_release.declared"));
  bad = good;
  bad.set_declared(v1::ConclusionsChanged::YES);
  EXPECT_THAT(fields(bad), ElementsAre("make_release.declared"));
  bad = good;
  bad.set_sequence(7);
  EXPECT_THAT(fields(bad), ElementsAre("make_release.sequence"));
}

TEST(PlanMakeReleaseTest, ThereMustBeAReview) {
  EXPECT_THAT(
      PlanChange(ReviewState(), kReview, ChangeOf(Asked("a", 1)), Author()),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("create it")));
}

}  // namespace
}  // namespace tidemark::review
