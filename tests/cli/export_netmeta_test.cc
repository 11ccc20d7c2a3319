// `export netmeta`, with the real command: that R gets the estimates again from
// its files. Needs Rscript with metafor; netmeta is used if it is installed.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"
#include "tests/testing/example_review.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string ToJson(const google::protobuf::Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

template <typename Message>
std::string ToJsonList(const std::vector<Message>& messages) {
  std::vector<std::string> objects;
  for (const Message& message : messages) objects.push_back(ToJson(message));
  return absl::StrCat("[", absl::StrJoin(objects, ","), "]");
}

bool IsInstalled(const std::string& package) {
  const std::string command =
      absl::StrCat("Rscript -e 'quit(status = !requireNamespace(\"", package,
                   "\"))' >/dev/null 2>&1");
  return std::system(command.c_str()) == 0;
}

// Those of the two that R has here.
const std::vector<std::string>& Packages() {
  static const auto* const packages = [] {
    auto* const found = new std::vector<std::string>;
    for (const char* package : {"metafor", "netmeta"}) {
      if (IsInstalled(package)) found->push_back(package);
    }
    return found;
  }();
  return *packages;
}

// Exit status and output of refit.R in a directory.
Finished Refit(const std::string& directory, const std::string& package) {
  Finished finished;
  finished.exit_code =
      std::system(absl::StrCat("cd '", directory, "' && Rscript refit.R ",
                               package, " >out.txt 2>&1")
                      .c_str());
  finished.data = ReadFileOrDie(absl::StrCat(directory, "/out.txt"));
  return finished;
}

class ExportNetmetaTest : public LocalReview {
 protected:
  explicit ExportNetmetaTest(const std::string& review = kToyReview)
      : LocalReview(review) {}

  // Where the files of the analysis are.
  std::string Export(const std::string& analysis) const {
    const std::string directory = absl::StrCat(base_, "/", analysis);
    Done({"export", "netmeta", analysis, "-o", directory});
    return directory;
  }

  // That R gets the estimate again, by each package that is there.
  void ExpectRefits(const std::string& analysis) const {
    const std::string directory = Export(analysis);
    for (const std::string& package : Packages()) {
      const Finished refitted = Refit(directory, package);
      EXPECT_EQ(refitted.exit_code, 0) << analysis << "\n" << refitted.data;
      EXPECT_THAT(refitted.data, HasSubstr("All as expected"));
    }
  }
};

#define SKIP_WITHOUT_METAFOR() \
  if (Packages().empty()) GTEST_SKIP() << "no Rscript with metafor here"

class KneeExportTest : public ExportNetmetaTest {
 protected:
  KneeExportTest() : ExportNetmetaTest(kExampleReview) {
    CreateKneeReview();
    SubmitKneeTrials();
  }
};

TEST_F(KneeExportTest, RefitsEstimatesOfTheExample) {
  SKIP_WITHOUT_METAFOR();
  for (const char* analysis : {"pain-6m", "any-ae"}) {
    ExpectRefits(analysis);
  }
}

TEST_F(KneeExportTest, AChangedExpectationFails) {
  SKIP_WITHOUT_METAFOR();
  const std::string directory = Export("pain-6m");
  const std::string file = absl::StrCat(directory, "/expected_effects.csv");
  const std::string text = ReadFileOrDie(file);
  const std::string changed =
      absl::StrReplaceAll(text, {{"random,conventional,single_msc,1",
                                  "random,conventional,single_msc,2"}});
  ASSERT_NE(changed, text);
  std::ofstream(file) << changed;
  const Finished refitted = Refit(directory, "metafor");
  EXPECT_NE(refitted.exit_code, 0);
  EXPECT_THAT(refitted.data, HasSubstr("DIFFERS: effect of conventional versus "
                                       "single_msc (random) is 1."));
}

TEST_F(KneeExportTest, ThePastIsExportedAsItWas) {
  Done({"retract", "chen-2021", "--notice", "10.1000/notice", "-m", "notice"});
  const std::string now = ReadFileOrDie(Export("pain-6m") + "/studies.csv");
  EXPECT_THAT(now, Not(HasSubstr("chen-2021")));
  const std::string directory = absl::StrCat(base_, "/then");
  Done({"export", "netmeta", "pain-6m", "--as-of", "3", "-o", directory});
  EXPECT_THAT(ReadFileOrDie(directory + "/studies.csv"),
              HasSubstr("chen-2021"));
}

