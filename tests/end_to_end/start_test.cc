// What a server refuses to start with.
#include <cstdio>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "storage/review_store.h"
#include "storage/testing/log_writer.h"
#include "tests/testing/example_review.h"
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

TEST(ServerTest, RefusesLimitsThatLetNoWatchStand) {
  server::ServerOptions options;
  options.data_dir = testing::FreshDirectory();
  server::ServerOptions none = options;
  none.most_watches = 0;
  server::ServerOptions none_each = options;
  none_each.most_watches_of_an_actor = 0;
  server::ServerOptions no_time = options;
  no_time.watch_stall_limit = absl::ZeroDuration();
  for (const server::ServerOptions& refused : {none, none_each, no_time}) {
    EXPECT_THAT(server::Server::Start(refused).status(),
                testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                  HasSubstr("--max-watches")));
  }
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

// A build without the server's own log let clients take its name.
TEST(ServerTest, DataWithAReviewNamedAsTheServersLogAreRefused) {
  server::ServerOptions options;
  options.data_dir = testing::FreshDirectory();
  {
    storage::OpenOptions open;
    open.path = options.data_dir + "/db";
    ASSERT_OK_AND_ASSIGN(const auto store, storage::ReviewStore::Open(open));
    storage::LogWriter writer("system");
    ASSERT_OK(store->Commit(
        {writer.Append(testing::CreateExampleReview().SerializeAsString())},
        {}));
  }
  EXPECT_THAT(server::Server::Start(options).status(),
              testing::StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("a review named \"system\"")));
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
