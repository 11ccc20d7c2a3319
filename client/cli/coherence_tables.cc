#include "client/cli/coherence_tables.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

// Rows of HeterogeneityTable for one component, or for all.
class HeterogeneityRows {
 public:
  HeterogeneityRows(std::string part, Table* table)
      : part_(std::move(part)), table_(table) {}

  void Add(const std::string& quantity, double value) {
    AddRow(quantity, value, {Text(""), Text(""), Text(""), Text("")});
  }

  void AddOptional(const std::string& quantity, bool has, double value) {
    if (has) Add(quantity, value);
  }

  // Without limits if there are none.
  void AddInterval(const std::string& quantity, double value, bool has_interval,
                   const v1::Interval& interval) {
    AddRow(
        quantity, value,
        {OptionalNumber(has_interval, interval.lower()),
         OptionalNumber(has_interval, interval.upper()), Text(""), Text("")});
  }

  void AddQ(const std::string& quantity, double q, int df, const Cell& p) {
    AddRow(quantity, q, {Text(""), Text(""), Integer(df), p});
  }

 private:
  void AddRow(const std::string& quantity, double value,
              std::vector<Cell> others) {
    std::vector<Cell> row = {Text(part_), Text(quantity), Number(value)};
    row.insert(row.end(), others.begin(), others.end());
    table_->rows.push_back(std::move(row));
  }

  const std::string part_;
  Table* const table_;
};

// tau² with each interval that exists, alone if none does.
void AddTau2(const v1::Estimate& estimate, const v1::Heterogeneity& part,
             HeterogeneityRows* rows) {
  const std::string tau2 = absl::StrCat(
      "tau2 (", v1::Tau2Method::Code_Name(estimate.tau2_method()), ")");
  if (part.has_tau2_q_profile()) {
    rows->AddInterval(absl::StrCat(tau2, ", Q-profile interval"), part.tau2(),
                      true, part.tau2_q_profile());
  }
  if (part.has_tau2_profile_likelihood()) {
    rows->AddInterval(absl::StrCat(tau2, ", likelihood interval"), part.tau2(),
                      true, part.tau2_profile_likelihood());
  }
  if (!part.has_tau2_q_profile() && !part.has_tau2_profile_likelihood()) {
    rows->Add(tau2, part.tau2());
  }
  rows->AddOptional("tau2 within designs", part.has_tau2_within(),
                    part.tau2_within());
}

// I², H and Q, which a component and the network have alike. Estimates of build
// 0.1.0 lack some: they have no rows.
template <typename Message>
void AddQs(const Message& of, HeterogeneityRows* rows) {
  rows->AddInterval("I2", of.i2(), of.has_i2_interval(), of.i2_interval());
  if (of.has_h()) {
    rows->AddInterval("H", of.h(), of.has_h_interval(), of.h_interval());
  }
  rows->AddQ("Q total", of.q(), of.df(),
             OptionalPValue(of.has_p_q(), of.p_q()));
  if (of.has_q_within()) {
    rows->AddQ("Q within designs", of.q_within(), of.df_within(),
               OptionalPValue(of.has_p_within(), of.p_within()));
  }
  if (of.has_q_between()) {
    rows->AddQ("Q between designs", of.q_between(), of.df_between(),
               OptionalPValue(of.has_p_between(), of.p_between()));
  }
}

// `p` is known for the whole network only.
template <typename Message>
void AddRandomQ(const Message& of, const Cell& p, HeterogeneityRows* rows) {
  if (!of.has_q_between_random()) return;
  rows->AddQ("Q between designs, random effects", of.q_between_random(),
             of.df_between(), p);
}

void AddComponents(const v1::Estimate& estimate, Table* table) {
  const bool one = estimate.component_heterogeneity_size() == 1;
  for (const v1::Heterogeneity& part : estimate.component_heterogeneity()) {
    HeterogeneityRows rows(
        one ? "network" : absl::StrCat("with ", part.reference()), table);
    AddTau2(estimate, part, &rows);
    if (one) continue;  // The totals say the same.
    AddQs(part, &rows);
    AddRandomQ(part, Text(""), &rows);
  }
}

