#include "nma/leave_one_out.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "base/status_macros.h"

namespace tidemark::nma {
namespace {

double& At(Eigen::MatrixXd& pairs, int i, int j) {
  return pairs(std::max(i, j), std::min(i, j));
}

// The flow of i minus j.
double Flow(PairEvidence& evidence, int i, int j) {
  return i > j ? evidence.flow(i, j) : -evidence.flow(j, i);
}

// Takes out a node; its evidence passes to the pairs of `others`.
absl::Status Eliminate(int node, const std::vector<int>& others,
                       PairEvidence* evidence) {
  double pivot = 0;
  double magnitude = 0;
  for (const int k : others) {
    pivot += At(evidence->weight, node, k);
    magnitude += std::abs(At(evidence->weight, node, k));
  }
  if (magnitude == 0) return absl::OkStatus();
  if (!IsSoundPivot(pivot, magnitude, evidence->weight.rows())) {
    return absl::FailedPreconditionError(
        "the network cannot be solved: the weights of its studies cancel");
  }
  for (const int k : others) {
    const double share = At(evidence->weight, node, k) / pivot;
    const double flow = Flow(*evidence, node, k) / pivot;  // node minus k
    for (const int l : others) {
      if (l >= k) break;  // sorted
      const double weight = At(evidence->weight, node, l);
      evidence->weight(k, l) += share * weight;
      evidence->flow(k, l) +=
          share * Flow(*evidence, node, l) - flow * weight;  // k minus l
    }
  }
  return absl::OkStatus();
}

class Splitter {
 public:
  Splitter(const ConnectedNetwork& network,
           const std::vector<BlockWeight>& weights)
      : blocks_(network.blocks), weights_(weights) {}

  // `rest` has what all studies outside [first, last) say of `nodes`, which
  // are sorted and include those of the studies inside.
  absl::Status Split(const PairEvidence& rest, const std::vector<int>& nodes,
                     size_t first, size_t last) {
    if (last - first == 1) {
      results_.push_back(Renumbered(rest, blocks_[first].nodes));
      return absl::OkStatus();
    }
    const size_t middle = first + (last - first) / 2;
    RETURN_IF_ERROR(Keep(rest, nodes, first, middle, middle, last));
    return Keep(rest, nodes, middle, last, first, middle);
  }

  std::vector<PairEvidence> Results() && { return std::move(results_); }

 private:
  // Goes on with the studies [first, last), having added the others.
  absl::Status Keep(PairEvidence rest, const std::vector<int>& nodes,
                    size_t first, size_t last, size_t other_first,
                    size_t other_last) {
    for (size_t s = other_first; s < other_last; ++s) {
      rest.Add(blocks_[s], weights_[s].weight);
    }
    std::vector<bool> inside(rest.weight.rows());
    for (size_t s = first; s < last; ++s) {
      for (const int node : blocks_[s].nodes) inside[node] = true;
    }
    std::vector<int> left = nodes;
    for (const int node : nodes) {
      if (inside[node]) continue;
      left.erase(std::lower_bound(left.begin(), left.end(), node));
      RETURN_IF_ERROR(Eliminate(node, left, &rest));
    }
    return Split(rest, left, first, last);
  }

  static PairEvidence Renumbered(PairEvidence rest,
                                 const std::vector<int>& nodes) {
    const int k = static_cast<int>(nodes.size());
    PairEvidence evidence(k);
    for (int i = 0; i < k; ++i) {
      for (int j = 0; j < i; ++j) {
        evidence.weight(i, j) = At(rest.weight, nodes[i], nodes[j]);
        evidence.flow(i, j) = Flow(rest, nodes[i], nodes[j]);
      }
    }
    return evidence;
  }

  const std::vector<StudyBlock>& blocks_;
  const std::vector<BlockWeight>& weights_;
  std::vector<PairEvidence> results_;
};

}  // namespace

absl::StatusOr<std::vector<PairEvidence>> LeaveOneOut(
    const ConnectedNetwork& network, const std::vector<BlockWeight>& weights) {
  std::vector<int> nodes(network.nodes);
  std::iota(nodes.begin(), nodes.end(), 0);
  Splitter splitter(network, weights);
  RETURN_IF_ERROR(splitter.Split(PairEvidence(network.nodes), nodes, 0,
                                 network.blocks.size()));
  return std::move(splitter).Results();
}

}  // namespace tidemark::nma
