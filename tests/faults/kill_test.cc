// kill -9 of the server at any moment of a stream of submissions loses no
// acknowledged write. After each restart the log holds all that was answered,
// reaches the anchor and verifies; what is served is what it makes; and every
// receipt ever issued is of this log.
//
// Half of the kills come at random times, to tidemarkd; the others at the
// failpoints of faulty_tidemarkd. TIDEMARK_KILLS sets how many,
// TIDEMARK_FAULT_SEED when.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/faults/connect.h"
#include "tests/faults/crowd.h"
#include "tests/faults/seed.h"
#include "tests/faults/server_process.h"
#include "tests/faults/stubs.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

constexpr uint64_t kKills = 100;
// Then it starts anew: a check after a restart takes as long as the log is.
constexpr uint64_t kKillsOfALog = 100;
// With a watch of each review, eight clients.
constexpr int kReviews = 2;
constexpr int kWritersAReview = 3;
// The longest time from the first answer, or the start, to the kill.
constexpr uint64_t kMostMicrosOfWriting = 80000;
constexpr uint64_t kMostMicrosOfStarting = 120000;
// A failpoint on the way of a write is hit once a group of writes.
constexpr uint64_t kMostHits = 40;

// At random times of tidemarkd: while it is written to, while it starts.
constexpr char kWriting[] = "writing";
constexpr char kStarting[] = "starting";
// Of the start.
constexpr char kBeforeReanchor[] = "before_reanchor";
constexpr char kReplaying[] = "replaying";
// How it is killed, in turn. A start re-anchors only after a kill between
// batch and anchor.
constexpr std::array<const char*, 12> kWays = {
    kWriting,        "before_batch", kWriting,  "before_anchor",
    kBeforeReanchor, kStarting,      kWriting,  "half_an_anchor_slot",
    kWriting,        kReplaying,     kStarting, "before_answer"};

void SleepUpTo(uint64_t micros, std::mt19937_64& random) {
  std::this_thread::sleep_for(std::chrono::microseconds(random() % micros));
}

class KillTest : public ::testing::Test {
 protected:
  std::unique_ptr<ServerProcess> Spawn(const std::string& failpoint = "") {
    return std::make_unique<ServerProcess>(data_, directory_ + "/output",
                                           failpoint);
  }

  // The server must serve what it acknowledged in all its lives before.
  void CheckAcknowledged(Stubs& stubs) {
    ASSERT_NO_FATAL_FAILURE(crowd_->CheckAcknowledged(stubs, random_));
    ASSERT_NO_FATAL_FAILURE(crowd_->CheckAnchors(data_ + "/anchor"));
  }

  // What a client may be told by a server that was killed under its call.
  static void ExpectClean(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE)
        << status.error_message();
  }

  // One life of tidemarkd, killed while it is written to.
  void KillWriting() {
    const auto server = Spawn();
    const std::string address = server->WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server->Output();
    Stubs stubs = Connect(address);
    ASSERT_NO_FATAL_FAILURE(CheckAcknowledged(stubs));
    const grpc::Status settled = crowd_->Settle(stubs);
    ASSERT_TRUE(settled.ok()) << settled.error_message();
    crowd_->Start(stubs);
    crowd_->WaitForAnswers(1);
    SleepUpTo(kMostMicrosOfWriting, random_);
    server->Kill();
    for (const grpc::Status& end : crowd_->Join()) ExpectClean(end);
  }

  void KillStarting() {
    const auto server = Spawn();
    SleepUpTo(kMostMicrosOfStarting, random_);
    server->Kill();
  }

  // Dies before it serves.
  void DieStarting(const std::string& failpoint) {
    const auto server = Spawn(failpoint);
    ASSERT_TRUE(server->WaitUntilKilled()) << server->Output();
  }

  // Dies on the way of a write, perhaps of the first that its clients repeat.
  void DieWriting(const std::string& failpoint) {
    const auto server = Spawn(failpoint);
    const std::string address = server->WaitUntilServing();
    if (!address.empty()) {
      Stubs stubs = Connect(address);
      ASSERT_NO_FATAL_FAILURE(CheckAcknowledged(stubs));
      if (crowd_->Settle(stubs).ok()) crowd_->Start(stubs);
      for (const grpc::Status& end : crowd_->Join()) ExpectClean(end);
    }
    ASSERT_TRUE(server->WaitUntilKilled()) << server->Output();
  }

  void CheckAtTheEnd() {
    const auto server = Spawn();
    const std::string address = server->WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server->Output();
    {
      Stubs stubs = Connect(address);
      ASSERT_NO_FATAL_FAILURE(CheckAcknowledged(stubs));
      ASSERT_TRUE(crowd_->Settle(stubs).ok());
      ASSERT_NO_FATAL_FAILURE(crowd_->CheckWholeLogs(stubs));
    }
    EXPECT_EQ(server->Terminate(), 0) << server->Output();
  }

  void KillBy(const std::string& way) {
    if (way == kWriting) return KillWriting();
    if (way == kStarting) return KillStarting();
    if (way == kBeforeReanchor) return DieStarting(way + "@1");
    if (way == kReplaying) {
      return DieStarting(
          absl::StrCat(way, "@", 1 + random_() % crowd_->acknowledged()));
    }
    DieWriting(absl::StrCat(way, "@", 1 + random_() % kMostHits));
  }

  // Over fresh data.
  void KillALog(uint64_t kills) {
    data_ = absl::StrCat(directory_, "/data-", acknowledged_);
    crowd_ = std::make_unique<Crowd>(kReviews, kWritersAReview, random_());
    for (uint64_t i = 0; i < kills; ++i) {
      const char* const way = kWays[i % kWays.size()];
      SCOPED_TRACE(absl::StrCat("kill ", i, ": ", way));
      ASSERT_NO_FATAL_FAILURE(KillBy(way));
      ++killed_[way];
    }
    ASSERT_NO_FATAL_FAILURE(CheckAtTheEnd());
    fewest_ += kills / kWays.size();
    acknowledged_ += crowd_->acknowledged();
  }

  const uint64_t seed_ = PrintedSeed();
  const std::string directory_ = FreshDirectory();
  std::mt19937_64 random_{seed_};
  std::string data_;
  std::unique_ptr<Crowd> crowd_;
  // By way, and what each must reach.
  std::map<std::string, uint64_t> killed_;
  uint64_t fewest_ = 0;
  size_t acknowledged_ = 0;
};

TEST_F(KillTest, NoAcknowledgedWriteIsLostAndTheLogVerifies) {
  const uint64_t kills = NumberFromEnvironment("TIDEMARK_KILLS", kKills);
  const auto begin = std::chrono::steady_clock::now();
  for (uint64_t first = 0; first < kills; first += kKillsOfALog) {
    SCOPED_TRACE(absl::StrCat("from kill ", first));
    ASSERT_NO_FATAL_FAILURE(KillALog(std::min(kills - first, kKillsOfALog)));
  }
  for (const char* way : kWays) {
    EXPECT_GE(killed_[way], fewest_) << way;
  }
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - begin;
  std::cerr << acknowledged_ << " acknowledged writes survived " << kills
            << " kills ("
            << absl::StrJoin(killed_, ", ", absl::PairFormatter(" "))
            << ") with seed " << seed_ << " in " << seconds.count() << " s\n";
}

}  // namespace
}  // namespace tidemark::testing
