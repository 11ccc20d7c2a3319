// A client that does not believe its server: what it notices, and what it does
// not mistake for a lie.
#include "client/trust.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "base/testing/status_matchers.h"
#include "client/client.h"
#include "client/connection.h"
#include "client/known_logs.h"
#include "client/log_tracker.h"
#include "client/prove.h"
#include "client/watch.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

namespace fs = std::filesystem;
using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kExampleReview;
using testing::ServerFixture;
using ::testing::SizeIs;
using testing::StatusIs;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;

server::ServerOptions Over(const std::string& data_dir) {
  server::ServerOptions options;
  options.data_dir = data_dir;
  return options;
}

v1::Change Submission(size_t trial) {
  return testing::SubmitTrials({testing::ExampleTrials()[trial]});
}

// A server with a name of its own, whatever runs behind it at the moment, and
// clients that remember its logs in one directory.
class TrustTest : public ::testing::Test {
 protected:
  TrustTest() : fixture_(std::make_unique<ServerFixture>()) {
    trust_.directory = testing::FreshDirectory() + "/logs";
    trust_.on_first_contact = [this](const client::FirstContact& contact) {
      contacts_.push_back(contact);
    };
    v1::ApplyResponse response;
    EXPECT_TRUE(
        fixture_->Apply(testing::CreateExampleReview(), &response).ok());
  }

  std::unique_ptr<client::Client> NewClient() {
    client::ConnectOptions options;
    options.target = "the server";
    options.channel = fixture_->server->InProcessChannel();
    options.trust = trust_;
    options.retry.max_attempts = 1;
    auto client = client::Client::Connect(options);
    EXPECT_OK(client);
    return *std::move(client);
  }

