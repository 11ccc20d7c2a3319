// Mantel-Haenszel against metafor (testdata/rare_events.R), against the
// formulas of the paper written out by index, and against simulation.
#include "nma/mantel_haenszel.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "Eigen/Dense"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/event_parts.h"
#include "nma/network_fit.h"
#include "nma/study.h"
#include "nma/testing/rare_events.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

MantelHaenszelFit Fit(const std::vector<Study>& studies) {
  const auto fit = FitMantelHaenszel(studies, 0.95);
  EXPECT_OK(fit);
  return fit.value_or(MantelHaenszelFit());
}

RelativeEffect Effect(const MantelHaenszelFit& fit, const std::string& first,
                      const std::string& second) {
  const auto& names = fit.network.treatments;
  const auto index = [&names](const std::string& name) {
    return static_cast<int>(std::find(names.begin(), names.end(), name) -
                            names.begin());
  };
  return *Relative(fit.network, fit.network.common, index(first),
                   index(second));
}

void ExpectAgrees(const RelativeEffect& effect, const json& reference) {
  EXPECT_NEAR(effect.effect, reference["effect"], 1e-12);
  EXPECT_NEAR(effect.se * effect.se / reference["variance"].get<double>(), 1,
              1e-12);
}

TEST(MantelHaenszelTest, OneComparisonIsThatOfMetafor) {
  const json reference = RecordedRareEvents();
  for (const char* name : {"nielweise", "bcg", "collins"}) {
    SCOPED_TRACE(name);
    const json& data = reference[name];
    const MantelHaenszelFit fit = Fit(StudiesOf(data["studies"]));
    ExpectAgrees(Effect(fit, "treated", "control"), data["mantel_haenszel"]);
    EXPECT_EQ(fit.between.df, 0);
  }
}

TEST(MantelHaenszelTest, AStarOfTwoArmDesignsIsEachOfThem) {
  const json data = RecordedRareEvents()["any_ae"];
  const MantelHaenszelFit fit = Fit(StudiesOf(data["studies"]));
  ExpectAgrees(Effect(fit, "single_msc", "conventional"),
               data["mantel_haenszel_single"]);
  ExpectAgrees(Effect(fit, "repeated_msc", "conventional"),
               data["mantel_haenszel_repeated"]);
}

TEST(MantelHaenszelTest, WhatSaysNothingIsListedWithItsReason) {
  const json data = RecordedRareEvents()["serious_ae"];
  const MantelHaenszelFit fit = Fit(StudiesOf(data["studies"]));
  EXPECT_EQ(fit.network.treatments,
            (std::vector<std::string>{"conventional", "single_msc"}));
  ExpectAgrees(Effect(fit, "single_msc", "conventional"),
               data["mantel_haenszel_single"]);
  ASSERT_EQ(fit.left_out.treatments.size(), 1);
  EXPECT_EQ(fit.left_out.treatments[0].treatment, "repeated_msc");
  EXPECT_EQ(fit.left_out.treatments[0].reason, "no event in any arm");
  std::map<std::string, std::string> reasons;
  for (const LeftOutStudy& study : fit.left_out.studies) {
    reasons[study.study] = study.reason;
  }
  EXPECT_EQ(reasons, (std::map<std::string, std::string>{
                         {"khalifeh-soltani-2019", "no event in any arm"},
                         {"lee-2019", "no event in any arm"},
                         {"lu-2019",
                          "in the design conventional : repeated_msc only "
                          "conventional has both events and non-events"},
                         {"vega-2015", "no event in any arm"}}));
}

TEST(MantelHaenszelTest, AnArmWithoutEventsLeavesItsDesignAlone) {
  const std::vector<Study> three = {
      {"1", std::vector<BinaryArm>{{"A", 2, 20}, {"B", 5, 25}, {"C", 0, 30}}},
      {"2", std::vector<BinaryArm>{{"A", 1, 40}, {"B", 0, 35}, {"C", 0, 30}}}};
  const std::vector<Study> two = {
      {"1", std::vector<BinaryArm>{{"A", 2, 20}, {"B", 5, 25}}},
      {"2", std::vector<BinaryArm>{{"A", 1, 40}, {"B", 0, 35}}}};
  const MantelHaenszelFit fit = Fit(three);
  const RelativeEffect with = Effect(fit, "A", "B");
  const RelativeEffect without = Effect(Fit(two), "A", "B");
  EXPECT_EQ(with.effect, without.effect);
  EXPECT_EQ(with.se, without.se);
  ASSERT_EQ(fit.left_out.arms.size(), 2);
  EXPECT_EQ(fit.left_out.arms[0].study, "1");
  EXPECT_EQ(fit.left_out.arms[0].treatment, "C");
  EXPECT_EQ(fit.left_out.arms[0].reason,
            "no event in any study of the design A : B : C");
}

