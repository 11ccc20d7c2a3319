#include "nma/network.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;

StudyEffects Study(const std::string& id,
                   const std::vector<std::string>& treatments) {
  const auto m = static_cast<Eigen::Index>(treatments.size()) - 1;
  return {id, treatments, Eigen::VectorXd::Zero(m),
          Eigen::MatrixXd::Identity(m, m)};
}

TEST(NetworkTest, NumbersComponentsByTheirFirstTreatment) {
  const Network network =
      BuildNetwork({Study("1", {"B", "D"}),  //
                    Study("2", {"A", "E"}), Study("3", {"C", "D"})});
  EXPECT_THAT(network.treatments, ElementsAre("A", "B", "C", "D", "E"));
  ASSERT_EQ(network.components.size(), 2);
  EXPECT_THAT(network.components[0].treatments, ElementsAre(0, 4));
  EXPECT_THAT(network.components[1].treatments, ElementsAre(1, 2, 3));
}

TEST(NetworkTest, BlocksUseTheNodesOfTheirComponentInTheOrderOfIds) {
  const Network network =
      BuildNetwork({Study("2", {"C", "D"}),  //
                    Study("3", {"A", "E"}), Study("1", {"B", "C", "D"})});
  const ConnectedNetwork& part = network.components[1].network;
  EXPECT_EQ(part.nodes, 3);
  ASSERT_EQ(part.blocks.size(), 2);
  EXPECT_THAT(part.blocks[0].nodes, ElementsAre(0, 1, 2));
  EXPECT_THAT(part.blocks[1].nodes, ElementsAre(1, 2));
}

TEST(NetworkTest, LongChainsAreOneComponent) {
  std::vector<StudyEffects> chain;
  for (char c = 'Z'; c > 'A'; --c) {
    chain.push_back(
        Study(std::string(1, c),
              {std::string(1, static_cast<char>(c - 1)), std::string(1, c)}));
  }
  EXPECT_EQ(BuildNetwork(chain).components.size(), 1);
}

}  // namespace
}  // namespace tidemark::nma
