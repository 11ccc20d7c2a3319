#include "tests/faults/power_cycle.h"

#include <memory>
#include <string>
#include <utility>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "storage/testing/unsynced_file_system.h"
#include "tests/faults/stubs.h"

namespace tidemark::testing {
namespace {

// Until the server is gone and its files are closed.
void WriteUntilPowerOff(
    const std::string& data_dir,
    const std::shared_ptr<storage::UnsyncedFileSystem>& lossy, Crowd& crowd) {
  const auto server = StartOn(data_dir, lossy);
  if (!server.ok()) {
    ASSERT_FALSE(lossy->powered()) << server.status();
    return;
  }
  Stubs stubs((*server)->InProcessChannel());
  if (!crowd.Settle(stubs).ok()) {
    ASSERT_FALSE(lossy->powered());
    return;
  }
  crowd.Start(stubs);
  for (const grpc::Status& end : crowd.Join()) {
    EXPECT_EQ(end.error_code(), grpc::StatusCode::UNAVAILABLE)
        << end.error_message();
  }
  ASSERT_FALSE(lossy->powered());
}

}  // namespace

absl::StatusOr<std::unique_ptr<server::Server>> StartOn(
    const std::string& data_dir,
    std::shared_ptr<rocksdb::FileSystem> file_system) {
  server::ServerOptions options;
  options.data_dir = data_dir;
  options.file_system = std::move(file_system);
  return server::Server::Start(options);
}

void RunUntilPowerCut(const std::string& data_dir, int64_t operations,
                      std::mt19937_64* torn, Crowd& crowd) {
  const auto lossy = std::make_shared<storage::UnsyncedFileSystem>(
      rocksdb::FileSystem::Default());
  lossy->PowerOffAfter(operations);
  ASSERT_NO_FATAL_FAILURE(WriteUntilPowerOff(data_dir, lossy, crowd));
  ASSERT_OK(lossy->LoseUnsynced(torn));
}

void CheckAfterPowerCut(const std::string& data_dir, std::mt19937_64& random,
                        Crowd& crowd) {
  ASSERT_OK_AND_ASSIGN(const auto server, StartOn(data_dir, nullptr));
  Stubs stubs(server->InProcessChannel());
  ASSERT_NO_FATAL_FAILURE(crowd.CheckAcknowledged(stubs, random));
  ASSERT_NO_FATAL_FAILURE(crowd.CheckAnchors(data_dir + "/anchor"));
}

}  // namespace tidemark::testing
