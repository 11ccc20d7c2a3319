#include "client/connection.h"

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::client {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

TEST(ConnectionTest, RefusesToSendATokenUnencryptedBeyondLoopback) {
  ConnectOptions options;
  options.token = "secret";
  for (const char* target :
       {"example.org:7420", "10.0.0.1:7420", "localhost.example.org:7420"}) {
    options.target = target;
    EXPECT_THAT(
        Connection::Open(options),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unencrypted")))
        << target;
  }
}

TEST(ConnectionTest, AllowsATokenOnLoopback) {
  ConnectOptions options;
  options.token = "secret";
  for (const char* target :
       {"localhost:7420", "127.0.0.1:7420", "[::1]:7420"}) {
    options.target = target;
    EXPECT_OK(Connection::Open(options)) << target;
  }
}

// Writes messages of 4 KiB for as long as they are taken.
class Flood final : public v1::WatchService::Service {
 public:
  grpc::Status Watch(grpc::ServerContext*, const v1::WatchRequest*,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override {
    v1::WatchResponse message;
    message.set_resume_token(std::string(4096, 'x'));
    while (writer->Write(message)) ++written;
    return grpc::Status::OK;
  }

  std::atomic<int> written{0};
};

TEST(ConnectionTest, AReaderThatStallsHoldsUpTheServerAndNoMegabytes) {
  Flood flood;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&flood);
  const auto server = builder.BuildAndStart();
  ConnectOptions options;
  options.target = absl::StrCat("127.0.0.1:", port);
  ASSERT_OK_AND_ASSIGN(const Connection connection, Connection::Open(options));
  const auto stub = v1::WatchService::NewStub(connection.channel());
  grpc::ClientContext context;
  const auto stream = stub->Watch(&context, {});
  v1::WatchResponse message;
  // So fast that probing would widen the window.
  constexpr int kRead = 2000;
  for (int i = 0; i < kRead; ++i) ASSERT_TRUE(stream->Read(&message));
  absl::SleepFor(absl::Seconds(1));
  // The window of 64 KiB, and what was under way.
  EXPECT_LT(flood.written - kRead, 64);
  context.TryCancel();
}

}  // namespace
}  // namespace tidemark::client
