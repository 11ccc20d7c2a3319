#include "client/cli/cinema_tables.h"

#include <map>
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

// How the middle level of a domain is called.
constexpr char kSomeConcerns[] = "some concerns";
constexpr char kModerate[] = "moderate";

std::string NumbersOf(const v1::ConfidenceFromStudies& domain,
                      const char* middle) {
  if (!domain.has_shares()) return "";
  const v1::SharesByLevel& shares = domain.shares();
  return absl::StrCat(
      "shares: low ", ShownNumber(shares.low()), ", ", middle, " ",
      ShownNumber(shares.some()), ", high ", ShownNumber(shares.high()),
      ", not judged ", ShownNumber(shares.not_judged()),
      domain.has_mean_level()
          ? absl::StrCat("; mean level ", ShownNumber(domain.mean_level()))
          : "");
}

// `0.300 [0.100, 0.500]`; of a ratio `OR 1.35 [1.11, 1.65]` too.
std::string Shown(const v1::Estimate& estimate,
                  const v1::RelativeEffect& effect) {
  if (!IsRatio(estimate.effect_measure())) return cli::Shown(effect);
  return absl::StrCat(cli::Shown(effect), ", ",
                      v1::EffectMeasure::Code_Name(estimate.effect_measure()),
                      " ", ShownRatio(effect));
}

std::string NumbersOf(const v1::Estimate& estimate,
                      const v1::RelativeEffect& effect,
                      const v1::ImprecisionJudgement& imprecision) {
  if (!imprecision.has_crossings()) return "";
  return absl::StrCat(Shown(estimate, effect), ", crossings ",
                      imprecision.crossings());
}

