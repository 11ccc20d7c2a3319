// A review from its protocol to its history, with the real command over a
// directory.
#include "tests/cli/local_review.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
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
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kProtocol[] = R"({
  "review_id": "knees", "title": "Injections for knees",
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
  "time_points": [{"id": "6m", "months": 6}]
})";

constexpr char kAnalysis[] = R"({
  "analysis_id": "pain-6m", "title": "Pain", "outcome": "pain",
  "time_point": "6m", "node_map": "each", "effect_measure": "MD"
})";

constexpr char kTable[] =
    "study,treatment,mean,sd,n\n"
    "Alpha 2018,msc,30,16,40\n"
    "Alpha 2018,ha,45,18,42\n"
    "Beta 2019,msc,33,15,35\n"
    "Beta 2019,ha,44,17,36\n";

class LocalReviewTest : public LocalReview {
 protected:
  LocalReviewTest() : LocalReview("knees") {}

  // Three entries: the protocol, the analysis, the trials of the table.
  void MakeReview() const {
    const Finished imported =
        CreateReview(kProtocol, kAnalysis, "pain", kTable);
    EXPECT_EQ(imported.data,
              "3\ttrials/Alpha 2018\t1\n3\ttrials/Beta 2019\t1\n");
    EXPECT_THAT(imported.messages, HasSubstr("pain-6m"));
  }
};

TEST_F(LocalReviewTest, FromProtocolToEstimate) {
  MakeReview();
  EXPECT_THAT(Run({"review", "list"}).data, StartsWith("knees\tInjections"));
  const Finished table =
      Run({"estimate", "pain-6m", "msc", "ha", "--output", "table"});
  EXPECT_EQ(table.exit_code, 0);
  EXPECT_THAT(table.data,
              AllOf(HasSubstr("first minus second; MD; lower is better"),
                    HasSubstr("msc    ha      -13")));
  EXPECT_THAT(Run({"league", "pain-6m", "--output", "table"}).data,
              HasSubstr("row versus column"));
  EXPECT_THAT(table.data, HasSubstr("favours msc"));
  const std::string ranks = Run({"rank", "pain-6m"}).data;
  EXPECT_THAT(ranks, AllOf(StartsWith("1\tmsc\t"), HasSubstr("\tha\tMD\t-13"),
                           HasSubstr("\n2\tha\t"), Not(HasSubstr("favours"))));
  EXPECT_THAT(Run({"rank", "pain-6m", "--output", "table"}).data,
              AllOf(HasSubstr("favours msc"), HasSubstr("reference")));
  const std::string watched =
      Run({"watch", "--from", "3", "--count", "1", "--analysis", "pain-6m",
           "--output", "table"})
          .data;
  EXPECT_THAT(watched,
              AllOf(HasSubstr("\n  first minus second; MD; lower is better\n"),
                    HasSubstr("\n  pain-6m: ha versus msc  13"),
                    HasSubstr("]  favours msc  (MD, 2 studies)\n")));
  EXPECT_THAT(Run({"estimate", "pain-6m", "--output", "json"}).data,
              HasSubstr("\"relative_effects\""));
}

TEST_F(LocalReviewTest, WhatAMethodologistAsksNext) {
  MakeReview();
  EXPECT_THAT(Run({"rank", "pain-6m", "--mid", "5"}).data,
              HasSubstr("1\tmsc\t"));
  const Finished rows = Run({"rank", "pain-6m", "--ranks", "--output", "csv"});
  EXPECT_THAT(rows.data, AllOf(StartsWith("treatment,rank,probability,error,"),
                               HasSubstr("\nmsc,1,"), HasSubstr(",ha\n")));
  const json ranking = RunJson(
      {"rank", "pain-6m", "--ranks"})["estimate"]["random"]["rankings"][0];
  EXPECT_LE(ranking["probability_error"].get<double>(), 2e-3);
  EXPECT_EQ(ranking["ranks"][1]["treatment"], "msc");
  EXPECT_EQ(ranking["ranks"][1]["median_rank"], 1);
  EXPECT_THAT(Run({"heterogeneity", "pain-6m"}).data,
              AllOf(HasSubstr("network\ttau2 (REML), Q-profile interval\t0\t"),
                    HasSubstr("network\tQ within designs\t")));
  EXPECT_THAT(Run({"split", "pain-6m"}).data,
              HasSubstr("direct evidence is all there is on the pair"));
  EXPECT_THAT(Run({"split", "pain-6m", "--refit"}).data,
              HasSubstr("nothing connects it"));
  EXPECT_THAT(Run({"split", "pain-6m", "--refit", "--model", "common"}).data,
              HasSubstr("common effect"));
  EXPECT_EQ(Run({"heterogeneity", "pain-6m", "--model", "common"}).exit_code,
            2);
  EXPECT_THAT(Run({"heterogeneity", "pain-6m"}).messages,
              HasSubstr("designs; they are in --output json"));
  EXPECT_EQ(Run({"order", "pain-6m"}).exit_code, 2);
  const Finished unknown = Run({"order", "pain-6m", "no-such"});
  EXPECT_EQ(unknown.exit_code, 6);
  EXPECT_THAT(unknown.messages, HasSubstr("no-such"));
}

