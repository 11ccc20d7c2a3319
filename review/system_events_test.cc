#include "review/system_events.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/plan_change.h"
#include "review/review_state.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "review/validate_review.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using testing::FromText;
using ::testing::Pair;
using testing::StatusIs;

const char* const kEvents[] = {
    "server_started { vkey: 'k' }",
    "access_set { accounts { actor: 'ann' roles: 'reader' } }",
    "review_created { review_id: 'toy' vkey: 'k' }",
    "calls_refused { calls { method: '/m' code: 'UNAUTHENTICATED' count: 1 } }",
    "backup_made { backup_id: 3 directory: '/b' actor: 'ann' }",
};

EntryContext At(int64_t sequence) {
  EntryContext entry;
  entry.sequence = sequence;
  return entry;
}

PlannedChange Planned(const std::string& text) {
  const auto plan = PlanChange(ReviewState(), kSystemLog,
                               FromText<v1::Change>(text), Author());
  EXPECT_OK(plan);
  return plan.value_or(PlannedChange());
}

TEST(SystemEventsTest, SayWhatWasDoneToWhat) {
  const std::pair<const char*, const char*> expected[] = {
      {"server.start", "server"},       {"access.set", "access"},
      {"review.create", "reviews/toy"}, {"calls.refuse", "calls"},
      {"backup.make", "backups/3"},
  };
  for (int i = 0; i < 5; ++i) {
    const PlannedChange plan = Planned(kEvents[i]);
    EXPECT_EQ(plan.action, expected[i].first);
    EXPECT_EQ(plan.resource, expected[i].second);
    EXPECT_EQ(plan.version_before, 0);
    EXPECT_EQ(plan.version_after, 0);
  }
}

TEST(SystemEventsTest, AreForTheServersLogAndNothingElseIs) {
  ReviewState toy;
  toy.Apply(PlanChange(toy, testing::kToyReview,
                       testing::PutReview(testing::ToyReview()), Author())
                ->delta,
            At(1));
  for (const char* event : kEvents) {
    const auto change = FromText<v1::Change>(event);
    EXPECT_TRUE(IsSystemEvent(change));
    EXPECT_EQ(
        PlanChange(toy, testing::kToyReview, change, Author()).status().code(),
        absl::StatusCode::kInvalidArgument)
        << event;
  }
  for (const v1::Change& change :
       {testing::PutReview(testing::ToyReview()), v1::Change(),
        testing::Submit({testing::ToyTrial()})}) {
    EXPECT_FALSE(IsSystemEvent(change));
    EXPECT_EQ(
        PlanChange(ReviewState(), kSystemLog, change, Author()).status().code(),
        absl::StatusCode::kInvalidArgument);
  }
}

TEST(SystemEventsTest, TheStateHoldsTheLastAccessAndEveryReview) {
  ReviewState state;
  EXPECT_FALSE(state.server().access.has_value());
  int64_t sequence = 0;
  const auto apply = [&](const std::string& text) {
    state.Apply(Planned(text).delta, At(++sequence));
  };
  apply("access_set {}");
  ASSERT_TRUE(state.server().access.has_value());
  EXPECT_EQ(state.server().access->accounts_size(), 0);
  apply("review_created { review_id: 'b' vkey: 'k' }");
  apply(kEvents[1]);
  apply("review_created { review_id: 'a' vkey: 'k' }");
  apply(kEvents[3]);
  EXPECT_EQ(state.server().access->accounts(0).actor(), "ann");
  EXPECT_THAT(state.server().reviews, ElementsAre(Pair("a", 4), Pair("b", 2)));
  EXPECT_EQ(state.sequence(), 5);
}

TEST(SystemEventsTest, NameTheFieldThatIsMissing) {
  const std::pair<const char*, const char*> cases[] = {
      {"server_started {}", "server_started.vkey"},
      {"access_set { accounts { roles: 'reader' } }",
       "access_set.accounts[0].actor"},
      {"access_set { accounts { actor: 'ann' } }",
       "access_set.accounts[0].roles"},
      {"review_created { review_id: 'system' vkey: 'k' }",
       "review_created.review_id"},
      {"review_created { review_id: 'toy' }", "review_created.vkey"},
      {"calls_refused {}", "calls_refused.calls"},
      {"calls_refused { calls { code: 'UNAUTHENTICATED' count: 1 } }",
       "calls_refused.calls[0].method"},
      {"calls_refused { calls { method: '/m' code: 'OK' count: 1 } }",
       "calls_refused.calls[0].code"},
      {"calls_refused { calls { method: '/m' code: 'UNAUTHENTICATED' } }",
       "calls_refused.calls[0].count"},
      {"backup_made { directory: '/b' actor: 'ann' }", "backup_made.backup_id"},
      {"backup_made { backup_id: 1 actor: 'ann' }", "backup_made.directory"},
      {"backup_made { backup_id: 1 directory: '/b' }", "backup_made.actor"},
      {"backup_made { backup_id: 1 directory: '/b' actor: 'ann' "
       "checkpoints: 'x' }",
       "backup_made.checkpoints[0]"},
  };
  for (const auto& [text, field] : cases) {
    const absl::Status status =
        PlanSystemEvent(FromText<v1::Change>(text)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(testing::FieldsOf(status), ElementsAre(field));
  }
}

TEST(SystemEventsTest, NoReviewCanHaveTheIdOfTheLog) {
  EXPECT_FALSE(IsReviewId(kSystemLog));
  EXPECT_TRUE(IsReviewId("systems"));
}

}  // namespace
}  // namespace tidemark::review
