#include "client/client.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/testing/status_matchers.h"
#include "client/connection.h"
#include "client/retry.h"
#include "client/status_conversion.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_context.h"
#include "gtest/gtest.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::client {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::tidemark::testing::StatusIs;

// Answers with the scripted statuses first, then with success.
class ScriptedWrites final : public v1::WriteService::Service {
 public:
  grpc::Status Apply(grpc::ServerContext* context,
                     const v1::ApplyRequest* request,
                     v1::ApplyResponse* response) override {
    MutexLock lock(&mutex_);
    requests_.push_back(*request);
    const auto found = context->client_metadata().find("authorization");
    if (found != context->client_metadata().end()) {
      authorization_.assign(found->second.data(), found->second.size());
    }
    if (requests_.size() <= failures_.size()) {
      return failures_[requests_.size() - 1];
    }
    response->set_sequence(7);
    return grpc::Status::OK;
  }

  void FailWith(std::vector<grpc::Status> failures) {
    MutexLock lock(&mutex_);
    failures_ = std::move(failures);
  }

  std::vector<v1::ApplyRequest> requests() {
    MutexLock lock(&mutex_);
    return requests_;
  }

  std::string authorization() {
    MutexLock lock(&mutex_);
    return authorization_;
  }

 private:
  Mutex mutex_;
  std::vector<grpc::Status> failures_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::ApplyRequest> requests_ ABSL_GUARDED_BY(mutex_);
  std::string authorization_ ABSL_GUARDED_BY(mutex_);
};

// Five trials and five entries, two to a page.
class PagedReads final : public v1::ReadService::Service {
 public:
  grpc::Status ListTrials(grpc::ServerContext*,
                          const v1::ListTrialsRequest* request,
                          v1::ListTrialsResponse* response) override {
    const int from =
        request->page_token().empty() ? 0 : std::stoi(request->page_token());
    for (int i = from; i < from + 2 && i < 5; ++i) {
      response->add_trials()->mutable_trial()->set_trial_id(
          absl::StrCat("t", i));
    }
    if (from + 2 < 5) response->set_next_page_token(absl::StrCat(from + 2));
    if (loops) response->set_next_page_token("2");
    return grpc::Status::OK;
  }
  grpc::Status ListEstimates(grpc::ServerContext*,
                             const v1::ListEstimatesRequest*,
                             v1::ListEstimatesResponse* response) override {
    response->set_next_page_token("more");
    return grpc::Status::OK;
  }
  bool loops = false;
};

class PagedAudits final : public v1::AuditService::Service {
 public:
  grpc::Status ListEntries(grpc::ServerContext*,
                           const v1::ListEntriesRequest* request,
                           v1::ListEntriesResponse* response) override {
    const int64_t from = std::max<int64_t>(1, request->from_sequence());
    for (int64_t i = from; i < from + 2 && i <= 5; ++i) {
      response->add_entries()->mutable_entry()->set_sequence(i);
    }
    response->set_next_sequence(from + 2 <= 5 ? from + 2 : 0);
    if (loops) response->set_next_sequence(request->from_sequence());
    return grpc::Status::OK;
  }
  bool loops = false;
};

class ClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&writes_);
    builder.RegisterService(&reads_);
    builder.RegisterService(&audits_);
    server_ = builder.BuildAndStart();
    ConnectOptions options;
    options.target = absl::StrCat("127.0.0.1:", port);
    options.token = "secret";
    // These answers come without a log; tests/end_to_end/trust_test.cc has one.
    options.trust.unverified = true;
    options.retry.max_attempts = 3;
    options.retry.initial_backoff = absl::Milliseconds(1);
    ASSERT_OK_AND_ASSIGN(client_, Client::Connect(options));
  }

  ScriptedWrites writes_;
  PagedReads reads_;
  PagedAudits audits_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, ApplyRetriesWithTheSameRequestId) {
  writes_.FailWith({grpc::Status(grpc::StatusCode::UNAVAILABLE, "starting"),
                    grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "slow")});
  ASSERT_OK_AND_ASSIGN(const v1::ApplyResponse response,
                       client_->Apply("r", {}, {"because", "", false}));
  EXPECT_EQ(response.sequence(), 7);
  ASSERT_THAT(writes_.requests(), SizeIs(3));
  EXPECT_FALSE(writes_.requests()[0].request_id().empty());
  EXPECT_EQ(writes_.requests()[0].request_id(),
            writes_.requests()[1].request_id());
  EXPECT_EQ(writes_.requests()[0].request_id(),
            writes_.requests()[2].request_id());
  EXPECT_EQ(writes_.requests()[2].reason(), "because");
}

