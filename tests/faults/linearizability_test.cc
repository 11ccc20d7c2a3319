// What concurrent writers and readers of a review see is what one log explains,
// also across kills of the server under them.
//
// TIDEMARK_LIVES sets how many lives the server has, TIDEMARK_FAULT_SEED when
// they end.
#include "tests/faults/linearizability.h"

#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/faults/connect.h"
#include "tests/faults/seed.h"
#include "tests/faults/server_process.h"
#include "tests/faults/small_review.h"
#include "tests/faults/stubs.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

using ::testing::IsEmpty;

constexpr uint64_t kLives = 10;
constexpr int kWriters = 4;
constexpr int kReaders = 4;
// Fewer than writers, so that they get into each other's way.
constexpr uint64_t kTrials = 3;
// A life ends after so many writes and reads.
constexpr uint64_t kFewestOperations = 50;
constexpr uint64_t kMostOperations = 400;
constexpr size_t kFewestWrites = 5;
constexpr std::chrono::seconds kPatience(20);
constexpr char kReview[] = "shared";

int64_t Now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

TrialAt ToTrialAt(const v1::TrialRecord& record) {
  return {record.sequence(), record.version(),
          record.trial().results(0).binary().events()};
}

// What all clients did. Thread-safe.
class History {
 public:
  void Add(Operation operation) {
    MutexLock lock(&mutex_);
    if (operation.kind == Operation::Kind::kWrite) ++writes_;
    operations_.push_back(std::move(operation));
  }
  // Operations, and the writes among them.
  size_t size() const {
    MutexLock lock(&mutex_);
    return operations_.size();
  }
  size_t writes() const {
    MutexLock lock(&mutex_);
    return writes_;
  }
  std::vector<Operation> operations() const {
    MutexLock lock(&mutex_);
    return operations_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<Operation> operations_ ABSL_GUARDED_BY(mutex_);
  size_t writes_ ABSL_GUARDED_BY(mutex_) = 0;
};

// One client; works until a call fails. Thread-compatible.
class Client {
 public:
  Client(int number, uint64_t seed, History* history)
      : number_(number), random_(seed), history_(history) {}

  grpc::Status Write(Stubs& stubs, const v1::Change& change, Operation write) {
    v1::ApplyRequest request;
    request.set_review_id(kReview);
    *request.mutable_change() = change;
    request.set_request_id(absl::StrCat(number_, "/", ++calls_));
    request.set_reason("a test of order");
    write.kind = Operation::Kind::kWrite;
    write.name = request.request_id();
    write.invoked = Now();
    v1::ApplyResponse response;
    const grpc::Status status =
        Call(*stubs.write, &v1::WriteService::Stub::Apply, request, &response);
    if (status.ok()) {
      write.returned = Now();
      write.seen.sequence = response.sequence();
      write.seen.version = response.versions(0).version();
    }
    // Also without an answer: it may be in the log.
    history_->Add(std::move(write));
    return status;
  }

  grpc::Status WriteTrial(Stubs& stubs) {
    Operation write;
    write.trial = AnyTrial();
    write.seen.events = static_cast<int>(random_() % 100);
    return Write(stubs,
                 SubmitTrials({SmallTrial(write.trial, write.seen.events)}),
                 write);
  }

  grpc::Status Read(Stubs& stubs) {
    switch (random_() % 3) {
      case 0:
        return ReadEstimate(stubs);
      case 1:
        return ReadTrial(stubs, 0);
      default:
        return ReadTrial(stubs, head_);
    }
  }

 private:
  std::string AnyTrial() { return absl::StrCat("trial-", random_() % kTrials); }

  Operation NewRead(Operation::Kind kind) {
    Operation read;
    read.kind = kind;
    read.name = absl::StrCat("read ", number_, "/", ++calls_);
    read.invoked = Now();
    return read;
  }

  // At the head, or at a sequence up to one that was seen.
  grpc::Status ReadTrial(Stubs& stubs, int64_t seen_head) {
    Operation read = NewRead(seen_head == 0 ? Operation::Kind::kReadTrial
                                            : Operation::Kind::kReadTrialAsOf);
    read.trial = AnyTrial();
    v1::GetTrialRequest request;
    request.set_review_id(kReview);
    request.set_trial_id(read.trial);
    if (seen_head > 0) {
      read.as_of = 1 + static_cast<int64_t>(random_() % seen_head);
      request.mutable_as_of()->set_sequence(read.as_of);
    }
    v1::GetTrialResponse response;
    const grpc::Status status =
        Call(*stubs.read, &v1::ReadService::Stub::GetTrial, request, &response);
    const bool missing = status.error_code() == grpc::StatusCode::NOT_FOUND;
    if (!status.ok() && !missing) return status;
    read.returned = Now();
    if (!missing) read.seen = ToTrialAt(response.record());
    history_->Add(std::move(read));
    return grpc::Status::OK;
  }

