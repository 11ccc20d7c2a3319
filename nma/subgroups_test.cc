#include "nma/subgroups.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Dense"
#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/effects.h"
#include "nma/network_fit.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::StatusIs;

constexpr double kTolerance = 1e-8;

bool Never() { return false; }

SubgroupAnalysis Analyzed(const std::vector<Subgroup>& subgroups) {
  auto analysis = AnalyzeSubgroups(subgroups, {}, Never);
  EXPECT_OK(analysis);
  return *std::move(analysis);
}

json Recorded(const std::string& name) {
  return json::parse(std::ifstream("nma/testdata/subgroups.json"))[name];
}

std::vector<Subgroup> SubgroupsOf(const json& recorded) {
  std::map<std::string, Subgroup> by_value;
  for (const json& row : recorded["studies"]) {
    Subgroup& subgroup = by_value[row["value"]];
    subgroup.value = row["value"];
    subgroup.studies.push_back(
        TwoArms(row["study"], "control", "vaccine", row["y"], row["v"]));
  }
  std::vector<Subgroup> subgroups;
  subgroups.reserve(by_value.size());
  for (const auto& [value, subgroup] : by_value) subgroups.push_back(subgroup);
  return subgroups;
}

void ExpectAsRecorded(const json& r) {
  const SubgroupAnalysis analysis = Analyzed(SubgroupsOf(r));
  ASSERT_EQ(analysis.interactions.size(), 1);
  const Interaction& pair = analysis.interactions[0];
  ASSERT_EQ(pair.effects.size(), r["own"].size());
  for (size_t g = 0; g < pair.effects.size(); ++g) {
    const json& own = r["own"][g];
    // Control minus vaccine.
    EXPECT_NEAR(pair.effects[g].effect, -own["effect"].get<double>(),
                kTolerance);
    EXPECT_NEAR(pair.effects[g].se, own["se"], kTolerance);
    const Heterogeneity& h = analysis.fits[g].heterogeneity[0];
    EXPECT_NEAR(h.tau2, own["tau2"], kTolerance);
    EXPECT_NEAR(h.q, own["q"], kTolerance);
    EXPECT_EQ(h.df, own["df"]);
  }
  for (const QTest& test : {pair.test, analysis.global}) {
    EXPECT_NEAR(test.q, r["test"]["q"], kTolerance);
    EXPECT_EQ(test.df, r["test"]["df"]);
    EXPECT_NEAR(*test.p, r["test"]["p"], kTolerance);
  }
}

TEST(SubgroupsTest, OfTwoTreatmentsAreThoseOfMetafor) {
  ExpectAsRecorded(Recorded("three"));
  ExpectAsRecorded(Recorded("two"));
  ExpectAsRecorded(Recorded("quiet"));
}

TEST(SubgroupsTest, WithoutHeterogeneityTheTestIsThatOfOneRegression) {
  const json r = Recorded("quiet");
  const SubgroupAnalysis analysis = Analyzed(SubgroupsOf(r));
  EXPECT_NEAR(analysis.global.q, r["regression"]["q"], kTolerance);
  EXPECT_NEAR(*analysis.global.p, r["regression"]["p"], kTolerance);
}

