#include "nma/component_coherence.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "Eigen/Core"
#include "base/status_macros.h"
#include "nma/least_squares.h"
#include "nma/partition.h"
#include "nma/study_block.h"

namespace tidemark::nma {
namespace {

// The designs of a network under one model, in the place of its studies. They
// come with weights, so covariances are left out.
struct PooledNetwork {
  ConnectedNetwork network;
  std::vector<BlockWeight> weights;

  PooledNetwork(int nodes, size_t designs) {
    network.nodes = nodes;
    network.blocks.reserve(designs);
    weights.reserve(designs);
  }
  void Add(std::vector<int> nodes, const Eigen::VectorXd& effects,
           const Eigen::MatrixXd& weight) {
    network.blocks.push_back({std::move(nodes), effects, /*covariance=*/{}});
    weights.push_back({weight, /*log_determinant=*/0});
  }
};

// The least squares estimates are those of the studies themselves, since a
// pooled design says all that its studies say of them.
absl::StatusOr<LeastSquaresFit> Fit(const PooledNetwork& pooled) {
  ASSIGN_OR_RETURN(LeastSquaresFit fit,
                   FitLeastSquares(pooled.network, pooled.weights));
  RETURN_IF_ERROR(CheckFiniteQ(fit.q));
  return fit;
}

// Calls f(design, pooled) for each of the component's designs, in their order.
template <typename F>
void ForEachPooled(const DesignComponent& component, double tau2, F f) {
  PooledDesign random;
  for (const Design* design : component.designs) {
    if (tau2 > 0) PoolDesign(design->studies, tau2, &random);
    f(*design, tau2 > 0 ? random : design->common);
  }
}

absl::StatusOr<QDecomposition> Decompose(const DesignComponent& component,
                                         double tau2) {
  PooledNetwork pooled(component.nodes, component.designs.size());
  double q_within = 0;
  int df_within = 0;
  ForEachPooled(component, tau2, [&](const Design& design, const auto& one) {
    pooled.Add(design.nodes, one.effects, one.weight);
    q_within += one.q_within;
    df_within += one.df_within;
  });
  RETURN_IF_ERROR(CheckFiniteQ(q_within));
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, Fit(pooled));
  QDecomposition q;
  q.within = TestOfQ(q_within, df_within);
  q.between = TestOfQ(fit.q, DegreesOfFreedom(pooled.network));
  q.total = Sum(q.within, q.between);
  RETURN_IF_ERROR(CheckFiniteQ(q.total.q));
  return q;
}

double Tau2Within(const DesignComponent& component) {
  double q = 0;
  int df = 0;
  double trace = 0;
  for (const Design* design : component.designs) {
    q += design->common.q_within;
    df += design->common.df_within;
    trace += design->trace;
  }
  return WithinDesignTau2(q, df, trace);
}

// The terms of Q between.
absl::StatusOr<std::vector<double>> TermsOfQBetween(
    const PooledNetwork& pooled) {
  std::vector<double> terms(pooled.weights.size(), 0);
  if (DegreesOfFreedom(pooled.network) == 0) return terms;
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, Fit(pooled));
  for (size_t d = 0; d < terms.size(); ++d) {
    const Eigen::VectorXd residual =
        Residual(pooled.network.blocks[d], fit.theta);
    terms[d] = residual.dot(pooled.weights[d].weight * residual);
  }
  return terms;
}

// The network without design d. If it falls apart, it is more than one; nodes
// that no design is left at are in none.
std::vector<PooledNetwork> Without(const PooledNetwork& pooled, size_t d) {
  std::vector<const std::vector<int>*> sets;
  for (size_t other = 0; other < pooled.weights.size(); ++other) {
    if (other != d) sets.push_back(&pooled.network.blocks[other].nodes);
  }
  const Partition partition = Connect(pooled.network.nodes, sets);
  std::vector<PooledNetwork> parts;
  parts.reserve(partition.nodes.size());
  for (const int nodes : partition.nodes) {
    parts.emplace_back(nodes, sets.size());
  }
  for (size_t other = 0; other < pooled.weights.size(); ++other) {
    if (other == d) continue;
    const StudyBlock& block = pooled.network.blocks[other];
    std::vector<int> nodes = block.nodes;
    for (int& node : nodes) node = partition.node[node];
    parts[partition.part[block.nodes[0]]].Add(std::move(nodes), block.effects,
                                              pooled.weights[other].weight);
  }
  parts.erase(std::remove_if(parts.begin(), parts.end(),
                             [](const PooledNetwork& part) {
                               return part.weights.empty();
                             }),
              parts.end());
  return parts;
}

absl::StatusOr<QTest> QBetweenWithout(const PooledNetwork& pooled, size_t d) {
  double q = 0;
  int df = 0;
  for (const PooledNetwork& part : Without(pooled, d)) {
    ASSIGN_OR_RETURN(const LeastSquaresFit fit, Fit(part));
    q += fit.q;
    df += DegreesOfFreedom(part.network);
  }
  RETURN_IF_ERROR(CheckFiniteQ(q));
  return TestOfQ(q, df);
}

}  // namespace

absl::StatusOr<ComponentCoherence> DecomposeComponent(
    const DesignComponent& component) {
  ComponentCoherence coherence;
  ASSIGN_OR_RETURN(coherence.common, Decompose(component, /*tau2=*/0));
  coherence.tau2_within = Tau2Within(component);
  RETURN_IF_ERROR(CheckFiniteQ(coherence.tau2_within));
  coherence.random = coherence.common;
  if (coherence.tau2_within > 0) {
    ASSIGN_OR_RETURN(coherence.random,
                     Decompose(component, coherence.tau2_within));
  }
  return coherence;
}

absl::StatusOr<std::vector<DesignQ>> QByDesign(const DesignComponent& component,
                                               double tau2) {
  PooledNetwork pooled(component.nodes, component.designs.size());
  std::vector<DesignQ> designs;
  ForEachPooled(component, tau2, [&](const Design& design, const auto& one) {
    pooled.Add(design.nodes, one.effects, one.weight);
    designs.push_back({TestOfQ(one.q_within, one.df_within), 0, {}});
  });
  ASSIGN_OR_RETURN(const std::vector<double> terms, TermsOfQBetween(pooled));
  for (size_t d = 0; d < designs.size(); ++d) {
    designs[d].between = terms[d];
    ASSIGN_OR_RETURN(designs[d].between_detached, QBetweenWithout(pooled, d));
  }
  return designs;
}

}  // namespace tidemark::nma
