#include "nma/hat_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "base/status_macros.h"
#include "nma/network.h"
#include "nma/random_walk.h"
#include "nma/study_block.h"

namespace tidemark::nma {
namespace {

// Keyed by the two treatments.
using Contrasts = std::map<std::pair<int, int>, std::vector<StudyContrast>>;

// Weights of the pairs of a study's own arms.
Eigen::MatrixXd ArmPairWeights(StudyBlock block,
                               const Eigen::MatrixXd& weight) {
  const auto arms = static_cast<Eigen::Index>(block.nodes.size());
  std::iota(block.nodes.begin(), block.nodes.end(), 0);
  Eigen::MatrixXd pairs = Eigen::MatrixXd::Zero(arms, arms);
  AddPairWeights(block, weight, &pairs);
  return pairs;
}

// Arms are in the order of their treatments.
void AddStudy(const StudyBlock& block, const Eigen::MatrixXd& weight, int study,
              const std::vector<int>& treatments, Contrasts* contrasts) {
  const Eigen::MatrixXd pairs = ArmPairWeights(block, weight);
  const auto effect = [&](Eigen::Index arm) {
    return arm == 0 ? 0.0 : block.effects[arm - 1];
  };
  for (Eigen::Index j = 1; j < pairs.rows(); ++j) {
    for (Eigen::Index i = 0; i < j; ++i) {
      (*contrasts)[{treatments[block.nodes[i]], treatments[block.nodes[j]]}]
          .push_back({study, effect(i) - effect(j), pairs(j, i)});
    }
  }
}

DirectComparison Pool(const std::pair<int, int>& pair,
                      std::vector<StudyContrast> contrasts) {
  DirectComparison comparison = {pair.first, pair.second, std::move(contrasts),
                                 0, 0};
  double weighted = 0;
  for (const StudyContrast& contrast : comparison.contrasts) {
    comparison.weight += contrast.weight;
    weighted += contrast.weight * contrast.effect;
  }
  // Weights that cancel exactly carry no flow.
  if (comparison.weight != 0) comparison.effect = weighted / comparison.weight;
  return comparison;
}

}  // namespace

absl::StatusOr<HatMatrix> HatMatrix::Of(absl::Span<const StudyEffects> studies,
                                        const NetworkFit& fit,
                                        absl::Span<const double> tau2) {
  const Network network = BuildNetwork(studies);
  HatMatrix hat;
  hat.component_ = fit.component;
  hat.node_.resize(fit.treatments.size());
  Contrasts contrasts;
  for (size_t c = 0; c < network.components.size(); ++c) {
    const Component& component = network.components[c];
    PairEvidence evidence(component.network.nodes);
    for (size_t s = 0; s < component.studies.size(); ++s) {
      const StudyBlock& block = component.network.blocks[s];
      const Eigen::MatrixXd weight = WeightAt(block, tau2[c]).weight;
      evidence.Add(block, weight);
      AddStudy(block, weight, component.studies[s], component.treatments,
               &contrasts);
    }
    ASSIGN_OR_RETURN(Elimination elimination,
                     Elimination::Of(std::move(evidence.weight)));
    for (size_t node = 0; node < component.treatments.size(); ++node) {
      hat.node_[component.treatments[node]] = static_cast<int>(node);
    }
    hat.parts_.push_back({std::move(elimination), component.treatments, {}});
  }
  for (auto& [pair, of_pair] : contrasts) {
    hat.parts_[hat.component_[pair.first]].comparisons.push_back(
        static_cast<int>(hat.comparisons_.size()));
    hat.comparisons_.push_back(Pool(pair, std::move(of_pair)));
  }
  return hat;
}

Eigen::VectorXd HatMatrix::Row(int first, int second) const {
  const Part& part = parts_[component_[first]];
  const auto nodes = static_cast<Eigen::Index>(part.treatments.size());
  const double rounding =
      static_cast<double>(nodes) * std::numeric_limits<double>::epsilon();
  Eigen::VectorXd row =
      Eigen::VectorXd::Zero(static_cast<Eigen::Index>(comparisons_.size()));
  // What has yet to flow out of each node.
  Eigen::VectorXd left = Eigen::VectorXd::Zero(nodes);
  left[node_[first]] += 1;
  left[node_[second]] -= 1;
  // The error of a flow is that of its potentials: it is a flow of the same
  // kind, and what it loses at nodes says which.
  constexpr int kMostCorrections = 4;
  for (int i = 0; i <= kMostCorrections; ++i) {
    const Eigen::VectorXd potential = part.elimination.EffectsOfNodes(left);
    for (const int column : part.comparisons) {
      const DirectComparison& comparison = comparisons_[column];
      row[column] += comparison.weight * (potential[node_[comparison.first]] -
                                          potential[node_[comparison.second]]);
    }
    left.setZero();
    left[node_[first]] += 1;
    left[node_[second]] -= 1;
    for (const int column : part.comparisons) {
      left[node_[comparisons_[column].first]] -= row[column];
      left[node_[comparisons_[column].second]] += row[column];
    }
    if (left.cwiseAbs().maxCoeff() <= rounding) break;
  }
  return row;
}

std::optional<std::vector<double>> HatMatrix::Shares(const Eigen::VectorXd& row,
                                                     int first,
                                                     int second) const {
  const Part& part = parts_[component_[first]];
  std::vector<FlowEdge> edges;
  edges.reserve(part.comparisons.size());
  for (const int column : part.comparisons) {
    edges.push_back({node_[comparisons_[column].first],
                     node_[comparisons_[column].second], row[column]});
  }
  const auto of_part =
      RandomWalkShares(static_cast<int>(part.treatments.size()), edges,
                       node_[first], node_[second]);
  if (!of_part.has_value()) return std::nullopt;
  std::vector<double> shares(comparisons_.size(), 0);
  for (size_t i = 0; i < edges.size(); ++i) {
    shares[part.comparisons[i]] = (*of_part)[i];
  }
  return shares;
}

std::vector<double> StudyShares(absl::Span<const DirectComparison> comparisons,
                                absl::Span<const double> shares, int studies) {
  std::vector<double> of_studies(studies, 0);
  for (size_t c = 0; c < comparisons.size(); ++c) {
    if (shares[c] == 0) continue;
    double total = 0;
    for (const StudyContrast& contrast : comparisons[c].contrasts) {
      total += std::abs(contrast.weight);
    }
    for (const StudyContrast& contrast : comparisons[c].contrasts) {
      of_studies[contrast.study] +=
          shares[c] * (std::abs(contrast.weight) / total);
    }
  }
  return of_studies;
}

}  // namespace tidemark::nma
