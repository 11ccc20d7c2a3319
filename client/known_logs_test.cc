#include "client/known_logs.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::client {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::tidemark::testing::StatusIs;

std::string FreshDirectory() {
  static int count = 0;
  return absl::StrCat(
      ::testing::TempDir(), "/",
      ::testing::UnitTest::GetInstance()->current_test_info()->name(), ".",
      ++count);
}

// The log with this many leaves, as its owner signs it.
KnownLog LogOfSize(int64_t size, const std::string& origin = "log.example/r",
                   const audit::KeySeed& seed = {1}) {
  const auto signer = audit::Signer::Create(origin, seed);
  const auto note = audit::SignCheckpoint(
      {origin, size, audit::Sha256(absl::StrCat(size))}, *signer);
  return *OpenKnownLog(signer->vkey(), *note);
}

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

int64_t SizeIn(const KnownLogs& logs) {
  const auto known = logs.Find("r");
  return known.ok() && known->has_value() ? (*known)->checkpoint.size : -1;
}

// The same with and without a directory.
class KnownLogsTest : public ::testing::TestWithParam<bool> {
 protected:
  KnownLogsTest() : directory_(GetParam() ? FreshDirectory() : "") {}

  const std::string directory_;
};

INSTANTIATE_TEST_SUITE_P(Kept, KnownLogsTest, ::testing::Bool(),
                         [](const auto& info) {
                           return info.param ? "InFiles" : "InMemory";
                         });

TEST_P(KnownLogsTest, ReplacesOnlyWhatTheCallerSaw) {
  ASSERT_OK_AND_ASSIGN(const auto logs, KnownLogs::Open(directory_, "s:1"));
  EXPECT_EQ(SizeIn(*logs), -1);
  EXPECT_THAT(logs->Replace("r", LogOfSize(1), LogOfSize(2)),
              testing::IsOkAndHolds(false));
  EXPECT_THAT(logs->Replace("r", std::nullopt, LogOfSize(2)),
              testing::IsOkAndHolds(true));
  EXPECT_THAT(logs->Replace("r", std::nullopt, LogOfSize(3)),
              testing::IsOkAndHolds(false));
  EXPECT_THAT(logs->Replace("r", LogOfSize(1), LogOfSize(3)),
              testing::IsOkAndHolds(false));
  EXPECT_EQ(SizeIn(*logs), 2);
  EXPECT_THAT(logs->Replace("r", LogOfSize(2), LogOfSize(3)),
              testing::IsOkAndHolds(true));
  ASSERT_OK_AND_ASSIGN(const auto known, logs->Find("r"));
  EXPECT_EQ(known->note, LogOfSize(3).note);
  EXPECT_EQ(known->vkey, LogOfSize(3).vkey);
  ASSERT_OK_AND_ASSIGN(const auto other, logs->Find("other"));
  EXPECT_FALSE(other.has_value());
}

TEST_P(KnownLogsTest, ThreadsNeverPutAnOlderCheckpointBack) {
  ASSERT_OK_AND_ASSIGN(const auto logs, KnownLogs::Open(directory_, "s:1"));
  // With a directory each thread has an object of its own, as a process would.
  std::vector<std::thread> threads;
  for (int64_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const auto own = KnownLogs::Open(directory_, "s:1");
      KnownLogs& mine = directory_.empty() ? *logs : **own;
      for (int64_t size = 1 + i; size <= 60; size += 4) {
        while (true) {
          const auto known = mine.Find("r");
          ASSERT_OK(known);
          if (known->has_value() && (*known)->checkpoint.size >= size) break;
          const auto replaced = mine.Replace("r", *known, LogOfSize(size));
          ASSERT_OK(replaced);
          if (*replaced) break;
        }
      }
    });
  }
  int64_t last = -1;
  for (int i = 0; i < 200; ++i) {
    const int64_t size = SizeIn(*logs);
    EXPECT_GE(size, last);
    last = size;
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(SizeIn(*logs), 60);
}