// A Wald test written out: all effects of each subgroup versus the first
// treatment from dense matrices, at the subgroup's tau^2; then the contrasts of
// neighbouring subgroups and their covariance. Every subgroup must connect all
// treatments.
class ExplicitWald {
 public:
  ExplicitWald(const std::vector<Subgroup>& subgroups,
               const std::vector<NetworkFit>& fits) {
    const auto groups = static_cast<Eigen::Index>(subgroups.size());
    const auto m = static_cast<Eigen::Index>(fits[0].treatments.size()) - 1;
    Eigen::VectorXd theta(groups * m);
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(groups * m, groups * m);
    for (Eigen::Index g = 0; g < groups; ++g) {
      const double tau2 = fits[g].heterogeneity[0].tau2;
      Eigen::MatrixXd information = Eigen::MatrixXd::Zero(m, m);
      Eigen::VectorXd right = Eigen::VectorXd::Zero(m);
      for (const StudyEffects& study : subgroups[g].studies) {
        const Eigen::MatrixXd x = Design(study, fits[0].treatments);
        const Eigen::Index k = study.effects.size();
        const Eigen::MatrixXd w =
            (study.covariance + tau2 / 2 *
                                    (Eigen::MatrixXd::Identity(k, k) +
                                     Eigen::MatrixXd::Ones(k, k)))
                .inverse();
        information += x.transpose() * w * x;
        right += x.transpose() * w * study.effects;
      }
      covariance.block(g * m, g * m, m, m) = information.inverse();
      theta.segment(g * m, m) = information.inverse() * right;
    }
    Eigen::MatrixXd contrasts =
        Eigen::MatrixXd::Zero((groups - 1) * m, groups * m);
    for (Eigen::Index r = 0; r < contrasts.rows(); ++r) {
      contrasts(r, r) = 1;
      contrasts(r, r + m) = -1;
    }
    const Eigen::VectorXd d = contrasts * theta;
    q = d.dot((contrasts * covariance * contrasts.transpose()).inverse() * d);
    df = static_cast<int>(contrasts.rows());
  }

  double q = 0;
  int df = 0;

 private:
  static Eigen::MatrixXd Design(const StudyEffects& study,
                                const std::vector<std::string>& treatments) {
    const auto m = static_cast<Eigen::Index>(treatments.size()) - 1;
    Eigen::MatrixXd x = Eigen::MatrixXd::Zero(study.effects.size(), m);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      for (Eigen::Index t = 0; t < m; ++t) {
        if (treatments[t + 1] == study.treatments[i + 1]) x(i, t) += 1;
        if (treatments[t + 1] == study.treatments[0]) x(i, t) -= 1;
      }
    }
    return x;
  }
};

std::vector<Subgroup> ThreeNetworks(std::uint32_t seed) {
  return {{"a", RandomNetwork(5, 14, seed)},
          {"b", RandomNetwork(5, 12, seed + 1000)},
          {"c", RandomNetwork(5, 16, seed + 2000)}};
}

TEST(SubgroupsTest, OfNetworksTheGlobalTestIsAWaldTest) {
  for (std::uint32_t seed = 1; seed <= 10; ++seed) {
    const std::vector<Subgroup> subgroups = ThreeNetworks(seed);
    const SubgroupAnalysis analysis = Analyzed(subgroups);
    const ExplicitWald expected(subgroups, analysis.fits);
    EXPECT_EQ(analysis.global.df, 8);
    EXPECT_EQ(analysis.global.df, expected.df);
    EXPECT_NEAR(analysis.global.q, expected.q, kTolerance * expected.q);
    EXPECT_EQ(analysis.interactions.size(), 10);
  }
}

TEST(SubgroupsTest, EachIsTheNetworkOfItsStudiesAlone) {
  const std::vector<Subgroup> subgroups = ThreeNetworks(1);
  const SubgroupAnalysis analysis = Analyzed(subgroups);
  for (size_t g = 0; g < subgroups.size(); ++g) {
    ASSERT_OK_AND_ASSIGN(const NetworkFit alone,
                         FitNetwork(subgroups[g].studies, {}));
    EXPECT_EQ(analysis.fits[g].heterogeneity[0].tau2,
              alone.heterogeneity[0].tau2);
    EXPECT_EQ(analysis.fits[g].random.effects, alone.random.effects);
  }
}