std::string NumbersOf(const v1::Estimate& estimate,
                      const v1::RelativeEffect& effect,
                      const v1::HeterogeneityJudgement& heterogeneity) {
  std::vector<std::string> numbers;
  if (heterogeneity.has_confidence_crossings()) {
    numbers.push_back(absl::StrCat("confidence ", Shown(estimate, effect),
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

std::string EvidenceName(const v1::IncoherenceJudgement& incoherence) {
  return absl::AsciiStrToLower(
      v1::IncoherenceJudgement::Evidence_Name(incoherence.evidence()));
}

std::string NumbersOf(const v1::IncoherenceJudgement& incoherence) {
  std::vector<std::string> numbers = {
      absl::StrCat(EvidenceName(incoherence), " evidence")};
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

// The numbers that a judgement rests on, as programs read them; each domain has
// some of them.
class NumberCells {
 public:
  static std::vector<Column> Columns() {
    std::vector<Column> columns;
    for (const char* name : kNames) {
      columns.push_back({name, Column::For::kRows});
    }
    return columns;
  }

  void Set(const char* name, Cell cell) { cells_[name] = std::move(cell); }

  // A cell for each column, empty where nothing was set.
  void AppendTo(std::vector<Cell>* row) const {
    for (const char* name : kNames) {
      const auto found = cells_.find(name);
      row->push_back(found == cells_.end() ? Text("") : found->second);
    }
  }

 private:
  static constexpr const char* kNames[] = {"share_low",
                                           "share_some_concerns",
                                           "share_moderate",
                                           "share_high",
                                           "share_not_judged",
                                           "mean_level",
                                           "confidence_crossings",
                                           "prediction_crossings",
                                           "evidence",
                                           "p",
                                           "direct_lower",
                                           "direct_upper",
                                           "indirect_lower",
                                           "indirect_upper",
                                           "agreements"};
  std::map<std::string, Cell> cells_;
};

NumberCells CellsOf(const v1::ConfidenceFromStudies& domain,
                    const char* share_of_middle) {
  NumberCells cells;
  if (!domain.has_shares()) return cells;
  cells.Set("share_low", Number(domain.shares().low()));
  cells.Set(share_of_middle, Number(domain.shares().some()));
  cells.Set("share_high", Number(domain.shares().high()));
  cells.Set("share_not_judged", Number(domain.shares().not_judged()));
  if (domain.has_mean_level()) {
    cells.Set("mean_level", Number(domain.mean_level()));
  }
  return cells;
}

NumberCells CellsOf(const v1::ImprecisionJudgement& imprecision) {
  NumberCells cells;
  if (imprecision.has_crossings()) {
    cells.Set("confidence_crossings", Integer(imprecision.crossings()));
  }
  return cells;
}

NumberCells CellsOf(const v1::HeterogeneityJudgement& heterogeneity) {
  NumberCells cells;
  if (heterogeneity.has_confidence_crossings()) {
    cells.Set("confidence_crossings",
              Integer(heterogeneity.confidence_crossings()));
  }
  if (heterogeneity.has_prediction_crossings()) {
    cells.Set("prediction_crossings",
              Integer(heterogeneity.prediction_crossings()));
  }
  return cells;
}

NumberCells CellsOf(const v1::IncoherenceJudgement& incoherence) {
  NumberCells cells;
  cells.Set("evidence", Text(EvidenceName(incoherence)));
  if (incoherence.has_p()) cells.Set("p", PValue(incoherence.p()));
  if (incoherence.has_direct()) {
    cells.Set("direct_lower", Number(incoherence.direct().lower()));
    cells.Set("direct_upper", Number(incoherence.direct().upper()));
  }
  if (incoherence.has_indirect()) {
    cells.Set("indirect_lower", Number(incoherence.indirect().lower()));
    cells.Set("indirect_upper", Number(incoherence.indirect().upper()));
  }
  if (incoherence.has_agreements()) {
    cells.Set("agreements", Integer(incoherence.agreements()));
  }
  return cells;
}

struct Domain {
  const char* name;
  const v1::ConfidenceJudgement* judgement;
  std::string numbers;
  NumberCells cells;
};

std::vector<Domain> DomainsOf(const v1::Estimate& estimate,
                              const v1::ComparisonConfidence& comparison) {
  const v1::RelativeEffect& effect = comparison.effect();
  const auto& bias = comparison.within_study_bias();
  const auto& indirectness = comparison.indirectness();
  const auto& imprecision = comparison.imprecision();
  const auto& heterogeneity = comparison.heterogeneity();
  const auto& incoherence = comparison.incoherence();
  return {
      {"within-study bias", &bias.judgement(), NumbersOf(bias, kSomeConcerns),
       CellsOf(bias, "share_some_concerns")},
      {"indirectness", &indirectness.judgement(),
       NumbersOf(indirectness, kModerate),
       CellsOf(indirectness, "share_moderate")},
      {"imprecision", &imprecision.judgement(),
       NumbersOf(estimate, effect, imprecision), CellsOf(imprecision)},
      {"heterogeneity", &heterogeneity.judgement(),
       NumbersOf(estimate, effect, heterogeneity), CellsOf(heterogeneity)},
      {"incoherence", &incoherence.judgement(), NumbersOf(incoherence),
       CellsOf(incoherence)}};
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
  using For = Column::For;
  Table table = {TitleOf(estimate),
                 {{"first"},
                  {"second"},
                  {"domain"},
                  {"concerns"},
                  {"numbers", For::kTables},
                  {"because"}},
                 {}};
  for (const Column& column : NumberCells::Columns()) {
    table.columns.push_back(column);
  }
  for (const char* name : {"effect", "lower", "upper", "ratio", "ratio_lower",
                           "ratio_upper", "predict_lower", "predict_upper"}) {
    table.columns.push_back({name, For::kRows});
  }
  for (const auto& comparison : estimate.cinema().comparisons()) {
    const v1::RelativeEffect& effect = comparison.effect();
    for (const Domain& domain : DomainsOf(estimate, comparison)) {
      const v1::ConfidenceJudgement& judgement = *domain.judgement;
      std::vector<Cell> row = {Text(effect.first()),
                               Text(effect.second()),
                               Text(domain.name),
                               Text(Concerns(judgement)),
                               Text(domain.numbers),
                               Text(judgement.not_assessable().empty()
                                        ? judgement.rule()
                                        : judgement.not_assessable())};
      domain.cells.AppendTo(&row);
      AddNumbers(&effect, row);
      AddRatios(estimate.effect_measure(), &effect, row);
      const bool has = effect.has_predict_lower();
      row.push_back(OptionalNumber(has, effect.predict_lower()));
      row.push_back(OptionalNumber(has, effect.predict_upper()));
      table.rows.push_back(std::move(row));
    }
  }
  AddSignColumns(estimate, SignRule(estimate), &table);
  return table;
}

Table ConfidenceTable(const v1::Estimate& estimate) {
  const bool ratio = IsRatio(estimate.effect_measure());
  Table table = {
      TitleOf(estimate), {{"first"}, {"second"}, {ScaleName(estimate)}}, {}};
  if (ratio) {
    table.columns.push_back(
        {v1::EffectMeasure::Code_Name(estimate.effect_measure())});
  }
  for (const Domain& domain :
       DomainsOf(estimate, v1::ComparisonConfidence::default_instance())) {
    table.columns.push_back({domain.name});
  }
  for (const auto& comparison : estimate.cinema().comparisons()) {
    const v1::RelativeEffect& effect = comparison.effect();
    std::vector<Cell> row = {Text(effect.first()), Text(effect.second()),
                             Text(cli::Shown(effect))};
    if (ratio) row.push_back(Text(ShownRatio(effect)));
    for (const Domain& domain : DomainsOf(estimate, comparison)) {
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
