#include "client/cli/benefit_harm_tables.h"

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

// `pain-6m (benefit; MD; lower is better)`.
std::string ShownOutcome(const v1::BenefitHarm::Outcome& outcome) {
  return absl::StrCat(
      outcome.analysis_id(), " (", outcome.harm() ? "harm; " : "benefit; ",
      v1::EffectMeasure::Code_Name(outcome.effect_measure()), "; ",
      outcome.small_values_desirable() ? "lower" : "higher", " is better)");
}

// `0.42 (0.30-0.55)`: as if independent, and the bounds.
std::string ShownProbability(const v1::BenefitHarm::Probability& p) {
  return absl::StrCat(ShownNumber(p.independent()), " (",
                      ShownNumber(p.lower()), "-", ShownNumber(p.upper()), ")");
}

void AddProbabilityColumns(const std::string& name, Table* table) {
  table->columns.push_back({name, For::kTables});
  for (const char* part : {"", "_lower", "_upper"}) {
    table->columns.push_back({absl::StrCat(name, part), For::kRows});
  }
}

void AddProbability(bool has, const v1::BenefitHarm::Probability& p,
                    std::vector<Cell>* row) {
  if (!has) {
    row->insert(row->end(), 4, Text(""));
    return;
  }
  row->push_back(Text(ShownProbability(p)));
  row->push_back(Number(p.independent()));
  row->push_back(Number(p.lower()));
  row->push_back(Number(p.upper()));
}

// Ratios as ratios for people, on the log scale for programs.
void AddStandingColumns(const v1::BenefitHarm::Outcome& outcome, Table* table) {
  const std::string& id = outcome.analysis_id();
  table->columns.push_back(
      {absl::StrCat(id, " ",
                    v1::EffectMeasure::Code_Name(outcome.effect_measure())),
       For::kTables});
  for (const char* part : {"_effect", "_lower", "_upper", "_better"}) {
    table->columns.push_back({absl::StrCat(id, part), For::kRows});
  }
  table->columns.push_back({absl::StrCat(id, " P-score"), For::kTables});
  table->columns.push_back({absl::StrCat(id, "_p_score"), For::kRows});
}

void AddStanding(const v1::BenefitHarm::Outcome& outcome,
                 const v1::BenefitHarm::Standing& standing,
                 std::vector<Cell>* row) {
  const bool has = standing.has_versus_reference();
  const v1::RelativeEffect& effect = standing.versus_reference();
  row->push_back(Text(!has                                ? "reference"
                      : IsRatio(outcome.effect_measure()) ? ShownRatio(effect)
                                                          : Shown(effect)));
  AddNumbers(has ? &effect : nullptr, *row);
  row->push_back(OptionalNumber(standing.has_better()
                                    ? std::optional<double>(standing.better())
                                    : std::nullopt));
  row->push_back(Number(standing.p_score()));
  row->push_back(Number(standing.p_score()));
}

}  // namespace

Table BenefitHarmTable(const v1::BenefitHarm& answer) {
  std::vector<std::string> outcomes;
  for (const v1::BenefitHarm::Outcome& outcome : answer.outcomes()) {
    outcomes.push_back(ShownOutcome(outcome));
  }
  Table table = {
      absl::StrCat("Treatment versus ", answer.reference(), ", ",
                   answer.common_effect() ? "common effect" : "random effects",
                   "; ", absl::StrJoin(outcomes, ", ")),
      {{"treatment"}},
      {}};
  for (const v1::BenefitHarm::Outcome& outcome : answer.outcomes()) {
    AddStandingColumns(outcome, &table);
  }
  for (const char* share :
       {"better_on_both", "better_on_benefit_only", "better_on_harm_only",
        "better_on_neither", "best_on_all"}) {
    AddProbabilityColumns(share, &table);
  }
  for (const v1::BenefitHarm::Treatment& treatment : answer.treatments()) {
    std::vector<Cell> row = {Text(treatment.treatment())};
    for (int o = 0; o < treatment.standings_size(); ++o) {
      AddStanding(answer.outcomes(o), treatment.standings(o), &row);
    }
    AddProbability(treatment.has_better_on_both(), treatment.better_on_both(),
                   &row);
    AddProbability(treatment.has_better_on_benefit_only(),
                   treatment.better_on_benefit_only(), &row);
    AddProbability(treatment.has_better_on_harm_only(),
                   treatment.better_on_harm_only(), &row);
    AddProbability(treatment.has_better_on_neither(),
                   treatment.better_on_neither(), &row);
    AddProbability(treatment.has_best_on_all(), treatment.best_on_all(), &row);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table BetterOnAllTable(const v1::BenefitHarm& answer) {
  Table table = {
      "Probability that the row is better than the column on every "
      "outcome",
      {{"treatment"}},
      {}};
  std::map<std::pair<std::string, std::string>, std::string> shown;
  for (const v1::BenefitHarm::Pair& pair : answer.pairs()) {
    shown[{pair.first(), pair.second()}] =
        ShownProbability(pair.first_better_on_all());
  }
  for (const v1::BenefitHarm::Treatment& row : answer.treatments()) {
    table.columns.push_back({row.treatment()});
    std::vector<Cell> cells = {Text(row.treatment())};
    for (const v1::BenefitHarm::Treatment& column : answer.treatments()) {
      cells.push_back(Text(shown[{row.treatment(), column.treatment()}]));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

void PrintBenefitHarm(const v1::BenefitHarm& answer, Output& output) {
  output.Print(BenefitHarmTable(answer));
  if (!output.is_table()) {
    output.Tell("Rows hold treatments; pairs are in --output json.");
    return;
  }
  output.Remark("");
  output.Print(BetterOnAllTable(answer));
  output.Remark(
      "Probabilities as if outcomes were independent; in brackets the bounds "
      "that hold however outcomes of the same people hang together.");
  output.Remark(
      "Both: better than the reference on every benefit and every harm; "
      "benefit "
      "only: on every benefit, not on every harm; harm only: the reverse.");
}

void TellNotCompared(const v1::BenefitHarm& answer, Output& output) {
  for (const v1::BenefitHarm::NotCompared& missing : answer.not_compared()) {
    std::vector<std::string> reasons;
    if (!missing.lacking().empty()) {
      reasons.push_back(
          absl::StrCat("no data in ", absl::StrJoin(missing.lacking(), ", ")));
    }
    if (!missing.not_connected().empty()) {
      reasons.push_back(
          absl::StrCat("not connected with ", answer.reference(), " in ",
                       absl::StrJoin(missing.not_connected(), ", ")));
    }
    output.Tell(absl::StrCat("Not compared: ", missing.treatment(), ", ",
                             absl::StrJoin(reasons, "; ")));
  }
}

}  // namespace tidemark::cli
