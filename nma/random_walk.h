// Paths of evidence through a network, as random walks along its flow.
#ifndef TIDEMARK_NMA_RANDOM_WALK_H_
#define TIDEMARK_NMA_RANDOM_WALK_H_

#include <optional>
#include <vector>

#include "absl/types/span.h"

namespace tidemark::nma {

// Two nodes and the flow from the first to the second; from the second to the
// first if it is negative.
struct FlowEdge {
  int from = 0;
  int to = 0;
  double flow = 0;
};

// Flows that are no larger are rounding of 0.
inline constexpr double kNoFlow = 1e-12;

// Of a unit flow from `source` to `sink`: the share of each edge, >= 0; they
// sum to 1.
//
// A walk goes from the source along the flow, at each node by each edge with
// probability in proportion to its flow, until it is at the sink. A path of m
// edges gives each of them 1/m of its probability (Davies, Papakonstantinou,
// Nikolakopoulou, Ruecker & Galla 2022). With f(u, a), the probability of being
// at u after a steps, and g(v, z), that of coming from v to the sink in z
// steps, the share of an edge is
//   sum over a, z of f(u, a) p(u, v) g(v, z) / (a + 1 + z),
// which is the integral over x from 0 to 1 of F_u(x) p(u, v) G_v(x), where F_u
// and G_v are the polynomials with coefficients f(u, .) and g(v, .). Their
// product has a degree below the longest path, so Gauss-Legendre quadrature of
// half as many points is exact, and at each x both follow from one pass over
// the edges. No path is enumerated, and nothing is subtracted.
//
// None if the flow goes in a circle: then walks are not paths. It does not
// where no weight is negative, since evidence flows from higher to lower
// potential. Requires different nodes that the flow connects. O(edges * longest
// path).
std::optional<std::vector<double>> RandomWalkShares(
    int nodes, absl::Span<const FlowEdge> edges, int source, int sink);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_RANDOM_WALK_H_
