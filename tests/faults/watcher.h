// A client that follows a review across failures of its server.
#ifndef TIDEMARK_TESTS_FAULTS_WATCHER_H_
#define TIDEMARK_TESTS_FAULTS_WATCHER_H_

#include <memory>
#include <string>
#include <thread>

#include "grpcpp/grpcpp.h"
#include "tests/faults/ledger.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::testing {

// Thread-compatible.
class Watcher {
 public:
  // The ledger must outlive it.
  explicit Watcher(Ledger* ledger) : ledger_(ledger) {}
  ~Watcher() { Stop(); }

  // Goes on after the last message that came, the first time from sequence 1;
  // on a thread of its own, until the stream ends.
  void Start(v1::WatchService::Stub& stub);

  // Ends the watch; returns how the stream ended.
  grpc::Status Stop();

 private:
  Ledger* const ledger_;
  std::string token_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> stream_;
  std::thread thread_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_WATCHER_H_
