// The checks of these tests can fail: each is run against a server that has a
// known bug, where it must find it, and against the same server without, where
// it must find nothing.
//
// The server is :faulty_server, in this process.
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/faults.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "storage/keys.h"
#include "tests/faults/crowd.h"
#include "tests/faults/findings.h"
#include "tests/faults/power_cycle.h"
#include "tests/faults/raw_store.h"
#include "tests/faults/seed.h"
#include "tests/faults/stubs.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"
#include "tests/watch/history.h"
#include "tests/watch/watch_checker.h"
#include "tests/watch/watched_review.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::testing {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kPowerCuts = 12;
constexpr uint64_t kMostOperations = 300;
constexpr size_t kAnswers = 60;

class SeededBugsTest : public ::testing::Test {
 protected:
  ~SeededBugsTest() override { SeedBug(""); }

  // The check's findings, over fresh data.
  std::vector<std::string> With(
      const std::string& bug,
      const std::function<void(const std::string& data_dir)>& check) {
    SeedBug(bug);
    const std::string data_dir = FreshDirectory() + "/data";
    std::vector<std::string> findings = FindingsOf([&] { check(data_dir); });
    SeedBug("");
    std::cerr << (bug.empty() ? "no bug" : bug) << ": "
              << (findings.empty() ? "nothing found" : findings.front())
              << "\n";
    return findings;
  }

  // What power_loss_test does.
  void CutPower(const std::string& data_dir) {
    std::mt19937_64 random(seed_);
    // One writer a review: a write that comes last in its batch can be answered
    // before it is stored.
    Crowd crowd(2, 1, seed_);
    for (int i = 0; i < kPowerCuts; ++i) {
      const auto operations = static_cast<int64_t>(random() % kMostOperations);
      ASSERT_NO_FATAL_FAILURE(RunUntilPowerCut(
          data_dir, operations, i % 2 == 0 ? &random : nullptr, crowd));
      ASSERT_NO_FATAL_FAILURE(CheckAfterPowerCut(data_dir, random, crowd));
    }
  }

  // What all tests with a crowd do, without a fault of the machine.
  void WriteAndCheck(const std::string& data_dir) {
    std::mt19937_64 random(seed_);
    Crowd crowd(1, 3, seed_);
    ASSERT_OK_AND_ASSIGN(const auto server, StartOn(data_dir, nullptr));
    Stubs stubs(server->InProcessChannel());
    ASSERT_TRUE(crowd.Settle(stubs).ok());
    crowd.Start(stubs);
    crowd.WaitForAnswers(kAnswers);
    crowd.Stop();
    ASSERT_NO_FATAL_FAILURE(crowd.CheckAcknowledged(stubs, random));
  }

  // What tamper_test does with a leaf that a start hashes again: a change of
  // who, when or why is in nothing else that the start looks at.
  void TamperWithLeaf(const std::string& data_dir) {
    ASSERT_NO_FATAL_FAILURE(WriteAndCheck(data_dir));
    {
      ASSERT_OK_AND_ASSIGN(const auto store, RawStore::Open(data_dir));
      const std::string key = storage::LogKey("review-0", kTampered);
      ASSERT_OK_AND_ASSIGN(std::string leaf, store->Get("log", key));
      const size_t reason = leaf.find("a test of faults");
      ASSERT_NE(reason, std::string::npos);
      leaf[reason] = 'A';
      ASSERT_OK(store->Put("log", key, leaf));
    }
    ASSERT_OK_AND_ASSIGN(const auto server, StartOn(data_dir, nullptr));
    Stubs stubs(server->InProcessChannel());
    v1::GetReviewRequest request;
    request.set_review_id("review-0");
    v1::GetReviewResponse response;
    const grpc::Status status = Call(
        *stubs.read, &v1::ReadService::Stub::GetReview, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::DATA_LOSS)
        << "a changed leaf is served";
  }

  // What tests/watch does, over a good network.
  void FollowAndCheck(const std::string& data_dir) {
    server::ServerOptions options;
    options.data_dir = data_dir;
    ServerFixture fixture(options);
    WatchedReview review(&fixture, seed_);
    review.Write(10);
    const History history = review.ReadHistory();
    v1::WatchRequest request;
    request.set_review_id(kExampleReview);
    request.set_from_sequence(1);
    grpc::ClientContext context;
    const auto stream = fixture.watch->Watch(&context, request);
    std::vector<v1::WatchResponse> messages(1);
    while (messages.back().entry().entry().sequence() < history.head()) {
      messages.emplace_back();
      ASSERT_TRUE(stream->Read(&messages.back()));
    }
    messages.erase(messages.begin());
    context.TryCancel();
    EXPECT_THAT(CheckWatch(request, 0, history.head(), messages, history),
                IsEmpty());
  }

