#include "server/refusal_log.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "boost/asio/post.hpp"
#include "boost/system/error_code.hpp"

namespace tidemark::server {
namespace {

constexpr std::chrono::seconds kLeastPause(1);
constexpr std::chrono::seconds kMostPause(64);
// A caller waits no longer than this for its entry to be due.
constexpr std::chrono::seconds kMostWait(1);

}  // namespace

void RefusalLog::Record(const v1::RefusedCall& call, Answer answer) {
  {
    MutexLock lock(&mutex_);
    const Clock::time_point now = Clock::now();
    if (!writing_ && !HasUnwritten()) ShortenPause(now);
    tally_.Add(call);
    if (!stopping_ && !failing_ && waiting_.size() < kMostWaiting &&
        due_ - now <= kMostWait) {
      waiting_.push_back(std::move(answer));
      answer = nullptr;
    }
    Schedule(now);
  }
  if (answer != nullptr) answer();
}

// By half for each pause without a refused call after an entry was due.
void RefusalLog::ShortenPause(Clock::time_point now) {
  while (pause_ > kLeastPause && now - due_ >= pause_) {
    due_ += pause_;
    pause_ /= 2;
  }
}

void RefusalLog::Schedule(Clock::time_point now) {
  if (stopping_ || writing_ || timer_is_set_ || !HasUnwritten()) return;
  if (due_ <= now) return Write(now);
  timer_is_set_ = true;
  timer_.expires_at(due_);
  timer_.async_wait([this](const boost::system::error_code&) { OnDue(); });
}

void RefusalLog::OnDue() {
  MutexLock lock(&mutex_);
  timer_is_set_ = false;
  Schedule(Clock::now());
}

void RefusalLog::Write(Clock::time_point now) {
  if (!unwritten_.has_value()) {
    unwritten_.emplace();
    *unwritten_->change.mutable_calls_refused() = tally_.Take();
    unwritten_->reason = "calls were refused";
    unwritten_->request_id = log_->NewRequestId("calls.refuse");
    answering_.swap(waiting_);
  }
  writing_ = true;
  due_ = now + pause_;
  pause_ = std::min(2 * pause_, kMostPause);
  log_->Append(*unwritten_,
               [this](const absl::Status& status) { OnWritten(status); });
}

void RefusalLog::OnWritten(const absl::Status& status) {
  std::vector<Answer> answers;
  {
    MutexLock lock(&mutex_);
    writing_ = false;
    failing_ = !status.ok();
    answers.swap(answering_);
    if (failing_) {
      std::move(waiting_.begin(), waiting_.end(), std::back_inserter(answers));
      waiting_.clear();
    } else {
      unwritten_.reset();
    }
    Schedule(Clock::now());
    changed_.NotifyAll();
  }
  // The thread may be the committer's, which others wait for.
  boost::asio::post(*pool_, [answers = std::move(answers)] {
    for (const Answer& answer : answers) answer();
  });
}

void RefusalLog::Flush() {
  MutexLock lock(&mutex_);
  stopping_ = true;
  timer_.cancel();
  while (writing_) changed_.Wait(&mutex_);
  // The entry that could not be written before, and one of what was counted:
  // calls may go on being refused for as long as gRPC takes them.
  for (int entry = 0; entry < 2 && HasUnwritten(); ++entry) {
    Write(Clock::now());
    while (writing_) changed_.Wait(&mutex_);
    if (failing_) return;
  }
}

}  // namespace tidemark::server
