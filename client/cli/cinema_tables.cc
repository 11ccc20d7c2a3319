#include "client/cli/cinema_tables.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/number_format.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace tidemark::cli {
namespace {

// `no`, `some`, `major` or `not assessable`.
std::string Concerns(const v1::ConfidenceJudgement& judgement) {
  switch (judgement.level()) {
    case v1::Concern::NONE:
      return "no";
    case v1::Concern::SOME:
      return "some";
    case v1::Concern::MAJOR:
      return "major";
    default:
      return "not assessable";
  }
}

std::string Shown(const v1::Interval& interval) {
  return absl::StrCat("[", ShownNumber(interval.lower()), ", ",
                      ShownNumber(interval.upper()), "]");
}

std::string NumbersOf(const v1::ConfidenceFromStudies& domain) {
  if (!domain.has_shares()) return "";
  const v1::SharesByLevel& shares = domain.shares();
  return absl::StrCat(
      "shares: low ", ShownNumber(shares.low()), ", some ",
      ShownNumber(shares.some()), ", high ", ShownNumber(shares.high()),
      ", not judged ", ShownNumber(shares.not_judged()),
      domain.has_mean_level()
          ? absl::StrCat("; mean level ", ShownNumber(domain.mean_level()))
          : "");
}

std::string NumbersOf(const v1::RelativeEffect& effect,
                      const v1::ImprecisionJudgement& imprecision) {
  if (!imprecision.has_crossings()) return "";
  return absl::StrCat(cli::Shown(effect), ", crossings ",
                      imprecision.crossings());
}

std::string NumbersOf(const v1::RelativeEffect& effect,
                      const v1::HeterogeneityJudgement& heterogeneity) {
  std::vector<std::string> numbers;
  if (heterogeneity.has_confidence_crossings()) {
    numbers.push_back(absl::StrCat("confidence ", cli::Shown(effect),
                                   ", crossings ",
                                   heterogeneity.confidence_crossings()));
  }
  if (heterogeneity.has_prediction_crossings()) {
    numbers.push_back(
        absl::StrCat("prediction [", ShownNumber(effect.predict_lower()), ", ",
                     ShownNumber(effect.predict_upper()), "], crossings ",
                     heterogeneity.prediction_crossings()));
  }
  return absl::StrJoin(numbers, "; ");
}

std::string NumbersOf(const v1::IncoherenceJudgement& incoherence) {
  std::vector<std::string> numbers = {absl::StrCat(
      absl::AsciiStrToLower(
          v1::IncoherenceJudgement::Evidence_Name(incoherence.evidence())),
      " evidence")};
  if (incoherence.has_p()) {
    numbers.push_back(absl::StrCat("p ", ShownPValue(incoherence.p())));
  }
  if (incoherence.has_direct()) {
    numbers.push_back(absl::StrCat("direct ", Shown(incoherence.direct())));
  }
  if (incoherence.has_indirect()) {
    numbers.push_back(absl::StrCat("indirect ", Shown(incoherence.indirect())));
  }
  if (incoherence.has_agreements()) {
    numbers.push_back(absl::StrCat("agreements ", incoherence.agreements()));
  }
  return absl::StrJoin(numbers, "; ");
}

struct Domain {
  const char* name;
  const v1::ConfidenceJudgement* judgement;
  std::string numbers;
};

std::vector<Domain> DomainsOf(const v1::ComparisonConfidence& comparison) {
  const v1::RelativeEffect& effect = comparison.effect();
  return {{"within-study bias", &comparison.within_study_bias().judgement(),
           NumbersOf(comparison.within_study_bias())},
          {"indirectness", &comparison.indirectness().judgement(),
           NumbersOf(comparison.indirectness())},
          {"imprecision", &comparison.imprecision().judgement(),
           NumbersOf(effect, comparison.imprecision())},
          {"heterogeneity", &comparison.heterogeneity().judgement(),
           NumbersOf(effect, comparison.heterogeneity())},
          {"incoherence", &comparison.incoherence().judgement(),
           NumbersOf(comparison.incoherence())}};
}

std::string TitleOf(const v1::Estimate& estimate) {
  return absl::StrCat("Concerns by CINeMA's rules, ",
                      EstimateTitle(estimate, Model::kRandom));
}

void RemarkNotJudged(
    const char* what,
    const google::protobuf::RepeatedPtrField<std::string>& studies,
    int studies_used, Output& output) {
  if (studies.empty()) return;
  output.Remark(absl::StrCat("not judged for ", what, ": ", studies.size(),
                             " of ", studies_used, " studies"));
}

}  // namespace

Table DomainsTable(const v1::Estimate& estimate) {
  Table table = {TitleOf(estimate),
                 {{"first"},
                  {"second"},
                  {"domain"},
                  {"concerns"},
                  {"numbers"},
                  {"because"}},
                 {}};
  for (const auto& comparison : estimate.cinema().comparisons()) {
    for (const Domain& domain : DomainsOf(comparison)) {
      const v1::ConfidenceJudgement& judgement = *domain.judgement;
      table.rows.push_back({Text(comparison.effect().first()),
                            Text(comparison.effect().second()),
                            Text(domain.name), Text(Concerns(judgement)),
                            Text(domain.numbers),
                            Text(judgement.not_assessable().empty()
                                     ? judgement.rule()
                                     : judgement.not_assessable())});
    }
  }
  return table;
}

Table ConfidenceTable(const v1::Estimate& estimate) {
  Table table = {
      TitleOf(estimate),
      {{"first"},
       {"second"},
       {absl::StrCat(IsRatio(estimate.effect_measure()) ? "log " : "",
                     v1::EffectMeasure::Code_Name(estimate.effect_measure()))}},
      {}};
  for (const Domain& domain : DomainsOf(v1::ComparisonConfidence())) {
    table.columns.push_back({domain.name});
  }
  for (const auto& comparison : estimate.cinema().comparisons()) {
    const v1::RelativeEffect& effect = comparison.effect();
    std::vector<Cell> row = {Text(effect.first()), Text(effect.second()),
                             Text(cli::Shown(effect))};
    for (const Domain& domain : DomainsOf(comparison)) {
      row.push_back(Text(Concerns(*domain.judgement)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

void PrintCinema(const v1::Estimate& estimate, Output& output) {
  const v1::Cinema& cinema = estimate.cinema();
  if (!output.is_table()) return output.Print(DomainsTable(estimate));
  output.Print(cinema.comparisons_size() == 1 ? DomainsTable(estimate)
                                              : ConfidenceTable(estimate));
  if (cinema.has_minimal_important_difference()) {
    const std::string mid = ShownNumber(cinema.minimal_important_difference());
    output.Remark(absl::StrCat("range of equivalence: -", mid, " to ", mid,
                               " (", cinema.range_from(), ")"));
  } else {
    output.Remark("no range of equivalence: give --mid");
  }
  RemarkNotJudged("risk of bias", cinema.risk_of_bias_not_judged(),
                  estimate.studies_used(), output);
  RemarkNotJudged("indirectness", cinema.indirectness_not_judged(),
                  estimate.studies_used(), output);
  output.Remark("reporting bias: for people to judge");
}

}  // namespace tidemark::cli