// B is connected with C by studies that say nothing.
TEST(MantelHaenszelTest, TheRestMayFallApart) {
  const MantelHaenszelFit fit =
      Fit({{"1", std::vector<BinaryArm>{{"A", 2, 20}, {"B", 5, 25}}},
           {"2", std::vector<BinaryArm>{{"B", 0, 40}, {"C", 0, 35}}},
           {"3", std::vector<BinaryArm>{{"C", 4, 40}, {"D", 3, 35}}}});
  EXPECT_EQ(fit.network.component, (std::vector<int>{0, 0, 1, 1}));
  EXPECT_EQ(Relative(fit.network, fit.network.common, 0, 3), std::nullopt);
}

TEST(MantelHaenszelTest, NoDesignLeftIsNoTreatment) {
  const MantelHaenszelFit fit =
      Fit({{"1", std::vector<BinaryArm>{{"A", 2, 20}, {"B", 0, 25}}},
           {"2", std::vector<BinaryArm>{{"B", 0, 40}, {"C", 0, 35}}}});
  EXPECT_TRUE(fit.network.treatments.empty());
  EXPECT_EQ(fit.left_out.studies.size(), 2);
  EXPECT_EQ(fit.left_out.treatments.size(), 3);
}

TEST(MantelHaenszelTest, AnInfinitePairLeavesItsDesignOut) {
  // Events of B are only where everybody on A has one, too.
  const MantelHaenszelFit fit =
      Fit({{"1", std::vector<BinaryArm>{{"A", 3, 3}, {"B", 1, 3}}},
           {"2", std::vector<BinaryArm>{{"A", 1, 3}, {"B", 0, 3}}}});
  ASSERT_EQ(fit.left_out.studies.size(), 2);
  EXPECT_EQ(fit.left_out.studies[0].reason,
            "the design A : B has no study with an event of B and a non-event "
            "of A");
}

