#include "nma/small_study_effects.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Dense"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/student_t.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// R prints 15 digits.
constexpr double kTolerance = 1e-10;

using Order = std::vector<std::string>;

SmallStudyEffects EffectsOf(const std::vector<StudyEffects>& studies,
                            const Order& order) {
  const auto fit = FitNetwork(studies, {});
  EXPECT_OK(fit);
  auto effects = ComputeSmallStudyEffects(studies, *fit, order);
  EXPECT_OK(effects);
  return *std::move(effects);
}

StudyEffects FirstMinusSecond(const json& row) {
  const std::string first = row["first"];
  const std::string second = row["second"];
  const double y = row["y"];
  const double v = row["v"];
  return first > second ? TwoArms(row["study"], second, first, y, v)
                        : TwoArms(row["study"], first, second, -y, v);
}

json Recorded() {
  return json::parse(std::ifstream("nma/testdata/small_study_effects.json"));
}

TEST(SmallStudyEffectsTest, OfTwoTreatmentsItIsEggersTestOfMetafor) {
  const json r = Recorded()["magnesium"];
  std::vector<StudyEffects> studies;
  for (const json& row : r["studies"]) {
    studies.push_back(
        TwoArms(row["study"], "control", "magnesium", row["y"], row["v"]));
  }
  const SmallStudyEffects effects =
      EffectsOf(studies, {"control", "magnesium"});
  ASSERT_TRUE(effects.egger.has_value());
  EXPECT_NEAR(effects.egger->t, r["t"], kTolerance);
  EXPECT_NEAR(effects.egger->p, r["p"], kTolerance);
  EXPECT_EQ(effects.egger->df, r["df"]);
  EXPECT_NEAR(effects.egger->slope, r["slope"], kTolerance);
  EXPECT_NEAR(effects.egger->slope_se, r["slope_se"], kTolerance);
  EXPECT_EQ(effects.egger->studies, 16);
}

TEST(SmallStudyEffectsTest, OfTwoArmStudiesItIsTheWeightedRegressionOfR) {
  const json r = Recorded()["senn"];
  std::vector<StudyEffects> studies;
  for (const json& row : r["studies"]) studies.push_back(FirstMinusSecond(row));
  const SmallStudyEffects effects = EffectsOf(studies, r["order"]);

  std::map<std::string, FunnelPoint> tested;
  for (const FunnelPoint& point : effects.points) {
    if (point.tested) tested[point.study] = point;
  }
  ASSERT_EQ(tested.size(), r["tested"].size());
  for (const json& row : r["tested"]) {
    const FunnelPoint& point = tested.at(row["study"]);
    EXPECT_NEAR(*point.centre, row["centre"], kTolerance);
    EXPECT_NEAR(point.effect - *point.centre, row["adjusted"], kTolerance);
    EXPECT_NEAR(point.se, row["se"], kTolerance);
  }
  ASSERT_TRUE(effects.egger.has_value());
  const EggerTest& egger = *effects.egger;
  EXPECT_NEAR(egger.intercept, r["intercept"], kTolerance);
  EXPECT_NEAR(egger.intercept_se, r["intercept_se"], kTolerance);
  EXPECT_NEAR(egger.slope, r["slope"], kTolerance);
  EXPECT_NEAR(egger.slope_se, r["slope_se"], kTolerance);
  EXPECT_NEAR(egger.t, r["t"], kTolerance);
  EXPECT_NEAR(egger.p, r["p"], kTolerance);
  EXPECT_EQ(egger.df, r["df"]);
}

// The same written out over matrices of all studies.
class ExplicitEgger {
 public:
  ExplicitEgger(std::vector<StudyEffects> studies, Order order)
      : studies_(std::move(studies)), order_(std::move(order)) {
    for (const StudyEffects& study : studies_) Pool(study);
    for (const StudyEffects& study : studies_) Append(study);
    Solve();
  }

  Eigen::Vector2d coefficients;
  Eigen::Matrix2d covariance;
  int n = 0;

 private:
  // Treatments of a study in the order, with the matrix that takes its effects
  // to all of them versus the earliest.
  std::vector<std::string> InOrder(const StudyEffects& study) const {
    std::vector<std::string> treatments;
    for (const std::string& treatment : order_) {
      if (std::count(study.treatments.begin(), study.treatments.end(),
                     treatment) == 1) {
        treatments.push_back(treatment);
      }
    }
    return treatments;
  }

  static Eigen::RowVectorXd Row(const StudyEffects& study,
                                const std::string& later,
                                const std::string& earlier) {
    Eigen::RowVectorXd row = Eigen::RowVectorXd::Zero(study.effects.size());
    for (Eigen::Index i = 0; i < row.size(); ++i) {
      const std::string& treatment = study.treatments[i + 1];
      row[i] = (treatment == later ? 1 : 0) - (treatment == earlier ? 1 : 0);
    }
    return row;
  }

