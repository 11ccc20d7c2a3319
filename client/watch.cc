#include "client/watch.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "client/retry.h"
#include "client/status_conversion.h"
#include "client/watch_stream.h"

namespace tidemark::client {
namespace {

v1::WatchRequest FirstRequest(const std::string& review_id,
                              const WatchOptions& options) {
  v1::WatchRequest request;
  request.set_review_id(review_id);
  for (const std::string& analysis : options.analyses) {
    request.add_analyses(analysis);
  }
  for (const v1::ConclusionEvent::Kind kind : options.event_kinds) {
    request.add_event_kinds(kind);
  }
  request.set_min_importance(options.min_importance);
  request.set_delivery(options.delivery);
  request.set_overdue(options.overdue);
  if (options.from_sequence != 0) {
    request.set_from_sequence(options.from_sequence);
  } else if (options.snapshot) {
    request.set_snapshot(true);
  }
  const absl::Duration interval = options.progress_interval;
  request.mutable_progress_interval()->set_seconds(
      absl::ToInt64Seconds(interval));
  return request;
}

// Beyond the transient ones: proxies and servers that go down reset streams
// with these, and a reader that was too slow is CANCELLED.
bool MayMendItself(const absl::Status& status) {
  return IsTransient(status) || absl::IsCancelled(status) ||
         absl::IsInternal(status);
}

// The last of so many failures in a row. CANCELLED would say that the caller
// asked for it.
absl::Status GiveUp(const absl::Status& failure, int failures) {
  if (!absl::IsCancelled(failure)) return failure;
  return absl::UnavailableError(
      absl::StrCat("the watch never stood: it was cancelled ", failures,
                   " times: ", failure.message()));
}

// Why a watch ended, as the status of a call that could end so.
absl::Status StatusOf(const v1::WatchEnd& end) {
  switch (end.reason()) {
    case v1::WatchEnd::DATA_LOSS:
      return absl::DataLossError(end.message());
    case v1::WatchEnd::NO_LONGER_ALLOWED:
      return absl::PermissionDeniedError(end.message());
    default:
      return absl::UnavailableError(end.message());
  }
}

}  // namespace

Watch::Watch(const Client& client, const std::string& review_id,
             const WatchOptions& options)
    : connection_(client.connection()),
      stub_(v1::WatchService::NewStub(connection_.channel())),
      tracker_(client.log_tracker()),
      first_request_(FirstRequest(review_id, options)),
      longest_silence_(options.longest_silence),
      on_bookmark_(options.on_bookmark),
      on_retry_(options.on_retry),
      backoff_(connection_.retry()),
      token_(options.resume_token) {}

Watch::~Watch() = default;

absl::StatusOr<v1::WatchResponse> Watch::Next() {
  SetToken(token_of_returned_message_);
  while (OpenStream()) {
    absl::StatusOr<v1::WatchResponse> message = stream_->Read(longest_silence_);
    absl::Status usable = message.ok() ? CheckLog() : message.status();
    if (usable.ok() && message->has_end()) usable = StatusOf(message->end());
    if (!usable.ok()) {
      RETURN_IF_ERROR(WaitToRetry(usable));
      continue;
    }
    if (Take(*message)) return message;
  }
  return absl::CancelledError("the watch was cancelled");
}

bool Watch::Take(const v1::WatchResponse& message) {
  stood_ = true;
  const bool is_returned = message.has_entry() || message.has_snapshot_item() ||
                           message.has_snapshot_end();
  // A watch that starts and ends, again and again, goes nowhere.
  if (is_returned || message.has_progress()) backoff_.Reset();
  if (is_returned) {
    token_of_returned_message_ = message.resume_token();
  } else {
    SetToken(message.resume_token());
    if (on_bookmark_) on_bookmark_(message);
  }
  return is_returned;
}

std::string Watch::token() const {
  MutexLock lock(&mutex_);
  return token_;
}

void Watch::Cancel() {
  MutexLock lock(&mutex_);
  cancelled_ = true;
  if (stream_ != nullptr) stream_->Cancel();
  cancelled_changed_.NotifyAll();
}

bool Watch::OpenStream() {
  if (stream_ != nullptr) return !IsCancelled();
  is_checked_ = false;
  auto stream =
      std::make_unique<WatchStream>(*stub_, connection_, RequestFromToken());
  MutexLock lock(&mutex_);
  stream_ = std::move(stream);
  return !cancelled_;
}

absl::Status Watch::CheckLog() {
  if (tracker_ == nullptr || is_checked_) return absl::OkStatus();
  RETURN_IF_ERROR(tracker_->GetCheckpoint(first_request_.review_id()).status());
  is_checked_ = true;
  return absl::OkStatus();
}

void Watch::DropStream() {
  std::unique_ptr<WatchStream> stream;
  {
    MutexLock lock(&mutex_);
    stream = std::move(stream_);
  }
  // Ends outside the lock: it waits for what is under way.
}

absl::Status Watch::WaitToRetry(const absl::Status& failure) {
  DropStream();
  if (IsCancelled()) return absl::CancelledError("the watch was cancelled");
  const std::optional<absl::Duration> named = RetryDelayOf(failure);
  if (!named.has_value()) {
    ++failures_in_a_row_;
    const bool exhausted =
        !stood_ && failures_in_a_row_ >= connection_.retry().max_attempts;
    if (!MayMendItself(failure) || exhausted) {
      return GiveUp(failure, failures_in_a_row_);
    }
  }
  // Those who were refused together do not come back together.
  const absl::Duration wait =
      named.value_or(absl::ZeroDuration()) + backoff_.Next();
  if (on_retry_) on_retry_(failure, wait);
  Sleep(wait);
  return absl::OkStatus();
}

void Watch::Sleep(absl::Duration wait) {
  const absl::Time until = absl::Now() + wait;
  MutexLock lock(&mutex_);
  while (!cancelled_ && absl::Now() < until) {
    cancelled_changed_.WaitFor(&mutex_,
                               absl::ToChronoMilliseconds(until - absl::Now()) +
                                   std::chrono::milliseconds(1));
  }
}

v1::WatchRequest Watch::RequestFromToken() const {
  v1::WatchRequest request = first_request_;
  const std::string token = this->token();
  if (!token.empty()) request.set_resume_token(token);
  return request;
}

void Watch::SetToken(const std::string& token) {
  if (token.empty()) return;
  MutexLock lock(&mutex_);
  token_ = token;
}

bool Watch::IsCancelled() const {
  MutexLock lock(&mutex_);
  return cancelled_;
}

}  // namespace tidemark::client