// An estimate with its interval, and the numbers for programs. Limits beyond
// the range of double are absent.
void AddPart(const v1::Split::Part& part, bool has, std::vector<Cell>* row) {
  const bool limits = part.has_lower() && part.has_upper();
  row->push_back(
      Text(!has     ? "none"
           : limits ? ShownInterval(part.effect(), part.lower(), part.upper())
                    : ShownNumber(part.effect())));
  row->push_back(OptionalNumber(has, part.effect()));
  row->push_back(OptionalNumber(has, part.se()));
  row->push_back(OptionalNumber(part.has_lower(), part.lower()));
  row->push_back(OptionalNumber(part.has_upper(), part.upper()));
}

bool HasRefits(const google::protobuf::RepeatedPtrField<v1::Split>& splits) {
  return std::any_of(splits.begin(), splits.end(), [](const v1::Split& split) {
    return split.has_refit_tau2();
  });
}

void AddPartColumns(const std::string& name, Table* table) {
  using For = Column::For;
  table->columns.push_back({name, For::kTables});
  for (const char* number : {"effect", "se", "lower", "upper"}) {
    table->columns.push_back({absl::StrCat(name, "_", number), For::kRows});
  }
}

}  // namespace

Table HeterogeneityTable(const v1::Estimate& estimate) {
  Table table = {
      absl::StrCat("Heterogeneity and coherence; ",
                   v1::EffectMeasure::Code_Name(estimate.effect_measure()),
                   "; ", ShownLevel(estimate.level()), " intervals"),
      {{"part"}, {"quantity"}, {"value"}, {"lower"}, {"upper"}, {"df"}, {"p"}},
      {}};
  AddComponents(estimate, &table);
  HeterogeneityRows totals("network", &table);
  AddQs(estimate, &totals);
  AddRandomQ(estimate,
             OptionalPValue(estimate.has_p_between_random(),
                            estimate.p_between_random()),
             &totals);
  return table;
}

Table DesignsTable(
    const v1::Estimate& estimate, const std::string& model,
    const google::protobuf::RepeatedPtrField<v1::Design>& designs) {
  Table table = {
      absl::StrCat("Designs, ", model, "; ",
                   v1::EffectMeasure::Code_Name(estimate.effect_measure())),
      {{"design"},
       {"studies"},
       {"q_within"},
       {"df"},
       {"p"},
       {"q_between"},
       {"q_between_detached"},
       {"df_detached"},
       {"p_detached"},
       {"model", Column::For::kRows}},
      {}};
  for (const v1::Design& design : designs) {
    table.rows.push_back(
        {Text(absl::StrJoin(design.treatments(), " : ")),
         Integer(design.studies()), Number(design.q_within()),
         Integer(design.df_within()),
         OptionalPValue(design.has_p_within(), design.p_within()),
         Number(design.q_between()), Number(design.q_between_detached()),
         Integer(design.df_between_detached()),
         OptionalPValue(design.has_p_between_detached(),
                        design.p_between_detached()),
         Text(model)});
  }
  return table;
}

Table SplitsTable(const v1::Estimate& estimate, const std::string& how,
                  const google::protobuf::RepeatedPtrField<v1::Split>& splits) {
  using For = Column::For;
  Table table = {absl::StrCat(how, "; ", SignRule(estimate)),
                 {{"first"}, {"second"}, {"studies"}, {"direct share"}},
                 {}};
  AddPartColumns("direct", &table);
  AddPartColumns("indirect", &table);
  AddPartColumns("difference", &table);
  table.columns.push_back({"p"});
  table.columns.push_back({"note"});
  table.columns.push_back({"how", For::kRows});
  table.columns.push_back(
      {"refit_tau2", HasRefits(splits) ? For::kAll : For::kRows});
  for (const v1::Split& split : splits) {
    std::vector<Cell> row = {
        Text(split.first()), Text(split.second()), Integer(split.studies()),
        OptionalNumber(split.has_direct_share(), split.direct_share())};
    AddPart(split.direct(), split.has_direct(), &row);
    AddPart(split.indirect(), split.has_indirect(), &row);
    AddPart(split.difference(), split.has_difference(), &row);
    row.push_back(
        OptionalPValue(split.difference().has_p(), split.difference().p()));
    row.push_back(Text(split.no_indirect()));
    row.push_back(Text(how));
    row.push_back(OptionalNumber(split.has_refit_tau2(), split.refit_tau2()));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tidemark::cli