TEST(SubgroupsTest, NothingDependsOnNamesReferenceOrOrder) {
  const std::vector<Subgroup> subgroups = ThreeNetworks(2);
  const QTest global = Analyzed(subgroups).global;
  const auto names = ReversingNames(subgroups[0].studies);
  std::vector<Subgroup> renamed = subgroups;
  for (Subgroup& subgroup : renamed) {
    subgroup.studies = Renamed(subgroup.studies, names);
  }
  EXPECT_NEAR(Analyzed(renamed).global.q, global.q, kTolerance * global.q);

  std::vector<Subgroup> reversed = subgroups;
  std::reverse(reversed.begin(), reversed.end());
  for (Subgroup& subgroup : reversed) {
    std::reverse(subgroup.studies.begin(), subgroup.studies.end());
  }
  EXPECT_NEAR(Analyzed(reversed).global.q, global.q, kTolerance * global.q);

  FitOptions options;
  options.reference = "T3";
  ASSERT_OK_AND_ASSIGN(const SubgroupAnalysis other,
                       AnalyzeSubgroups(subgroups, options, Never));
  EXPECT_NEAR(other.global.q, global.q, kTolerance * global.q);
}

TEST(SubgroupsTest, TheTestHasNoUnit) {
  const std::vector<Subgroup> subgroups = ThreeNetworks(3);
  std::vector<Subgroup> rescaled = subgroups;
  for (Subgroup& subgroup : rescaled) {
    subgroup.studies = Rescaled(subgroup.studies, 1000);
  }
  const QTest global = Analyzed(subgroups).global;
  EXPECT_NEAR(Analyzed(rescaled).global.q, global.q, kTolerance * global.q);
}

TEST(SubgroupsTest, OnlyWhatSeveralSubgroupsTellIsTested) {
  const SubgroupAnalysis analysis = Analyzed(
      {{"a", {TwoArms("1", "A", "B", 1, 1), TwoArms("2", "C", "D", 1, 1)}},
       {"b", {TwoArms("3", "A", "B", 3, 1)}},
       {"c", {TwoArms("4", "A", "E", 2, 1)}}});
  ASSERT_EQ(analysis.interactions.size(), 1);
  const Interaction& pair = analysis.interactions[0];
  EXPECT_EQ(pair.first, "A");
  EXPECT_EQ(pair.second, "B");
  EXPECT_THAT(pair.subgroups, ElementsAre(0, 1));
  // (1 - 3)^2 / (1 + 1)
  EXPECT_NEAR(pair.test.q, 2, 1e-12);
  EXPECT_EQ(pair.test.df, 1);
  EXPECT_NEAR(analysis.global.q, 2, 1e-12);
  EXPECT_EQ(analysis.global.df, 1);
}

// No subgroup has a loop, nor two of them a comparison, but together they close
// one: 1 + 1 - 5 = -3 with variance 3.
TEST(SubgroupsTest, ALoopAcrossSubgroupsIsTested) {
  const SubgroupAnalysis analysis =
      Analyzed({{"a", {TwoArms("1", "A", "B", 1, 1)}},
                {"b", {TwoArms("2", "B", "C", 1, 1)}},
                {"c", {TwoArms("3", "A", "C", 5, 1)}}});
  EXPECT_THAT(analysis.interactions, IsEmpty());
  EXPECT_EQ(analysis.global.df, 1);
  EXPECT_NEAR(analysis.global.q, 3, 1e-12);
}

TEST(SubgroupsTest, OneSubgroupHasNothingToTest) {
  const SubgroupAnalysis analysis =
      Analyzed({{"a", {TwoArms("1", "A", "B", 1, 1)}}});
  EXPECT_THAT(analysis.interactions, IsEmpty());
  EXPECT_EQ(analysis.global.df, 0);
  EXPECT_FALSE(analysis.global.p.has_value());
}

TEST(SubgroupsTest, StopsWhenCancelled) {
  EXPECT_THAT(
      AnalyzeSubgroups(ThreeNetworks(1), {}, [] { return true; }).status(),
      StatusIs(absl::StatusCode::kCancelled, HasSubstr("cancelled")));
}

}  // namespace
}  // namespace tidemark::nma
