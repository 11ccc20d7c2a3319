// A disk that is really full: a small tmpfs, where one can be mounted. Writes
// are refused with RESOURCE_EXHAUSTED, reads go on, and once there is room
// writes are taken again by the same process.
//
// TIDEMARK_FULL_DISKS sets how often, TIDEMARK_FAULT_SEED how full.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "tests/faults/crowd.h"
#include "tests/faults/seed.h"
#include "tests/faults/stubs.h"
#include "tests/testing/health.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kTimes = 6;
constexpr int kReviews = 2;
constexpr int kWritersAReview = 2;
constexpr char kSize[] = "size=32m";
// What is left when the disk is filled up: to be hit within some writes.
constexpr uint64_t kMostRoom = 200000;
constexpr size_t kAnswersBetween = 50;

// Mounts a file system for this process alone; empty, or why it cannot be.
// Must be called before there are threads.
std::string MountSmallDisk(const std::string& directory) {
  fs::create_directories(directory);
  const auto mounted = [&] {
    return mount("tmpfs", directory.c_str(), "tmpfs", 0, kSize) == 0;
  };
  const bool own_mounts =
      unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
  // So that nobody else sees it.
  if (own_mounts &&
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
      mounted()) {
    return "";
  }
  return std::strerror(errno);
}

// Takes all room of the disk but for so many bytes; removed, it is given back.
void Fill(const std::string& path, uint64_t room) {
  const uint64_t available = fs::space(fs::path(path).parent_path()).available;
  std::ofstream file(path, std::ios::binary);
  if (available > room) file << std::string(available - room, 'x');
  file.flush();
}

TEST(FullDiskTest, WritesAreRefusedReadsGoOnAndWritesGoOnOnceThereIsRoom) {
  const uint64_t seed = PrintedSeed();
  std::mt19937_64 random(seed);
  const std::string disk = FreshDirectory() + "/disk";
  const std::string problem = MountSmallDisk(disk);
  if (!problem.empty()) {
    GTEST_SKIP() << "no tmpfs can be mounted here (" << problem
                 << "); FailingDiskTest fills the disk by injected errors";
  }
  Crowd crowd(kReviews, kWritersAReview, seed);
  server::ServerOptions options;
  options.data_dir = disk + "/data";
  auto server = server::Server::Start(options);
  ASSERT_OK(server);
  const auto channel = (*server)->InProcessChannel();
  Stubs stubs(channel);
  ASSERT_TRUE(crowd.Settle(stubs).ok());
  const uint64_t times = NumberFromEnvironment("TIDEMARK_FULL_DISKS", kTimes);
  for (uint64_t i = 0; i < times; ++i) {
    SCOPED_TRACE(absl::StrCat("time ", i));
    crowd.Start(stubs);
    crowd.WaitForAnswers(kAnswersBetween);
    Fill(disk + "/ballast", random() % kMostRoom);
    for (const grpc::Status& end : crowd.Join()) {
      EXPECT_EQ(end.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED)
          << end.error_message();
    }
    EXPECT_FALSE(IsServing(channel, kWriteService));
    EXPECT_TRUE(IsServing(channel, kReadService));
    EXPECT_EQ(crowd.Settle(stubs).error_code(),
              grpc::StatusCode::RESOURCE_EXHAUSTED);
    ASSERT_NO_FATAL_FAILURE(crowd.CheckAcknowledged(stubs, random));
    fs::remove(disk + "/ballast");
    ASSERT_TRUE(AwaitServing(channel, kWriteService));
    const grpc::Status settled = crowd.Settle(stubs);
    ASSERT_TRUE(settled.ok()) << settled.error_message();
    ASSERT_NO_FATAL_FAILURE(crowd.CheckAcknowledged(stubs, random));
  }
  ASSERT_NO_FATAL_FAILURE(crowd.CheckWholeLogs(stubs));
  std::cerr << crowd.acknowledged() << " acknowledged writes survived " << times
            << " full disks\n";
}

}  // namespace
}  // namespace tidemark::testing