TEST_F(LocalReviewTest, SeveralOutcomesAgreeOnAnOrder) {
  MakeReview();
  std::string other = kAnalysis;
  other.replace(other.find("pain-6m"), 7, "pain-dl");
  other.insert(other.rfind('}'), R"(, "tau2_method": "DL")");
  ASSERT_EQ(Run({"analysis", "create", "-"}, other).exit_code, 0);
  EXPECT_THAT(Run({"order", "pain-6m", "pain-dl"}).data,
              AllOf(HasSubstr("ha\t"), HasSubstr("\tha\tyes\t\n")));
  const Finished twice = RunTidemark(
      {"--server", "127.0.0.1:1", "order", "pain-6m", "pain-dl", "pain-6m"});
  EXPECT_EQ(twice.exit_code, 2);  // No call was made.
  EXPECT_THAT(twice.messages, HasSubstr("`pain-6m` is given twice"));
}

TEST_F(LocalReviewTest, ARetractionIsTriedThenMadeAndKeptInTheHistory) {
  MakeReview();
  const Finished tried =
      Run({"retract", "Beta 2019", "--notice", "10.1000/notice", "--dry-run",
           "--output", "table"});
  EXPECT_EQ(tried.exit_code, 0) << tried.messages;
  EXPECT_THAT(tried.data, AllOf(HasSubstr("before"), HasSubstr("after"),
                                HasSubstr("15.00 [7.64, 22.36]")));
  EXPECT_THAT(tried.messages, HasSubstr("nothing is stored"));
  EXPECT_THAT(Run({"trial", "list"}).data, Not(HasSubstr("RETRACTED")));

  ASSERT_EQ(Run({"retract", "Beta 2019", "--notice", "10.1000/notice", "-m",
                 "retracted by the publisher"})
                .exit_code,
            0);
  EXPECT_THAT(Run({"trial", "list"}).data, HasSubstr("RETRACTED"));
  const Finished past =
      Run({"trial", "show", "Beta 2019", "--as-of", "3", "--output", "table"});
  EXPECT_THAT(past.data, HasSubstr("INCLUDED"));
  EXPECT_THAT(past.messages, HasSubstr("Known later"));
  EXPECT_THAT(
      Run({"history", "pain-6m", "msc", "ha", "--output", "table"}).data,
      AllOf(HasSubstr("not estimable"), HasSubstr("trials.retract"),
            HasSubstr("retracted by the publisher"), HasSubstr("benefit")));
  const std::string log = Run({"log", "--trial", "Beta 2019"}).data;
  EXPECT_THAT(log, AllOf(HasSubstr("trials.retract"), StartsWith("3\t")));
  EXPECT_THAT(Run({"watch", "--from", "4", "--count", "1"}).data,
              AllOf(StartsWith("4\t"), HasSubstr("pain-6m")));
}

