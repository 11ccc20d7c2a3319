#include "review/log_events.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/plan_change.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class LogEventsTest : public ::testing::Test {
 protected:
  const audit::Signer first_ =
      *audit::FirstSignerOf({1}, "knee", audit::kFirstEpoch);
  const audit::Signer second_ = *audit::Signer::Create(first_.name(), {2});
  const audit::Signer restored_ = *audit::FirstSignerOf({1}, "knee", 7);

  LogEventsTest() { Apply({}); }

  void Apply(const Delta& delta) {
    EntryContext entry;
    entry.sequence = state_.sequence() + 1;
    state_.Apply(delta, entry);
  }

  static v1::Change Rotation(const audit::Signer& from,
                             const audit::Signer& to) {
    v1::Change change;
    change.mutable_key_rotated()->set_old_vkey(from.vkey());
    change.mutable_key_rotated()->set_vkey(to.vkey());
    return change;
  }

  // `size` is of the old checkpoint.
  v1::Change Restoration(const audit::Signer& from, const audit::Signer& to,
                         int64_t size) const {
    v1::Change change;
    v1::LogRestored& restored = *change.mutable_log_restored();
    restored.set_old_checkpoint(
        *audit::SignCheckpoint({from.name(), size, {}}, from));
    restored.set_old_vkey(from.vkey());
    restored.set_vkey(to.vkey());
    return change;
  }

  absl::StatusOr<PlannedChange> Plan(const v1::Change& change) const {
    return PlanChange(state_, "knee", change, Author());
  }

  ReviewState state_;
};

TEST_F(LogEventsTest, ARotationNamesTheNewKeyInItsLeafAndState) {
  ASSERT_OK_AND_ASSIGN(const PlannedChange plan,
                       Plan(Rotation(first_, second_)));
  EXPECT_EQ(plan.action, "keys.rotate");
  EXPECT_EQ(plan.resource, audit::KeyResource(second_.vkey()));
  Apply(plan.delta);
  ASSERT_EQ(state_.keys().size(), 1);
  EXPECT_EQ(state_.keys()[0].vkey, second_.vkey());
  EXPECT_EQ(state_.keys()[0].sequence, 2);
  EXPECT_FALSE(state_.keys()[0].restored);
}

TEST_F(LogEventsTest, ARotationGoesOnFromTheKeyThatTheLogNames) {
  Apply(Plan(Rotation(first_, second_))->delta);
  const audit::Signer third = *audit::Signer::Create(first_.name(), {3});
  EXPECT_THAT(Plan(Rotation(first_, third)),
              StatusIs(kInvalid, HasSubstr("must be the key that the log")));
  EXPECT_OK(Plan(Rotation(second_, third)));
}

TEST_F(LogEventsTest, ARotationKeepsTheOriginAndChangesTheKey) {
  EXPECT_THAT(Plan(Rotation(first_, restored_)),
              StatusIs(kInvalid, HasSubstr("another key of the origin")));
  EXPECT_THAT(Plan(Rotation(first_, first_)),
              StatusIs(kInvalid, HasSubstr("another key of the origin")));
  const audit::Signer hip =
      *audit::FirstSignerOf({1}, "hip", audit::kFirstEpoch);
  EXPECT_THAT(Plan(Rotation(hip, second_)),
              StatusIs(kInvalid, HasSubstr("of the log of \"knee\"")));
}

TEST_F(LogEventsTest, ARestoredLogGoesOnFromItsLastCheckpoint) {
  ASSERT_OK_AND_ASSIGN(const PlannedChange plan,
                       Plan(Restoration(first_, restored_, 1)));
  EXPECT_EQ(plan.action, "log.restore");
  EXPECT_EQ(plan.resource, audit::KeyResource(restored_.vkey()));
  EXPECT_THAT(Plan(Restoration(first_, restored_, 2)),
              StatusIs(kInvalid, HasSubstr("must be of size 1")));
  v1::Change forged = Restoration(first_, restored_, 1);
  forged.mutable_log_restored()->set_old_checkpoint(
      *audit::SignCheckpoint({first_.name(), 1, {}}, second_));
  EXPECT_THAT(Plan(forged), StatusIs(kInvalid, HasSubstr("old_checkpoint")));
}

TEST_F(LogEventsTest, OnlyARestorationBeginsAnEpoch) {
  ASSERT_OK_AND_ASSIGN(const PlannedChange rotated,
                       Plan(Rotation(first_, second_)));
  ASSERT_OK_AND_ASSIGN(const PlannedChange restored,
                       Plan(Restoration(first_, restored_, 1)));
  EXPECT_EQ(EpochAfter(1, Delta()), 1);
  EXPECT_EQ(EpochAfter(1, rotated.delta), 1);
  EXPECT_EQ(EpochAfter(1, restored.delta), 7);
}

TEST_F(LogEventsTest, ARestoredLogIsOfALaterEpoch) {
  EXPECT_THAT(Plan(Restoration(restored_, first_, 1)),
              StatusIs(kInvalid, HasSubstr("of an epoch after 7")));
}

TEST_F(LogEventsTest, NeitherCanBeTheFirstEntry) {
  state_ = ReviewState();
  EXPECT_THAT(Plan(Rotation(first_, second_)),
              StatusIs(kInvalid, HasSubstr("first entry")));
}

}  // namespace
}  // namespace tidemark::review
