#include "nma/result_thresholds.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "Eigen/Dense"
#include "gtest/gtest.h"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

NetworkFit FitOf(const std::vector<StudyEffects>& studies) {
  return FitNetwork(studies, FitOptions()).value();
}

// The effects of all treatments versus the first, by the regression written
// out: another route to the estimates of results that moved.
Eigen::VectorXd EffectsAt(const std::vector<StudyEffects>& studies,
                          const std::vector<std::string>& treatments,
                          double tau2) {
  const auto n = static_cast<Eigen::Index>(treatments.size());
  Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(n);
  const auto index = [&](const std::string& name) {
    return std::find(treatments.begin(), treatments.end(), name) -
           treatments.begin();
  };
  for (const StudyEffects& study : studies) {
    const Eigen::Index m = study.effects.size();
    Eigen::MatrixXd design = Eigen::MatrixXd::Zero(m, n);
    Eigen::MatrixXd covariance = study.covariance;
    for (Eigen::Index i = 0; i < m; ++i) {
      design(i, index(study.treatments[i + 1])) = 1;
      design(i, index(study.treatments[0])) = -1;
      for (Eigen::Index j = 0; j < m; ++j) {
        covariance(i, j) += i == j ? tau2 : tau2 / 2;
      }
    }
    const Eigen::MatrixXd weight = covariance.inverse();
    normal += design.transpose() * weight * design;
    right += design.transpose() * weight * study.effects;
  }
  Eigen::VectorXd effects = Eigen::VectorXd::Zero(n);
  effects.tail(n - 1) = normal.bottomRightCorner(n - 1, n - 1)
                            .partialPivLu()
                            .solve(right.tail(n - 1));
  return effects;
}

// The result of an arm moves by `change`.
StudyEffects Moved(StudyEffects study, const std::string& treatment,
                   double change) {
  for (Eigen::Index i = 0; i < study.effects.size(); ++i) {
    if (study.treatments[0] == treatment) study.effects[i] -= change;
    if (study.treatments[i + 1] == treatment) study.effects[i] += change;
  }
  return study;
}

int BestOf(const Eigen::VectorXd& effects, bool small_values_desirable) {
  Eigen::Index best = 0;
  if (small_values_desirable) {
    effects.minCoeff(&best);
  } else {
    effects.maxCoeff(&best);
  }
  return static_cast<int>(best);
}

class BestTreatmentTest : public ::testing::TestWithParam<int> {
 protected:
  const bool small_ = GetParam() % 2 == 0;
  const Model model_ =
      GetParam() % 3 == 0 ? Model::kCommonEffect : Model::kRandomEffects;
  const std::vector<StudyEffects> studies_ = RandomNetwork(
      4 + GetParam() % 4, 12, static_cast<std::uint32_t>(GetParam()));
  const NetworkFit fit_ = FitOf(studies_);

  int BestWith(size_t s, const StudyEffects& moved) const {
    std::vector<StudyEffects> studies = studies_;
    studies[s] = moved;
    const double tau2 =
        model_ == Model::kCommonEffect ? 0 : fit_.heterogeneity[0].tau2;
    return BestOf(EffectsAt(studies, fit_.treatments, tau2), small_);
  }
};

TEST_P(BestTreatmentTest, ChangesExactlyAtTheThreshold) {
  const BestTreatment best = FindBest(fit_, model_, 0, small_);
  const std::vector<StudyThresholds> thresholds =
      FindThresholds(studies_, fit_, model_, 0, best.flips);
  ASSERT_EQ(thresholds.size(), studies_.size());
  int flips = 0;
  for (const StudyThresholds& study : thresholds) {
    const StudyEffects& reported = studies_[study.study];
    for (const PointThresholds& point : study.points) {
      const std::string& arm = fit_.treatments[point.first];
      for (const std::optional<ResultMove>& move : {point.down, point.up}) {
        if (!move.has_value()) continue;
        ++flips;
        EXPECT_EQ(BestWith(study.study,
                           Moved(reported, arm, move->change * (1 - 1e-6))),
                  best.treatment);
        EXPECT_EQ(BestWith(study.study,
                           Moved(reported, arm, move->change * (1 + 1e-6))),
                  move->outcome);
      }
      if (point.down.has_value()) {
        EXPECT_LE(point.down->change, 0);
      }
      if (point.up.has_value()) {
        EXPECT_GE(point.up->change, 0);
      }
    }
    ASSERT_TRUE(study.least.has_value());
    const Eigen::VectorXd way = study.least->effects - reported.effects;
    StudyEffects moved = reported;
    moved.effects = reported.effects + way * (1 - 1e-6);
    EXPECT_EQ(BestWith(study.study, moved), best.treatment);
    moved.effects = reported.effects + way * (1 + 1e-6);
    EXPECT_EQ(BestWith(study.study, moved), study.least->outcome);
    EXPECT_NEAR(study.least->distance,
                std::sqrt(way.dot(reported.covariance.inverse() * way)),
                1e-9 * study.least->distance);
  }
  EXPECT_GT(flips, 12);
}

