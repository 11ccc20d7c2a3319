// What a server refuses to start with.
#include <cstdio>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::HasSubstr;
using testing::ServerFixture;

TEST(ServerTest, RefusesToListenBeyondLoopbackWithoutTlsAndTokens) {
  server::ServerOptions options;
  options.data_dir = testing::FreshDirectory();
  options.listen = "0.0.0.0:0";
  const auto server = server::Server::Start(options);
  EXPECT_THAT(
      server.status(),
      testing::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TLS")));
}

TEST(ServerTest, ASecondServerOverTheSameDataIsRefused) {
  ServerFixture fixture;
  server::ServerOptions options;
  options.data_dir = fixture.data_dir();
  const auto second = server::Server::Start(options);
  EXPECT_THAT(second.status(),
              testing::StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("running server")));
}

TEST(ServerTest, ALostAnchorIsNoticedAndNotReplacedInSilence) {
  ServerFixture fixture;
  fixture.CreateExample();
  fixture.Stop();
  ASSERT_EQ(std::remove((fixture.data_dir() + "/anchor").c_str()), 0);
  server::ServerOptions options;
  options.data_dir = fixture.data_dir();
  EXPECT_EQ(server::Server::Start(options).status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace tidemark
