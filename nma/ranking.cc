#include "nma/ranking.h"

#include <cmath>

#include "nma/normal.h"

namespace tidemark::nma {

Eigen::VectorXd PScores(const Eigen::VectorXd& effects,
                        const Eigen::MatrixXd& covariance,
                        bool small_values_desirable) {
  const Eigen::Index n = effects.size();
  const double sign = small_values_desirable ? 1 : -1;
  Eigen::VectorXd scores = Eigen::VectorXd::Zero(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j) {
      const double se =
          std::sqrt(covariance(i, i) + covariance(j, j) - 2 * covariance(i, j));
      const double z = sign * (effects[j] - effects[i]) / se;
      scores[i] += NormalTail(-z);
      scores[j] += NormalTail(z);
    }
  }
  return scores / static_cast<double>(n - 1);
}

}  // namespace tidemark::nma
