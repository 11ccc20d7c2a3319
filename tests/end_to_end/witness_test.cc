// A server, its witnesses over HTTP on loopback, and what becomes of both when
// either forgets, lies or is away.
#include "witness/witness.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/note.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "tests/faults/small_review.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"
#include "tidemark/v1/audit_service.pb.h"
#include "witness/http_server.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr const char* kReview = kExampleReview;
constexpr std::chrono::seconds kPatience(20);

bool Eventually(const std::function<bool()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

int CountIn(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// A witness that can be stopped, and started again at its address.
class RunningWitness {
 public:
  RunningWitness(int number, std::vector<std::string> logs) {
    options_.name = absl::StrCat("witness.example/", number);
    options_.seed = {static_cast<uint8_t>(number)};
    options_.logs = std::move(logs);
    options_.state_dir = FreshDirectory() + "/state";
    Start();
  }

  void Start() {
    auto witness = witness::Witness::Create(options_);
    ASSERT_OK(witness);
    witness_ = *std::move(witness);
    auto server = witness::HttpServer::Start(witness_.get(),
                                             absl::StrCat("127.0.0.1:", port_));
    ASSERT_OK(server);
    server_ = *std::move(server);
    port_ = server_->port();
    url_ = absl::StrCat("http://127.0.0.1:", port_, "+", witness_->vkey());
    key_ = witness_->vkey();
  }
  void Stop() {
    server_ = nullptr;
    witness_ = nullptr;
  }

  const std::string& name() const { return options_.name; }
  const std::string& state_dir() const { return options_.state_dir; }
  // URL+VKEY.
  const std::string& url() const { return url_; }
  audit::WitnessKey key() const {
    return audit::WitnessKey::Parse(key_).value();
  }

 private:
  witness::WitnessOptions options_;
  std::unique_ptr<witness::Witness> witness_;
  std::unique_ptr<witness::HttpServer> server_;
  int port_ = 0;
  std::string url_;
  std::string key_;
};

class WitnessTest : public ::testing::Test {
 protected:
  // The data of a server with one review, which is not running.
  WitnessTest() : data_(FreshDirectory()) {
    ServerFixture server(Options(data_));
    v1::ApplyResponse response;
    EXPECT_TRUE(server.Apply(CreateSmallReview(kReview), &response).ok());
    for (const char* log : {kReview, "system"}) {
      v1::GetCheckpointRequest request;
      request.set_review_id(log);
      v1::GetCheckpointResponse latest;
      grpc::ClientContext context;
      EXPECT_TRUE(server.audit->GetCheckpoint(&context, request, &latest).ok());
      logs_.push_back(latest.vkey());
    }
  }

  static server::ServerOptions Options(
      const std::string& data, std::vector<std::string> witnesses = {}) {
    server::ServerOptions options;
    options.data_dir = data;
    options.witnesses = std::move(witnesses);
    options.witness_interval = absl::Milliseconds(10);
    return options;
  }

  // Adds an entry; its sequence.
  static int64_t Write(ServerFixture& server, const std::string& trial) {
    v1::ApplyRequest request;
    request.set_review_id(kReview);
    request.set_request_id("submit-" + trial);
    request.set_reason("found");
    *request.mutable_change()
         ->mutable_submit_trials()
         ->add_trials()
         ->mutable_trial() = SmallTrial(trial, 10);
    v1::ApplyResponse response;
    const grpc::Status status = server.ApplyRequest(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.sequence();
  }

  static std::vector<std::string> Cosigned(ServerFixture& server,
                                           const std::string& log = kReview) {
    v1::ListCosignedCheckpointsRequest request;
    request.set_review_id(log);
    v1::ListCosignedCheckpointsResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(
        server.audit->ListCosignedCheckpoints(&context, request, &response)
            .ok());
    return {response.checkpoints().begin(), response.checkpoints().end()};
  }

  // Who cosigned the checkpoint of this size, of those given.
  static std::set<std::string> CosignersOf(
      int64_t size, ServerFixture& server,
      const std::vector<const RunningWitness*>& witnesses,
      const std::string& log = kReview) {
    std::set<std::string> names;
    for (const std::string& note : Cosigned(server, log)) {
      for (const RunningWitness* witness : witnesses) {
        const auto opened = audit::OpenCosignedNote(note, {witness->key()});
        if (!opened.ok() || opened->cosignatures.empty() ||
            audit::ParseCheckpoint(opened->text)->size != size) {
          continue;
        }
        names.insert(witness->name());
      }
    }
    return names;
  }

  const std::string data_;
  std::vector<std::string> logs_;
};

TEST_F(WitnessTest, EveryLogIsCosignedByAllAndStaysSo) {
  RunningWitness one(1, logs_);
  RunningWitness two(2, logs_);
  int64_t size = 0;
  {
    ServerFixture server(Options(data_, {one.url(), two.url()}));
    for (const char* trial : {"a", "b", "c"}) {
      size = Write(server, trial);
      EXPECT_TRUE(Eventually([&] {
        return CosignersOf(size, server, {&one, &two}).size() == 2;
      }));
    }
    EXPECT_EQ(Cosigned(server).size(), 1) << "older ones are superseded";
    EXPECT_TRUE(
        Eventually([&] { return !Cosigned(server, "system").empty(); }));
  }
  one.Stop();
  two.Stop();
  ServerFixture server(Options(data_, {one.url(), two.url()}));
  EXPECT_THAT(CosignersOf(size, server, {&one, &two}),
              UnorderedElementsAre(one.name(), two.name()));
}

TEST_F(WitnessTest, AServerWithoutWitnessesHasNone) {
  ServerFixture server(Options(data_));
  EXPECT_TRUE(Cosigned(server).empty());
}

TEST_F(WitnessTest, OneThatIsAwayHoldsUpNothingAndIsNamedOnce) {
  RunningWitness one(1, logs_);
  RunningWitness away(2, logs_);
  away.Stop();
  ::testing::internal::CaptureStderr();
  ServerFixture server(Options(data_, {one.url(), away.url()}));
  int64_t size = 0;
  for (int i = 0; i < 5; ++i) {
    size = Write(server, absl::StrCat("t", i));
    EXPECT_TRUE(Eventually(
        [&] { return CosignersOf(size, server, {&one}).size() == 1; }));
  }
  away.Start();
  EXPECT_TRUE(Eventually([&] {
    return CosignersOf(size, server, {&one, &away}).size() == 2;
  }));
  server.Stop();
  const std::string told = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(CountIn(told, away.name() + ": no answer"), 1) << told;
  EXPECT_EQ(CountIn(told, away.name() + ": the trouble is over"), 1) << told;
  EXPECT_THAT(told, Not(HasSubstr(one.name())));
}

// Accepts connections, and resets each at once.
class HangsUp {
 public:
  HangsUp() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    listen(listener_, 8);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (int peer = 0; (peer = accept(listener_, nullptr, nullptr)) >= 0;) {
        const linger at_once = {1, 0};
        setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        close(peer);
        ++hung_up_;
      }
    });
  }
  ~HangsUp() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  int port() const { return port_; }
  int hung_up() const { return hung_up_; }

 private:
  const int listener_;
  int port_ = 0;
  std::atomic<int> hung_up_ = 0;
  std::thread thread_;
};

