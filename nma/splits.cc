#include "nma/splits.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "Eigen/Core"
#include "base/status_macros.h"
#include "nma/network.h"
#include "nma/study_block.h"

namespace tidemark::nma {
namespace {

// The errors of a study's weights, in units of rounding, grow with the largest
// V_ii W_ii, which does not depend on units: 1 for two arms, and large where
// the arms have a far more precise estimate against each other than against the
// base. Per component; on the safe side also for tau^2 > 0.
std::vector<double> SmallestShares(absl::Span<const StudyEffects> studies) {
  // Measured: about 4 for studies of 3 to 6 arms. So 1 - P is good to 1e-6.
  constexpr double kRounding = 1e6 * 4 * std::numeric_limits<double>::epsilon();
  std::vector<double> shares;
  for (const Component& component : BuildNetwork(studies).components) {
    double inflation = 1;
    for (const StudyBlock& study : component.network.blocks) {
      const Eigen::VectorXd weights =
          WeightAt(study, /*tau2=*/0).weight.diagonal();
      inflation = std::max(
          inflation,
          study.covariance.diagonal().cwiseProduct(weights).maxCoeff());
    }
    shares.push_back(std::max(kMinIndirectShare, kRounding * inflation));
  }
  return shares;
}

absl::StatusOr<EvidenceSplit> SplitPair(const ModelFit& model,
                                        const DirectEvidence& pair,
                                        const PairEstimate& direct,
                                        double smallest_share) {
  const double variance = model.pair_variances(pair.first, pair.second);
  const PairEstimate network = NetworkEstimate(model, pair.first, pair.second);
  const double share = std::min(1.0, variance / (direct.se * direct.se));
  EvidenceSplit split{network, direct, share, std::nullopt};
  if (1 - share <= smallest_share) return split;
  const PairEstimate indirect = {
      (network.effect - share * direct.effect) / (1 - share),
      network.se / std::sqrt(1 - share)};
  ASSIGN_OR_RETURN(split.indirect, CompareWithDirect(indirect, direct));
  return split;
}

}  // namespace

absl::StatusOr<std::vector<PairSplit>> SplitEvidence(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit) {
  ASSIGN_OR_RETURN(const std::vector<DirectEvidence> pairs,
                   PoolDirectEvidence(studies, fit));
  const std::vector<double> smallest_shares = SmallestShares(studies);
  std::vector<PairSplit> splits;
  for (const DirectEvidence& pair : pairs) {
    const double smallest = smallest_shares[fit.component[pair.first]];
    ASSIGN_OR_RETURN(const EvidenceSplit common,
                     SplitPair(fit.common, pair, pair.common, smallest));
    ASSIGN_OR_RETURN(const EvidenceSplit random,
                     SplitPair(fit.random, pair, pair.random, smallest));
    splits.push_back({pair.first, pair.second, pair.studies, common, random});
  }
  return splits;
}

}  // namespace tidemark::nma
