#include "tests/faults/crowd.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "storage/anchor.h"

namespace tidemark::testing {
namespace {

constexpr std::chrono::seconds kPatience(10);

}  // namespace

Crowd::Crowd(int reviews, int writers_a_review, uint64_t seed) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < reviews; ++i) {
    ledgers_.push_back(std::make_unique<Ledger>(absl::StrCat("review-", i)));
    Ledger* ledger = ledgers_.back().get();
    checks_.emplace_back(ledger);
    watchers_.push_back(std::make_unique<Watcher>(ledger));
    for (int j = 0; j < writers_a_review; ++j) {
      writers_.push_back(std::make_unique<Writer>(ledger, j, random()));
    }
  }
}

grpc::Status Crowd::Settle(Stubs& stubs) {
  for (const auto& writer : writers_) {
    grpc::Status status = writer->RepeatOpen(*stubs.write);
    if (status.ok()) status = writer->Create(*stubs.write);
    if (!status.ok()) return status;
  }
  return grpc::Status::OK;
}

void Crowd::Start(Stubs& stubs) {
  stop_ = false;
  ended_ = 0;
  acknowledged_at_start_ = acknowledged();
  ends_.assign(writers_.size(), grpc::Status::OK);
  for (const auto& watcher : watchers_) watcher->Start(*stubs.watch);
  for (size_t i = 0; i < writers_.size(); ++i) {
    threads_.emplace_back([this, i, &stubs] {
      ends_[i] = writers_[i]->Run(*stubs.write, stop_);
      ++ended_;
    });
  }
}

void Crowd::WaitForAnswers(size_t count) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (acknowledged() < acknowledged_at_start_ + count && ended_ == 0 &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

std::vector<grpc::Status> Crowd::Join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  for (const auto& watcher : watchers_) watcher->Stop();
  return std::exchange(ends_, {});
}

std::vector<grpc::Status> Crowd::Stop() {
  stop_ = true;
  return Join();
}

void Crowd::CheckAcknowledged(Stubs& stubs, std::mt19937_64& random) {
  for (LogCheck& check : checks_) {
    ASSERT_NO_FATAL_FAILURE(check.CheckAcknowledged(stubs, random));
  }
}

void Crowd::CheckWholeLogs(Stubs& stubs) {
  for (LogCheck& check : checks_) {
    ASSERT_NO_FATAL_FAILURE(check.CheckWholeLog(stubs));
  }
}

void Crowd::CheckAnchors(const std::string& path) {
  storage::AnchorOptions options;
  options.path = path;
  options.read_only = true;
  ASSERT_OK_AND_ASSIGN(const auto anchor, storage::Anchor::Open(options));
  for (const LogCheck& check : checks_) {
    ASSERT_NO_FATAL_FAILURE(check.CheckAnchor(*anchor));
  }
}

size_t Crowd::acknowledged() const {
  size_t count = 0;
  for (const auto& ledger : ledgers_) count += ledger->acknowledged_size();
  return count;
}

}  // namespace tidemark::testing
