#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/coherence_tables.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_change.h"
#include "client/cli/conclusion_text.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/event_text.h"
#include "client/cli/number_format.h"
#include "client/cli/report_sections.h"
#include "review/conclusions.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

using report::DataTable;
using report::Facts;
using report::Heading;
using report::Paragraph;
using report::Section;

// Every treatment with the reference of its component.
std::vector<Comparison> VersusReference(const v1::Estimate& estimate) {
  std::vector<Comparison> pairs;
  for (int i = 0; i < estimate.components_size(); ++i) {
    const std::string& reference =
        estimate.component_heterogeneity(i).reference();
    for (const auto& treatment : estimate.components(i).values()) {
      if (treatment.string_value() == reference) continue;
      pairs.emplace_back(treatment.string_value(), reference);
    }
  }
  return pairs;
}

// Absent: not estimable.
std::optional<v1::RelativeEffect> EffectOf(const v1::Estimate& estimate,
                                           const std::string& first,
                                           const std::string& second) {
  auto effect = review::Compare(estimate, Model::kRandom, first, second);
  if (!effect.ok()) return std::nullopt;
  return *std::move(effect);
}

std::string ClassOf(const v1::Conclusions& conclusions,
                    const std::string& first, const std::string& second) {
  for (const v1::ComparisonConclusion& comparison : conclusions.comparisons()) {
    if (comparison.first() == first && comparison.second() == second) {
      return ShownConclusion(comparison, conclusions);
    }
    if (comparison.first() == second && comparison.second() == first) {
      return ShownConclusion(review::Reversed(comparison), conclusions);
    }
  }
  return ClassName(v1::ConclusionClass::NOT_ESTIMABLE);
}

const v1::EstimateDiff* DiffOf(const ReportInputs& inputs,
                               const std::string& analysis) {
  for (const v1::EstimateDiff& diff : inputs.diff.estimates()) {
    if (diff.analysis_id() == analysis) return &diff;
  }
  return nullptr;
}

std::vector<Cell> ChangeRow(const v1::GetEstimateResponse& before,
                            const v1::GetEstimateResponse& after,
                            const std::string& first, const std::string& second,
                            bool same_scale) {
  const auto was = EffectOf(before.estimate(), first, second);
  const auto is = EffectOf(after.estimate(), first, second);
  std::vector<Cell> row = {Text(first), Text(second)};
  for (Cell& cell : ChangeCells(was.has_value() ? &*was : nullptr,
                                is.has_value() ? &*is : nullptr, same_scale)) {
    row.push_back(std::move(cell));
  }
  if (IsRatio(after.estimate().effect_measure())) {
    row.push_back(Text(is.has_value() ? ShownRatio(*is) : ""));
  }
  row.push_back(Text(is.has_value() ? Reading(after.estimate(), *is) : ""));
  row.push_back(Text(ClassOf(before.conclusions(), first, second)));
  row.push_back(Text(ClassOf(after.conclusions(), first, second)));
  return row;
}

DataTable ChangesVersusReference(const AnalysisReading& reading,
                                 const v1::EstimateDiff* diff) {
  const v1::Estimate& after = reading.after.estimate();
  // Without any, nothing was estimable.
  const v1::GetEstimateResponse before =
      reading.before.value_or(v1::GetEstimateResponse());
  Table table = {
      EstimateTitle(after, Model::kRandom), {{"first"}, {"second"}}, {}};
  for (const Column& column : ChangeColumns()) table.columns.push_back(column);
  if (IsRatio(after.effect_measure())) {
    table.columns.push_back(
        {v1::EffectMeasure::Code_Name(after.effect_measure())});
  }
  for (const char* name : {"interval", "class before", "class after"}) {
    table.columns.push_back({name});
  }
  const bool same_scale = diff == nullptr || KeepScale(diff->events());
  for (const auto& [first, second] : ComparedVersusReference(reading)) {
    table.rows.push_back(
        ChangeRow(before, reading.after, first, second, same_scale));
  }
  return ForPage(table);
}

// An event with the estimate that it led to.
struct ChangedConclusion {
  const v1::ConclusionEvent* event;
  const v1::Estimate* estimate;
};

DataTable EventsTable(const std::string& caption,
                      const std::vector<ChangedConclusion>& changes) {
  Table table = {caption, EventColumns(), {}};
  table.columns.push_back({"rule"});
  for (const ChangedConclusion& change : changes) {
    table.rows.push_back(EventCells(*change.event));
    table.rows.back().push_back(Text(SignRule(*change.estimate)));
  }
  return ForPage(table);
}

void AddEvents(const v1::EstimateDiff& diff,
               std::vector<ChangedConclusion>& changes) {
  for (const v1::ConclusionEvent& event : diff.events()) {
    changes.push_back({&event, &diff.after()});
  }
}

// The table under the name of its analysis.
DataTable Of(const v1::Estimate& estimate, const Table& table) {
  DataTable shown = ForPage(table);
  shown.caption = absl::StrCat(estimate.analysis_id(), ": ", shown.caption);
  return shown;
}

DataTable LeftOut(const v1::Estimate& estimate) {
  DataTable table = {absl::StrCat("Trials with data that ",
                                  estimate.analysis_id(), " leaves out"),
                     {"trial", "reason"},
                     {}};
  for (const v1::StudyLeftOut& study : estimate.studies_left_out()) {
    table.rows.push_back({study.study(), study.reason()});
  }
  return table;
}

