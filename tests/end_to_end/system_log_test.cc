// What the server's own log, `system`, says: who may call, which reviews there
// are, when it started, and which calls it refused.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/log_verifier.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::StatusIs;

constexpr char kSystem[] = "system";

std::string Line(absl::string_view token, absl::string_view actor,
                 absl::string_view roles) {
  return absl::StrCat(audit::ToHex(audit::Sha256(token)), " ", actor, " ",
                      roles, "\n");
}

// An entry with what it wrote.
struct Event {
  v1::LogEntry entry;
  v1::Change change;
};

class SystemLogTest : public ::testing::Test {
 protected:
  SystemLogTest() {
    options_.data_dir = directory_ + "/data";
    options_.listen = "127.0.0.1:0";
    options_.token_file = directory_ + "/tokens";
    WriteTokens(absl::StrCat(Line("of-rita", "rita", "reader"),
                             Line("of-mara", "mara", "editor"),
                             Line("of-aude", "aude", "auditor")));
    Start();
  }

  void WriteTokens(const std::string& lines) const {
    std::ofstream file(options_.token_file, std::ios::trunc);
    file << lines;
    ASSERT_TRUE(file.good());
  }

  // Starts the server, or starts it again, and connects over the network.
  void Start() {
    fixture_.reset();
    fixture_ = std::make_unique<testing::ServerFixture>(options_);
    const auto channel = grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", fixture_->server->port()),
        grpc::InsecureChannelCredentials());
    fixture_->write = v1::WriteService::NewStub(channel);
    fixture_->read = v1::ReadService::NewStub(channel);
    fixture_->watch = v1::WatchService::NewStub(channel);
    fixture_->audit = v1::AuditService::NewStub(channel);
  }

  static void Present(const std::string& token, grpc::ClientContext& context) {
    if (!token.empty()) {
      context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    }
  }

  grpc::Status List(const std::string& token) const {
    grpc::ClientContext context;
    Present(token, context);
    v1::ListReviewsResponse response;
    return fixture_->read->ListReviews(&context, {}, &response);
  }

  v1::ApplyRequest Creation(const std::string& review) const {
    v1::ApplyRequest request;
    request.set_review_id(review);
    *request.mutable_change() = testing::CreateExampleReview();
    request.mutable_change()
        ->mutable_put_review()
        ->mutable_review()
        ->set_review_id(review);
    request.set_request_id("creation");
    request.set_reason("a test");
    return request;
  }

  grpc::Status Apply(const std::string& token,
                     const v1::ApplyRequest& request) const {
    grpc::ClientContext context;
    Present(token, context);
    v1::ApplyResponse response;
    return fixture_->write->Apply(&context, request, &response);
  }

  grpc::Status Watch(const std::string& token,
                     const std::string& review) const {
    grpc::ClientContext context;
    Present(token, context);
    v1::WatchRequest request;
    request.set_review_id(review);
    const auto stream = fixture_->watch->Watch(&context, request);
    v1::WatchResponse response;
    while (stream->Read(&response)) {
    }
    return stream->Finish();
  }

  grpc::Status ListEntries(const std::string& token, int64_t from,
                           v1::ListEntriesResponse* page) const {
    grpc::ClientContext context;
    Present(token, context);
    v1::ListEntriesRequest request;
    request.set_review_id(kSystem);
    request.set_from_sequence(from);
    request.set_with_evidence(true);
    return fixture_->audit->ListEntries(&context, request, page);
  }

  // The log, as the auditor reads it. Every entry is the server's own.
  std::vector<Event> Events() const {
    std::vector<Event> events;
    int64_t from = 1;
    do {
      v1::ListEntriesResponse page;
      const grpc::Status status = ListEntries("of-aude", from, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::EntryWithEvidence& entry : page.entries()) {
        EXPECT_EQ(entry.entry().actor(), "server");
        EXPECT_EQ(entry.entry().auth_method(), "internal");
        Event event = {entry.entry(), {}};
        EXPECT_TRUE(event.change.ParseFromString(entry.evidence().change()));
        events.push_back(event);
      }
      from = page.next_sequence();
    } while (from > 0);
    return events;
  }

  // What was done, e.g. "review.create reviews/knees".
  std::vector<std::string> Actions() const {
    std::vector<std::string> actions;
    for (const Event& event : Events()) {
      actions.push_back(
          absl::StrCat(event.entry.action(), " ", event.entry.resource()));
    }
    return actions;
  }

  // All refused calls, of all entries.
  v1::CallsRefused Refused() const {
    v1::CallsRefused all;
    for (const Event& event : Events())
      all.MergeFrom(event.change.calls_refused());
    return all;
  }

  std::string VkeyOf(const std::string& review) const {
    grpc::ClientContext context;
    Present("of-aude", context);
    v1::GetCheckpointRequest request;
    request.set_review_id(review);
    v1::GetCheckpointResponse response;
    EXPECT_TRUE(
        fixture_->audit->GetCheckpoint(&context, request, &response).ok());
    return response.vkey();
  }

  const std::string directory_ = testing::FreshDirectory();
  server::ServerOptions options_;
  std::unique_ptr<testing::ServerFixture> fixture_;
};

