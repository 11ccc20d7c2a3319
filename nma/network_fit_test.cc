#include "nma/network_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/testing/random_network.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

constexpr double kTolerance = 1e-12;  // well conditioned networks

NetworkFit Fit(const std::vector<StudyEffects>& studies,
               const FitOptions& options = {}) {
  const absl::StatusOr<NetworkFit> fit = FitNetwork(studies, options);
  EXPECT_OK(fit);
  return *fit;
}

// Effects and standard errors of all pairs under the random-effects model.
Eigen::MatrixXd League(const NetworkFit& fit) {
  const auto size = static_cast<int>(fit.treatments.size());
  Eigen::MatrixXd league(size, 2 * size);
  for (int i = 0; i < size; ++i) {
    for (int j = 0; j < size; ++j) {
      const auto effect = Relative(fit, fit.random, i, j);
      league(i, j) = effect->effect;
      league(i, size + j) = effect->se;
    }
  }
  return league;
}

TEST(NetworkFitTest, PoolsTwoStudiesByInverseVariance) {
  const NetworkFit fit =
      Fit({TwoArms("1", "A", "B", 1, 1), TwoArms("2", "A", "B", 2, 0.5)});
  EXPECT_THAT(fit.treatments, ElementsAre("A", "B"));
  const auto effect = Relative(fit, fit.common, 1, 0);
  EXPECT_NEAR(effect->effect, 5.0 / 3, kTolerance);
  EXPECT_NEAR(effect->se, std::sqrt(1.0 / 3), kTolerance);
  EXPECT_NEAR(fit.heterogeneity[0].q, 2.0 / 3, kTolerance);
  EXPECT_EQ(fit.heterogeneity[0].df, 1);
  EXPECT_EQ(fit.heterogeneity[0].i2, 0);
}

TEST(NetworkFitTest, DerSimonianLairdOfTwoTreatmentsHasItsClassicalForm) {
  FitOptions options;
  options.tau2_method = Tau2Method::kDerSimonianLaird;
  const NetworkFit fit = Fit(
      {TwoArms("1", "A", "B", 0, 1), TwoArms("2", "A", "B", 4, 0.5)}, options);
  // Q = 32/3, and sum w - sum w^2 / sum w = 3 - 5/3.
  EXPECT_NEAR(fit.heterogeneity[0].tau2, (32.0 / 3 - 1) / (4.0 / 3),
              kTolerance);
  EXPECT_NEAR(fit.heterogeneity[0].i2, 1 - 3.0 / 32, kTolerance);
}

TEST(NetworkFitTest, IndirectEvidenceAddsUpAlongAChain) {
  const NetworkFit fit =
      Fit({TwoArms("1", "A", "B", 1, 0.2), TwoArms("2", "B", "C", 2, 0.3)});
  const auto effect = Relative(fit, fit.random, 2, 0);
  EXPECT_NEAR(effect->effect, 3, kTolerance);
  EXPECT_NEAR(effect->se * effect->se, 0.5, kTolerance);
  EXPECT_EQ(fit.heterogeneity[0].df, 0);
  EXPECT_EQ(fit.heterogeneity[0].tau2, 0);
  EXPECT_FALSE(fit.heterogeneity[0].p_q.has_value());
}

TEST(NetworkFitTest, ComponentsAreFittedOnTheirOwn) {
  const std::vector<StudyEffects> left = {TwoArms("1", "A", "C", 1, 0.2),
                                          TwoArms("2", "A", "C", 3, 0.2)};
  const std::vector<StudyEffects> right = {TwoArms("3", "B", "D", 2, 0.1)};
  std::vector<StudyEffects> both = right;
  both.insert(both.end(), left.begin(), left.end());

  const NetworkFit fit = Fit(both);
  EXPECT_THAT(fit.component, ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(fit.reference, ElementsAre(0, 1));
  EXPECT_EQ(fit.heterogeneity[0].tau2, Fit(left).heterogeneity[0].tau2);
  EXPECT_EQ(fit.heterogeneity[1].tau2, 0);
  EXPECT_FALSE(Relative(fit, fit.random, 0, 1).has_value());
  EXPECT_EQ(Relative(fit, fit.random, 2, 0)->effect,
            Relative(Fit(left), Fit(left).random, 1, 0)->effect);
  EXPECT_EQ(fit.random.pair_variances(2, 3), 0);
  EXPECT_EQ(fit.random.p_scores[0] + fit.random.p_scores[2], 1);
}

TEST(NetworkFitTest, ReferenceAppliesToItsComponentOnly) {
  FitOptions options;
  options.reference = "D";
  const NetworkFit fit =
      Fit({TwoArms("1", "A", "C", 1, 0.2), TwoArms("2", "B", "D", 2, 0.1)},
          options);
  EXPECT_THAT(fit.reference, ElementsAre(0, 3));
  EXPECT_EQ(fit.common.effects[3], 0);
  EXPECT_NEAR(fit.common.effects[1], -2, kTolerance);
}

TEST(NetworkFitTest, WithoutDataNothingCanBeFitted) {
  EXPECT_THAT(FitNetwork({}, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, "no study"));
  FitOptions options;
  options.reference = "placebo";
  EXPECT_THAT(FitNetwork({TwoArms("1", "A", "B", 1, 1)}, options),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("\"placebo\"")));
}

