// What the clients of a review were told.
#ifndef TIDEMARK_TESTS_FAULTS_LEDGER_H_
#define TIDEMARK_TESTS_FAULTS_LEDGER_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::testing {

struct Acknowledged {
  v1::ApplyRequest request;
  v1::ApplyResponse response;
};

// Thread-safe.
class Ledger {
 public:
  explicit Ledger(std::string review) : review_(std::move(review)) {}

  const std::string& review() const { return review_; }

  void Acknowledge(v1::ApplyRequest request, v1::ApplyResponse response) {
    MutexLock lock(&mutex_);
    acknowledged_.push_back({std::move(request), std::move(response)});
  }
  void Watch(v1::LogEntry entry) {
    MutexLock lock(&mutex_);
    watched_.push_back(std::move(entry));
  }

  // In the order in which the answers came.
  std::vector<Acknowledged> acknowledged() const {
    MutexLock lock(&mutex_);
    return acknowledged_;
  }
  size_t acknowledged_size() const {
    MutexLock lock(&mutex_);
    return acknowledged_.size();
  }
  // What watches delivered, in their order.
  std::vector<v1::LogEntry> watched() const {
    MutexLock lock(&mutex_);
    return watched_;
  }

 private:
  const std::string review_;
  mutable Mutex mutex_;
  std::vector<Acknowledged> acknowledged_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::LogEntry> watched_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_LEDGER_H_
