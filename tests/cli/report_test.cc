// `report`, with the real command: that the page has what changed between two
// releases, with the numbers of the other commands, and the proofs of it.
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "pugixml.hpp"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"
#include "tests/testing/example_review.h"

namespace tidemark::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kAnalysis[] = R"({
  "analysis_id": "pain-6m", "title": "Pain at 6 months", "outcome": "pain",
  "time_point": "6m", "node_map": "each", "effect_measure": "MD",
  "tau2_method": "DL", "reference": "saline"})";

constexpr char kTable[] =
    "study,treatment,mean,sd,n\n"
    "alpha 2018,msc,30,15,20\nalpha 2018,saline,50,15,20\n"
    "beta 2019,msc,35,15,20\nbeta 2019,ha,45,15,20\n"
    "delta 2020,ha,40,15,20\ndelta 2020,saline,49,15,20\n";

constexpr char kMore[] =
    "study,treatment,mean,sd,n\n"
    "gamma 2021,msc,49,15,40\ngamma 2021,saline,50,15,40\n";

constexpr char kHostileReason[] = "<script>alert(1)</script> & | **x**";

using Rows = std::vector<std::vector<std::string>>;

// The cells of the tables whose caption holds these words.
Rows RowsOf(const pugi::xml_node& page, const std::string& caption) {
  Rows rows;
  for (const auto& found : page.select_nodes(".//table")) {
    const pugi::xml_node table = found.node();
    if (!absl::StrContains(table.child("caption").text().get(), caption)) {
      continue;
    }
    for (const pugi::xml_node& row : table.child("tbody").children("tr")) {
      rows.emplace_back();
      for (const pugi::xml_node& cell : row.children()) {
        rows.back().push_back(cell.text().get());
      }
    }
  }
  return rows;
}

// Three entries of a first version and its release, then a new trial, a
// correction, a retraction (sequence 7) and the second release.
class ReportTest : public LocalReview {
 protected:
  ReportTest() : LocalReview("knees") {
    CreateReview(kKneesProtocol, kAnalysis, "pain", kTable);
    Release("2026.1", "first version");
    Done({"import", "-", "--outcome", "pain", "--time-point", "6m", "-m",
          kHostileReason},
         kMore);
    Done({"correct", "alpha 2018", "--set",
          "results[pain/6m/msc].continuous.sd=20", "-m", "misread"});
    Done({"retract", "beta 2019", "--notice", "10.1000/notice", "-m",
          "by the publisher"});
    Release("2026.2", "a new trial");
  }

  void Release(const std::string& tag, const std::string& trigger) const {
    Done({"release", "make", tag, "--conclusions-changed", "auto", "-m",
          trigger});
  }

  std::string Report(const std::string& name) const {
    const std::string file = absl::StrCat(base_, "/", name);
    Done({"report", "knees", "--from", "tag:2026.1", "--to", "tag:2026.2", "-o",
          file});
    return ReadFileOrDie(file);
  }

  // Parsed: a page that is no XML is none.
  pugi::xml_document Page() const {
    pugi::xml_document page;
    const std::string html = Report("report.html");
    const pugi::xml_parse_result result = page.load_string(html.c_str());
    EXPECT_TRUE(result) << result.description();
    return page;
  }
};

TEST_F(ReportTest, SaysWhichVersionThisIsAndWhichWasBefore) {
  const pugi::xml_document page = Page();
  EXPECT_STREQ(page.select_node("//h1").node().text().get(),
               "Injections for knees: a living systematic review, 2026.2");
  std::vector<std::string> facts;
  for (const auto& found : page.select_nodes("//section[@id='version']//dd")) {
    facts.emplace_back(found.node().text().get());
  }
  EXPECT_THAT(facts,
              AllOf(Contains("a new trial"),
                    Contains(AllOf(HasSubstr("2026.1: sequence 3 of the log"),
                                   HasSubstr("with root "))),
                    Contains(AllOf(HasSubstr("declared auto"),
                                   HasSubstr("since 2026.1")))));
}

TEST_F(ReportTest, HasEveryChangeOfTheRecords) {
  const pugi::xml_document page = Page();
  EXPECT_THAT(RowsOf(page, "Trials by status"),
              ElementsAre(ElementsAre("included", "3", "3"),
                          ElementsAre("retracted", "0", "1"),
                          ElementsAre("all", "3", "4")));
  EXPECT_THAT(RowsOf(page, "New trials"),
              ElementsAre(AllOf(Contains("gamma 2021"), Contains("included"),
                                Contains(kHostileReason))));
  EXPECT_THAT(RowsOf(page, "Corrected and updated fields"),
              ElementsAre(ElementsAre("alpha 2018",
                                      "results[pain/6m/msc].continuous.sd",
                                      "15", "20", "misread", "local", "6")));
  EXPECT_THAT(
      RowsOf(page, "Changes of status"),
      ElementsAre(ElementsAre("beta 2019", "status", "INCLUDED", "RETRACTED",
                              "by the publisher", "local", "7"),
                  ElementsAre("beta 2019", "notice", "", "10.1000/notice",
                              "by the publisher", "local", "7")));
  EXPECT_THAT(RowsOf(page, "leaves out"),
              ElementsAre(ElementsAre("beta 2019",
                                      "status RETRACTED (10.1000/notice)")));
  EXPECT_THAT(RowsOf(page, "Entries by actor"),
              Contains(ElementsAre("local", "trials.retract", "1")));
}