// Where there is no threshold, a move by any amount changes nothing.
TEST_P(BestTreatmentTest, NeverChangesWhereThereIsNoThreshold) {
  const BestTreatment best = FindBest(fit_, model_, 0, small_);
  for (const StudyThresholds& study :
       FindThresholds(studies_, fit_, model_, 0, best.flips)) {
    for (const PointThresholds& point : study.points) {
      const StudyEffects& reported = studies_[study.study];
      const std::string& arm = fit_.treatments[point.first];
      for (const double change : {1e1, 1e3, 1e5}) {
        if (!point.up.has_value()) {
          EXPECT_EQ(BestWith(study.study, Moved(reported, arm, change)),
                    best.treatment);
        }
        if (!point.down.has_value()) {
          EXPECT_EQ(BestWith(study.study, Moved(reported, arm, -change)),
                    best.treatment);
        }
      }
    }
  }
}

// The least move of a whole result is no further than that of any one arm.
TEST_P(BestTreatmentTest, NoSingleResultIsNearerThanTheLeastMove) {
  const BestTreatment best = FindBest(fit_, model_, 0, small_);
  for (const StudyThresholds& study :
       FindThresholds(studies_, fit_, model_, 0, best.flips)) {
    double nearest = HUGE_VAL;
    for (const PointThresholds& point : study.points) {
      for (const std::optional<ResultMove>& move : {point.down, point.up}) {
        if (!move.has_value()) continue;
        nearest = std::min(nearest, std::abs(move->change) / point.se);
      }
    }
    EXPECT_LE(study.least->distance, nearest * (1 + 1e-9));
    if (study.points.size() == 1) {
      EXPECT_NEAR(study.least->distance, nearest, 1e-9 * nearest);
    }
  }
}

TEST_P(BestTreatmentTest, DoesNotDependOnUnitsOrNames) {
  const BestTreatment best = FindBest(fit_, model_, 0, small_);
  const auto expected = FindThresholds(studies_, fit_, model_, 0, best.flips);

  const std::vector<StudyEffects> rescaled = Rescaled(studies_, 1000);
  const NetworkFit in_units = FitOf(rescaled);
  const auto scaled =
      FindThresholds(rescaled, in_units, model_, 0,
                     FindBest(in_units, model_, 0, small_).flips);

  const std::vector<StudyEffects> renamed =
      Renamed(studies_, ReversingNames(studies_));
  const NetworkFit with_names = FitOf(renamed);
  const auto reversed =
      FindThresholds(renamed, with_names, model_, 0,
                     FindBest(with_names, model_, 0, small_).flips);

  ASSERT_EQ(scaled.size(), expected.size());
  ASSERT_EQ(reversed.size(), expected.size());
  for (size_t s = 0; s < expected.size(); ++s) {
    const double distance = expected[s].least->distance;
    EXPECT_NEAR(scaled[s].least->distance, distance, 1e-8 * distance);
    EXPECT_NEAR(reversed[s].least->distance, distance, 1e-8 * distance);
    if (expected[s].points.size() == 1) continue;
    // Arms in the opposite order; each is its own data point.
    ASSERT_EQ(reversed[s].points.size(), expected[s].points.size());
    auto mirrored = reversed[s].points.rbegin();
    for (const PointThresholds& point : expected[s].points) {
      const PointThresholds& other = *mirrored++;
      EXPECT_NEAR(other.se, point.se, 1e-8 * point.se);
      ASSERT_EQ(other.up.has_value(), point.up.has_value());
      if (!point.up.has_value()) continue;
      EXPECT_NEAR(other.up->change, point.up->change,
                  1e-7 * std::abs(point.up->change));
    }
  }
}

