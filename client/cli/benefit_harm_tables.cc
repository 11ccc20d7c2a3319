#include "client/cli/benefit_harm_tables.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

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

const char* const kShares[] = {"better_on_both", "better_on_benefit_only",
                               "better_on_harm_only", "better_on_neither",
                               "best_on_all"};

// In the order of kShares; null where there is none.
std::vector<const v1::BenefitHarm::Probability*> SharesOf(
    const v1::BenefitHarm::Treatment& t) {
  return {
      t.has_better_on_both() ? &t.better_on_both() : nullptr,
      t.has_better_on_benefit_only() ? &t.better_on_benefit_only() : nullptr,
      t.has_better_on_harm_only() ? &t.better_on_harm_only() : nullptr,
      t.has_better_on_neither() ? &t.better_on_neither() : nullptr,
      t.has_best_on_all() ? &t.best_on_all() : nullptr};
}

void AddStandingColumns(const v1::BenefitHarm::Outcome& outcome, Table* table) {
  for (const char* part :
       {"_effect", "_lower", "_upper", "_ratio", "_ratio_lower", "_ratio_upper",
        "_better", "_p_score", "_measure", "_rule"}) {
    table->columns.push_back({absl::StrCat(outcome.analysis_id(), part)});
  }
}

void AddStanding(const v1::BenefitHarm::Outcome& outcome,
                 const v1::BenefitHarm::Standing& standing,
                 std::vector<Cell>* row) {
  const v1::RelativeEffect* const effect =
      standing.has_versus_reference() ? &standing.versus_reference() : nullptr;
  AddNumbers(effect, *row);
  AddRatios(outcome.effect_measure(), effect, *row);
  row->push_back(OptionalNumber(standing.has_better(), standing.better()));
  row->push_back(Number(standing.p_score()));
  row->push_back(Text(v1::EffectMeasure::Code_Name(outcome.effect_measure())));
  row->push_back(
      Text(SignRule("treatment minus reference", outcome.effect_measure(),
                    outcome.small_values_desirable())));
}

}  // namespace

Table BenefitHarmTable(const v1::BenefitHarm& answer) {
  Table table = {"", {{"treatment"}, {"reference"}}, {}};
  for (const v1::BenefitHarm::Outcome& outcome : answer.outcomes()) {
    AddStandingColumns(outcome, &table);
  }
  for (const char* share : kShares) {
    for (const char* part : {"", "_lower", "_upper"}) {
      table.columns.push_back({absl::StrCat(share, part)});
    }
  }
  for (const v1::BenefitHarm::Treatment& treatment : answer.treatments()) {
    std::vector<Cell> row = {Text(treatment.treatment()),
                             Text(answer.reference())};
    for (int o = 0; o < treatment.standings_size(); ++o) {
      AddStanding(answer.outcomes(o), treatment.standings(o), &row);
    }
    for (const auto* share : SharesOf(treatment)) {
      if (share == nullptr) {
        row.insert(row.end(), 3, Text(""));
        continue;
      }
      for (const double p :
           {share->independent(), share->lower(), share->upper()}) {
        row.push_back(Number(p));
      }
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table StandingsTable(const v1::BenefitHarm& answer) {
  std::vector<std::string> outcomes;
  for (const v1::BenefitHarm::Outcome& outcome : answer.outcomes()) {
    outcomes.push_back(ShownOutcome(outcome));
  }
  Table table = {
      absl::StrCat("Treatment versus ", answer.reference(), ", ",
                   answer.common_effect() ? "common effect" : "random effects",
                   "; ", absl::StrJoin(outcomes, ", "),
                   "; effects are treatment minus ", answer.reference()),
      {{"treatment"}},
      {}};
  for (const v1::BenefitHarm::Outcome& outcome : answer.outcomes()) {
    table.columns.push_back(
        {absl::StrCat(outcome.analysis_id(), " ",
                      v1::EffectMeasure::Code_Name(outcome.effect_measure()))});
    table.columns.push_back({"P-score"});
  }
  for (const v1::BenefitHarm::Treatment& treatment : answer.treatments()) {
    std::vector<Cell> row = {Text(treatment.treatment())};
    for (int o = 0; o < treatment.standings_size(); ++o) {
      const v1::BenefitHarm::Standing& standing = treatment.standings(o);
      const v1::RelativeEffect& effect = standing.versus_reference();
      const bool ratio = IsRatio(answer.outcomes(o).effect_measure());
      row.push_back(Text(!standing.has_versus_reference() ? "reference"
                         : ratio                          ? ShownRatio(effect)
                                                          : Shown(effect)));
      row.push_back(Number(standing.p_score()));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table SharesTable(const v1::BenefitHarm& answer) {
  Table table = {absl::StrCat("Probability of being better than ",
                              answer.reference(), ", and best on all"),
                 {{"treatment"}},
                 {}};
  for (const char* share : kShares) table.columns.push_back({share});
  for (const v1::BenefitHarm::Treatment& treatment : answer.treatments()) {
    std::vector<Cell> row = {Text(treatment.treatment())};
    for (const auto* share : SharesOf(treatment)) {
      row.push_back(Text(share == nullptr ? "" : ShownProbability(*share)));
    }
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
  if (!output.is_table()) {
    output.Print(BenefitHarmTable(answer));
    output.Tell("Rows hold treatments; pairs are in --output json.");
    return;
  }
  output.Print(StandingsTable(answer));
  output.Remark("");
  output.Print(SharesTable(answer));
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
