// A machine that loses its power, and with it whatever was not synced, loses no
// acknowledged write; what a watch was sent is there as well.
//
// TIDEMARK_POWER_CUTS sets how often, TIDEMARK_FAULT_SEED when.
#include <cstdint>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "rocksdb/file_system.h"
#include "server/server.h"
#include "storage/testing/unsynced_file_system.h"
#include "tests/faults/crowd.h"
#include "tests/faults/seed.h"
#include "tests/faults/stubs.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

using storage::UnsyncedFileSystem;

constexpr uint64_t kPowerCuts = 40;
constexpr int kReviews = 2;
constexpr int kWritersAReview = 2;
// A start takes some hundred changes and syncs, a write about five.
constexpr uint64_t kMostOperations = 300;
constexpr int64_t kMostOperationsOfAFirstStart = 300;

std::shared_ptr<UnsyncedFileSystem> MakeLossy() {
  return std::make_shared<UnsyncedFileSystem>(rocksdb::FileSystem::Default());
}

class PowerLossTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<server::Server>> Start(
      std::shared_ptr<rocksdb::FileSystem> file_system) const {
    server::ServerOptions options;
    options.data_dir = data_dir_;
    options.file_system = std::move(file_system);
    return server::Server::Start(options);
  }

  // Clients write until the power goes off; perhaps before the server serves.
  void WriteUntilPowerOff(const std::shared_ptr<UnsyncedFileSystem>& lossy) {
    const auto server = Start(lossy);
    if (!server.ok()) {
      ASSERT_FALSE(lossy->powered()) << server.status();
      return;
    }
    Stubs stubs((*server)->InProcessChannel());
    if (!crowd_->Settle(stubs).ok()) {
      ASSERT_FALSE(lossy->powered());
      return;
    }
    crowd_->Start(stubs);
    for (const grpc::Status& end : crowd_->Join()) {
      EXPECT_EQ(end.error_code(), grpc::StatusCode::UNAVAILABLE)
          << end.error_message();
    }
    ASSERT_FALSE(lossy->powered());
  }

  // The power is back: everything that was told holds.
  void CheckAfterwards() {
    ASSERT_OK_AND_ASSIGN(const auto server, Start(nullptr));
    Stubs stubs(server->InProcessChannel());
    ASSERT_NO_FATAL_FAILURE(crowd_->CheckAcknowledged(stubs, random_));
  }

  const uint64_t seed_ = PrintedSeed();
  std::mt19937_64 random_{seed_};
  std::string data_dir_ = FreshDirectory();
  std::unique_ptr<Crowd> crowd_ =
      std::make_unique<Crowd>(kReviews, kWritersAReview, seed_);
};

TEST_F(PowerLossTest, NoAcknowledgedWriteIsLostAndTheLogVerifies) {
  const uint64_t cuts =
      NumberFromEnvironment("TIDEMARK_POWER_CUTS", kPowerCuts);
  for (uint64_t i = 0; i < cuts; ++i) {
    SCOPED_TRACE(absl::StrCat("power cut ", i));
    const auto lossy = MakeLossy();
    lossy->PowerOffAfter(static_cast<int64_t>(random_() % kMostOperations));
    ASSERT_NO_FATAL_FAILURE(WriteUntilPowerOff(lossy));
    // Every other time a part of what was not synced is there, torn.
    ASSERT_OK(lossy->LoseUnsynced(i % 2 == 0 ? &random_ : nullptr));
    ASSERT_NO_FATAL_FAILURE(CheckAfterwards());
  }
  ASSERT_OK_AND_ASSIGN(const auto server, Start(nullptr));
  Stubs stubs(server->InProcessChannel());
  ASSERT_TRUE(crowd_->Settle(stubs).ok());
  ASSERT_NO_FATAL_FAILURE(crowd_->CheckWholeLogs(stubs));
  std::cerr << crowd_->acknowledged() << " acknowledged writes survived "
            << cuts << " power cuts\n";
}

// From the first operation on a machine that has no data to the first answers:
// the power is cut everywhere.
TEST_F(PowerLossTest, AFirstStartSurvivesACutAnywhere) {
  const std::string directory = data_dir_;
  // Steps of another size for each seed.
  const auto step = static_cast<int64_t>(7 + random_() % 5);
  for (int64_t cut = 0; cut < kMostOperationsOfAFirstStart; cut += step) {
    SCOPED_TRACE(absl::StrCat("cut after ", cut));
    data_dir_ = absl::StrCat(directory, "/data-", cut);
    crowd_ = std::make_unique<Crowd>(1, 1, seed_);
    const auto lossy = MakeLossy();
    lossy->PowerOffAfter(cut);
    ASSERT_NO_FATAL_FAILURE(WriteUntilPowerOff(lossy));
    ASSERT_OK(lossy->LoseUnsynced(nullptr));
    ASSERT_NO_FATAL_FAILURE(CheckAfterwards());
  }
}

}  // namespace
}  // namespace tidemark::testing
