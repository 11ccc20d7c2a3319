#include "client/connection.h"

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

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

}  // namespace
}  // namespace tidemark::client
