#include "client/cli/order_command.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/known_later.h"
#include "client/cli/moment.h"
#include "client/cli/order_table.h"

namespace tidemark::cli {
namespace {

struct OrderOptions {
  std::vector<std::string> analyses;
  std::string moment;
};

// An analysis agrees with itself: nobody means that.
absl::Status CheckOnce(const std::vector<std::string>& analyses) {
  std::set<std::string> seen;
  for (const std::string& analysis : analyses) {
    if (seen.insert(analysis).second) continue;
    return UsageError(absl::StrCat("analysis `", analysis, "` is given twice"));
  }
  return absl::OkStatus();
}

void TellNotCompared(const v1::PartialOrder& order, Output& output) {
  for (const std::string& treatment : order.not_compared()) {
    output.Tell(absl::StrCat("Not compared: ", treatment,
                             ", which some of the analyses lack"));
  }
}

absl::StatusOr<ExitCode> Order(Session& session, const OrderOptions& options) {
  RETURN_IF_ERROR(CheckOnce(options.analyses));
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const v1::AsOf as_of, ParseAsOf(options.moment));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response,
                   client->GetPartialOrder(review, options.analyses, as_of));
  if (session.output().is_json()) {
    session.output().PrintJson(response);
  } else {
    session.output().Print(OrderTable(response.order()));
    TellNotCompared(response.order(), session.output());
  }
  TellKnownLater(response.known_later(), session.output());
  return ExitCode::kDone;
}

}  // namespace

void AddOrderCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "order", "The order of treatments that several analyses agree on");
  auto options = std::make_shared<OrderOptions>();
  command
      ->add_option("ANALYSIS", options->analyses,
                   "Analyses, usually one an outcome")
      ->required()
      ->expected(2, 20);
  command->add_option("--as-of", options->moment, kAsOfHelp);
  session.OnCommand(command,
                    [&session, options] { return Order(session, *options); });
}

}  // namespace tidemark::cli
