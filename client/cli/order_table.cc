#include "client/cli/order_table.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tidemark::cli {
namespace {

std::string TiedWith(const v1::PartialOrder& order,
                     const std::string& treatment) {
  std::vector<std::string> others;
  for (const v1::PartialOrder::Tie& tie : order.ties()) {
    if (tie.first() == treatment) others.push_back(tie.second());
    if (tie.second() == treatment) others.push_back(tie.first());
  }
  return absl::StrJoin(others, ", ");
}

}  // namespace

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
  table.columns.push_back({"tied with"});
  for (const v1::PartialOrder::Item& item : order.items()) {
    std::vector<Cell> row = {Text(item.treatment())};
    for (const double score : item.p_scores()) row.push_back(Number(score));
    std::vector<std::string> worse;
    for (const v1::PartialOrder::Cover& cover : order.covers()) {
      if (cover.better() == item.treatment()) worse.push_back(cover.worse());
    }
    row.push_back(Text(absl::StrJoin(worse, ", ")));
    row.push_back(Text(item.maximal() ? "yes" : ""));
    row.push_back(Text(TiedWith(order, item.treatment())));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tidemark::cli
