#include "nma/partial_order.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using Scores = std::vector<std::optional<double>>;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Pairs (i, j) of a relation.
std::vector<std::pair<int, int>> Pairs(const Relation& relation) {
  std::vector<std::pair<int, int>> pairs;
  for (int i = 0; i < relation.rows(); ++i) {
    for (int j = 0; j < relation.cols(); ++j) {
      if (relation(i, j)) pairs.emplace_back(i, j);
    }
  }
  return pairs;
}

std::pair<int, int> Pair(int i, int j) { return {i, j}; }

// Whether a way leads from i to j.
Relation TransitiveClosure(Relation relation) {
  for (Eigen::Index k = 0; k < relation.rows(); ++k) {
    for (Eigen::Index i = 0; i < relation.rows(); ++i) {
      if (relation(i, k)) {
        relation.row(i) = relation.row(i).cwiseMax(relation.row(k));
      }
    }
  }
  return relation;
}

// Scores of n treatments: some tie, and one in ten lacks.
std::vector<Scores> RandomOutcomes(int n, int outcomes, std::uint32_t seed) {
  std::mt19937 engine(seed);
  std::vector<Scores> all(outcomes, Scores(n));
  for (Scores& scores : all) {
    for (auto& score : scores) {
      if (engine() % 10 > 0) score = (engine() % 5) / 4.0;
    }
  }
  return all;
}

TEST(PartialOrderTest, OneOutcomeIsATotalOrder) {
  const PartialOrder order = OrderByAll({Scores{0.2, 0.9, 0.1, 0.5}});
  EXPECT_THAT(Pairs(order.covers),
              ElementsAre(Pair(0, 2), Pair(1, 3), Pair(3, 0)));
  EXPECT_EQ(Pairs(order.dominates).size(), 6);
  EXPECT_THAT(Pairs(order.ties), IsEmpty());
  EXPECT_THAT(order.maximal, ElementsAre(1));
}

TEST(PartialOrderTest, OutcomesThatDisagreeLeaveTreatmentsIncomparable) {
  const PartialOrder order =
      OrderByAll({Scores{0.9, 0.5, 0.1}, Scores{0.4, 0.8, 0.1}});
  EXPECT_THAT(Pairs(order.dominates), ElementsAre(Pair(0, 2), Pair(1, 2)));
  EXPECT_THAT(order.maximal, ElementsAre(0, 1));
}

TEST(PartialOrderTest, BetterInOneAndEqualInTheOthersDominates) {
  const PartialOrder order = OrderByAll({Scores{0.9, 0.5}, Scores{0.5, 0.5}});
  EXPECT_THAT(Pairs(order.dominates), ElementsAre(Pair(0, 1)));
  EXPECT_THAT(order.maximal, ElementsAre(0));
}

TEST(PartialOrderTest, TiesKeepTheirEdges) {
  const PartialOrder order =
      OrderByAll({Scores{0.9, 0.9, 0.1}, Scores{0.5, 0.5, 0.1}});
  EXPECT_THAT(Pairs(order.ties), ElementsAre(Pair(0, 1), Pair(1, 0)));
  EXPECT_THAT(Pairs(order.covers), ElementsAre(Pair(0, 2), Pair(1, 2)));
  EXPECT_THAT(order.maximal, ElementsAre(0, 1));
}

TEST(PartialOrderTest, WithoutAScoreNothingIsComparable) {
  const PartialOrder order =
      OrderByAll({Scores{0.9, 0.5, 0.1}, Scores{0.9, std::nullopt, 0.1}});
  EXPECT_THAT(Pairs(order.dominates), ElementsAre(Pair(0, 2)));
  EXPECT_THAT(Pairs(order.ties), IsEmpty());
  EXPECT_THAT(order.maximal, ElementsAre(0));
}

// By seed.
class RandomPartialOrderTest : public ::testing::TestWithParam<int> {
 protected:
  const std::vector<Scores> outcomes_ =
      RandomOutcomes(12, 1 + GetParam() % 4, GetParam());
  const PartialOrder order_ = OrderByAll(outcomes_);
};

TEST_P(RandomPartialOrderTest, IsTransitiveAndAsymmetric) {
  const Relation& d = order_.dominates;
  EXPECT_EQ(TransitiveClosure(d), d);
  EXPECT_FALSE((d.array() && d.transpose().array()).any());
  EXPECT_FALSE((d.array() && order_.ties.array()).any());
  EXPECT_EQ(order_.ties, order_.ties.transpose());
}

TEST_P(RandomPartialOrderTest, CoversAreTheSmallestRelationWithThisClosure) {
  EXPECT_EQ(TransitiveClosure(order_.covers), order_.dominates);
  for (const auto& [i, j] : Pairs(order_.covers)) {
    Relation without = order_.covers;
    without(i, j) = false;
    EXPECT_NE(TransitiveClosure(without), order_.dominates);
  }
}

TEST_P(RandomPartialOrderTest, CoversAreThoseOfNetposet) {
  const Eigen::MatrixXi m = order_.dominates.cast<int>();
  const Eigen::MatrixXi squared = m * m;
  const Eigen::MatrixXi hasse = m - squared.cwiseSign();
  EXPECT_EQ(order_.covers.cast<int>(), hasse);
}

TEST_P(RandomPartialOrderTest, TheRestIsDominatedByAMaximalTreatment) {
  for (int i = 0; i < 12; ++i) {
    const bool maximal =
        std::binary_search(order_.maximal.begin(), order_.maximal.end(), i);
    const bool complete = std::all_of(
        outcomes_.begin(), outcomes_.end(),
        [i](const Scores& scores) { return scores[i].has_value(); });
    const bool dominated =
        std::any_of(order_.maximal.begin(), order_.maximal.end(),
                    [&](int best) { return order_.dominates(best, i); });
    EXPECT_EQ(maximal, complete && !dominated) << i;
  }
}

TEST_P(RandomPartialOrderTest, RenamingPermutes) {
  std::vector<int> order(12);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(GetParam()));
  std::vector<Scores> renamed = outcomes_;
  for (size_t k = 0; k < renamed.size(); ++k) {
    for (size_t i = 0; i < 12; ++i) renamed[k][i] = outcomes_[k][order[i]];
  }
  std::reverse(renamed.begin(), renamed.end());
  const PartialOrder result = OrderByAll(renamed);
  const Relation dominates = order_.dominates(order, order);
  const Relation ties = order_.ties(order, order);
  const Relation covers = order_.covers(order, order);
  EXPECT_EQ(result.dominates, dominates);
  EXPECT_EQ(result.ties, ties);
  EXPECT_EQ(result.covers, covers);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPartialOrderTest,
                         ::testing::Range(1, 21));

}  // namespace
}  // namespace tidemark::nma