TEST_F(LocalReviewTest, AReleaseIsMadeCitedAndWarnedOfWhenATrialGoes) {
  MakeReview();
  const std::vector<std::string> make = {"release", "make", "2026.1", "-m",
                                         "first search"};
  const auto declaring = [&](const std::string& declared) {
    std::vector<std::string> arguments = make;
    arguments.insert(arguments.end(), {"--conclusions-changed", declared});
    return Run(arguments);
  };
  const Finished contradicted = declaring("no");
  EXPECT_EQ(contradicted.exit_code, 3);
  EXPECT_THAT(contradicted.messages,
              AllOf(HasSubstr("declare YES or AUTO"),
                    HasSubstr("BECAME_ESTIMABLE in pain-6m: ha versus msc")));
  EXPECT_EQ(declaring("perhaps").exit_code, 2);
  const Finished made = declaring("yes");
  EXPECT_EQ(made.exit_code, 0) << made.messages;
  EXPECT_EQ(made.data, "4\treleases/2026.1\t1\n");
  EXPECT_THAT(made.messages, HasSubstr("Conclusions changed, there was no "
                                       "release before: 1 events."));
  EXPECT_THAT(Run({"release", "list"}).data,
              AllOf(StartsWith("2026.1\t3\t4\t"),
                    HasSubstr("\tYES\tyes\t1\t\tfirst search")));

  const Finished tried = Run(
      {"exclude", "Alpha 2018", "Beta 2019", "--dry-run", "--output", "table"});
  EXPECT_THAT(tried.data, AllOf(HasSubstr("harm -> not estimable"),
                                HasSubstr("BECAME_NOT_ESTIMABLE")));
  EXPECT_THAT(tried.messages,
              HasSubstr("Release 2026.1 (sequence 3) relied on Alpha 2018, "
                        "Beta 2019 in pain-6m. Who cites it should be told."));
  const std::string before = Run({"estimate", "pain-6m"}).data;
  ASSERT_EQ(Run({"retract", "Beta 2019", "--notice", "10.1000/notice", "-m",
                 "retracted by the publisher"})
                .exit_code,
            0);
  for (const std::string verb : {"estimate", "league", "rank"}) {
    const Finished past = Run({verb, "pain-6m", "--as-of", "tag:2026.1"});
    EXPECT_EQ(past.exit_code, 0) << past.messages;
    EXPECT_THAT(past.messages, HasSubstr("Known later: Beta 2019 is retracted "
                                         "now (version 2, at sequence 5)."))
        << verb;
    if (verb == "estimate") {
      EXPECT_EQ(past.data, before);
    }
  }
  EXPECT_EQ(Run({"estimate", "pain-6m", "--as-of", "tag:2026.9"}).exit_code, 6);
}

TEST_F(LocalReviewTest, ARepeatedImportStoresNothing) {
  MakeReview();
  const std::vector<std::string> import = {
      "import",       "-",  "--outcome", "pain",
      "--time-point", "6m", "-m",        "first search"};
  const Finished again = Run(import, kTable);
  EXPECT_EQ(again.exit_code, 0) << again.messages;
  EXPECT_EQ(again.data, "");
  EXPECT_THAT(again.messages, HasSubstr("already stored"));
  EXPECT_THAT(Run({"log"}).data, Not(HasSubstr("\n4\t")));
  // Only what is new or changed.
  const Finished more = Run(import, absl::StrCat(kTable,
                                                 "Gamma 2020,msc,31,15,20\n"
                                                 "Gamma 2020,ha,40,15,20\n"));
  EXPECT_EQ(more.data, "4\ttrials/Gamma 2020\t1\n");
}