TEST_F(WitnessTest, OneThatHangsUpEndsNothing) {
  const HangsUp witness;
  const std::string key =
      audit::Cosigner::Create("witness.example/1", {1})->vkey();
  // As in tidemarkd; servers of witnesses ignore it.
  signal(SIGPIPE, SIG_DFL);
  ::testing::internal::CaptureStderr();
  ServerFixture server(Options(
      data_, {absl::StrCat("http://127.0.0.1:", witness.port(), "+", key)}));
  Write(server, "a");
  EXPECT_TRUE(Eventually([&] { return witness.hung_up() >= 5; }));
  Write(server, "b");
  EXPECT_TRUE(Cosigned(server).empty());
  server.Stop();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("witness.example/1: no answer"));
}

TEST_F(WitnessTest, OneThatDoesNotFollowALogIsNamedWithIt) {
  RunningWitness one(1, {logs_[0]});
  ::testing::internal::CaptureStderr();
  ServerFixture server(Options(data_, {one.url()}));
  const int64_t size = Write(server, "a");
  EXPECT_TRUE(Eventually(
      [&] { return CosignersOf(size, server, {&one}).size() == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server.Stop();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("/system/1: it does not follow this log"),
                    Not(HasSubstr("/knee-msc/1"))));
}

TEST_F(WitnessTest, OneThatHasAnotherKeyOfALogIsNamedWithIt) {
  const std::string origin = audit::Verifier::Parse(logs_[0])->name();
  RunningWitness one(1, {audit::Signer::Create(origin, {99})->vkey()});
  ::testing::internal::CaptureStderr();
  ServerFixture server(Options(data_, {one.url()}));
  Write(server, "a");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(Cosigned(server).empty());
  server.Stop();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("/knee-msc/1: it does not know the key that signs"));
}

