#include "nma/heterogeneity_moments.h"

#include <cmath>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/testing/explicit_model.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

// With 100 digits.
HeterogeneityMoments Reference(const ConnectedNetwork& network, double tau2) {
  const ReferenceModel model(network);
  const ReferenceModel::Matrix p = model.ResidualProjection(tau2);
  const ReferenceModel::Vector py = p * model.y;
  const ReferenceModel::Vector v0py = model.v0 * py;
  const ReferenceModel::Matrix pv0 = p * model.v0;
  const ReferenceModel::Matrix wv0 = model.Precision(tau2) * model.v0;
  return {static_cast<double>(model.y.dot(py)),
          static_cast<double>(pv0.trace()), static_cast<double>(py.dot(v0py)),
          static_cast<double>(wv0.trace())};
}

void ExpectMoments(const ConnectedNetwork& network, double tau2,
                   double tolerance) {
  ASSERT_OK_AND_ASSIGN(const HeterogeneityMoments moments,
                       MomentsAt(network, tau2));
  const HeterogeneityMoments expected = Reference(network, tau2);
  EXPECT_NEAR(moments.q / expected.q, 1, tolerance);
  EXPECT_NEAR(moments.trace / expected.trace, 1, tolerance);
  EXPECT_NEAR(moments.quadratic / expected.quadratic, 1, tolerance);
  EXPECT_NEAR(moments.weight_trace / expected.weight_trace, 1, tolerance);
}

class HeterogeneityMomentsTest : public ::testing::TestWithParam<int> {
 protected:
  ConnectedNetwork Connected() const {
    return BuildNetwork(RandomNetwork(/*treatments=*/6, /*studies=*/9,
                                      /*seed=*/GetParam()))
        .components[0]
        .network;
  }
};

TEST_P(HeterogeneityMomentsTest, EqualTheModelWrittenOut) {
  for (const double tau2 : {0.0, 0.3}) ExpectMoments(Connected(), tau2, 1e-12);
}

// Each of these has one study or a few that outweigh all others.
TEST_P(HeterogeneityMomentsTest, KeepTheirDigitsWhateverTheWeights) {
  for (const double ratio : {1e4, 1e8, 1e12, 1e16}) {
    for (size_t precise = 1; precise <= 4; ++precise) {
      ConnectedNetwork network = Connected();
      for (size_t s = 0; s < precise; ++s) {
        network.blocks[2 * s].covariance /= ratio;
      }
      SCOPED_TRACE(::testing::Message() << ratio << " " << precise);
      // Effects of order 1 differ by as much: a few digits of 16.
      for (const double tau2 : {0.0, 1e-9, 1e-4}) {
        ExpectMoments(network, tau2, 1e-11);
      }
    }
  }
}

// Weights fall by a factor from study to study.
TEST_P(HeterogeneityMomentsTest, KeepTheirDigitsOverManyOrders) {
  ConnectedNetwork network = Connected();
  double factor = 1;
  for (StudyBlock& block : network.blocks) {
    block.covariance *= factor;
    factor *= 100;
  }
  for (const double tau2 : {0.0, 1.0, 1e6}) ExpectMoments(network, tau2, 1e-11);
}

INSTANTIATE_TEST_SUITE_P(Seeds, HeterogeneityMomentsTest,
                         ::testing::Range(1, 5));

}  // namespace
}  // namespace tidemark::nma
