#include "client/cli/subgroup_tables.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

using For = Column::For;
using Pair = std::pair<std::string, std::string>;

std::string CovariateName(const v1::Covariate& covariate) {
  if (covariate.node().empty()) return covariate.name();
  return absl::StrCat(covariate.name(), " of ", covariate.node());
}

std::map<Pair, const v1::Subgroups::Interaction*> ByPair(
    const v1::Subgroups& subgroups) {
  std::map<Pair, const v1::Subgroups::Interaction*> by_pair;
  for (const v1::Subgroups::Interaction& interaction :
       subgroups.interactions()) {
    by_pair[{interaction.first(), interaction.second()}] = &interaction;
  }
  return by_pair;
}

// The test of a comparison between subgroups; empty if only one tells it.
void AddTest(const v1::Subgroups::Interaction* interaction,
             std::vector<Cell>* row) {
  if (interaction == nullptr) {
    row->insert(row->end(), 3, Text(""));
    return;
  }
  row->push_back(Number(interaction->test().q()));
  row->push_back(Integer(interaction->test().df()));
  row->push_back(PValue(interaction->test().p()));
}

void RemarkDifferences(const v1::Subgroups& subgroups, Output& output) {
  for (const v1::Subgroups::Interaction& interaction :
       subgroups.interactions()) {
    if (!interaction.has_difference()) continue;
    output.Remark(absl::StrCat(
        interaction.first(), " versus ", interaction.second(), ", ",
        interaction.values(0), " minus ", interaction.values(1), ": ",
        Shown(interaction.difference())));
  }
}

void RemarkGlobal(const v1::Subgroups& subgroups, Output& output) {
  if (!subgroups.has_global()) {
    output.Remark(
        absl::StrCat("Test of interaction: none, ", subgroups.no_global()));
    return;
  }
  const v1::Subgroups::Test& test = subgroups.global();
  output.Remark(absl::StrCat("Test of interaction, all comparisons: Q ",
                             ShownNumber(test.q()), ", df ", test.df(), ", p ",
                             ShownPValue(test.p())));
}

// How many studies the part of the subgroup with this treatment has.
int StudiesOf(const v1::Subgroups::Subgroup& subgroup,
              const std::string& treatment) {
  for (const v1::Subgroups::Part& part : subgroup.parts()) {
    const auto& its = part.treatments();
    if (std::find(its.begin(), its.end(), treatment) != its.end()) {
      return part.studies_size();
    }
  }
  return 0;
}

}  // namespace

Table SubgroupTable(const v1::Estimate& estimate) {
  const v1::Subgroups& subgroups = estimate.subgroups();
  const auto interactions = ByPair(subgroups);
  Table table = {
      absl::StrCat("Subgroups by ", CovariateName(subgroups.covariate()),
                   ", random effects; ", SignRule(estimate)),
      {{"subgroup"}, {"studies"}},
      {}};
  const std::vector<Column> columns = ComparisonColumns(estimate);
  table.columns.insert(table.columns.end(), columns.begin(), columns.end());
  for (const char* column :
       {"interaction_q", "interaction_df", "interaction_p"}) {
    table.columns.push_back({column});
  }
  for (const v1::Subgroups::Subgroup& subgroup : subgroups.subgroups()) {
    for (const v1::RelativeEffect& effect : subgroup.relative_effects()) {
      std::vector<Cell> row = {Text(subgroup.value()),
                               Integer(StudiesOf(subgroup, effect.first()))};
      const std::vector<Cell> cells = ComparisonCells(estimate, effect);
      row.insert(row.end(), cells.begin(), cells.end());
      const auto found = interactions.find({effect.first(), effect.second()});
      AddTest(found == interactions.end() ? nullptr : found->second, &row);
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

Table SubgroupHeterogeneityTable(const v1::Estimate& estimate) {
  Table table = {"Heterogeneity within subgroups",
                 {{"subgroup"},
                  {"treatments"},
                  {"studies"},
                  {"tau2"},
                  {"q"},
                  {"df"},
                  {"p"}},
                 {}};
  for (const v1::Subgroups::Subgroup& subgroup :
       estimate.subgroups().subgroups()) {
    for (const v1::Subgroups::Part& part : subgroup.parts()) {
      table.rows.push_back(
          {Text(subgroup.value()), Text(absl::StrJoin(part.treatments(), ", ")),
           Text(absl::StrJoin(part.studies(), ", ")), Number(part.tau2()),
           Number(part.q()), Integer(part.df()),
           OptionalPValue(part.has_p_q(), part.p_q())});
    }
  }
  return table;
}

void PrintSubgroups(const v1::Estimate& estimate, Output& output) {
  output.Print(SubgroupTable(estimate));
  const v1::Subgroups& subgroups = estimate.subgroups();
  if (output.is_table()) {
    output.Remark("");
    output.Print(SubgroupHeterogeneityTable(estimate));
    output.Remark("");
    RemarkDifferences(subgroups, output);
    RemarkGlobal(subgroups, output);
  } else {
    output.Tell(
        "Rows hold comparisons; tau2, Q and the test of all comparisons are in "
        "--output json.");
  }
  for (const v1::StudyWithoutCovariate& study : subgroups.left_out()) {
    output.Tell(
        absl::StrCat("In no subgroup: ", study.study(), ", ", study.reason()));
  }
}

}  // namespace tidemark::cli
