#include "client/cli/estimate_tables.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"
#include "client/cli/output.h"
#include "client/cli/table.h"
#include "review/relative_effects.h"

namespace tidemark::cli {
namespace {

std::string Percent(double fraction) {
  return absl::StrFormat("%.1f%%", 100 * fraction);
}

std::string ShownTau2(const v1::Heterogeneity& part) {
  if (!part.has_tau2_q_profile()) return ShownNumber(part.tau2());
  return absl::StrCat(ShownNumber(part.tau2()), " [",
                      ShownNumber(part.tau2_q_profile().lower()), ", ",
                      ShownNumber(part.tau2_q_profile().upper()), "]");
}

// `95% intervals`. The method is named where it is not the normal one:
// intervals of the common effect are always normal.
std::string IntervalsName(const v1::Estimate& estimate, Model model) {
  std::string method;
  if (model == Model::kRandom) {
    if (estimate.interval_method() == v1::IntervalMethod::T) method = " t";
    if (estimate.interval_method() == v1::IntervalMethod::HK) {
      method = " Hartung-Knapp";
    }
  }
  return absl::StrCat(ShownLevel(estimate.level()), method, " intervals");
}

}  // namespace

std::string ModelName(Model model) {
  return model == Model::kRandom ? "random effects" : "common effect";
}

std::string EstimateTitle(const v1::Estimate& estimate, Model model) {
  std::string title = absl::StrCat(SignRule(estimate), "; ", ModelName(model),
                                   ", ", IntervalsName(estimate, model));
  if (estimate.analysis_id().empty()) return title;
  return absl::StrCat(estimate.analysis_id(), " at sequence ",
                      estimate.sequence(), ": ", title);
}

Table ComparisonsTable(const v1::Estimate& estimate, Model model) {
  Table table = {
      EstimateTitle(estimate, model), ComparisonColumns(estimate), {}};
  for (const auto& effect :
       review::EffectsUnder(estimate, model).relative_effects()) {
    table.rows.push_back(ComparisonCells(estimate, effect));
  }
  return table;
}

Table LeagueTable(const v1::Estimate& estimate, Model model) {
  using For = Column::For;
  Table table = {
      absl::StrCat("row versus column: ", EstimateTitle(estimate, model)),
      {{"row \\ column"}},
      {}};
  for (const std::string& treatment : estimate.treatments()) {
    table.columns.push_back({treatment, For::kTables});
  }
  for (const std::string& first : estimate.treatments()) {
    table.rows.push_back({Text(first)});
    for (const std::string& second : estimate.treatments()) {
      if (first == second) {
        table.rows.back().push_back(Text("."));
        continue;
      }
      auto effect = review::Compare(estimate, model, first, second);
      table.rows.back().push_back(
          Text(effect.ok() ? Shown(*effect) : "not estimable (disconnected)"));
    }
  }
  return table;
}

std::vector<std::string> HeterogeneityLines(const v1::Estimate& estimate) {
  std::vector<std::string> lines;
  const std::string method = v1::Tau2Method::Code_Name(estimate.tau2_method());
  const bool one = estimate.component_heterogeneity_size() == 1;
  for (const v1::Heterogeneity& part : estimate.component_heterogeneity()) {
    lines.push_back(absl::StrCat(
        one ? ""
            : absl::StrCat("part of the network with ", part.reference(), ": "),
        "tau2 ", ShownTau2(part), " (", method, "), Q ", ShownNumber(part.q()),
        " on ", part.df(), " df",
        part.has_p_q() ? absl::StrCat(", p ", ShownPValue(part.p_q())) : "",
        ", I2 ", Percent(part.i2())));
  }
  if (!estimate.has_p_between()) return lines;
  lines.push_back(absl::StrCat(
      "between designs: Q ", ShownNumber(estimate.q_between()), " on ",
      estimate.df_between(), " df, p ", ShownPValue(estimate.p_between()),
      "; random effects: p ", ShownPValue(estimate.p_between_random())));
  return lines;
}

void PrintSummary(const v1::Estimate& estimate, Output& output) {
  for (const std::string& line : HeterogeneityLines(estimate)) {
    output.Remark(line);
  }
  output.Remark(absl::StrCat(estimate.studies_used(), " studies used"));
  if (estimate.components_size() > 1) {
    output.Tell(absl::StrCat("The network has ", estimate.components_size(),
                             " parts that no study connects; treatments of "
                             "different parts cannot be compared."));
  }
  TellLeftOutStudies(estimate, output);
}

void TellLeftOutStudies(const v1::Estimate& estimate, Output& output) {
  for (const v1::StudyLeftOut& study : estimate.studies_left_out()) {
    output.Tell(
        absl::StrCat("Left out: ", study.study(), ": ", study.reason()));
  }
}

}  // namespace tidemark::cli
