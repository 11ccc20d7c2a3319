// Clients follow the key of a log as far as its rotations are proven.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/leaf.h"
#include "audit/log_origin.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/tlog_proof.h"
#include "base/testing/status_matchers.h"
#include "client/client.h"
#include "client/trust.h"
#include "client/watch.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"
#include "tidemark/v1/audit_service.grpc.pb.h"

namespace tidemark::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

// What clients remember, and what they are told.
class Memory {
 public:
  Memory() {
    trust.directory = FreshDirectory() + "/logs";
    trust.on_first_contact = [this](const client::FirstContact& contact) {
      contacts.push_back(contact);
    };
    trust.on_key_rotation = [this](const client::KeyRotation& rotation) {
      rotations.push_back(rotation);
    };
  }

  std::unique_ptr<client::Client> Connect(
      const std::shared_ptr<grpc::Channel>& channel) const {
    client::ConnectOptions options;
    options.target = "the server";
    options.channel = channel;
    options.trust = trust;
    options.retry.max_attempts = 1;
    auto client = client::Client::Connect(options);
    EXPECT_OK(client);
    return *std::move(client);
  }

  client::Trust trust;
  std::vector<client::FirstContact> contacts;
  std::vector<client::KeyRotation> rotations;
};

class KeyRotationTest : public ::testing::Test {
 protected:
  KeyRotationTest() {
    v1::ApplyResponse response;
    EXPECT_TRUE(fixture_.Apply(CreateExampleReview(), &response).ok());
  }

  std::unique_ptr<client::Client> NewClient() {
    return memory_.Connect(fixture_.server->InProcessChannel());
  }

  // Past every client that remembers.
  void Rotate() {
    const auto operator_client = NewClient()->WithoutVerification();
    ASSERT_OK(operator_client->RotateKey("it is three years old"));
  }

  static absl::Status Submit(client::Client& client, size_t trial) {
    return client
        .Apply(kExampleReview, SubmitTrials({ExampleTrials()[trial]}),
               {"a test", "", false})
        .status();
  }

  ServerFixture fixture_;
  Memory memory_;
};

TEST_F(KeyRotationTest, WhoKnowsTheOldKeyFollowsAndIsToldOnce) {
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  ASSERT_THAT(memory_.contacts, SizeIs(1));
  Rotate();
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  ASSERT_THAT(memory_.rotations, SizeIs(1));
  EXPECT_EQ(memory_.rotations[0].old_vkey, memory_.contacts[0].vkey);
  const auto client = NewClient();
  ASSERT_OK_AND_ASSIGN(const auto latest,
                       client->GetCheckpoint(kExampleReview));
  EXPECT_EQ(memory_.rotations[0].vkey, latest.vkey());
  EXPECT_NE(latest.vkey(), memory_.contacts[0].vkey);
  EXPECT_THAT(memory_.contacts, SizeIs(1));
}

TEST_F(KeyRotationTest, SoDoesWhoMissedSeveral) {
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  for (int i = 0; i < 3; ++i) Rotate();
  fixture_.Restart();
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  EXPECT_THAT(memory_.rotations, SizeIs(1));
  // Older checkpoints stay what they were.
  const auto client = NewClient();
  for (const int64_t size : {1, 2, 4}) {
    ASSERT_OK_AND_ASSIGN(const auto checkpoint,
                         client->GetCheckpoint(kExampleReview, size));
    EXPECT_EQ(checkpoint.vkey() == memory_.contacts[0].vkey, size == 1) << size;
  }
}

TEST_F(KeyRotationTest, TheReceiptRightAfterARotationIsAccepted) {
  const auto client = NewClient();
  ASSERT_OK(Submit(*client, 0));
  Rotate();
  EXPECT_OK(Submit(*client, 1));
  EXPECT_THAT(memory_.rotations, SizeIs(1));
  Rotate();
  Rotate();
  EXPECT_OK(Submit(*NewClient(), 2));
}

