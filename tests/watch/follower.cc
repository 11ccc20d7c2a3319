#include "tests/watch/follower.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "client/client.h"
#include "client/connection.h"
#include "client/retry.h"
#include "client/watch.h"
#include "tests/watch/history.h"
#include "tests/watch/watch_checker.h"

namespace tidemark::testing {

Follower::Follower(std::string target, v1::WatchRequest request, Habits habits)
    : target_(std::move(target)),
      request_(std::move(request)),
      habits_(habits),
      thread_([this] { Run(); }) {}

Follower::~Follower() {
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    if (watch_ != nullptr) watch_->Cancel();
  }
  if (thread_.joinable()) thread_.join();
}

std::vector<std::string> Follower::StopAndCheck(const History& history) {
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    if (watch_ != nullptr) watch_->Cancel();
  }
  thread_.join();
  int64_t start = request_.from_sequence() - 1;
  if (request_.start_case() == v1::WatchRequest::START_NOT_SET) {
    // From the moment that it first stood.
    start = messages_.empty() ? 0 : messages_[0].started().head_sequence();
  }
  std::vector<std::string> findings =
      CheckWatch(request_, start, history.head(), messages_, history);
  findings.insert(findings.end(), errors_.begin(), errors_.end());
  return findings;
}

void Follower::Run() {
  while (true) {
    {
      MutexLock lock(&mutex_);
      if (stopped_) return;
    }
    Live();
  }
}

void Follower::Live() {
  client::ConnectOptions connect;
  connect.target = target_;
  connect.retry.initial_backoff = absl::Milliseconds(5);
  connect.retry.max_backoff = absl::Milliseconds(100);
  connect.retry.attempt_timeout = absl::Seconds(5);
  auto client = client::Client::Connect(connect);
  if (!client.ok()) return errors_.push_back(client.status().ToString());
  client::Watch watch(**client, request_.review_id(), Options());
  {
    MutexLock lock(&mutex_);
    if (stopped_) return;
    watch_ = &watch;
  }
  for (int i = 0; habits_.messages_a_life == 0 || i < habits_.messages_a_life;
       ++i) {
    const absl::StatusOr<v1::WatchResponse> message = watch.Next();
    if (!message.ok()) {
      // A server that is away for long ends a watch that never stood.
      const bool is_expected = absl::IsCancelled(message.status()) ||
                               client::IsTransient(message.status());
      if (!is_expected) errors_.push_back(message.status().ToString());
      break;
    }
    if (position_ == 0) absl::SleepFor(habits_.nap);
    Note(*message);
    absl::SleepFor(habits_.pause);
  }
  MutexLock lock(&mutex_);
  watch_ = nullptr;
}

void Follower::Note(const v1::WatchResponse& message) {
  messages_.push_back(message);
  token_ = message.resume_token();
  const int64_t reached =
      message.has_entry()          ? message.entry().entry().sequence()
      : message.has_progress()     ? message.progress().sequence()
      : message.has_snapshot_end() ? message.snapshot_end().sequence()
                                   : 0;
  position_ = std::max(position_.load(), reached);
}

client::WatchOptions Follower::Options() {
  client::WatchOptions options;
  options.analyses = {request_.analyses().begin(), request_.analyses().end()};
  for (const int kind : request_.event_kinds()) {
    options.event_kinds.push_back(static_cast<v1::ConclusionEvent::Kind>(kind));
  }
  options.min_importance = request_.min_importance();
  options.delivery = request_.delivery();
  options.overdue = request_.overdue();
  options.resume_token = token_;
  options.from_sequence = request_.from_sequence();
  options.snapshot = request_.snapshot();
  options.progress_interval = absl::Seconds(1);
  options.longest_silence = absl::Seconds(4);
  options.on_bookmark = [this](const v1::WatchResponse& message) {
    Note(message);
  };
  options.on_retry = [this](const absl::Status& failure, absl::Duration) {
    if (absl::IsCancelled(failure)) ++cut_offs_;
  };
  return options;
}

}  // namespace tidemark::testing
