// What `tidemark analyze` refuses: exit code and words, with the real command.
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kInvalid = 3;
constexpr int kNotEstimable = 9;

// A and B, and apart from them C and D; doses of all but one.
Finished Analyze(std::vector<std::string> options) {
  const std::string file = absl::StrCat(::testing::TempDir(), "/pieces.csv");
  std::ofstream(file) << "study,treatment,mean,sd,n,dose,year\n"
                         "1,A,1,1,20,10,2015\n1,B,2,1,20,20,2015\n"
                         "2,A,1,1,20,10,2019\n2,B,3,1,20,40,2019\n"
                         "3,A,2,1,20,10,2023\n3,B,3,1,20,30,2023\n"
                         "4,C,1,1,20,5,2020\n4,D,2,1,20,,2020\n";
  options.insert(options.begin(), {"analyze", file});
  return RunTidemark(options);
}

TEST(AnalyzeRefusalsTest, ACovariateThatNoStudyHasIsRefusedWithThoseThereAre) {
  for (const char* option : {"--covariate", "--subgroup"}) {
    const Finished finished = Analyze({option, "nosuch"});
    EXPECT_EQ(finished.exit_code, kInvalid) << option;
    EXPECT_THAT(finished.messages,
                AllOf(HasSubstr("no study of the analysis has nosuch"),
                      HasSubstr("dose, year")))
        << option;
  }
}

TEST(AnalyzeRefusalsTest, ANodeThatNoArmIsOnIsRefusedWithThoseThereAre) {
  const Finished finished =
      Analyze({"--covariate", "dose", "--node", "nosuch"});
  EXPECT_EQ(finished.exit_code, kInvalid);
  EXPECT_THAT(finished.messages, HasSubstr("they are on A, B, C, D"));
}

TEST(AnalyzeRefusalsTest, ANodeForWhatIsOfStudiesIsRefused) {
  const Finished finished = Analyze({"--covariate", "year", "--node", "A"});
  EXPECT_EQ(finished.exit_code, kInvalid);
  EXPECT_THAT(finished.messages, HasSubstr("year is of studies, not of arms"));
}

TEST(AnalyzeRefusalsTest, EffectsBeyondDoubleAreRefused) {
  const Finished finished = Analyze({"--covariate", "year", "--at", "1e308"});
  EXPECT_EQ(finished.exit_code, kInvalid);
  EXPECT_THAT(finished.messages, HasSubstr("values of 2015 to 2023"));
}

TEST(AnalyzeRefusalsTest, AComparisonThatNothingConnectsIsNotEstimable) {
  for (const char* option : {"--leave-one-out", "--thresholds"}) {
    const Finished finished = Analyze({option, "--comparison", "A", "C"});
    EXPECT_EQ(finished.exit_code, kNotEstimable) << option;
    EXPECT_THAT(finished.messages,
                HasSubstr("no comparison connects \"A\" and \"C\""))
        << option;
  }
}

}  // namespace
}  // namespace tidemark::testing
