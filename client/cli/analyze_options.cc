#include "client/cli/analyze_options.h"

#include "CLI/Validators.hpp"
#include "base/status_macros.h"
#include "client/cli/enum_option.h"
#include "client/cli/list_option.h"
#include "client/cli/table_file.h"

namespace tidemark::cli {
namespace {

void AddTableOptions(CLI::App* command, AnalyzeOptions* options) {
  command
      ->add_option("FILE", options->files,
                   "Tables, each of its own layout; - for stdin")
      ->required();
  command->add_option(
      "--format", options->format,
      "binary, continuous, rate, contrast or baseline; default: "
      "by the header");
}

void AddEstimationOptions(CLI::App* command, AnalyzeOptions* options) {
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
}

}  // namespace

void AddAnalyzeOptions(CLI::App* command, AnalyzeOptions* options) {
  AddTableOptions(command, options);
  AddEstimationOptions(command, options);
  AddDetailOptions(command, &options->details);
  AddListOption(command, "--funnel-order", &options->funnel_order,
                "Comparison-adjusted funnel and Egger's test: every "
                "treatment once, from that which small studies would favour "
                "least: A,B,C");
  command->add_option("--subgroup", options->subgroup,
                      "Column of the tables: each of its values is a subgroup "
                      "of studies");
  AddRareOptions(command, "iv", &options->rare);
  AddRobustnessOptions(command, &options->robustness);
  AddComponentOptions(command, &options->components);
  AddRegressionOptions(command, &options->regression);
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

absl::StatusOr<v1::EstimateDetails> DetailsOf(const AnalyzeOptions& options,
                                              const v1::Estimate& estimate) {
  ASSIGN_OR_RETURN(v1::EstimateDetails details, DetailsOf(options.details));
  RETURN_IF_ERROR(AddRobustness(options.robustness, options.details.mid,
                                options.model == "common", &details));
  if (!options.funnel_order.empty()) {
    details.mutable_funnel()->mutable_order()->Add(options.funnel_order.begin(),
                                                   options.funnel_order.end());
  }
  if (!options.components.separator.empty()) {
    ASSIGN_OR_RETURN(
        *details.mutable_component_model(),
        ComponentSpecOf(options.components, estimate.treatments()));
  }
  if (!options.regression.covariate.empty()) {
    ASSIGN_OR_RETURN(*details.mutable_meta_regression(),
                     RegressionSpecOf(options.regression));
  }
  if (!options.subgroup.empty()) {
    details.mutable_subgroups()->mutable_covariate()->set_name(
        options.subgroup);
  }
  RETURN_IF_ERROR(AddRareEvents(options.rare, &details));
  return details;
}

}  // namespace tidemark::cli