  static constexpr int64_t kTampered = 20;
  const uint64_t seed_ = PrintedSeed();
};

TEST_F(SeededBugsTest, WithoutABugTheChecksFindNothing) {
  EXPECT_THAT(With("", [&](const auto& data) { CutPower(data); }), IsEmpty());
  EXPECT_THAT(With("", [&](const auto& data) { WriteAndCheck(data); }),
              IsEmpty());
  EXPECT_THAT(With("", [&](const auto& data) { FollowAndCheck(data); }),
              IsEmpty());
  EXPECT_THAT(With("", [&](const auto& data) { TamperWithLeaf(data); }),
              IsEmpty());
}

TEST_F(SeededBugsTest, ASkippedSyncIsFoundByAPowerCut) {
  EXPECT_THAT(With("skip_sync", [&](const auto& data) { CutPower(data); }),
              Contains(HasSubstr("lost")));
}

TEST_F(SeededBugsTest, AnAnswerBeforeTheSyncIsFoundByAPowerCut) {
  EXPECT_THAT(
      With("answer_before_sync", [&](const auto& data) { CutPower(data); }),
      Contains(HasSubstr("lost")));
}

TEST_F(SeededBugsTest, AnAnchorBeforeTheSyncIsFoundByAPowerCut) {
  EXPECT_THAT(
      With("anchor_before_sync", [&](const auto& data) { CutPower(data); }),
      Contains(HasSubstr("acknowledged entries are lost")));
}

TEST_F(SeededBugsTest, ALeafThatIsNotHashedAgainIsFoundByTampering) {
  EXPECT_THAT(
      With("skip_rehash", [&](const auto& data) { TamperWithLeaf(data); }),
      Contains(HasSubstr("a changed leaf is served")));
}

TEST_F(SeededBugsTest, ADroppedWatchEventIsFoundByTheWatchers) {
  EXPECT_THAT(
      With("drop_watch_event", [&](const auto& data) { WriteAndCheck(data); }),
      Contains(HasSubstr("the watch has a gap or a repeat")));
}

TEST_F(SeededBugsTest, ADroppedWatchEventIsFoundByTheValidators) {
  EXPECT_THAT(
      With("drop_watch_event", [&](const auto& data) { FollowAndCheck(data); }),
      Contains(HasSubstr("entry 7 is missing before entry 8")));
}

// In proofs that the server makes, or already in a receipt.
TEST_F(SeededBugsTest, SwappedNodesAreFoundByTheProofs) {
  EXPECT_THAT(
      With("swap_nodes", [&](const auto& data) { WriteAndCheck(data); }),
      Contains(AnyOf(HasSubstr("VerifyInclusion"),
                     HasSubstr("is not the acknowledged one"))));
}

TEST(BinariesTest, TidemarkdHasNoTraceOfFailpointsAndSeededBugs) {
  const auto read = [](const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
  };
  const std::string real = read("server/tidemarkd");
  const std::string faulty = read("tests/faults/faulty_tidemarkd");
  ASSERT_GT(real.size(), 1U << 20);
  for (const std::string trace :
       {"failpoint:before_batch", "failpoint:before_anchor",
        "failpoint:half_an_anchor_slot", "failpoint:before_answer",
        "failpoint:before_reanchor", "failpoint:replaying",
        "failpoint:compacting", "bug:skip_sync", "bug:answer_before_sync",
        "bug:anchor_before_sync", "bug:skip_rehash", "bug:drop_watch_event",
        "bug:swap_nodes", "TIDEMARK_FAILPOINT", "TIDEMARK_SEEDED_BUG"}) {
    EXPECT_NE(faulty.find(trace), std::string::npos) << trace;
    EXPECT_EQ(real.find(trace), std::string::npos) << trace;
  }
  for (const std::string prefix : {"failpoint:", "bug:"}) {
    EXPECT_EQ(real.find(prefix), std::string::npos) << prefix;
  }
}

}  // namespace
}  // namespace tidemark::testing
