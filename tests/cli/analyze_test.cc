// `tidemark analyze` on files, with the real command.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double kTolerance = 1e-12;

class AnalyzeFilesTest : public ::testing::Test {
 protected:
  AnalyzeFilesTest()
      : directory_(absl::StrCat(
            ::testing::TempDir(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(directory_);
  }

  std::string Write(const std::string& name, const std::string& text) const {
    std::string path = absl::StrCat(directory_, "/", name);
    std::ofstream(path) << text;
    return path;
  }

  // The answer as JSON.
  static json Analyze(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "analyze");
    arguments.insert(arguments.end(), {"--output", "json"});
    const Finished finished = RunTidemark(arguments);
    EXPECT_EQ(finished.exit_code, 0) << finished.messages;
    return json::parse(finished.data, nullptr, false);
  }

  const std::string directory_;
};

void ExpectSameEffects(const json& one, const json& other) {
  ASSERT_EQ(one.size(), other.size());
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i]["first"], other[i]["first"]);
    EXPECT_EQ(one[i]["second"], other[i]["second"]);
    for (const char* field : {"effect", "se", "lower", "upper"}) {
      EXPECT_NEAR(one[i][field].get<double>(), other[i][field].get<double>(),
                  1e-9)
          << field;
    }
  }
}

// Means with n = 16 and standard deviations that are whole numbers times 4, so
// that standard errors of arms are whole: 3 and 4 make 5.
constexpr char kAllArms[] =
    "study,treatment,mean,sd,n\n"
    "S,A,10,12,16\nS,B,14,16,16\nS,C,30,12,16\n"
    "T,A,8,16,16\nT,C,29,12,16\n"
    "U,B,12,12,16\nU,C,33,16,16\n"
    "V,A,9,12,16\nV,B,11,16,16\n";

TEST_F(AnalyzeFilesTest, MixedFilesAreTheNetworkOfTheirArms) {
  const json arms = Analyze({Write("all.csv", kAllArms)});
  const json mixed = Analyze(
      {Write("arms.csv",
             "study,treatment,mean,sd,n\nT,A,8,16,16\n"
             "T,C,29,12,16\n"),
       Write("baseline.csv",
             "study,treatment,te,se\nS,B,NA,4\nS,A,-4,5\n"
             "S,C,16,5\nV,A,,\nV,B,2,5\n"),
       Write("contrasts.csv", "study,treat1,treat2,te,se\nU,B,C,-21,5\n")});
  EXPECT_EQ(mixed["effect_measure"], "MD");
  EXPECT_EQ(mixed["studies_used"], 4);
  EXPECT_NEAR(mixed["q"].get<double>(), arms["q"].get<double>(), 1e-9);
  for (const char* model : {"common", "random"}) {
    ExpectSameEffects(mixed[model]["relative_effects"],
                      arms[model]["relative_effects"]);
  }
}

TEST_F(AnalyzeFilesTest,
       JudgementsOfTheTableWeighByWhatTheirStudiesContribute) {
  const std::string table = Write("judged.csv",
                                  "study,treat1,treat2,te,se,rob,indirectness\n"
                                  "S,A,B,1,0.3,low,low\n"
                                  "T,B,C,1,0.4,high,low\n"
                                  "U,A,C,2,0.5,some_concerns,low\n");
  const json answer =
      Analyze({table, "--measure", "GENERIC", "--contributions", "--cinema",
               "--mid", "0.5", "--rule", "highest"});
  // Variances of 0.09, 0.16 and 0.25 add up to 0.5.
  const json& ab = answer["contributions"]["comparisons"][0];
  EXPECT_NEAR(ab["study_shares"][0].get<double>(), 0.82, kTolerance);
  EXPECT_NEAR(ab["risk_of_bias"]["high"].get<double>(), 0.09, kTolerance);
  EXPECT_NEAR(ab["risk_of_bias"]["some"].get<double>(), 0.09, kTolerance);
  const json& confidence = answer["cinema"]["comparisons"][0];
  EXPECT_EQ(confidence["within_study_bias"]["judgement"]["level"], "MAJOR");
  EXPECT_EQ(confidence["within_study_bias"]["average"], "NONE");
  EXPECT_EQ(confidence["indirectness"]["judgement"]["level"], "NONE");
  EXPECT_EQ(confidence["incoherence"]["evidence"], "MIXED");
  const Finished shown =
      RunTidemark({"analyze", table, "--measure", "GENERIC", "--cinema",
                   "--contributions", "--output", "table"});
  EXPECT_THAT(shown.data,
              AllOf(HasSubstr("Contributions of studies, random effects"),
                    HasSubstr("no range of equivalence: give --mid"),
                    HasSubstr("not assessable")));
  EXPECT_EQ(RunTidemark({"analyze", table, "--rule", "highest"}).exit_code, 2);
}