TEST_F(KeyRotationTest, AnOldKeyThatIsGivenStillHolds) {
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  const std::string old_vkey = memory_.contacts[0].vkey;
  Rotate();
  Memory other;
  other.trust.vkeys[kExampleReview] = old_vkey;
  for (int run = 0; run < 2; ++run) {
    const auto client = other.Connect(fixture_.server->InProcessChannel());
    ASSERT_OK(client->GetReview(kExampleReview));
    ASSERT_OK(Submit(*client, static_cast<size_t>(run)));
  }
  EXPECT_THAT(other.contacts, SizeIs(0));
  EXPECT_THAT(other.rotations, SizeIs(1));
  // Nor is a key of the same origin that the log never had.
  const std::string name = old_vkey.substr(0, old_vkey.find('+'));
  other.trust.vkeys[kExampleReview] = audit::Signer::Create(name, {7})->vkey();
  EXPECT_THAT(other.Connect(fixture_.server->InProcessChannel())
                  ->GetReview(kExampleReview),
              StatusIs(kDataLoss, HasSubstr("to which no rotation leads")));
}

TEST_F(KeyRotationTest, AWatchGoesOnAcrossIt) {
  const auto client = NewClient();
  ASSERT_OK(client->GetReview(kExampleReview));
  client::WatchOptions options;
  options.from_sequence = 1;
  client::Watch watch(*client, kExampleReview, options);
  ASSERT_OK_AND_ASSIGN(const v1::WatchResponse first, watch.Next());
  EXPECT_EQ(first.entry().entry().sequence(), 1);
  Rotate();
  ASSERT_OK_AND_ASSIGN(const v1::WatchResponse second, watch.Next());
  EXPECT_EQ(second.entry().entry().action(), "keys.rotate");
  // Another stream checks the log again.
  options.from_sequence = 0;
  options.resume_token = second.resume_token();
  client::Watch next(*client, kExampleReview, options);
  ASSERT_OK(Submit(*client, 0));
  ASSERT_OK_AND_ASSIGN(const v1::WatchResponse third, next.Next());
  EXPECT_EQ(third.entry().entry().sequence(), 3);
  EXPECT_THAT(memory_.rotations, SizeIs(1));
}

TEST_F(KeyRotationTest, TheLogSaysWhoRotatedAndWhy) {
  Rotate();
  v1::ListEntriesRequest request;
  request.set_review_id(kExampleReview);
  request.set_from_sequence(2);
  v1::ListEntriesResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture_.audit->ListEntries(&context, request, &response).ok());
  ASSERT_EQ(response.entries_size(), 1);
  EXPECT_EQ(response.entries(0).entry().action(), "keys.rotate");
  EXPECT_EQ(response.entries(0).entry().actor(), "local");
  EXPECT_EQ(response.entries(0).entry().reason(), "it is three years old");
}

// A server that shows what a test makes of a log.
class FakeLog final : public v1::AuditService::Service {
 public:
  grpc::Status GetCheckpoint(grpc::ServerContext* /*context*/,
                             const v1::GetCheckpointRequest* request,
                             v1::GetCheckpointResponse* response) override {
    response->set_checkpoint(checkpoint);
    response->set_vkey(vkey);
    if (request->consistent_with_size() == 1) {
      response->add_consistency_proof(std::string(audit::AsBytes(second_leaf)));
    }
    return grpc::Status::OK;
  }
  grpc::Status ListKeys(grpc::ServerContext* /*context*/,
                        const v1::ListKeysRequest* /*request*/,
                        v1::ListKeysResponse* response) override {
    *response = keys;
    return grpc::Status::OK;
  }

  std::string checkpoint;
  std::string vkey;
  audit::Digest second_leaf = {};
  v1::ListKeysResponse keys;
};

