#include "client/report/flow_figure.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/report/testing/check_figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::report {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Flow ToyFlow() {
  Flow flow;
  flow.previous = {16, 21};
  flow.sources["MEDLINE"] = {2, 40, 11};
  flow.sources["Embase"] = {1, 0, 0};
  flow.screening.runs = 1;
  flow.screening.screened = 29;
  flow.screening.excluded = 20;
  flow.screening.not_retrieved = 2;
  flow.screening.reports_included = 3;
  flow.screening.reports_excluded = {{"no outcome, \"as planned\"", 3},
                                     {"wrong design", 1}};
  flow.added = {"abe-2026", "ito-2026"};
  flow.added_reports = 3;
  flow.no_longer_used = {{"matas-2019", v1::TrialStatus::RETRACTED}};
  flow.no_longer_used_reports = 2;
  flow.changed = {"emadedin-2018"};
  flow.total = {17, 22};
  return flow;
}

// What a person looks at, if a directory for pictures is given.
void Keep(const Figure& figure, const std::string& name) {
  const char* const directory = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  if (directory == nullptr) return;
  std::ofstream(absl::StrCat(directory, "/", name, ".svg")) << figure.svg;
}

TEST(FlowFigureTest, SaysEveryCountInWordsAndAsData) {
  const Figure figure = DrawFlow(ToyFlow(), "2026.1", "2026.2");
  testing::CheckFigure(figure);
  Keep(figure, "flow");
  const auto texts = testing::TextsOf(figure.svg);
  for (const char* text :
       {"Version 2026.1", "Studies: 16", "Reports: 21",
        "MEDLINE (2 searches): 40", "Embase (1 search): 0",
        "Duplicates or known before: 11", "Records: 29", "Records: 20",
        "Reports: 9", "Reports: 2", "Reports: 7", "Of these included: 3",
        "wrong design: 1", "No longer used: 1", "Retracted: 1 (matas-2019)",
        "Reports of these: 2", "Version 2026.2", "Studies: 17"}) {
    EXPECT_THAT(texts, Contains(text));
  }
  EXPECT_THAT(figure.csv,
              HasSubstr("Records identified,Embase (1 search),0,\n"));
  EXPECT_THAT(figure.csv,
              HasSubstr("New in this version,Studies,2,abe-2026; ito-2026\n"));
  EXPECT_THAT(
      figure.csv,
      HasSubstr("Reports excluded,\"no outcome, \"\"as planned\"\"\",3,\n"));
}

TEST(FlowFigureTest, WhatWasNotRecordedIsNotZero) {
  Flow flow;
  flow.added = {"abe-2026"};
  flow.added_reports = 1;
  flow.total = {1, 1};
  const Figure figure = DrawFlow(flow, "", "at sequence 9");
  testing::CheckFigure(figure);
  const auto texts = testing::TextsOf(figure.svg);
  EXPECT_THAT(texts, Contains("No search is recorded"));
  EXPECT_THAT(texts, Contains("No screening is recorded"));
  EXPECT_THAT(texts, Contains("Before the first version"));
  EXPECT_THAT(texts, Not(Contains(HasSubstr("Records: "))));
  EXPECT_THAT(figure.csv,
              HasSubstr("Records screened,No screening is recorded,,\n"));
}

// Names as long as the rules allow, sources and reasons as many as come.
TEST(FlowFigureTest, HasRoomForLongNamesAndManyOfThem) {
  Flow flow = ToyFlow();
  for (int i = 0; i < 30; ++i) {
    flow.sources[absl::StrCat(std::string(150, 'W'), " of register ", i)] = {
        1, 123456789, 1234};
    flow.screening.reports_excluded[absl::StrCat(
        "the population is not the one that the question asks for, case ", i)] =
        1000 + i;
    flow.added.push_back(absl::StrCat("a-trial-with-a-long-name-", i));
    flow.changed.push_back(std::string(60, 'm') + std::to_string(i));
    flow.no_longer_used[absl::StrCat("x", i)] = v1::TrialStatus::EXCLUDED;
  }
  const Figure figure = DrawFlow(flow, std::string(64, 'R'), "2026.2");
  testing::CheckFigure(figure);
  Keep(figure, "flow_long");
}

TEST(FlowFigureTest, TheSameFlowIsTheSamePicture) {
  EXPECT_EQ(DrawFlow(ToyFlow(), "a", "b").svg,
            DrawFlow(ToyFlow(), "a", "b").svg);
}

}  // namespace
}  // namespace tidemark::report