TEST_F(AnalyzeFilesTest, AStudyInTwoFilesIsRefusedWithBothNames) {
  const std::string arms = Write("arms.csv", kAllArms);
  const std::string rows =
      Write("rows.csv", "study,treat1,treat2,te,se\nT,A,C,1,1\n");
  const Finished finished = RunTidemark({"analyze", arms, rows});
  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_THAT(
      finished.messages,
      HasSubstr(absl::StrCat("study \"T\" is in both ", arms, " and ", rows)));
}

TEST_F(AnalyzeFilesTest, FilesOfArmsMustAgreeOnTheMeasure) {
  const std::string means = Write("means.csv", kAllArms);
  const std::string counts =
      Write("counts.csv", "study,treatment,event,n\nX,A,1,10\nX,B,2,10\n");
  const Finished apart = RunTidemark({"analyze", means, counts});
  EXPECT_EQ(apart.exit_code, 2);
  EXPECT_THAT(apart.messages, HasSubstr("of continuous and of binary arms"));
  const Finished named =
      RunTidemark({"analyze", means, counts, "--measure", "MD"});
  EXPECT_EQ(named.exit_code, 3);
  EXPECT_THAT(named.messages,
              HasSubstr("study \"X\": binary arms do not give the measure "
                        "MD"));
  const std::string rows =
      Write("rows.csv", "study,treatment,te,se\nS,A,,\nS,B,1,1\n");
  EXPECT_EQ(RunTidemark({"analyze", rows}).exit_code, 2);
}

TEST_F(AnalyzeFilesTest, RowsLeftOutAreListedWithTheirFile) {
  const std::string one = Write(
      "one.csv", "study,treatment,mean,sd,n\nS,A,1,2,9\nS,B,2,2,9\nS,C,,2,9\n");
  const std::string two =
      Write("two.csv",
            "study,treatment,te,se\nT,A,,1\nT,B,1,2\nT,C,2,NA\nU,A,,1\n"
            "U,B,1,\n");
  const Finished finished =
      RunTidemark({"analyze", one, two, "--output", "json"});
  ASSERT_EQ(finished.exit_code, 0) << finished.messages;
  EXPECT_THAT(finished.messages,
              AllOf(HasSubstr(absl::StrCat(one, ":4: S, C: mean not reported")),
                    HasSubstr(absl::StrCat(two, ":4: T, C: se not reported"))));
  const json answer = json::parse(finished.data);
  ASSERT_EQ(answer["studies_left_out"].size(), 1);
  EXPECT_EQ(answer["studies_left_out"][0]["study"], "U");
  EXPECT_THAT(answer["studies_left_out"][0]["reason"].get<std::string>(),
              HasSubstr("; B: se not reported"));
}