std::string Thresholds(const v1::Conclusions& conclusions) {
  if (conclusions.thresholds().empty()) return "none declared";
  return absl::StrJoin(conclusions.thresholds(), "; ",
                       [](std::string* out, const v1::Threshold& threshold) {
                         absl::StrAppend(out, ExactNumber(threshold.value()),
                                         " (", threshold.source(), ")");
                       });
}

std::string Before(const AnalysisReading& reading) {
  return reading.before.has_value()
             ? absl::StrCat(reading.before->estimate().studies_used())
             : "no such analysis";
}

Facts FactsOf(const AnalysisReading& reading) {
  const v1::Analysis& analysis = reading.record.analysis();
  const v1::Estimate& estimate = reading.after.estimate();
  return {
      {{"Analysis", analysis.analysis_id()},
       {"Outcome, time point",
        absl::StrCat(analysis.outcome(), ", ", analysis.time_point())},
       {"Measure", v1::EffectMeasure::Code_Name(analysis.effect_measure())},
       {"Estimator of tau2", v1::Tau2Method::Code_Name(analysis.tau2_method())},
       {"Thresholds", Thresholds(reading.after.conclusions())},
       {"Trials used",
        absl::StrCat(Before(reading), " -> ", estimate.studies_used())},
       {"Best-ranked set",
        absl::StrJoin(reading.after.conclusions().best_ranked(), ", ")}}};
}

void AddAnalysis(const ReportInputs& inputs, const AnalysisReading& reading,
                 Section& section) {
  const v1::Analysis& analysis = reading.record.analysis();
  const v1::Estimate& estimate = reading.after.estimate();
  const v1::EstimateDiff* const diff = DiffOf(inputs, analysis.analysis_id());
  section.blocks.emplace_back(Heading{
      analysis.title().empty() ? analysis.analysis_id() : analysis.title()});
  section.blocks.emplace_back(FactsOf(reading));
  if (!estimate.not_estimable().empty()) {
    section.blocks.emplace_back(
        Paragraph{absl::StrCat("Not estimable: ", estimate.not_estimable())});
  }
  AddTable(ChangesVersusReference(reading, diff), "It compares nothing.",
           section);
  if (diff == nullptr) {
    section.blocks.emplace_back(Paragraph{"Its estimate is the same."});
  } else {
    std::vector<ChangedConclusion> changes;
    AddEvents(*diff, changes);
    AddTable(EventsTable(absl::StrCat("What changed in what ",
                                      analysis.analysis_id(), " says"),
                         changes),
             "Nothing changed in what it says.", section);
  }
  if (estimate.not_estimable().empty()) {
    AddTable(Of(estimate, HeterogeneityTable(estimate)),
             "There is no heterogeneity to tell.", section);
    AddTable(Of(estimate, SplitsTable(estimate,
                                      "Direct and indirect evidence by "
                                      "back-calculation, random effects",
                                      estimate.splits())),
             "There is no direct evidence to split off.", section);
  }
  AddTable(LeftOut(estimate), "It leaves out no trial with data.", section);
  section.blocks.insert(section.blocks.end(), reading.figures.begin(),
                        reading.figures.end());
}

}  // namespace

std::vector<Comparison> ComparedVersusReference(
    const AnalysisReading& reading) {
  const v1::Estimate& after = reading.after.estimate();
  std::vector<Comparison> pairs = VersusReference(after);
  if (!reading.before.has_value()) return pairs;
  for (const Comparison& pair : VersusReference(reading.before->estimate())) {
    if (!EffectOf(after, pair.first, pair.second).has_value()) {
      pairs.push_back(pair);
    }
  }
  return pairs;
}

Section ResultsSection(const ReportInputs& inputs) {
  Section section = {"results",
                     "Changes to results",
                     "Results of every analysis and how they changed; "
                     "heterogeneity and coherence; trials left out",
                     {}};
  for (const AnalysisReading& reading : inputs.analyses) {
    AddAnalysis(inputs, reading, section);
  }
  if (inputs.analyses.empty()) {
    section.blocks.emplace_back(Paragraph{"There are no analyses."});
  }
  return section;
}

Section ConclusionsSection(const ReportInputs& inputs) {
  std::vector<ChangedConclusion> changes;
  for (const v1::EstimateDiff& diff : inputs.diff.estimates()) {
    AddEvents(diff, changes);
  }
  std::vector<ChangedConclusion> major;
  std::copy_if(changes.begin(), changes.end(), std::back_inserter(major),
               [](const ChangedConclusion& change) {
                 return change.event->importance() == v1::Importance::MAJOR;
               });
  Section section = {"conclusions",
                     "Changes to conclusions",
                     "Changes to conclusions since the preceding version",
                     {}};
  section.blocks.emplace_back(Paragraph{absl::StrCat(
      "From ", NameBefore(inputs), " to ", NameAfter(inputs), " there are ",
      major.size(), " events of importance major: conclusions ",
      major.empty() ? "did not change." : "changed.")});
  if (inputs.release_after.has_value()) {
    const v1::Release& release = *inputs.release_after;
    section.blocks.emplace_back(Paragraph{absl::StrCat(
        "Of release ", release.tag(), ": ", ShownDeclaration(release), ".")});
  }
  AddTable(EventsTable("Conclusions that are others", major),
           "Every conclusion is the same.", section);
  return section;
}

}  // namespace tidemark::cli
