#include "nma/ranking.h"

#include <cmath>

#include "nma/normal.h"

namespace tidemark::nma {

Eigen::VectorXd PScores(const Eigen::VectorXd& effects,
                        const Eigen::MatrixXd& pair_variances,
                        bool small_values_desirable,
                        double minimal_important_difference) {
  const Eigen::Index n = effects.size();
  const double sign = small_values_desirable ? 1 : -1;
  Eigen::VectorXd scores = Eigen::VectorXd::Zero(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j) {
      const double se = std::sqrt(pair_variances(i, j));
      const double advantage = sign * (effects[j] - effects[i]);
      scores[i] += NormalTail((minimal_important_difference - advantage) / se);
      scores[j] += NormalTail((minimal_important_difference + advantage) / se);
    }
  }
  return scores / static_cast<double>(n - 1);
}

Eigen::VectorXd MeanRanks(const Eigen::VectorXd& p_scores) {
  const auto n = static_cast<double>(p_scores.size());
  return (n - (n - 1) * p_scores.array()).matrix();
}

double Poth(const Eigen::VectorXd& p_scores) {
  const auto n = static_cast<double>(p_scores.size());
  // About 1/2, the mean: the published form cancels when all are close to it.
  return 12 * (n - 1) / (n * (n + 1)) *
         (p_scores.array() - 0.5).matrix().squaredNorm();
}

}  // namespace tidemark::nma
