#include "client/cli/report_sections.h"

#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using report::DataTable;
using report::Section;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <typename Message>
void Parse(const char* text, Message* message) {
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message));
}

using Rows = std::vector<std::vector<std::string>>;

// The rows of the table with this in its caption.
Rows RowsOf(const Section& section, const std::string& caption) {
  for (const report::Block& block : section.blocks) {
    const auto* const table = std::get_if<DataTable>(&block);
    if (table != nullptr && table->caption.find(caption) != std::string::npos) {
      return table->rows;
    }
  }
  return {};
}

// `name: value` of all facts.
std::vector<std::string> FactsOf(const Section& section) {
  std::vector<std::string> shown;
  for (const report::Block& block : section.blocks) {
    const auto* const facts = std::get_if<report::Facts>(&block);
    if (facts == nullptr) continue;
    for (const auto& fact : facts->facts) {
      shown.push_back(fact.name + ": " + fact.value);
    }
  }
  return shown;
}

std::vector<std::string> ParagraphsOf(const Section& section) {
  std::vector<std::string> texts;
  for (const report::Block& block : section.blocks) {
    const auto* const paragraph = std::get_if<report::Paragraph>(&block);
    if (paragraph != nullptr) texts.push_back(paragraph->text);
  }
  return texts;
}

TEST(LivingModeSectionTest, HasItsParametersAndWhatIsOverdue) {
  ReportInputs inputs;
  Parse(R"pb(
          living_mode {
            living_mode {
              status: ACTIVE
              schedules {
                step: SEARCH
                source: "MEDLINE"
                every_days: 30
                first_due: "2026-02-01"
              }
              trigger: NEW_EVIDENCE
              next_planned_update: "2026-09-01"
              retirement_plan: "after two years without trials"
            }
            version: 2
            sequence: 9
            actor: "ada"
            reason: "monthly"
          }
          due { step: SEARCH source: "MEDLINE" due_on: "2026-02-01" }
          due { step: UPDATE due_on: "2026-09-01" }
          overdue { step: SEARCH source: "MEDLINE" due_on: "2026-02-01" }
        )pb",
        &inputs.review_after);
  const Section section = LivingModeSection(inputs);
  EXPECT_THAT(
      FactsOf(section),
      AllOf(Contains("Status: active"), Contains("Trigger: new evidence"),
            Contains("Next planned update: 2026-09-01"),
            Contains("Plan of retirement: after two years without trials"),
            Contains("Set: version 2 at sequence 9 by ada: monthly")));
  EXPECT_THAT(
      RowsOf(section, "Schedule"),
      ElementsAre(ElementsAre("search", "MEDLINE", "30", "2026-02-01")));
  EXPECT_THAT(
      RowsOf(section, "due next"),
      ElementsAre(
          ElementsAre("search", "MEDLINE", "2026-02-01", "never", "yes"),
          ElementsAre("update", "", "2026-09-01", "never", "no")));
}

TEST(LivingModeSectionTest, ARetiredReviewSaysWhy) {
  ReportInputs inputs;
  Parse(R"pb(living_mode {
               living_mode {
                 status: RETIRED
                 status_reason: "settled"
                 retirement_reason: CONCLUSIVE
               }
             })pb",
        &inputs.review_after);
  EXPECT_THAT(FactsOf(LivingModeSection(inputs)),
              AllOf(Contains("Status: retired"), Contains("Why: settled"),
                    Contains("Trigger: not said"),
                    Contains("Retired because: conclusive")));
}

TEST(MethodsSectionTest, HasWhatIsDeclaredOtherwise) {
  ReportInputs inputs;
  Parse(R"pb(records {
               resource: "analyses/pain-6m"
               version_before: 1
               version_after: 2
               fields { path: "tau2_method" before: "DL" after: "REML" }
             }
             records { resource: "analyses/harm" version_after: 1 }
             records { resource: "trials/alpha" version_after: 1 })pb",
        &inputs.diff);
  Parse("policy { policy { extraction: SECOND_REVIEWER } }",
        &inputs.review_after);
  inputs.entries.emplace_back();
  Parse(R"pb(sequence: 7
             actor: "ada"
             action: "analyses.put"
             resource: "analyses/pain-6m"
             reason: "REML is better")pb",
        &inputs.entries.back().entry);
  const Section section = MethodsSection(inputs);
  EXPECT_THAT(
      RowsOf(section, "Fields of the protocol"),
      ElementsAre(ElementsAre("analyses/pain-6m", "tau2_method", "DL", "REML"),
                  ElementsAre("analyses/harm", "", "", "new"),
                  ElementsAre("policy", "extraction", "", "SECOND_REVIEWER")));
  EXPECT_THAT(RowsOf(section, "with their reasons"),
              ElementsAre(Contains("REML is better")));
  EXPECT_THAT(ParagraphsOf(section), IsEmpty());
}

