// A server's data, backed up while it runs and restored without it: what is
// proven goes on, in another epoch.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "audit/checkpoint.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/clock.h"
#include "base/testing/status_matchers.h"
#include "client/client.h"
#include "client/connection.h"
#include "client/restored_log.h"
#include "client/watch.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/restore_data.h"
#include "server/server.h"
#include "tests/faults/small_review.h"
#include "tests/testing/server_fixture.h"
#include "tidemark/v1/admin_service.grpc.pb.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::FreshDirectory;
using ::testing::HasSubstr;
using testing::ServerFixture;
using testing::StatusIs;

constexpr char kReview[] = "small";

class FixedClock final : public Clock {
 public:
  explicit FixedClock(int64_t seconds) : seconds_(seconds) {}
  absl::Time Now() override { return absl::FromUnixSeconds(seconds_); }

 private:
  const int64_t seconds_;
};

struct SignedTree {
  std::string vkey;
  audit::Checkpoint checkpoint;
};

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    Write(*server_, testing::CreateSmallReview(kReview));
    Write(*server_, testing::PutSmallAnalysis());
  }

  static std::unique_ptr<ServerFixture> Serve(const std::string& data,
                                              const std::string& key) {
    server::ServerOptions options;
    options.data_dir = data;
    options.key_path = key;
    return std::make_unique<ServerFixture>(options);
  }

  grpc::Status TryWrite(ServerFixture& server, const std::string& review,
                        const v1::Change& change) {
    v1::ApplyRequest request;
    request.set_review_id(review);
    *request.mutable_change() = change;
    request.set_reason("a test");
    request.set_request_id(absl::StrCat("request-", next_request_++));
    v1::ApplyResponse response;
    return server.ApplyRequest(request, &response);
  }

  void Write(ServerFixture& server, const v1::Change& change,
             const std::string& review = kReview) {
    const grpc::Status status = TryWrite(server, review, change);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  void WriteTrial(ServerFixture& server, const std::string& id) {
    v1::Change change;
    *change.mutable_submit_trials()->add_trials()->mutable_trial() =
        testing::SmallTrial(id, 10);
    Write(server, change);
  }

  static grpc::Status TryBackUp(const v1::BackupRequest& request,
                                ServerFixture& server,
                                v1::BackupResponse* response) {
    grpc::ClientContext context;
    return v1::AdminService::NewStub(server.server->InProcessChannel())
        ->Backup(&context, request, response);
  }

  v1::BackupResponse BackUp(ServerFixture& server) const {
    v1::BackupRequest request;
    request.set_directory(backups_);
    request.set_reason("nightly");
    v1::BackupResponse response;
    const grpc::Status status = TryBackUp(request, server, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  absl::StatusOr<server::RestoredData> Restore(const std::string& data,
                                               int64_t second = 2000000000,
                                               int64_t backup = 0) const {
    FixedClock clock(second);
    server::RestoreOptions options;
    options.backup_dir = backups_;
    options.backup_id = backup;
    options.data_dir = data;
    options.key_path = key_;
    options.reason = "the disk died";
    options.clock = &clock;
    return server::RestoreData(options);
  }

  // Nothing may be left of a restore that was refused.
  void ExpectRefused(absl::StatusCode code, const std::string& message) const {
    EXPECT_THAT(Restore(restored_), StatusIs(code, HasSubstr(message)));
    EXPECT_FALSE(fs::exists(restored_));
    EXPECT_FALSE(fs::exists(restored_ + ".partial"));
  }

  static SignedTree TreeOf(ServerFixture& server,
                           const std::string& review = kReview,
                           int64_t size = 0) {
    v1::GetCheckpointRequest request;
    request.set_review_id(review);
    request.set_size(size);
    v1::GetCheckpointResponse response;
    grpc::ClientContext context;
    const grpc::Status status =
        server.audit->GetCheckpoint(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {response.vkey(),
            *audit::ReadCheckpointUnverified(response.checkpoint())};
  }

  static int64_t EpochOf(const SignedTree& tree) {
    return audit::ParseLogOrigin(tree.checkpoint.origin)->epoch;
  }

  static grpc::Status EndOfWatch(ServerFixture& server,
                                 const std::string& token) {
    v1::WatchRequest request;
    request.set_review_id(kReview);
    request.set_resume_token(token);
    grpc::ClientContext context;
    const auto stream = server.watch->Watch(&context, request);
    v1::WatchResponse response;
    while (stream->Read(&response)) {
    }
    return stream->Finish();
  }

  static std::string TokenOf(ServerFixture& server) {
    v1::WatchRequest request;
    request.set_review_id(kReview);
    request.set_from_sequence(1);
    grpc::ClientContext context;
    const auto stream = server.watch->Watch(&context, request);
    v1::WatchResponse response;
    EXPECT_TRUE(stream->Read(&response));
    context.TryCancel();
    return response.resume_token();
  }

  const std::string root_ = FreshDirectory();
  const std::string backups_ = root_ + "/backups";
  const std::string key_ = root_ + "/keys/signing-key";
  const std::string restored_ = root_ + "/restored";
  std::unique_ptr<ServerFixture> server_ = Serve(root_ + "/data", key_);
  int next_request_ = 1;
};

TEST_F(BackupTest, TheServersOwnLogSaysWhatTheBackupReaches) {
  const v1::BackupResponse made = BackUp(*server_);
  ASSERT_EQ(made.logs_size(), 2);
  EXPECT_EQ(made.logs(0).review_id(), kReview);
  EXPECT_EQ(made.logs(0).size(), 2);
  EXPECT_EQ(made.logs(1).review_id(), "system");
  v1::ListEntriesRequest request;
  request.set_review_id("system");
  request.set_from_sequence(made.logs(1).size() + 1);
  request.set_with_evidence(true);
  v1::ListEntriesResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(server_->audit->ListEntries(&context, request, &response).ok());
  ASSERT_EQ(response.entries_size(), 1);
  EXPECT_EQ(response.entries(0).entry().action(), "backup.make");
  EXPECT_EQ(response.entries(0).entry().reason(), "nightly");
  v1::Change change;
  ASSERT_TRUE(change.ParseFromString(response.entries(0).evidence().change()));
  EXPECT_EQ(change.backup_made().directory(), backups_);
  EXPECT_EQ(change.backup_made().actor(), "local");
  ASSERT_EQ(change.backup_made().checkpoints_size(), 2);
  EXPECT_THAT(change.backup_made().checkpoints(0), HasSubstr("/small/1\n2\n"));
}

TEST_F(BackupTest, ARestoredLogExtendsTheOldOneUnderAnotherName) {
  WriteTrial(*server_, "a");
  BackUp(*server_);
  const SignedTree old = TreeOf(*server_);
  ASSERT_EQ(old.checkpoint.size, 3);
  WriteTrial(*server_, "lost");
  server_.reset();

  ASSERT_OK_AND_ASSIGN(const server::RestoredData restored, Restore(restored_));
  EXPECT_EQ(restored.backup_id, 1);
  ASSERT_EQ(restored.logs.size(), 2);
  EXPECT_EQ(restored.logs[0].review, kReview);
  EXPECT_EQ(restored.logs[0].sequence, 4);

  const auto server = Serve(restored_, key_);
  const SignedTree now = TreeOf(*server);
  EXPECT_EQ(now.checkpoint.size, 4);
  EXPECT_EQ(now.vkey, restored.logs[0].vkey);
  EXPECT_EQ(EpochOf(old), 1);
  EXPECT_EQ(EpochOf(now), 2000000000);
  v1::ProveConsistencyRequest request;
  request.set_review_id(kReview);
  request.set_from_size(3);
  v1::ProveConsistencyResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(
      server->audit->ProveConsistency(&context, request, &response).ok());
  std::vector<audit::Digest> proof;
  for (const std::string& hash : response.proof()) {
    proof.push_back(*audit::DigestFromBytes(hash));
  }
  EXPECT_OK(audit::VerifyConsistency(3, old.checkpoint.root, 4,
                                     now.checkpoint.root, proof));
  // It goes on as every log does, also over a restart.
  WriteTrial(*server, "b");
  server->Restart();
  WriteTrial(*server, "c");
  EXPECT_EQ(TreeOf(*server).checkpoint.size, 6);
  EXPECT_EQ(EpochOf(TreeOf(*server)), 2000000000);
}

TEST_F(BackupTest, ATokenOfTheOldEpochIsRefusedWithTheNewOneNamed) {
  const std::string token = TokenOf(*server_);
  BackUp(*server_);
  server_.reset();
  ASSERT_OK(Restore(restored_));
  const auto server = Serve(restored_, key_);
  const grpc::Status end = EndOfWatch(*server, token);
  EXPECT_EQ(end.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(end.error_message(),
              HasSubstr("epoch 1 of the log, which is now in epoch "
                        "2000000000: a backup was restored"));
}

TEST_F(BackupTest, ARestoredServerNeverUsesANameThatWasLost) {
  BackUp(*server_);
  // Of epoch 1, and not in the backup.
  Write(*server_, testing::CreateSmallReview("later"), "later");
  const SignedTree lost = TreeOf(*server_, "later");
  server_.reset();
  ASSERT_OK(Restore(restored_));
  const auto server = Serve(restored_, key_);
  Write(*server, testing::CreateSmallReview("later"), "later");
  EXPECT_EQ(EpochOf(lost), 1);
  EXPECT_EQ(EpochOf(TreeOf(*server, "later")), 2000000000);
}

TEST_F(BackupTest, EachRestoreIsAnEpochOfItsOwn) {
  BackUp(*server_);
  server_.reset();
  ASSERT_OK_AND_ASSIGN(const auto first, Restore(restored_, 2000000000));
  ASSERT_OK_AND_ASSIGN(const auto second,
                       Restore(root_ + "/second", 2000000001));
  EXPECT_NE(first.logs[0].vkey, second.logs[0].vkey);

  // Also of a clock that is behind: the epoch after the one that was.
  auto server = Serve(restored_, key_);
  v1::BackupRequest request;
  request.set_directory(root_ + "/backups-2");
  request.set_reason("again");
  v1::BackupResponse response;
  ASSERT_TRUE(TryBackUp(request, *server, &response).ok());
  server.reset();
  FixedClock behind(1);
  server::RestoreOptions options;
  options.backup_dir = request.directory();
  options.data_dir = root_ + "/third";
  options.key_path = key_;
  options.reason = "once more";
  options.clock = &behind;
  ASSERT_OK(server::RestoreData(options));
  EXPECT_EQ(EpochOf(TreeOf(*Serve(root_ + "/third", key_))), 2000000001);
}

TEST_F(BackupTest, AnOlderBackupIsRestoredByItsNumber) {
  BackUp(*server_);
  WriteTrial(*server_, "a");
  BackUp(*server_);
  server_.reset();
  ASSERT_OK_AND_ASSIGN(const auto older, Restore(restored_, 2000000000, 1));
  EXPECT_EQ(older.logs[0].sequence, 3);
  EXPECT_THAT(Restore(root_ + "/other", 2000000000, 7),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no backup 7")));
}

TEST_F(BackupTest, WhatIsThereIsNotWrittenOver) {
  BackUp(*server_);
  server_.reset();
  EXPECT_THAT(Restore(root_ + "/data"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("/data is there and not empty")));
  fs::create_directory(restored_ + ".partial");
  EXPECT_THAT(Restore(restored_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("restored.partial is what a restore left")));
  fs::remove(restored_ + ".partial");
  fs::create_directory(restored_);
  EXPECT_OK(Restore(restored_ + "/"));
}

TEST_F(BackupTest, AnotherKeyIsRefused) {
  BackUp(*server_);
  server_.reset();
  Serve(root_ + "/other", root_ + "/other-keys/signing-key");
  fs::rename(key_, root_ + "/kept");
  ExpectRefused(absl::StatusCode::kNotFound, "signing-key");
  fs::copy_file(root_ + "/other-keys/signing-key", key_);
  ExpectRefused(absl::StatusCode::kDataLoss,
                "is not signed by a key of this server's key file");
}

TEST_F(BackupTest, DamagedAndSwappedBackupsAreRefused) {
  BackUp(*server_);
  WriteTrial(*server_, "a");
  BackUp(*server_);
  server_.reset();
  const std::string kept = root_ + "/kept";
  fs::copy(backups_, kept, fs::copy_options::recursive);
  const auto restore_kept = [&] {
    fs::remove_all(backups_);
    fs::copy(kept, backups_, fs::copy_options::recursive);
  };
  fs::copy_file(backups_ + "/anchor-1", backups_ + "/anchor-2",
                fs::copy_options::overwrite_existing);
  ExpectRefused(absl::StatusCode::kDataLoss,
                "anchor-2 is not the one that was made with it");
  restore_kept();
  fs::copy_file(backups_ + "/meta/1", backups_ + "/meta/2",
                fs::copy_options::overwrite_existing);
  ExpectRefused(absl::StatusCode::kDataLoss, "backup 2 in");
  restore_kept();
  std::string log;
  for (const auto& file : fs::directory_iterator(backups_ + "/private/2")) {
    if (file.path().extension() == ".log") log = file.path().string();
  }
  ASSERT_NE(log, "");
  std::ofstream(log, std::ios::binary | std::ios::app) << "x";
  ExpectRefused(absl::StatusCode::kDataLoss, "backup ");
}

TEST_F(BackupTest, AnotherServersBackupsAreNotMixedIn) {
  BackUp(*server_);
  const auto other = Serve(root_ + "/other", root_ + "/other-keys/key");
  v1::BackupRequest request;
  request.set_directory(backups_);
  request.set_keep(1);
  request.set_reason("by mistake");
  v1::BackupResponse response;
  const grpc::Status refused = TryBackUp(request, *other, &response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(refused.error_message(), HasSubstr("backups of another store"));
}

TEST_F(BackupTest, ARequestSaysWhereAndWhy) {
  v1::BackupRequest request;
  request.set_directory("backups");
  request.set_keep(-1);
  v1::BackupResponse response;
  const grpc::Status relative = TryBackUp(request, *server_, &response);
  EXPECT_EQ(relative.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(relative.error_message(), HasSubstr("directory"));
  request.set_directory(root_ + "/data/backups");
  request.set_keep(0);
  request.set_reason("why");
  const grpc::Status within = TryBackUp(request, *server_, &response);
  EXPECT_EQ(within.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(within.error_message(), HasSubstr("must not lie within"));
}

// What a client holds of the log, over its restore.
class RestoredClientTest : public BackupTest {
 protected:
  // With what is known from earlier ones.
  std::unique_ptr<client::Client> Connect(ServerFixture& server) const {
    client::ConnectOptions options;
    options.target = "the server";
    options.channel = server.server->InProcessChannel();
    options.trust.directory = root_ + "/known";
    return *client::Client::Connect(options);
  }

  // A client saw `seen` entries of the log, and the backup holds 4.
  std::unique_ptr<ServerFixture> SeeBackUpAndRestore(int64_t seen) {
    WriteUpTo(4, seen);
    BackUp(*server_);
    WriteUpTo(seen, seen);
    server_.reset();
    EXPECT_OK(Restore(restored_));
    return Serve(restored_, key_);
  }

 private:
  void WriteUpTo(int64_t size, int64_t seen) {
    while (server_->Head() < size) {
      WriteTrial(*server_, absl::StrCat("trial-", next_request_));
      if (server_->Head() != seen) continue;
      EXPECT_OK(Connect(*server_)->GetReview(kReview));
    }
  }
};

TEST_F(RestoredClientTest, WhoSawNoMoreThanTheBackupLostNothing) {
  const auto server = SeeBackUpAndRestore(3);
  const auto client = Connect(*server);
  const absl::Status refused = client->GetReview(kReview).status();
  EXPECT_TRUE(client::IsEpochChanged(refused));
  EXPECT_THAT(
      refused,
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("on 2033-05-18T03:33:20Z: the disk died"),
                     HasSubstr("kept: the entries 1..3, as the key"),
                     HasSubstr("lost: nothing that you saw"),
                     HasSubstr("verify small --follow-restore"))));
  ASSERT_OK_AND_ASSIGN(const client::RestoredLog restored,
                       client->FollowRestore(kReview));
  EXPECT_EQ(restored.lost(), 0);
  EXPECT_EQ(restored.backup_size, 4);
  EXPECT_TRUE(restored.same_key);
  EXPECT_OK(client->GetReview(kReview));
  EXPECT_OK(Connect(*server)->GetReview(kReview));
}

TEST_F(RestoredClientTest, WhoSawMoreIsToldWhatIsLostAndWritesNothing) {
  const auto server = SeeBackUpAndRestore(6);
  const auto client = Connect(*server);
  v1::Change change;
  *change.mutable_submit_trials()->add_trials()->mutable_trial() =
      testing::SmallTrial("unseen", 10);
  client::ApplyOptions why;
  why.reason = "why";
  EXPECT_THAT(client->Apply(kReview, change, why),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("kept: the entries 1..4"),
                             HasSubstr("lost: the entries 5..6"))));
  EXPECT_EQ(TreeOf(*server).checkpoint.size, 5);
  ASSERT_OK_AND_ASSIGN(const client::RestoredLog restored,
                       client->FollowRestore(kReview));
  EXPECT_EQ(restored.lost(), 2);
  EXPECT_OK(client->Apply(kReview, change, why));
  EXPECT_THAT(client->FollowRestore(kReview),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("was not restored since")));
}

TEST_F(RestoredClientTest, ALogThatDoesNotBeginWithWhatWasSeenIsNone) {
  const auto client = Connect(*server_);
  WriteTrial(*server_, "seen");
  ASSERT_OK(client->GetReview(kReview));
  // Another server with a copy of the key, and a backup of its own.
  server_ = Serve(root_ + "/forged", key_);
  Write(*server_, testing::CreateSmallReview(kReview));
  Write(*server_, testing::PutSmallAnalysis());
  WriteTrial(*server_, "forged");
  BackUp(*server_);
  server_.reset();
  ASSERT_OK(Restore(restored_));
  const auto server = Serve(restored_, key_);
  const auto later = Connect(*server);
  constexpr auto kDataLoss = absl::StatusCode::kDataLoss;
  EXPECT_THAT(later->GetReview(kReview),
              StatusIs(kDataLoss, HasSubstr("is not proven to begin with")));
  EXPECT_THAT(later->FollowRestore(kReview),
              StatusIs(kDataLoss, HasSubstr("does NOT verify")));
}

TEST_F(RestoredClientTest, APlainCopyThatWasPutBackIsNoRestore) {
  server_.reset();
  fs::copy(root_ + "/data", root_ + "/copy", fs::copy_options::recursive);
  server_ = Serve(root_ + "/data", key_);
  const auto client = Connect(*server_);
  WriteTrial(*server_, "seen");
  ASSERT_OK(client->GetReview(kReview));
  server_ = Serve(root_ + "/copy", key_);
  EXPECT_THAT(
      Connect(*server_)->GetReview(kReview),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("entries were removed")));
  WriteTrial(*server_, "other");
  EXPECT_THAT(
      Connect(*server_)->GetReview(kReview),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("does NOT verify")));
}

TEST_F(RestoredClientTest, AWatchEndsInsteadOfTryingAgain) {
  std::string token;
  {
    client::WatchOptions options;
    options.from_sequence = 1;
    const auto client = Connect(*server_);
    client::Watch watch(*client, kReview, options);
    ASSERT_OK_AND_ASSIGN(const v1::WatchResponse first, watch.Next());
    token = first.resume_token();
  }
  const auto server = SeeBackUpAndRestore(4);
  for (const std::string& resume : {token, std::string()}) {
    client::WatchOptions options;
    options.resume_token = resume;
    options.on_retry = [](const absl::Status& failure, absl::Duration) {
      ADD_FAILURE() << "tries again after " << failure;
    };
    const auto client = Connect(*server);
    client::Watch watch(*client, kReview, options);
    const absl::Status end = watch.Next().status();
    EXPECT_TRUE(client::IsEpochChanged(end)) << end;
  }
}

}  // namespace
}  // namespace tidemark
