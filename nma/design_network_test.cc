#include "nma/design_network.h"

#include <string>
#include <vector>

#include "Eigen/Core"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;

using Strings = std::vector<std::string>;

StudyEffects ThreeArms(const std::string& id) {
  Eigen::MatrixXd covariance(2, 2);
  covariance << 0.5, 0.2, 0.2, 0.7;
  return {id, {"A", "B", "C"}, Eigen::Vector2d(1, 2), covariance};
}

class DesignNetworkTest : public ::testing::Test {
 protected:
  void Add(const std::vector<const StudyEffects*>& studies) {
    for (const StudyEffects* study : studies) network_.Add(*study);
  }

  // Treatments of each design of the component.
  std::vector<Strings> DesignsOf(const DesignComponent& component) {
    std::vector<Strings> designs;
    for (const Design* design : component.designs) {
      designs.push_back(design->studies[0]->treatments);
    }
    return designs;
  }

  const StudyEffects abc_ = ThreeArms("2");
  const StudyEffects bc4_ = TwoArms("4", "B", "C", 4, 1);
  const StudyEffects bc1_ = TwoArms("1", "B", "C", 1, 1);
  const StudyEffects ac_ = TwoArms("3", "A", "C", 3, 1);
  const StudyEffects de_ = TwoArms("5", "D", "E", 5, 1);
  const StudyEffects cd_ = TwoArms("6", "C", "D", 5, 1);
  DesignNetwork network_;
};

TEST_F(DesignNetworkTest, StudiesOfTheSameTreatmentsShareADesign) {
  Add({&bc4_, &de_, &ac_, &abc_, &bc1_});
  const std::vector<DesignComponent> components = network_.Components();
  ASSERT_EQ(components.size(), 2);
  EXPECT_EQ(components[0].nodes, 3);
  EXPECT_THAT(DesignsOf(components[0]),
              ElementsAre(Strings{"A", "B", "C"}, Strings{"A", "C"},
                          Strings{"B", "C"}));
  const Design& bc = *components[0].designs[2];
  EXPECT_THAT(bc.studies, ElementsAre(&bc1_, &bc4_));  // in order of ids
  EXPECT_THAT(bc.nodes, ElementsAre(1, 2));
  EXPECT_EQ(bc.common.effects[0], 2.5);
  EXPECT_EQ(components[1].nodes, 2);
  EXPECT_THAT(DesignsOf(components[1]), ElementsAre(Strings{"D", "E"}));
  EXPECT_THAT(components[1].designs[0]->nodes, ElementsAre(0, 1));
}

TEST_F(DesignNetworkTest, ComponentsJoinAndSplit) {
  Add({&abc_, &de_});
  EXPECT_EQ(network_.Components().size(), 2);
  network_.Add(cd_);
  EXPECT_EQ(network_.Components().size(), 1);
  EXPECT_EQ(network_.Components()[0].nodes, 5);
  network_.Remove(cd_);
  EXPECT_EQ(network_.Components().size(), 2);
  network_.Remove(abc_);  // D and E are numbered anew
  ASSERT_EQ(network_.Components().size(), 1);
  EXPECT_THAT(network_.Components()[0].designs[0]->nodes, ElementsAre(0, 1));
  network_.Remove(de_);
  EXPECT_TRUE(network_.Components().empty());
}

TEST_F(DesignNetworkTest, OnlyTheDesignOfAChangedStudyIsRevised) {
  Add({&ac_, &bc4_});
  const std::int64_t ac = network_.Components()[0].designs[0]->revision;
  const std::int64_t bc = network_.Components()[0].designs[1]->revision;
  network_.Add(bc1_);
  network_.Remove(bc1_);
  EXPECT_EQ(network_.Components()[0].designs[0]->revision, ac);
  EXPECT_NE(network_.Components()[0].designs[1]->revision, bc);
  EXPECT_EQ(network_.Components()[0].designs[1]->common.effects[0], 4);
}

}  // namespace
}  // namespace tidemark::nma