TEST(MantelHaenszelTest, ContrastsHoldNoCounts) {
  const auto fit = FitMantelHaenszel(
      std::vector<Study>{
          {"1", std::vector<BinaryArm>{{"A", 3, 9}, {"B", 1, 9}}},
          {"2", std::vector<Contrast>{{"A", "B", 0.1, 1.0}}}},
      0.95);
  EXPECT_EQ(fit.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(fit.status().message(),
            "needs events and totals of every arm; these studies give none: "
            "\"2\"");
}

// Q of a triangle: the square of how far it does not close, in units of its
// variance.
TEST(MantelHaenszelTest, QIsTheDisagreementOfDesigns) {
  const Study ab = {"1", std::vector<BinaryArm>{{"A", 2, 90}, {"B", 5, 85}}};
  const Study ac = {"2", std::vector<BinaryArm>{{"A", 4, 80}, {"C", 3, 95}}};
  const Study bc = {"3", std::vector<BinaryArm>{{"B", 1, 60}, {"C", 6, 70}}};
  const MantelHaenszelFit fit = Fit({ab, ac, bc});
  const RelativeEffect a_b = Effect(Fit({ab}), "A", "B");
  const RelativeEffect a_c = Effect(Fit({ac}), "A", "C");
  const RelativeEffect b_c = Effect(Fit({bc}), "B", "C");
  const double gap = a_b.effect + b_c.effect - a_c.effect;
  const double variance = a_b.se * a_b.se + b_c.se * b_c.se + a_c.se * a_c.se;
  EXPECT_EQ(fit.between.df, 1);
  EXPECT_NEAR(fit.between.q, gap * gap / variance, 1e-12);
  EXPECT_NEAR(*fit.between.p, std::erfc(std::sqrt(fit.between.q / 2)), 1e-12);
}

// The variances and covariances of Greenland as Efthimiou et al. write them:
// sums U over ordered treatments, and U+ over them.
class WrittenOut {
 public:
  explicit WrittenOut(const std::vector<Study>& studies) {
    for (const Study& study : studies) {
      const auto& arms = std::get<std::vector<BinaryArm>>(study.data);
      k_ = static_cast<int>(arms.size());
      Eigen::VectorXd e(k_), f(k_);
      for (int i = 0; i < k_; ++i) {
        e(i) = arms[i].events;
        f(i) = arms[i].total - arms[i].events;
      }
      events_.push_back(e);
      others_.push_back(f);
    }
  }

  double Mean(int x, int y) const {
    double sum = 0;
    for (int z = 0; z < k_; ++z) sum += L(x, z) - L(y, z);
    return sum / k_;
  }

  // Of the means of x versus `base` and y versus `base`.
  double MeanCovariance(int base, int x, int y) const {
    return (UPlus(base, base) - UPlus(base, y) - UPlus(x, base) + UPlus(x, y)) /
           (k_ * k_);
  }

 private:
  double N(size_t s) const { return events_[s].sum() + others_[s].sum(); }
  double C(int x, int y) const {
    double sum = 0;
    for (size_t s = 0; s < events_.size(); ++s) {
      sum += events_[s](x) * others_[s](y) / N(s);
    }
    return sum;
  }
  double L(int x, int y) const {
    return x == y ? 0 : std::log(C(x, y) / C(y, x));
  }
  double U(int x, int y, int z) const {
    if (x == y || x == z) return 0;
    double sum = 0;
    for (size_t s = 0; s < events_.size(); ++s) {
      const Eigen::VectorXd& e = events_[s];
      const Eigen::VectorXd& f = others_[s];
      const double n2 = N(s) * N(s);
      if (y == z) {
        const double c_xy = e(x) * f(y), c_yx = e(y) * f(x);
        const double d_xy = e(x) + f(y), d_yx = e(y) + f(x);
        sum += c_xy * d_xy / n2 / (2 * C(x, y) * C(x, y)) +
               (c_xy * d_yx + c_yx * d_xy) / n2 / (2 * C(x, y) * C(y, x)) +
               c_yx * d_yx / n2 / (2 * C(y, x) * C(y, x));
      } else {
        const double n = e(x) + f(x);
        sum += e(x) * f(y) * f(z) / n2 / (3 * C(x, y) * C(x, z)) +
               n * f(y) * e(z) / n2 / (3 * C(x, y) * C(z, x)) +
               n * e(y) * f(z) / n2 / (3 * C(y, x) * C(x, z)) +
               f(x) * e(y) * e(z) / n2 / (3 * C(y, x) * C(z, x));
      }
    }
    return sum;
  }
  double UPlus(int x, int y) const {
    double sum = 0;
    for (int z = 0; z < k_; ++z) {
      if (x == y) {
        for (int w = 0; w < k_; ++w) sum += U(x, z, w);
      } else {
        sum += U(z, x, y) - U(x, y, z) - U(y, x, z);
      }
    }
    return x == y ? sum : sum + U(x, y, y);
  }

  int k_ = 0;
  std::vector<Eigen::VectorXd> events_, others_;
};

std::vector<Study> ThreeArms(std::mt19937* random, int studies,
                             const std::vector<double>& log_odds_ratios) {
  std::vector<Study> made;
  for (int s = 0; s < studies; ++s) {
    std::vector<BinaryArm> arms;
    for (size_t i = 0; i < log_odds_ratios.size(); ++i) {
      const int n = 60 + 37 * static_cast<int>(i) + 11 * s;
      const double p =
          1 / (1 + std::exp(2.5 - 0.2 * (s % 4) - log_odds_ratios[i]));
      std::binomial_distribution<int> events(n, p);
      arms.push_back({std::string(1, static_cast<char>('A' + i)),
                      static_cast<double>(events(*random)),
                      static_cast<double>(n)});
    }
    made.push_back({absl::StrCat(s), arms});
  }
  return made;
}

TEST(MantelHaenszelTest, ManyArmsAreThoseOfTheFormulasWrittenOut) {
  std::mt19937 random(20190915);
  for (const std::vector<double>& effects : std::vector<std::vector<double>>{
           {0, 0.4, -0.3}, {0.2, 0, 0.5, -0.4, 0.1}}) {
    const std::vector<Study> studies = ThreeArms(&random, 7, effects);
    const MantelHaenszelFit fit = Fit(studies);
    ASSERT_EQ(fit.designs.size(), 1);
    const StudyEffects& pooled = fit.designs[0].pooled;
    const WrittenOut expected(studies);
    const int k = static_cast<int>(effects.size());
    for (int x = 1; x < k; ++x) {
      EXPECT_NEAR(pooled.effects(x - 1), expected.Mean(x, 0), 1e-13);
      for (int y = 1; y < k; ++y) {
        EXPECT_NEAR(pooled.covariance(x - 1, y - 1),
                    expected.MeanCovariance(0, x, y), 1e-14);
      }
    }
  }
}

// 4000 samples know a variance to 2.2 %, and a mean to 1.6 % of a standard
// deviation; four of these are allowed. The log odds ratio of finite studies
// has some skewness, hence 5 % of bias in the variance on top.
TEST(MantelHaenszelTest, CovariancesAreThoseOfSimulation) {
  constexpr int kSamples = 4000;
  std::mt19937 random(2019);
  const std::vector<double> truth = {0, 0.5, -0.4};
  Eigen::Vector2d mean = Eigen::Vector2d::Zero();
  Eigen::Matrix2d square = Eigen::Matrix2d::Zero();
  Eigen::Matrix2d estimated = Eigen::Matrix2d::Zero();
  for (int i = 0; i < kSamples; ++i) {
    const MantelHaenszelFit fit = Fit(ThreeArms(&random, 6, truth));
    const StudyEffects& pooled = fit.designs.at(0).pooled;
    mean += pooled.effects / kSamples;
    square += pooled.effects * pooled.effects.transpose() / kSamples;
    estimated += pooled.covariance / kSamples;
  }
  const Eigen::Matrix2d seen = square - mean * mean.transpose();
  EXPECT_NEAR(mean(0), 0.5, 0.02);
  EXPECT_NEAR(mean(1), -0.4, 0.02);
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) {
      EXPECT_NEAR(estimated(i, j) / seen(i, j), 1, 0.14) << i << j;
    }
  }
}