TEST_F(SystemLogTest, SaysWhoMayCallAndThatTheServerStarted) {
  const std::vector<Event> events = Events();
  ASSERT_EQ(events.size(), 2);
  EXPECT_EQ(events[0].entry.action(), "access.set");
  const auto& accounts = events[0].change.access_set().accounts();
  ASSERT_EQ(accounts.size(), 3);
  EXPECT_EQ(accounts[0].actor(), "aude");
  EXPECT_THAT(accounts[0].roles(), ElementsAre("auditor"));
  EXPECT_EQ(accounts[1].actor(), "mara");
  EXPECT_EQ(accounts[2].actor(), "rita");
  EXPECT_EQ(events[1].entry.action(), "server.start");
  EXPECT_EQ(events[1].change.server_started().vkey(), VkeyOf(kSystem));
  EXPECT_THAT(VkeyOf(kSystem), HasSubstr("/system/1+"));
}

TEST_F(SystemLogTest, ARestartSaysOnlyWhatIsNew) {
  ASSERT_TRUE(Apply("of-mara", Creation("knees")).ok());
  Start();
  const std::vector<std::string> expected = {
      "access.set access", "server.start server", "review.create reviews/knees",
      "server.start server"};
  EXPECT_EQ(Actions(), expected);
  WriteTokens(absl::StrCat(Line("other", "rita", "editor"),
                           Line("of-aude", "aude", "auditor")));
  Start();
  const std::vector<Event> events = Events();
  ASSERT_EQ(events.size(), 6);
  EXPECT_EQ(events[4].entry.action(), "access.set");
  EXPECT_EQ(events[4].change.access_set().accounts_size(), 2);
  EXPECT_THAT(events[4].change.access_set().accounts(1).roles(),
              ElementsAre("editor"));
  // Another token for the same actor and roles is not another access.
  WriteTokens(absl::StrCat(Line("of-aude", "aude", "auditor"),
                           Line("yet another", "rita", "editor")));
  Start();
  EXPECT_EQ(Actions().size(), 7);
}

TEST_F(SystemLogTest, TokensReadAgainAreInForceAndInTheLog) {
  EXPECT_EQ(List("new").error_code(), grpc::StatusCode::UNAUTHENTICATED);
  WriteTokens(absl::StrCat(Line("of-aude", "aude", "auditor"),
                           Line("new", "nora", "editor")));
  ASSERT_OK(fixture_->server->ReloadTokens());
  EXPECT_TRUE(List("new").ok());
  EXPECT_EQ(List("of-rita").error_code(), grpc::StatusCode::UNAUTHENTICATED);
  v1::AccessSet access;
  for (const Event& event : Events()) {
    if (event.change.has_access_set()) access = event.change.access_set();
  }
  ASSERT_EQ(access.accounts_size(), 2);
  EXPECT_EQ(access.accounts(1).actor(), "nora");
  // The same once more is nothing new, nor is another token of the same actor.
  WriteTokens(absl::StrCat(Line("of-aude", "aude", "auditor"),
                           Line("newer", "nora", "editor")));
  ASSERT_OK(fixture_->server->ReloadTokens());
  EXPECT_TRUE(List("newer").ok());
  EXPECT_EQ(List("new").error_code(), grpc::StatusCode::UNAUTHENTICATED);
  const std::vector<std::string> actions = Actions();
  EXPECT_EQ(std::count(actions.begin(), actions.end(), "access.set access"), 2);
}

