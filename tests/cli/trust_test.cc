// What the command remembers of logs, and the proofs that it writes and checks.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
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
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

std::string Protocol(const std::string& title) {
  return absl::StrCat(R"({"review_id": "knees", "title": ")", title, R"(",
    "treatments": [{"id": "msc", "name": "MSC"}, {"id": "ha", "name": "HA"}],
    "node_maps": [{"id": "each", "title": "Each on its own",
      "nodes": [{"id": "msc", "name": "MSC"}, {"id": "ha", "name": "HA"}],
      "rules": [{"treatment": "msc", "node": "msc"},
                {"treatment": "ha", "node": "ha"}]}],
    "outcomes": [{"id": "pain", "title": "Pain", "kind": "CONTINUOUS",
      "direction": "LOWER_IS_BETTER", "unit": "points",
      "scale_min": 0, "scale_max": 100,
      "instruments": [{"id": "vas", "name": "VAS", "scale_min": 0,
                       "scale_max": 100, "direction": "LOWER_IS_BETTER"}]}],
    "time_points": [{"id": "6m", "months": 6}]})");
}

class CommandTrustTest : public LocalReview {
 protected:
  CommandTrustTest()
      : LocalReview("knees"), proof_(base_ + "/entry.tlog-proof") {}

  Finished Create() const {
    return Run({"review", "create", "-", "-m", "start"}, Protocol("Knees"));
  }

  void Update(const std::string& title) const {
    Done({"review", "update", "-", "-m", "new title"}, Protocol(title));
  }

  std::string Key() const { return RunJson({"checkpoint"})["vkey"]; }

  static std::string Contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const std::string proof_;
};

TEST_F(CommandTrustTest, FirstContactIsToldOfOnce) {
  EXPECT_EQ(Run({"review", "show"}).exit_code, 6);
  const Finished first = Create();
  EXPECT_EQ(first.exit_code, 0);
  EXPECT_THAT(first.messages,
              AllOf(HasSubstr("First contact with the log of review \"knees\""),
                    HasSubstr("\n  tidemark/"), HasSubstr(Key()),
                    HasSubstr(base_ + "/state/tidemark/logs/knees-")));
  EXPECT_THAT(Run({"review", "show"}).messages, IsEmpty());
}

TEST_F(CommandTrustTest, AProofVerifiesWithoutTheServer) {
  Create();
  Update("Knees, again");
  Update("Knees, for the third time");
  const Finished made = Run({"prove", "2", "-o", proof_});
  ASSERT_EQ(made.exit_code, 0) << made.messages;
  EXPECT_THAT(made.data, IsEmpty());
  EXPECT_THAT(Contents(proof_), StartsWith("c2sp.org/tlog-proof@v1\nextra "));
  EXPECT_EQ(Run({"prove", "2"}).data, Contents(proof_));
  const std::string key = Key();
  fs::remove_all(data_);

  const Finished checked = RunTidemark({"prove", "--check", proof_});
  EXPECT_EQ(checked.exit_code, 0) << checked.messages;
  EXPECT_THAT(checked.data,
              AllOf(StartsWith("2\t"), HasSubstr("\tlocal\treview.update\t"),
                    HasSubstr("new title")));
  EXPECT_THAT(checked.messages,
              AllOf(HasSubstr("verifies"), HasSubstr("tree of size 3"),
                    HasSubstr(key)));
  EXPECT_EQ(
      json::parse(RunTidemark({"prove", "--check", proof_, "--output", "json"})
                      .data)["request_id"]
          .get<std::string>()
          .size(),
      36);
  // Somebody else, who knows nothing but the key.
  setenv("XDG_STATE_HOME", (base_ + "/elsewhere").c_str(), 1);
  const Finished unknown = RunTidemark({"prove", "--check", proof_});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.messages, HasSubstr("--key"));
  EXPECT_EQ(
      RunTidemark({"prove", "--check", "-", "--key", key}, Contents(proof_))
          .exit_code,
      0);
}

