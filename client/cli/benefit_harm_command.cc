#include "client/cli/benefit_harm_command.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/benefit_harm_tables.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_options.h"
#include "client/cli/exit_code.h"
#include "client/cli/known_later.h"
#include "client/cli/moment.h"

namespace tidemark::cli {
namespace {

struct BenefitHarmOptions {
  std::vector<std::string> benefits;
  std::vector<std::string> harms;
  std::string reference;
  std::string moment;
  std::string model = "random";
};

void TellLeftOut(const v1::BenefitHarm& answer, Output& output) {
  for (const v1::BenefitHarm::Outcome& outcome : answer.outcomes()) {
    for (const v1::StudyLeftOut& study : outcome.studies_left_out()) {
      output.Tell(absl::StrCat("Left out of ", outcome.analysis_id(), ": ",
                               study.study(), ": ", study.reason()));
    }
  }
}

absl::StatusOr<ExitCode> BenefitHarm(Session& session,
                                     const BenefitHarmOptions& options) {
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  v1::GetBenefitHarmRequest request;
  ASSIGN_OR_RETURN(*request.mutable_review_id(), session.Review());
  ASSIGN_OR_RETURN(*request.mutable_as_of(), ParseAsOf(options.moment));
  request.mutable_benefit_analysis_ids()->Add(options.benefits.begin(),
                                              options.benefits.end());
  request.mutable_harm_analysis_ids()->Add(options.harms.begin(),
                                           options.harms.end());
  request.set_reference(options.reference);
  request.set_common_effect(model == Model::kCommon);
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->GetBenefitHarm(request));
  const v1::BenefitHarm& answer = response.benefit_harm();
  const bool estimable = answer.not_estimable().empty();
  if (session.output().is_json()) {
    session.output().PrintJson(response);
  } else if (estimable) {
    PrintBenefitHarm(answer, session.output());
  }
  TellNotCompared(answer, session.output());
  TellLeftOut(answer, session.output());
  TellKnownLater(response.known_later(), session.output());
  if (!estimable) {
    return NotEstimableError(
        absl::StrCat("not estimable: ", answer.not_estimable()));
  }
  return ExitCode::kDone;
}

}  // namespace

void AddBenefitHarmCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("benefit-harm",
                                     "Treatments on benefit and harm together");
  auto options = std::make_shared<BenefitHarmOptions>();
  command
      ->add_option("--benefit", options->benefits,
                   "Analysis of a benefit; may be repeated")
      ->allow_extra_args(false)
      ->required();
  command
      ->add_option("--harm", options->harms,
                   "Analysis of a harm; may be repeated")
      ->allow_extra_args(false)
      ->required();
  command->add_option("--reference", options->reference,
                      "Treatment that others are compared with; default: the "
                      "reference of the first benefit");
  command->add_option("--as-of", options->moment, kAsOfHelp);
  AddModelOption(command, &options->model);
  session.OnCommand(
      command, [&session, options] { return BenefitHarm(session, *options); });
}

}  // namespace tidemark::cli
