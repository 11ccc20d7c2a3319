// Networks of two treatments, for tests.
#ifndef TIDEMARK_NMA_TESTING_META_ANALYSIS_H_
#define TIDEMARK_NMA_TESTING_META_ANALYSIS_H_

#include <vector>

#include "nma/study_block.h"

namespace tidemark::nma {

struct Result {
  double effect, variance;
};

// Two treatments: an ordinary meta-analysis.
inline ConnectedNetwork MetaAnalysis(const std::vector<Result>& results) {
  ConnectedNetwork network{2, {}};
  for (const Result& result : results) {
    network.blocks.push_back(
        {{0, 1},
         Eigen::VectorXd::Constant(1, result.effect),
         Eigen::MatrixXd::Constant(1, 1, result.variance)});
  }
  return network;
}

// Three precise studies that agree and three imprecise ones that do not: tau^2
// of 0 and about 0.6 spread^2 are both local maxima of the likelihood.
inline ConnectedNetwork TwoMaxima(double spread) {
  return MetaAnalysis({{0, 1e-4},
                       {0, 1e-4},
                       {0, 1e-4},
                       {spread, 1},
                       {-spread, 1},
                       {spread, 1}});
}

// The same data in another unit: effects times `unit`, variances by its square.
inline ConnectedNetwork InUnit(ConnectedNetwork network, double unit) {
  for (StudyBlock& block : network.blocks) {
    block.effects *= unit;
    block.covariance *= unit * unit;
  }
  return network;
}

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_TESTING_META_ANALYSIS_H_