TEST_F(ReportTest, HasTheNumbersOfTheOtherCommands) {
  const pugi::xml_document page = Page();
  const std::string caption =
      "pain-6m at sequence 7: first minus second; MD; lower is better";
  const Rows rows = RowsOf(page, caption);
  ASSERT_THAT(rows, SizeIs(2));
  for (const std::vector<std::string>& row : rows) {
    EXPECT_EQ(row[1], "saline");
    for (const auto& [moment, cell] :
         {std::pair<std::string, std::string>{"tag:2026.1", row[2]},
          {"tag:2026.2", row[3]}}) {
      EXPECT_THAT(Done({"estimate", "pain-6m", row[0], "saline", "--as-of",
                        moment, "--output", "table"})
                      .data,
                  HasSubstr(cell));
    }
  }
}

TEST_F(ReportTest, HasTheEventsOfADiffAndTheMajorOnesAsConclusions) {
  const pugi::xml_document page = Page();
  // Its exit code says that there is a difference.
  const Finished diff =
      Run({"diff", "tag:2026.1..tag:2026.2", "--output", "json"});
  const json events = json::parse(diff.data)["estimates"][0]["events"];
  Rows expected;
  Rows major;
  for (const json& event : events) {
    expected.push_back({event["kind"], event["first"], event["second"]});
    if (event["importance"] == "MAJOR") major.push_back(expected.back());
  }
  EXPECT_THAT(major, Not(IsEmpty()));
  EXPECT_LT(major.size(), expected.size());
  const auto shown = [&page](const std::string& caption) {
    Rows rows;
    for (const auto& row : RowsOf(page, caption)) {
      const std::vector<std::string> pair = absl::StrSplit(row[4], " versus ");
      const bool is_pair = pair.size() == 2;
      rows.push_back({row[2], is_pair ? pair[0] : "", is_pair ? pair[1] : ""});
    }
    return rows;
  };
  EXPECT_EQ(shown("What changed in what pain-6m says"), expected);
  EXPECT_EQ(shown("Conclusions that are others"), major);
}

TEST_F(ReportTest, HasAReceiptForEveryEntryThatProves) {
  const pugi::xml_document page = Page();
  const Rows entries = RowsOf(page, "Entries of this version");
  ASSERT_THAT(entries, SizeIs(4));
  EXPECT_EQ(entries[1][5], kHostileReason);
  const auto proofs =
      page.select_nodes("//details[contains(summary, 'Proof of')]/pre");
  ASSERT_EQ(proofs.size(), 4);
  for (const auto& proof : proofs) {
    const std::string file = absl::StrCat(base_, "/proof");
    std::ofstream(file) << proof.node().text().get() << "\n";
    EXPECT_THAT(Done({"prove", "--check", file}).messages,
                HasSubstr("verifies"));
  }
  const std::string commands =
      page.select_node("//details[contains(summary, 'Commands')]/pre")
          .node()
          .text()
          .get();
  EXPECT_THAT(commands, AllOf(HasSubstr("tidemark verify knees --deep --key '"),
                              HasSubstr("export netmeta pain-6m --as-of 7")));
}

TEST_F(ReportTest, HasTheFiguresOfEachAnalysisAndTheFlow) {
  const pugi::xml_document page = Page();
  std::vector<std::string> titles;
  for (const auto& found : page.select_nodes("//figure")) {
    const pugi::xml_node figure = found.node();
    titles.emplace_back(figure.select_node(".//svg/title").node().text().get());
    EXPECT_EQ(figure.child("figcaption").child("strong").text().get(),
              titles.back());
    EXPECT_FALSE(figure.select_node(".//details/pre").node().text().empty());
  }
  EXPECT_THAT(
      titles,
      ElementsAre(
          HasSubstr("Flow of studies from version 2026.1 to version 2026.2"),
          HasSubstr("network of treatments"),
          HasSubstr("every treatment versus saline"),
          HasSubstr("all pairs of treatments"),
          HasSubstr("ranks of treatments"),
          HasSubstr("where the evidence comes from"),
          HasSubstr("ha versus saline, history of the estimate"),
          HasSubstr("msc versus saline, history of the estimate")));
}

TEST_F(ReportTest, TheNameOfTheFileSaysTheForm) {
  const std::string text = Report("report.md");
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("# Injections for knees: a living systematic review"),
            HasSubstr(
                "| alpha 2018 | results\\[pain/6m/msc\\].continuous.sd | 15 | "
                "20 | misread | local | 6 |"),
            HasSubstr("&lt;script&gt;"), HasSubstr("c2sp.org/tlog-proof@v1"),
            HasSubstr("No living mode was set."),
            HasSubstr("No method changed."),
            HasSubstr("Risk of bias was not judged.")));
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    // Lines to be copied, which are no markup.
    if (absl::StartsWith(line, "    ")) continue;
    EXPECT_THAT(std::string(line), Not(HasSubstr("<script")));
  }

  const Finished refused =
      Run({"report", "knees", "--from", "tag:2026.1", "-o", base_ + "/r.pdf"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.messages, HasSubstr("FILE.html or FILE.md"));
}

}  // namespace
}  // namespace tidemark::testing
