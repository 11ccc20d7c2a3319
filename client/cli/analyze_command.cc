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
#include "client/cli/comparison.h"
#include "client/cli/component_command.h"
#include "client/cli/detail_options.h"
#include "client/cli/detail_tables.h"
#include "client/cli/enum_option.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/exit_code.h"
#include "client/cli/funnel_tables.h"
#include "client/cli/rare_options.h"
#include "client/cli/rare_tables.h"
#include "client/cli/regression_command.h"
#include "client/cli/robustness_options.h"
#include "client/cli/session.h"
#include "client/cli/subgroup_tables.h"
#include "client/cli/table_facts.h"
#include "client/cli/table_file.h"
#include "client/import/arm_table.h"
#include "client/import/merge_tables.h"
#include "review/detail_inputs.h"
#include "review/estimate_details.h"
#include "review/estimation.h"

namespace tidemark::cli {
namespace {

struct AnalyzeOptions {
  std::vector<std::string> files;
  std::string format;
  std::string measure;
  std::string smd = "hedges";
  std::string tau2 = "REML";
  std::string intervals = "normal";
  std::string zero = "only0";
  double increment = 0.5;
  std::string reference;
  double level = 0.95;
  std::string small_values = "desirable";
  std::string model = "random";
  DetailOptions details;
  std::vector<std::string> funnel_order;
  std::string subgroup;
  RareOptions rare;
  RobustnessOptions robustness;
  ComponentOptions components;
  RegressionOptions regression;
};

// What needs to know the treatments, or is asked of tables otherwise than of
// analyses.
absl::Status AddModels(const AnalyzeOptions& options,
                       const v1::Estimate& estimate,
                       v1::EstimateDetails* details) {
  if (!options.components.separator.empty()) {
    ASSIGN_OR_RETURN(
        *details->mutable_component_model(),
        ComponentSpecOf(options.components, estimate.treatments()));
  }
  if (!options.regression.covariate.empty()) {
    ASSIGN_OR_RETURN(*details->mutable_meta_regression(),
                     RegressionSpecOf(options.regression));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Analysis> AnalysisOf(const AnalyzeOptions& options,
                                        const client::MergedTables& tables) {
  ASSIGN_OR_RETURN(auto measure, EnumOf<v1::EffectMeasure::Code>(
                                     "--measure", options.measure));
  if (options.measure.empty()) {
    ASSIGN_OR_RETURN(measure, DefaultMeasure(tables.layouts));
  }
  v1::Analysis analysis;
  analysis.set_effect_measure(measure);
  ASSIGN_OR_RETURN(const auto smd,
                   EnumOf<v1::SmdMethod::Code>("--smd", options.smd));
  ASSIGN_OR_RETURN(const auto tau2,
                   EnumOf<v1::Tau2Method::Code>("--tau2", options.tau2));
  ASSIGN_OR_RETURN(const auto intervals,
                   EnumOf<v1::IntervalMethod::Code>("--ci", options.intervals));
  ASSIGN_OR_RETURN(const auto zero,
                   EnumOf<v1::ZeroCellRule::Code>("--zero", options.zero));
  analysis.set_smd_method(smd);
  analysis.set_tau2_method(tau2);
  analysis.set_interval_method(intervals);
  analysis.set_zero_cells(zero);
  analysis.set_increment(options.increment);
  analysis.set_level(options.level);
  analysis.set_reference(options.reference);
  return analysis;
}

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
  ASSIGN_OR_RETURN(v1::EstimateDetails details, DetailsOf(options.details));
  if (!options.funnel_order.empty()) {
    details.mutable_funnel()->mutable_order()->Add(options.funnel_order.begin(),
                                                   options.funnel_order.end());
  }
  if (!options.subgroup.empty()) {
    details.mutable_subgroups()->mutable_covariate()->set_name(
        options.subgroup);
  }
  RETURN_IF_ERROR(AddRareEvents(options.rare, &details));
  RETURN_IF_ERROR(AddRobustness(options.robustness, options.details.mid,
                                options.model == "common", &details));
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
  RETURN_IF_ERROR(AddModels(options, estimate, &details));
  review::DetailInputs inputs;
  inputs.studies = tables.studies;
  inputs.analysis = analysis;
  if (review::NeedsStudies(details)) {
    ASSIGN_OR_RETURN(inputs.facts, FactsOfTables(tables.attributes));
  }
  RETURN_IF_ERROR(review::AddDetails(
      details, inputs, [] { return false; }, &estimate));
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
  const bool estimable = estimate.not_estimable().empty();
  if (session.output().is_json()) {
    session.output().PrintJson(estimate);
  } else if (estimable) {
    PrintComparisons(estimate, model, session.output());
    session.output().Remark("");
    if (session.output().is_table()) {
      PrintRanks(estimate, model, session.output());
    }
    PrintDetails(estimate, model, session.output());
    if (session.output().is_table() && estimate.has_funnel()) {
      session.output().Remark("");
      PrintFunnel(estimate, session.output());
    }
    if (session.output().is_table() && estimate.has_subgroups()) {
      session.output().Remark("");
      PrintSubgroups(estimate, session.output());
    }
    PrintSummary(estimate, session.output());
  } else {
    TellLeftOutStudies(estimate, session.output());
  }
  if (!estimable) {
    return NotEstimableError(
        absl::StrCat("not estimable: ", estimate.not_estimable()));
  }
  RETURN_IF_ERROR(CheckRareEvents(estimate));
  return ExitCode::kDone;
}

}  // namespace

void AddAnalyzeCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "analyze",
      "Analyse tables (CSV) as one network; no server, nothing stored");
  auto options = std::make_shared<AnalyzeOptions>();
  command
      ->add_option("FILE", options->files,
                   "Tables, each of its own layout; - for stdin")
      ->required();
  command->add_option(
      "--format", options->format,
      "binary, continuous, rate, contrast or baseline; default: "
      "by the header");
  command->add_option("--measure", options->measure,
                      "OR, RR, RD, ASD, PETO, MD, SMD, ROM, IRR, IRD, IRSD, HR "
                      "or GENERIC; default: OR, MD or IRR by the tables of "
                      "arms");
  command->add_option("--smd", options->smd, "hedges or cohen")
      ->capture_default_str();
  command->add_option("--tau2", options->tau2, "DL, REML, ML or PM")
      ->capture_default_str();
  command
      ->add_option("--ci", options->intervals,
                   "Intervals of random effects: normal, t or hk")
      ->capture_default_str();
  command
      ->add_option("--zero", options->zero,
                   "Studies that get the increment: only0, if0all, all, none")
      ->capture_default_str();
  command->add_option("--increment", options->increment, "Added to zero cells")
      ->check(CLI::Range(1e-12, 1.0))
      ->capture_default_str();
  command->add_option("--reference", options->reference,
                      "Treatment that effects are stored against");
  command->add_option("--level", options->level, "Coverage of the intervals")
      ->check(CLI::Range(0.5, 0.9999))
      ->capture_default_str();
  command
      ->add_option("--small-values", options->small_values,
                   "desirable or undesirable")
      ->capture_default_str();
  command
      ->add_option("--model", options->model,
                   "Effects in tables: random or common")
      ->capture_default_str();
  AddDetailOptions(command, &options->details);
  command
      ->add_option("--funnel-order", options->funnel_order,
                   "Comparison-adjusted funnel and Egger's test: every "
                   "treatment once, from that which small studies would favour "
                   "least: A,B,C")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--subgroup", options->subgroup,
                      "Column of the tables: each of its values is a subgroup "
                      "of studies");
  AddRareOptions(command, "iv", &options->rare);
  AddRobustnessOptions(command, &options->robustness);
  AddComponentOptions(command, &options->components);
  AddRegressionOptions(command, &options->regression);
  session.OnCommand(command,
                    [&session, options] { return Analyze(session, *options); });
}

}  // namespace tidemark::cli
