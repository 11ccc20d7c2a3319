#include "client/cli/verify_online.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "base/testing/status_matchers.h"
#include "client/cli/verification.h"
#include "client/client.h"
#include "client/connection.h"
#include "gmock/gmock.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_context.h"
#include "gtest/gtest.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

class Reviews final : public v1::ReadService::Service {
 public:
  grpc::Status GetReview(grpc::ServerContext*, const v1::GetReviewRequest*,
                         v1::GetReviewResponse* response) override {
    if (head_sequence == 0) return {grpc::StatusCode::NOT_FOUND, "no review"};
    response->set_head_sequence(head_sequence);
    head_sequence = std::max(head_sequence.load(), final_head_sequence.load());
    return grpc::Status::OK;
  }

  std::atomic<int64_t> head_sequence{0};
  // From the second answer on.
  std::atomic<int64_t> final_head_sequence{0};
};

class Log final : public v1::AuditService::Service {
 public:
  grpc::Status GetCheckpoint(grpc::ServerContext*,
                             const v1::GetCheckpointRequest*,
                             v1::GetCheckpointResponse* response) override {
    if (checkpoint.empty()) {
      return {grpc::StatusCode::NOT_FOUND, "no checkpoint"};
    }
    response->set_checkpoint(checkpoint);
    response->set_vkey(vkey);
    return grpc::Status::OK;
  }

  grpc::Status ListEntries(grpc::ServerContext*,
                           const v1::ListEntriesRequest* request,
                           v1::ListEntriesResponse* response) override {
    if (pages_are_empty) {
      ++pages;
      response->set_next_sequence(request->from_sequence() + 1);
      return grpc::Status::OK;
    }
    return {grpc::StatusCode::NOT_FOUND, "there is no entry 1"};
  }

  grpc::Status ListCheckpoints(grpc::ServerContext*,
                               const v1::ListCheckpointsRequest* request,
                               v1::ListCheckpointsResponse* response) override {
    if (stored.empty()) return grpc::Status::OK;
    ++pages;
    response->add_checkpoints(stored);
    response->set_next_size(request->from_size() + 1);
    return grpc::Status::OK;
  }

  grpc::Status ListKeys(grpc::ServerContext*, const v1::ListKeysRequest*,
                        v1::ListKeysResponse* response) override {
    response->add_keys()->set_vkey(vkey);
    return grpc::Status::OK;
  }

  std::string checkpoint;
  std::string vkey;
  // On every page of the stored checkpoints; empty: there are none.
  std::string stored;
  bool pages_are_empty = false;
  std::atomic<int> pages{0};
};

class VerifyOnlineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.RegisterService(&reviews_);
    builder.RegisterService(&log_);
    server_ = builder.BuildAndStart();
    client::ConnectOptions options;
    options.channel = server_->InProcessChannel({});
    // What is tested is what VerifyOnline finds by itself.
    options.trust.unverified = true;
    ASSERT_OK_AND_ASSIGN(client_, client::Client::Connect(options));
  }

  void Sign(int64_t size) {
    audit::Checkpoint checkpoint;
    checkpoint.origin = origin_;
    checkpoint.size = size;
    checkpoint.root = audit::EmptyRoot();
    ASSERT_OK_AND_ASSIGN(const audit::Signer signer,
                         audit::Signer::Create(origin_, {}));
    ASSERT_OK_AND_ASSIGN(log_.checkpoint,
                         audit::SignCheckpoint(checkpoint, signer));
    log_.vkey = signer.vkey();
  }

  absl::StatusOr<Verification> Verify() {
    return VerifyOnline(*client_, "r", {}, [](int64_t, int64_t) {});
  }

  Reviews reviews_;
  Log log_;
  std::string origin_ = "tidemark/01234567/r/1";
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<client::Client> client_;
};

TEST_F(VerifyOnlineTest, AReviewThatIsNotThereIsNotFound) {
  EXPECT_THAT(VerifyHead(*client_, "r", {}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no review")));
  EXPECT_THAT(Verify(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no review")));
}

TEST_F(VerifyOnlineTest, TheLogOfAnotherReviewDoesNotVerify) {
  reviews_.head_sequence = 5;
  origin_ = "tidemark/01234567/another/1";
  Sign(5);
  EXPECT_THAT(VerifyHead(*client_, "r", {}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(origin_)));
  EXPECT_THAT(Verify(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(origin_)));
}

TEST_F(VerifyOnlineTest, ACheckpointBeforeTheHeadDoesNotVerify) {
  reviews_.head_sequence = 5;
  Sign(3);
  EXPECT_THAT(VerifyHead(*client_, "r", {}),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("size 3")));
  EXPECT_THAT(Verify(), StatusIs(absl::StatusCode::kDataLoss,
                                 AllOf(HasSubstr("expected size 5"),
                                       HasSubstr("found size 3"))));
  // Not even the empty log, of which every entry verifies.
  Sign(0);
  EXPECT_THAT(Verify(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("size 0")));
}

TEST_F(VerifyOnlineTest, ACheckpointBeyondTheHeadMayOnlyBeAheadForAMoment) {
  reviews_.head_sequence = 3;
  reviews_.final_head_sequence = 5;
  Sign(5);
  EXPECT_THAT(Verify(), StatusIs(absl::StatusCode::kDataLoss,
                                 HasSubstr("there is no entry 1")));
  Sign(6);
  EXPECT_THAT(Verify(),
              StatusIs(absl::StatusCode::kDataLoss,
                       AllOf(HasSubstr("size 6"), HasSubstr("sequence 5"))));
}

TEST_F(VerifyOnlineTest, MissingEntriesDoNotVerify) {
  reviews_.head_sequence = 5;
  Sign(5);
  EXPECT_THAT(Verify(), StatusIs(absl::StatusCode::kDataLoss,
                                 HasSubstr("there is no entry 1")));
}

TEST_F(VerifyOnlineTest, EndsThoughTheServersPagesDoNot) {
  reviews_.head_sequence = 100;
  Sign(100);
  log_.pages_are_empty = true;
  EXPECT_THAT(Verify(), StatusIs(absl::StatusCode::kDataLoss,
                                 HasSubstr("the entry cannot be read")));
  EXPECT_LT(log_.pages, 3 * 100);  // every entry may be asked for by itself

  log_.pages = 0;
  Sign(3);
  log_.stored = log_.checkpoint;
  Sign(100);
  EXPECT_THAT(Verify(), StatusIs(absl::StatusCode::kDataLoss,
                                 HasSubstr("larger than size 3")));
  EXPECT_EQ(log_.pages, 2);
}

TEST_F(VerifyOnlineTest, AMissingCheckpointDoesNotVerify) {
  reviews_.head_sequence = 5;
  EXPECT_THAT(Verify(), StatusIs(absl::StatusCode::kDataLoss,
                                 HasSubstr("no checkpoint")));
  Sign(5);
  log_.checkpoint = "no note";
  EXPECT_THAT(Verify(),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checkpoint")));
}

}  // namespace
}  // namespace tidemark::cli
