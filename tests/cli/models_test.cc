// `tidemark components` and `regress` on the example review, and the same of
// `analyze`, with the real command over a directory.
#include <string>

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
using ::testing::SizeIs;

constexpr int kUsage = 2;
constexpr int kNotEstimable = 9;

class ModelsCommandTest : public LocalReview {
 protected:
  ModelsCommandTest() : LocalReview("knee-msc") {
    CreateKneeReview();
    SubmitKneeTrials();
  }
};

TEST_F(ModelsCommandTest, EveryAnswerSaysWhichTrialsItLeavesOut) {
  for (const char* verb :
       {"influence", "threshold", "contributions", "cinema", "rank", "split"}) {
    const Finished run = Run({verb, "pain-12m"});
    EXPECT_EQ(run.exit_code, 0) << verb << run.messages;
    EXPECT_THAT(run.messages, HasSubstr("Left out: freitag-2019: arms on 1"))
        << verb;
  }
}

TEST_F(ModelsCommandTest, ComponentsOfTheNodeMap) {
  const Finished table =
      Run({"components", "pain-12m-source", "--output", "table"});
  EXPECT_EQ(table.exit_code, 0) << table.messages;
  EXPECT_THAT(
      table.data,
      AllOf(HasSubstr("with the component minus without it; MD; lower is "
                      "better"),
            HasSubstr("repeated"), HasSubstr("0.07 [-2.06, 2.20]"),
            HasSubstr("Treatments as sums of components, random effects; first "
                      "minus second; MD; lower is better"),
            HasSubstr("on 1 df, p")));
  const Finished rows =
      Run({"components", "pain-12m-source", "--output", "csv"});
  EXPECT_THAT(rows.data, HasSubstr("component,measure,effect,lower,upper,ratio,"
                                   "ratio_lower,ratio_upper,se,p,rule,note\n"
                                   "adipose,MD,-1.90"));
  EXPECT_THAT(rows.data, HasSubstr(",with the component minus without it; MD; "
                                   "lower is better,"));
  EXPECT_THAT(rows.messages, HasSubstr("--output json"));
  const json model =
      RunJson({"components", "pain-12m-source", "--interaction",
               "adipose*repeated"})["estimate"]["component_model"];
  EXPECT_THAT(model["terms"], SizeIs(5));
  EXPECT_EQ(model["df_difference"], 0);
  EXPECT_THAT(model["random"]["relative_effects"], SizeIs(15));
}

TEST_F(ModelsCommandTest, WithoutComponentsItSaysWhoseAreMissing) {
  const Finished missing = Run({"components", "pain-12m"});
  EXPECT_EQ(missing.exit_code, kNotEstimable);
  EXPECT_THAT(missing.messages,
              AllOf(HasSubstr("no component model"), HasSubstr("conventional"),
                    HasSubstr("node map")));
  // The same number for each pair as in the network: a node, a component.
  const Finished given =
      Run({"components", "pain-12m", "--node", "conventional=", "--node",
           "single_msc=cells", "--node", "repeated_msc=cells+repeated"});
  EXPECT_EQ(given.exit_code, 0) << given.messages;
  EXPECT_THAT(given.data, HasSubstr("repeated"));
  const Finished unknown =
      Run({"components", "pain-12m", "--node", "placebo=x"});
  EXPECT_NE(unknown.exit_code, 0);
  EXPECT_THAT(unknown.messages,
              HasSubstr("\"placebo\" is no treatment of the estimate"));
  EXPECT_EQ(Run({"components", "pain-12m", "--node", "placebo"}).exit_code,
            kUsage);
}