TEST_F(WitnessTest, AWitnessThatWasRolledBackIsNotCountedUntilItKnowsAgain) {
  RunningWitness witness(1, logs_);
  ServerFixture server(Options(data_, {witness.url()}));
  const int64_t early = Write(server, "a");
  ASSERT_TRUE(Eventually(
      [&] { return CosignersOf(early, server, {&witness}).size() == 1; }));
  const std::string copy = FreshDirectory();
  fs::copy(witness.state_dir(), copy + "/early");
  const int64_t later = Write(server, "b");
  ASSERT_TRUE(Eventually(
      [&] { return CosignersOf(later, server, {&witness}).size() == 1; }));

  witness.Stop();
  fs::rename(witness.state_dir(), copy + "/later");
  fs::copy(copy + "/early", witness.state_dir());
  witness.Start();
  ::testing::internal::CaptureStderr();
  const int64_t now = Write(server, "c");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(CosignersOf(now, server, {&witness}).empty());
  EXPECT_EQ(CosignersOf(later, server, {&witness}).size(), 1)
      << "what it vouched for before stays";
  EXPECT_EQ(CountIn(::testing::internal::GetCapturedStderr(),
                    "the witness was rolled back"),
            1);

  witness.Stop();
  fs::remove_all(witness.state_dir());
  fs::rename(copy + "/later", witness.state_dir());
  witness.Start();
  EXPECT_TRUE(Eventually(
      [&] { return CosignersOf(now, server, {&witness}).size() == 1; }));
}

// Two servers with one key show different histories.
TEST_F(WitnessTest, ASplitViewIsNotCosigned) {
  const std::string other_data = FreshDirectory() + "/copy";
  CopyData(data_, other_data);
  RunningWitness witness(1, logs_);
  ServerFixture server(Options(data_, {witness.url()}));
  Write(server, "a");
  const int64_t size = Write(server, "b");
  ASSERT_TRUE(Eventually(
      [&] { return CosignersOf(size, server, {&witness}).size() == 1; }));

  ::testing::internal::CaptureStderr();
  ServerFixture other(Options(other_data, {witness.url()}));
  Write(other, "x");
  // Smaller than what the witness has, as large, and larger.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ASSERT_EQ(Write(other, "y"), size);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  Write(other, "z");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_TRUE(Cosigned(other).empty());
  other.Stop();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr(witness.name()), HasSubstr("/knee-msc/1"),
                    HasSubstr("another server signs with its key")));
  // The first one goes on.
  const int64_t next = Write(server, "c");
  EXPECT_TRUE(Eventually(
      [&] { return CosignersOf(next, server, {&witness}).size() == 1; }));
}

// An older copy of data and anchor: the server itself cannot tell.
TEST_F(WitnessTest, ALogThatWasRolledBackIsNamed) {
  const std::string old_data = FreshDirectory() + "/copy";
  CopyData(data_, old_data);
  RunningWitness witness(1, logs_);
  {
    ServerFixture server(Options(data_, {witness.url()}));
    const int64_t size = Write(server, "a");
    ASSERT_TRUE(Eventually(
        [&] { return CosignersOf(size, server, {&witness}).size() == 1; }));
  }
  ::testing::internal::CaptureStderr();
  ServerFixture server(Options(old_data, {witness.url()}));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_TRUE(Cosigned(server).empty());
  server.Stop();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("the log was rolled back"));
}

TEST_F(WitnessTest, AWitnessHasOneForm) {
  RunningWitness witness(1, logs_);
  const std::string key = witness.key().vkey();
  for (const std::string& bad :
       {std::string("http://127.0.0.1:1"), key, "127.0.0.1:1+" + key,
        "http://127.0.0.1:1+" + logs_[0]}) {
    EXPECT_THAT(
        server::Server::Start(Options(data_, {bad})),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("URL+VKEY")))
        << bad;
  }
  EXPECT_THAT(
      server::Server::Start(
          Options(data_, {witness.url(), "http://other+" + key})),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("they are one")));
}

}  // namespace
}  // namespace tidemark::testing
