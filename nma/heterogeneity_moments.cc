#include "nma/heterogeneity_moments.h"

#include <cstddef>
#include <vector>

#include "Eigen/LU"
#include "base/status_macros.h"
#include "nma/elimination.h"
#include "nma/least_squares.h"
#include "nma/leave_one_out.h"

namespace tidemark::nma {
namespace {

// The shares of one study in tr(P V0) and y' P V0 P y.
struct StudyMoments {
  double trace, quadratic;
};

// Of its effects, from the variances of all pairs of nodes.
Eigen::MatrixXd CovarianceOf(const StudyBlock& block,
                             const Eigen::MatrixXd& pair_variances) {
  const Eigen::Index m = block.effects.size();
  const auto variance = [&](Eigen::Index i, Eigen::Index j) {
    return pair_variances(block.nodes[i], block.nodes[j]);
  };
  Eigen::MatrixXd covariance(m, m);
  for (Eigen::Index i = 0; i < m; ++i) {
    for (Eigen::Index j = 0; j < m; ++j) {
      covariance(i, j) =
          (variance(i + 1, 0) + variance(j + 1, 0) - variance(i + 1, j + 1)) /
          2;
    }
  }
  return covariance;
}

// For a study that the rest outweighs in some comparison.
StudyMoments FromWholeNetwork(const StudyBlock& block,
                              const Eigen::MatrixXd& weight,
                              const LeastSquaresFit& fit,
                              const Eigen::MatrixXd& pair_variances) {
  const Eigen::MatrixXd spread = weight * StructureTimes(weight);
  return {TraceTimesStructure(weight) -
              spread.cwiseProduct(CovarianceOf(block, pair_variances)).sum(),
          StructureForm(weight * Residual(block, fit.theta))};
}

// The normal equations of the rest for the study's effects: G and g.
struct RestEquations {
  Eigen::MatrixXd weight;
  Eigen::VectorXd flow;
};

RestEquations EquationsOf(const PairEvidence& rest) {
  const Eigen::Index m = rest.weight.rows() - 1;
  RestEquations equations{Eigen::MatrixXd::Zero(m, m),
                          Eigen::VectorXd::Zero(m)};
  for (Eigen::Index i = 0; i < m; ++i) {
    equations.weight(i, i) += rest.weight(i + 1, 0);
    equations.flow[i] += rest.flow(i + 1, 0);
    for (Eigen::Index j = 0; j < i; ++j) {
      const double weight = rest.weight(i + 1, j + 1);
      equations.weight(i, i) += weight;
      equations.weight(j, j) += weight;
      equations.weight(i, j) = equations.weight(j, i) = -weight;
      equations.flow[i] += rest.flow(i + 1, j + 1);
      equations.flow[j] -= rest.flow(i + 1, j + 1);
    }
  }
  return equations;
}

StudyMoments FromRest(const StudyBlock& block, const RestEquations& rest,
                      const Eigen::MatrixXd& relative_weight) {
  const Eigen::Index m = block.effects.size();
  const Eigen::PartialPivLU<Eigen::MatrixXd> shrink(
      Eigen::MatrixXd::Identity(m, m) + relative_weight);
  return {TraceTimesStructure(shrink.solve(rest.weight)),
          StructureForm(shrink.solve(rest.weight * block.effects - rest.flow))};
}

// Each study by the way that keeps its digits.
absl::StatusOr<HeterogeneityMoments> CarefulMoments(
    const ConnectedNetwork& network, double tau2,
    const std::vector<BlockWeight>& weights, const LeastSquaresFit& fit,
    HeterogeneityMoments moments) {
  ASSIGN_OR_RETURN(const std::vector<PairEvidence> rests,
                   LeaveOneOut(network, weights));
  const Eigen::MatrixXd variances = fit.elimination.PairVariances();
  moments.trace = moments.quadratic = 0;
  for (size_t s = 0; s < weights.size(); ++s) {
    const StudyBlock& block = network.blocks[s];
    const RestEquations rest = EquationsOf(rests[s]);
    const Eigen::MatrixXd relative_weight =
        rest.weight * (block.covariance +
                       tau2 * HeterogeneityStructure(block.effects.size()));
    const StudyMoments study =
        relative_weight.norm() < 1
            ? FromRest(block, rest, relative_weight)
            : FromWholeNetwork(block, weights[s].weight, fit, variances);
    moments.trace += study.trace;
    moments.quadratic += study.quadratic;
  }
  return moments;
}

}  // namespace

// If more than 3 of 16 digits are gone, the difference does not.
bool KeepsItsDigits(const HeterogeneityMoments& moments) {
  return moments.trace >= 1e-3 * moments.weight_trace;
}

absl::StatusOr<HeterogeneityMoments> MomentsAt(const ConnectedNetwork& network,
                                               double tau2) {
  const std::vector<BlockWeight> weights = WeightsAt(network, tau2);
  ASSIGN_OR_RETURN(const LeastSquaresFit fit,
                   FitLeastSquares(network, weights));
  HeterogeneityMoments moments;
  moments.q = fit.q;
  moments.quadratic = fit.quadratic;
  Eigen::MatrixXd spread = Eigen::MatrixXd::Zero(network.nodes, network.nodes);
  for (size_t s = 0; s < weights.size(); ++s) {
    const StudyBlock& block = network.blocks[s];
    const Eigen::MatrixXd& weight = weights[s].weight;
    AddPairWeights(block, weight * StructureTimes(weight), &spread);
    moments.weight_trace += TraceTimesStructure(weight);
  }
  moments.trace = moments.weight_trace -
                  TraceOfInverseTimes(fit.elimination.PairVariances(), spread);
  if (KeepsItsDigits(moments)) return moments;
  return CarefulMoments(network, tau2, weights, fit, moments);
}

}  // namespace tidemark::nma
