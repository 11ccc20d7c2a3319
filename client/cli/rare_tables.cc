#include "client/cli/rare_tables.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/exit_code.h"
#include "client/cli/number_format.h"
#include "google/protobuf/repeated_field.h"

namespace tidemark::cli {
namespace {

struct Modelled {
  std::string model;
  const v1::RelativeEffect* effect;
};

using RelativeEffects = google::protobuf::RepeatedPtrField<v1::RelativeEffect>;

void Add(const std::string& model, const RelativeEffects& effects,
         std::vector<Modelled>* all) {
  for (const v1::RelativeEffect& effect : effects) {
    all->push_back({model, &effect});
  }
}

// Models of one comparison beside each other.
std::vector<Modelled> AllEffects(const v1::Estimate& estimate) {
  const v1::RareEvents& rare = estimate.rare_events();
  std::vector<Modelled> all;
  Add("inverse variance, random", estimate.random().relative_effects(), &all);
  Add("inverse variance, common", estimate.common().relative_effects(), &all);
  Add("Mantel-Haenszel, common", rare.mantel_haenszel().relative_effects(),
      &all);
  Add("binomial, random", rare.binomial().relative_effects(), &all);
  Add("binomial, common", rare.binomial().relative_effects_common(), &all);
  std::stable_sort(
      all.begin(), all.end(), [](const Modelled& a, const Modelled& b) {
        return std::make_tuple(a.effect->first(), a.effect->second()) <
               std::make_tuple(b.effect->first(), b.effect->second());
      });
  return all;
}

void TellLeftOut(const std::string& model, const v1::LeftOutEvents& left_out,
                 Output& output) {
  for (const auto& treatment : left_out.treatments()) {
    output.Tell(absl::StrCat(model, " says nothing of ", treatment.treatment(),
                             ": ", treatment.reason()));
  }
  for (const auto& study : left_out.studies()) {
    output.Tell(absl::StrCat(model, " leaves out ", study.study(), ": ",
                             study.reason()));
  }
  for (const auto& arm : left_out.arms()) {
    output.Tell(absl::StrCat(model, " leaves out ", arm.treatment(), " of ",
                             arm.study(), ": ", arm.reason()));
  }
}

void TellNotEstimable(const std::string& model, const std::string& reason,
                      Output& output) {
  if (!reason.empty()) {
    output.Tell(absl::StrCat(model, " is not estimable: ", reason));
  }
}

}  // namespace

Table RareEventsTable(const v1::Estimate& estimate) {
  Table table = {absl::StrCat("Odds ratios by model; ", SignRule(estimate),
                              "; ", ShownLevel(estimate.level()), " intervals"),
                 {{"model"}},
                 {}};
  const std::vector<Column> columns = ComparisonColumns(estimate);
  table.columns.insert(table.columns.end(), columns.begin(), columns.end());
  for (const Modelled& modelled : AllEffects(estimate)) {
    table.rows.push_back({Text(modelled.model)});
    const std::vector<Cell> cells = ComparisonCells(estimate, *modelled.effect);
    table.rows.back().insert(table.rows.back().end(), cells.begin(),
                             cells.end());
  }
  return table;
}

Table BinomialPartsTable(const v1::Estimate& estimate) {
  Table table = {
      absl::StrCat("Binomial model; tau2 with its ",
                   ShownLevel(estimate.level()), " profile interval"),
      {{"treatments"},
       {"studies"},
       {"tau2"},
       {"lower"},
       {"upper"},
       {"log likelihood"},
       {"ratio test of tau2 = 0"},
       {"df"},
       {"p"},
       {"nodes"},
       {"quadrature error"}},
      {}};
  for (const auto& part : estimate.rare_events().binomial().parts()) {
    const bool has_tau2 = part.no_random().empty();
    const bool has_interval = part.has_tau2_interval();
    table.rows.push_back(
        {Text(absl::StrJoin(part.treatments(), " : ")), Integer(part.studies()),
         OptionalNumber(has_tau2, part.tau2()),
         OptionalNumber(has_interval, part.tau2_interval().lower()),
         OptionalNumber(has_interval, part.tau2_interval().upper()),
         OptionalNumber(has_tau2, part.log_likelihood()),
         OptionalNumber(has_tau2, part.likelihood_ratio()), Integer(part.df()),
         OptionalPValue(part.has_p_tau2(), part.p_tau2()),
         has_tau2 ? Integer(part.nodes()) : Text(""),
         OptionalNumber(has_tau2, part.quadrature_error())});
  }
  return table;
}

void PrintRareEvents(const v1::Estimate& estimate, Output& output) {
  const v1::RareEvents& rare = estimate.rare_events();
  output.Print(RareEventsTable(estimate));
  if (output.is_table() && rare.binomial().parts_size() > 0) {
    output.Remark("");
    output.Print(BinomialPartsTable(estimate));
  }
  const v1::MantelHaenszel& mh = rare.mantel_haenszel();
  if (mh.has_p_q()) {
    output.Remark(absl::StrCat("Mantel-Haenszel: between designs Q ",
                               ShownNumber(mh.q()), " on ", mh.df(), " df, p ",
                               ShownPValue(mh.p_q())));
  }
  if (CheckRareEvents(estimate).ok()) {
    TellNotEstimable("Mantel-Haenszel", mh.not_estimable(), output);
    TellNotEstimable("The binomial model", rare.binomial().not_estimable(),
                     output);
  }
  for (const auto& part : rare.binomial().parts()) {
    const std::string of =
        absl::StrCat(" of ", absl::StrJoin(part.treatments(), " : "), ": ");
    if (!part.no_random().empty()) {
      output.Remark(absl::StrCat("The binomial model has no estimate of tau2",
                                 of, part.no_random()));
    } else if (!part.no_interval().empty()) {
      output.Remark(absl::StrCat("The binomial model has no interval of tau2",
                                 of, part.no_interval()));
    }
  }
  TellLeftOut("Mantel-Haenszel", mh.left_out(), output);
  TellLeftOut("The binomial model", rare.binomial().left_out(), output);
}

absl::Status CheckRareEvents(const v1::Estimate& estimate) {
  const v1::RareEvents& rare = estimate.rare_events();
  if (!rare.not_estimable().empty()) {
    return NotEstimableError(
        absl::StrCat("not estimable: ", rare.not_estimable()));
  }
  std::vector<std::string> reasons;
  for (const auto& [is_asked, reason] :
       {std::make_pair(rare.has_mantel_haenszel(),
                       rare.mantel_haenszel().not_estimable()),
        std::make_pair(rare.has_binomial(), rare.binomial().not_estimable())}) {
    if (!is_asked) continue;
    if (reason.empty()) return absl::OkStatus();
    reasons.push_back(reason);
  }
  if (reasons.empty()) return absl::OkStatus();
  return NotEstimableError(
      absl::StrCat("not estimable: ", absl::StrJoin(reasons, "; ")));
}

}  // namespace tidemark::cli
