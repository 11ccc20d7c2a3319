#include "server/listen_address.h"

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

absl::Status CheckOpen(const char* address) {
  return CheckListenAddress(address, false, false);
}

TEST(ListenAddressTest, LoopbackNeedsNoCredentials) {
  for (const char* address : {"localhost:1", "127.0.0.1:0", "127.255.3.4:65535",
                              "[::1]:50051", "[0:0:0:0:0:0:0:1]:50051"}) {
    EXPECT_OK(CheckOpen(address)) << address;
  }
}

TEST(ListenAddressTest, AnythingElseNeedsTlsAndTokens) {
  for (const char* address :
       {"0.0.0.0:1", "[::]:1", "192.168.0.1:1", "example.org:1",
        "localhost.example.org:1", "LOCALHOST:1", "127.1:1", "128.0.0.1:1",
        "[::ffff:127.0.0.1]:1", "unix:/tmp/socket:1"}) {
    EXPECT_THAT(CheckOpen(address),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("TLS"), HasSubstr("tokens"))))
        << address;
  }
  EXPECT_OK(CheckListenAddress("0.0.0.0:1", true, true));
}

TEST(ListenAddressTest, RefusalNamesWhatIsMissing) {
  EXPECT_THAT(CheckListenAddress("0.0.0.0:1", true, false),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("tokens"), Not(HasSubstr("TLS")))));
  EXPECT_THAT(CheckListenAddress("0.0.0.0:1", false, true),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("TLS"), Not(HasSubstr("tokens")))));
}

TEST(ListenAddressTest, RefusesWhatIsNoHostAndPort) {
  for (const char* address :
       {"", ":", ":1", "localhost", "localhost:", "localhost:x",
        "localhost:65536", "localhost:-1", "localhost: 1", "localhost:+1",
        "localhost:1x", "localhost:99999999999"}) {
    EXPECT_THAT(CheckListenAddress(address, true, true),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("must be HOST:PORT")))
        << address;
  }
}

// gRPC reads ::1:5005 as one address that is not loopback.
TEST(ListenAddressTest, ColonsInAHostNeedBrackets) {
  for (const char* address :
       {"::1:5005", "[::1:5005", "::1]:5005", "[127.0.0.1:1", "[]:1"}) {
    EXPECT_THAT(CheckOpen(address), Not(IsOk())) << address;
  }
}

}  // namespace
}  // namespace tidemark::server