class FakeLogTest : public ::testing::Test {
 protected:
  FakeLogTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&log_);
    server_ = builder.BuildAndStart();
    Append("review.create", "review", {first_});
    log_.keys.add_keys()->set_vkey(first_.vkey());
    EXPECT_OK(NewClient()->GetCheckpoint("r").status());
  }

  std::unique_ptr<client::Client> NewClient() {
    return memory_.Connect(server_->InProcessChannel({}));
  }

  // The latest checkpoint then is of the tree that ends with this entry, and
  // signed by the last of `signers`, with the proof of it.
  std::string Append(const std::string& action, const std::string& resource,
                     const std::vector<audit::Signer>& signers) {
    audit::Leaf leaf;
    leaf.sequence = tree_.size() + 1;
    leaf.action = action;
    leaf.resource = resource;
    audit::TlogProof proof;
    proof.leaf = *audit::EncodeLeaf(leaf);
    proof.index = tree_.size();
    proof.hashes = tree_.NextProof();
    tree_.Append(audit::LeafHash(proof.leaf));
    log_.second_leaf = audit::LeafHash(proof.leaf);
    const audit::Checkpoint checkpoint = {signers.back().name(), tree_.size(),
                                          tree_.Root()};
    const std::string text = *audit::FormatCheckpoint(checkpoint);
    proof.checkpoint = absl::StrCat(text, "\n");
    for (const audit::Signer& signer : signers) {
      proof.checkpoint += *signer.SignatureLine(text);
    }
    log_.checkpoint = proof.checkpoint;
    log_.vkey = signers.back().vkey();
    return *audit::FormatTlogProof(proof);
  }

  void Name(const audit::Signer& signer, const std::string& proof) {
    v1::LogKey* const key = log_.keys.add_keys();
    key->set_vkey(signer.vkey());
    key->set_proof(proof);
  }

  const audit::Signer first_ =
      *audit::FirstSignerOf({1}, "r", audit::kFirstEpoch);
  const audit::Signer second_ = *audit::Signer::Create(first_.name(), {2});
  audit::Frontier tree_;
  FakeLog log_;
  std::unique_ptr<grpc::Server> server_;
  Memory memory_;
};

TEST_F(FakeLogTest, ARotationWithoutTheOldSignatureIsNotFollowed) {
  const std::string resource = audit::KeyResource(second_.vkey());
  Name(second_, Append("keys.rotate", resource, {second_}));
  EXPECT_THAT(NewClient()->GetCheckpoint("r"),
              StatusIs(kDataLoss, AllOf(HasSubstr("does NOT verify"),
                                        HasSubstr("another key"))));
  EXPECT_THAT(memory_.rotations, SizeIs(0));
}

TEST_F(FakeLogTest, TheSameWithBothIs) {
  const std::string resource = audit::KeyResource(second_.vkey());
  Name(second_, Append("keys.rotate", resource, {first_, second_}));
  EXPECT_OK(NewClient()->GetCheckpoint("r"));
  EXPECT_THAT(memory_.rotations, SizeIs(1));
}

// Whoever stole the old key cannot pass another history off on who trusts the
// new one, with the real proof of it.
TEST_F(FakeLogTest, AnOlderKeyVouchesForNothingToWhoTrustsTheNewOne) {
  const std::string checkpoint = log_.checkpoint;
  const std::string resource = audit::KeyResource(second_.vkey());
  Name(second_, Append("keys.rotate", resource, {first_, second_}));
  log_.checkpoint = checkpoint;
  log_.vkey = first_.vkey();
  Memory auditor;
  auditor.trust.vkeys["r"] = second_.vkey();
  EXPECT_THAT(
      auditor.Connect(server_->InProcessChannel({}))->GetCheckpoint("r"),
      StatusIs(kDataLoss, HasSubstr("older than the key that is trusted")));
}

// Whoever stole the new key only cannot rewrite what came before.
TEST_F(FakeLogTest, TheTreeMustStillExtendTheKnownOne) {
  tree_ = audit::Frontier();
  Append("review.create", "another review", {first_});
  const std::string resource = audit::KeyResource(second_.vkey());
  Name(second_, Append("keys.rotate", resource, {first_, second_}));
  EXPECT_THAT(NewClient()->GetCheckpoint("r"),
              StatusIs(kDataLoss, HasSubstr("not proven to extend")));
}

TEST_F(FakeLogTest, ARestoredLogIsNeverFollowedOnItsOwn) {
  const audit::Signer restored = *audit::FirstSignerOf({1}, "r", 1700000000);
  Name(restored,
       Append("log.restore", audit::KeyResource(restored.vkey()), {restored}));
  EXPECT_THAT(
      NewClient()->GetCheckpoint("r"),
      StatusIs(kDataLoss,
               HasSubstr("was restored from a backup and is another epoch")));
}

}  // namespace
}  // namespace tidemark::testing
