// kill -9 of the server at any moment of a stream of submissions loses no
// acknowledged write, and the log still verifies.
//
// TIDEMARK_KILLS sets how often, TIDEMARK_FAULT_SEED when.
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/faults/crowd.h"
#include "tests/faults/seed.h"
#include "tests/faults/server_process.h"
#include "tests/faults/stubs.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

constexpr uint64_t kKills = 50;
constexpr int kReviews = 2;
constexpr int kWritersAReview = 3;
// The longest time from the first answer, or the start, to the kill.
constexpr uint64_t kMostMicrosOfWriting = 80000;
constexpr uint64_t kMostMicrosOfStarting = 120000;

void SleepUpTo(uint64_t micros, std::mt19937_64& random) {
  std::this_thread::sleep_for(std::chrono::microseconds(random() % micros));
}

Stubs Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return Stubs(grpc::CreateCustomChannel(
      address, grpc::InsecureChannelCredentials(), arguments));
}

// What a client may be told by a server that was killed under its call.
bool IsClean(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE;
}

class KillTest : public ::testing::Test {
 protected:
  std::unique_ptr<ServerProcess> Spawn() const {
    return std::make_unique<ServerProcess>(directory_ + "/data",
                                           directory_ + "/output");
  }

  // One life of the server: it must serve what it acknowledged in all its
  // lives before, and is killed while it is written to.
  void ServeUntilKilled() {
    const auto server = Spawn();
    const std::string address = server->WaitUntilServing();
    ASSERT_FALSE(address.empty()) << server->Output();
    Stubs stubs = Connect(address);
    ASSERT_NO_FATAL_FAILURE(crowd_.CheckAcknowledged(stubs, random_));
    const grpc::Status settled = crowd_.Settle(stubs);
    ASSERT_TRUE(settled.ok()) << settled.error_message();
    crowd_.Start(stubs);
    crowd_.WaitForAnswers(1);
    SleepUpTo(kMostMicrosOfWriting, random_);
    server->Kill();
    for (const grpc::Status& end : crowd_.Join()) {
      EXPECT_TRUE(IsClean(end)) << end.error_code() << end.error_message();
    }
  }

  const uint64_t seed_ = PrintedSeed();
  const std::string directory_ = FreshDirectory();
  std::mt19937_64 random_{seed_};
  Crowd crowd_{kReviews, kWritersAReview, seed_};
};

TEST_F(KillTest, NoAcknowledgedWriteIsLostAndTheLogVerifies) {
  const uint64_t kills = NumberFromEnvironment("TIDEMARK_KILLS", kKills);
  for (uint64_t i = 0; i < kills; ++i) {
    SCOPED_TRACE(absl::StrCat("kill ", i));
    if (random_() % 4 == 0) {
      const auto server = Spawn();
      SleepUpTo(kMostMicrosOfStarting, random_);
      server->Kill();
    }
    ASSERT_NO_FATAL_FAILURE(ServeUntilKilled());
  }
  const auto server = Spawn();
  const std::string address = server->WaitUntilServing();
  ASSERT_FALSE(address.empty()) << server->Output();
  Stubs stubs = Connect(address);
  ASSERT_NO_FATAL_FAILURE(crowd_.CheckAcknowledged(stubs, random_));
  ASSERT_TRUE(crowd_.Settle(stubs).ok());
  ASSERT_NO_FATAL_FAILURE(crowd_.CheckWholeLogs(stubs));
  EXPECT_EQ(server->Terminate(), 0) << server->Output();
  std::cerr << crowd_.acknowledged() << " acknowledged writes survived "
            << kills << " kills\n";
}

}  // namespace
}  // namespace tidemark::testing
