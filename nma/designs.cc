#include "nma/designs.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "Eigen/Cholesky"
#include "Eigen/Core"

namespace tidemark::nma {
namespace {

std::vector<Design> DesignsOf(const Component& component,
                              const std::vector<std::string>& names) {
  // Nodes are numbered in the order of the treatments' names.
  std::map<std::vector<int>, Design> designs;
  for (const StudyBlock& study : component.network.blocks) {
    designs[study.nodes].studies.push_back(study);
  }
  std::vector<Design> sorted;
  for (auto& [nodes, design] : designs) {
    for (const int node : nodes) {
      design.treatments.push_back(names[component.treatments[node]]);
    }
    sorted.push_back(std::move(design));
  }
  return sorted;
}

std::vector<Eigen::MatrixXd> WeightsAt(const std::vector<StudyBlock>& studies,
                                       double tau2) {
  std::vector<Eigen::MatrixXd> weights;
  weights.reserve(studies.size());
  for (const StudyBlock& study : studies) {
    weights.push_back(WeightAt(study, tau2).weight);
  }
  return weights;
}

// For each study the sum of the other studies' weights, without subtracting.
std::vector<Eigen::MatrixXd> SumsOfOthers(
    const std::vector<Eigen::MatrixXd>& weights) {
  const Eigen::MatrixXd none =
      Eigen::MatrixXd::Zero(weights[0].rows(), weights[0].cols());
  std::vector<Eigen::MatrixXd> others(weights.size(), none);
  Eigen::MatrixXd before = none;
  Eigen::MatrixXd after = none;
  for (size_t s = 0; s < weights.size(); ++s) {
    const size_t t = weights.size() - 1 - s;
    others[s] += before;
    others[t] += after;
    before += weights[s];
    after += weights[t];
  }
  return others;
}

// tr(P V0) of the design's studies at tau^2 = 0, P = W - W (sum W)^-1 W.
double TraceWithin(const Design& design) {
  const std::vector<Eigen::MatrixXd> weights = WeightsAt(design.studies, 0);
  const std::vector<Eigen::MatrixXd> others = SumsOfOthers(weights);
  double trace = 0;
  for (size_t s = 0; s < weights.size(); ++s) {
    const Eigen::LLT<Eigen::MatrixXd> sum(weights[s] + others[s]);
    trace += TraceTimesStructure(weights[s] * sum.solve(others[s]));
  }
  return trace;
}

}  // namespace

std::vector<std::vector<Design>> GroupByDesign(const Network& network) {
  std::vector<std::vector<Design>> designs;
  for (const Component& component : network.components) {
    designs.push_back(DesignsOf(component, network.treatments));
  }
  return designs;
}

PooledDesign PoolDesign(const Design& design, double tau2) {
  const StudyBlock& first = design.studies[0];
  const Eigen::Index m = first.effects.size();
  PooledDesign pooled;
  pooled.estimate.treatments = design.treatments;
  if (design.studies.size() == 1) {  // exact: nothing is inverted
    pooled.estimate.effects = first.effects;
    pooled.estimate.covariance =
        first.covariance + tau2 * HeterogeneityStructure(m);
    return pooled;
  }
  const std::vector<Eigen::MatrixXd> weights = WeightsAt(design.studies, tau2);
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(m, m);
  Eigen::VectorXd weighted = Eigen::VectorXd::Zero(m);
  for (size_t s = 0; s < weights.size(); ++s) {
    sum += weights[s];
    weighted += weights[s] * design.studies[s].effects;
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(sum);
  pooled.estimate.effects = factor.solve(weighted);
  pooled.estimate.covariance = factor.solve(Eigen::MatrixXd::Identity(m, m));
  for (size_t s = 0; s < weights.size(); ++s) {
    const Eigen::VectorXd residual =
        design.studies[s].effects - pooled.estimate.effects;
    pooled.q_within += residual.dot(weights[s] * residual);
  }
  pooled.df_within = static_cast<int>((design.studies.size() - 1) * m);
  return pooled;
}

double WithinDesignTau2(const std::vector<Design>& designs) {
  double excess = 0;  // Q - df
  double trace = 0;
  for (const Design& design : designs) {
    if (design.studies.size() == 1) continue;
    const PooledDesign pooled = PoolDesign(design, /*tau2=*/0);
    excess += pooled.q_within - pooled.df_within;
    trace += TraceWithin(design);
  }
  return excess > 0 ? excess / trace : 0;
}

}  // namespace tidemark::nma
