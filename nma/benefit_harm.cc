#include "nma/benefit_harm.h"

#include <algorithm>
#include <cmath>

#include "nma/normal.h"

namespace tidemark::nma {

JointProbability Exactly(double probability) {
  return {probability, probability, probability};
}

JointProbability And(const JointProbability& a, const JointProbability& b) {
  // Rounding must not put a bound on the wrong side of the product.
  const double independent = a.independent * b.independent;
  return {independent,
          std::min(independent, std::max(0.0, a.lower + b.lower - 1)),
          std::min(a.upper, b.upper)};
}

JointProbability Not(const JointProbability& a) {
  return {1 - a.independent, 1 - a.upper, 1 - a.lower};
}

Eigen::MatrixXd BetterProbabilities(const Eigen::VectorXd& effects,
                                    const Eigen::MatrixXd& pair_variances,
                                    bool small_values_desirable) {
  const Eigen::Index n = effects.size();
  Eigen::MatrixXd better = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < n; ++j) {
      if (i == j) continue;
      const double difference = effects[i] - effects[j];
      const double worse = small_values_desirable ? difference : -difference;
      better(i, j) = NormalTail(worse / std::sqrt(pair_variances(i, j)));
    }
  }
  return better;
}

JointProbability BetterOnAll(absl::Span<const Eigen::MatrixXd> better, int i,
                             int j) {
  JointProbability all;
  for (const Eigen::MatrixXd& outcome : better) {
    all = And(all, Exactly(outcome(i, j)));
  }
  return all;
}

BenefitHarmShares SharesOf(absl::Span<const Eigen::MatrixXd> benefits,
                           absl::Span<const Eigen::MatrixXd> harms, int i,
                           int j) {
  const JointProbability benefit = BetterOnAll(benefits, i, j);
  const JointProbability harm = BetterOnAll(harms, i, j);
  return {And(benefit, harm), And(benefit, Not(harm)), And(Not(benefit), harm),
          And(Not(benefit), Not(harm))};
}

}  // namespace tidemark::nma
