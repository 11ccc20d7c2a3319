// Relative effects of one study, as a network is fitted to them.
#ifndef TIDEMARK_NMA_EFFECTS_H_
#define TIDEMARK_NMA_EFFECTS_H_

#include <string>
#include <vector>

#include "Eigen/Core"

namespace tidemark::nma {

// The k-1 relative effects of a study of k arms, on the analysis scale.
struct StudyEffects {
  std::string study;
  std::vector<std::string> treatments;  // k, sorted by bytes; [0] is the base
  Eigen::VectorXd effects;     // k-1: treatments[i + 1] minus treatments[0]
  Eigen::MatrixXd covariance;  // (k-1) x (k-1), positive definite
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_EFFECTS_H_