TEST_F(SystemLogTest, AWatchEndsWhenItsCallerMayNoLongerRead) {
  ASSERT_TRUE(Apply("of-mara", Creation("knees")).ok());
  grpc::ClientContext context;
  Present("of-rita", context);
  v1::WatchRequest request;
  request.set_review_id("knees");
  const auto stream = fixture_->watch->Watch(&context, request);
  v1::WatchResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_TRUE(response.has_started());
  WriteTokens(Line("of-aude", "aude", "auditor"));
  ASSERT_OK(fixture_->server->ReloadTokens());
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.end().reason(), v1::WatchEnd::NO_LONGER_ALLOWED);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(SystemLogTest, ATokenFileThatIsWrongLeavesWhoMayCall) {
  const size_t entries = Actions().size();
  WriteTokens("word\n");
  EXPECT_THAT(fixture_->server->ReloadTokens(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("tokens:1: must be SHA256-OF-TOKEN")));
  WriteTokens("");
  EXPECT_THAT(fixture_->server->ReloadTokens(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("holds no token")));
  ASSERT_EQ(std::remove(options_.token_file.c_str()), 0);
  EXPECT_THAT(fixture_->server->ReloadTokens(),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("cannot read")));
  EXPECT_TRUE(List("of-rita").ok());
  EXPECT_EQ(Actions().size(), entries);
}

TEST_F(SystemLogTest, CallsGoOnWhileTokensAreReadAgain) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      while (!stop) EXPECT_TRUE(List("of-rita").ok());
    });
  }
  for (int i = 0; i < 10; ++i) {
    WriteTokens(absl::StrCat(Line("of-aude", "aude", "auditor"),
                             Line("of-rita", "rita", "reader"),
                             Line("of-other", absl::StrCat("a", i), "editor")));
    EXPECT_OK(fixture_->server->ReloadTokens());
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(Events().size(), 12);
}

TEST_F(SystemLogTest, ACreationIsInTheLogWhenItIsAnswered) {
  v1::ApplyRequest dry = Creation("knees");
  dry.set_validate_only(true);
  ASSERT_TRUE(Apply("of-mara", dry).ok());
  EXPECT_EQ(Actions().size(), 2);
  ASSERT_TRUE(Apply("of-mara", Creation("knees")).ok());
  const std::vector<Event> events = Events();
  ASSERT_EQ(events.size(), 3);
  EXPECT_EQ(events[2].entry.action(), "review.create");
  EXPECT_EQ(events[2].change.review_created().review_id(), "knees");
  EXPECT_EQ(events[2].change.review_created().vkey(), VkeyOf("knees"));
  // Neither a repeat nor a new version of the protocol creates it again.
  ASSERT_TRUE(Apply("of-mara", Creation("knees")).ok());
  v1::ApplyRequest update = Creation("knees");
  update.set_request_id("update");
  update.mutable_change()->mutable_put_review()->clear_expected_version();
  ASSERT_TRUE(Apply("of-mara", update).ok());
  EXPECT_EQ(Actions().size(), 3);
}