// msc has half the odds of ha, standard error 0.25.
constexpr char kEstimate[] = R"pb(
  analysis_id: "harm"
  sequence: 5
  treatments: "ha"
  treatments: "msc"
  effect_measure: OR
  level: 0.95
  small_values_desirable: true
  components {
    values { string_value: "ha" }
    values { string_value: "msc" }
  }
  component_heterogeneity { reference: "ha" }
  interval_method: NORMAL
  random { effects: 0 effects: -0.6931471805599453 pair_variances: 0.0625 }
)pb";

TEST(ResultsSectionTest, ANewAnalysisIsVersusTheReferenceWithBothScales) {
  ReportInputs inputs;
  inputs.analyses.emplace_back();
  AnalysisReading& reading = inputs.analyses.back();
  Parse("analysis { analysis_id: 'harm' outcome: 'harm' effect_measure: OR }",
        &reading.record);
  Parse(kEstimate, reading.after.mutable_estimate());
  Parse("comparisons { first: 'ha' second: 'msc' class: HARM }",
        reading.after.mutable_conclusions());
  const Section section = ResultsSection(inputs);
  EXPECT_THAT(FactsOf(section), Contains("Trials used: no such analysis -> 0"));
  EXPECT_THAT(
      RowsOf(section,
             "harm at sequence 5: first minus second on the log "
             "scale; OR; lower is better"),
      ElementsAre(ElementsAre("msc", "ha", "-", "-0.693 [-1.183, -0.203]",
                              HasSubstr(""), "0.500 [0.306, 0.816]",
                              "favours msc", "not estimable", "benefit")));
}

TEST(ResultsSectionTest, WhatCannotBeEstimatedAnyMoreSaysWhyAndWhatItWas) {
  ReportInputs inputs;
  inputs.analyses.emplace_back();
  AnalysisReading& reading = inputs.analyses.back();
  Parse("analysis { analysis_id: 'harm' }", &reading.record);
  reading.before.emplace();
  Parse(kEstimate, reading.before->mutable_estimate());
  Parse("analysis_id: 'harm' effect_measure: OR not_estimable: 'no data'",
        reading.after.mutable_estimate());
  const Section section = ResultsSection(inputs);
  EXPECT_THAT(ParagraphsOf(section), Contains("Not estimable: no data"));
  EXPECT_THAT(RowsOf(section, "first minus second"),
              ElementsAre(AllOf(Contains("msc"), Contains("ha"),
                                Contains("-0.693 [-1.183, -0.203]"),
                                Contains("not estimable"))));
}

std::vector<std::string> FiguresOf(const Section& section) {
  std::vector<std::string> names;
  for (const report::Block& block : section.blocks) {
    const auto* const figure = std::get_if<report::Figure>(&block);
    if (figure != nullptr) names.push_back(figure->name);
  }
  return names;
}

TEST(MakeReportTest, PutsFiguresIntoTheirSections) {
  ReportInputs inputs;
  inputs.flow.emplace().name = "flow";
  inputs.analyses.resize(2);
  inputs.analyses[0].figures.resize(1);
  inputs.analyses[0].figures[0].name = "forest";
  inputs.analyses[1].figures.resize(1);
  inputs.analyses[1].figures[0].name = "ranks";
  for (const Section& section : MakeReport(inputs).sections) {
    std::vector<std::string> figures;
    if (section.id == "flow") figures = {"flow"};
    if (section.id == "results") figures = {"forest", "ranks"};
    EXPECT_EQ(FiguresOf(section), figures) << section.id;
  }
}

TEST(ReceiptsSectionTest, CommandsQuoteWhatTheServerCalledItsLog) {
  ReportInputs inputs;
  inputs.tree_after.vkey = "x'; rm -rf ~; '";
  for (const report::Block& block : ReceiptsSection(inputs).blocks) {
    const auto* const text = std::get_if<report::Verbatim>(&block);
    if (text == nullptr || text->summary != "Commands that check it") continue;
    EXPECT_THAT(text->text, HasSubstr("--key 'x'\\''; rm -rf ~; '\\'''\n"));
    return;
  }
  FAIL() << "no commands";
}

}  // namespace
}  // namespace tidemark::cli