// Three arms that report hazard ratios versus ha only: stored, corrected and
// estimated with the covariance that the baseline's standard error gives.
TEST_F(LocalReviewTest, HazardRatiosWithABaselineGoTheWholeWay) {
  json protocol = json::parse(kProtocol);
  protocol["treatments"].push_back({{"id", "prp"}, {"name", "PRP"}});
  json& map = protocol["node_maps"][0];
  map["nodes"].push_back({{"id", "prp"}, {"name", "PRP"}});
  map["rules"].push_back({{"treatment", "prp"}, {"node", "prp"}});
  protocol["outcomes"].push_back({{"id", "surgery"},
                                  {"title", "Knee replacement"},
                                  {"kind", "TIME_TO_EVENT"},
                                  {"direction", "LOWER_IS_BETTER"}});
  ASSERT_EQ(Run({"review", "create", "-"}, protocol.dump()).exit_code, 0);
  json analysis = json::parse(kAnalysis);
  analysis["analysis_id"] = "surgery";
  analysis["outcome"] = "surgery";
  analysis["time_point"] = "any";
  EXPECT_EQ(Run({"analysis", "create", "-"}, analysis.dump()).exit_code, 3);
  analysis["effect_measure"] = "HR";
  ASSERT_EQ(Run({"analysis", "create", "-"}, analysis.dump()).exit_code, 0);
  const std::vector<std::string> import = {
      "import", "-",         "--outcome", "surgery", "--time-point",
      "any",    "--measure", "HR",        "-m",      "first"};
  const Finished imported = Run(import,
                                "study,treatment,te,se\n"
                                "Beta 2019,ha,NA,3\n"
                                "Beta 2019,msc,-1,5\n"
                                "Beta 2019,prp,2,5\n");
  ASSERT_EQ(imported.exit_code, 0) << imported.messages;
  EXPECT_THAT(Run({"trial", "show", "Beta 2019"}).data,
              HasSubstr("HR -1, se 5, se of ha alone 3"));
  const auto se = [this] {
    const json answer = RunJson({"estimate", "surgery", "msc", "prp"});
    return answer["estimate"]["common"]["relative_effects"][0]["se"]
        .get<double>();
  };
  EXPECT_NEAR(se(), std::sqrt(32), 1e-9);  // 25 - 9 in each arm
  const std::string path = "contrasts[surgery/any/";
  const Finished one_only =
      Run({"correct", "Beta 2019", "--set",
           absl::StrCat(path, "msc-ha].baseline_se=4"), "-m", "typing error"});
  EXPECT_EQ(one_only.exit_code, 3);
  EXPECT_THAT(one_only.messages, HasSubstr("the same in all contrasts"));
  const Finished both =
      Run({"correct", "Beta 2019", "--set",
           absl::StrCat(path, "msc-ha].baseline_se=4"), "--set",
           absl::StrCat(path, "prp-ha].baseline_se=4"), "-m", "typing error"});
  ASSERT_EQ(both.exit_code, 0) << both.messages;
  EXPECT_NEAR(se(), std::sqrt(18), 1e-9);  // 25 - 16
}

TEST_F(LocalReviewTest, ACorrectionChangesOneNumber) {
  MakeReview();
  ASSERT_EQ(Run({"correct", "Alpha 2018", "--set",
                 "results[pain/6m/msc].continuous.sd=17.5", "-m",
                 "read from table 2"})
                .exit_code,
            0);
  EXPECT_THAT(Run({"trial", "show", "Alpha 2018@2"}).data,
              HasSubstr("sd 17.5"));
  EXPECT_THAT(Run({"trial", "show", "Alpha 2018@1"}).data, HasSubstr("sd 16"));
}

TEST_F(LocalReviewTest, WhereEvidenceComesFromAndHowFarItIsTrusted) {
  MakeReview();
  const Finished direct = Run({"contributions", "pain-6m"});
  EXPECT_EQ(direct.exit_code, 0) << direct.messages;
  EXPECT_THAT(direct.data, StartsWith("ha\tmsc\tha\tmsc\t1\t1\t13"));
  EXPECT_THAT(
      Run({"contributions", "pain-6m", "msc", "ha", "--by", "study", "--output",
           "csv"})
          .data,
      AllOf(StartsWith("first,second,study,share,no_shares,measure,rule\n"),
            HasSubstr("msc,ha,Alpha 2018,0.50598627739659")));
  EXPECT_EQ(
      Run({"contributions", "pain-6m", "--by", "risk-of-bias"}).data,
      "ha\tmsc\t0\t0\t0\t1\t\tMD\tfirst minus second; MD; lower is better\n");
  EXPECT_EQ(Run({"contributions", "pain-6m", "msc"}).exit_code, 2);
  EXPECT_EQ(Run({"contributions", "pain-6m", "--by", "luck"}).exit_code, 2);
  EXPECT_EQ(Run({"contributions", "pain-6m", "msc", "prp"}).exit_code, 6);
  const Finished unjudged = Run(
      {"cinema", "pain-6m", "msc", "ha", "--mid", "5", "--output", "table"});
  EXPECT_EQ(unjudged.exit_code, 0) << unjudged.messages;
  EXPECT_THAT(unjudged.data,
              AllOf(HasSubstr("within-study bias  not assessable"),
                    HasSubstr("range of equivalence: -5.00 to 5.00 (request)"),
                    HasSubstr("for risk of bias: 2 of 2 studies"),
                    HasSubstr("reporting bias: for people to judge")));
  EXPECT_THAT(Run({"cinema", "pain-6m"}).data,
              HasSubstr("imprecision\tnot assessable\tneeds a range"));
  EXPECT_EQ(Run({"cinema", "pain-6m", "--rule", "worst"}).exit_code, 2);

  // Judgements come with the trial; single ones are corrected as any field.
  for (const std::string id : {"Alpha 2018", "Beta 2019"}) {
    json trial = RunJson({"trial", "show", id})["record"]["trial"];
    trial["risk_of_bias"] = {{{"outcome", "pain"}, {"overall", "LOW"}}};
    trial["indirectness"] = {{{"outcome", "pain"}, {"judgement", "LOW"}}};
    Done({"submit", "-", "-m", "judged"}, trial.dump());
  }
  const std::string before = Run({"cinema", "pain-6m", "--output", "csv"}).data;
  EXPECT_THAT(before, AllOf(HasSubstr("ha,msc,within-study bias,no,"),
                            HasSubstr("ha,msc,indirectness,no,")));
  const std::vector<std::string> sets = {
      "--set", "indirectness[pain/].judgement=HIGH", "--set",
      "indirectness[pain/].reason=younger people"};
  std::vector<std::string> correct = {"correct", "Beta 2019"};
  correct.insert(correct.end(), sets.begin(), sets.end());
  correct.insert(correct.end(), {"-m", "read again"});
  ASSERT_EQ(Run(correct).exit_code, 0);
  EXPECT_THAT(Run({"blame", "Beta 2019"}).data,
              HasSubstr("indirectness[pain/].judgement\tHIGH\t"));
  EXPECT_THAT(Run({"diff", "5..6", "--records"}).data,
              HasSubstr("indirectness[pain/].judgement"));
  EXPECT_EQ(Run({"whatif", "pain-6m", "--set",
                 "Alpha 2018:indirectness[pain/].judgement=LOW"})
                .exit_code,
            0);
  EXPECT_THAT(
      Run({"cinema", "pain-6m", "--rule", "highest", "--output", "csv"}).data,
      AllOf(HasSubstr("ha,msc,indirectness,major,"),
            HasSubstr("ha,msc,within-study bias,no,")));
  EXPECT_EQ(Run({"cinema", "pain-6m", "--as-of", "5", "--output", "csv"}).data,
            before);
}

