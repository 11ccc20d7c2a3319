#include "client/cli/funnel_tables.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

// Studies below which the test tells little (Sterne et al. 2011).
constexpr int kFewStudies = 10;

}  // namespace

std::vector<std::string> FunnelRemarks(const v1::Funnel& funnel) {
  if (!funnel.has_egger()) {
    return {absl::StrCat("Egger's test: none, ", funnel.no_egger())};
  }
  const v1::Funnel::EggerTest& test = funnel.egger();
  std::vector<std::string> remarks = {
      absl::StrCat("Egger's test: slope ", ShownNumber(test.slope()), " (se ",
                   ShownNumber(test.slope_se()), "), t ", ShownNumber(test.t()),
                   " on ", test.df(), " df, p ", ShownPValue(test.p()),
                   "; intercept ", ShownNumber(test.intercept()), " (se ",
                   ShownNumber(test.intercept_se()), ")"),
      "Slope > 0: the smaller the study, the higher the later treatment."};
  if (test.studies() < kFewStudies) {
    remarks.push_back(absl::StrCat("Of ", test.studies(),
                                   " studies: fewer than ", kFewStudies,
                                   " tell little."));
  }
  return remarks;
}

Table FunnelTable(const v1::Estimate& estimate) {
  const v1::Funnel& funnel = estimate.funnel();
  Table table = {
      absl::StrCat("Funnel, ", absl::StrJoin(funnel.order(), " < "), "; ",
                   SignRule(estimate),
                   IsRatio(estimate.effect_measure())
                       ? absl::StrCat("; all numbers are ", ScaleName(estimate))
                       : ""),
      {{"study"},
       {"first"},
       {"second"},
       {"effect"},
       {"se"},
       {"centre"},
       {"adjusted_effect"},
       {"tested"}},
      {}};
  for (const v1::Funnel::Point& point : funnel.points()) {
    const bool adjusted = point.has_adjusted_effect();
    table.rows.push_back({Text(point.study()), Text(point.first()),
                          Text(point.second()), Number(point.effect()),
                          Number(point.se()),
                          OptionalNumber(point.has_centre(), point.centre()),
                          OptionalNumber(adjusted, point.adjusted_effect()),
                          Text(point.tested() ? "yes" : "no")});
  }
  AddSignColumns(estimate, SignRule(estimate), &table);
  return table;
}

void PrintFunnel(const v1::Estimate& estimate, Output& output) {
  output.Print(FunnelTable(estimate));
  if (!output.is_table()) {
    output.Tell("Rows hold points; Egger's test is in --output json.");
    return;
  }
  for (const std::string& remark : FunnelRemarks(estimate.funnel())) {
    output.Remark(remark);
  }
}

}  // namespace tidemark::cli
