// Tables of studies: read as CSV, as each layout, as trials of a review, as the
// data of a network.
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/cli/trials_from_table.h"
#include "client/import/arm_table.h"
#include "client/import/csv.h"
#include "client/import/table_layout.h"
#include "review/estimation.h"
#include "review/plan_change.h"
#include "review/review_state.h"
#include "review/testing/toy_review.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

void CheckCsv(absl::string_view text) {
  const client::CsvFile file = client::ParseCsv(text);
  if (!file.problems.empty()) return;
  std::string written;
  for (const client::CsvRow& row : file.rows) {
    const char* separator = "";
    for (const std::string& cell : row.cells) {
      absl::StrAppend(&written, separator, "\"",
                      absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
      separator = ",";
    }
    written += "\n";
  }
  const client::CsvFile again = client::ParseCsv(written);
  FuzzCheck(again.problems.empty() && again.rows.size() == file.rows.size(),
            "rows in quotes are the same rows");
  for (size_t i = 0; i < file.rows.size(); ++i) {
    FuzzCheck(again.rows[i].cells == file.rows[i].cells,
              "cells in quotes are the same cells");
  }
}

// Where the toy review has room for numbers of this layout.
cli::TableContext ContextOf(client::TableLayout layout) {
  cli::TableContext context;
  context.file = "table.csv";
  context.year = 2020;
  context.outcome = "pain";
  context.time_point = "6m";
  context.measure = v1::EffectMeasure::MD;
  if (layout == client::TableLayout::kContinuous) context.instrument = "vas";
  if (layout == client::TableLayout::kBinary) context.outcome = "adverse";
  if (layout == client::TableLayout::kRate) context.outcome = "falls";
  if (context.outcome != "pain") context.time_point = "any";
  return context;
}

const review::ReviewState& ToyState() {
  static const auto* const state = [] {
    auto* made = new review::ReviewState();
    review::EntryContext entry;
    entry.sequence = 1;
    made->Apply(review::PlanChange(*made, kToyReview, PutReview(ToyReview()),
                                   review::Author())
                    ->delta,
                entry);
    return made;
  }();
  return *state;
}

void CheckTrials(const client::ArmTable& table) {
  const cli::TableContext context = ContextOf(table.layout);
  const v1::Review review = ToyReview();
  const auto submit = cli::TrialsFromTable(table, context, review, {});
  CheckPromised(submit.status(), {kInvalid});
  if (!submit.ok()) return;
  v1::Change change;
  *change.mutable_submit_trials() = *submit;
  CheckPromised(
      review::PlanChange(ToyState(), kToyReview, change, review::Author())
          .status(),
      {kInvalid});

  std::map<std::string, v1::TrialRecord> existing;
  for (const v1::SubmittedTrial& submitted : submit->trials()) {
    v1::TrialRecord& record = existing[submitted.trial().trial_id()];
    *record.mutable_trial() = submitted.trial();
    record.set_version(1);
  }
  const auto again = cli::TrialsFromTable(table, context, review, existing);
  FuzzCheck(again.ok() && again->trials().empty(),
            "a table that was imported has nothing new to import");
}

v1::EffectMeasure::Code MeasureOf(client::TableLayout layout) {
  switch (layout) {
    case client::TableLayout::kBinary:
      return v1::EffectMeasure::OR;
    case client::TableLayout::kRate:
      return v1::EffectMeasure::IRR;
    default:
      return v1::EffectMeasure::MD;
  }
}

void CheckEstimate(const client::ArmTable& table) {
  v1::Analysis analysis = PainAnalysis();
  analysis.set_effect_measure(MeasureOf(table.layout));
  const auto estimate = review::EstimateStudies(table.studies, analysis, true);
  CheckPromised(estimate.status(), {kInvalid});
  if (!estimate.ok()) return;
  for (const v1::ModelEstimate* model :
       {&estimate->common(), &estimate->random()}) {
    for (const double effect : model->effects()) {
      FuzzCheck(std::isfinite(effect), "an estimate is finite");
    }
  }
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  const absl::string_view text = AsText(data, size);
  CheckCsv(text);
  std::vector<std::optional<client::TableLayout>> layouts = {std::nullopt};
  for (const client::TableLayout layout : client::kTableLayouts) {
    layouts.emplace_back(layout);
  }
  for (const auto& layout : layouts) {
    const auto table = client::ReadArmTable("table.csv", text, layout);
    CheckPromised(table.status(), {kInvalid});
    if (!table.ok()) continue;
    FuzzCheck(!layout.has_value() || table->layout == *layout,
              "a table is of the layout that was asked for");
    CheckTrials(*table);
    CheckEstimate(*table);
  }
  return 0;
}
