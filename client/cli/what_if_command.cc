#include "client/cli/what_if_command.h"

#include <algorithm>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/moment.h"
#include "client/cli/session.h"
#include "client/cli/what_if_options.h"
#include "client/cli/what_if_tables.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

struct CommandOptions {
  std::string analysis;
  std::string first;
  std::string second;
  std::string moment;
  WhatIfOptions inputs;
};

absl::StatusOr<v1::WhatIfRequest> RequestOf(const Session& session,
                                            const CommandOptions& options) {
  RETURN_IF_ERROR(CheckOneComparison(options.first, options.second));
  ASSIGN_OR_RETURN(v1::WhatIfRequest request, WhatIfRequestOf(options.inputs));
  ASSIGN_OR_RETURN(*request.mutable_review_id(), session.Review());
  request.set_analysis_id(options.analysis);
  ASSIGN_OR_RETURN(*request.mutable_as_of(), ParseAsOf(options.moment));
  return request;
}

// NOT_FOUND: neither estimate has the treatment.
absl::Status CheckTreatment(const v1::WhatIfResponse& answer,
                            const std::string& treatment) {
  for (const v1::Estimate* estimate : {&answer.before(), &answer.after()}) {
    const auto& treatments = estimate->treatments();
    if (std::find(treatments.begin(), treatments.end(), treatment) !=
        treatments.end()) {
      return absl::OkStatus();
    }
  }
  return absl::NotFoundError(
      absl::StrCat("\"", treatment, "\" has no data in the analysis; there is ",
                   absl::StrJoin(answer.after().treatments(), ", ")));
}

// That there is an answer to what was asked.
absl::Status CheckEstimable(const v1::WhatIfResponse& answer,
                            const CommandOptions& options) {
  if (!answer.after().not_estimable().empty()) {
    return NotEstimableError(
        absl::StrCat("not estimable: ", answer.after().not_estimable()));
  }
  if (options.first.empty()) return absl::OkStatus();
  if (review::Compare(answer.after(), Model::kRandom, options.first,
                      options.second)
          .ok()) {
    return absl::OkStatus();
  }
  return NotEstimableError(
      absl::StrCat("not estimable: nothing would connect \"", options.first,
                   "\" and \"", options.second, "\""));
}

absl::StatusOr<ExitCode> WhatIf(Session& session,
                                const CommandOptions& options) {
  ASSIGN_OR_RETURN(const v1::WhatIfRequest request,
                   RequestOf(session, options));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const v1::WhatIfResponse answer, client->WhatIf(request));
  if (!options.first.empty()) {
    RETURN_IF_ERROR(CheckTreatment(answer, options.first));
    RETURN_IF_ERROR(CheckTreatment(answer, options.second));
  }
  Output& output = session.output();
  if (output.is_json()) {
    output.PrintJson(answer);
  } else {
    output.Print(WhatIfTable(answer, options.first, options.second));
    for (const std::string& note : WhatIfNotes(answer)) output.Remark(note);
  }
  for (const std::string& line : LeftOutAllTheSame(request, answer)) {
    output.Tell(line);
  }
  output.Tell(absl::StrCat(
      "At sequence ", answer.sequence(), "; inputs digest ",
      absl::BytesToHexString(answer.inputs_digest()), "; nothing is stored."));
  RETURN_IF_ERROR(CheckEstimable(answer, options));
  return ExitCode::kDone;
}

}  // namespace

void AddWhatIfCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "whatif", "The answer under other inputs; stores nothing");
  auto options = std::make_shared<CommandOptions>();
  command->add_option("ANALYSIS", options->analysis, "Analysis")->required();
  command->add_option("FIRST", options->first, "First treatment");
  command->add_option("SECOND", options->second, "Second treatment");
  command->add_option("--as-of", options->moment, kAsOfHelp);
  AddWhatIfOptions(command, &options->inputs);
  session.OnCommand(command,
                    [&session, options] { return WhatIf(session, *options); });
}

}  // namespace tidemark::cli