  void Pool(const StudyEffects& study) {
    const std::vector<std::string> treatments = InOrder(study);
    for (size_t j = 0; j < treatments.size(); ++j) {
      for (size_t i = 0; i < j; ++i) {
        const Eigen::RowVectorXd row = Row(study, treatments[j], treatments[i]);
        const double weight =
            1 / (row * study.covariance * row.transpose()).value();
        Pooled& pooled = pooled_[{treatments[j], treatments[i]}];
        ++pooled.studies;
        pooled.weight += weight;
        pooled.sum += weight * row.dot(study.effects);
      }
    }
  }

  void Append(const StudyEffects& study) {
    const std::vector<std::string> treatments = InOrder(study);
    std::vector<Eigen::RowVectorXd> rows;
    std::vector<double> centres;
    for (size_t j = 1; j < treatments.size(); ++j) {
      const Pooled& pooled = pooled_.at({treatments[j], treatments[0]});
      if (pooled.studies < 2) continue;
      rows.push_back(Row(study, treatments[j], treatments[0]));
      centres.push_back(pooled.sum / pooled.weight);
    }
    const auto m = static_cast<Eigen::Index>(rows.size());
    Eigen::MatrixXd transform(m, study.effects.size());
    for (Eigen::Index i = 0; i < m; ++i) transform.row(i) = rows[i];
    const Eigen::MatrixXd v =
        transform * study.covariance * transform.transpose();
    y_.conservativeResize(n + m);
    x_.conservativeResize(n + m, 2);
    const Eigen::MatrixXd before = v_;
    v_ = Eigen::MatrixXd::Zero(n + m, n + m);
    v_.topLeftCorner(n, n) = before;
    v_.bottomRightCorner(m, m) = v;
    for (Eigen::Index i = 0; i < m; ++i) {
      y_[n + i] = rows[i].dot(study.effects) - centres[i];
      x_(n + i, 0) = 1;
      x_(n + i, 1) = std::sqrt(v(i, i));
    }
    n += static_cast<int>(m);
  }

  void Solve() {
    const Eigen::MatrixXd w = v_.inverse();
    covariance = (x_.transpose() * w * x_).inverse();
    coefficients = covariance * (x_.transpose() * w * y_);
    const Eigen::VectorXd r = y_ - x_ * coefficients;
    covariance *= r.dot(w * r) / (n - 2);
  }

  struct Pooled {
    int studies = 0;
    double weight = 0;
    double sum = 0;
  };

  const std::vector<StudyEffects> studies_;
  const Order order_;
  std::map<std::pair<std::string, std::string>, Pooled> pooled_;
  Eigen::VectorXd y_;
  Eigen::MatrixXd x_;
  Eigen::MatrixXd v_;
};

Order OrderOf(const std::vector<StudyEffects>& studies) {
  Order order = FitNetwork(studies, {})->treatments;
  std::rotate(order.begin(), order.begin() + 2, order.end());
  return order;
}

TEST(SmallStudyEffectsTest, MultiArmStudiesEnterWithTheirOwnCovariance) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const std::vector<StudyEffects> studies = RandomNetwork(5, 25, seed);
    const Order order = OrderOf(studies);
    const ExplicitEgger expected(studies, order);
    const SmallStudyEffects effects = EffectsOf(studies, order);
    ASSERT_TRUE(effects.egger.has_value()) << effects.no_egger;
    const EggerTest& egger = *effects.egger;
    EXPECT_EQ(egger.df, expected.n - 2);
    EXPECT_NEAR(egger.intercept, expected.coefficients[0], kTolerance);
    EXPECT_NEAR(egger.slope, expected.coefficients[1], kTolerance);
    EXPECT_NEAR(egger.intercept_se, std::sqrt(expected.covariance(0, 0)),
                kTolerance);
    EXPECT_NEAR(egger.slope_se, std::sqrt(expected.covariance(1, 1)),
                kTolerance);
    EXPECT_NEAR(egger.p, 2 * StudentTTail(std::abs(egger.t), egger.df), 1e-15);
  }
}

TEST(SmallStudyEffectsTest, NothingDependsOnTheOrderOfStudiesOrOnNames) {
  std::vector<StudyEffects> studies = RandomNetwork(5, 25, 3);
  const Order order = OrderOf(studies);
  const EggerTest egger = *EffectsOf(studies, order).egger;

  const auto names = ReversingNames(studies);
  Order renamed;
  for (const std::string& name : order) renamed.push_back(names.at(name));
  EXPECT_NEAR(EffectsOf(Renamed(studies, names), renamed).egger->t, egger.t,
              kTolerance);

  std::reverse(studies.begin(), studies.end());
  EXPECT_EQ(EffectsOf(studies, order).egger->t, egger.t);
}

TEST(SmallStudyEffectsTest, TheSlopeHasNoUnitAndTheInterceptHasThatOfEffects) {
  const std::vector<StudyEffects> studies = RandomNetwork(5, 25, 4);
  const Order order = OrderOf(studies);
  const EggerTest egger = *EffectsOf(studies, order).egger;
  const EggerTest other = *EffectsOf(Rescaled(studies, 1000), order).egger;
  EXPECT_NEAR(other.slope, egger.slope, kTolerance);
  EXPECT_NEAR(other.p, egger.p, kTolerance);
  EXPECT_NEAR(other.intercept, 1000 * egger.intercept, 1000 * kTolerance);
}

