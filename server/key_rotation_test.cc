#include "server/key_rotation.h"

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "audit/key_history.h"
#include "audit/log_origin.h"
#include "base/status_macros.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "server/log_keys.h"
#include "server/testing/live_reviews.h"
#include "storage/key_file.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::server {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::testing::StatusIs;

const Actor kAnn = {"ann", "token", {Role::kAdmin}};

v1::Change Toy(const std::string& id, const std::string& title = "toy") {
  v1::Review review = testing::ToyReview();
  review.set_review_id(id);
  review.set_title(title);
  return testing::PutReview(review);
}

class KeyRotationTest : public ::testing::Test {
 protected:
  KeyRotationTest() {
    EXPECT_OK(storage::LoadKeyFile(file_));
    EXPECT_OK(storage::ReplaceKeyFile(file_, {kTestSeed}));
    Start();
  }

  // As a server does, over what is stored.
  void Start() {
    registry_ = std::make_unique<ReviewRegistry>(
        reviews_.environment(), reviews_.anchor.get(),
        storage::LoadKeyFile(file_).value());
    EXPECT_OK(registry_->LoadAll());
    rotation_ = std::make_unique<KeyRotation>(file_, registry_.get());
    EXPECT_OK(rotation_->Finish());
  }

  void Create(const std::string& review) {
    ASSERT_OK_AND_ASSIGN(const auto live, registry_->FindOrMake(review));
    ASSERT_OK(Apply(*live, Toy(review), "create"));
  }

  std::shared_ptr<LiveReview> Live(const std::string& review) {
    return registry_->Find(review).value();
  }

  absl::StatusOr<audit::KeyHistory> History(const std::string& review) {
    const auto live = Live(review);
    ASSIGN_OR_RETURN(const std::vector<audit::ClaimedKey> keys,
                     ClaimKeys(*reviews_.store, review, live->VkeyAt(0),
                               live->Committed()->keys()));
    return audit::KeyHistory::Verify(keys);
  }

  size_t KeysInFile() { return storage::LoadKeyFile(file_).value().size(); }

  const std::string directory_ = storage::MakeTempDir();
  const storage::KeyFileOptions file_ = {directory_ + "/keys/signing-key",
                                         nullptr, true};
  LiveReviews reviews_{directory_};
  std::unique_ptr<ReviewRegistry> registry_;
  std::unique_ptr<KeyRotation> rotation_;
};

TEST_F(KeyRotationTest, EveryLogGetsTheNewKeyWithProof) {
  Create("knee");
  Create("hip");
  const std::string before = Live("knee")->vkey();
  ASSERT_OK_AND_ASSIGN(const v1::RotateKeyResponse response,
                       rotation_->Rotate("the old one is three", kAnn));
  ASSERT_EQ(response.logs_size(), 2);
  EXPECT_EQ(response.logs(0).review_id(), "hip");
  EXPECT_EQ(response.logs(1).review_id(), "knee");
  EXPECT_EQ(response.logs(1).sequence(), 2);
  EXPECT_EQ(response.logs(1).vkey(), Live("knee")->vkey());
  EXPECT_EQ(Live("knee")->VkeyAt(1), before);
  ASSERT_OK(Apply(*Live("knee"), Toy("knee", "another"), "after"));
  ASSERT_OK_AND_ASSIGN(const audit::KeyHistory history, History("knee"));
  ASSERT_THAT(history.keys(), SizeIs(2));
  EXPECT_EQ(history.keys()[0].vkey, before);
  EXPECT_EQ(history.current().from_size, 2);
  EXPECT_OK(history.Open(Live("knee")->checkpoint().note));
  EXPECT_OK(history.Open(*reviews_.store->Checkpoint("knee", 2)));
  EXPECT_EQ(KeysInFile(), 1);
}

TEST_F(KeyRotationTest, AReviewThatBeginsLaterHasTheNewKeyOnly) {
  Create("knee");
  // Looked for, but still without an entry.
  ASSERT_OK_AND_ASSIGN(const auto stale, registry_->FindOrMake("hip"));
  ASSERT_OK(rotation_->Rotate("a test", kAnn));
  EXPECT_THAT(Apply(*stale, Toy("hip"), "create"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("repeat")));
  Create("hip");
  EXPECT_EQ(audit::PublicPart(Live("hip")->vkey()),
            audit::PublicPart(Live("knee")->vkey()));
  ASSERT_OK_AND_ASSIGN(const audit::KeyHistory history, History("hip"));
  EXPECT_THAT(history.keys(), SizeIs(1));
}

TEST_F(KeyRotationTest, AnswersLikeEveryWriteAreMadeAcrossARotation) {
  Create("knee");
  std::vector<std::future<ApplyResult>> answers;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "write-" + std::to_string(i);
    answers.push_back(StartApply(*Live("knee"),
                                 MakeRequest("knee", Toy("knee", name), name)));
    if (i == 20) {
      ASSERT_OK(rotation_->Rotate("a test", kAnn));
    }
  }
  ASSERT_OK_AND_ASSIGN(const audit::KeyHistory history, History("knee"));
  for (auto& answer : answers) {
    ASSERT_OK_AND_ASSIGN(const v1::ApplyResponse made, answer.get());
    EXPECT_OK(history.Open(made.receipt().checkpoint()));
  }
}