TEST_F(CommandTrustTest, AProofThatWasTamperedWithDoesNotVerify) {
  Create();
  Update("Knees, again");
  ASSERT_EQ(Run({"prove", "2", "-o", proof_}).exit_code, 0);
  const std::string good = Contents(proof_);
  const std::string key = Key();
  const auto check = [&](const std::string& text, const std::string& vkey) {
    const Finished done =
        RunTidemark({"prove", "--check", "-", "--key", vkey}, text);
    EXPECT_THAT(done.data, IsEmpty());
    return done;
  };
  for (const size_t at : {good.find("extra ") + 90, good.find("index ") + 8,
                          good.rfind('\n') - 4}) {
    std::string bad = good;
    bad[at] = bad[at] == 'A' ? 'B' : 'A';
    const Finished done = check(bad, key);
    EXPECT_EQ(done.exit_code, 5) << bad;
    EXPECT_THAT(done.messages, HasSubstr("does NOT verify"));
  }
  EXPECT_EQ(check("no proof\n", key).exit_code, 5);
  EXPECT_EQ(check("", key).exit_code, 5);
  // True, but of a log with another key.
  fs::remove_all(data_);
  fs::remove_all(data_ + ".keys");
  fs::remove_all(base_ + "/state");
  fs::create_directories(data_);
  Create();
  EXPECT_EQ(check(good, Key()).exit_code, 5);
}

TEST_F(CommandTrustTest, ARotatedKeyIsShownFollowedAndVerified) {
  Create();
  Update("Knees, again");
  const std::string old_key = Key();
  ASSERT_EQ(Run({"prove", "2", "-o", proof_}).exit_code, 0);
  EXPECT_EQ(Run({"key", "rotate"}).exit_code, 2);
  const Finished rotated = Run({"key", "rotate", "-m", "three years old"});
  ASSERT_EQ(rotated.exit_code, 0) << rotated.messages;
  EXPECT_THAT(rotated.data, AllOf(StartsWith("system\t"),
                                  HasSubstr("\nknees\t3\ttidemark/")));
  const Finished told = Run({"checkpoint"});
  EXPECT_THAT(told.messages, HasSubstr("was rotated"));
  const std::string key = Key();
  EXPECT_NE(key, old_key);
  EXPECT_THAT(Run({"checkpoint"}).messages, Not(HasSubstr("rotated")));
  Update("Knees, for the third time");

  const json shown = RunJson({"key", "show"})["keys"];
  ASSERT_EQ(shown.size(), 2);
  EXPECT_EQ(shown[0]["vkey"], old_key);
  EXPECT_EQ(shown[0]["to_size"], 2);
  EXPECT_EQ(shown[1]["vkey"], key);
  EXPECT_EQ(shown[1]["from_size"], 3);
  EXPECT_EQ(Run({"key", "show", "system"}).exit_code, 0);

  const std::vector<std::string> from_any_key[] = {
      {}, {"--key", old_key}, {"--key", key}};
  for (const auto& trusted : from_any_key) {
    std::vector<std::string> deep = {"verify", "--deep"};
    deep.insert(deep.end(), trusted.begin(), trusted.end());
    const Finished online = Run(deep);
    EXPECT_EQ(online.exit_code, 0) << online.messages;
    EXPECT_THAT(online.data, HasSubstr(key));
    std::vector<std::string> copy = {"verify", "knees", "--data", data_};
    copy.insert(copy.end(), trusted.begin(), trusted.end());
    const Finished offline = RunTidemark(copy);
    EXPECT_EQ(offline.exit_code, 0) << offline.messages;
  }
  // A copy of the data alone has no key.
  fs::rename(data_ + ".keys", data_ + ".elsewhere");
  EXPECT_THAT(RunTidemark({"verify", "knees", "--data", data_}).messages,
              HasSubstr("give the log's key with --key"));
  EXPECT_EQ(RunTidemark({"verify", "knees", "--data", data_, "--key", old_key})
                .exit_code,
            0);

  // A proof of before it.
  const Finished other_key = RunTidemark({"prove", "--check", proof_});
  EXPECT_EQ(other_key.exit_code, 5);
  EXPECT_THAT(other_key.messages, HasSubstr("tidemark key show"));
  EXPECT_EQ(
      RunTidemark({"prove", "--check", proof_, "--key", old_key}).exit_code, 0);
}