std::vector<Study> Network() {
  std::mt19937 random(7);
  std::vector<Study> studies = ThreeArms(&random, 4, {0, 0.4, -0.3});
  studies.push_back({"x", std::vector<BinaryArm>{{"A", 2, 90}, {"B", 5, 85}}});
  studies.push_back({"y", std::vector<BinaryArm>{{"C", 4, 80}, {"D", 3, 95}}});
  studies.push_back({"z", std::vector<BinaryArm>{{"A", 1, 60}, {"D", 6, 70}}});
  return studies;
}

TEST(MantelHaenszelTest, OrderChangesNoBit) {
  const MantelHaenszelFit fit = Fit(Network());
  std::vector<Study> turned = Network();
  std::reverse(turned.begin(), turned.end());
  for (Study& study : turned) {
    auto& arms = std::get<std::vector<BinaryArm>>(study.data);
    std::reverse(arms.begin(), arms.end());
  }
  const MantelHaenszelFit other = Fit(turned);
  EXPECT_EQ(fit.network.common.effects, other.network.common.effects);
  EXPECT_EQ(fit.network.common.pair_variances,
            other.network.common.pair_variances);
  EXPECT_EQ(fit.between.q, other.between.q);
}

// What is done to each arm, and the name that its treatment gets.
std::vector<Study> Changed(const std::map<std::string, std::string>& names,
                           bool count_non_events) {
  std::vector<Study> studies = Network();
  for (Study& study : studies) {
    for (BinaryArm& arm : std::get<std::vector<BinaryArm>>(study.data)) {
      if (!names.empty()) arm.treatment = names.at(arm.treatment);
      if (count_non_events) arm.events = arm.total - arm.events;
    }
  }
  return studies;
}

TEST(MantelHaenszelTest, NamesAndWhichTreatmentComesFirstDoNotMatter) {
  const std::map<std::string, std::string> names = {
      {"A", "z"}, {"B", "x"}, {"C", "y"}, {"D", "w"}};
  const MantelHaenszelFit fit = Fit(Network());
  const MantelHaenszelFit renamed = Fit(Changed(names, false));
  EXPECT_NEAR(fit.between.q, renamed.between.q, 1e-12);
  for (const auto& [a, new_a] : names) {
    for (const auto& [b, new_b] : names) {
      EXPECT_NEAR(Effect(fit, a, b).effect,
                  Effect(renamed, new_a, new_b).effect, 1e-12);
      EXPECT_NEAR(Effect(fit, a, b).se, Effect(renamed, new_a, new_b).se,
                  1e-12);
    }
  }
}

TEST(MantelHaenszelTest, NonEventsTurnTheSigns) {
  const MantelHaenszelFit fit = Fit(Network());
  const MantelHaenszelFit swapped = Fit(Changed({}, true));
  EXPECT_LT((fit.network.common.effects + swapped.network.common.effects)
                .cwiseAbs()
                .maxCoeff(),
            1e-12);
  EXPECT_LT((fit.network.common.pair_variances -
             swapped.network.common.pair_variances)
                .cwiseAbs()
                .maxCoeff(),
            1e-12);
}

}  // namespace
}  // namespace tidemark::nma
