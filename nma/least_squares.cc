#include "nma/least_squares.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace tidemark::nma {
namespace {

std::vector<BlockWeight> WeightsAt(const ConnectedNetwork& network,
                                   double tau2) {
  std::vector<BlockWeight> weights;
  weights.reserve(network.blocks.size());
  for (const StudyBlock& block : network.blocks) {
    weights.push_back(WeightAt(block, tau2));
  }
  return weights;
}

absl::StatusOr<LeastSquaresFit> Solve(const ConnectedNetwork& network,
                                      const std::vector<BlockWeight>& weights) {
  PairEvidence evidence(network.nodes);
  for (size_t s = 0; s < weights.size(); ++s) {
    evidence.Add(network.blocks[s], weights[s].weight);
  }
  ASSIGN_OR_RETURN(Elimination elimination,
                   Elimination::Of(std::move(evidence)));
  Eigen::VectorXd theta = elimination.Effects();
  LeastSquaresFit fit{std::move(theta), std::move(elimination)};
  for (size_t s = 0; s < weights.size(); ++s) {
    const Eigen::VectorXd residual = Residual(network.blocks[s], fit.theta);
    fit.q += residual.dot(weights[s].weight * residual);
    fit.log_determinant += weights[s].log_determinant;
  }
  return fit;
}

}  // namespace

absl::StatusOr<LeastSquaresFit> FitLeastSquares(const ConnectedNetwork& network,
                                                double tau2) {
  return Solve(network, WeightsAt(network, tau2));
}

int DegreesOfFreedom(const ConnectedNetwork& network) {
  Eigen::Index effects = 0;
  for (const StudyBlock& block : network.blocks) {
    effects += block.effects.size();
  }
  return static_cast<int>(effects) - (network.nodes - 1);
}

absl::StatusOr<HeterogeneityMoments> MomentsAt(const ConnectedNetwork& network,
                                               double tau2) {
  const std::vector<BlockWeight> weights = WeightsAt(network, tau2);
  ASSIGN_OR_RETURN(const LeastSquaresFit fit, Solve(network, weights));
  HeterogeneityMoments moments;
  moments.q = fit.q;
  Eigen::MatrixXd spread = Eigen::MatrixXd::Zero(network.nodes, network.nodes);
  for (size_t s = 0; s < weights.size(); ++s) {
    const StudyBlock& block = network.blocks[s];
    const Eigen::MatrixXd& weight = weights[s].weight;
    const Eigen::VectorXd pull = weight * Residual(block, fit.theta);
    AddPairWeights(block, weight * StructureTimes(weight), &spread);
    moments.trace += TraceTimesStructure(weight);
    moments.quadratic += (pull.squaredNorm() + pull.sum() * pull.sum()) / 2;
  }
  moments.trace -= TraceOfInverseTimes(fit.elimination.PairVariances(), spread);
  return moments;
}

}  // namespace tidemark::nma
