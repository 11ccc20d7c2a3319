#include "nma/ranking.h"

#include <cmath>

#include "nma/normal.h"

namespace tidemark::nma {

Eigen::VectorXd PScores(const Eigen::VectorXd& effects,
                        const Eigen::MatrixXd& pair_variances,
                        bool small_values_desirable) {
  const Eigen::Index n = effects.size();
  const double sign = small_values_desirable ? 1 : -1;
  Eigen::VectorXd scores = Eigen::VectorXd::Zero(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j) {
      const double z =
          sign * (effects[j] - effects[i]) / std::sqrt(pair_variances(i, j));
      scores[i] += NormalTail(-z);
      scores[j] += NormalTail(z);
    }
  }
  return scores / static_cast<double>(n - 1);
}

}  // namespace tidemark::nma
