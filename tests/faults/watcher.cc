#include "tests/faults/watcher.h"

#include <memory>
#include <thread>

namespace tidemark::testing {

void Watcher::Start(v1::WatchService::Stub& stub) {
  v1::WatchRequest request;
  request.set_review_id(ledger_->review());
  if (token_.empty()) {
    request.set_from_sequence(1);
  } else {
    request.set_resume_token(token_);
  }
  context_ = std::make_unique<grpc::ClientContext>();
  stream_ = stub.Watch(context_.get(), request);
  thread_ = std::thread([this] {
    v1::WatchResponse response;
    while (stream_->Read(&response)) {
      token_ = response.resume_token();
      if (response.has_entry()) ledger_->Watch(response.entry().entry());
    }
  });
}

grpc::Status Watcher::Stop() {
  if (!thread_.joinable()) return grpc::Status::OK;
  context_->TryCancel();
  thread_.join();
  return stream_->Finish();
}

}  // namespace tidemark::testing
