#include "nma/pair_variance_factor.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace tidemark::nma {
namespace {

using Eigen::Index;

// An edge of a tree, from a treatment to one that joined before it.
struct Edge {
  Index child;
  Index parent;
};

// Less by more than rounding, so that units do not change the tree.
bool IsLess(double a, double b) { return a < b * (1 - 1e-9); }

// The smallest of the distances that are not negative.
Index Nearest(const Eigen::VectorXd& distances) {
  double least = std::numeric_limits<double>::infinity();
  Index nearest = 0;
  for (Index i = 0; i < distances.size(); ++i) {
    if (distances[i] >= 0 && IsLess(distances[i], least)) {
      least = distances[i];
      nearest = i;
    }
  }
  return nearest;
}

// The n - 1 edges of a minimum spanning tree, in the order in which they grow
// it from treatment 0 (Prim).
std::vector<Edge> MinimumSpanningTree(const Eigen::MatrixXd& pair_variances) {
  constexpr double kJoined = -1;
  const Index n = pair_variances.rows();
  Eigen::VectorXd distance = pair_variances.col(0).cwiseMax(0);
  std::vector<Index> parent(n, 0);
  distance[0] = kJoined;
  std::vector<Edge> edges;
  while (static_cast<Index>(edges.size()) < n - 1) {
    const Index joined = Nearest(distance);
    edges.push_back({joined, parent[joined]});
    distance[joined] = kJoined;
    for (Index i = 0; i < n; ++i) {
      if (distance[i] < 0) continue;
      const double via = std::max(pair_variances(i, joined), 0.0);
      if (!IsLess(via, distance[i])) continue;
      distance[i] = via;
      parent[i] = joined;
    }
  }
  return edges;
}

Eigen::VectorXd StandardErrors(const Eigen::MatrixXd& pair_variances,
                               const std::vector<Edge>& edges) {
  Eigen::VectorXd errors(edges.size());
  for (Index e = 0; e < errors.size(); ++e) {
    errors[e] = std::sqrt(
        std::max(pair_variances(edges[e].child, edges[e].parent), 0.0));
  }
  return errors;
}

// Of the differences along the edges: for a - b and c - d it is
// (R_ad + R_bc - R_ac - R_bd) / 2 over their standard errors.
Eigen::MatrixXd Correlations(const Eigen::MatrixXd& r,
                             const std::vector<Edge>& edges,
                             const Eigen::VectorXd& errors) {
  const Index size = errors.size();
  Eigen::MatrixXd correlations = Eigen::MatrixXd::Identity(size, size);
  for (Index e = 0; e < size; ++e) {
    for (Index f = 0; f < e; ++f) {
      if (errors[e] == 0 || errors[f] == 0) continue;
      const auto [a, b] = edges[e];
      const auto [c, d] = edges[f];
      const double covariance =
          (r(a, d) - r(a, c)) / 2 + (r(b, c) - r(b, d)) / 2;
      correlations(e, f) = covariance / errors[e] / errors[f];
    }
  }
  return correlations;
}

// The lower Cholesky factor of a matrix with unit diagonal, of which the lower
// triangle is read. Without pivoting, whose choices would depend on rounding;
// a pivot of rounding noise makes its column 0.
Eigen::MatrixXd ClampedCholesky(Eigen::MatrixXd matrix) {
  const Index size = matrix.rows();
  const double noise =
      4 * static_cast<double>(size) * std::numeric_limits<double>::epsilon();
  Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(size, size);
  for (Index k = 0; k < size; ++k) {
    if (matrix(k, k) <= noise) continue;
    const Index rest = size - k;
    factor.col(k).tail(rest) =
        matrix.col(k).tail(rest) / std::sqrt(matrix(k, k));
    for (Index j = k; j < size; ++j) {
      matrix.col(j).tail(size - j) -=
          factor(j, k) * factor.col(k).tail(size - j);
    }
  }
  return factor;
}

}  // namespace

Eigen::MatrixXd FactorPairVariances(const Eigen::MatrixXd& pair_variances) {
  const Index n = pair_variances.rows();
  const std::vector<Edge> edges = MinimumSpanningTree(pair_variances);
  const Eigen::VectorXd errors = StandardErrors(pair_variances, edges);
  const Eigen::MatrixXd steps =
      ClampedCholesky(Correlations(pair_variances, edges, errors));
  Eigen::MatrixXd factor = Eigen::MatrixXd::Zero(n, n - 1);
  for (Index e = 0; e < n - 1; ++e) {
    factor.row(edges[e].child) =
        factor.row(edges[e].parent) + errors[e] * steps.row(e);
  }
  return factor;
}

}  // namespace tidemark::nma
