#include "nma/partial_order.h"

#include <algorithm>
#include <cstddef>

namespace tidemark::nma {
namespace {

using Scores = std::vector<std::optional<double>>;

bool HasAllScores(absl::Span<const Scores> outcomes, size_t i) {
  return std::all_of(
      outcomes.begin(), outcomes.end(),
      [i](const Scores& scores) { return scores[i].has_value(); });
}

// Whether i has a score in each outcome, and j one that is no better.
bool IsAtLeast(absl::Span<const Scores> outcomes, size_t i, size_t j) {
  return std::all_of(outcomes.begin(), outcomes.end(),
                     [i, j](const Scores& scores) {
                       return scores[i].has_value() && scores[j].has_value() &&
                              *scores[i] >= *scores[j];
                     });
}

// The part of a transitive relation that is not implied by the rest.
Relation TransitiveReduction(const Relation& relation) {
  Relation reduced = relation;
  for (Eigen::Index j = 0; j < relation.cols(); ++j) {
    for (Eigen::Index k = 0; k < relation.cols(); ++k) {
      if (!relation(k, j)) continue;
      for (Eigen::Index i = 0; i < relation.rows(); ++i) {
        if (relation(i, k)) reduced(i, j) = false;
      }
    }
  }
  return reduced;
}

}  // namespace

PartialOrder OrderByAll(absl::Span<const Scores> outcomes) {
  const size_t treatments = outcomes.front().size();
  const auto n = static_cast<Eigen::Index>(treatments);
  PartialOrder order;
  order.dominates = Relation::Zero(n, n);
  order.ties = Relation::Zero(n, n);
  for (size_t i = 0; i < treatments; ++i) {
    for (size_t j = 0; j < treatments; ++j) {
      if (i == j || !IsAtLeast(outcomes, i, j)) continue;
      const bool both = IsAtLeast(outcomes, j, i);
      (both ? order.ties : order.dominates)(i, j) = true;
    }
  }
  order.covers = TransitiveReduction(order.dominates);
  for (Eigen::Index i = 0; i < n; ++i) {
    if (HasAllScores(outcomes, i) && !order.dominates.col(i).any()) {
      order.maximal.push_back(static_cast<int>(i));
    }
  }
  return order;
}

}  // namespace tidemark::nma
