#include "nma/gauss_hermite.h"

#include <cmath>

#include "Eigen/Eigenvalues"

namespace tidemark::nma {
namespace {

// 1 / sum of the squares of the first n orthonormal Hermite functions.
double WeightAt(double t, int n) {
  constexpr double kRootOfPi = 1.7724538509055160273;
  double before = 0;
  double psi = std::exp(-t * t / 2) / std::sqrt(kRootOfPi);
  double sum = psi * psi;
  for (int m = 1; m < n; ++m) {
    const double next =
        std::sqrt(2.0 / m) * t * psi - std::sqrt((m - 1.0) / m) * before;
    before = psi;
    psi = next;
    sum += psi * psi;
  }
  return 1 / sum;
}

std::vector<GaussHermite>* MakeRules() {
  auto* const rules = new std::vector<GaussHermite>();
  for (const int n : {3, 5, 7, 11, 15, 23, 31, 47, 63, 95, 127, 191, 255}) {
    rules->push_back(MakeGaussHermite(n));
  }
  return rules;
}

}  // namespace

GaussHermite MakeGaussHermite(int n) {
  Eigen::VectorXd below(n - 1);
  for (int m = 1; m < n; ++m) below(m - 1) = std::sqrt(m / 2.0);
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
  solver.computeFromTridiagonal(Eigen::VectorXd::Zero(n), below,
                                Eigen::EigenvaluesOnly);
  GaussHermite rule{solver.eigenvalues(), Eigen::VectorXd(n)};
  // Symmetric exactly, so that odd functions vanish.
  rule.nodes = ((rule.nodes - rule.nodes.reverse()) / 2).eval();
  for (int i = 0; i < n; ++i) rule.weights(i) = WeightAt(rule.nodes(i), n);
  return rule;
}

const std::vector<GaussHermite>& GaussHermiteRules() {
  static const std::vector<GaussHermite>* const rules = MakeRules();
  return *rules;
}

}  // namespace tidemark::nma
