// While the disk fails writes are refused with a clean error, the write service
// says NOT_SERVING, reads go on and nothing is published that is not durable.
// Once the disk is mended writes are taken again, with or without a restart,
// and every acknowledged write is there.
//
// TIDEMARK_DISK_FAULTS sets how many, TIDEMARK_FAULT_SEED which.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "storage/testing/failing_file_system.h"
#include "tests/faults/crowd.h"
#include "tests/faults/ledger.h"
#include "tests/faults/seed.h"
#include "tests/faults/small_review.h"
#include "tests/faults/stubs.h"
#include "tests/testing/example_review.h"
#include "tests/testing/health.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using storage::DiskFault;
using storage::FailingFileSystem;

constexpr uint64_t kFaults = 24;
constexpr int kReviews = 2;
constexpr int kWritersAReview = 2;
constexpr uint64_t kMostSuccesses = 40;
constexpr int kStops = 5;

std::string Describe(const DiskFault& fault) {
  return absl::StrCat(fault.no_space ? "NoSpace" : "IOError", " of",
                      fault.writes ? " writes" : "",
                      fault.syncs ? " syncs" : "", " to \"", fault.path_part,
                      "\" after ", fault.successes,
                      fault.half_written ? ", half written" : "");
}

DiskFault RandomFault(std::mt19937_64& random) {
  DiskFault fault;
  const char* const parts[] = {"/db/", "/anchor", "/"};
  fault.path_part = parts[random() % 3];
  fault.no_space = random() % 2 == 0;
  const uint64_t what = fault.no_space ? 0 : random() % 3;
  fault.writes = what != 1;
  fault.syncs = what != 0;
  fault.half_written = random() % 2 == 0;
  fault.successes = static_cast<int64_t>(random() % kMostSuccesses);
  return fault;
}

// What a client may be told by a disk that fails.
void ExpectClean(const grpc::Status& status) {
  EXPECT_TRUE(status.error_code() == grpc::StatusCode::UNAVAILABLE ||
              status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED)
      << status.error_code() << ": " << status.error_message();
}

class FailingDiskTest : public ::testing::Test {
 protected:
  std::unique_ptr<server::Server> Start(
      std::shared_ptr<rocksdb::FileSystem> file_system) const {
    server::ServerOptions options;
    options.data_dir = data_dir_;
    options.file_system = std::move(file_system);
    auto server = server::Server::Start(options);
    EXPECT_OK(server);
    return server.ok() ? *std::move(server) : nullptr;
  }

  // A write of each review, which the failing disk must not let pass.
  void ExpectWritesRefused(Stubs& stubs) {
    for (const auto& ledger : crowd_.ledgers()) {
      v1::ApplyRequest request;
      request.set_review_id(ledger->review());
      *request.mutable_change() = SubmitTrials({SmallTrial("late", 1)});
      request.set_request_id(absl::StrCat("late-", ++late_));
      request.set_reason("too late");
      v1::ApplyResponse response;
      ExpectClean(Call(*stubs.write, &v1::WriteService::Stub::Apply, request,
                       &response));
    }
  }

  // Estimate, log and trial of each review, up to the last acknowledged entry.
  void ExpectReadsGoOn(Stubs& stubs) {
    for (const auto& ledger : crowd_.ledgers()) {
      v1::GetEstimateRequest request;
      request.set_review_id(ledger->review());
      request.set_analysis_id(kSmallAnalysis);
      v1::GetEstimateResponse estimate;
      const grpc::Status status = Call(
          *stubs.read, &v1::ReadService::Stub::GetEstimate, request, &estimate);
      EXPECT_TRUE(status.ok())
          << status.error_code() << ": " << status.error_message();
      v1::ListEntriesRequest entries;
      entries.set_review_id(ledger->review());
      entries.set_from_sequence(LastAcknowledged(*ledger));
      entries.set_to_sequence(LastAcknowledged(*ledger));
      entries.set_with_evidence(true);
      v1::ListEntriesResponse page;
      EXPECT_TRUE(Call(*stubs.audit, &v1::AuditService::Stub::ListEntries,
                       entries, &page)
                      .ok());
      EXPECT_EQ(page.entries_size(), 1);
    }
  }

  static int64_t LastAcknowledged(const Ledger& ledger) {
    int64_t last = 0;
    for (const Acknowledged& told : ledger.acknowledged()) {
      last = std::max(last, told.response.sequence());
    }
    return last;
  }

  // Whatever is durable was acknowledged here, because no answer was lost.
  void ExpectOnlyAcknowledgedWatched() const {
    for (const auto& ledger : crowd_.ledgers()) {
      std::set<std::string> acknowledged;
      for (const Acknowledged& told : ledger->acknowledged()) {
        acknowledged.insert(told.request.request_id());
      }
      for (const v1::LogEntry& entry : ledger->watched()) {
        EXPECT_EQ(acknowledged.count(entry.request_id()), 1)
            << "entry " << entry.sequence() << " was published, not answered";
      }
    }
  }

