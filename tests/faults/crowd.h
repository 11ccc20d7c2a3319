// Clients that write to and watch several reviews at once, and remember all.
#ifndef TIDEMARK_TESTS_FAULTS_CROWD_H_
#define TIDEMARK_TESTS_FAULTS_CROWD_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "tests/faults/ledger.h"
#include "tests/faults/log_check.h"
#include "tests/faults/stubs.h"
#include "tests/faults/watcher.h"
#include "tests/faults/writer.h"

namespace tidemark::testing {

// Lives through all restarts of a server. Thread-compatible.
class Crowd {
 public:
  Crowd(int reviews, int writers_a_review, uint64_t seed);
  ~Crowd() { Stop(); }

  // Repeats the requests that have no answer, makes the reviews that are not
  // there. The first error.
  grpc::Status Settle(Stubs& stubs);

  // Writers and watches go to work, each on its thread. `stubs` must stay until
  // Join or Stop.
  void Start(Stubs& stubs);
  // Waits until so many answers came since Start, or a writer or the time (10
  // s) ended.
  void WaitForAnswers(size_t count) const;
  // Waits until every writer met an error; how each ended.
  std::vector<grpc::Status> Join();
  // Lets the writers end after the answers that they wait for.
  std::vector<grpc::Status> Stop();

  // LogCheck for all reviews; they fail the running test.
  void CheckAcknowledged(Stubs& stubs, std::mt19937_64& random);
  void CheckWholeLogs(Stubs& stubs);

  // After CheckAcknowledged, before any write: that the anchor in this file is
  // of the logs as they are.
  void CheckAnchors(const std::string& path);

  size_t acknowledged() const;
  const std::vector<std::unique_ptr<Ledger>>& ledgers() const {
    return ledgers_;
  }

 private:
  std::vector<std::unique_ptr<Ledger>> ledgers_;
  std::vector<LogCheck> checks_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<std::thread> threads_;
  std::vector<grpc::Status> ends_;
  std::atomic<bool> stop_{false};
  std::atomic<size_t> ended_{0};
  size_t acknowledged_at_start_ = 0;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_CROWD_H_