TEST_F(ClientTest, ApplyUsesTheRequestIdThatItIsGiven) {
  ASSERT_OK(client_->Apply("r", {}, {"because", "id-1", true}));
  ASSERT_THAT(writes_.requests(), SizeIs(1));
  EXPECT_EQ(writes_.requests()[0].request_id(), "id-1");
  EXPECT_TRUE(writes_.requests()[0].validate_only());
}

TEST_F(ClientTest, GivesUpAfterTheLastAttempt) {
  writes_.FailWith(std::vector<grpc::Status>(
      9, grpc::Status(grpc::StatusCode::UNAVAILABLE, "starting")));
  EXPECT_THAT(client_->Apply("r", {}, {}),
              StatusIs(absl::StatusCode::kUnavailable, "starting"));
  EXPECT_THAT(writes_.requests(), SizeIs(3));
}

TEST_F(ClientTest, DoesNotRetryARefusalAndKeepsItsDetails) {
  google::rpc::BadRequest bad_request;
  bad_request.add_field_violations()->set_field("year");
  google::rpc::Status details;
  details.add_details()->PackFrom(bad_request);
  writes_.FailWith({grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "no",
                                 details.SerializeAsString())});
  const auto response = client_->Apply("r", {}, {});
  EXPECT_THAT(response, StatusIs(absl::StatusCode::kInvalidArgument, "no"));
  EXPECT_THAT(writes_.requests(), SizeIs(1));
  ASSERT_TRUE(BadRequestOf(response.status()).has_value());
}

TEST_F(ClientTest, SendsTheToken) {
  ASSERT_OK(client_->Apply("r", {}, {}));
  EXPECT_EQ(writes_.authorization(), "Bearer secret");
}

TEST_F(ClientTest, ListTrialsIsComplete) {
  ASSERT_OK_AND_ASSIGN(const auto trials, client_->ListTrials("r"));
  std::vector<std::string> ids;
  for (const auto& record : trials) ids.push_back(record.trial().trial_id());
  EXPECT_THAT(ids, ElementsAre("t0", "t1", "t2", "t3", "t4"));
}

TEST_F(ClientTest, ListEntriesVisitsEveryPage) {
  std::vector<int64_t> sequences;
  ASSERT_OK(client_->ListEntries({}, [&](const auto& page) {
    for (const auto& entry : page.entries()) {
      sequences.push_back(entry.entry().sequence());
    }
    return absl::OkStatus();
  }));
  EXPECT_THAT(sequences, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(ClientTest, ListEntriesEndsThoughTheServersPagesDoNot) {
  audits_.loops = true;
  v1::ListEntriesRequest request;
  request.set_from_sequence(1);
  EXPECT_THAT(
      client_->ListEntries(request,
                           [](const auto&) { return absl::OkStatus(); }),
      StatusIs(absl::StatusCode::kDataLoss, ::testing::HasSubstr("from 1 on")));
}

TEST_F(ClientTest, ListEntriesEndsWhereItWasAskedTo) {
  v1::ListEntriesRequest request;
  request.set_from_sequence(1);
  request.set_to_sequence(2);
  int pages = 0;
  EXPECT_THAT(client_->ListEntries(request,
                                   [&](const auto&) {
                                     ++pages;
                                     return absl::OkStatus();
                                   }),
              StatusIs(absl::StatusCode::kDataLoss,
                       ::testing::HasSubstr("begins at 3")));
  EXPECT_EQ(pages, 1);
}

TEST_F(ClientTest, ListsEndThoughTheirPageTokensDoNot) {
  reads_.loops = true;
  EXPECT_THAT(
      client_->ListTrials("r"),
      StatusIs(absl::StatusCode::kDataLoss, ::testing::HasSubstr("\"2\"")));
  EXPECT_THAT(
      client_->ListEstimates({}),
      StatusIs(absl::StatusCode::kDataLoss, ::testing::HasSubstr("\"more\"")));
}

TEST_F(ClientTest, ListEntriesEndsWithTheErrorOfTheVisitor) {
  int pages = 0;
  EXPECT_THAT(client_->ListEntries({},
                                   [&](const auto&) {
                                     ++pages;
                                     return absl::CancelledError("enough");
                                   }),
              StatusIs(absl::StatusCode::kCancelled, "enough"));
  EXPECT_EQ(pages, 1);
}

}  // namespace
}  // namespace tidemark::client
