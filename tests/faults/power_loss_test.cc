// A machine that loses its power, and with it whatever was not synced, loses no
// acknowledged write; what a watch was sent is there as well.
//
// TIDEMARK_POWER_CUTS sets how often, TIDEMARK_FAULT_SEED when.
#include <cstdint>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "tests/faults/crowd.h"
#include "tests/faults/power_cycle.h"
#include "tests/faults/seed.h"
#include "tests/faults/stubs.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

constexpr uint64_t kPowerCuts = 40;
constexpr int kReviews = 2;
constexpr int kWritersAReview = 2;
// A start takes some hundred changes and syncs, a write about five.
constexpr uint64_t kMostOperations = 300;
constexpr int64_t kMostOperationsOfAFirstStart = 300;

class PowerLossTest : public ::testing::Test {
 protected:
  const uint64_t seed_ = PrintedSeed();
  std::mt19937_64 random_{seed_};
  const std::string directory_ = FreshDirectory();
};

TEST_F(PowerLossTest, NoAcknowledgedWriteIsLostAndTheLogVerifies) {
  const uint64_t cuts =
      NumberFromEnvironment("TIDEMARK_POWER_CUTS", kPowerCuts);
  const std::string data = directory_ + "/data";
  Crowd crowd(kReviews, kWritersAReview, seed_);
  for (uint64_t i = 0; i < cuts; ++i) {
    SCOPED_TRACE(absl::StrCat("power cut ", i));
    const auto operations = static_cast<int64_t>(random_() % kMostOperations);
    // Every other time a part of what was not synced is there, torn.
    ASSERT_NO_FATAL_FAILURE(RunUntilPowerCut(
        data, operations, i % 2 == 0 ? &random_ : nullptr, crowd));
    ASSERT_NO_FATAL_FAILURE(CheckAfterPowerCut(data, random_, crowd));
  }
  ASSERT_OK_AND_ASSIGN(const auto server, StartOn(data, nullptr));
  Stubs stubs(server->InProcessChannel());
  ASSERT_TRUE(crowd.Settle(stubs).ok());
  ASSERT_NO_FATAL_FAILURE(crowd.CheckWholeLogs(stubs));
  std::cerr << crowd.acknowledged() << " acknowledged writes survived " << cuts
            << " power cuts\n";
}

// From the first operation on a machine that has no data to the first answers:
// the power is cut everywhere.
TEST_F(PowerLossTest, AFirstStartSurvivesACutAnywhere) {
  // Steps of another size for each seed.
  const auto step = static_cast<int64_t>(7 + random_() % 5);
  for (int64_t cut = 0; cut < kMostOperationsOfAFirstStart; cut += step) {
    SCOPED_TRACE(absl::StrCat("cut after ", cut));
    const std::string data = absl::StrCat(directory_, "/data-", cut);
    Crowd crowd(1, 1, seed_);
    ASSERT_NO_FATAL_FAILURE(RunUntilPowerCut(data, cut, nullptr, crowd));
    ASSERT_NO_FATAL_FAILURE(CheckAfterPowerCut(data, random_, crowd));
  }
}

}  // namespace
}  // namespace tidemark::testing