v1::Analysis PainBy(const std::string& id, v1::Tau2Method::Code tau2_method,
                    v1::IntervalMethod::Code interval_method) {
  v1::Analysis analysis = PainAnalysis();
  analysis.set_analysis_id(id);
  analysis.set_tau2_method(tau2_method);
  analysis.set_interval_method(interval_method);
  return analysis;
}

std::vector<v1::Analysis> ToyAnalyses() {
  std::vector<v1::Analysis> analyses = {
      PainBy("md-reml", v1::Tau2Method::REML, v1::IntervalMethod::HK),
      PainBy("md-ml", v1::Tau2Method::ML, v1::IntervalMethod::NORMAL),
      PainBy("md-pm", v1::Tau2Method::PM, v1::IntervalMethod::T),
      PainBy("smd-hedges", v1::Tau2Method::REML, v1::IntervalMethod::T),
      PainBy("smd-cohen", v1::Tau2Method::DL, v1::IntervalMethod::HK),
      PainBy("apart", v1::Tau2Method::PM, v1::IntervalMethod::HK)};
  for (v1::Analysis& analysis : analyses) {
    if (!absl::StartsWith(analysis.analysis_id(), "smd")) continue;
    analysis.set_effect_measure(v1::EffectMeasure::SMD);
    analysis.set_smd_method(analysis.analysis_id() == "smd-cohen"
                                ? v1::SmdMethod::COHEN
                                : v1::SmdMethod::HEDGES);
  }
  // {ha, msc1} and {msc2, saline}; the second without degrees of freedom.
  for (const char* trial : {"three", "second", "third"}) {
    analyses.back().mutable_filters()->add_exclude_trials(trial);
  }
  analyses.back().set_level(0.9);
  analyses.push_back(AdverseAnalysis());
  v1::Analysis surgery =
      PainBy("surgery", v1::Tau2Method::REML, v1::IntervalMethod::NORMAL);
  surgery.set_outcome("surgery");
  surgery.set_time_point("any");
  surgery.set_effect_measure(v1::EffectMeasure::HR);
  analyses.push_back(surgery);
  return analyses;
}

constexpr char kHostileName[] = "=1+1, \"\xc3\x9cnal\" \\ 'x'";

v1::Trial PainTrial(const std::string& id, const std::vector<std::string>& arms,
                    const std::vector<double>& means) {
  v1::Trial trial = TrialOf(id, arms);
  for (size_t i = 0; i < arms.size(); ++i) {
    AddPain(arms[i], "vas", means[i], 20 + 3 * static_cast<double>(i), 25,
            &trial);
  }
  return trial;
}

v1::Trial SurgeryTrial(const std::string& id, double effect, double se) {
  v1::Trial trial = TrialOf(id, {"ha", "msc1"});
  v1::Contrast* contrast = AddContrast("msc1", "ha", effect, se, &trial);
  contrast->set_outcome("surgery");
  contrast->set_time_point("any");
  contrast->set_effect_measure(v1::EffectMeasure::HR);
  return trial;
}

v1::Trial AdverseTrial(const std::string& id,
                       const std::vector<std::string>& arms,
                       const std::vector<int>& events) {
  v1::Trial trial = TrialOf(id, arms);
  for (size_t i = 0; i < arms.size(); ++i) {
    AddEvents(arms[i], events[i], 30, &trial);
  }
  return trial;
}

std::vector<v1::Trial> ToyTrials() {
  return {PainTrial("three", {"ha", "msc1", "msc2"}, {50, 40, 20}),
          PainTrial(kHostileName, {"ha", "msc1"}, {55, 30}),
          PainTrial("first", {"ha", "msc1"}, {48, 46}),
          PainTrial("second", {"msc1", "msc2"}, {50, 41}),
          PainTrial("third", {"ha", "msc2"}, {60, 58}),
          PainTrial("fourth", {"msc2", "saline"}, {40, 44}),
          AdverseTrial("zero", {"ha", "msc1", "msc2"}, {0, 4, 9}),
          AdverseTrial("some", {"ha", "msc1"}, {2, 9}),
          AdverseTrial("other", {"ha", "msc2"}, {5, 2}),
          SurgeryTrial("hr1", -0.4, 0.2),
          SurgeryTrial("hr2", 0.5, 0.25)};
}