TEST_F(SystemLogTest, SaysWhichCallsWereRefused) {
  EXPECT_EQ(List("").error_code(), grpc::StatusCode::UNAUTHENTICATED);
  // Answered when it was logged.
  EXPECT_EQ(Refused().calls_size(), 1);
  EXPECT_EQ(List("guess").error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Apply("of-rita", Creation("knees")).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(Watch("guess", "knees").error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  Start();
  const v1::CallsRefused refused = Refused();
  ASSERT_EQ(refused.calls_size(), 4);
  EXPECT_EQ(refused.others(), 0);
  std::vector<std::string> calls;
  for (const v1::RefusedCall& call : refused.calls()) {
    EXPECT_EQ(call.peer(), "ipv4:127.0.0.1");
    EXPECT_EQ(call.count(), 1);
    calls.push_back(absl::StrCat(call.method(), " ", call.actor(), " ",
                                 call.code(), " ", call.message()));
  }
  EXPECT_THAT(
      calls,
      ::testing::UnorderedElementsAre(
          StartsWith("/tidemark.v1.ReadService/ListReviews  UNAUTHENTICATED "
                     "the server needs a token"),
          "/tidemark.v1.ReadService/ListReviews  UNAUTHENTICATED nobody has "
          "this token",
          "/tidemark.v1.WatchService/Watch  UNAUTHENTICATED nobody has this "
          "token",
          StartsWith("/tidemark.v1.WriteService/Apply rita PERMISSION_DENIED "
                     "\"rita\" may not change the protocol")));
}

TEST_F(SystemLogTest, OnlyAuditorsAndAdminsReadIt) {
  for (const char* token : {"of-rita", "of-mara"}) {
    v1::ListEntriesResponse page;
    const grpc::Status status = ListEntries(token, 1, &page);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_THAT(status.error_message(),
                HasSubstr("read the server's own log; it takes one of the "
                          "roles admin, auditor"));
  }
  EXPECT_EQ(Watch("of-mara", kSystem).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  Start();
  int64_t count = 0;
  const v1::CallsRefused refused = Refused();
  for (const v1::RefusedCall& call : refused.calls()) count += call.count();
  EXPECT_EQ(count, 3);
}

TEST_F(SystemLogTest, CanBeWatched) {
  grpc::ClientContext context;
  Present("of-aude", context);
  v1::WatchRequest request;
  request.set_review_id(kSystem);
  const auto stream = fixture_->watch->Watch(&context, request);
  v1::WatchResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.started().head_sequence(), 2);
  EXPECT_FALSE(List("guess").ok());
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.entry().entry().action(), "calls.refuse");
  context.TryCancel();
}

// As fast as they come, from several clients at once.
TEST_F(SystemLogTest, AFloodOfRefusedCallsIsCountedInFewEntries) {
  constexpr int kClients = 10;
  constexpr int kCalls = 1000;
  std::atomic<int> unexpected = 0;
  const auto flood = [&](int client) {
    std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
    v1::ListReviewsRequest request;
    std::vector<v1::ListReviewsResponse> responses(kCalls);
    std::vector<grpc::Status> statuses(kCalls);
    grpc::CompletionQueue queue;
    std::vector<std::unique_ptr<
        grpc::ClientAsyncResponseReader<v1::ListReviewsResponse>>>
        calls;
    for (int i = 0; i < kCalls; ++i) {
      contexts.push_back(std::make_unique<grpc::ClientContext>());
      Present(absl::StrCat("guess ", client, " ", i), *contexts.back());
      calls.push_back(fixture_->read->AsyncListReviews(contexts.back().get(),
                                                       request, &queue));
      calls.back()->Finish(&responses[static_cast<size_t>(i)],
                           &statuses[static_cast<size_t>(i)], nullptr);
    }
    for (int i = 0; i < kCalls; ++i) {
      void* tag = nullptr;
      bool ok = false;
      ASSERT_TRUE(queue.Next(&tag, &ok));
    }
    for (const grpc::Status& status : statuses) {
      if (status.error_code() != grpc::StatusCode::UNAUTHENTICATED) {
        ++unexpected;
      }
    }
  };
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) clients.emplace_back(flood, i);
  // Others are served meanwhile.
  EXPECT_TRUE(Apply("of-mara", Creation("knees")).ok());
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(unexpected, 0);
  Start();
  int64_t count = 0;
  int entries = 0;
  for (const Event& event : Events()) {
    if (!event.change.has_calls_refused()) continue;
    ++entries;
    EXPECT_EQ(event.change.calls_refused().calls_size(), 1);
    count += event.change.calls_refused().calls(0).count();
  }
  EXPECT_EQ(count, kClients * kCalls);
  // After 1, 2, 4 ... seconds: as many as two minutes would take.
  EXPECT_LE(entries, 8);
}