TEST_F(CommandTrustTest, ProveSaysWhatIsWrongWithItsOptions) {
  Create();
  EXPECT_EQ(Run({"prove"}).exit_code, 2);
  EXPECT_EQ(Run({"prove", "0"}).exit_code, 2);
  EXPECT_EQ(Run({"prove", "1", "--check", proof_}).exit_code, 2);
  EXPECT_EQ(Run({"prove", "1", "--key", Key()}).exit_code, 2);
  EXPECT_EQ(Run({"prove", "--check", proof_}).exit_code, 6);  // no such file
  EXPECT_EQ(Run({"prove", "--check", "-", "--key", "x"}, "").exit_code, 5);
  const Finished beyond = Run({"prove", "9"});
  EXPECT_EQ(beyond.exit_code, 6);
  EXPECT_THAT(beyond.data, IsEmpty());
}

TEST_F(CommandTrustTest, ACheckpointIsOneForVerify) {
  Create();
  const std::string note = Run({"checkpoint"}).data;
  EXPECT_THAT(note, AllOf(StartsWith("tidemark/"), HasSubstr("\n1\n")));
  Update("Knees, again");
  EXPECT_EQ(Run({"verify", "--checkpoint", "-"}, note).exit_code, 0);
}

TEST_F(CommandTrustTest, DataThatWereRolledBackAreNoticedByEveryCommand) {
  Create();
  fs::copy(data_, base_ + "/past", fs::copy_options::recursive);
  Update("Knees, again");
  fs::remove_all(data_);
  fs::rename(base_ + "/past", data_);
  const std::vector<std::vector<std::string>> commands = {
      {"review", "show"},
      {"log"},
      {"trial", "list"},
      {"checkpoint"},
      {"prove", "1"},
      {"watch", "--from", "1"},
      {"exclude", "no-such-trial", "-m", "why"}};
  for (const auto& command : commands) {
    const Finished done = Run(command);
    EXPECT_EQ(done.exit_code, 5) << command.front();
    EXPECT_THAT(done.data, IsEmpty()) << command.front();
    EXPECT_THAT(done.messages,
                AllOf(HasSubstr("does NOT verify"), HasSubstr("size 2"),
                      HasSubstr("size 1"), HasSubstr(".known-log"),
                      Not(HasSubstr("First contact"))))
        << command.front();
  }
  // This one says what it found as its result.
  for (const char* depth : {"--deep", "--output=json"}) {
    const Finished verify = Run({"verify", depth});
    EXPECT_EQ(verify.exit_code, 5);
    EXPECT_THAT(verify.data, AllOf(HasSubstr("entries were removed"),
                                   HasSubstr("2 entries")));
    EXPECT_THAT(verify.messages, HasSubstr("does NOT verify"));
  }
}

TEST_F(CommandTrustTest, StateThatCannotBeKeptIsSaid) {
  Create();
  std::ofstream(base_ + "/file") << "in the way";
  setenv("XDG_STATE_HOME", (base_ + "/file").c_str(), 1);
  const Finished done = Run({"review", "show"});
  EXPECT_NE(done.exit_code, 0);
  EXPECT_THAT(done.messages, HasSubstr(base_ + "/file"));
  unsetenv("XDG_STATE_HOME");
  unsetenv("HOME");
  const Finished forgetful = Run({"review", "show"});
  EXPECT_EQ(forgetful.exit_code, 0);
  EXPECT_THAT(forgetful.messages, HasSubstr("cannot be remembered"));
}

}  // namespace
}  // namespace tidemark::testing
