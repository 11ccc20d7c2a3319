#include "tests/testing/health.h"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "google/protobuf/empty.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "gtest/gtest.h"

namespace tidemark::testing {
namespace {

using ::google::protobuf::Empty;

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
// HealthCheckRequest.service, HealthCheckResponse.status and its value SERVING.
constexpr int kService = 1;
constexpr int kStatus = 1;
constexpr uint64_t kServing = 1;

}  // namespace

// The messages are not packaged; their one field is read as an unknown one.
bool IsServing(const std::shared_ptr<grpc::Channel>& channel,
               const std::string& service) {
  Empty request;
  request.GetReflection()->MutableUnknownFields(&request)->AddLengthDelimited(
      kService, service);
  Empty response;
  grpc::TemplatedGenericStub<Empty, Empty> stub(channel);
  grpc::ClientContext context;
  std::promise<grpc::Status> called;
  stub.UnaryCall(
      &context, kCheck, {}, &request, &response,
      [&called](const grpc::Status& status) { called.set_value(status); });
  const grpc::Status status = called.get_future().get();
  EXPECT_TRUE(status.ok()) << status.error_message();
  const auto& fields = response.GetReflection()->GetUnknownFields(response);
  return fields.field_count() == 1 && fields.field(0).number() == kStatus &&
         fields.field(0).varint() == kServing;
}

bool AwaitServing(const std::shared_ptr<grpc::Channel>& channel,
                  const std::string& service) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!IsServing(channel, service)) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace tidemark::testing
