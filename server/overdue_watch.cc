#include "server/overdue_watch.h"

#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "review/living_mode.h"
#include "server/live_review.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {

void OverdueWatch::Start() {
  for (const std::future<void>& answer : Look()) answer.wait();
  MutexLock lock(&mutex_);
  Wait();
}

void OverdueWatch::Stop() {
  MutexLock lock(&mutex_);
  stopping_ = true;
  timer_.cancel();
}

std::vector<std::future<void>> OverdueWatch::Look() {
  std::vector<std::future<void>> answers;
  for (const ReviewRegistry::Listed& listed : registry_->List()) {
    // One that broke is loaded again by whoever needs it.
    if (listed.live == nullptr || listed.live->broken()) continue;
    if (review::UnreportedOverdue(*listed.live->Committed(), clock_->Now())
            .empty()) {
      continue;
    }
    auto answered = std::make_shared<std::promise<void>>();
    answers.push_back(answered->get_future());
    // Whatever kept it from being written, the next look tries again.
    listed.live->ReportOverdue(
        [answered](const absl::StatusOr<v1::ApplyResponse>&) {
          answered->set_value();
        });
  }
  return answers;
}

void OverdueWatch::Wait() {
  if (stopping_) return;
  timer_.expires_after(interval_);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    Look();
    MutexLock lock(&mutex_);
    Wait();
  });
}

}  // namespace tidemark::server
