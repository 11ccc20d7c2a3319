#include "client/watch.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "client/retry.h"
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
  if (options.from_sequence != 0) {
    request.set_from_sequence(options.from_sequence);
  }
  const absl::Duration interval = options.progress_interval;
  request.mutable_progress_interval()->set_seconds(
      absl::ToInt64Seconds(interval));
  return request;
}

// Beyond the transient ones: proxies and servers that go down reset streams
// with these.
bool MayMendItself(const absl::Status& status) {
  return IsTransient(status) || absl::IsCancelled(status) ||
         absl::IsInternal(status);
}

}  // namespace

Watch::Watch(const Client& client, const std::string& review_id,
             const WatchOptions& options)
    : connection_(client.connection()),
      stub_(v1::WatchService::NewStub(connection_.channel())),
      tracker_(client.log_tracker()),
      first_request_(FirstRequest(review_id, options)),
      longest_silence_(options.longest_silence),
      on_retry_(options.on_retry),
      backoff_(connection_.retry()),
      token_(options.resume_token) {}

Watch::~Watch() = default;

absl::StatusOr<v1::WatchResponse> Watch::Next() {
  SetToken(token_of_returned_message_);
  while (OpenStream()) {
    absl::StatusOr<v1::WatchResponse> message = stream_->Read(longest_silence_);
    const absl::Status usable = message.ok() ? CheckLog() : message.status();
    if (!usable.ok()) {
      RETURN_IF_ERROR(WaitToRetry(usable));
      continue;
    }
    stood_ = true;
    switch (message->event_case()) {
      case v1::WatchResponse::kEntry:
        backoff_.Reset();
        token_of_returned_message_ = message->resume_token();
        return message;
      case v1::WatchResponse::kEnd:
        if (message->end().reason() == v1::WatchEnd::DATA_LOSS) {
          DropStream();
          return absl::DataLossError(message->end().message());
        }
        RETURN_IF_ERROR(
            WaitToRetry(absl::UnavailableError(message->end().message())));
        break;
      default:  // WatchStarted, WatchProgress: nothing for the caller
        // A watch that starts and ends, again and again, goes nowhere.
        if (message->has_progress()) backoff_.Reset();
        SetToken(message->resume_token());
        break;
    }
  }
  return absl::CancelledError("the watch was cancelled");
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
  ++failures_in_a_row_;
  const bool exhausted =
      !stood_ && failures_in_a_row_ >= connection_.retry().max_attempts;
  if (!MayMendItself(failure) || exhausted) return failure;

  const absl::Duration wait = backoff_.Next();
  if (on_retry_) on_retry_(failure, wait);
  const absl::Time until = absl::Now() + wait;
  MutexLock lock(&mutex_);
  while (!cancelled_ && absl::Now() < until) {
    cancelled_changed_.WaitFor(&mutex_,
                               absl::ToChronoMilliseconds(until - absl::Now()) +
                                   std::chrono::milliseconds(1));
  }
  return absl::OkStatus();
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
