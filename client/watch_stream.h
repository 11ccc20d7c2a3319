// One stream of the WatchService, read with a limit on silence.
#ifndef TIDEMARK_CLIENT_WATCH_STREAM_H_
#define TIDEMARK_CLIENT_WATCH_STREAM_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/connection.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/support/async_stream.h"
#include "grpcpp/support/status.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::client {

// One thread reads; Cancel() may come from any.
class WatchStream {
 public:
  WatchStream(v1::WatchService::Stub& stub, const Connection& connection,
              const v1::WatchRequest& request);
  // Cancels what is under way.
  ~WatchStream();
  WatchStream(const WatchStream&) = delete;
  WatchStream& operator=(const WatchStream&) = delete;

  // The next message, or the error that ended the stream: UNAVAILABLE if the
  // server ended it without one, DEADLINE_EXCEEDED after `longest_silence`
  // without a message. No use after an error.
  absl::StatusOr<v1::WatchResponse> Read(absl::Duration longest_silence);

  void Cancel();

 private:
  enum class Event { kDone, kFailed, kTimeout };

  // Waits for the operation under way; there is one at a time.
  Event Await(absl::Time deadline);

  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  bool started_ = false;
  // Written by the operation under way.
  v1::WatchResponse message_;
  grpc::Status status_;
  std::unique_ptr<grpc::ClientAsyncReader<v1::WatchResponse>> reader_;
};

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_WATCH_STREAM_H_