  grpc::Status ReadEstimate(Stubs& stubs) {
    Operation read = NewRead(Operation::Kind::kReadEstimate);
    v1::GetEstimateRequest request;
    request.set_review_id(kReview);
    request.set_analysis_id(kSmallAnalysis);
    v1::GetEstimateResponse response;
    const grpc::Status status = Call(
        *stubs.read, &v1::ReadService::Stub::GetEstimate, request, &response);
    if (!status.ok()) return status;
    read.returned = Now();
    read.head = response.head_sequence();
    read.estimate_sequence = response.estimate().sequence();
    for (const v1::StudyUse& study : response.estimate().studies()) {
      read.versions[study.study()] = study.version();
    }
    head_ = read.head;
    history_->Add(std::move(read));
    return status;
  }

  const int number_;
  std::mt19937_64 random_;
  History* const history_;
  int calls_ = 0;
  // That an estimate was read at; 0: none was yet.
  int64_t head_ = 0;
};

// The request of each entry.
std::vector<std::string> ListLog(Stubs& stubs) {
  std::vector<std::string> log;
  v1::ListEntriesRequest request;
  request.set_review_id(kReview);
  request.set_page_size(1000);
  do {
    v1::ListEntriesResponse page;
    const grpc::Status status = Call(
        *stubs.audit, &v1::AuditService::Stub::ListEntries, request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    for (const v1::EntryWithEvidence& entry : page.entries()) {
      log.push_back(entry.entry().request_id());
    }
    request.set_from_sequence(page.next_sequence());
  } while (request.from_sequence() > 0);
  return log;
}

class LinearizabilityTest : public ::testing::Test {
 protected:
  // Waits for so many more operations.
  void WaitFor(size_t operations, size_t writes) const {
    const size_t enough = history_.size() + operations;
    const size_t enough_writes = history_.writes() + writes;
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while ((history_.size() < enough || history_.writes() < enough_writes) &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  }

  // All clients work until the server is killed.
  void LiveAndDie(Stubs& stubs, ServerProcess& server) {
    std::vector<std::thread> threads;
    for (size_t i = 0; i < clients_.size(); ++i) {
      threads.emplace_back([this, &stubs, i] {
        grpc::Status status;
        while (status.ok()) {
          status = i < kWriters ? clients_[i].WriteTrial(stubs)
                                : clients_[i].Read(stubs);
        }
        EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE)
            << status.error_message();
      });
    }
    WaitFor(kFewestOperations + random_() % kMostOperations, kFewestWrites);
    server.Kill();
    for (std::thread& thread : threads) thread.join();
  }

  const uint64_t seed_ = PrintedSeed();
  std::mt19937_64 random_{seed_};
  History history_;
  std::vector<Client> clients_;
};

TEST_F(LinearizabilityTest, WritesAndReadsAreExplainedByOneLog) {
  const std::string directory = FreshDirectory();
  for (int i = 0; i < kWriters + kReaders; ++i) {
    clients_.emplace_back(i, random_(), &history_);
  }
  const uint64_t lives = NumberFromEnvironment("TIDEMARK_LIVES", kLives);
  std::vector<std::string> log;
  for (uint64_t life = 0; life <= lives; ++life) {
    SCOPED_TRACE(absl::StrCat("life ", life));
    ServerProcess server(directory + "/data", directory + "/output");
    const std::string address = server.WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server.Output();
    Stubs stubs = Connect(address);
    if (life == 0) {
      ASSERT_TRUE(
          clients_[0].Write(stubs, CreateSmallReview(kReview), {}).ok());
      ASSERT_TRUE(clients_[0].Write(stubs, PutSmallAnalysis(), {}).ok());
    }
    if (life == lives) {
      log = ListLog(stubs);
    } else {
      LiveAndDie(stubs, server);
    }
  }
  const std::vector<Operation> operations = history_.operations();
  EXPECT_THAT(CheckLinearizable(operations, log), IsEmpty());
  // Each life added some, answered or not.
  EXPECT_GE(history_.writes(), kFewestWrites * lives);
  EXPECT_GE(operations.size(), kFewestOperations * lives);
  std::cerr << operations.size() << " operations, " << log.size()
            << " entries, " << lives << " kills: linearizable\n";
}

}  // namespace
}  // namespace tidemark::testing
