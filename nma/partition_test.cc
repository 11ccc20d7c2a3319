#include "nma/partition.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PartitionTest, SetsThatShareAnItemAreOnePart) {
  const std::vector<int> a = {5, 1};
  const std::vector<int> b = {3, 0};
  const std::vector<int> c = {2, 6, 5};
  const Partition partition = Connect(7, {&a, &b, &c});
  // {0, 3}, {1, 2, 5, 6} and {4}, which is in no set.
  EXPECT_THAT(partition.part, ElementsAre(0, 1, 1, 0, 2, 1, 1));
  EXPECT_THAT(partition.node, ElementsAre(0, 0, 1, 1, 0, 2, 3));
  EXPECT_THAT(partition.nodes, ElementsAre(2, 4, 1));
}

TEST(PartitionTest, OfNothingHasNoParts) {
  EXPECT_THAT(Connect(0, {}).nodes, IsEmpty());
}

}  // namespace
}  // namespace tidemark::nma
