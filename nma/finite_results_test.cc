// No NaN and no infinity leaves the engine.
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/heterogeneity.h"
#include "nma/interval.h"
#include "nma/network_fit.h"
#include "nma/relative_effect.h"
#include "nma/testing/random_network.h"

namespace tidemark::nma {
namespace {

bool IsFinite(const std::optional<Interval>& interval) {
  return !interval.has_value() ||
         (std::isfinite(interval->lower) && std::isfinite(interval->upper) &&
          interval->lower <= interval->upper);
}

void ExpectFinite(const Heterogeneity& heterogeneity) {
  EXPECT_TRUE(std::isfinite(heterogeneity.q));
  EXPECT_TRUE(std::isfinite(heterogeneity.p_q.value_or(0)));
  EXPECT_TRUE(std::isfinite(heterogeneity.i2));
  EXPECT_TRUE(std::isfinite(heterogeneity.h.value_or(0)));
  EXPECT_TRUE(std::isfinite(heterogeneity.tau2));
  EXPECT_TRUE(std::isfinite(heterogeneity.residual_scale.value_or(0)));
  EXPECT_TRUE(IsFinite(heterogeneity.h_interval));
  EXPECT_TRUE(IsFinite(heterogeneity.i2_interval));
  EXPECT_TRUE(IsFinite(heterogeneity.q_profile));
  EXPECT_TRUE(IsFinite(heterogeneity.profile_likelihood));
}

void ExpectFinite(const NetworkFit& fit, const ModelFit& model) {
  const int size = static_cast<int>(fit.treatments.size());
  for (int i = 0; i < size; ++i) {
    for (int j = 0; j < size; ++j) {
      const auto effect = Relative(fit, model, i, j);
      EXPECT_TRUE(std::isfinite(effect->effect));
      EXPECT_TRUE(std::isfinite(effect->se));
      EXPECT_TRUE(IsFinite(effect->confidence));
      EXPECT_TRUE(IsFinite(effect->prediction));
      if (!effect->test.has_value()) continue;
      EXPECT_TRUE(std::isfinite(effect->test->statistic));
      EXPECT_TRUE(std::isfinite(effect->test->p));
    }
  }
}

// Effects and standard errors of any orders of magnitude in one network: an
// error, or numbers.
TEST(FiniteResultsTest, NothingThatIsNotFiniteLeaves) {
  int fitted = 0;
  for (int seed = 1; seed <= 40; ++seed) {
    std::mt19937 engine(seed);
    // 10^-160 to 10^160 at most.
    const std::uint64_t range = std::uint64_t{10} << seed % 5;
    const auto power = [&] {
      return std::pow(10.0, static_cast<double>(engine() % (2 * range)) -
                                static_cast<double>(range));
    };
    std::vector<StudyEffects> studies = RandomNetwork(4, 6, seed);
    for (StudyEffects& study : studies) {
      study.effects *= power();
      study.covariance *= power();
    }
    FitOptions options;
    options.tau2_method = static_cast<Tau2Method>(seed % 4);
    options.interval_method = static_cast<IntervalMethod>(seed % 3);
    options.level = seed % 7 == 0 ? 1 - 1e-15 : 0.95;
    const absl::StatusOr<NetworkFit> fit = FitNetwork(studies, options);
    if (!fit.ok()) continue;
    SCOPED_TRACE(seed);
    ++fitted;
    ExpectFinite(fit->heterogeneity[0]);
    ExpectFinite(*fit, fit->common);
    ExpectFinite(*fit, fit->random);
  }
  EXPECT_GT(fitted, 20);
}

// By the number of effects of the study.
class AlmostSingularTest : public ::testing::TestWithParam<int> {};

// A base arm that is less precise than the others by all digits of double: the
// variance of a contrast among these is rounding noise, of either sign.
TEST_P(AlmostSingularTest, AStudyWhoseCovarianceIsSoIsFitted) {
  const int effects = GetParam();
  int fitted = 0;
  for (int seed = 1; seed <= 400; ++seed) {
    if (2 + seed % 4 != effects) continue;
    std::mt19937 engine(seed);
    std::uniform_real_distribution<double> uniform(0.5, 1.5);
    StudyEffects study{"singular", {"T0"}, Eigen::VectorXd(effects), {}};
    study.covariance =
        Eigen::MatrixXd::Constant(effects, effects, 1 + uniform(engine));
    for (int i = 0; i < effects; ++i) {
      study.treatments.push_back("T" + std::to_string(i + 1));
      study.effects[i] = uniform(engine) - 1;
      study.covariance(i, i) += 5e-16 * uniform(engine);
    }
    std::vector<StudyEffects> studies = RandomNetwork(6, 8, seed);
    studies.push_back(study);
    const absl::StatusOr<NetworkFit> fit = FitNetwork(studies, {});
    if (!fit.ok()) continue;  // not positive definite
    SCOPED_TRACE(seed);
    ++fitted;
    ExpectFinite(fit->heterogeneity[0]);
    ExpectFinite(*fit, fit->common);
    ExpectFinite(*fit, fit->random);
  }
  EXPECT_GT(fitted, 25);
}

INSTANTIATE_TEST_SUITE_P(Effects, AlmostSingularTest, ::testing::Range(2, 6));

}  // namespace
}  // namespace tidemark::nma