TEST_F(AnalyzeFilesTest, AReferenceThatNoStudyHasIsNamedWithTheTreatments) {
  const std::string file = Write("all.csv", kAllArms);
  const Finished finished = RunTidemark({"analyze", file, "--reference", "Z"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.messages, HasSubstr("found `Z`; they are A, B, C"));
  EXPECT_EQ(RunTidemark({"analyze", file, "--reference", "B"}).exit_code, 0);
}

TEST_F(AnalyzeFilesTest, TheDifferenceThatMattersIsFiniteAndGreaterThanZero) {
  const std::string file = Write("all.csv", kAllArms);
  for (const char* mid : {"0", "-1", "nan", "inf"}) {
    const Finished finished = RunTidemark({"analyze", file, "--mid", mid});
    EXPECT_EQ(finished.exit_code, 2) << mid;
    EXPECT_THAT(finished.messages,
                HasSubstr("--mid must be a finite number greater than 0"));
  }
  EXPECT_EQ(RunTidemark({"analyze", file, "--mid", "0.5"}).exit_code, 0);
}

TEST_F(AnalyzeFilesTest, PartsOfTheNetworkAreRankedEachOnItsOwn) {
  const std::string file = Write("parts.csv",
                                 "study,treatment,mean,sd,n\nS,A,1,2,9\nS,B,5,"
                                 "2,9\nT,X,3,2,9\nT,Y,4,2,9\n");
  const Finished finished = RunTidemark({"analyze", file, "--output", "table"});
  EXPECT_THAT(finished.data,
              AllOf(HasSubstr("\n   1  A "), HasSubstr("\n   2  B "),
                    HasSubstr("\n   1  X "), HasSubstr("\n   2  Y "),
                    HasSubstr("part of the network with A: POTH"),
                    HasSubstr("part of the network with X: POTH")));
}

TEST_F(AnalyzeFilesTest, DesignsComeWithTheHeterogeneity) {
  const Finished finished =
      RunTidemark({"analyze", Write("all.csv", kAllArms), "--designs", "--ci",
                   "hk", "--output", "table"});
  EXPECT_THAT(finished.data,
              AllOf(HasSubstr("95% Hartung-Knapp intervals"),
                    HasSubstr("Heterogeneity and coherence; MD; 95% intervals"),
                    HasSubstr("Q within designs"),
                    HasSubstr("Designs, common effect")));
}

TEST_F(AnalyzeFilesTest, TheOrderOfRowsAndFilesDoesNotMatter) {
  const std::string one =
      Write("one.csv",
            "study,treatment,mean,sd,n\nT,A,1,2,9\nT,B,2,2,9\nT,D,,2,9\n"
            "T,C,,2,9\nQ,A,1,2,9\nQ,B,3,2,9\n");
  const std::string other = Write(
      "other.csv",
      "study,treatment,mean,sd,n\nQ,B,3,2,9\nT,C,,2,9\nT,D,,2,9\nT,B,2,2,9\n"
      "Q,A,1,2,9\nT,A,1,2,9\n");
  const std::string two =
      Write("two.csv", "study,treatment,te,se\nS,B,1,2\nS,A,,1\n");
  const json answer = Analyze({one, two});
  ASSERT_EQ(answer["studies"].size(), 3);
  EXPECT_EQ(answer["studies"][0]["study"], "Q");
  EXPECT_EQ(answer["studies"][2]["study"], "T");
  EXPECT_EQ(answer, Analyze({two, other}));
}

TEST_F(AnalyzeFilesTest, AReferenceThatNoStudyHasIsRefused) {
  const std::string arms = Write("arms.csv", kAllArms);
  const Finished finished =
      RunTidemark({"analyze", arms, "--reference", "placebo"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_THAT(finished.messages,
              AllOf(HasSubstr("`placebo`"), HasSubstr("A, B, C")));
  EXPECT_EQ(Analyze({arms, "--reference",
                     "B"})["component_heterogeneity"][0]["reference"],
            "B");
}

TEST_F(AnalyzeFilesTest, WithoutAnyUsableStudyTheReasonsAreTold) {
  const Finished finished = RunTidemark(
      {"analyze", Write("arms.csv",
                        "study,treatment,event,n\nS,A,0,9\nS,B,0,9\n"
                        "T,A,1,9\n")});
  EXPECT_EQ(finished.exit_code, 9);
  EXPECT_THAT(finished.messages, AllOf(HasSubstr("S: no event in any arm"),
                                       HasSubstr("T: it has one arm only")));
}

struct MeasureCase {
  const char* measure;
  const char* table;
  double effect;  // A minus B
  double se;
  bool is_ratio;
};

class AnalyzeMeasureTest : public ::testing::TestWithParam<MeasureCase> {};

// One study of two arms: the estimate is the study, by hand.
TEST_P(AnalyzeMeasureTest, OneStudyIsItsOwnEstimate) {
  const MeasureCase& test = GetParam();
  const Finished finished = RunTidemark(
      {"analyze", "-", "--measure", test.measure, "--output", "json"},
      test.table);
  ASSERT_EQ(finished.exit_code, 0) << finished.messages;
  const json answer = json::parse(finished.data);
  EXPECT_EQ(answer["effect_measure"], test.measure);
  const json& effect = answer["random"]["relative_effects"][0];
  EXPECT_NEAR(effect["effect"].get<double>(), test.effect, kTolerance);
  EXPECT_NEAR(effect["se"].get<double>(), test.se, kTolerance);
  const Finished shown = RunTidemark(
      {"analyze", "-", "--measure", test.measure, "--output", "table"},
      test.table);
  EXPECT_EQ(shown.data.find("log scale") != std::string::npos, test.is_ratio);
}

constexpr char kCounts[] = "study,treatment,event,n\nS,A,10,20\nS,B,5,20\n";
constexpr char kRates[] = "study,treatment,event,time\nS,A,9,100\nS,B,4,100\n";
constexpr char kMeans[] =
    "study,treatment,mean,sd,n\nS,A,20,6,9\nS,B,10,2,16\n";
constexpr char kRows[] = "study,treatment,te,se\nS,A,-0.5,0.25\nS,B,NA,NA\n";

INSTANTIATE_TEST_SUITE_P(
    NewMeasures, AnalyzeMeasureTest,
    ::testing::Values(
        // 45 degrees minus 30.
        MeasureCase{"ASD", kCounts, std::acos(-1) / 12, std::sqrt(1 / 40.0),
                    false},
        // O - E = 2.5, V = 20 * 20 * 15 * 25 / (39 * 40^2).
        MeasureCase{"PETO", kCounts, 2.5 * 62400 / 150000,
                    std::sqrt(62400.0 / 150000), true},
        MeasureCase{"ROM", kMeans, std::log(2), std::sqrt(0.01 + 0.0025), true},
        MeasureCase{"IRD", kRates, 0.05, std::sqrt(13) / 100, false},
        MeasureCase{"IRSD", kRates, 0.1, std::sqrt(1 / 200.0), false},
        MeasureCase{"HR", kRows, -0.5, 0.25, true},
        MeasureCase{"GENERIC", kRows, -0.5, 0.25, false}),
    [](const ::testing::TestParamInfo<MeasureCase>& info) {
      return std::string(info.param.measure);
    });

TEST_F(AnalyzeFilesTest, FunnelAndSubgroupsAreOfTheTables) {
  const std::string file = Write("settings.csv",
                                 "study,treat1,treat2,te,se,setting\n"
                                 "1,B,A,1,0.5,home\n2,B,A,2,1,home\n"
                                 "3,B,A,5,2,clinic\n4,B,A,1,1,\n");
  const json estimate = Analyze({"--measure", "GENERIC", "--funnel-order",
                                 "A,B", file, "--subgroup", "setting"});
  EXPECT_EQ(estimate["funnel"]["points"].size(), 4);
  EXPECT_EQ(estimate["funnel"]["egger"]["df"], 2);
  EXPECT_GT(estimate["funnel"]["egger"]["slope"], 0);
  const json& subgroups = estimate["subgroups"];
  ASSERT_EQ(subgroups["subgroups"].size(), 2);
  EXPECT_EQ(subgroups["subgroups"][0]["value"], "clinic");
  EXPECT_EQ(subgroups["left_out"][0]["study"], "4");
  // Home: mean of 1 and 2 with weights 4 and 1, tau2 0; A minus B.
  const json& difference = subgroups["interactions"][0]["difference"];
  EXPECT_NEAR(difference["effect"], -5 + 1.2, kTolerance);
  EXPECT_NEAR(difference["se"], std::sqrt(4 + 0.2), kTolerance);

  const Finished table =
      RunTidemark({"analyze", file, "--measure", "GENERIC", "--funnel-order",
                   "A,B", "--subgroup", "setting", "--output", "table"});
  EXPECT_THAT(table.data, AllOf(HasSubstr("Funnel, A < B"),
                                HasSubstr("Subgroups by setting")));
  const Finished wrong = RunTidemark(
      {"analyze", file, "--measure", "GENERIC", "--funnel-order", "A,X"});
  EXPECT_EQ(wrong.exit_code, 3);
  EXPECT_THAT(wrong.messages, HasSubstr("\"X\" is no treatment"));
}

}  // namespace
}  // namespace tidemark::testing
