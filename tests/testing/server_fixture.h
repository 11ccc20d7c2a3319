// A real server over a directory of the test, and stubs to talk to it.
#ifndef TIDEMARK_TESTS_TESTING_SERVER_FIXTURE_H_
#define TIDEMARK_TESTS_TESTING_SERVER_FIXTURE_H_

#include <memory>
#include <string>

#include "grpcpp/grpcpp.h"
#include "server/server.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/explain_service.grpc.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"
#include "tidemark/v1/watch_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::testing {

// A fresh directory named after the running test.
std::string FreshDirectory();

// Puts a copy of a directory in the place of `to`; of a data directory with the
// key beside it.
void CopyData(const std::string& from, const std::string& to);

class ServerFixture {
 public:
  // Starts a server in this process over `options`; its data directory is a
  // fresh one unless it is set. Ends the test process if it cannot start.
  explicit ServerFixture(server::ServerOptions options = {});

  // Stops the server and starts it again over the same data.
  void Restart();
  void Stop();

  const std::string& data_dir() const { return options_.data_dir; }

  // Answers of single calls; `request_id` is made from a counter.
  grpc::Status Apply(const v1::Change& change, v1::ApplyResponse* response,
                     bool validate_only = false);
  grpc::Status ApplyRequest(const v1::ApplyRequest& request,
                            v1::ApplyResponse* response);
  // Creates the example review with its analyses (sequences 1 and 2).
  void CreateExample();
  // Submits the first `count` trials of the example, one entry each.
  void SubmitOneByOne(size_t count);

  // The estimate of the example after a sequence; 0: now.
  v1::Estimate EstimateOf(const std::string& analysis, int64_t as_of = 0);
  // The last sequence of the only review; 0 if there is none.
  int64_t Head();

  std::unique_ptr<server::Server> server;
  std::unique_ptr<v1::WriteService::Stub> write;
  std::unique_ptr<v1::ReadService::Stub> read;
  std::unique_ptr<v1::WatchService::Stub> watch;
  std::unique_ptr<v1::AuditService::Stub> audit;
  std::unique_ptr<v1::ExplainService::Stub> explain;

 private:
  void Start();

  server::ServerOptions options_;
  int next_request_ = 1;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_TESTING_SERVER_FIXTURE_H_