  const uint64_t seed_ = PrintedSeed();
  const std::string data_dir_ = FreshDirectory();
  std::mt19937_64 random_{seed_};
  Crowd crowd_{kReviews, kWritersAReview, seed_};
  int late_ = 0;
};

// The first entry of a review is stored, but not anchored and not answered.
TEST_F(FailingDiskTest, AReviewThatCouldNotBeCreatedIsThereAfterTheRepeat) {
  for (const bool restart : {false, true}) {
    SCOPED_TRACE(restart ? "after a restart" : "without a restart");
    Crowd crowd(kReviews, kWritersAReview, seed_);
    fs::remove_all(data_dir_);
    fs::remove_all(data_dir_ + ".keys");
    const auto disk = std::make_shared<FailingFileSystem>();
    auto server = Start(disk);
    ASSERT_NE(server, nullptr);
    DiskFault fault;
    fault.path_part = "/anchor";
    fault.writes = true;
    disk->Fail(fault);
    for (int attempt = 0; attempt < 2; ++attempt) {
      Stubs stubs(server->InProcessChannel());
      ExpectClean(crowd.Settle(stubs));
    }
    if (restart) {
      server.reset();
      server = Start(nullptr);
      ASSERT_NE(server, nullptr);
    } else {
      disk->Mend();
    }
    ASSERT_TRUE(AwaitServing(server->InProcessChannel(), kWholeServer));
    Stubs stubs(server->InProcessChannel());
    const grpc::Status settled = crowd.Settle(stubs);
    ASSERT_TRUE(settled.ok()) << settled.error_message();
    ASSERT_NO_FATAL_FAILURE(crowd.CheckWholeLogs(stubs));
  }
}

TEST_F(FailingDiskTest, MayBeStoppedAtAnyTimeOfARecovery) {
  for (int i = 0; i < kStops; ++i) {
    const auto disk = std::make_shared<FailingFileSystem>();
    auto server = Start(disk);
    ASSERT_NE(server, nullptr);
    Stubs stubs(server->InProcessChannel());
    const grpc::Status settled = crowd_.Settle(stubs);
    ASSERT_TRUE(settled.ok()) << settled.error_message();
    DiskFault fault;
    fault.writes = true;
    disk->Fail(fault);
    ExpectWritesRefused(stubs);
    disk->Mend();
    std::this_thread::sleep_for(
        std::chrono::milliseconds(950 + random_() % 100));
  }
}

TEST_F(FailingDiskTest, WritesAreRefusedReadsGoOnNothingAcknowledgedIsLost) {
  const uint64_t faults =
      NumberFromEnvironment("TIDEMARK_DISK_FAULTS", kFaults);
  std::shared_ptr<FailingFileSystem> disk;
  std::unique_ptr<server::Server> server;
  for (uint64_t i = 0; i < faults; ++i) {
    const DiskFault fault = RandomFault(random_);
    SCOPED_TRACE(absl::StrCat("fault ", i, ": ", Describe(fault)));
    if (server == nullptr) {
      disk = std::make_shared<FailingFileSystem>();
      server = Start(disk);
      ASSERT_NE(server, nullptr);
    }
    const auto channel = server->InProcessChannel();
    Stubs stubs(channel);
    ASSERT_NO_FATAL_FAILURE(crowd_.CheckAcknowledged(stubs, random_));
    const grpc::Status settled = crowd_.Settle(stubs);
    ASSERT_TRUE(settled.ok()) << settled.error_message();
    crowd_.Start(stubs);
    crowd_.WaitForAnswers(1 + random_() % 20);
    disk->Fail(fault);
    for (const grpc::Status& end : crowd_.Join()) ExpectClean(end);
    EXPECT_TRUE(disk->failed());
    ExpectOnlyAcknowledgedWatched();
    // What is stored, but not anchored, must not be answered to a repeat.
    ExpectClean(crowd_.Settle(stubs));
    EXPECT_FALSE(IsServing(channel, kWriteService));
    EXPECT_FALSE(IsServing(channel, kWholeServer));
    EXPECT_TRUE(IsServing(channel, kReadService));
    ExpectWritesRefused(stubs);
    ExpectReadsGoOn(stubs);
    if (HasFailure()) return;
    if (random_() % 2 == 0) {
      server.reset();
    } else {
      disk->Mend();
      ASSERT_TRUE(AwaitServing(channel, kWriteService));
      ASSERT_TRUE(AwaitServing(channel, kWholeServer));
    }
  }
  server.reset();
  server = Start(nullptr);
  ASSERT_NE(server, nullptr);
  Stubs stubs(server->InProcessChannel());
  ASSERT_NO_FATAL_FAILURE(crowd_.CheckAcknowledged(stubs, random_));
  ASSERT_TRUE(crowd_.Settle(stubs).ok());
  ASSERT_NO_FATAL_FAILURE(crowd_.CheckWholeLogs(stubs));
  std::cerr << crowd_.acknowledged() << " acknowledged writes survived "
            << faults << " disk faults\n";
}

}  // namespace
}  // namespace tidemark::testing
