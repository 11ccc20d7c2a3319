#include "client/cli/analyze_command.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/analyze_options.h"
#include "client/cli/comparison.h"
#include "client/cli/detail_tables.h"
#include "client/cli/estimate_read.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/exit_code.h"
#include "client/cli/rare_tables.h"
#include "client/cli/session.h"
#include "client/cli/table_facts.h"
#include "client/cli/table_file.h"
#include "client/import/arm_table.h"
#include "client/import/merge_tables.h"
#include "review/detail_inputs.h"
#include "review/estimate_details.h"
#include "review/estimation.h"

namespace tidemark::cli {
namespace {

// Neither a network nor its estimate depends on the order of rows.
void SortById(v1::Estimate* estimate) {
  const auto by_id = [](const auto& a, const auto& b) {
    return a.study() < b.study();
  };
  std::sort(estimate->mutable_studies()->begin(),
            estimate->mutable_studies()->end(), by_id);
  std::sort(estimate->mutable_studies_left_out()->begin(),
            estimate->mutable_studies_left_out()->end(), by_id);
}

// Arms of this study that were left out, and why: `; msc: sd not reported`. In
// the order of bytes: that of rows says nothing.
std::string ArmsLeftOut(const client::MergedTables& tables,
                        const std::string& study) {
  std::vector<std::string> arms;
  for (const client::LeftOutArm& arm : tables.left_out_arms) {
    if (arm.study != study) continue;
    arms.push_back(absl::StrCat("; ", arm.treatment, ": ", arm.reason));
  }
  std::sort(arms.begin(), arms.end());
  return absl::StrJoin(arms, "");
}

// What the reader of the table left out belongs to the answer too.
void AddLeftOut(const client::MergedTables& tables, v1::Estimate* estimate) {
  for (const nma::LeftOutStudy& study : tables.left_out_studies) {
    auto* left_out = estimate->add_studies_left_out();
    left_out->set_study(study.study);
    left_out->set_reason(
        absl::StrCat(study.reason, ArmsLeftOut(tables, study.study)));
  }
  for (v1::StudyUse& study : *estimate->mutable_studies()) {
    for (const client::LeftOutArm& arm : tables.left_out_arms) {
      if (arm.study != study.study()) continue;
      study.add_notes(absl::StrCat(arm.treatment, " left out: ", arm.reason));
    }
    std::sort(study.mutable_notes()->begin(), study.mutable_notes()->end());
  }
}

// A reference that is not there would be passed over without a word. Unlike a
// living review, a table has no use for one before it has data.
absl::Status CheckReference(const v1::Estimate& estimate,
                            const std::string& reference) {
  const auto& treatments = estimate.treatments();
  if (reference.empty() || !estimate.not_estimable().empty() ||
      std::find(treatments.begin(), treatments.end(), reference) !=
          treatments.end()) {
    return absl::OkStatus();
  }
  return UsageError(absl::StrCat(
      "--reference must be a treatment of a study that is used, found `",
      reference, "`; they are ", absl::StrJoin(treatments, ", ")));
}

absl::StatusOr<v1::Estimate> EstimateTables(const client::MergedTables& tables,
                                            const AnalyzeOptions& options) {
  ASSIGN_OR_RETURN(const v1::Analysis analysis, AnalysisOf(options, tables));
  if (options.small_values != "desirable" &&
      options.small_values != "undesirable") {
    return UsageError("--small-values is desirable or undesirable");
  }
  ASSIGN_OR_RETURN(
      v1::Estimate estimate,
      review::EstimateStudies(tables.studies, analysis,
                              options.small_values == "desirable"));
  RETURN_IF_ERROR(CheckReference(estimate, options.reference));
  ASSIGN_OR_RETURN(const v1::EstimateDetails details,
                   DetailsOf(options, estimate));
  review::DetailInputs inputs;
  inputs.studies = tables.studies;
  inputs.analysis = analysis;
  if (review::NeedsStudies(details)) {
    ASSIGN_OR_RETURN(inputs.facts, FactsOfTables(tables.attributes));
  }
  RETURN_IF_ERROR(AsNotEstimable(review::AddDetails(
      details, inputs, [] { return false; }, &estimate)));
  AddLeftOut(tables, &estimate);
  SortById(&estimate);
  return estimate;
}

// By every model that was asked for.
void PrintComparisons(const v1::Estimate& estimate, Model model,
                      Output& output) {
  if (estimate.has_rare_events()) return PrintRareEvents(estimate, output);
  output.Print(ComparisonsTable(estimate, model));
}

absl::StatusOr<ExitCode> Analyze(Session& session,
                                 const AnalyzeOptions& options) {
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  ASSIGN_OR_RETURN(const client::MergedTables tables,
                   ReadTableFiles(options.files, options.format));
  ASSIGN_OR_RETURN(const v1::Estimate estimate,
                   EstimateTables(tables, options));
  TellLeftOutRows(tables.left_out_arms, session.output());
  if (session.output().is_json()) {
    session.output().PrintJson(estimate);
  } else if (estimate.not_estimable().empty()) {
    PrintComparisons(estimate, model, session.output());
    session.output().Remark("");
    if (session.output().is_table()) {
      PrintRanks(estimate, model, session.output());
    }
    PrintDetails(estimate, model, session.output());
    PrintSummary(estimate, session.output());
  } else {
    TellLeftOutStudies(estimate, session.output());
  }
  RETURN_IF_ERROR(CheckEstimable(estimate));
  RETURN_IF_ERROR(CheckRareEvents(estimate));
  return ExitCode::kDone;
}

}  // namespace

void AddAnalyzeCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "analyze",
      "Analyse tables (CSV) as one network; no server, nothing stored");
  auto options = std::make_shared<AnalyzeOptions>();
  AddAnalyzeOptions(command, options.get());
  session.OnCommand(command,
                    [&session, options] { return Analyze(session, *options); });
}

}  // namespace tidemark::cli