  // Writes past every client.
  void Submit(size_t first, size_t last) {
    for (size_t trial = first; trial < last; ++trial) {
      v1::ApplyRequest request = RequestFor(trial);
      v1::ApplyResponse response;
      const auto status = fixture_->ApplyRequest(request, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
  }

  static v1::ApplyRequest RequestFor(size_t trial,
                                     const std::string& reason = "a test") {
    v1::ApplyRequest request;
    request.set_review_id(kExampleReview);
    *request.mutable_change() = Submission(trial);
    request.set_request_id(absl::StrCat("trial-", trial));
    request.set_reason(reason);
    return request;
  }

  // The data as they are now, for a server of the past.
  std::string CopyOfData() {
    fixture_->Stop();
    const std::string copy = testing::FreshDirectory();
    testing::CopyData(fixture_->data_dir(), copy);
    fixture_->Restart();
    return copy;
  }

  void RunOver(const std::string& data_dir) {
    fixture_->Stop();
    fixture_ = std::make_unique<ServerFixture>(Over(data_dir));
  }

  std::string KnownFile() {
    std::string text;
    for (const auto& file : fs::directory_iterator(trust_.directory)) {
      if (file.path().extension() != ".known-log") continue;
      std::ifstream stream(file.path());
      text.append(std::istreambuf_iterator<char>(stream), {});
    }
    return text;
  }

  static int64_t KnownSize(client::Client& client) {
    const auto known = client.KnownLogOf(kExampleReview);
    return known.ok() && known->has_value() ? (*known)->checkpoint.size : -1;
  }

  client::Trust trust_;
  std::vector<client::FirstContact> contacts_;
  std::unique_ptr<ServerFixture> fixture_;
};

// Every call about a review. All are allowed on the example with one trial.
std::vector<
    std::pair<std::string, std::function<absl::Status(client::Client&)>>>
EveryCall() {
  const std::string review = kExampleReview;
  const std::string trial = testing::ExampleTrials()[0].trial_id();
  // Of an analysis that the example does not have here: that is an answer too.
  const auto or_not_found = [](const absl::Status& status) {
    return absl::IsNotFound(status) ? absl::OkStatus() : status;
  };
  return {
      {"Apply",
       [=](client::Client& client) {
         return client.Apply(review, Submission(1), {"why", "", false})
             .status();
       }},
      {"Apply, dry",
       [=](client::Client& client) {
         return client.Apply(review, Submission(1), {"", "", true}).status();
       }},
      {"GetReview",
       [=](client::Client& client) {
         return client.GetReview(review).status();
       }},
      {"ListAnalyses",
       [=](client::Client& client) {
         return client.ListAnalyses(review).status();
       }},
      {"ListTrials",
       [=](client::Client& client) {
         return client.ListTrials(review).status();
       }},
      {"GetTrial",
       [=](client::Client& client) {
         v1::GetTrialRequest request;
         request.set_review_id(review);
         request.set_trial_id(trial);
         return client.GetTrial(request).status();
       }},
      {"Diff",
       [=](client::Client& client) {
         v1::DiffRequest request;
         request.set_review_id(review);
         request.mutable_from()->set_sequence(1);
         return client.Diff(request).status();
       }},
      {"Blame",
       [=](client::Client& client) {
         v1::BlameRequest request;
         request.set_review_id(review);
         request.set_trial_id(trial);
         return client.Blame(request).status();
       }},
      {"Explain",
       [=](client::Client& client) {
         v1::ExplainRequest request;
         request.set_review_id(review);
         request.set_analysis_id("pain-12m");
         request.set_first("single_msc");
         request.set_second("conventional");
         return or_not_found(client.Explain(request).status());
       }},
      {"WhatIf",
       [=](client::Client& client) {
         v1::WhatIfRequest request;
         request.set_review_id(review);
         request.set_analysis_id("pain-12m");
         return or_not_found(client.WhatIf(request).status());
       }},
      {"ListEntries",
       [=](client::Client& client) {
         v1::ListEntriesRequest request;
         request.set_review_id(review);
         return client.ListEntries(
             request, [](const auto&) { return absl::OkStatus(); });
       }},
      {"GetCheckpoint",
       [=](client::Client& client) {
         return client.GetCheckpoint(review).status();
       }},
      {"ProveInclusion",
       [=](client::Client& client) {
         v1::ProveInclusionRequest request;
         request.set_review_id(review);
         request.set_sequence(1);
         return client.ProveInclusion(request).status();
       }},
      {"Prove",
       [=](client::Client& client) {
         return client::Prove(client, review, 1).status();
       }},
      {"Watch",
       [=](client::Client& client) {
         client::WatchOptions options;
         options.from_sequence = 1;
         return client::Watch(client, review, options).Next().status();
       }},
  };
}

TEST_F(TrustTest, ALogIsToldOfOnFirstContactAndKeptForLater) {
  const auto client = NewClient();
  ASSERT_OK(client->GetReview(kExampleReview));
  ASSERT_OK(client->GetReview(kExampleReview));
  ASSERT_THAT(contacts_, SizeIs(1));
  EXPECT_EQ(contacts_[0].review_id, kExampleReview);
  EXPECT_EQ(contacts_[0].target, "the server");
  EXPECT_TRUE(fs::exists(contacts_[0].file));
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  EXPECT_THAT(contacts_, SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const auto known,
                       NewClient()->KnownLogOf(kExampleReview));
  ASSERT_TRUE(known.has_value());
  EXPECT_EQ(known->vkey, contacts_[0].vkey);
  EXPECT_EQ(known->checkpoint.size, 1);
}

TEST_F(TrustTest, WithoutADirectoryALogIsKnownAsLongAsTheClient) {
  trust_.directory.clear();
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  ASSERT_THAT(contacts_, SizeIs(2));
  EXPECT_EQ(contacts_[0].file, "");
}

TEST_F(TrustTest, FirstContactMayBeTheWriteThatCreatesTheReview) {
  RunOver(testing::FreshDirectory());
  const auto client = NewClient();
  EXPECT_THAT(client->GetReview(kExampleReview),
              StatusIs(absl::StatusCode::kNotFound, _));
  ASSERT_OK(client->Apply(kExampleReview, testing::CreateExampleReview(),
                          {"", "", true}));
  EXPECT_THAT(contacts_, IsEmpty());
  ASSERT_OK(client->Apply(kExampleReview, testing::CreateExampleReview(),
                          {"start", "", false}));
  EXPECT_THAT(contacts_, SizeIs(1));
  EXPECT_EQ(KnownSize(*client), 1);
}

TEST_F(TrustTest, EveryCallWorksAndTheLastCheckpointIsKept) {
  Submit(0, 1);
  for (const auto& [name, call] : EveryCall()) {
    const auto client = NewClient();
    EXPECT_OK(call(*client)) << name;
  }
  EXPECT_EQ(KnownSize(*NewClient()), 3);
}

TEST_F(TrustTest, EveryCallNoticesEntriesThatWereRemoved) {
  Submit(0, 1);
  const std::string past = CopyOfData();
  Submit(1, 4);
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  const std::string known = KnownFile();
  RunOver(past);
  for (const auto& [name, call] : EveryCall()) {
    EXPECT_THAT(call(*NewClient()),
                StatusIs(kDataLoss, AllOf(HasSubstr("does NOT verify"),
                                          HasSubstr("entries were removed"),
                                          HasSubstr("a tree of size 5"),
                                          HasSubstr(contacts_[0].file))))
        << name;
  }
  EXPECT_EQ(KnownFile(), known);
}

TEST_F(TrustTest, EveryCallNoticesAnotherHistory) {
  Submit(0, 1);
  const std::string past = CopyOfData();
  Submit(1, 3);
  ASSERT_OK(NewClient()->GetReview(kExampleReview));  // size 4
  const std::string known = KnownFile();
  RunOver(past);
  // Of the same size, then of a larger one.
  Submit(5, 7);
  EXPECT_THAT(NewClient()->GetReview(kExampleReview),
              StatusIs(kDataLoss, HasSubstr("changed")));
  // A write that looks like the next one.
  EXPECT_THAT(
      NewClient()->Apply(kExampleReview, Submission(9), {"why", "", false}),
      StatusIs(kDataLoss, HasSubstr("not proven to extend")));
  Submit(7, 9);
  for (const auto& [name, call] : EveryCall()) {
    EXPECT_THAT(call(*NewClient()),
                StatusIs(kDataLoss, HasSubstr("not proven to extend")))
        << name;
  }
  EXPECT_EQ(KnownFile(), known);
}

TEST_F(TrustTest, ALogMadeAnewHasAnotherKeyWhateverItsSize) {
  Submit(0, 2);
  ASSERT_OK(NewClient()->GetReview(kExampleReview));  // size 3
  RunOver(testing::FreshDirectory());
  v1::ApplyResponse response;
  ASSERT_TRUE(fixture_->Apply(testing::CreateExampleReview(), &response).ok());
  for (size_t trial = 0; trial < 4; ++trial) {
    Submit(trial, trial + 1);
    EXPECT_THAT(
        NewClient()->GetReview(kExampleReview),
        StatusIs(kDataLoss,
                 AllOf(HasSubstr("another key"), HasSubstr(contacts_[0].vkey),
                       HasSubstr("remove " + contacts_[0].file))))
        << trial;
  }
  EXPECT_THAT(
      NewClient()->Apply(kExampleReview, Submission(7), {"why", "", false}),
      StatusIs(kDataLoss, HasSubstr("another key")));
  // Whoever knows why removes the file.
  fs::remove(contacts_[0].file);
  EXPECT_OK(NewClient()->GetReview(kExampleReview));
  EXPECT_THAT(contacts_, SizeIs(2));
}

TEST_F(TrustTest, NothingIsWrittenToALogThatIsNotTheKnownOne) {
  Submit(0, 1);
  const std::string past = CopyOfData();
  Submit(1, 2);
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  RunOver(past);
  EXPECT_THAT(
      NewClient()->Apply(kExampleReview, Submission(9), {"why", "", false}),
      StatusIs(kDataLoss, HasSubstr("entries were removed")));
  EXPECT_EQ(fixture_->Head(), 2);
}

TEST_F(TrustTest, ALogThatIsGoneIsNotJustNotFound) {
  const auto client = NewClient();
  ASSERT_OK(client->GetReview(kExampleReview));
  RunOver(testing::FreshDirectory());
  EXPECT_THAT(NewClient()->GetReview(kExampleReview),
              StatusIs(kDataLoss, HasSubstr("no log at all")));
  EXPECT_THAT(NewClient()->GetReview("another"),
              StatusIs(absl::StatusCode::kNotFound, _));
}

TEST_F(TrustTest, AGivenKeyIsNotBelievedButHeldTo) {
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  const std::string vkey = contacts_[0].vkey;
  fs::remove(contacts_[0].file);
  trust_.vkeys[kExampleReview] = vkey;
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  EXPECT_THAT(contacts_, SizeIs(1));
  fs::remove(contacts_[0].file);

  ASSERT_OK_AND_ASSIGN(const audit::Signer other,
                       audit::Signer::Create("tidemark/x/knee-msc/1", {7}));
  trust_.vkeys[kExampleReview] = other.vkey();
  for (const auto& [name, call] : EveryCall()) {
    EXPECT_THAT(call(*NewClient()),
                StatusIs(kDataLoss, HasSubstr(other.vkey())))
        << name;
  }
  EXPECT_EQ(KnownFile(), "");
}

TEST_F(TrustTest, AKeyThatIsNoneIsRefusedAtOnce) {
  client::ConnectOptions options;
  options.trust.vkeys["knees"] = "no key";
  EXPECT_THAT(client::Client::Connect(options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("knees")));
}

TEST_F(TrustTest, ADamagedFileIsNamed) {
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  fs::resize_file(contacts_[0].file, fs::file_size(contacts_[0].file) - 3);
  EXPECT_THAT(NewClient()->GetReview(kExampleReview),
              StatusIs(kDataLoss, AllOf(HasSubstr(contacts_[0].file),
                                        HasSubstr("damaged"))));
  // Nothing is written that could not be checked.
  EXPECT_THAT(
      NewClient()->Apply(kExampleReview, Submission(0), {"why", "", false}),
      StatusIs(kDataLoss, HasSubstr("damaged")));
  EXPECT_EQ(fixture_->Head(), 1);
}

TEST_F(TrustTest, AnUnverifiedClientBelievesAnything) {
  const std::string past = CopyOfData();
  Submit(0, 3);
  ASSERT_OK(NewClient()->GetReview(kExampleReview));
  RunOver(past);
  trust_.unverified = true;
  EXPECT_OK(NewClient()->GetReview(kExampleReview));
}

TEST_F(TrustTest, AnOlderCheckpointIsNoErrorAndChangesNothing) {
  Submit(0, 4);
  const auto client = NewClient();
  ASSERT_OK(client->GetReview(kExampleReview));
  ASSERT_OK_AND_ASSIGN(const auto older,
                       client->GetCheckpoint(kExampleReview, 2));
  EXPECT_THAT(older.checkpoint(), HasSubstr("\n2\n"));
  EXPECT_EQ(KnownSize(*client), 5);
  EXPECT_THAT(client->GetCheckpoint(kExampleReview, 9),
              StatusIs(absl::StatusCode::kOutOfRange, _));
}

// Answers to writes, as they came, of the true server and of its twin.
TEST_F(TrustTest, ReceiptsMayBeSeenInAnyOrderButOnlyOfOneHistory) {
  const std::string past = CopyOfData();
  std::vector<std::pair<v1::ApplyRequest, v1::ApplyResponse>> answers;
  const auto collect = [&](size_t trial, const std::string& reason) {
    const v1::ApplyRequest request = RequestFor(trial, reason);
    v1::ApplyResponse response;
    ASSERT_TRUE(fixture_->ApplyRequest(request, &response).ok());
    answers.emplace_back(request, response);
  };
  RunOver(past);
  for (size_t trial = 0; trial < 6; ++trial) collect(trial, "the twin");
  std::vector<std::pair<v1::ApplyRequest, v1::ApplyResponse>> twins;
  answers.swap(twins);
  RunOver(CopyOfData());
  const auto twin_client = NewClient();
  EXPECT_OK(twin_client->log_tracker()->CheckReceipt(twins[3].first,
                                                     twins[3].second));

  // The twins' log is what is known now: start afresh with the true one.
  fs::remove_all(trust_.directory);
  fixture_->Stop();
  fixture_ = std::make_unique<ServerFixture>();
  v1::ApplyResponse created;
  ASSERT_TRUE(fixture_->Apply(testing::CreateExampleReview(), &created).ok());
  for (size_t trial = 0; trial < 6; ++trial) collect(trial, "the truth");
  std::mt19937 random(1);
  for (int round = 0; round < 5; ++round) {
    trust_.directory = testing::FreshDirectory();
    const auto client = NewClient();
    std::shuffle(answers.begin(), answers.end(), random);
    for (const auto& [request, response] : answers) {
      EXPECT_OK(client->log_tracker()->CheckReceipt(request, response));
    }
    EXPECT_EQ(KnownSize(*client), 7);
    for (const auto& [request, response] : twins) {
      EXPECT_THAT(client->log_tracker()->CheckReceipt(request, response),
                  StatusIs(kDataLoss, _));
    }
    EXPECT_EQ(KnownSize(*client), 7);
  }
}

// Two processes are two clients here: all that they share is the directory.
TEST_F(TrustTest, ManyThreadsOfTwoClientsAgree) {
  const std::unique_ptr<client::Client> clients[] = {NewClient(), NewClient()};
  ASSERT_OK(clients[0]->GetReview(kExampleReview));
  std::vector<std::thread> threads;
  for (size_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      client::Client& client = *clients[i % 2];
      for (size_t trial = i; trial < 16; trial += 8) {
        EXPECT_OK(client.Apply(kExampleReview, Submission(trial),
                               {"many", "", false}));
        EXPECT_OK(client.ListTrials(kExampleReview));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(KnownSize(*clients[0]), 17);
  EXPECT_EQ(KnownSize(*clients[1]), 17);
  EXPECT_THAT(contacts_, SizeIs(1));
}

TEST_F(TrustTest, AWatchChecksTheLogAtEveryConnection) {
  const std::string past = CopyOfData();
  fixture_->Stop();
  server::ServerOptions options = Over(fixture_->data_dir());
  options.listen = "127.0.0.1:0";
  fixture_ = std::make_unique<ServerFixture>(options);
  const int port = fixture_->server->port();
  client::ConnectOptions connect;
  connect.target = absl::StrCat("127.0.0.1:", port);
  connect.trust = trust_;
  connect.retry.initial_backoff = absl::Milliseconds(50);
  connect.retry.max_backoff = absl::Milliseconds(200);
  ASSERT_OK_AND_ASSIGN(const auto client, client::Client::Connect(connect));
  client::WatchOptions watch_options;
  watch_options.from_sequence = 1;
  client::Watch watch(*client, kExampleReview, watch_options);
  ASSERT_OK(watch.Next());
  Submit(0, 1);
  ASSERT_OK(watch.Next());
  ASSERT_OK(client->GetReview(kExampleReview));  // knows size 2

  fixture_->Stop();
  options.data_dir = past;
  options.listen = absl::StrCat("127.0.0.1:", port);
  fixture_ = std::make_unique<ServerFixture>(options);
  Submit(5, 8);
  EXPECT_THAT(watch.Next(),
              StatusIs(kDataLoss, HasSubstr("not proven to extend")));
}

// Between client and server; changes what the server says.
class Liar {
 public:
  explicit Liar(ServerFixture& fixture)
      : writes_(fixture, *this), audits_(fixture, *this) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&writes_);
    builder.RegisterService(&audits_);
    server_ = builder.BuildAndStart();
  }

  std::shared_ptr<grpc::Channel> channel() {
    return server_->InProcessChannel({});
  }

  std::function<void(v1::ApplyResponse*)> on_apply = [](auto*) {};
  std::function<void(v1::GetCheckpointResponse*)> on_checkpoint = [](auto*) {};
  std::function<void(v1::ProveConsistencyResponse*)> on_proof = [](auto*) {};
  bool refuses_proofs = false;

 private:
  class Writes final : public v1::WriteService::Service {
   public:
    Writes(ServerFixture& fixture, Liar& liar)
        : fixture_(fixture), liar_(liar) {}
    grpc::Status Apply(grpc::ServerContext*, const v1::ApplyRequest* request,
                       v1::ApplyResponse* response) override {
      const auto status = fixture_.ApplyRequest(*request, response);
      if (status.ok()) liar_.on_apply(response);
      return status;
    }

   private:
    ServerFixture& fixture_;
    Liar& liar_;
  };
  class Audits final : public v1::AuditService::Service {
   public:
    Audits(ServerFixture& fixture, Liar& liar)
        : fixture_(fixture), liar_(liar) {}
    grpc::Status GetCheckpoint(grpc::ServerContext*,
                               const v1::GetCheckpointRequest* request,
                               v1::GetCheckpointResponse* response) override {
      grpc::ClientContext context;
      const auto status =
          fixture_.audit->GetCheckpoint(&context, *request, response);
      if (status.ok()) liar_.on_checkpoint(response);
      return status;
    }
    grpc::Status ProveConsistency(
        grpc::ServerContext*, const v1::ProveConsistencyRequest* request,
        v1::ProveConsistencyResponse* response) override {
      grpc::ClientContext context;
      if (liar_.refuses_proofs) {
        return {grpc::StatusCode::NOT_FOUND, "no such tree"};
      }
      const auto status =
          fixture_.audit->ProveConsistency(&context, *request, response);
      if (status.ok()) liar_.on_proof(response);
      return status;
    }

   private:
    ServerFixture& fixture_;
    Liar& liar_;
  };

  Writes writes_;
  Audits audits_;
  std::unique_ptr<grpc::Server> server_;
};

class LiarTest : public TrustTest {
 protected:
  LiarTest() : liar_(*fixture_) {
    client::ConnectOptions options;
    options.channel = liar_.channel();
    options.trust = trust_;
    auto client = client::Client::Connect(options);
    EXPECT_OK(client);
    client_ = *std::move(client);
    EXPECT_OK(client_->GetCheckpoint(kExampleReview));
  }

  absl::Status Write(size_t trial) {
    return client_
        ->Apply(kExampleReview, Submission(trial),
                {"why", absl::StrCat("request-of-", trial), false})
        .status();
  }

  Liar liar_;
  std::unique_ptr<client::Client> client_;
};

void FlipLastBit(std::string* bytes) { bytes->back() ^= 1; }

TEST_F(LiarTest, AnHonestAnswerPasses) {
  EXPECT_OK(Write(0));
  EXPECT_OK(Write(0));  // a repeat
  Submit(1, 3);
  EXPECT_OK(Write(3));  // others came between
  EXPECT_OK(Write(0));  // a repeat, proven in a larger tree
  EXPECT_EQ(KnownSize(*client_), 5);
}

TEST_F(LiarTest, NoPartOfAReceiptMayBeForged) {
  v1::ApplyResponse response;
  ASSERT_TRUE(fixture_->Apply(testing::PutExampleAnalyses(), &response).ok());
  ASSERT_OK(Write(0));
  ASSERT_OK(client_->Apply(kExampleReview, Submission(1),
                           {"because", "another", false}));
  v1::ApplyResponse other;  // a true receipt, of another entry
  const auto keep = [&](v1::ApplyResponse* answer) { other = *answer; };
  liar_.on_apply = keep;
  ASSERT_OK(Write(0));

  using Lie = std::function<void(v1::ApplyResponse*)>;
  const std::pair<std::string, Lie> lies[] = {
      {"none", [](auto* answer) { answer->clear_receipt(); }},
      {"no leaf",
       [](auto* answer) { answer->mutable_receipt()->clear_leaf(); }},
      {"leaf",
       [](auto* answer) {
         FlipLastBit(answer->mutable_receipt()->mutable_leaf());
       }},
      {"leaf hash",
       [](auto* answer) {
         FlipLastBit(answer->mutable_receipt()->mutable_leaf_hash());
       }},
      {"leaf index",
       [](auto* answer) { answer->mutable_receipt()->set_leaf_index(0); }},
      {"proof",
       [](auto* answer) {
         FlipLastBit(answer->mutable_receipt()->mutable_inclusion_proof(0));
       }},
      {"short hash",
       [](auto* answer) {
         answer->mutable_receipt()->mutable_inclusion_proof(0)->pop_back();
       }},
      {"no proof",
       [](auto* answer) {
         answer->mutable_receipt()->clear_inclusion_proof();
       }},
      {"no checkpoint",
       [](auto* answer) { answer->mutable_receipt()->clear_checkpoint(); }},
      {"signature",
       [](auto* answer) {
         std::string& note = *answer->mutable_receipt()->mutable_checkpoint();
         note[note.size() - 10] = note[note.size() - 10] == 'A' ? 'B' : 'A';
       }},
      {"another entry",
       [&](auto* answer) { *answer->mutable_receipt() = other.receipt(); }},
      {"another answer", [&](auto* answer) { *answer = other; }},
      {"sequence", [](auto* answer) { answer->set_sequence(99); }},
      {"version",
       [](auto* answer) { answer->mutable_versions(0)->set_version(9); }},
      {"moved", [](auto* answer) { answer->mutable_moved()->RemoveLast(); }},
      {"digest of what moved",
       [](auto* answer) {
         FlipLastBit(answer->mutable_moved(0)->mutable_estimate());
       }},
      {"name of what moved",
       [](auto* answer) { answer->mutable_moved(0)->set_analysis_id("x"); }},
  };
  const int64_t known = KnownSize(*client_);
  size_t trial = 2;
  for (const auto& [name, lie] : lies) {
    liar_.on_apply = lie;
    EXPECT_THAT(Write(trial),
                StatusIs(kDataLoss, AllOf(HasSubstr("receipt"),
                                          HasSubstr("does NOT verify"))))
        << name;
    EXPECT_EQ(KnownSize(*client_), known) << name;
    if (++trial == 16) trial = 2;  // repeats have receipts too
  }
}

TEST_F(LiarTest, ACheckpointNeedsItsProofItsKeyAndItsReview) {
  Submit(0, 2);
  liar_.on_checkpoint = [](auto* answer) { answer->clear_consistency_proof(); };
  EXPECT_THAT(client_->GetCheckpoint(kExampleReview),
              StatusIs(kDataLoss, HasSubstr("not proven to extend")));
  // The log of another review passed off as this one.
  ASSERT_OK_AND_ASSIGN(const audit::Signer other,
                       audit::Signer::Create("tidemark/x/hip/1", {7}));
  ASSERT_OK_AND_ASSIGN(const std::string note,
                       audit::SignCheckpoint({other.name(), 9, {}}, other));
  liar_.on_checkpoint = [&](v1::GetCheckpointResponse* answer) {
    answer->set_vkey(other.vkey());
    answer->set_checkpoint(note);
  };
  client::ConnectOptions fresh;
  fresh.channel = liar_.channel();
  ASSERT_OK_AND_ASSIGN(const auto newcomer, client::Client::Connect(fresh));
  EXPECT_THAT(newcomer->GetCheckpoint(kExampleReview),
              StatusIs(kDataLoss, HasSubstr("tidemark/x/hip/1")));
  liar_.on_checkpoint = [](auto* answer) { answer->clear_vkey(); };
  EXPECT_THAT(client_->GetCheckpoint(kExampleReview), StatusIs(kDataLoss, _));
  liar_.on_checkpoint = [](auto* answer) { answer->clear_checkpoint(); };
  EXPECT_THAT(client_->GetCheckpoint(kExampleReview), StatusIs(kDataLoss, _));
  // A receipt that does not follow the last checkpoint needs one too.
  liar_.on_proof = [](auto* answer) { answer->clear_proof(); };
  EXPECT_THAT(Write(2), StatusIs(kDataLoss, HasSubstr("not proven to extend")));
  EXPECT_EQ(KnownSize(*client_), 1);
}

TEST_F(LiarTest, ARefusedProofIsOneThatFails) {
  Submit(0, 1);
  const v1::ApplyRequest request = RequestFor(1);
  v1::ApplyResponse response;  // of size 3, two after what is known
  ASSERT_TRUE(fixture_->ApplyRequest(request, &response).ok());
  liar_.refuses_proofs = true;
  liar_.on_checkpoint = [](auto*) { ADD_FAILURE() << "asked for it"; };
  EXPECT_THAT(client_->log_tracker()->CheckReceipt(request, response),
              StatusIs(kDataLoss, AllOf(HasSubstr("not proven to extend"),
                                        HasSubstr("no such tree"))));
  EXPECT_EQ(KnownSize(*client_), 1);
}

TEST_F(LiarTest, ACheckpointSeenInAnotherWayIsHeldToWhatIsKnown) {
  ASSERT_OK_AND_ASSIGN(const auto first,
                       client_->GetCheckpoint(kExampleReview));
  Submit(0, 3);
  v1::GetCheckpointRequest request;
  request.set_review_id(kExampleReview);
  grpc::ClientContext context;
  v1::GetCheckpointResponse latest;
  ASSERT_TRUE(fixture_->audit->GetCheckpoint(&context, request, &latest).ok());
  liar_.on_proof = [](auto* answer) { answer->clear_proof(); };
  EXPECT_THAT(
      client_->Remember(kExampleReview, latest.vkey(), latest.checkpoint()),
      StatusIs(kDataLoss, HasSubstr("not proven to extend")));
  EXPECT_EQ(KnownSize(*client_), 1);
  liar_.on_proof = [](auto*) {};
  ASSERT_OK(
      client_->Remember(kExampleReview, latest.vkey(), latest.checkpoint()));
  EXPECT_EQ(KnownSize(*client_), 4);
  // An older one, of the same history.
  ASSERT_OK(
      client_->Remember(kExampleReview, first.vkey(), first.checkpoint()));
  EXPECT_EQ(KnownSize(*client_), 4);
  EXPECT_THAT(client_->Remember("another", first.vkey(), first.checkpoint()),
              StatusIs(kDataLoss, HasSubstr("a log of something else")));
}

TEST_F(LiarTest, AWriteAfterTheLastCheckpointNeedsNoFurtherProof) {
  liar_.on_proof = [](auto*) { ADD_FAILURE() << "asked for a proof"; };
  liar_.on_checkpoint = [](auto*) { ADD_FAILURE() << "asked for it"; };
  for (size_t trial = 0; trial < 6; ++trial) EXPECT_OK(Write(trial));
  EXPECT_EQ(KnownSize(*client_), 7);
}

}  // namespace
}  // namespace tidemark
