// How a conclusion came about, asked with the real command: a review with a
// correction and a retraction.
#include <string>
#include <vector>

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
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kAnalysis[] = R"({
  "analysis_id": "pain-6m", "title": "Pain", "outcome": "pain",
  "time_point": "6m", "node_map": "each", "effect_measure": "MD"
})";

constexpr char kTable[] =
    "study,treatment,mean,sd,n\n"
    "alpha 2018,msc,30,16,40\n"
    "alpha 2018,ha,45,18,42\n"
    "beta 2019,msc,33,1.5,35\n"
    "beta 2019,saline,44,17,36\n";

constexpr char kCorrection[] = "results[pain/6m/msc].continuous.sd=15";

// Sequences: 1 protocol, 2 analysis, 3 trials, 4 correction of beta, 5
// retraction of beta.
class ExplainCommandTest : public LocalReview {
 protected:
  ExplainCommandTest() : LocalReview("knees") {
    CreateReview(kKneesProtocol, kAnalysis, "pain", kTable);
    Done({"correct", "beta 2019", "--set", kCorrection, "-m", "SE read as SD"});
    Done({"retract", "beta 2019", "--notice", "10.1000/n", "-m", "publisher"});
  }
};

TEST_F(ExplainCommandTest, DiffSaysFieldByFieldWhatDiffers) {
  const Finished records = Run({"diff", "3..4", "--records"});
  EXPECT_EQ(records.exit_code, 1) << records.messages;
  EXPECT_EQ(records.data,
            "trials/beta 2019\t1\t2\tresults[pain/6m/msc].continuous.sd\t1.5\t"
            "15\n");
  const Finished estimates =
      Run({"diff", "4..", "--estimates", "--output", "table"});
  EXPECT_EQ(estimates.exit_code, 1);
  EXPECT_THAT(estimates.data, AllOf(HasSubstr("sequence 4 -> 5"),
                                    HasSubstr("BECAME_NOT_ESTIMABLE"),
                                    HasSubstr("TREATMENT_REMOVED  saline"),
                                    Not(HasSubstr("RETRACTED"))));
  EXPECT_THAT(Run({"diff", "4..5", "--output", "table"}).data,
              HasSubstr("INCLUDED  RETRACTED"));
}

TEST_F(ExplainCommandTest, DiffTellsTheShellWhetherThereIsOne) {
  const Finished same = Run({"diff", "5.."});
  EXPECT_EQ(same.exit_code, 0) << same.messages;
  EXPECT_EQ(same.data, "");
  EXPECT_EQ(Run({"diff", "5"}).exit_code, 2);
  EXPECT_EQ(Run({"diff", "..5"}).exit_code, 2);
  EXPECT_EQ(Run({"diff", "5..4"}).exit_code, 3);
  const json answer =
      json::parse(Run({"diff", "3..4", "--output", "json"}).data);
  EXPECT_EQ(answer["records"][0]["fields"][0]["after"], "15");
}

TEST_F(ExplainCommandTest, BlameGoesDownToTheNumber) {
  const Finished sd =
      Run({"blame", "beta 2019", "--arm", "msc", "--field", "sd"});
  EXPECT_EQ(sd.exit_code, 0) << sd.messages;
  EXPECT_THAT(
      sd.data,
      AllOf(StartsWith("results[pain/6m/msc].continuous.sd\t15\t4\t2\t"),
            HasSubstr("trials.correct\tSE read as SD\t1.5")));
  EXPECT_THAT(Run({"blame", "beta 2019", "--field", "sd", "--as-of", "3"}).data,
              AllOf(HasSubstr("\t1.5\t3\t1\t"), HasSubstr("first search")));
  EXPECT_THAT(Run({"blame", "beta 2019", "--output", "table"}).data,
              AllOf(StartsWith("beta 2019@3\n"), HasSubstr("RETRACTED")));
  EXPECT_EQ(Run({"blame", "beta 2019", "--field", "colour"}).exit_code, 6);
  EXPECT_EQ(Run({"blame", "gamma"}).exit_code, 6);
}

