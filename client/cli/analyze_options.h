// The options of `analyze`: the tables, how to estimate, what else to say.
#ifndef TIDEMARK_CLIENT_CLI_ANALYZE_OPTIONS_H_
#define TIDEMARK_CLIENT_CLI_ANALYZE_OPTIONS_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "client/cli/component_command.h"
#include "client/cli/detail_options.h"
#include "client/cli/rare_options.h"
#include "client/cli/regression_command.h"
#include "client/cli/robustness_options.h"
#include "client/import/merge_tables.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::cli {

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

void AddAnalyzeOptions(CLI::App* command, AnalyzeOptions* options);

// How to estimate these tables. A usage error: a word that is no value of its
// option, or tables that do not say their measure.
absl::StatusOr<v1::Analysis> AnalysisOf(const AnalyzeOptions& options,
                                        const client::MergedTables& tables);

// What to derive from their estimate. Usage errors of the options' headers.
absl::StatusOr<v1::EstimateDetails> DetailsOf(const AnalyzeOptions& options,
                                              const v1::Estimate& estimate);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ANALYZE_OPTIONS_H_
