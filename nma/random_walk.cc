#include "nma/random_walk.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "boost/math/special_functions/legendre.hpp"
#include "nma/no_throw_policy.h"

namespace tidemark::nma {
namespace {

// One step of a walk; from, to, and the edge that it goes along.
struct Step {
  int from = 0;
  int to = 0;
  size_t edge = 0;
  double probability = 0;
};

// Where evidence flows.
class FlowGraph {
 public:
  FlowGraph(int nodes, absl::Span<const FlowEdge> edges, int source, int sink)
      : sink_(sink), out_(nodes), mark_(nodes, Mark::kNew) {
    for (size_t e = 0; e < edges.size(); ++e) {
      const FlowEdge& edge = edges[e];
      if (std::abs(edge.flow) <= kNoFlow) continue;
      const bool forward = edge.flow > 0;
      const int from = forward ? edge.from : edge.to;
      const int to = forward ? edge.to : edge.from;
      if (from == sink) continue;  // There a walk ends.
      out_[from].push_back({from, to, e, std::abs(edge.flow)});
    }
    acyclic_ = Visit(source);
    std::reverse(order_.begin(), order_.end());
  }

  bool is_acyclic() const { return acyclic_; }

  // The steps of walks from source to sink, each after all steps into its node.
  // Rounding may leave edges that lead nowhere: they are none.
  std::vector<Step> Steps() const {
    std::vector<bool> reaches(out_.size(), false);
    reaches[sink_] = true;
    std::vector<Step> steps;
    for (auto node = order_.rbegin(); node != order_.rend(); ++node) {
      const size_t first = steps.size();
      double total = 0;
      for (const Step& step : out_[*node]) {
        if (!reaches[step.to]) continue;
        steps.push_back(step);
        total += step.probability;
      }
      for (size_t s = first; s < steps.size(); ++s) {
        steps[s].probability /= total;
        reaches[*node] = true;
      }
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
  }

 private:
  enum class Mark { kNew, kOpen, kDone };

  // Depth first; each node is put after all that it leads to. False: it leads
  // to itself.
  bool Visit(int node) {
    mark_[node] = Mark::kOpen;
    for (const Step& step : out_[node]) {
      if (mark_[step.to] == Mark::kOpen) return false;
      if (mark_[step.to] == Mark::kNew && !Visit(step.to)) return false;
    }
    mark_[node] = Mark::kDone;
    order_.push_back(node);
    return true;
  }

  const int sink_;
  std::vector<std::vector<Step>> out_;
  std::vector<Mark> mark_;
  std::vector<int> order_;
  bool acyclic_ = false;
};

int LongestPath(int nodes, const std::vector<Step>& steps) {
  std::vector<int> length(nodes, 0);
  int longest = 0;
  for (const Step& step : steps) {
    length[step.to] = std::max(length[step.to], length[step.from] + 1);
    longest = std::max(longest, length[step.to]);
  }
  return longest;
}

struct QuadraturePoint {
  double x = 0;
  double weight = 0;
};

// Gauss-Legendre on [0, 1]: exact for polynomials of degree 2 points - 1.
std::vector<QuadraturePoint> GaussLegendre(int points) {
  const NoThrowPolicy policy;
  std::vector<QuadraturePoint> rule;
  for (const double zero :
       boost::math::legendre_p_zeros<double>(points, policy)) {
    const double slope =
        boost::math::legendre_p_prime<double>(points, zero, policy);
    const double weight = 1 / ((1 - zero * zero) * slope * slope);
    rule.push_back({(1 + zero) / 2, weight});
    if (zero > 0) rule.push_back({(1 - zero) / 2, weight});
  }
  return rule;
}

// Adds the integrand at one point.
void AddShares(const QuadraturePoint& point, const std::vector<Step>& steps,
               int source, int sink, std::vector<double> from_source,
               std::vector<double> to_sink, std::vector<double>* shares) {
  from_source[source] = 1;
  for (const Step& step : steps) {
    from_source[step.to] += point.x * step.probability * from_source[step.from];
  }
  to_sink[sink] = 1;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    to_sink[step->from] += point.x * step->probability * to_sink[step->to];
  }
  for (const Step& step : steps) {
    (*shares)[step.edge] += point.weight * from_source[step.from] *
                            step.probability * to_sink[step.to];
  }
}

}  // namespace

std::optional<std::vector<double>> RandomWalkShares(
    int nodes, absl::Span<const FlowEdge> edges, int source, int sink) {
  const FlowGraph graph(nodes, edges, source, sink);
  if (!graph.is_acyclic()) return std::nullopt;
  const std::vector<Step> steps = graph.Steps();
  std::vector<double> shares(edges.size(), 0);
  if (steps.empty()) return shares;
  const std::vector<double> none(nodes, 0);
  const int points = (LongestPath(nodes, steps) + 1) / 2;
  for (const QuadraturePoint& point : GaussLegendre(points)) {
    AddShares(point, steps, source, sink, none, none, &shares);
  }
  return shares;
}

}  // namespace tidemark::nma