TEST(NetworkFitTest, RefusesEffectsThatCannotBe) {
  const auto refuses = [](const StudyEffects& study) {
    return ::testing::Value(FitNetwork({study}, {}),
                            StatusIs(absl::StatusCode::kInvalidArgument,
                                     HasSubstr("study \"bad\"")));
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(refuses(TwoArms("bad", "A", "B", nan, 1)));
  EXPECT_TRUE(refuses(TwoArms("bad", "A", "B", 1, 0)));
  EXPECT_TRUE(refuses(TwoArms("bad", "A", "A", 1, 1)));
  StudyEffects short_of_effects = TwoArms("bad", "A", "B", 1, 1);
  short_of_effects.treatments.emplace_back("C");
  EXPECT_TRUE(refuses(short_of_effects));
}

TEST(NetworkFitTest, RefusesALevelThatIsNone) {
  for (const double level : {0.0, 1.0, -1.0, std::nan("")}) {
    FitOptions options;
    options.level = level;
    EXPECT_THAT(
        FitNetwork({TwoArms("1", "A", "B", 1, 1)}, options),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("level")));
  }
}

TEST(NetworkFitTest, RefusesNumbersWhoseSquaresAreNotFinite) {
  const std::vector<StudyEffects> studies = {
      TwoArms("first", "A", "B", 1e200, 1), TwoArms("second", "A", "B", 0, 1)};
  EXPECT_THAT(
      FitNetwork(studies, {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not finite")));
}

TEST(RelativeTest, IsAntisymmetric) {
  FitOptions options;
  options.level = 0.9;
  options.interval_method = IntervalMethod::kHartungKnapp;
  const NetworkFit fit = Fit(RandomNetwork(6, 10, 3), options);
  const auto forth = Relative(fit, fit.random, 1, 4);
  const auto back = Relative(fit, fit.random, 4, 1);
  EXPECT_EQ(forth->effect, -back->effect);
  EXPECT_EQ(forth->confidence->lower, -back->confidence->upper);
  EXPECT_EQ(forth->prediction->lower, -back->prediction->upper);
  EXPECT_EQ(forth->se, back->se);
  EXPECT_EQ(forth->test->p, back->test->p);
  EXPECT_EQ(forth->test->statistic, forth->effect / forth->se);
}

TEST(RelativeTest, IntervalsAreThoseOfTheModelAndItsComponent) {
  FitOptions options;
  options.level = 0.9;
  options.interval_method = IntervalMethod::kHartungKnapp;
  // One study less than for a t interval in the second component.
  const NetworkFit fit =
      Fit({TwoArms("1", "A", "B", 0, 1), TwoArms("2", "A", "B", 4, 0.5),
           TwoArms("3", "A", "B", 1, 0.2), TwoArms("4", "C", "D", 1, 0.2)},
          options);
  const Heterogeneity& heterogeneity = fit.heterogeneity[0];
  const auto expect = [&](const IntervalRule& rule, const ModelFit& model) {
    const RelativeEffect expected =
        MakeRelativeEffect(model.effects[1], model.pair_variances(0, 1), rule);
    const auto actual = Relative(fit, model, 1, 0);
    EXPECT_EQ(actual->confidence->lower, expected.confidence->lower);
    EXPECT_EQ(actual->test->p, expected.test->p);
    EXPECT_EQ(actual->prediction.has_value(), expected.prediction.has_value());
  };
  expect(CommonEffectIntervals(0.9), fit.common);
  expect(RandomEffectsIntervals({heterogeneity.tau2, heterogeneity.df,
                                 heterogeneity.residual_scale},
                                IntervalMethod::kHartungKnapp, 0.9),
         fit.random);
  EXPECT_TRUE(Relative(fit, fit.common, 3, 2)->confidence.has_value());
  EXPECT_FALSE(Relative(fit, fit.random, 3, 2)->confidence.has_value());
}

TEST(RelativeTest, OfATreatmentToItselfIsExactlyNothing) {
  const NetworkFit fit = Fit(RandomNetwork(6, 10, 3));
  const auto effect = Relative(fit, fit.random, 2, 2);
  EXPECT_EQ(effect->effect, 0);
  EXPECT_EQ(effect->se, 0);
  EXPECT_EQ(effect->test->p, 1);
}

class NetworkFitPropertyTest : public ::testing::TestWithParam<int> {
 protected:
  const std::vector<StudyEffects> studies_ = RandomNetwork(8, 14, GetParam());
  const NetworkFit fit_ = Fit(studies_);
};

TEST_P(NetworkFitPropertyTest, OrderOfStudiesChangesNothingAtAll) {
  std::vector<StudyEffects> reversed(studies_.rbegin(), studies_.rend());
  const NetworkFit fit = Fit(reversed);
  EXPECT_EQ(fit.heterogeneity[0].tau2, fit_.heterogeneity[0].tau2);
  EXPECT_EQ(fit.random.effects, fit_.random.effects);
  EXPECT_EQ(fit.random.pair_variances, fit_.random.pair_variances);
  EXPECT_EQ(fit.random.p_scores, fit_.random.p_scores);
}

TEST_P(NetworkFitPropertyTest, ReferenceChangesNoRelativeEffect) {
  for (const std::string& reference : fit_.treatments) {
    FitOptions options;
    options.reference = reference;
    const NetworkFit fit = Fit(studies_, options);
    EXPECT_EQ(fit.heterogeneity[0].tau2, fit_.heterogeneity[0].tau2);
    EXPECT_EQ(fit.random.pair_variances, fit_.random.pair_variances);
    EXPECT_TRUE(League(fit).isApprox(League(fit_), kTolerance));
    EXPECT_TRUE(fit.random.p_scores.isApprox(fit_.random.p_scores, kTolerance));
  }
}

TEST_P(NetworkFitPropertyTest, UnitsScaleEffectsOnly) {
  for (const double unit : {1e-6, 1e6}) {
    std::vector<StudyEffects> scaled = studies_;
    for (StudyEffects& study : scaled) {
      study.effects *= unit;
      study.covariance *= unit * unit;
    }
    const NetworkFit fit = Fit(scaled);
    EXPECT_TRUE(League(fit).isApprox(unit * League(fit_), kTolerance));
    EXPECT_NEAR(fit.heterogeneity[0].q, fit_.heterogeneity[0].q,
                kTolerance * fit_.heterogeneity[0].q);
  }
}

// "T0" becomes "T9", "T1" "T8" and so on: the bases of all studies change.
TEST_P(NetworkFitPropertyTest, NamesOfTreatmentsDoNotMatter) {
  std::vector<StudyEffects> renamed;
  for (const StudyEffects& study : studies_) {
    const Eigen::Index k = study.effects.size() + 1;
    Eigen::VectorXd value = Eigen::VectorXd::Zero(k);
    value.tail(k - 1) = study.effects;
    Eigen::MatrixXd variance = Eigen::MatrixXd::Zero(k, k);
    variance.bottomRightCorner(k - 1, k - 1) = study.covariance;
    // Against the last arm, in reverse order.
    Eigen::MatrixXd against = Eigen::MatrixXd::Zero(k - 1, k);
    StudyEffects other{study.study, {}, {}, {}};
    for (Eigen::Index i = 0; i < k - 1; ++i) {
      against(i, k - 2 - i) = 1;
      against(i, k - 1) = -1;
    }
    for (Eigen::Index i = k - 1; i >= 0; --i) {
      other.treatments.push_back(
          {'T', static_cast<char>('9' - (study.treatments[i][1] - '0'))});
    }
    other.effects = against * value;
    other.covariance = against * variance * against.transpose();
    renamed.push_back(other);
  }
  const NetworkFit fit = Fit(renamed);
  EXPECT_NEAR(fit.heterogeneity[0].tau2, fit_.heterogeneity[0].tau2,
              kTolerance * fit_.heterogeneity[0].tau2);
  const Eigen::VectorXd p_scores = fit.random.p_scores.reverse();
  EXPECT_TRUE(p_scores.isApprox(fit_.random.p_scores, 1e-11));
}

INSTANTIATE_TEST_SUITE_P(Seeds, NetworkFitPropertyTest, ::testing::Range(1, 9));

}  // namespace
}  // namespace tidemark::nma
