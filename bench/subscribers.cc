#include "bench/subscribers.h"

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace tidemark::bench {
namespace {

constexpr char kWatch[] = "/tidemark.v1.WatchService/Watch";
constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";
constexpr std::chrono::seconds kPatience(120);

void Fail(const std::string& what) {
  std::cerr << what << "\n";
  std::abort();
}

grpc::ByteBuffer BytesOf(const v1::WatchRequest& request) {
  const grpc::Slice slice(request.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

v1::WatchRequest RequestOf(const std::string& review) {
  v1::WatchRequest request;
  request.set_review_id(review);
  // No other messages than those that are measured.
  request.mutable_progress_interval()->set_seconds(3600);
  return request;
}

// Wakes who waits for the last of some.
class Countdown {
 public:
  void Set(int count) {
    const std::lock_guard<std::mutex> lock(mutex_);
    left_ = count;
  }
  // Under the lock to the end: who waits may then destroy it.
  void Decrement() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--left_ == 0) changed_.notify_all();
  }
  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [&] { return left_ <= 0; })) {
      Fail("messages or answers are missing");
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int left_ = 0;
};

}  // namespace

Connections::Connections(const std::string& address, int count) {
  for (int i = 0; i < count; ++i) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // As at the server, so that who stalls does so soon.
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    channels_.push_back(grpc::CreateCustomChannel(
        address, grpc::InsecureChannelCredentials(), arguments));
  }
}

void Connections::MakeEmptyCalls(int count) const {
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer response;
  };
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  for (const auto& channel : channels_) {
    stubs.push_back(std::make_unique<grpc::GenericStub>(channel));
  }
  std::vector<Call> calls(count);
  const grpc::Slice nothing;
  const grpc::ByteBuffer request(&nothing, 1);
  Countdown answers;
  answers.Set(count);
  for (int i = 0; i < count; ++i) {
    stubs[i % stubs.size()]->UnaryCall(&calls[i].context, kHealthCheck, {},
                                       &request, &calls[i].response,
                                       [&answers](const grpc::Status& status) {
                                         if (!status.ok())
                                           Fail(status.error_message());
                                         answers.Decrement();
                                       });
  }
  answers.Wait();
}

struct Subscribers::Count {
  Countdown messages;
  Countdown ends;
};

class Subscribers::Reader final
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Reader(const std::shared_ptr<grpc::Channel>& channel,
         const grpc::ByteBuffer& request, Count* count)
      : stub_(channel), request_(request), count_(count) {
    stub_.PrepareBidiStreamingCall(&context_, kWatch, {}, this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&next_);
    StartCall();
  }

  void Cancel() { context_.TryCancel(); }
  WallTime got_at() const { return got_at_; }
  v1::WatchResponse Last() const {
    v1::WatchResponse response;
    grpc::ByteBuffer copy = last_;
    if (!grpc::SerializationTraits<v1::WatchResponse>::Deserialize(&copy,
                                                                   &response)
             .ok()) {
      Fail("a message cannot be read");
    }
    return response;
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    got_at_ = std::chrono::system_clock::now();
    last_.Swap(&next_);
    next_.Clear();
    StartRead(&next_);
    count_->messages.Decrement();
  }
  void OnDone(const grpc::Status& status) override {
    if (status.error_code() != grpc::StatusCode::CANCELLED) {
      Fail(status.error_message());
    }
    count_->ends.Decrement();
  }

 private:
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  const grpc::ByteBuffer request_;
  grpc::ByteBuffer next_;
  grpc::ByteBuffer last_;
  WallTime got_at_;
  Count* const count_;
};

Subscribers::Subscribers(const Connections& connections, int count,
                         const std::string& review)
    : count_(std::make_unique<Count>()) {
  count_->messages.Set(count);
  const grpc::ByteBuffer request = BytesOf(RequestOf(review));
  for (int i = 0; i < count; ++i) {
    readers_.push_back(std::make_unique<Reader>(
        connections.at(i % connections.size()), request, count_.get()));
  }
  count_->messages.Wait();
}

Subscribers::~Subscribers() {
  count_->ends.Set(static_cast<int>(readers_.size()));
  for (const auto& reader : readers_) reader->Cancel();
  count_->ends.Wait();
}

void Subscribers::Expect() {
  count_->messages.Set(static_cast<int>(readers_.size()));
}

std::vector<WallTime> Subscribers::Wait() {
  count_->messages.Wait();
  std::vector<WallTime> times;
  for (const auto& reader : readers_) times.push_back(reader->got_at());
  return times;
}

v1::WatchResponse Subscribers::Last() const { return readers_[0]->Last(); }

class StalledSubscriber::Reader final
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  Reader(const std::shared_ptr<grpc::Channel>& channel,
         const grpc::ByteBuffer& request)
      : stub_(channel), request_(request) {
    done_.Set(1);
    stub_.PrepareBidiStreamingCall(&context_, kWatch, {}, this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartCall();
  }
  void End() {
    context_.TryCancel();
    done_.Wait();
  }
  void OnDone(const grpc::Status& /*status*/) override { done_.Decrement(); }

 private:
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  const grpc::ByteBuffer request_;
  Countdown done_;
};

StalledSubscriber::StalledSubscriber(
    const std::shared_ptr<grpc::Channel>& channel, const std::string& review) {
  v1::WatchRequest request = RequestOf(review);
  request.set_from_sequence(1);
  reader_ = std::make_unique<Reader>(channel, BytesOf(request));
}

StalledSubscriber::~StalledSubscriber() { reader_->End(); }

}  // namespace tidemark::bench
