#include "client/cli/what_if_options.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/enum_option.h"
#include "client/cli/exit_code.h"
#include "client/cli/field_edit.h"
#include "client/cli/json_files.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/effect_measure.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {
namespace {

// The last colon outside brackets: a trial's name may have some, a path none.
size_t FindColon(const std::string& text) {
  size_t found = std::string::npos;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']') --depth;
    if (text[i] == ':' && depth == 0) found = i;
  }
  return found;
}

absl::Status AddEdits(const std::vector<std::string>& set,
                      v1::WhatIfRequest& request) {
  std::map<std::string, v1::TrialEdit*> by_trial;
  for (const std::string& text : set) {
    ASSIGN_OR_RETURN(v1::FieldEdit edit, ParseFieldEdit(text));
    const size_t colon = FindColon(edit.path());
    if (colon == std::string::npos || colon == 0 ||
        colon + 1 == edit.path().size()) {
      return UsageError(
          absl::StrCat("--set takes TRIAL:PATH=VALUE, not `", text, "`"));
    }
    const std::string trial = edit.path().substr(0, colon);
    edit.set_path(edit.path().substr(colon + 1));
    v1::TrialEdit*& edits = by_trial[trial];
    if (edits == nullptr) {
      edits = request.add_edits();
      edits->set_trial_id(trial);
    }
    *edits->add_edits() = std::move(edit);
  }
  return absl::OkStatus();
}

absl::Status SetAnalysis(const WhatIfOptions& options, v1::Analysis& analysis) {
  ASSIGN_OR_RETURN(const auto tau2,
                   EnumOf<v1::Tau2Method::Code>("--tau2", options.tau2));
  analysis.set_tau2_method(tau2);
  ASSIGN_OR_RETURN(const auto measure, EnumOf<v1::EffectMeasure::Code>(
                                           "--measure", options.measure));
  analysis.set_effect_measure(measure);
  ASSIGN_OR_RETURN(const auto ci,
                   EnumOf<v1::IntervalMethod::Code>("--ci", options.ci));
  analysis.set_interval_method(ci);
  analysis.set_level(options.level);
  analysis.set_node_map(options.node_map);
  for (const double mid : options.mid) {
    v1::Threshold* threshold = analysis.add_thresholds();
    threshold->set_kind(v1::Threshold::BETWEEN_GROUPS);
    threshold->set_value(mid);
    threshold->set_source("what if");
  }
  for (const std::string& name : options.exclude_rob) {
    ASSIGN_OR_RETURN(const auto judgement,
                     EnumOf<v1::RiskOfBias::Judgement>("--exclude-rob", name));
    analysis.mutable_filters()->add_exclude_risk_of_bias(judgement);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::WhatIfRequest> WhatIfRequestOf(
    const WhatIfOptions& options) {
  v1::WhatIfRequest request;
  request.mutable_exclude_trials()->Assign(options.exclude.begin(),
                                           options.exclude.end());
  request.mutable_include_trials()->Assign(options.include.begin(),
                                           options.include.end());
  RETURN_IF_ERROR(AddEdits(options.set, request));
  v1::Analysis analysis;
  RETURN_IF_ERROR(SetAnalysis(options, analysis));
  if (analysis.ByteSizeLong() > 0) {
    *request.mutable_analysis() = std::move(analysis);
  }
  if (!options.node_map_file.empty()) {
    ASSIGN_OR_RETURN(auto maps,
                     ReadJsonFiles<v1::NodeMap>({options.node_map_file}, ""));
    *request.mutable_node_map() = std::move(maps[0].message);
  }
  return request;
}

void AddWhatIfOptions(CLI::App* command, WhatIfOptions* options) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command->add_option(name, value, help);
  };
  // One value each time: what follows may be FIRST.
  const auto add_list = [&](const char* name, auto& values, const char* help) {
    add(name, values, help)->expected(1)->take_all();
  };
  add_list("--exclude", options->exclude, "Leave a trial out");
  add_list("--include", options->include, "Use a trial whatever its status");
  add_list("--set", options->set, "TRIAL:PATH=VALUE: another value");
  add("--tau2", options->tau2, "DL, REML, ML or PM");
  add("--measure", options->measure, "Another effect measure");
  add("--ci", options->ci, "normal, t or hk");
  add("--level", options->level, "Coverage of the intervals")
      ->check(CLI::Range(0.5, 0.9999));
  add_list("--mid", options->mid, "Judge effects by this difference");
  add("--node-map", options->node_map, "Another node map of the protocol");
  add("--node-map-file", options->node_map_file,
      "A node map (JSON) that need not be in the protocol");
  add_list("--exclude-rob", options->exclude_rob,
           "Leave out trials of this risk of bias: high, some_concerns, low");
}

}  // namespace tidemark::cli