TEST(SmallStudyEffectsTest, TheReverseOrderNegatesStudiesOfTwoArms) {
  const std::vector<StudyEffects> studies = {
      TwoArms("1", "A", "B", 1, 0.5), TwoArms("2", "A", "B", 2, 2),
      TwoArms("3", "B", "C", 0, 1), TwoArms("4", "B", "C", 1.5, 3)};
  const EggerTest egger = *EffectsOf(studies, {"A", "B", "C"}).egger;
  const EggerTest reverse = *EffectsOf(studies, {"C", "B", "A"}).egger;
  EXPECT_NEAR(reverse.slope, -egger.slope, kTolerance);
  EXPECT_NEAR(reverse.intercept, -egger.intercept, kTolerance);
  EXPECT_NEAR(reverse.p, egger.p, kTolerance);
}

TEST(SmallStudyEffectsTest, TheOnlyStudyOfAComparisonHasNoCentre) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 1, 0.5),
                                             TwoArms("2", "A", "B", 2, 2),
                                             TwoArms("3", "A", "C", 5, 1)};
  const SmallStudyEffects effects = EffectsOf(studies, {"A", "B", "C"});
  ASSERT_EQ(effects.points.size(), 3);
  EXPECT_TRUE(effects.points[0].centre.has_value());
  EXPECT_FALSE(effects.points[2].centre.has_value());
  EXPECT_FALSE(effects.points[2].tested);
  EXPECT_FALSE(effects.egger.has_value());
  EXPECT_THAT(effects.no_egger, HasSubstr("found 2"));
}

TEST(SmallStudyEffectsTest, WithoutSpreadThereIsAReasonAndNoTest) {
  const Order order = {"A", "B"};
  EXPECT_THAT(EffectsOf({TwoArms("1", "A", "B", 1, 2)}, order).no_egger,
              HasSubstr("found 0"));
  EXPECT_THAT(
      EffectsOf({TwoArms("1", "A", "B", 1, 2), TwoArms("2", "A", "B", 2, 2),
                 TwoArms("3", "A", "B", 4, 2)},
                order)
          .no_egger,
      HasSubstr("standard errors are equal"));
  // Equal but for rounding in their tenth digit.
  const double se = 0.2000000001;
  EXPECT_THAT(EffectsOf({TwoArms("1", "A", "B", 1, 0.04),
                         TwoArms("2", "A", "B", 2, se * se),
                         TwoArms("3", "A", "B", 4, 0.04)},
                        order)
                  .no_egger,
              HasSubstr("standard errors are equal"));
  EXPECT_EQ(EffectsOf({TwoArms("1", "A", "B", 1, 0.04),
                       TwoArms("2", "A", "B", 2, 0.0401),
                       TwoArms("3", "A", "B", 4, 0.04)},
                      order)
                .no_egger,
            "");
  // Effects equal to their standard errors.
  EXPECT_THAT(
      EffectsOf({TwoArms("1", "A", "B", 1, 1), TwoArms("2", "A", "B", 2, 4),
                 TwoArms("3", "A", "B", 5, 25)},
                order)
          .no_egger,
      HasSubstr("on one line"));
}

// B minus A, C minus A and C minus B in each: the test takes the first two.
TEST(SmallStudyEffectsTest, StudiesOfThreeArmsAreTwoContrastsEach) {
  Eigen::Matrix2d covariance;
  covariance << 2, 1, 1, 3;
  std::vector<StudyEffects> studies;
  for (const double scale : {0.5, 1.0, 2.0}) {
    studies.push_back({std::to_string(scale),
                       {"A", "B", "C"},
                       Eigen::Vector2d(scale, 1 - scale),
                       scale * covariance});
  }
  const SmallStudyEffects effects = EffectsOf(studies, {"A", "B", "C"});
  EXPECT_EQ(effects.points.size(), 9);
  EXPECT_EQ(std::count_if(effects.points.begin(), effects.points.end(),
                          [](const FunnelPoint& point) {
                            return point.tested && point.second == 0;
                          }),
            6);
  ASSERT_TRUE(effects.egger.has_value());
  EXPECT_EQ(effects.egger->df, 4);
  EXPECT_EQ(effects.egger->studies, 3);
}

TEST(SmallStudyEffectsTest, PartsOfANetworkShareTheTest) {
  const SmallStudyEffects effects =
      EffectsOf({TwoArms("1", "A", "B", 1, 0.5), TwoArms("2", "A", "B", 2, 2),
                 TwoArms("3", "C", "D", 5, 1), TwoArms("4", "C", "D", 4, 9)},
                {"A", "C", "B", "D"});
  ASSERT_TRUE(effects.egger.has_value());
  EXPECT_EQ(effects.egger->df, 2);
}

}  // namespace
}  // namespace tidemark::nma
