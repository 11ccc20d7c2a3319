#include "nma/meta_regression.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Cholesky"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"

namespace tidemark::nma {
namespace {

std::vector<CovariateStudy> WithValues(const std::vector<StudyEffects>& studies,
                                       double scale = 1, double offset = 0) {
  std::vector<CovariateStudy> with;
  for (size_t s = 0; s < studies.size(); ++s) {
    const double value = std::fmod(static_cast<double>(s) * 0.37, 1.0);
    with.push_back({studies[s], offset + scale * value});
  }
  return with;
}

RelativeEffect Estimate(const MetaRegressionFit& fit,
                        const Eigen::VectorXd& combination) {
  return EstimateOf(fit.model.InBasis(combination).value(), fit.fit.random,
                    fit.fit.random_intervals);
}

StudyEffects TwoArms(const std::string& id, const char* first,
                     const char* second, double effect, double variance) {
  return {id,
          {first, second},
          Eigen::VectorXd::Constant(1, effect),
          Eigen::MatrixXd::Constant(1, 1, variance)};
}

// Weighted regression of two treatments on a line, by its sums.
TEST(MetaRegressionTest, OfTwoTreatmentsIsALine) {
  const double x[] = {1, 2, 4, 7};
  const double y[] = {0.5, 1.5, 1.7, 3.9};
  const double v[] = {0.5, 0.25, 1, 0.125};
  std::vector<CovariateStudy> studies;
  double sw = 0, swx = 0, swy = 0, swxx = 0, swxy = 0;
  for (int i = 0; i < 4; ++i) {
    studies.push_back(
        {TwoArms(absl::StrCat("s", i), "A", "B", y[i], v[i]), x[i]});
    const double w = 1 / v[i];
    sw += w;
    swx += w * x[i];
    swy += w * y[i];
    swxx += w * x[i] * x[i];
    swxy += w * x[i] * y[i];
  }
  const double determinant = sw * swxx - swx * swx;
  const double slope = (sw * swxy - swx * swy) / determinant;
  const double intercept = (swy - slope * swx) / sw;
  for (const SlopeKind kind : {SlopeKind::kCommon, SlopeKind::kIndependent}) {
    ASSERT_OK_AND_ASSIGN(const MetaRegressionFit fit,
                         FitMetaRegression(studies, kind, "A", {}));
    EXPECT_EQ(fit.centre, 3.5);
    const auto common = [&](const Eigen::VectorXd& combination) {
      return EstimateOf(*fit.model.InBasis(combination), fit.fit.common,
                        fit.fit.common_intervals);
    };
    EXPECT_NEAR(common(fit.SlopeOf(1, 0)).effect, slope, 1e-13);
    EXPECT_NEAR(common(fit.SlopeOf(1, 0)).se, std::sqrt(sw / determinant),
                1e-13);
    EXPECT_NEAR(common(fit.DifferenceAt(1, 0, 10)).effect,
                intercept + 10 * slope, 1e-12);
    EXPECT_EQ(fit.fit.heterogeneity.df, 2);
    EXPECT_EQ(fit.without_covariate.df, 3);
  }
}

// Wald's test by the slopes and their covariance.
QTest WaldTest(const MetaRegressionFit& fit, const BasisEstimates& estimates) {
  std::vector<Eigen::VectorXd> slopes;
  for (int t = 0; t < static_cast<int>(fit.treatments.size()); ++t) {
    if (t == fit.reference) continue;
    slopes.push_back(fit.model.InBasis(fit.SlopeOf(t, fit.reference)).value());
    if (fit.slopes == SlopeKind::kCommon) break;
  }
  const auto count = static_cast<Eigen::Index>(slopes.size());
  Eigen::MatrixXd rows(count, fit.model.rank());
  for (Eigen::Index i = 0; i < count; ++i) rows.row(i) = slopes[i].transpose();
  const Eigen::VectorXd beta = rows * estimates.beta;
  const Eigen::MatrixXd root = rows * estimates.factor;
  const Eigen::MatrixXd covariance = root * root.transpose();
  return TestOfQ(beta.dot(covariance.ldlt().solve(beta)),
                 static_cast<int>(count));
}

TEST(MetaRegressionTest, AllSlopesAreTestedTogether) {
  const auto studies = WithValues(RandomNetwork(5, 40, 3));
  for (const SlopeKind kind : {SlopeKind::kCommon, SlopeKind::kIndependent}) {
    ASSERT_OK_AND_ASSIGN(const MetaRegressionFit fit,
                         FitMetaRegression(studies, kind, "T0", {}));
    for (const auto& [test, estimates] :
         {std::pair(fit.slopes_common, fit.fit.common),
          std::pair(fit.slopes_random, fit.fit.random)}) {
      const QTest wald = WaldTest(fit, estimates);
      EXPECT_NEAR(test.q, wald.q, 1e-9 * (1 + wald.q));
      EXPECT_EQ(test.df, wald.df);
      EXPECT_NEAR(test.p.value(), wald.p.value(), 1e-9);
    }
    EXPECT_EQ(fit.slopes_common.df, kind == SlopeKind::kCommon ? 1 : 4);
  }
}

// The effects of independent slopes are the same for every reference; those of
// a common slope are not.
TEST(MetaRegressionTest, OnlyIndependentSlopesDoNotDependOnTheReference) {
  const auto studies = WithValues(RandomNetwork(5, 20, 3));
  const auto fit = [&](SlopeKind kind, const char* reference) {
    return FitMetaRegression(studies, kind, reference, {}).value();
  };
  const auto a = fit(SlopeKind::kIndependent, "T0");
  const auto b = fit(SlopeKind::kIndependent, "T3");
  EXPECT_NEAR(a.fit.heterogeneity.tau2, b.fit.heterogeneity.tau2, 1e-11);
  EXPECT_NEAR(Estimate(a, a.DifferenceAt(1, 4, 0.8)).effect,
              Estimate(b, b.DifferenceAt(1, 4, 0.8)).effect, 1e-10);
  EXPECT_NEAR(Estimate(a, a.SlopeOf(1, 2)).effect,
              Estimate(b, b.SlopeOf(1, 2)).effect, 1e-10);
  const auto c = fit(SlopeKind::kCommon, "T0");
  const auto d = fit(SlopeKind::kCommon, "T3");
  EXPECT_GT(std::abs(Estimate(c, c.DifferenceAt(1, 3, 0.8)).effect -
                     Estimate(d, d.DifferenceAt(1, 3, 0.8)).effect),
            1e-3);
}

TEST(MetaRegressionTest, ACovariateThatDoesNotVaryIsTheNetwork) {
  const auto studies = RandomNetwork(5, 12, 4);
  std::vector<CovariateStudy> with;
  for (const StudyEffects& study : studies) with.push_back({study, 0.1});
  ASSERT_OK_AND_ASSIGN(const NetworkFit network, FitNetwork(studies, {}));
  for (const SlopeKind kind : {SlopeKind::kCommon, SlopeKind::kIndependent}) {
    ASSERT_OK_AND_ASSIGN(const MetaRegressionFit fit,
                         FitMetaRegression(with, kind, "T0", {}));
    EXPECT_EQ(fit.centre, 0.1);
    EXPECT_NEAR(fit.fit.heterogeneity.tau2, network.heterogeneity[0].tau2,
                1e-11);
    EXPECT_EQ(fit.fit.heterogeneity.tau2, fit.without_covariate.tau2);
    EXPECT_FALSE(fit.model.InBasis(fit.SlopeOf(1, 0)).has_value());
    EXPECT_EQ(fit.slopes_common.df, 0);
    EXPECT_FALSE(fit.slopes_random.p.has_value());
    // However far that is.
    EXPECT_FALSE(fit.model.InBasis(fit.DifferenceAt(2, 0, 1e200)).has_value());
    EXPECT_NEAR(Estimate(fit, fit.DifferenceAt(2, 1, 0.1)).effect,
                Relative(network, network.random, 2, 1)->effect, 1e-10);
    // Elsewhere nothing is known, but of what has the same slope.
    EXPECT_FALSE(fit.model.InBasis(fit.DifferenceAt(2, 0, 0.2)).has_value());
    EXPECT_EQ(fit.model.InBasis(fit.DifferenceAt(2, 1, 0.2)).has_value(),
              kind == SlopeKind::kCommon);
  }
}

TEST(MetaRegressionTest, TheUnitAndTheOriginOfTheCovariateDoNotMatter) {
  const auto studies = RandomNetwork(5, 20, 5);
  for (const SlopeKind kind : {SlopeKind::kCommon, SlopeKind::kIndependent}) {
    ASSERT_OK_AND_ASSIGN(
        const MetaRegressionFit fit,
        FitMetaRegression(WithValues(studies), kind, "T0", {}));
    for (const double scale : {1e-12, 1e7}) {
      ASSERT_OK_AND_ASSIGN(
          const MetaRegressionFit other,
          FitMetaRegression(WithValues(studies, scale, 20 * scale), kind, "T0",
                            {}));
      EXPECT_NEAR(other.fit.heterogeneity.tau2, fit.fit.heterogeneity.tau2,
                  1e-10);
      EXPECT_NEAR(scale * Estimate(other, other.SlopeOf(2, 0)).effect,
                  Estimate(fit, fit.SlopeOf(2, 0)).effect, 1e-9);
      EXPECT_NEAR(
          Estimate(other, other.DifferenceAt(2, 0, scale * 20.3)).effect,
          Estimate(fit, fit.DifferenceAt(2, 0, 0.3)).effect, 1e-9);
    }
  }
}

// A slope is a number as long as its variance is one, and is refused beyond.
TEST(MetaRegressionTest, ExtremeUnitsOfTheCovariateAreRightOrRefused) {
  const auto studies = RandomNetwork(5, 20, 5);
  ASSERT_OK_AND_ASSIGN(
      const MetaRegressionFit fit,
      FitMetaRegression(WithValues(studies), SlopeKind::kCommon, "T0", {}));
  const RelativeEffect expected = Estimate(fit, fit.SlopeOf(2, 0));
  for (const double scale : {1e-140, 1e140}) {
    ASSERT_OK_AND_ASSIGN(const MetaRegressionFit other,
                         FitMetaRegression(WithValues(studies, scale),
                                           SlopeKind::kCommon, "T0", {}));
    const RelativeEffect slope = Estimate(other, other.SlopeOf(2, 0));
    EXPECT_NEAR(scale * slope.effect, expected.effect, 1e-9);
    EXPECT_NEAR(scale * slope.se, expected.se, 1e-9);
  }
  for (const double scale : {1e-300, 1e-200, 1e-156, 1e156, 1e200, 1e300}) {
    for (const SlopeKind kind : {SlopeKind::kCommon, SlopeKind::kIndependent}) {
      const absl::Status status =
          FitMetaRegression(WithValues(studies, scale), kind, "T0", {})
              .status();
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << scale;
      EXPECT_THAT(status.message(), ::testing::HasSubstr("nearer to 1"));
    }
  }
}

TEST(MetaRegressionTest, TheUnitOfTheEffectsDoesNotMatter) {
  const auto studies = RandomNetwork(5, 20, 5);
  const auto fit = [](const std::vector<StudyEffects>& effects) {
    return FitMetaRegression(WithValues(effects), SlopeKind::kCommon, "T0", {})
        .value();
  };
  const MetaRegressionFit expected = fit(studies);
  const MetaRegressionFit actual = fit(Rescaled(studies, 1e6));
  EXPECT_NEAR(Estimate(actual, actual.SlopeOf(1, 0)).effect / 1e6,
              Estimate(expected, expected.SlopeOf(1, 0)).effect, 1e-10);
  EXPECT_NEAR(actual.fit.heterogeneity.tau2 / 1e12,
              expected.fit.heterogeneity.tau2, 1e-10);
}

TEST(MetaRegressionTest, DoesNotDependOnTheOrderOfStudies) {
  auto studies = WithValues(RandomNetwork(5, 20, 6));
  ASSERT_OK_AND_ASSIGN(
      const MetaRegressionFit expected,
      FitMetaRegression(studies, SlopeKind::kIndependent, "T1", {}));
  std::reverse(studies.begin(), studies.end());
  ASSERT_OK_AND_ASSIGN(
      const MetaRegressionFit actual,
      FitMetaRegression(studies, SlopeKind::kIndependent, "T1", {}));
  EXPECT_EQ(actual.fit.heterogeneity.tau2, expected.fit.heterogeneity.tau2);
  EXPECT_EQ(actual.centre, expected.centre);
}

// C is studied at one value alone.
TEST(MetaRegressionTest, ASlopeOfOneValueIsNotIdentified) {
  const std::vector<CovariateStudy> studies = {
      {TwoArms("s1", "A", "B", 1, 1), 0},
      {TwoArms("s2", "A", "B", 2, 1), 3},
      {TwoArms("s3", "A", "C", 1, 1), 2},
      {TwoArms("s4", "A", "C", 2, 1), 2}};
  ASSERT_OK_AND_ASSIGN(
      const MetaRegressionFit fit,
      FitMetaRegression(studies, SlopeKind::kIndependent, "A", {}));
  EXPECT_TRUE(fit.model.InBasis(fit.SlopeOf(1, 0)).has_value());
  EXPECT_FALSE(fit.model.InBasis(fit.SlopeOf(2, 0)).has_value());
  // Where it was studied it has an effect.
  EXPECT_FALSE(fit.model.InBasis(fit.DifferenceAt(2, 0, 1)).has_value());
  EXPECT_NEAR(Estimate(fit, fit.DifferenceAt(2, 0, 2)).effect, 1.5, 1e-13);
  // One slope for both is known from B alone.
  ASSERT_OK_AND_ASSIGN(const MetaRegressionFit common,
                       FitMetaRegression(studies, SlopeKind::kCommon, "A", {}));
  EXPECT_NEAR(Estimate(common, common.SlopeOf(2, 0)).effect, 1.0 / 3, 1e-13);
}

TEST(MetaRegressionTest, OneStudyGivesItsEffectAlone) {
  ASSERT_OK_AND_ASSIGN(
      const MetaRegressionFit fit,
      FitMetaRegression(
          std::vector<CovariateStudy>{{TwoArms("s1", "A", "B", 1, 0.25), 3}},
          SlopeKind::kCommon, "A", {}));
  EXPECT_EQ(fit.fit.heterogeneity.df, 0);
  EXPECT_FALSE(fit.model.InBasis(fit.SlopeOf(1, 0)).has_value());
  EXPECT_EQ(Estimate(fit, fit.DifferenceAt(1, 0, 3)).se, 0.5);
}

}  // namespace
}  // namespace tidemark::nma
