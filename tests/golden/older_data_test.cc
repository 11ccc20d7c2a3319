// Data that older builds wrote open, read, verify and go on.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/version.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// The parameter is the build.
class OlderDataTest : public ::testing::TestWithParam<const char*> {
 protected:
  OlderDataTest()
      : directory_(absl::StrCat(
            ::testing::TempDir(), "/", GetParam(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(directory_);
    setenv("XDG_STATE_HOME", absl::StrCat(directory_, "-state").c_str(), 1);
    setenv("TIDEMARK_REVIEW", "knees", 1);
    const std::string unpack = absl::StrCat(
        "tar -xzf tests/golden/data-", GetParam(), ".tar.gz -C ", directory_);
    EXPECT_EQ(std::system(unpack.c_str()), 0);
  }

  Finished Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--local", directory_});
    return RunTidemark(arguments);
  }

  json Answer(const std::vector<std::string>& arguments) const {
    std::vector<std::string> with_json = arguments;
    with_json.insert(with_json.end(), {"--output", "json"});
    const Finished finished = Run(with_json);
    EXPECT_EQ(finished.exit_code, 0) << finished.messages;
    return json::parse(finished.data);
  }

  const std::string directory_;
};

TEST_P(OlderDataTest, Verifies) {
  const json verified = Answer({"verify", "--deep"});
  EXPECT_EQ(verified["entries"], 5);
  EXPECT_EQ(verified["estimates"], 8);
  EXPECT_LT(verified["largest_deviation"].get<double>(), 1e-9);
}

TEST_P(OlderDataTest, VerifiesAsACopy) {
  const Finished finished = RunTidemark({"verify", "--data", directory_});
  EXPECT_EQ(finished.exit_code, 0) << finished.messages;
}

// The same records through today's engine, as the trial was before the
// correction: table and numbers of the import.
TEST_P(OlderDataTest, EstimatesReadAsTheyWere) {
  const json then = Answer({"estimate", "pain-6m", "--as-of", "3"})["estimate"];
  EXPECT_EQ(then["engine_build"], absl::StrCat("tidemark ", GetParam()));
  const Finished table =
      RunTidemark({"analyze", "-", "--reference", "msc", "--output", "json"},
                  "study,treatment,mean,sd,n\n"
                  "Alpha 2018,msc,30,16,40\nAlpha 2018,ha,45,18,42\n"
                  "Beta 2019,msc,33,15,35\nBeta 2019,ha,38,17,36\n"
                  "Gamma 2020,msc,28,15,30\nGamma 2020,ha,41,16,31\n"
                  "Gamma 2020,saline,50,18,29\n"
                  "Delta 2021,ha,40,15,50\nDelta 2021,saline,43,16,52\n");
  const json now = json::parse(table.data);
  const auto effects = [](const json& estimate) {
    return estimate["random"]["relative_effects"];
  };
  ASSERT_EQ(effects(then).size(), 3);
  for (size_t i = 0; i < 3; ++i) {
    for (const char* number : {"effect", "se", "lower", "upper", "p"}) {
      EXPECT_NEAR(effects(then)[i][number].get<double>(),
                  effects(now)[i][number].get<double>(), 1e-9)
          << number;
    }
  }
}

TEST_P(OlderDataTest, GoesOnAndStillVerifies) {
  const Finished corrected =
      Run({"correct", "Alpha 2018", "--set",
           "results[pain/6m/ha].continuous.mean=46", "-m", "misread"});
  ASSERT_EQ(corrected.exit_code, 0) << corrected.messages;
  const json now = Answer({"estimate", "pain-6m"})["estimate"];
  EXPECT_EQ(now["engine_build"], kEngineBuild);
  EXPECT_TRUE(now.contains("q_within"));
  EXPECT_EQ(Answer({"verify", "--deep"})["estimates"], 10);
}

// Builds up to 0.2.0 kept no log of their own: the first start enters what it
// finds, once.
TEST_P(OlderDataTest, TheServersOwnLogBeginsWithWhatIsThere) {
  for (int start = 0; start < 2; ++start) {
    const Finished log = Run({"log", "system"});
    EXPECT_EQ(log.exit_code, 0) << log.messages;
    EXPECT_THAT(log.data, AllOf(HasSubstr("access.set"),
                                HasSubstr("review.create\treviews/knees")));
    EXPECT_EQ(std::count(log.data.begin(), log.data.end(), '\n'), 2);
  }
  EXPECT_EQ(Answer({"verify", "system", "--deep"})["entries"], 2);
  EXPECT_EQ(RunTidemark({"verify", "system", "--data", directory_}).exit_code,
            0);
  EXPECT_THAT(Run({"review", "list"}).data, Not(HasSubstr("system")));
}

INSTANTIATE_TEST_SUITE_P(Builds, OlderDataTest,
                         ::testing::Values("0.1.0", "0.2.0"));

using DataOfFirstBuildTest = OlderDataTest;

TEST_P(DataOfFirstBuildTest, WhatWasNotComputedIsNotShownAsNought) {
  const json then = Answer({"estimate", "pain-6m", "--as-of", "3"})["estimate"];
  EXPECT_FALSE(then.contains("q_within"));
  EXPECT_FALSE(then.contains("h"));
  const Finished finished =
      Run({"heterogeneity", "pain-6m", "--output", "table"});
  EXPECT_EQ(finished.exit_code, 0) << finished.messages;
  EXPECT_THAT(finished.data,
              AllOf(HasSubstr("Q total"), Not(HasSubstr("Q within designs"))));
}

INSTANTIATE_TEST_SUITE_P(Builds, DataOfFirstBuildTest,
                         ::testing::Values("0.1.0"));

// Data with a log that was restored: two epochs, and an entry in the second.
class RestoredDataTest : public OlderDataTest {};

TEST_P(RestoredDataTest, IsInTheEpochThatBeganAndGoesOn) {
  const Finished log = Run({"log"});
  EXPECT_THAT(log.data,
              AllOf(HasSubstr("log.restore"), HasSubstr("the disk died")));
  const json before = Answer({"checkpoint"});
  const std::string vkey = before["vkey"];
  EXPECT_THAT(vkey, Not(HasSubstr("/knees/1+")));
  const Finished corrected =
      Run({"correct", "Alpha 2018", "--set",
           "results[pain/6m/ha].continuous.mean=47", "-m", "misread again"});
  EXPECT_EQ(corrected.exit_code, 0) << corrected.messages;
  EXPECT_EQ(Answer({"checkpoint"})["vkey"], vkey);
  EXPECT_THAT(Run({"log"}).data, HasSubstr("misread again"));
  EXPECT_EQ(Run({"verify", "--deep"}).exit_code, 0)
      << Run({"verify", "--deep"}).messages;
}

INSTANTIATE_TEST_SUITE_P(Builds, RestoredDataTest,
                         ::testing::Values("restored-0.2.0"));

}  // namespace
}  // namespace tidemark::testing
