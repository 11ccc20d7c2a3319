#include "nma/least_squares.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace tidemark::nma {
std::vector<BlockWeight> WeightsAt(const ConnectedNetwork& network,
                                   double tau2) {
  std::vector<BlockWeight> weights;
  weights.reserve(network.blocks.size());
  for (const StudyBlock& block : network.blocks) {
    weights.push_back(WeightAt(block, tau2));
  }
  return weights;
}

absl::StatusOr<LeastSquaresFit> FitLeastSquares(
    const ConnectedNetwork& network, const std::vector<BlockWeight>& weights) {
  PairEvidence evidence(network.nodes);
  for (size_t s = 0; s < weights.size(); ++s) {
    evidence.Add(network.blocks[s], weights[s].weight);
  }
  ASSIGN_OR_RETURN(Elimination elimination,
                   Elimination::Of(std::move(evidence.weight)));
  Eigen::VectorXd theta = elimination.EffectsOfPairs(std::move(evidence.flow));
  LeastSquaresFit fit{std::move(theta), std::move(elimination)};
  double total = 0;  // q of theta = 0
  for (size_t s = 0; s < weights.size(); ++s) {
    const StudyBlock& block = network.blocks[s];
    const Eigen::VectorXd residual = Residual(block, fit.theta);
    const Eigen::VectorXd weighted = weights[s].weight * residual;
    fit.q += residual.dot(weighted);
    fit.quadratic += StructureForm(weighted);
    total += block.effects.dot(weights[s].weight * block.effects);
    fit.log_determinant += weights[s].log_determinant;
  }
  if (IsRoundingNoise(fit.q, total, network.nodes)) {
    fit.q = fit.quadratic = 0;
  }
  return fit;
}

absl::StatusOr<LeastSquaresFit> FitLeastSquares(const ConnectedNetwork& network,
                                                double tau2) {
  return FitLeastSquares(network, WeightsAt(network, tau2));
}

// Residuals have a rounding error of a few epsilon of the effects for each node
// that they were carried through.
bool IsRoundingNoise(double q, double total, int nodes) {
  const double residual = 16 * nodes * std::numeric_limits<double>::epsilon();
  return std::isfinite(total) && q <= residual * residual * total;
}

absl::Status CheckFiniteQ(double q) {
  if (std::isfinite(q)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "the effects are so large, or their standard errors so small, that Q is "
      "not finite; check the largest and the smallest numbers");
}

int DegreesOfFreedom(const ConnectedNetwork& network) {
  Eigen::Index effects = 0;
  for (const StudyBlock& block : network.blocks) {
    effects += block.effects.size();
  }
  return static_cast<int>(effects) - (network.nodes - 1);
}

}  // namespace tidemark::nma