TEST(KnownLogFileTest, IsTheOneOfTheFormats) {
  const std::string directory = FreshDirectory();
  ASSERT_OK_AND_ASSIGN(const auto logs,
                       KnownLogs::Open(directory, "127.0.0.1:7420"));
  ASSERT_OK(logs->Replace("knee-msc", std::nullopt, LogOfSize(3)));
  const std::string path = logs->FileOf("knee-msc");
  EXPECT_THAT(path, StartsWith(directory + "/knee-msc-"));
  const std::string vkey = LogOfSize(3).vkey;
  EXPECT_EQ(Contents(path),
            absl::StrCat("tidemark-known-log-v1\n127.0.0.1:7420\nknee-msc\n",
                         vkey, "\n\n", LogOfSize(3).note));
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
  ASSERT_OK_AND_ASSIGN(const auto elsewhere, KnownLogs::Open(directory, "s:2"));
  EXPECT_NE(elsewhere->FileOf("knee-msc"), path);
  ASSERT_OK_AND_ASSIGN(const auto unknown, elsewhere->Find("knee-msc"));
  EXPECT_FALSE(unknown.has_value());
}

TEST(KnownLogFileTest, StaysInItsDirectoryWhateverTheReviewIsCalled) {
  const std::string directory = FreshDirectory();
  ASSERT_OK_AND_ASSIGN(const auto logs, KnownLogs::Open(directory, "s:1"));
  const std::string path = logs->FileOf("../../etc/passwd");
  EXPECT_EQ(std::filesystem::path(path).parent_path(), directory);
  EXPECT_NE(path, logs->FileOf("../../etc-passwd"));
}

TEST(KnownLogFileTest, AnyDamageIsNoticedAndNamed) {
  ASSERT_OK_AND_ASSIGN(const auto logs,
                       KnownLogs::Open(FreshDirectory(), "s:1"));
  ASSERT_OK(logs->Replace("r", std::nullopt, LogOfSize(3)));
  const std::string path = logs->FileOf("r");
  const std::string good = Contents(path);
  for (size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x01);
    std::ofstream(path) << bad;
    EXPECT_THAT(logs->Find("r"),
                StatusIs(absl::StatusCode::kDataLoss,
                         AllOf(HasSubstr(path), HasSubstr("damaged"))))
        << at;
  }
  std::ofstream(path) << "";
  EXPECT_THAT(logs->Find("r"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr(path)));
}

TEST(KnownLogFileTest, ADirectoryThatCannotBeUsedIsRefused) {
  const std::string directory = FreshDirectory();
  std::ofstream(directory) << "a file";
  EXPECT_THAT(
      KnownLogs::Open(directory + "/logs", "s:1"),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(directory)));
}

TEST(FindKeyOfOriginTest, LooksInEveryFile) {
  const std::string directory = FreshDirectory();
  ASSERT_OK_AND_ASSIGN(const auto logs, KnownLogs::Open(directory, "s:1"));
  ASSERT_OK(logs->Replace("a", std::nullopt, LogOfSize(1, "log.example/a")));
  ASSERT_OK(logs->Replace("b", std::nullopt, LogOfSize(1, "log.example/b")));
  EXPECT_THAT(FindKeyOfOrigin(directory, "log.example/b"),
              testing::IsOkAndHolds(LogOfSize(1, "log.example/b").vkey));
  EXPECT_THAT(FindKeyOfOrigin(directory, "log.example/c"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/c")));
  EXPECT_THAT(FindKeyOfOrigin("", "log.example/c"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/c")));
  // The same log by another name of its server has the same key; another key
  // for the same origin is for people to decide.
  ASSERT_OK_AND_ASSIGN(const auto again, KnownLogs::Open(directory, "s:2"));
  ASSERT_OK(again->Replace("b", std::nullopt, LogOfSize(1, "log.example/b")));
  EXPECT_OK(FindKeyOfOrigin(directory, "log.example/b"));
  ASSERT_OK(
      again->Replace("c", std::nullopt, LogOfSize(1, "log.example/b", {2})));
  EXPECT_THAT(
      FindKeyOfOrigin(directory, "log.example/b"),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("two keys")));
}

}  // namespace
}  // namespace tidemark::client
