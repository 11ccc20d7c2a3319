// Ranking treatments by several outcomes at once.
#ifndef TIDEMARK_NMA_PARTIAL_ORDER_H_
#define TIDEMARK_NMA_PARTIAL_ORDER_H_

#include <optional>
#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"

namespace tidemark::nma {

// Element (i, j) says whether i is in a relation to j.
using Relation = Eigen::Matrix<bool, Eigen::Dynamic, Eigen::Dynamic>;

// Of n treatments. Two of them may be in none of the relations: each is better
// than the other in some outcome, or one lacks a score.
struct PartialOrder {
  // n x n: i is at least as good as j in every outcome and better in one.
  Relation dominates;
  // n x n: i and j, not the same, are equally good in every outcome.
  Relation ties;
  // n x n: i dominates j and no other treatment lies between: the edges of a
  // Hasse diagram. Its transitive closure is `dominates`.
  Relation covers;
  // Treatments with a score in every outcome that none dominates.
  std::vector<int> maximal;
};

// The product order of scores, one vector of n for each outcome, larger being
// better (say P-scores): Carlsen & Bruggemann 2014; Ruecker & Schwarzer 2017.
// A treatment without a score in some outcome is comparable with none.
//
// As `netposet` of netmeta, M - sign(M M) with M_ij = 1 if i dominates j, but
// for ties, which dominate each other there and so hide each other's edges.
// Scores are compared exactly: with a tolerance, order would not be transitive.
// Requires at least one outcome, the same n in all of them and no NaN.
// O(outcomes n^2 + n^3).
PartialOrder OrderByAll(
    absl::Span<const std::vector<std::optional<double>>> outcomes);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_PARTIAL_ORDER_H_
