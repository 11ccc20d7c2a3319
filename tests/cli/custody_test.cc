// A log over its years: its key is rotated, words are erased, its server dies
// and is restored, it is taken along. Each part has tests of its own; this one
// is that they fit together.
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class CustodyTest : public LocalReview {
 protected:
  CustodyTest() : LocalReview("knees") {
    Done({"review", "create", "-", "-m", "start"}, kKneesProtocol);
    Update("before the rotation");
  }

  void Update(const std::string& reason) const {
    Done({"review", "update", "-", "-m", reason}, kKneesProtocol);
  }

  std::string Vkey() const { return RunJson({"checkpoint"})["vkey"]; }

  std::string KeyFile() const { return data_ + ".keys/signing-key"; }

  // As after the disk with the data, not that with the key, was replaced.
  void BackUpAndRestore(const std::string& reason) const {
    const std::string backups = base_ + "/backups of " + reason;
    Done({"backup", backups, "-m", "nightly"});
    fs::rename(data_, data_ + " before " + reason);
    const Finished restored = RunTidemark({"restore", backups, "--data", data_,
                                           "--key", KeyFile(), "-m", reason});
    ASSERT_EQ(restored.exit_code, 0) << restored.messages;
    const Finished followed = Run({"verify", "--follow-restore", "--deep"});
    ASSERT_EQ(followed.exit_code, 0) << followed.messages;
  }

  Finished VerifyBundle(const std::string& vkey) const {
    const std::string file = base_ + "/knees.zip";
    fs::remove(file);
    Done({"export", "bundle", "-o", file});
    return RunTidemark({"verify-bundle", file, "--key", vkey});
  }

  Finished VerifyData(const std::string& vkey) const {
    return RunTidemark({"verify", "knees", "--data", data_, "--key", vkey});
  }
};

TEST_F(CustodyTest, ALogThatWasRotatedIsRestoredAndRotatedAgain) {
  const std::string first = Vkey();
  Done({"key", "rotate", "-m", "three years old"});
  const std::string second = Vkey();
  ASSERT_NE(first, second);
  for (const std::string& vkey : {first, second}) {
    Done({"verify", "--deep", "--key", vkey});
    EXPECT_EQ(VerifyData(vkey).exit_code, 0) << VerifyData(vkey).messages;
    EXPECT_EQ(VerifyBundle(vkey).exit_code, 0) << VerifyBundle(vkey).messages;
  }

  ASSERT_NO_FATAL_FAILURE(BackUpAndRestore("fire"));
  const std::string third = Vkey();
  EXPECT_THAT(third, Not(HasSubstr("/knees/1+")));
  Update("after the restore");
  Done({"key", "rotate", "-m", "after the fire"});
  const std::string fourth = Vkey();
  for (const std::string& vkey : {third, fourth}) {
    Done({"verify", "--deep", "--key", vkey});
    EXPECT_EQ(VerifyData(vkey).exit_code, 0) << VerifyData(vkey).messages;
    EXPECT_EQ(VerifyBundle(vkey).exit_code, 0) << VerifyBundle(vkey).messages;
  }
  // Keys of the epoch before vouch for nothing that came after it.
  for (const std::string& vkey : {first, second}) {
    for (const Finished& refused : {VerifyData(vkey), VerifyBundle(vkey)}) {
      EXPECT_EQ(refused.exit_code, 5);
      EXPECT_THAT(refused.messages + refused.data, HasSubstr("restored"));
    }
  }
  const json keys = RunJson({"key", "show"});
  EXPECT_EQ(keys["keys"].size(), 4);
  EXPECT_EQ(keys["keys"][3]["vkey"], fourth);
}

TEST_F(CustodyTest, WhatWasErasedStaysErasedInBackupsAndBundlesMadeAfterIt) {
  Done({"redact", "2", "-m", "asked for", "--compact"});
  const std::string vkey = Vkey();
  EXPECT_EQ(VerifyBundle(vkey).exit_code, 0) << VerifyBundle(vkey).messages;
  EXPECT_EQ(VerifyData(vkey).exit_code, 0) << VerifyData(vkey).messages;
  ASSERT_NO_FATAL_FAILURE(BackUpAndRestore("flood"));
  const json verified = RunJson({"verify", "--deep"});
  EXPECT_EQ(verified["redacted"][0]["sequence"], 2);
  Done({"key", "rotate", "-m", "after the flood"});
  const Finished bundle = VerifyBundle(Vkey());
  EXPECT_EQ(bundle.exit_code, 0) << bundle.messages;
  EXPECT_THAT(bundle.data, HasSubstr("redacted"));
}

class KneeCustodyTest : public LocalReview {
 protected:
  KneeCustodyTest() : LocalReview("knee-msc") {}
};

// Real trials say how their numbers were derived, and estimates quote it.
TEST_F(KneeCustodyTest, EstimatesHoldWithoutTheWordsOfAnyEntry) {
  CreateKneeReview();
  SubmitKneeTrials();
  Done({"redact", "1", "2", "3", "-m", "asked for"});
  EXPECT_THAT(Done({"trial", "show", "matas-2019"}).data,
              HasSubstr("[redacted]"));
  const json verified = RunJson({"verify", "--deep"});
  EXPECT_EQ(verified["redacted"].size(), 3);
}

}  // namespace
}  // namespace tidemark::testing
