#include "client/cli/coherence_tables.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/comparison.h"
#include "client/cli/number_format.h"

namespace tidemark::cli {
namespace {

Cell OptionalPValue(bool has, double p) { return has ? PValue(p) : Text(""); }

// Rows of HeterogeneityTable for one component, or for all.
class HeterogeneityRows {
 public:
  HeterogeneityRows(std::string part, Table* table)
      : part_(std::move(part)), table_(table) {}

  void Add(const std::string& quantity, double value) {
    AddRow(quantity, value, {Text(""), Text(""), Text(""), Text("")});
  }

  void AddInterval(const std::string& quantity, double value, bool has_interval,
                   const v1::Interval& interval) {
    const auto end = [&](double bound) {
      return OptionalNumber(has_interval ? std::optional<double>(bound)
                                         : std::nullopt);
    };
    AddRow(quantity, value,
           {end(interval.lower()), end(interval.upper()), Text(""), Text("")});
  }

  void AddQ(const std::string& quantity, double q, int df,
            std::optional<double> p) {
    AddRow(quantity, q,
           {Text(""), Text(""), Integer(df),
            OptionalPValue(p.has_value(), p.value_or(0))});
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

void AddComponent(const v1::Estimate& estimate, const v1::Heterogeneity& part,
                  HeterogeneityRows rows) {
  const std::string method = v1::Tau2Method::Code_Name(estimate.tau2_method());
  rows.AddInterval(absl::StrCat("tau2 (", method, "), Q-profile interval"),
                   part.tau2(), part.has_tau2_q_profile(),
                   part.tau2_q_profile());
  rows.AddInterval(absl::StrCat("tau2 (", method, "), likelihood interval"),
                   part.tau2(), part.has_tau2_profile_likelihood(),
                   part.tau2_profile_likelihood());
  rows.Add("tau2 within designs", part.tau2_within());
}

void AddTotals(const v1::Estimate& estimate, HeterogeneityRows rows) {
  rows.AddInterval("I2", estimate.i2(), estimate.has_i2_interval(),
                   estimate.i2_interval());
  if (estimate.has_h()) {
    rows.AddInterval("H", estimate.h(), estimate.has_h_interval(),
                     estimate.h_interval());
  }
  const auto p = [](bool has, double value) {
    return has ? std::optional<double>(value) : std::nullopt;
  };
  rows.AddQ("Q total", estimate.q(), estimate.df(),
            p(estimate.has_p_q(), estimate.p_q()));
  rows.AddQ("Q within designs", estimate.q_within(), estimate.df_within(),
            p(estimate.has_p_within(), estimate.p_within()));
  rows.AddQ("Q between designs", estimate.q_between(), estimate.df_between(),
            p(estimate.has_p_between(), estimate.p_between()));
  rows.AddQ("Q between designs, random effects", estimate.q_between_random(),
            estimate.df_between(),
            p(estimate.has_p_between_random(), estimate.p_between_random()));
}

// An estimate with its interval, and the numbers for programs.
void AddPart(const v1::Split::Part& part, bool has, std::vector<Cell>* row) {
  row->push_back(Text(
      has ? ShownInterval(part.effect(), part.lower(), part.upper()) : "none"));
  for (const double number :
       {part.effect(), part.se(), part.lower(), part.upper()}) {
    row->push_back(
        OptionalNumber(has ? std::optional<double>(number) : std::nullopt));
  }
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
                   v1::EffectMeasure::Code_Name(estimate.effect_measure())),
      {{"part"}, {"quantity"}, {"value"}, {"lower"}, {"upper"}, {"df"}, {"p"}},
      {}};
  const bool one = estimate.component_heterogeneity_size() == 1;
  for (const v1::Heterogeneity& part : estimate.component_heterogeneity()) {
    AddComponent(
        estimate, part,
        HeterogeneityRows(
            one ? "network" : absl::StrCat("with ", part.reference()), &table));
  }
  AddTotals(estimate, HeterogeneityRows("network", &table));
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
  for (const v1::Split& split : splits) {
    std::vector<Cell> row = {
        Text(split.first()), Text(split.second()), Integer(split.studies()),
        OptionalNumber(split.has_direct_share()
                           ? std::optional<double>(split.direct_share())
                           : std::nullopt)};
    AddPart(split.direct(), split.has_direct(), &row);
    AddPart(split.indirect(), split.has_indirect(), &row);
    AddPart(split.difference(), split.has_difference(), &row);
    row.push_back(
        OptionalPValue(split.has_difference(), split.difference().p()));
    row.push_back(Text(split.no_indirect()));
    row.push_back(Text(how));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace tidemark::cli