TEST_F(ExplainCommandTest, ExplainPutsStepsAndTheEndSideBySide) {
  const Finished table =
      Run({"explain", "pain-6m", "msc", "saline", "--output", "table"});
  EXPECT_EQ(table.exit_code, 0) << table.messages;
  EXPECT_THAT(
      table.data,
      AllOf(StartsWith("msc versus saline, pain-6m: first minus second; MD; "
                       "lower is better; random effects; 95% intervals; "
                       "sequence 0 -> 5\n"),
            HasSubstr("BECAME_ESTIMABLE"), HasSubstr("by local: SE read as SD"),
            HasSubstr("makes it not estimable"),
            HasSubstr("total: not estimable -> not estimable"),
            HasSubstr("in another order they would be others")));
  const json answer = RunJson({"explain", "pain-6m", "msc", "saline", "3..4"});
  ASSERT_EQ(answer["steps"].size(), 1U);
  EXPECT_EQ(answer["steps"][0]["cause"]["action"], "trials.correct");
  // A wider interval, the same effect.
  EXPECT_EQ(answer["before"]["effect"], answer["after"]["effect"]);
  EXPECT_EQ(Run({"explain", "pain-6m", "msc", "msc"}).exit_code, 2);
  const Finished unknown = Run({"explain", "pain-6m", "msc", "water"});
  EXPECT_EQ(unknown.exit_code, 6);
  EXPECT_THAT(unknown.messages, HasSubstr("ha, saline"));
}

TEST_F(ExplainCommandTest, WhatIfAnswersAndStoresNothing) {
  const Finished table = Run({"whatif", "pain-6m", "msc", "saline", "--include",
                              "beta 2019", "--output", "table"});
  EXPECT_EQ(table.exit_code, 0) << table.messages;
  EXPECT_THAT(table.data, AllOf(HasSubstr("not estimable -> benefit"),
                                HasSubstr("BECAME_ESTIMABLE"),
                                HasSubstr("studies: 1 -> 2")));
  EXPECT_THAT(table.messages, AllOf(HasSubstr("At sequence 5; inputs digest "),
                                    HasSubstr("nothing is stored.")));
  EXPECT_THAT(Run({"whatif", "pain-6m", "msc", "saline", "--include",
                   "beta 2019", "--output", "table"})
                  .messages,
              HasSubstr(table.messages.substr(table.messages.find("At"))));
  const json list = RunJson({"review", "list"});
  EXPECT_EQ(list["reviews"][0]["head_sequence"], "5");
}

TEST_F(ExplainCommandTest, WhatIfTakesOtherNumbersAndRules) {
  const auto answer_to = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"whatif", "pain-6m"});
    return RunJson(options);
  };
  const json other = answer_to(
      {"--set", "alpha 2018:results[pain/6m/msc].continuous.mean=35", "--mid",
       "8", "--mid", "12", "--level", "0.9", "--tau2", "dl", "--ci", "normal"});
  EXPECT_EQ(other["after"]["random"]["relative_effects"][0]["effect"], 10);
  EXPECT_EQ(other["after"]["level"], 0.9);
  EXPECT_EQ(other["conclusions_after"]["thresholds"].size(), 2U);
  const Finished coarse =
      Run({"whatif", "pain-6m", "--as-of", "4", "--node-map-file", "-"},
          R"({"id": "coarse", "nodes": [{"id": "msc"}, {"id": "other"}],
          "rules": [{"treatment": "msc", "node": "msc"},
                    {"treatment": "ha", "node": "other"},
                    {"treatment": "saline", "node": "other"}]})");
  EXPECT_EQ(coarse.exit_code, 0) << coarse.messages;
  EXPECT_THAT(coarse.data, HasSubstr("msc\tother\t"));
}

TEST_F(ExplainCommandTest, WhatIfSaysWhatIsWrong) {
  EXPECT_EQ(Run({"whatif", "pain-6m", "--exclude", "alpha 2018"}).exit_code, 9);
  EXPECT_EQ(Run({"whatif", "pain-6m", "--exclude", "nobody"}).exit_code, 6);
  EXPECT_EQ(Run({"whatif", "pain-6m", "msc"}).exit_code, 2);
  EXPECT_EQ(Run({"whatif", "pain-6m", "--tau2", "eb"}).exit_code, 2);
  const Finished invalid =
      Run({"whatif", "pain-6m", "--set",
           "alpha 2018:results[pain/6m/msc].continuous.sd=-1"});
  EXPECT_EQ(invalid.exit_code, 3);
  EXPECT_THAT(invalid.messages, HasSubstr("edits[0].results"));
}

}  // namespace
}  // namespace tidemark::testing
