// How robust conclusions are, asked with the real command: of a review through
// a real server, and of a table.
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kAnalysis[] = R"({
  "analysis_id": "pain-6m", "title": "Pain", "outcome": "pain",
  "time_point": "6m", "node_map": "each", "effect_measure": "MD",
  "reference": "saline"
})";

// Standard errors of arms are 3 and 4, those of differences 5. Only gamma has
// ha.
constexpr char kTable[] =
    "study,treatment,mean,sd,n\n"
    "alpha 2018,msc,30,12,16\n"
    "alpha 2018,saline,50,16,16\n"
    "beta 2019,msc,34,12,16\n"
    "beta 2019,saline,44,16,16\n"
    "gamma 2020,ha,45,12,16\n"
    "gamma 2020,saline,48,16,16\n";

class RobustnessTest : public LocalReview {
 protected:
  RobustnessTest() : LocalReview("knees") {}

  void MakeReview() const {
    CreateReview(kKneesProtocol, kAnalysis, "pain", kTable);
  }

  static std::vector<std::string> Lines(const std::string& data) {
    return absl::StrSplit(data, '\n', absl::SkipEmpty());
  }
};

TEST_F(RobustnessTest, InfluenceShowsTheEstimateWithoutEachStudy) {
  MakeReview();
  const json answer = RunJson(
      {"influence", "pain-6m", "msc", "saline"})["estimate"]["leave_one_out"];
  ASSERT_THAT(answer["studies"], SizeIs(3));
  // Without alpha, beta alone: -10 with standard error 5.
  const json& effect = answer["studies"][0]["effects"][0];
  EXPECT_NEAR(effect["effect"].get<double>(), -10, 1e-9);
  EXPECT_NEAR(effect["se"].get<double>(), 5, 1e-9);
  EXPECT_NEAR(effect["change"].get<double>(), 5, 1e-9);
  EXPECT_NEAR(answer["studies"][1]["effects"][0]["effect"].get<double>(), -20,
              1e-9);
  EXPECT_EQ(answer["thresholds"][0]["value"], 5);

  const Finished table = Run({"influence", "pain-6m", "--output", "table"});
  EXPECT_THAT(
      table.data,
      AllOf(HasSubstr("first minus second"), HasSubstr("lower is better"),
            HasSubstr("no other study has ha"),
            HasSubstr("What is concluded otherwise without a study"),
            HasSubstr("not estimable")));
  const Finished rows = Run({"influence", "pain-6m"});
  EXPECT_THAT(Lines(rows.data), SizeIs(3));
  // The bridge comes first.
  EXPECT_THAT(rows.data, StartsWith("gamma 2020\t"));
  EXPECT_THAT(rows.messages, HasSubstr("--output json"));
}

TEST_F(RobustnessTest, ThresholdShowsHowFarResultsWouldHaveToMove) {
  MakeReview();
  const json answer = RunJson({"threshold", "pain-6m", "msc",
                               "saline"})["estimate"]["threshold_analysis"];
  // msc is at -15, ha at -3: alpha and beta each decide half, so either would
  // have to be 24 worse; gamma 12 better.
  const json& best = answer["best"][0];
  EXPECT_EQ(best["treatment"], "msc");
  EXPECT_EQ(best["second"], "ha");
  EXPECT_NEAR(best["studies"][0]["results"][0]["up"]["change"].get<double>(),
              24, 1e-9);
  EXPECT_NEAR(best["studies"][2]["results"][0]["down"]["change"].get<double>(),
              -12, 1e-9);
  EXPECT_NEAR(best["studies"][2]["distance"].get<double>(), 12.0 / 5, 1e-9);
  // By no difference, and by the threshold of the outcome.
  ASSERT_THAT(answer["classes"], SizeIs(2));
  EXPECT_EQ(answer["classes"][1]["threshold"], 5);

  const Finished table =
      Run({"threshold", "pain-6m", "msc", "saline", "--output", "table"});
  EXPECT_THAT(table.data, AllOf(HasSubstr("Best by effect: msc"),
                                HasSubstr("msc versus saline by 5"),
                                HasSubstr("no result can"),
                                HasSubstr("first minus second")));
  // A result moves alone: three studies, three decisions.
  EXPECT_THAT(Lines(Run({"threshold", "pain-6m", "msc", "saline"}).data),
              SizeIs(9));
}

TEST_F(RobustnessTest, ExitCodesSayWhatIsWrong) {
  MakeReview();
  EXPECT_EQ(Run({"influence", "pain-6m", "msc"}).exit_code, 2);
  // Not as if no comparison were named.
  const Finished empty = Run({"influence", "pain-6m", "", ""});
  EXPECT_EQ(empty.exit_code, 2);
  EXPECT_THAT(empty.messages, HasSubstr("must not be empty"));
  EXPECT_EQ(Run({"funnel", "pain-6m", "--order", "saline, ha, msc"}).exit_code,
            0);
  EXPECT_EQ(Run({"threshold", "pain-6m", "msc", "msc"}).exit_code, 2);
  EXPECT_EQ(Run({"threshold", "pain-6m", "--mid", "0"}).exit_code, 2);
  const Finished unknown = Run({"influence", "pain-6m", "msc", "prp"});
  EXPECT_EQ(unknown.exit_code, 6);
  EXPECT_THAT(unknown.messages, HasSubstr("which has ha, msc, saline"));
  EXPECT_EQ(Run({"influence", "pain-6m", "--as-of", "2"}).exit_code, 9);
}

TEST_F(RobustnessTest, AnalyzeSaysTheSameOfATable) {
  const Finished run =
      RunTidemark({"analyze", "-", "--reference", "saline", "--leave-one-out",
                   "--thresholds", "--comparison", "msc", "saline", "--mid",
                   "5", "--output", "json"},
                  kTable);
  ASSERT_EQ(run.exit_code, 0) << run.messages;
  const json answer = json::parse(run.data);
  EXPECT_NEAR(answer["leave_one_out"]["studies"][0]["effects"][0]["effect"]
                  .get<double>(),
              -10, 1e-9);
  // The lead of 12 and the 5 that another must be better by.
  EXPECT_NEAR(answer["threshold_analysis"]["best"][0]["studies"][2]["results"]
                    [0]["down"]["change"]
                        .get<double>(),
              -17, 1e-9);
  EXPECT_EQ(answer["threshold_analysis"]["classes"][1]["threshold"], 5);
  const Finished table = RunTidemark(
      {"analyze", "-", "--leave-one-out", "--thresholds", "--output", "table"},
      kTable);
  EXPECT_THAT(table.data, AllOf(HasSubstr("Without each study"),
                                HasSubstr("Best by effect: msc")));
  EXPECT_EQ(
      RunTidemark({"analyze", "-", "--comparison", "msc", "saline"}, kTable)
          .exit_code,
      2);
}

}  // namespace
}  // namespace tidemark::testing
