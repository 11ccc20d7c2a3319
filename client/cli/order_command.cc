#include "client/cli/order_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/moment.h"
#include "client/cli/table.h"

namespace tidemark::cli {
namespace {

struct OrderOptions {
  std::vector<std::string> analyses;
  std::string moment;
};

// Treatments with their P-scores and those directly behind them.
Table OrderTable(const v1::PartialOrder& order) {
  Table table = {absl::StrCat("Before another: P-score higher in one of ",
                              absl::StrJoin(order.analysis_ids(), ", "),
                              " and lower in none"),
                 {{"treatment"}},
                 {}};
  for (const std::string& analysis : order.analysis_ids()) {
    table.columns.push_back({analysis});
  }
  table.columns.push_back({"directly before"});
  table.columns.push_back({"none before it"});
  for (const v1::PartialOrder::Item& item : order.items()) {
    std::vector<Cell> row = {Text(item.treatment())};
    for (const double score : item.p_scores()) row.push_back(Number(score));
    std::vector<std::string> worse;
    for (const v1::PartialOrder::Cover& cover : order.covers()) {
      if (cover.better() == item.treatment()) worse.push_back(cover.worse());
    }
    row.push_back(Text(absl::StrJoin(worse, ", ")));
    row.push_back(Text(item.maximal() ? "yes" : ""));
    table.rows.push_back(std::move(row));
  }
  return table;
}

absl::StatusOr<ExitCode> Order(Session& session, const OrderOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const v1::AsOf as_of, ParseAsOf(options.moment));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response,
                   client->GetPartialOrder(review, options.analyses, as_of));
  if (session.output().is_json()) {
    session.output().PrintJson(response);
    return ExitCode::kDone;
  }
  session.output().Print(OrderTable(response.order()));
  for (const std::string& treatment : response.order().not_compared()) {
    session.output().Tell(absl::StrCat("Not compared: ", treatment,
                                       ", which some of the analyses lack"));
  }
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
  command->add_option("--as-of", options->moment,
                      "Sequence or time; default: now");
  session.OnCommand(command,
                    [&session, options] { return Order(session, *options); });
}

}  // namespace tidemark::cli
