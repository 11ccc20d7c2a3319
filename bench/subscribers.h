// Many watches on many connections, as cheap as gRPC allows: bytes are counted,
// not read.
#ifndef TIDEMARK_BENCH_SUBSCRIBERS_H_
#define TIDEMARK_BENCH_SUBSCRIBERS_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::bench {

using WallTime = std::chrono::system_clock::time_point;

// Each has a connection of its own.
class Connections {
 public:
  Connections(const std::string& address, int count);

  int size() const { return static_cast<int>(channels_.size()); }
  const std::shared_ptr<grpc::Channel>& at(int i) const { return channels_[i]; }

  // Makes `count` calls at once of gRPC's own health check, whose request is
  // empty, spread over the connections; returns when all are answered.
  void MakeEmptyCalls(int count) const;

 private:
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
};

class Subscribers {
 public:
  // Watches from now on, spread over the connections; blocks until all stand.
  Subscribers(const Connections& connections, int count,
              const std::string& review);
  // Ends them.
  ~Subscribers();
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;

  // Counts messages from here on.
  void Expect();
  // Blocks until each has got one since Expect; returns when each did.
  std::vector<WallTime> Wait();
  // The message that one of them got last.
  v1::WatchResponse Last() const;

 private:
  class Reader;
  struct Count;

  const std::unique_ptr<Count> count_;
  std::vector<std::unique_ptr<Reader>> readers_;
};

// A watch of all there ever was that takes no message but the first ones that
// gRPC buffers by itself.
class StalledSubscriber {
 public:
  StalledSubscriber(const std::shared_ptr<grpc::Channel>& channel,
                    const std::string& review);
  ~StalledSubscriber();
  StalledSubscriber(const StalledSubscriber&) = delete;
  StalledSubscriber& operator=(const StalledSubscriber&) = delete;

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace tidemark::bench

#endif  // TIDEMARK_BENCH_SUBSCRIBERS_H_