class ToyExportTest : public ExportNetmetaTest {
 protected:
  ToyExportTest() {
    Done({"review", "create", "-"}, ToJson(ToyReview()));
    Done({"analysis", "create", "-"}, ToJsonList(ToyAnalyses()));
    Done({"submit", "-m", "search", "-"}, ToJsonList(ToyTrials()));
  }
};

TEST_F(ToyExportTest, RefitsEveryMethodAndMeasure) {
  SKIP_WITHOUT_METAFOR();
  for (const v1::Analysis& analysis : ToyAnalyses()) {
    ExpectRefits(analysis.analysis_id());
  }
}

// A loop, of studies of two arms that differ by more than chance: its effects
// have no mean of their own.
TEST_F(ExportNetmetaTest, RefitsEveryEstimatorOfTau2InALoop) {
  SKIP_WITHOUT_METAFOR();
  std::vector<v1::Analysis> analyses;
  for (const auto method : {v1::Tau2Method::DL, v1::Tau2Method::REML,
                            v1::Tau2Method::ML, v1::Tau2Method::PM}) {
    analyses.push_back(PainBy(absl::StrCat("loop-", analyses.size()), method,
                              v1::IntervalMethod::NORMAL));
  }
  Done({"review", "create", "-"}, ToJson(ToyReview()));
  Done({"analysis", "create", "-"}, ToJsonList(analyses));
  Done({"submit", "-m", "search", "-"},
       ToJsonList<v1::Trial>({PainTrial("s1", {"ha", "msc1"}, {60, 40}),
                              PainTrial("s2", {"msc1", "msc2"}, {60, 50}),
                              PainTrial("s3", {"ha", "msc2"}, {70, 14}),
                              PainTrial("s4", {"ha", "msc1"}, {60, 55}),
                              PainTrial("s5", {"msc1", "msc2"}, {60, 32})}));
  for (const v1::Analysis& analysis : analyses) {
    ExpectRefits(analysis.analysis_id());
  }
}

TEST_F(ToyExportTest, AStudyHasARowForEveryTwoArmsWhateverItsName) {
  const std::string studies = ReadFileOrDie(Export("md-pm") + "/studies.csv");
  EXPECT_THAT(studies, StartsWith("component,study,first,second,effect,se\n"));
  // Points of 0-100 are a tenth on the scale of the outcome.
  EXPECT_THAT(
      studies,
      AllOf(HasSubstr("1,three,msc1,ha,-1,"), HasSubstr("1,three,msc2,ha,-3,"),
            HasSubstr("1,three,msc2,msc1,-2,"),
            HasSubstr("1,\"=1+1, \"\"\xc3\x9cnal\"\" \\ 'x'\",msc1,ha,-2.5,")));
}

TEST_F(ToyExportTest, ComponentsAreToldApart) {
  const std::string directory = Export("apart");
  EXPECT_THAT(
      ReadFileOrDie(directory + "/studies.csv"),
      AllOf(HasSubstr("1,first,msc1,ha,"), HasSubstr("2,fourth,saline,msc2,")));
  EXPECT_THAT(ReadFileOrDie(directory + "/expected_heterogeneity.csv"),
              HasSubstr("\n2,0,0,0\n"));
  // No degrees of freedom, no limits.
  EXPECT_THAT(ReadFileOrDie(directory + "/expected_effects.csv"),
              HasSubstr(",,\n"));
}

TEST_F(ToyExportTest, WithoutAnEstimateThereIsNothingToExport) {
  v1::Analysis falls =
      PainBy("falls", v1::Tau2Method::DL, v1::IntervalMethod::NORMAL);
  falls.set_outcome("falls");
  falls.set_time_point("any");
  falls.set_effect_measure(v1::EffectMeasure::IRR);
  Done({"analysis", "create", "-"}, ToJson(falls));
  const Finished refused =
      Run({"export", "netmeta", "falls", "-o", base_ + "/falls"});
  EXPECT_EQ(refused.exit_code, 9);
  EXPECT_FALSE(std::filesystem::exists(base_ + "/falls"));
}

}  // namespace
}  // namespace tidemark::testing
