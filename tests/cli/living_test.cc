// `tidemark review living`, `runs`, `watch --overdue`: a review that is kept up
// to date, and what is late. Days are long past, so that they are overdue
// whenever the test runs.
#include <fstream>
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

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kActive[] = R"({
  "status": "ACTIVE", "trigger": "FIXED_INTERVAL",
  "retirement_plan": "when J. Doe retires",
  "schedules": [
    {"step": "SEARCH", "source": "MEDLINE", "every_days": 30,
     "first_due": "2020-01-01"},
    {"step": "SYNTHESIS", "every_days": 90, "first_due": "2900-01-01"}]})";

class LivingTest : public LocalReview {
 protected:
  LivingTest() : LocalReview("knees") {
    Done({"review", "create", "-"}, kKneesProtocol);                // 1
    Done({"review", "living", "-", "-m", "from now on"}, kActive);  // 2
  }

  // The next command starts a server, which writes that the search is late: 3.
  std::string Show() const { return Done({"review", "show"}).data; }
};

TEST_F(LivingTest, ShowsWhatIsDueAndMarksWhatIsOverdue) {
  const Finished shown = Done({"review", "show", "--output", "table"});
  EXPECT_THAT(shown.data,
              AllOf(HasSubstr("ACTIVE"), HasSubstr("SEARCH of MEDLINE"),
                    HasSubstr("due on 2020-01-01: OVERDUE"),
                    HasSubstr("every 30 days, never done"),
                    HasSubstr("every 90 days, never done, due on 2900-01-01")));
  EXPECT_THAT(shown.messages,
              AllOf(HasSubstr("overdue: SEARCH of MEDLINE, due on 2020-01-01"),
                    Not(HasSubstr("SYNTHESIS"))));
  EXPECT_EQ(RunJson({"review", "show"})["head_sequence"], "3");
}

TEST_F(LivingTest, WhatItShowsAsJsonIsAFileForTheNextVersion) {
  json mode = RunJson({"review", "living"});
  mode["status"] = "PAUSED";
  mode["status_reason"] = "the question is being rewritten";
  const std::string file = base_ + "/living.json";
  std::ofstream(file) << mode;
  EXPECT_EQ(
      Run({"review", "living", file, "--if-version", "7", "-m", "x"}).exit_code,
      4);
  Done({"review", "living", file, "--if-version", "1", "-m", "a pause"});
  EXPECT_THAT(Show(), AllOf(HasSubstr("PAUSED"), HasSubstr("version 2"),
                            HasSubstr("while the review is ACTIVE"),
                            Not(HasSubstr("OVERDUE"))));
}

TEST_F(LivingTest, ASearchThatFoundNothingIsKept) {
  Done({"runs", "record", "--step", "search", "--source", "MEDLINE", "--on",
        "2020-01-02", "--identified", "0", "--duplicates", "0", "--notes",
        "msc AND knee", "-m", "January"});
  const json runs = RunJson({"runs", "list"})["runs"];
  ASSERT_EQ(runs.size(), 1);
  EXPECT_EQ(runs[0]["run"]["search"]["identified"], "0");
  EXPECT_THAT(Done({"runs", "list", "--output", "csv"}).data,
              HasSubstr(",2020-01-02,SEARCH,MEDLINE,0,0,,,,,,"));
  EXPECT_THAT(Show(), HasSubstr("last done on 2020-01-02, due on 2020-02-01"));
}

TEST_F(LivingTest, ScreeningComesFromAFileAndAddsUp) {
  const std::string screening = R"({"runs": [
    {"step": "SCREENING", "performed_on": "2020-01-03", "screening":
      {"screened": 3, "excluded": 1, "not_retrieved": 0, "reports_included": 1,
       "reports_excluded": [{"reason": "no control", "count": %}]}}]})";
  const auto with = [&](const std::string& count) {
    std::string text = screening;
    return text.replace(text.find('%'), 1, count);
  };
  const Finished refused =
      Run({"runs", "record", "-", "-m", "screened"}, with("2"));
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_THAT(refused.messages, HasSubstr("screening.screened"));
  Done({"runs", "record", "-", "-m", "screened"}, with("1"));
  EXPECT_THAT(Done({"runs", "list", "--output", "csv"}).data,
              HasSubstr("SCREENING,,,,3,1,0,no control 1,1,"));
}

TEST_F(LivingTest, CommandsSayWhatTheyLack) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{
           {"runs", "record", "-m", "x"},
           {"runs", "record", "--step", "screening", "--on", "2020-01-01", "-m",
            "x"},
           {"runs", "record", "--step", "reading", "--on", "2020-01-01", "-m",
            "x"},
           {"review", "living", "-m", "x"}}) {
    EXPECT_EQ(Run(arguments).exit_code, 2);
  }
}

TEST_F(LivingTest, AWatchSaysWhichStepIsOverdue) {
  Show();  // 3
  const std::vector<std::string> watch = {
      "watch",     "--from",           "1",     "--count", "1",
      "--overdue", "--min-importance", "major", "--output"};
  const auto with = [&](const std::string& format) {
    std::vector<std::string> arguments = watch;
    arguments.push_back(format);
    return Done(arguments).data;
  };
  EXPECT_THAT(with("table"),
              AllOf(HasSubstr("living_mode.overdue"), HasSubstr("by server"),
                    HasSubstr("\n  overdue: SEARCH of MEDLINE, due on "
                              "2020-01-01")));
  EXPECT_THAT(with("csv"), HasSubstr("overdue: SEARCH of MEDLINE"));
  const json message = json::parse(with("json"));
  EXPECT_EQ(message["entry"]["entry"]["sequence"], "3");
  EXPECT_EQ(message["entry"]["overdue"][0]["source"], "MEDLINE");
}

TEST_F(LivingTest, AuditorsVerifyItAsEverythingElse) {
  Done({"runs", "record", "--step", "search", "--source", "MEDLINE", "--on",
        "2020-01-02", "--identified", "4", "--duplicates", "1", "--notes",
        "told by J. Doe", "-m", "January"});  // 4
  Show();                                     // 5: late again
  EXPECT_EQ(Run({"redact", "3", "-m", "x"}).exit_code, 3);
  Done({"redact", "2", "4", "-m", "erasure"});  // 6
  EXPECT_THAT(Done({"runs", "list"}).data,
              AllOf(HasSubstr("[redacted]"), Not(HasSubstr("J. Doe"))));
  EXPECT_THAT(Show(),
              AllOf(HasSubstr("due on 2020-02-01"), Not(HasSubstr("J. Doe"))));
  EXPECT_EQ(RunJson({"review", "show"})["head_sequence"], "6");
  Done({"verify", "--deep"});
  const std::string bundle = base_ + "/knees.zip";
  Done({"export", "bundle", "-o", bundle});
  Done({"verify-bundle", bundle});
}

}  // namespace
}  // namespace tidemark::testing