TEST_F(LocalReviewTest, VerifyIsQuickUnlessItIsToldToBeDeep) {
  MakeReview();
  const Finished quick = Run({"verify", "--output", "json"});
  EXPECT_EQ(quick.exit_code, 0) << quick.messages;
  EXPECT_THAT(quick.messages, HasSubstr("--deep"));
  const auto head = json::parse(quick.data);
  EXPECT_EQ(head["verified"], true);
  EXPECT_EQ(head["deep"], false);
  EXPECT_FALSE(head.contains("entries"));
  const Finished deep = Run({"verify", "--deep", "--output", "json"});
  EXPECT_EQ(deep.exit_code, 0) << deep.messages;
  const auto whole = json::parse(deep.data);
  EXPECT_EQ(whole["deep"], true);
  EXPECT_EQ(whole["entries"], 3);
  // Those of the entries, and the last one that the first command saw.
  EXPECT_EQ(whole["checkpoints"], 4);
  EXPECT_EQ(whole["root"], head["root"]);
  EXPECT_EQ(whole["checkpoint"], head["checkpoint"]);
}

TEST_F(LocalReviewTest, VerifyTakesNothingForAKeyOrACheckpoint) {
  MakeReview();
  EXPECT_EQ(Run({"verify"}).exit_code, 0);
  EXPECT_EQ(Run({"verify", "--key", ""}).exit_code, 2);
  const Finished bogus = Run({"verify", "--key", "bogus"});
  EXPECT_EQ(bogus.exit_code, 2);
  EXPECT_THAT(bogus.messages, HasSubstr("--key"));
  EXPECT_EQ(Run({"verify", "--checkpoint", ""}).exit_code, 2);
  EXPECT_EQ(RunTidemark({"verify", "--data", ""}).exit_code, 2);
  EXPECT_EQ(Run({"verify", "--anchor", "x"}).exit_code, 2);
  for (const std::vector<std::string>& depth :
       std::vector<std::vector<std::string>>{{}, {"--deep"}}) {
    const auto verify = [&](const std::string& file, const std::string& input) {
      std::vector<std::string> words = {"verify", "--checkpoint", file};
      words.insert(words.end(), depth.begin(), depth.end());
      return Run(words, input);
    };
    const Finished empty = verify("-", "");
    EXPECT_EQ(empty.exit_code, 5);
    EXPECT_THAT(empty.messages, HasSubstr("does NOT verify"));
    EXPECT_THAT(empty.data, HasSubstr("the checkpoint that you hold"));
    EXPECT_EQ(verify("-", "no note\n").exit_code, 5);
    EXPECT_EQ(verify("no-such-file", "").exit_code, 6);
  }
}

