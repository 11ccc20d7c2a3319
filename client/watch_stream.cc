#include "client/watch_stream.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/connection.h"
#include "client/status_conversion.h"
#include "grpcpp/completion_queue.h"

namespace tidemark::client {

WatchStream::WatchStream(v1::WatchService::Stub& stub,
                         const Connection& connection,
                         const v1::WatchRequest& request) {
  connection.Authorise(&context_);
  reader_ = stub.AsyncWatch(&context_, request, &queue_, this);
}

WatchStream::~WatchStream() {
  context_.TryCancel();
  queue_.Shutdown();
  void* tag = nullptr;
  bool ok = false;
  while (queue_.Next(&tag, &ok)) {
  }
}

absl::StatusOr<v1::WatchResponse> WatchStream::Read(
    absl::Duration longest_silence) {
  const absl::Time deadline = absl::Now() + longest_silence;
  Event event = Event::kDone;
  if (!started_) {
    event = Await(deadline);
    started_ = true;
  }
  if (event == Event::kDone) {
    reader_->Read(&message_, this);
    event = Await(deadline);
    if (event == Event::kDone) return message_;
  }
  if (event == Event::kFailed) {
    reader_->Finish(&status_, this);
    event = Await(deadline);
  }
  if (event == Event::kTimeout) {
    return absl::DeadlineExceededError(
        absl::StrCat("no message for ", absl::FormatDuration(longest_silence)));
  }
  if (status_.ok()) return absl::UnavailableError("the server ended the watch");
  return FromGrpcStatus(status_);
}

void WatchStream::Cancel() { context_.TryCancel(); }

WatchStream::Event WatchStream::Await(absl::Time deadline) {
  void* tag = nullptr;
  bool ok = false;
  switch (queue_.AsyncNext(&tag, &ok, absl::ToChronoTime(deadline))) {
    case grpc::CompletionQueue::GOT_EVENT:
      return ok ? Event::kDone : Event::kFailed;
    case grpc::CompletionQueue::TIMEOUT:
      return Event::kTimeout;
    case grpc::CompletionQueue::SHUTDOWN:
      break;
  }
  return Event::kFailed;
}

}  // namespace tidemark::client