TEST_F(SystemLogTest, NobodyWritesToItAndNoReviewGetsItsName) {
  v1::ApplyRequest event;
  event.set_review_id("knees");
  event.mutable_change()->mutable_server_started()->set_vkey("mine");
  event.set_request_id("event");
  event.set_reason("a test");
  v1::ApplyRequest direct = event;
  direct.set_review_id(kSystem);
  for (const v1::ApplyRequest& request : {event, direct, Creation(kSystem)}) {
    const grpc::Status status = Apply("of-mara", request);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_THAT(status.error_message(),
                HasSubstr("only the server writes: its own log"));
  }
  Start();
  int64_t count = 0;
  const v1::CallsRefused refused = Refused();
  for (const v1::RefusedCall& call : refused.calls()) {
    EXPECT_EQ(call.actor(), "mara");
    count += call.count();
  }
  EXPECT_EQ(count, 3);
}

TEST_F(SystemLogTest, IsNoReview) {
  grpc::ClientContext list_context;
  Present("of-aude", list_context);
  v1::ListReviewsResponse list;
  ASSERT_TRUE(fixture_->read->ListReviews(&list_context, {}, &list).ok());
  EXPECT_THAT(list.reviews(), IsEmpty());
  v1::ListTrialsRequest request;
  request.set_review_id(kSystem);
  v1::ListTrialsResponse trials;
  grpc::ClientContext context;
  Present("of-aude", context);
  const grpc::Status status =
      fixture_->read->ListTrials(&context, request, &trials);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(status.error_message(), HasSubstr("own log"));
}

TEST_F(SystemLogTest, ItsHeadCanBeAskedFor) {
  v1::GetReviewRequest request;
  request.set_review_id(kSystem);
  for (const char* token : {"of-aude", "of-rita"}) {
    grpc::ClientContext context;
    Present(token, context);
    v1::GetReviewResponse review;
    const grpc::Status status =
        fixture_->read->GetReview(&context, request, &review);
    if (absl::string_view(token) == "of-rita") {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
      continue;
    }
    EXPECT_EQ(review.head_sequence(), 2);
    EXPECT_EQ(review.version(), 0);
  }
}

TEST_F(SystemLogTest, VerifiesAsEveryOtherLog) {
  ASSERT_TRUE(Apply("of-mara", Creation("knees")).ok());
  EXPECT_FALSE(List("").ok());
  Start();
  v1::ListEntriesResponse page;
  ASSERT_TRUE(ListEntries("of-aude", 1, &page).ok());
  review::LogVerifier verifier(kSystem);
  for (const v1::EntryWithEvidence& entry : page.entries()) {
    ASSERT_OK(verifier.Add(entry.entry().leaf(), entry.evidence()));
  }
  EXPECT_EQ(verifier.size(), 5);
  EXPECT_EQ(verifier.state().server().reviews.at("knees"), 3);
  grpc::ClientContext context;
  Present("of-aude", context);
  v1::GetCheckpointRequest request;
  request.set_review_id(kSystem);
  v1::GetCheckpointResponse response;
  ASSERT_TRUE(
      fixture_->audit->GetCheckpoint(&context, request, &response).ok());
  ASSERT_OK_AND_ASSIGN(const audit::Verifier key,
                       audit::Verifier::Parse(response.vkey()));
  ASSERT_OK_AND_ASSIGN(
      const audit::Checkpoint checkpoint,
      audit::OpenCheckpoint(response.checkpoint(), key, key.name()));
  EXPECT_EQ(checkpoint.size, verifier.size());
  EXPECT_EQ(checkpoint.root, verifier.RootAt(verifier.size()));
}

// A command that opens the data for itself is no server that started.
TEST(SystemLogInProcessTest, AServerThatDoesNotListenSaysOnlyWhatIsNew) {
  testing::ServerFixture fixture;
  fixture.CreateExample();
  fixture.Restart();
  v1::ListEntriesRequest request;
  request.set_review_id(kSystem);
  v1::ListEntriesResponse page;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture.audit->ListEntries(&context, request, &page).ok());
  ASSERT_EQ(page.entries_size(), 2);
  EXPECT_EQ(page.entries(0).entry().action(), "access.set");
  EXPECT_EQ(page.entries(1).entry().action(), "review.create");
}

}  // namespace
}  // namespace tidemark
