#include "client/cli/estimate_read.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/known_later.h"
#include "client/cli/moment.h"
#include "client/status_conversion.h"

namespace tidemark::cli {

absl::Status AsNotEstimable(absl::Status status) {
  const auto info = client::ErrorInfoOf(status);
  if (info.has_value() && info->reason() == "NOT_ESTIMABLE") {
    return NotEstimableError(status.message());
  }
  return status;
}

void AddEstimateOptions(CLI::App* command, EstimateQuestion* question) {
  command->add_option("ANALYSIS", question->analysis, "Analysis")->required();
  command->add_option("--as-of", question->moment, kAsOfHelp);
}

absl::StatusOr<v1::GetEstimateResponse> ReadEstimate(
    Session& session, const EstimateQuestion& question) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const v1::AsOf as_of, ParseAsOf(question.moment));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  auto response =
      client->GetEstimate(review, question.analysis, as_of, question.details);
  if (!response.ok()) return AsNotEstimable(response.status());
  return response;
}

absl::Status CheckEstimable(const v1::Estimate& estimate) {
  if (estimate.not_estimable().empty()) return absl::OkStatus();
  return NotEstimableError(
      absl::StrCat("not estimable: ", estimate.not_estimable()));
}

absl::StatusOr<ExitCode> ShowEstimate(
    Session& session, const EstimateQuestion& question,
    absl::FunctionRef<void(const v1::Estimate&, Output&)> print,
    absl::FunctionRef<absl::Status(const v1::Estimate&)> check) {
  ASSIGN_OR_RETURN(const auto response, ReadEstimate(session, question));
  const v1::Estimate& estimate = response.estimate();
  if (session.output().is_json()) {
    session.output().PrintJson(response);
  } else {
    if (estimate.not_estimable().empty()) print(estimate, session.output());
    TellLeftOutStudies(estimate, session.output());
  }
  TellKnownLater(response.known_later(), session.output());
  RETURN_IF_ERROR(CheckEstimable(estimate));
  RETURN_IF_ERROR(check(estimate));
  return ExitCode::kDone;
}

}  // namespace tidemark::cli