TEST_F(ModelsCommandTest, RegressionOnTheDose) {
  const Finished table =
      Run({"regress", "pain-6m", "--covariate", "cells_per_injection", "--node",
           "single_msc", "--log10", "--output", "table"});
  EXPECT_EQ(table.exit_code, 0) << table.messages;
  EXPECT_THAT(
      table.data,
      AllOf(HasSubstr(
                "Slopes on cells_per_injection of single_msc, random effects; "
                "change of first minus second per factor of 10 of "
                "cells_per_injection of single_msc; MD; lower is better"),
            HasSubstr("every other  conventional  0.603 [-0.958, 2.164]"),
            HasSubstr("explained 0.0% of tau2"),
            HasSubstr("with another reference the model")));
  EXPECT_THAT(table.messages,
              AllOf(HasSubstr("Left out of the regression: kim-2023"),
                    HasSubstr("\"5e7 to 6e7\", which is not a finite number")));
  const Finished follow_up =
      Run({"regress", "pain-6m", "--covariate", "months"});
  EXPECT_EQ(follow_up.exit_code, 0) << follow_up.messages;
  EXPECT_THAT(follow_up.data, HasSubstr("all studies have the same value"));
  const Finished none = Run({"regress", "pain-6m", "--covariate", "age"});
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_THAT(none.messages, AllOf(HasSubstr("has age"), HasSubstr("months")));
  const Finished wrong =
      Run({"regress", "pain-6m", "--covariate", "year", "--slopes", "curved"});
  EXPECT_EQ(wrong.exit_code, kUsage);
  EXPECT_THAT(wrong.messages, HasSubstr("COMMON, INDEPENDENT"));
}

// s1 and s2 say B is 1 more than A; nothing connects them.
TEST(AnalyzeModelsTest, LabelsAreTheirComponents) {
  const std::string table =
      "study,treat1,treat2,te,se\n"
      "s1,A + B,A,1.5,0.5\n"
      "s2,B + C,C,0.5,0.5\n"
      "s3,C,none,2,1\n";
  const Finished done =
      RunTidemark({"analyze", "-", "--measure", "GENERIC", "--components", "+",
                   "--inactive", "none", "--output", "json"},
                  table);
  ASSERT_EQ(done.exit_code, 0) << done.messages;
  const json model = json::parse(done.data)["component_model"];
  EXPECT_EQ(model["terms"][0]["not_identified"],
            "no study compares treatments that differ in it");
  EXPECT_NEAR(model["random"]["terms"][1]["estimate"]["effect"].get<double>(),
              1, 1e-12);
  EXPECT_THAT(model["comparable"], SizeIs(2));
  const Finished unknown =
      RunTidemark({"analyze", "-", "--measure", "GENERIC", "--components", "+",
                   "--inactive", "water"},
                  table);
  EXPECT_EQ(unknown.exit_code, kUsage);
  EXPECT_THAT(unknown.messages, HasSubstr("`water`"));
}

TEST(AnalyzeModelsTest, ColumnsAreCovariates) {
  const std::string table =
      "study,treat1,treat2,te,se,dose\n"
      "s1,a,ref,1,0.5,1\n"
      "s2,a,ref,2,0.5,2\n"
      "s3,a,ref,3,0.5,3\n"
      "s4,a,ref,9,0.5,\n";
  const Finished done =
      RunTidemark({"analyze", "-", "--measure", "GENERIC", "--reference", "ref",
                   "--covariate", "dose", "--at", "10", "--output", "json"},
                  table);
  ASSERT_EQ(done.exit_code, 0) << done.messages;
  const json regression = json::parse(done.data)["meta_regression"];
  EXPECT_NEAR(
      regression["random"]["slopes"][0]["estimate"]["effect"].get<double>(), 1,
      1e-12);
  EXPECT_NEAR(
      regression["random"]["relative_effects"][0]["effect"].get<double>(), 10,
      1e-12);
  EXPECT_EQ(regression["left_out"][0]["study"], "s4");
  const Finished plain =
      RunTidemark({"analyze", "-", "--measure", "GENERIC", "--reference", "ref",
                   "--covariate", "dose", "--output", "csv"},
                  table);
  EXPECT_THAT(plain.data, Not(HasSubstr("every other")));
  EXPECT_THAT(plain.messages, HasSubstr("--output json"));
}

}  // namespace
}  // namespace tidemark::testing
