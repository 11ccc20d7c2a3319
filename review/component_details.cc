#include "review/component_details.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <set>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "nma/component_model.h"
#include "review/check.h"
#include "review/effect_writer.h"
#include "review/linear_model_writer.h"
#include "review/protocol.h"

namespace tidemark::review {
namespace {

constexpr char kPath[] = "details.component_model";

using Names = google::protobuf::RepeatedPtrField<std::string>;

nma::ComponentSet ToSet(const Names& components) {
  return {components.begin(), components.end()};
}

void CheckComponents(const std::string& path, const Names& components,
                     Violations& violations) {
  std::set<std::string> seen;
  for (int i = 0; i < components.size(); ++i) {
    const std::string field = Element(absl::StrCat(path, ".components"), i);
    CheckNotEmpty(field, components[i], violations);
    if (seen.insert(components[i]).second) continue;
    violations.Add(field, absl::StrCat("\"", components[i],
                                       "\" stands here already; name it once"));
  }
}

// As the node map says; nothing of nodes that it says nothing of.
nma::ComponentDesign DesignOf(const v1::NodeMap& map) {
  nma::ComponentDesign design;
  for (const v1::Node& node : map.nodes()) {
    if (node.components().empty() && !node.inactive()) continue;
    design.of_treatment[node.id()] = ToSet(node.components());
  }
  return design;
}

nma::ComponentDesign DesignOf(const v1::ComponentModelSpec& spec) {
  nma::ComponentDesign design;
  for (const v1::NodeComponents& node : spec.nodes()) {
    design.of_treatment[node.node()] = ToSet(node.components());
  }
  return design;
}

std::vector<std::string> Undeclared(const std::vector<std::string>& treatments,
                                    const nma::ComponentDesign& design) {
  std::vector<std::string> undeclared;
  for (const std::string& treatment : treatments) {
    if (design.of_treatment.count(treatment) == 0) {
      undeclared.push_back(treatment);
    }
  }
  return undeclared;
}

// A node of the request must be a treatment of the estimate, or of the node map
// without data as yet; every treatment of the estimate must be there.
absl::Status CheckNodes(const v1::ComponentModelSpec& spec,
                        const v1::NodeMap& map,
                        const std::vector<std::string>& treatments,
                        const nma::ComponentDesign& design) {
  Violations violations;
  for (int i = 0; i < spec.nodes_size(); ++i) {
    const std::string& node = spec.nodes(i).node();
    if (std::binary_search(treatments.begin(), treatments.end(), node) ||
        FindById(map.nodes(), node) != nullptr) {
      continue;
    }
    violations.Add(
        absl::StrCat(Element(absl::StrCat(kPath, ".nodes"), i), ".node"),
        absl::StrCat("\"", node,
                     "\" is no treatment of the estimate; they are ",
                     absl::StrJoin(treatments, ", ")));
  }
  const std::vector<std::string> undeclared = Undeclared(treatments, design);
  if (!undeclared.empty()) {
    violations.Add(absl::StrCat(kPath, ".nodes"),
                   absl::StrCat("must have every treatment of the estimate; ",
                                absl::StrJoin(undeclared, ", "),
                                " is missing (no components: inactive)"));
  }
  return violations.ToStatus();
}

absl::Status CheckInteractions(const v1::ComponentModelSpec& spec,
                               const std::vector<std::string>& treatments,
                               const nma::ComponentDesign& design) {
  Violations violations;
  for (int i = 0; i < spec.interactions_size(); ++i) {
    const nma::ComponentSet wanted = ToSet(spec.interactions(i).components());
    const bool occurs = std::any_of(
        treatments.begin(), treatments.end(), [&](const std::string& t) {
          const nma::ComponentSet& has = design.of_treatment.at(t);
          return std::includes(has.begin(), has.end(), wanted.begin(),
                               wanted.end());
        });
    if (occurs) continue;
    violations.Add(Element(absl::StrCat(kPath, ".interactions"), i),
                   absl::StrCat("no treatment of the estimate has ",
                                absl::StrJoin(wanted, " and "), " together"));
  }
  return violations.ToStatus();
}

// Why there is no model. Empty: nothing is in the way.
std::string WhyNone(const std::vector<std::string>& treatments,
                    const nma::ComponentDesign& design) {
  const std::vector<std::string> undeclared = Undeclared(treatments, design);
  if (!undeclared.empty()) {
    return absl::StrCat("nothing says what ", absl::StrJoin(undeclared, ", "),
                        " is made of; give it components in the node map or in "
                        "the request, or say that it is inactive");
  }
  const bool none_has_any = std::all_of(
      treatments.begin(), treatments.end(), [&](const std::string& treatment) {
        return design.of_treatment.at(treatment).empty();
      });
  return none_has_any ? "no treatment has a component" : "";
}

// `adipose + repeated`, `adipose - bone_marrow`.
std::string TextOf(const nma::ComponentModelFit& fit,
                   const Eigen::VectorXd& combination) {
  std::string text;
  for (size_t j = 0; j < fit.terms.size(); ++j) {
    const double coefficient = combination[static_cast<Eigen::Index>(j)];
    if (coefficient == 0) continue;
    const double size = std::abs(coefficient);
    absl::StrAppend(&text,
                    coefficient < 0 ? (text.empty() ? "-" : " - ")
                                    : (text.empty() ? "" : " + "),
                    size == 1 ? "" : absl::StrCat(size, " "),
                    absl::StrJoin(fit.terms[j], "*"));
  }
  return text;
}

// Why a term is not identified; empty if it is.
std::string WhyNotIdentified(const nma::ComponentModelFit& fit, int term) {
  if (fit.model.InBasis(fit.Term(term)).has_value()) return "";
  std::vector<std::string> parts;
  for (const Eigen::VectorXd& combination : fit.combinations) {
    if (combination[term] != 0) parts.push_back(TextOf(fit, combination));
  }
  if (parts.empty()) {
    return "no study compares treatments that differ in it";
  }
  return absl::StrCat("the studies tell only ", absl::StrJoin(parts, ", "));
}

v1::TermCombination WriteCombination(const nma::ComponentModelFit& fit,
                                     const Eigen::VectorXd& combination) {
  v1::TermCombination message;
  for (size_t j = 0; j < fit.terms.size(); ++j) {
    const double coefficient = combination[static_cast<Eigen::Index>(j)];
    if (coefficient == 0) continue;
    v1::TermCombination::Part* part = message.add_parts();
    for (const std::string& name : fit.terms[j]) part->add_components(name);
    part->set_coefficient(coefficient);
  }
  return message;
}

void WriteEstimates(const nma::ComponentModelFit& fit,
                    const LinearModelWriter& writer, Model model,
                    v1::ComponentEstimates* estimates) {
  for (size_t j = 0; j < fit.terms.size(); ++j) {
    v1::TermEstimate* term = estimates->add_terms();
    auto estimate =
        writer.WriteCombination(fit.Term(static_cast<int>(j)), model);
    if (estimate.has_value()) *term->mutable_estimate() = *std::move(estimate);
  }
  for (const Eigen::VectorXd& combination : fit.combinations) {
    *estimates->add_combinations() =
        writer.WriteCombination(combination, model).value();
  }
  writer.WriteEffects([&fit](int i, int j) { return fit.Difference(i, j); },
                      model, estimates->mutable_relative_effects());
}

void WriteModel(const nma::ComponentModelFit& fit,
                v1::IntervalMethod::Code method, v1::ComponentModel* message) {
  for (size_t j = 0; j < fit.terms.size(); ++j) {
    v1::ComponentTerm* term = message->add_terms();
    for (const std::string& name : fit.terms[j]) term->add_components(name);
    term->set_not_identified(WhyNotIdentified(fit, static_cast<int>(j)));
  }
  for (const Eigen::VectorXd& combination : fit.combinations) {
    *message->add_combinations() = WriteCombination(fit, combination);
  }
  *message->mutable_heterogeneity() =
      WriteResidualHeterogeneity(fit.fit.heterogeneity);
  message->set_q_difference(fit.beyond_sums.q);
  message->set_df_difference(fit.beyond_sums.df);
  if (fit.beyond_sums.p.has_value()) {
    message->set_p_difference(*fit.beyond_sums.p);
  }
  const LinearModelWriter writer(fit.model, fit.fit, fit.treatments, method);
  writer.WriteComparable([&fit](int i, int j) { return fit.Difference(i, j); },
                         message->mutable_comparable());
  WriteEstimates(fit, writer, Model::kCommon, message->mutable_common());
  WriteEstimates(fit, writer, Model::kRandom, message->mutable_random());
}

}  // namespace

void CheckComponentModel(const std::string& path,
                         const v1::ComponentModelSpec& spec,
                         Violations& violations) {
  std::set<std::string> nodes;
  for (int i = 0; i < spec.nodes_size(); ++i) {
    const std::string field = Element(absl::StrCat(path, ".nodes"), i);
    const v1::NodeComponents& node = spec.nodes(i);
    CheckNotEmpty(absl::StrCat(field, ".node"), node.node(), violations);
    if (!nodes.insert(node.node()).second) {
      violations.Add(
          absl::StrCat(field, ".node"),
          absl::StrCat("\"", node.node(), "\" stands here already; keep one"));
    }
    CheckComponents(field, node.components(), violations);
  }
  std::set<nma::ComponentSet> interactions;
  for (int i = 0; i < spec.interactions_size(); ++i) {
    const std::string field = Element(absl::StrCat(path, ".interactions"), i);
    const Names& components = spec.interactions(i).components();
    CheckComponents(field, components, violations);
    if (components.size() < 2) {
      violations.Add(absl::StrCat(field, ".components"),
                     absl::StrCat("an interaction has at least 2 components, "
                                  "found ",
                                  components.size()));
    }
    if (!interactions.insert(ToSet(components)).second) {
      violations.Add(field, "is the interaction of an earlier one; keep one");
    }
  }
}

absl::Status AddComponentModel(const v1::ComponentModelSpec& spec,
                               const DetailInputs& inputs,
                               const FittedStudies& fitted,
                               v1::Estimate* estimate) {
  const std::vector<std::string>& treatments = fitted.fit.treatments;
  v1::ComponentModel* message = estimate->mutable_component_model();
  message->Clear();
  nma::ComponentDesign design =
      spec.nodes().empty() ? DesignOf(inputs.node_map) : DesignOf(spec);
  if (!spec.nodes().empty()) {
    RETURN_IF_ERROR(CheckNodes(spec, inputs.node_map, treatments, design));
  }
  message->set_not_estimable(WhyNone(treatments, design));
  if (!message->not_estimable().empty()) return absl::OkStatus();
  RETURN_IF_ERROR(CheckInteractions(spec, treatments, design));
  nma::ComponentSet components;
  for (const std::string& treatment : treatments) {
    v1::NodeComponents* node = message->add_nodes();
    node->set_node(treatment);
    for (const std::string& name : design.of_treatment.at(treatment)) {
      node->add_components(name);
      components.insert(name);
    }
  }
  for (const v1::ComponentInteraction& interaction : spec.interactions()) {
    design.interactions.push_back(ToSet(interaction.components()));
  }
  RETURN_IF_ERROR(CheckModelSize(
      static_cast<int>(components.size()) + spec.interactions_size(),
      static_cast<int>(treatments.size()), fitted.effects.studies));
  ASSIGN_OR_RETURN(const nma::ComponentModelFit fit,
                   nma::FitComponentModel(fitted.effects.studies, fitted.fit,
                                          design, fitted.options));
  WriteModel(fit, estimate->interval_method(), message);
  return absl::OkStatus();
}

}  // namespace tidemark::review
