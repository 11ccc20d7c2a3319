// Backup, restore, and what the command then says to who knows the log.
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

// A witness that cosigned nothing.
constexpr char kWitness[] =
    "witness.example/two+de967dd7+BCVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd";

class BackupCommandsTest : public LocalReview {
 protected:
  BackupCommandsTest() : LocalReview("knees") {
    Done({"review", "create", "-", "-m", "start"}, kKneesProtocol);
  }

  void Update(const std::string& reason) const {
    Done({"review", "update", "-", "-m", reason}, kKneesProtocol);
  }

  // Where a server looks for the key of its data.
  std::string KeyOf(const std::string& data) const {
    const std::string apart = absl::StrCat(data, ".keys/signing-key");
    return fs::exists(apart) ? apart : absl::StrCat(data, "/signing-key");
  }

  // In the place of the data, as after a disk was replaced.
  void RestoreInPlace() const {
    const std::string key = base_ + "/kept-key";
    fs::copy_file(KeyOf(data_), key);
    fs::rename(data_, data_ + ".old");
    const Finished restored =
        RunTidemark({"restore", backups_, "--data", data_, "--key", key, "-m",
                     "the disk died"});
    ASSERT_EQ(restored.exit_code, 0) << restored.messages;
    if (!fs::exists(KeyOf(data_))) fs::copy_file(key, KeyOf(data_));
  }

  const std::string backups_ = base_ + "/backups";
};

TEST_F(BackupCommandsTest, ABackupSaysWhatItHolds) {
  const json made =
      RunJson({"backup", backups_, "--keep", "2", "-m", "nightly"});
  EXPECT_EQ(made["backup_id"], "1");
  EXPECT_EQ(made["logs"][0]["review_id"], "knees");
  EXPECT_EQ(made["logs"][0]["size"], "1");
  const Finished second = Done({"backup", backups_, "-m", "nightly"});
  EXPECT_THAT(second.data, HasSubstr("knees\t1"));
  EXPECT_THAT(second.messages,
              AllOf(HasSubstr("backup 2 in"), HasSubstr("is verified")));
  EXPECT_THAT(Done({"log", "system"}).data, HasSubstr("backups/2"));
}

TEST_F(BackupCommandsTest, ARestoredLogIsFollowedKnowingly) {
  Done({"backup", backups_, "-m", "nightly"});
  Update("lost with the disk");
  ASSERT_NO_FATAL_FAILURE(RestoreInPlace());
  for (const auto& command :
       {std::vector<std::string>{"review", "show"}, {"log"}, {"verify"}}) {
    const Finished refused = Run(command);
    EXPECT_EQ(refused.exit_code, 5) << refused.messages;
    EXPECT_THAT(
        refused.messages,
        AllOf(HasSubstr("was restored from a backup"),
              HasSubstr("the disk died"), HasSubstr("kept: the entries 1..1"),
              HasSubstr("lost: the entries 2..2"),
              HasSubstr("tidemark verify knees --follow-restore")));
  }
  // What else is asked for comes first.
  const Finished too_few = Run(
      {"verify", "--follow-restore", "--quorum", "1", "--witness", kWitness});
  EXPECT_EQ(too_few.exit_code, 5) << too_few.messages;
  EXPECT_EQ(Run({"review", "show"}).exit_code, 5);
  const Finished followed = Run({"verify", "--follow-restore"});
  EXPECT_EQ(followed.exit_code, 0) << followed.messages;
  EXPECT_THAT(followed.messages, HasSubstr("lost: the entries 2..2"));
  Update("goes on");
  EXPECT_EQ(Run({"verify"}).exit_code, 0);
  const Finished again = Run({"verify", "--follow-restore"});
  EXPECT_EQ(again.exit_code, 4);
  EXPECT_THAT(again.messages, HasSubstr("was not restored since"));
}

TEST_F(BackupCommandsTest, WhatIsWrongIsSaid) {
  EXPECT_EQ(Run({"backup", "backups", "-m", "why"}).exit_code, 3);
  EXPECT_EQ(Run({"backup", backups_}).exit_code, 2);
  const auto restore = [&](const std::string& data) {
    return RunTidemark({"restore", backups_, "--data", data, "--key",
                        KeyOf(data_), "-m", "why"});
  };
  const Finished none = restore(base_ + "/new");
  EXPECT_EQ(none.exit_code, 6);
  EXPECT_THAT(none.messages, HasSubstr("there are no backups in"));
  Done({"backup", backups_, "-m", "nightly"});
  const Finished there = restore(data_);
  EXPECT_EQ(there.exit_code, 4);
  EXPECT_THAT(there.messages, HasSubstr("is there and not empty"));
}

}  // namespace
}  // namespace tidemark::testing