TEST_F(LocalReviewTest, AnAuditorKeepsKeyAndCheckpointForTheNextTime) {
  MakeReview();
  const json kept = RunJson({"verify"});
  const std::string key = kept["vkey"];
  const std::string checkpoint = kept["checkpoint"];
  ASSERT_EQ(Run({"exclude", "Alpha 2018", "-m", "not randomised"}).exit_code,
            0);
  const std::vector<std::string> check = {"verify", "--key", key,
                                          "--checkpoint", "-"};
  std::vector<std::string> deep_check = check;
  deep_check.emplace_back("--deep");
  const Finished quick = Run(check, checkpoint);
  EXPECT_EQ(quick.exit_code, 0);
  EXPECT_THAT(quick.messages,
              HasSubstr("extends the checkpoint that you hold"));
  const Finished deep = Run(deep_check, checkpoint);
  EXPECT_EQ(deep.exit_code, 0);
  EXPECT_THAT(deep.messages, HasSubstr("since the checkpoint that you hold"));
  // Another log's checkpoint is none of this one.
  std::string forged = checkpoint;
  forged.replace(forged.find("\n3\n"), 3, "\n2\n");
  EXPECT_EQ(Run(check, forged).exit_code, 5);
  EXPECT_EQ(Run(deep_check, forged).exit_code, 5);
}

// The directory is put back to a copy that the auditor's checkpoint is ahead
// of.
TEST_F(LocalReviewTest, ALogThatWasPutBackDoesNotReachTheAuditorsCheckpoint) {
  const std::vector<std::string> checks[] = {
      {"verify", "--checkpoint", "-", "--output", "json"},
      {"verify", "--checkpoint", "-", "--output", "json", "--deep"}};
  MakeReview();
  const std::string copy = base_ + "/copy";
  std::filesystem::copy(data_, copy, std::filesystem::copy_options::recursive);
  ASSERT_EQ(Run({"exclude", "Alpha 2018", "-m", "not randomised"}).exit_code,
            0);
  const std::string held = RunJson({"verify"})["checkpoint"];
  std::filesystem::remove_all(data_);
  std::filesystem::copy(copy, data_, std::filesystem::copy_options::recursive);
  for (const std::vector<std::string>& check : checks) {
    const Finished back = Run(check, held);
    EXPECT_EQ(back.exit_code, 5);
    const auto found = json::parse(back.data);
    EXPECT_EQ(found["verified"], false);
    EXPECT_EQ(found["checkpoint_size"], 4);
    EXPECT_THAT(found["what"].get<std::string>(),
                HasSubstr("entries were removed"));
  }
  // Another entry takes the place of the one that was acknowledged, written by
  // somebody who does not know of that one.
  setenv("XDG_STATE_HOME", (base_ + "/colleague").c_str(), 1);
  ASSERT_EQ(Run({"exclude", "Alpha 2018", "-m", "a duplicate"}).exit_code, 0);
  for (const std::vector<std::string>& check : checks) {
    const Finished other = Run(check, held);
    EXPECT_EQ(other.exit_code, 5);
    const auto found = json::parse(other.data);
    EXPECT_EQ(found["checkpoint_size"], 4);
    EXPECT_NE(found["expected"], found["actual"]);
  }
}

TEST_F(LocalReviewTest, ExitCodesSayWhatHappened) {
  EXPECT_EQ(Run({"review", "show", "nowhere"}).exit_code, 6);
  MakeReview();
  EXPECT_EQ(Run({"review", "create", "-"}, kProtocol).exit_code, 4);
  EXPECT_EQ(Run({"estimate"}).exit_code, 2);
  EXPECT_EQ(Run({"estimate", "pain-6m", "msc", "msc"}).exit_code, 2);
  EXPECT_EQ(Run({"rank", "pain-6m", "--mid", "nan"}).exit_code, 2);
  EXPECT_EQ(Run({"history", "pain-6m", "msc", "msc"}).exit_code, 2);
  EXPECT_EQ(Run({"submit", "-"}, "{}").exit_code, 2);  // no reason
  const Finished syntax = Run({"submit", "-", "-m", "why"}, "{\n oops }");
  EXPECT_EQ(syntax.exit_code, 3);
  EXPECT_THAT(syntax.messages, HasSubstr("standard input: line 2, column"));
  const Finished invalid =
      Run({"submit", "-", "-m", "why"}, R"({"trial_id": "x", "year": 12})");
  EXPECT_EQ(invalid.exit_code, 3);
  EXPECT_THAT(invalid.messages,
              AllOf(HasSubstr("standard input: submit_trials.trials[0].trial."
                              "year"),
                    HasSubstr("12")));
  EXPECT_EQ(Run({"correct", "Alpha 2018", "--set", "year=2017", "-m", "why",
                 "--if-version", "7"})
                .exit_code,
            4);
  EXPECT_EQ(Run({"trial", "show", "Gamma"}).exit_code, 6);
  const Finished early =
      Run({"estimate", "pain-6m", "msc", "ha", "--as-of", "2"});
  EXPECT_EQ(early.exit_code, 9);
  EXPECT_THAT(early.messages, HasSubstr("not estimable"));
}

