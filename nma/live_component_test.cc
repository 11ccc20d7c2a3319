#include "nma/live_component.h"

#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

// How LiveNetwork uses components is tested with it; here is when estimates
// follow and when they do not.
class LiveComponentTest : public ::testing::Test {
 protected:
  LiveComponentTest() : component_(Make()) {
    EXPECT_OK(component_.Common().status());
  }

  static LiveComponent Make() {
    Network network = BuildNetwork(RandomNetwork(6, 60, /*seed=*/5));
    std::vector<std::string> ids;
    for (int s = 0; s < 60; ++s) ids.push_back(std::to_string(s));
    return LiveComponent(network.treatments, ids,
                         std::move(network.components[0].network));
  }

  LiveComponent component_;
};

TEST_F(LiveComponentTest, FollowsAfterAFitOnly) {
  LiveComponent fresh = Make();
  EXPECT_FALSE(fresh.follows());
  EXPECT_OK(fresh.Fit({Tau2Method::kDerSimonianLaird, 0.95}).status());
  EXPECT_TRUE(fresh.follows());
}

// Now and then the error bound asks for a fit: after a few dozen of such edits,
// each of which takes out a study of which there is a copy.
TEST_F(LiveComponentTest, OrdinaryEditsAreFollowed) {
  int followed = 0;
  for (int i = 0; i < 200; ++i) {
    StudyBlock block = component_.table().network().blocks[i % 60];
    block.effects.array() += 0.01;
    component_.Add("new", block);
    ASSERT_OK(component_.Common().status());
    ASSERT_TRUE(component_.Remove(i % 60)) << i;
    block.covariance *= i % 2 == 0 ? 1.25 : 0.8;
    ASSERT_TRUE(component_.Replace(i % 60, block)) << i;
    if (component_.follows()) ++followed;
    ASSERT_OK(component_.Common().status());
  }
  EXPECT_GT(followed, 180);
}

TEST_F(LiveComponentTest, TheLastStudyTakesTheIndexOfOneThatGoes) {
  ASSERT_TRUE(component_.Remove(3));
  EXPECT_EQ(component_.id(3), "59");
  EXPECT_EQ(component_.table().size(), 59);
}

TEST_F(LiveComponentTest, PrecisionsFarApartAreNotFollowed) {
  StudyBlock block = component_.table().network().blocks[0];
  block.covariance *= 1e-7;
  component_.Add("precise", block);
  EXPECT_FALSE(component_.follows());
  EXPECT_OK(component_.Common().status());
  EXPECT_FALSE(component_.follows());
  EXPECT_FALSE(component_.Remove(60));  // connected? it cannot tell
  EXPECT_OK(component_.Common().status());
  EXPECT_TRUE(component_.follows());
}

TEST_F(LiveComponentTest, EndlessEditsOfOneStudyAreFittedAgainNowAndThen) {
  StudyBlock block = component_.table().network().blocks[0];
  int fits = 0;
  constexpr int kEdits = 20000;
  for (int i = 0; i < kEdits; ++i) {
    block.covariance *= i % 2 == 0 ? 4 : 0.25;
    ASSERT_TRUE(component_.Replace(0, block));
    if (component_.follows()) continue;
    ++fits;
    ASSERT_OK(component_.Common().status());
  }
  EXPECT_GT(fits, 0);
  EXPECT_LT(fits, kEdits / 50);
}

}  // namespace
}  // namespace tidemark::nma
