#include "nma/tau2_bounds.h"

#include <algorithm>

#include "base/status_macros.h"
#include "nma/least_squares.h"

namespace tidemark::nma {

double SmallestVariance(const ConnectedNetwork& network) {
  double largest = 0;
  for (const StudyBlock& block : network.blocks) {
    largest = std::max(largest,
                       TraceTimesStructure(WeightAt(block, /*tau2=*/0).weight));
  }
  return 1 / largest;
}

absl::StatusOr<double> StructureSumOfSquares(const ConnectedNetwork& network) {
  ConnectedNetwork unit = network;
  for (StudyBlock& block : unit.blocks) {
    block.covariance = HeterogeneityStructure(block.effects.size());
  }
  ASSIGN_OR_RETURN(const LeastSquaresFit fit,
                   FitLeastSquares(unit, /*tau2=*/0));
  return fit.q;
}

}  // namespace tidemark::nma