// Whatever was reached when the machine stopped, the next start goes on.
TEST_F(KeyRotationTest, AStartFinishesWhatWasBegun) {
  Create("hip");
  Create("knee");
  const audit::KeySeed next = {9};
  ASSERT_OK(storage::ReplaceKeyFile(file_, {next, kTestSeed}));
  Start();
  EXPECT_EQ(KeysInFile(), 1);
  for (const char* review : {"hip", "knee"}) {
    ASSERT_OK_AND_ASSIGN(const audit::KeyHistory history, History(review));
    EXPECT_THAT(history.keys(), SizeIs(2));
  }
  // One log has it, the other has not.
  Create("ankle");
  const audit::KeySeed third = {10};
  ASSERT_OK(storage::ReplaceKeyFile(file_, {third, next}));
  registry_->SetKeys({third, next});
  auto reached = std::make_shared<std::promise<ApplyResult>>();
  Live("hip")->RotateKey(third, "a test", kAnn,
                         [reached](ApplyResult r) { reached->set_value(r); });
  ASSERT_OK(reached->get_future().get());
  Start();
  EXPECT_EQ(KeysInFile(), 1);
  EXPECT_EQ(Live("hip")->Committed()->sequence(), 3);
  EXPECT_EQ(audit::PublicPart(Live("ankle")->vkey()),
            audit::PublicPart(Live("hip")->vkey()));
  // All have it, and only the file has not heard.
  ASSERT_OK(storage::ReplaceKeyFile(file_, {third, next}));
  Start();
  EXPECT_EQ(KeysInFile(), 1);
  EXPECT_EQ(Live("hip")->Committed()->sequence(), 3);
}

TEST_F(KeyRotationTest, ARepeatFinishesInsteadOfMakingAThirdKey) {
  Create("knee");
  registry_->SetKeys({{9}, kTestSeed});
  ASSERT_OK(rotation_->Rotate("a test", kAnn));
  EXPECT_EQ(registry_->keys(), storage::KeyRing{{9}});
  EXPECT_EQ(Live("knee")->Committed()->keys().size(), 1U);
}

TEST_F(KeyRotationTest, ALogThatCannotBeServedKeepsItsKey) {
  Create("hip");
  Create("knee");
  // An anchor that the log does not reach.
  ASSERT_OK_AND_ASSIGN(auto anchored, reviews_.anchor->Find("hip"));
  anchored.size += 1;
  ASSERT_OK(reviews_.anchor->Update({anchored}));
  Start();
  ASSERT_OK_AND_ASSIGN(const v1::RotateKeyResponse response,
                       rotation_->Rotate("a test", kAnn));
  ASSERT_EQ(response.logs_size(), 1);
  EXPECT_EQ(response.logs(0).review_id(), "knee");
  EXPECT_EQ(KeysInFile(), 2);
  // The next one is a new one all the same.
  ASSERT_OK(rotation_->Rotate("a test", kAnn));
  EXPECT_EQ(KeysInFile(), 3);
}

TEST_F(KeyRotationTest, AKeyThatIsNotInTheFileIsMissedByName) {
  Create("knee");
  ASSERT_OK(storage::ReplaceKeyFile(file_, {{7}}));
  Start();
  EXPECT_THAT(
      registry_->Find("knee"),
      StatusIs(absl::StatusCode::kDataLoss,
               HasSubstr("is not signed by a key of this server's key file")));
  ASSERT_OK(storage::ReplaceKeyFile(file_, {kTestSeed}));
  Start();
  EXPECT_OK(registry_->Find("knee"));
}

// A file of before the rotation, put back: the old key must not go on.
TEST_F(KeyRotationTest, AnOlderKeyFileIsRefused) {
  Create("knee");
  ASSERT_OK(rotation_->Rotate("a test", kAnn));
  ASSERT_OK(Apply(*Live("knee"), Toy("knee", "after"), "after"));
  ASSERT_OK(storage::ReplaceKeyFile(file_, {kTestSeed}));
  Start();
  EXPECT_EQ(registry_->Find("knee").status().code(),
            absl::StatusCode::kDataLoss);
}

// At the rotation itself both keys signed, but the log names the new one.
TEST_F(KeyRotationTest, NorDoesTheOldKeyGoOnWhereBothSigned) {
  Create("knee");
  ASSERT_OK(rotation_->Rotate("a test", kAnn));
  ASSERT_OK(storage::ReplaceKeyFile(file_, {kTestSeed}));
  Start();
  EXPECT_THAT(registry_->Find("knee"),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("the log names the key ")));
}

TEST_F(KeyRotationTest, NeedsAReason) {
  Create("knee");
  EXPECT_THAT(
      rotation_->Rotate("", kAnn),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
  EXPECT_EQ(KeysInFile(), 1);
  EXPECT_EQ(Live("knee")->Committed()->sequence(), 1);
}

}  // namespace
}  // namespace tidemark::server