// At the threshold any comparison has moved by the shift, however large.
TEST_P(BestTreatmentTest, ComparisonsMoveByTheShift) {
  const double tau2 =
      model_ == Model::kCommonEffect ? 0 : fit_.heterogeneity[0].tau2;
  const Eigen::VectorXd before = EffectsAt(studies_, fit_.treatments, tau2);
  for (const double shift : {0.3, -25.0}) {
    for (const StudyThresholds& study :
         FindThresholds(studies_, fit_, model_, 0, {{1, 3, shift, 0}})) {
      for (const PointThresholds& point : study.points) {
        const auto& move = point.up.has_value() ? point.up : point.down;
        if (!move.has_value() || std::abs(move->change) > 1e6) continue;
        std::vector<StudyEffects> studies = studies_;
        studies[study.study] = Moved(
            studies_[study.study], fit_.treatments[point.first], move->change);
        const Eigen::VectorXd after = EffectsAt(studies, fit_.treatments, tau2);
        EXPECT_NEAR((after[1] - after[3]) - (before[1] - before[3]), shift,
                    1e-9 * std::max(1.0, std::abs(move->change)));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, BestTreatmentTest, ::testing::Range(0, 24));

// In closed form: of two studies of equal weight each decides half.
TEST(ResultThresholdsTest, OfAPairwiseMetaAnalysis) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 1, 4),
                                             TwoArms("2", "A", "B", 3, 4)};
  const NetworkFit fit = FitOf(studies);
  const BestTreatment best = FindBest(fit, Model::kCommonEffect, 0,
                                      /*small_values_desirable=*/true);
  EXPECT_EQ(best.treatment, 0);
  const auto thresholds =
      FindThresholds(studies, fit, Model::kCommonEffect, 0, best.flips);
  ASSERT_EQ(thresholds.size(), 2);
  for (const StudyThresholds& study : thresholds) {
    // The mean of B - A is 2: either study has to fall by 4, that is, A - B to
    // rise by 4, two standard errors of the study.
    ASSERT_EQ(study.points.size(), 1);
    EXPECT_FALSE(study.points[0].down.has_value());
    EXPECT_NEAR(study.points[0].up->change, 4, 1e-12);
    EXPECT_EQ(study.points[0].up->outcome, 1);
    EXPECT_NEAR(study.points[0].se, 2, 1e-12);
    EXPECT_NEAR(study.least->distance, 2, 1e-12);
    EXPECT_NEAR(study.least->effects[0], studies[study.study].effects[0] - 4,
                1e-12);
  }
}

TEST(ResultThresholdsTest, AMarginIsAddedToTheLead) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 2, 4)};
  const NetworkFit fit = FitOf(studies);
  const BestTreatment best =
      FindBest(fit, Model::kRandomEffects, 0, true, /*margin=*/0.5);
  const auto thresholds =
      FindThresholds(studies, fit, Model::kRandomEffects, 0, best.flips);
  EXPECT_NEAR(thresholds[0].points[0].up->change, 2.5, 1e-12);
}

// In a star no study says anything of a comparison that it is not in.
TEST(ResultThresholdsTest, AStudyWithoutInfluenceHasNoThreshold) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 1, 1),
                                             TwoArms("2", "A", "C", 2, 3),
                                             TwoArms("3", "A", "D", 4, 7)};
  const NetworkFit fit = FitOf(studies);
  const std::vector<Flip> flips = {{1, 2, 0.5, 7}};
  const auto thresholds =
      FindThresholds(studies, fit, Model::kRandomEffects, 0, flips);
  ASSERT_EQ(thresholds.size(), 3);
  EXPECT_TRUE(thresholds[0].least.has_value());
  EXPECT_TRUE(thresholds[1].least.has_value());
  EXPECT_EQ(thresholds[1].least->outcome, 7);
  EXPECT_FALSE(thresholds[2].least.has_value());
  EXPECT_FALSE(thresholds[2].points[0].up.has_value());
  EXPECT_FALSE(thresholds[2].points[0].down.has_value());
}

TEST(ResultThresholdsTest, OnlyStudiesOfTheComponentAreThere) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 1, 1),
                                             TwoArms("2", "C", "D", 2, 1)};
  const NetworkFit fit = FitOf(studies);
  const BestTreatment best = FindBest(fit, Model::kRandomEffects, 1, true);
  EXPECT_EQ(fit.treatments[best.treatment], "C");
  const auto thresholds =
      FindThresholds(studies, fit, Model::kRandomEffects, 1, best.flips);
  ASSERT_EQ(thresholds.size(), 1);
  EXPECT_EQ(thresholds[0].study, 1);
}

}  // namespace
}  // namespace tidemark::nma