TEST_F(LocalReviewTest, OneServerOnTheCommandLine) {
  MakeReview();
  const Finished both = Run({"review", "list", "--server", "127.0.0.1:1"});
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_THAT(both.messages, HasSubstr("--server"));
  EXPECT_EQ(RunTidemark({"review", "list", "--local", ""}).exit_code, 2);
  // The environment yields.
  setenv("TIDEMARK_SERVER", "127.0.0.1:1", 1);
  EXPECT_EQ(Run({"review", "list"}).exit_code, 0);
  unsetenv("TIDEMARK_SERVER");
}

TEST(UsageTest, AWordThatIsNoCommandIsNamed) {
  const std::vector<std::vector<std::string>> lines = {
      {"foo"}, {"-r", "x", "foo", "bar"}, {"review", "foo"}};
  for (const auto& line : lines) {
    const Finished finished = RunTidemark(line);
    EXPECT_EQ(finished.exit_code, 2);
    EXPECT_THAT(finished.messages, HasSubstr("`foo` is no command"));
  }
  EXPECT_THAT(RunTidemark({"--bogus"}).messages,
              HasSubstr("`--bogus` is no option"));
  EXPECT_EQ(RunTidemark({}).exit_code, 2);
}

TEST(RemoteTest, AServerThatIsNotThereIsUnavailable) {
  setenv("TIDEMARK_SERVER", "127.0.0.1:1", 1);
  EXPECT_EQ(RunTidemark({"review", "list"}).exit_code, 8);
}

TEST(AnalyzeTest, DetailsAreAddedToTheAnswer) {
  const Finished finished =
      RunTidemark({"analyze", "-", "--output", "json", "--splits",
                   "--node-splits", "--designs", "--ranks", "--points", "4096",
                   "--mid", "2", "--ci", "hk", "--tau2", "PM"},
                  kTable);
  ASSERT_EQ(finished.exit_code, 0) << finished.messages;
  const auto answer = json::parse(finished.data);
  EXPECT_EQ(answer["tau2_method"], "PM");
  EXPECT_EQ(answer["interval_method"], "HK");
  for (const char* list :
       {"splits", "splits_common", "node_splits", "designs"}) {
    EXPECT_EQ(answer[list].size(), 1) << list;
  }
  const auto& ranking = answer["random"]["rankings"][0];
  EXPECT_EQ(ranking["points"], "4096");
  EXPECT_TRUE(ranking["ranks"][0].contains("p_score_mid"));
  EXPECT_EQ(RunTidemark({"analyze", "-", "--points", "4096"}, kTable).exit_code,
            2);
}

TEST(AnalyzeTest, NeedsNoServer) {
  const Finished json =
      RunTidemark({"analyze", "-", "--tau2", "DL", "--output", "json"}, kTable);
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_THAT(json.data, AllOf(HasSubstr("\"effect_measure\": \"MD\""),
                               HasSubstr("\"tau2_method\": \"DL\"")));
  const Finished bad =
      RunTidemark({"analyze", "-"}, "study,treatment,mean,sd,n\nA,x,1,-2,3\n");
  EXPECT_EQ(bad.exit_code, 3);
  EXPECT_THAT(bad.messages, HasSubstr("standard input:2"));
  const Finished alone = RunTidemark(
      {"analyze", "-"}, "study,treatment,mean,sd,n\nA,x,1,2,3\nA,y,NA,2,3\n");
  EXPECT_EQ(alone.exit_code, 9);
}

}  // namespace
}  // namespace tidemark::testing
