#include "nma/random_walk.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

// The definition itself: every path from the node to the sink, one by one.
class Enumeration {
 public:
  Enumeration(std::vector<FlowEdge> edges, int sink)
      : edges_(std::move(edges)), sink_(sink), shares_(edges_.size(), 0) {
    for (FlowEdge& edge : edges_) {
      if (edge.flow < 0) {
        std::swap(edge.from, edge.to);
        edge.flow = -edge.flow;
      }
    }
  }

  std::vector<double> From(int source) {
    Walk(source, 1);
    return shares_;
  }
  int paths() const { return paths_; }

 private:
  void Walk(int node, double probability) {
    if (node == sink_) {
      ++paths_;
      for (const size_t edge : path_) {
        shares_[edge] += probability / static_cast<double>(path_.size());
      }
      return;
    }
    double out = 0;
    for (const FlowEdge& edge : edges_) {
      if (edge.from == node) out += edge.flow;
    }
    for (size_t e = 0; e < edges_.size(); ++e) {
      if (edges_[e].from != node || edges_[e].flow == 0) continue;
      path_.push_back(e);
      Walk(edges_[e].to, probability * edges_[e].flow / out);
      path_.pop_back();
    }
  }

  std::vector<FlowEdge> edges_;
  const int sink_;
  std::vector<size_t> path_;
  std::vector<double> shares_;
  int paths_ = 0;
};

// A unit flow from 0 to n-1: of random paths that visit nodes in one order.
std::vector<FlowEdge> RandomFlow(int nodes, std::mt19937* engine) {
  std::vector<std::vector<double>> flow(nodes, std::vector<double>(nodes, 0));
  const int paths = 1 + static_cast<int>((*engine)() % 40);
  for (int p = 0; p < paths; ++p) {
    int at = 0;
    while (at < nodes - 1) {
      const int to = at + 1 + static_cast<int>((*engine)() % (nodes - 1 - at));
      flow[at][to] += 1.0 / paths;
      at = to;
    }
  }
  std::vector<FlowEdge> edges;
  for (int i = 0; i < nodes; ++i) {
    for (int j = i + 1; j < nodes; ++j) {
      // Half of them the wrong way round.
      if ((*engine)() % 2 == 0) {
        edges.push_back({i, j, flow[i][j]});
      } else {
        edges.push_back({j, i, -flow[i][j]});
      }
    }
  }
  return edges;
}

double Sum(const std::vector<double>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0.0);
}

TEST(RandomWalkTest, IsTheEnumerationOfEveryPath) {
  std::mt19937 engine(1);
  int most_paths = 0;
  for (int repeat = 0; repeat < 300; ++repeat) {
    const int nodes = 2 + repeat % 11;
    const std::vector<FlowEdge> edges = RandomFlow(nodes, &engine);
    Enumeration enumeration(edges, nodes - 1);
    const std::vector<double> expected = enumeration.From(0);
    most_paths = std::max(most_paths, enumeration.paths());
    const auto shares = RandomWalkShares(nodes, edges, 0, nodes - 1);
    ASSERT_TRUE(shares.has_value());
    for (size_t e = 0; e < edges.size(); ++e) {
      EXPECT_NEAR((*shares)[e], expected[e], 1e-14) << nodes;
    }
    EXPECT_NEAR(Sum(*shares), 1, 1e-14);
  }
  EXPECT_GT(most_paths, 100);
}

TEST(RandomWalkTest, AnEdgeAloneHasItAll) {
  const auto shares = RandomWalkShares(2, {{1, 0, -1}}, 0, 1);
  ASSERT_TRUE(shares.has_value());
  EXPECT_NEAR(shares->front(), 1, 1e-15);
}

TEST(RandomWalkTest, AChainSharesEvenly) {
  constexpr int kNodes = 200;
  std::vector<FlowEdge> chain;
  for (int i = 0; i + 1 < kNodes; ++i) chain.push_back({i, i + 1, 1});
  const auto shares = RandomWalkShares(kNodes, chain, 0, kNodes - 1);
  ASSERT_TRUE(shares.has_value());
  for (const double share : *shares) {
    EXPECT_NEAR(share, 1.0 / (kNodes - 1), 1e-15);
  }
}

// Where all paths have a length of 2, shares are half the flows.
TEST(RandomWalkTest, ThroughManyMiddlesTheSharesAreHalfTheFlows) {
  std::vector<FlowEdge> edges;
  for (int i = 1; i <= 50; ++i) {
    const double flow = i / 1275.0;
    edges.push_back({0, i, flow});
    edges.push_back({i, 51, flow});
  }
  const auto shares = RandomWalkShares(52, edges, 0, 51);
  ASSERT_TRUE(shares.has_value());
  for (size_t e = 0; e < edges.size(); ++e) {
    EXPECT_NEAR((*shares)[e], edges[e].flow / 2, 1e-15);
  }
}

// 2^60 paths: layers of two nodes, each with edges to both of the next.
TEST(RandomWalkTest, HowManyPathsThereAreDoesNotMatter) {
  std::vector<FlowEdge> edges = {{0, 1, 0.25}, {0, 2, 0.75}};
  int node = 1;
  for (int layer = 0; layer < 60; ++layer, node += 2) {
    edges.push_back({node, node + 2, 0.125});
    edges.push_back({node, node + 3, 0.125});
    edges.push_back({node + 1, node + 2, 0.125});
    edges.push_back({node + 1, node + 3, 0.625});
  }
  edges.push_back({node, node + 2, 0.25});
  edges.push_back({node + 1, node + 2, 0.75});
  const auto shares = RandomWalkShares(node + 3, edges, 0, node + 2);
  ASSERT_TRUE(shares.has_value());
  EXPECT_NEAR(Sum(*shares), 1, 1e-13);
  for (size_t e = 0; e < edges.size(); ++e) {  // All paths are as long.
    EXPECT_NEAR((*shares)[e], edges[e].flow / 62, 1e-15) << e;
  }
}

TEST(RandomWalkTest, RoundingLeadsNowhere) {
  const auto shares = RandomWalkShares(
      5,
      {{0, 1, 1}, {0, 2, 1e-17}, {2, 3, 1e-17}, {3, 2, 1e-17}, {1, 4, 1e-17}},
      0, 1);
  ASSERT_TRUE(shares.has_value());
  EXPECT_EQ(*shares, (std::vector<double>{1, 0, 0, 0, 0}));
  // An edge above it that ends where no flow goes on.
  const auto dead_end = RandomWalkShares(3, {{0, 1, 1}, {0, 2, 1e-11}}, 0, 1);
  EXPECT_EQ(*dead_end, (std::vector<double>{1, 0}));
}

TEST(RandomWalkTest, ACircleHasNoPaths) {
  EXPECT_FALSE(RandomWalkShares(
                   4, {{0, 1, 1}, {1, 2, 1.5}, {2, 1, 0.5}, {2, 3, 1}}, 0, 3)
                   .has_value());
  // One that no walk comes to does not matter.
  EXPECT_TRUE(
      RandomWalkShares(4, {{0, 1, 1}, {2, 3, 1}, {3, 2, 1}}, 0, 1).has_value());
}

}  // namespace
}  // namespace tidemark::nma
