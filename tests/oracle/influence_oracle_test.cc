// Leave-one-out and influence as metafor has them (testdata/influence.R).
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "Eigen/Core"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/relative_effect.h"
#include "nma/study_influence.h"
#include "nma/without_study.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

StudyEffects TwoArms(const std::string& id, const std::string& base,
                     const std::string& other, double effect, double variance) {
  return {id,
          {base, other},
          Eigen::VectorXd::Constant(1, effect),
          Eigen::MatrixXd::Constant(1, 1, variance)};
}

json Recorded() {
  std::ifstream file("tests/oracle/testdata/influence.json");
  return json::parse(file);
}

struct Row {
  WithoutStudy without;
  StudyInfluence influence;
};

std::vector<Row> LeaveOneOutOf(const std::vector<StudyEffects>& studies,
                               const NetworkFit& fit) {
  const InfluenceOfStudies influence(studies, fit);
  std::vector<Row> rows;
  EXPECT_OK(
      LeaveOutEach(studies, fit, FitOptions(),
                   [&](int s, const absl::StatusOr<WithoutStudy>& without) {
                     EXPECT_OK(without);
                     rows.push_back({*without, influence.Of(s, *without)});
                     return absl::OkStatus();
                   }));
  return rows;
}

// rma.uni, influence, leave1out, rstudent. metafor's iterations for tau^2 stop
// at 1e-14 of it.
TEST(InfluenceOracleTest, PairwiseIsThatOfMetafor) {
  const json recorded = Recorded()["pairwise"];
  std::vector<StudyEffects> studies;
  for (size_t s = 0; s < recorded["yi"].size(); ++s) {
    studies.push_back(TwoArms(absl::StrCat(s + 10), "A", "B", recorded["yi"][s],
                              recorded["vi"][s]));
  }
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies, FitOptions()));
  EXPECT_NEAR(fit.heterogeneity[0].tau2, recorded["tau2"], 1e-9);
  const std::vector<Row> rows = LeaveOneOutOf(studies, fit);
  ASSERT_EQ(rows.size(), 13);
  const json& expected = recorded["without"];
  for (size_t s = 0; s < rows.size(); ++s) {
    SCOPED_TRACE(s);
    const NetworkFit& rest = rows[s].without.fit;
    const auto effect = Relative(rest, rest.random, 1, 0);
    ASSERT_TRUE(effect.has_value());
    EXPECT_NEAR(effect->effect, expected["estimate"][s], 1e-8);
    EXPECT_NEAR(effect->se, expected["se"][s], 1e-8);
    EXPECT_NEAR(effect->confidence->lower, expected["lower"][s], 1e-8);
    EXPECT_NEAR(effect->confidence->upper, expected["upper"][s], 1e-8);
    EXPECT_NEAR(rest.heterogeneity[0].tau2, expected["tau2"][s], 1e-8);
    EXPECT_NEAR(rest.heterogeneity[0].q, expected["q"][s], 1e-8);
    const StudyInfluence& influence = rows[s].influence;
    EXPECT_NEAR(influence.leverage_random, recorded["hat"][s], 1e-8);
    EXPECT_NEAR(influence.residual->z.value(), recorded["rstudent"][s], 1e-8);
    EXPECT_NEAR(influence.cooks_distance.value(), recorded["cooks_distance"][s],
                1e-8);
    EXPECT_NEAR(influence.covariance_ratio.value(),
                recorded["covariance_ratio"][s], 1e-8);
  }
}

std::vector<StudyEffects> NetworkWithThreeArms() {
  const auto three = [](const std::string& id, double b, double c, double vb,
                        double vc, double cov) {
    StudyEffects study{
        id, {"A", "B", "C"}, Eigen::VectorXd(2), Eigen::MatrixXd(2, 2)};
    study.effects << b, c;
    study.covariance << vb, cov, cov, vc;
    return study;
  };
  return {TwoArms("1", "A", "B", 0.4, 0.04),
          three("2", 1.1, 1.6, 0.09, 0.12, 0.05),
          TwoArms("3", "A", "C", 0.9, 0.05),
          TwoArms("4", "B", "C", 0.2, 0.07),
          three("5", -0.3, 0.8, 0.06, 0.08, 0.03),
          TwoArms("6", "A", "B", 1.3, 0.10),
          TwoArms("7", "B", "C", 0.9, 0.09)};
}

// rma.mv at the zero of the score; its own optimiser has six digits.
TEST(InfluenceOracleTest, NetworkWithMultiArmStudiesIsThatOfMetafor) {
  const json recorded = Recorded()["network"];
  const std::vector<StudyEffects> studies = NetworkWithThreeArms();
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit, FitNetwork(studies, FitOptions()));
  EXPECT_NEAR(fit.heterogeneity[0].tau2, recorded["tau2"], 1e-10);
  EXPECT_NEAR(fit.heterogeneity[0].q, recorded["q"], 1e-9);
  const std::vector<Row> rows = LeaveOneOutOf(studies, fit);
  ASSERT_EQ(rows.size(), recorded["without"].size());
  for (size_t s = 0; s < rows.size(); ++s) {
    SCOPED_TRACE(s);
    const json& expected = recorded["without"][s];
    const NetworkFit& rest = rows[s].without.fit;
    for (int t = 0; t < 2; ++t) {
      EXPECT_NEAR(rest.random.effects[t + 1] - rest.random.effects[0],
                  expected["effects"][t], 1e-9);
      EXPECT_NEAR(rest.random.pair_variances(t + 1, 0), expected["vb"][t][t],
                  1e-9);
    }
    EXPECT_NEAR(rest.heterogeneity[0].tau2, expected["tau2"], 1e-10);
    EXPECT_NEAR(rest.heterogeneity[0].q, expected["q"], 1e-9);
    const StudyInfluence& influence = rows[s].influence;
    EXPECT_NEAR(influence.residual->distance, expected["distance"], 1e-8);
    EXPECT_NEAR(influence.cooks_distance.value(), expected["cooks_distance"],
                1e-8);
    EXPECT_NEAR(influence.covariance_ratio.value(),
                expected["covariance_ratio"], 1e-8);
    EXPECT_NEAR(influence.cooks_distance.value(),
                recorded["metafor_cooks_distance"][s], 1e-4);
    EXPECT_NEAR(influence.residual->distance, recorded["metafor_x2"][s], 1e-4);
  }
}

}  // namespace
}  // namespace tidemark::nma
