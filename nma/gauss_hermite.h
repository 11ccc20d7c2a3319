// Gauss-Hermite quadrature.
#ifndef TIDEMARK_NMA_GAUSS_HERMITE_H_
#define TIDEMARK_NMA_GAUSS_HERMITE_H_

#include <vector>

#include "Eigen/Core"

namespace tidemark::nma {

// The integral of f over the real line is about sum_i weights[i] f(nodes[i]),
// exact if f is exp(-t^2) times a polynomial of degree 2n - 1 or less. The
// weights thus hold the factor exp(t^2); the largest is near the distance of
// two nodes.
struct GaussHermite {
  Eigen::VectorXd nodes;    // n, increasing
  Eigen::VectorXd weights;  // n
};

// Nodes are the eigenvalues of the Jacobi matrix (Golub & Welsch 1969); weights
// are 1 / sum_{m<n} psi_m(t)^2 over the orthonormal Hermite functions, which
// has no differences and does not underflow. Requires n >= 1. O(n^2).
GaussHermite MakeGaussHermite(int n);

// Rules of ever more nodes: 3, 5, 7, 11, 15, 23, ... 255. Made once, on the
// first call; safe from any thread.
const std::vector<GaussHermite>& GaussHermiteRules();

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_GAUSS_HERMITE_H_
