#include "server/log_keys.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "audit/key_history.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "server/live_review.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/temp_dir.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {
namespace {

using testing::PutReview;
using ::testing::SizeIs;
using testing::ToyReview;

constexpr int64_t kRestoredEpoch = 1700000000;

class LogKeysTest : public ::testing::Test {
 protected:
  LogKeysTest() {
    const auto live = *reviews_.Load("toy");
    EXPECT_OK(Apply(*live, PutReview(ToyReview()), "create"));
  }

  absl::StatusOr<std::vector<audit::ClaimedKey>> Keys(const LiveReview& live) {
    const auto state = live.Committed();
    const auto& named = state->keys();
    return ClaimKeys(*reviews_.store, "toy",
                     named.empty() ? live.vkey() : named.front().old_vkey,
                     named);
  }

  // Goes on in another epoch, as after a backup was restored.
  std::shared_ptr<LiveReview> Restore() {
    const auto before = *reviews_.Load("toy");
    const audit::Signer signer =
        *audit::FirstSignerOf(kTestSeed, "toy", kRestoredEpoch);
    v1::Change change;
    v1::LogRestored& restored = *change.mutable_log_restored();
    restored.set_old_checkpoint(before->checkpoint().note);
    restored.set_old_vkey(before->vkey());
    restored.set_vkey(signer.vkey());
    auto log_signer = *reviews_.LoadSigner("toy");
    log_signer->BeginEpoch(signer);
    auto live = *LiveReview::Load(reviews_.environment(), "toy", kRestoredEpoch,
                                  std::move(log_signer));
    EXPECT_OK(Apply(*live, change, "restore"));
    return live;
  }

  LiveReviews reviews_{storage::MakeTempDir()};
};

TEST_F(LogKeysTest, ALogThatNamedNoKeyHasTheOneThatSignsIt) {
  const auto live = *reviews_.Load("toy");
  ASSERT_OK_AND_ASSIGN(const auto keys, Keys(*live));
  ASSERT_THAT(keys, SizeIs(1));
  EXPECT_EQ(keys[0].vkey, live->vkey());
  EXPECT_EQ(keys[0].proof, "");
}

TEST_F(LogKeysTest, ARestoredLogProvesBothItsKeys) {
  const auto live = Restore();
  ASSERT_OK_AND_ASSIGN(const auto keys, Keys(*live));
  ASSERT_OK_AND_ASSIGN(const auto history, audit::KeyHistory::Verify(keys));
  ASSERT_THAT(history.keys(), SizeIs(2));
  EXPECT_EQ(history.current().vkey, live->vkey());
  EXPECT_EQ(history.current().from_size, 2);
  EXPECT_TRUE(history.current().restored);
  EXPECT_FALSE(history.SameEpoch(0, 1));
  EXPECT_OK(history.Open(*reviews_.store->Checkpoint("toy", 1)));
  EXPECT_OK(history.Open(*reviews_.store->Checkpoint("toy", 2)));
}

}  // namespace
}  // namespace tidemark::server
