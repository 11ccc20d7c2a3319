// All services behind one channel, and calls that end.
#ifndef TIDEMARK_TESTS_FAULTS_STUBS_H_
#define TIDEMARK_TESTS_FAULTS_STUBS_H_

#include <chrono>
#include <memory>

#include "grpcpp/grpcpp.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"
#include "tidemark/v1/watch_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::testing {

struct Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : write(v1::WriteService::NewStub(channel)),
        read(v1::ReadService::NewStub(channel)),
        watch(v1::WatchService::NewStub(channel)),
        audit(v1::AuditService::NewStub(channel)) {}

  std::unique_ptr<v1::WriteService::Stub> write;
  std::unique_ptr<v1::ReadService::Stub> read;
  std::unique_ptr<v1::WatchService::Stub> watch;
  std::unique_ptr<v1::AuditService::Stub> audit;
};

// A call that nobody answers must fail the test, not hang it.
inline void SetPatience(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::seconds(20));
}

// Calls a unary method of a stub.
template <typename Stub, typename Request, typename Response>
grpc::Status Call(Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*,
                                               const Request&, Response*),
                  const Request& request, Response* response) {
  grpc::ClientContext context;
  SetPatience(context);
  return (stub.*method)(&context, request, response);
}

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_STUBS_H_
