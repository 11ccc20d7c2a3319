#include "nma/hat_matrix.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "Eigen/Core"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/network.h"
#include "nma/testing/explicit_model.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"
#include "nma/testing/two_arms.h"

namespace tidemark::nma {
namespace {

enum class Model { kCommon, kRandom };

struct Fitted {
  std::vector<StudyEffects> studies;
  NetworkFit fit;
  std::vector<double> tau2;
  HatMatrix hat;

  const ModelFit& model() const {
    return tau2.front() == 0 ? fit.common : fit.random;
  }
};

Fitted Fit(const std::vector<StudyEffects>& studies, Model model) {
  const auto fit = FitNetwork(studies, {});
  EXPECT_OK(fit);
  std::vector<double> tau2;
  for (const Heterogeneity& part : fit->heterogeneity) {
    tau2.push_back(model == Model::kCommon ? 0 : part.tau2);
  }
  auto hat = HatMatrix::Of(studies, *fit, tau2);
  EXPECT_OK(hat);
  return {studies, *fit, tau2, *std::move(hat)};
}

int Treatments(const Fitted& fitted) {
  return static_cast<int>(fitted.fit.treatments.size());
}

double Sum(const std::vector<double>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0.0);
}

std::vector<double> SharesOf(const Fitted& fitted, int first, int second) {
  const auto shares =
      fitted.hat.Shares(fitted.hat.Row(first, second), first, second);
  EXPECT_TRUE(shares.has_value());
  return shares.value_or(std::vector<double>());
}

std::vector<double> StudySharesOf(const Fitted& fitted, int first, int second) {
  return StudyShares(fitted.hat.comparisons(), SharesOf(fitted, first, second),
                     static_cast<int>(fitted.studies.size()));
}

std::vector<StudyEffects> Triangle() {
  return {TwoArms("1", "A", "B", 1, 0.2), TwoArms("2", "B", "C", 2, 0.3),
          TwoArms("3", "A", "C", 5, 0.5)};
}

TEST(HatMatrixTest, OneStudyIsAllThereIs) {
  const Fitted one = Fit({TwoArms("1", "A", "B", 1, 0.2)}, Model::kRandom);
  EXPECT_NEAR(one.hat.Row(0, 1)[0], 1, 1e-15);
  EXPECT_NEAR(SharesOf(one, 0, 1)[0], 1, 1e-15);
  EXPECT_NEAR(StudySharesOf(one, 0, 1)[0], 1, 1e-15);
}

TEST(HatMatrixTest, TheOtherWayRoundATriangleSharesEvenly) {
  const Fitted triangle = Fit(Triangle(), Model::kCommon);
  ASSERT_EQ(triangle.hat.comparisons().size(), 3);  // AB, AC, BC
  const Eigen::VectorXd row = triangle.hat.Row(0, 1);
  EXPECT_NEAR(row[0], 0.8, 1e-15);
  EXPECT_NEAR(row[1], 0.2, 1e-15);
  EXPECT_NEAR(row[2], -0.2, 1e-15);  // from C to B
  const std::vector<double> shares = SharesOf(triangle, 0, 1);
  EXPECT_NEAR(shares[0], 0.8, 1e-15);
  EXPECT_NEAR(shares[1], 0.1, 1e-15);
  EXPECT_NEAR(shares[2], 0.1, 1e-15);
}

TEST(HatMatrixTest, StudiesOfAComparisonShareByWeight) {
  const std::vector<StudyEffects> studies = {TwoArms("1", "A", "B", 0, 0.25),
                                             TwoArms("2", "A", "B", 9, 0.5)};
  const Fitted common = Fit(studies, Model::kCommon);
  EXPECT_NEAR(StudySharesOf(common, 0, 1)[0], 2.0 / 3, 1e-15);
  const Fitted random = Fit(studies, Model::kRandom);
  const double tau2 = random.tau2[0];
  ASSERT_GT(tau2, 1);
  EXPECT_NEAR(StudySharesOf(random, 0, 1)[0], (0.5 + tau2) / (0.75 + 2 * tau2),
              1e-15);
}

// Through the reference of a star, each of the two comparisons is half.
TEST(HatMatrixTest, AStarGoesThroughItsCentre) {
  const Fitted star =
      Fit({TwoArms("1", "A", "X", 1, 0.2), TwoArms("2", "B", "X", 2, 3),
           TwoArms("3", "C", "X", 3, 1e-6)},
          Model::kRandom);
  const std::vector<double> shares = StudySharesOf(star, 0, 2);  // A versus C
  EXPECT_NEAR(shares[0], 0.5, 1e-15);
  EXPECT_EQ(shares[1], 0);
  EXPECT_NEAR(shares[2], 0.5, 1e-15);
}

TEST(HatMatrixTest, OneMultiArmStudyIsAllThereIs) {
  const std::vector<StudyEffects> network = RandomNetwork(4, 12, 7);
  for (const StudyEffects& study : network) {
    if (study.treatments.size() < 3) continue;
    const Fitted fitted = Fit({study}, Model::kRandom);
    for (int i = 0; i < Treatments(fitted); ++i) {
      for (int j = 0; j < i; ++j) {
        EXPECT_NEAR(StudySharesOf(fitted, i, j)[0], 1, 1e-14);
      }
    }
  }
}

TEST(HatMatrixTest, PartsKnowNothingOfEachOther) {
  std::vector<StudyEffects> studies = Triangle();
  studies.push_back(TwoArms("4", "X", "Y", 1, 0.1));
  studies.push_back(TwoArms("5", "X", "Y", 3, 0.1));
  const Fitted fitted = Fit(studies, Model::kRandom);
  EXPECT_EQ(fitted.hat.Row(0, 1)[3], 0);
  const std::vector<double> shares = StudySharesOf(fitted, 3, 4);
  EXPECT_EQ(shares[0] + shares[1] + shares[2], 0);
  EXPECT_NEAR(shares[3], 0.5, 1e-15);
}

class RandomNetworksTest
    : public ::testing::TestWithParam<std::pair<int, Model>> {
 protected:
  Fitted Random() const {
    const auto [seed, model] = GetParam();
    return Fit(RandomNetwork(4 + seed % 8, 8 + 3 * (seed % 5), seed), model);
  }
};

INSTANTIATE_TEST_SUITE_P(Networks, RandomNetworksTest, ::testing::ValuesIn([] {
                           std::vector<std::pair<int, Model>> all;
                           for (int seed = 0; seed < 30; ++seed) {
                             all.emplace_back(seed, Model::kCommon);
                             all.emplace_back(seed, Model::kRandom);
                           }
                           return all;
                         }()));

TEST_P(RandomNetworksTest, RowsMakeTheNetworkEstimates) {
  const Fitted fitted = Random();
  for (int i = 0; i < Treatments(fitted); ++i) {
    for (int j = 0; j < Treatments(fitted); ++j) {
      if (i == j) continue;
      const Eigen::VectorXd row = fitted.hat.Row(i, j);
      double of_comparisons = 0;
      double of_contrasts = 0;
      for (size_t c = 0; c < fitted.hat.comparisons().size(); ++c) {
        const DirectComparison& comparison = fitted.hat.comparisons()[c];
        const double h = row[static_cast<Eigen::Index>(c)];
        of_comparisons += h * comparison.effect;
        for (const StudyContrast& contrast : comparison.contrasts) {
          of_contrasts +=
              h * contrast.weight / comparison.weight * contrast.effect;
        }
      }
      const double network =
          fitted.model().effects[i] - fitted.model().effects[j];
      EXPECT_NEAR(of_comparisons, network, 1e-12);
      EXPECT_NEAR(of_contrasts, network, 1e-12);
    }
  }
}

TEST_P(RandomNetworksTest, RowsAreUnitFlowsDownTheirPotential) {
  const Fitted fitted = Random();
  for (int i = 1; i < Treatments(fitted); ++i) {
    for (int j = 0; j < i; ++j) {
      const Eigen::VectorXd row = fitted.hat.Row(i, j);
      Eigen::VectorXd out = Eigen::VectorXd::Zero(Treatments(fitted));
      for (size_t c = 0; c < fitted.hat.comparisons().size(); ++c) {
        const DirectComparison& comparison = fitted.hat.comparisons()[c];
        const double h = row[static_cast<Eigen::Index>(c)];
        EXPECT_LE(std::abs(h), 1 + 1e-14);
        out[comparison.first] += h;
        out[comparison.second] -= h;
        // Higher potential: farther from j than from i.
        const auto potential = [&](int t) {
          return fitted.model().pair_variances(t, j) -
                 fitted.model().pair_variances(t, i);
        };
        EXPECT_NEAR(
            h,
            comparison.weight *
                (potential(comparison.first) - potential(comparison.second)) /
                2,
            1e-12);
      }
      out[i] -= 1;
      out[j] += 1;
      EXPECT_LE(out.cwiseAbs().maxCoeff(), 1e-14);
    }
  }
}

TEST_P(RandomNetworksTest, SharesSumToOneAndStandStillIfTheOrderIsReversed) {
  const Fitted fitted = Random();
  for (int i = 1; i < Treatments(fitted); ++i) {
    for (int j = 0; j < i; ++j) {
      const std::vector<double> shares = SharesOf(fitted, i, j);
      const std::vector<double> reversed = SharesOf(fitted, j, i);
      EXPECT_NEAR(Sum(shares), 1, 1e-14);
      for (size_t c = 0; c < shares.size(); ++c) {
        EXPECT_GE(shares[c], 0);
        EXPECT_NEAR(shares[c], reversed[c], 1e-14);
      }
      EXPECT_NEAR(Sum(StudySharesOf(fitted, i, j)), 1, 1e-14);
    }
  }
}

TEST_P(RandomNetworksTest, TheOrderOfStudiesChangesNoBit) {
  const Fitted fitted = Random();
  std::vector<StudyEffects> reversed = fitted.studies;
  std::reverse(reversed.begin(), reversed.end());
  const Fitted other = Fit(reversed, GetParam().second);
  EXPECT_EQ(fitted.hat.Row(0, 3), other.hat.Row(0, 3));
  std::vector<double> shares = StudySharesOf(other, 0, 3);
  std::reverse(shares.begin(), shares.end());
  EXPECT_EQ(StudySharesOf(fitted, 0, 3), shares);
}

TEST_P(RandomNetworksTest, NeitherNamesNorUnitsMatter) {
  const Fitted fitted = Random();
  const auto names = ReversingNames(fitted.studies);
  for (const double unit : {1.0, 1e-8, 1e8}) {
    const Fitted other =
        Fit(Renamed(Rescaled(fitted.studies, unit), names), GetParam().second);
    const auto index = [&](int t) {
      const auto& all = other.fit.treatments;
      return static_cast<int>(std::find(all.begin(), all.end(),
                                        names.at(fitted.fit.treatments[t])) -
                              all.begin());
    };
    const std::vector<double> expected = StudySharesOf(fitted, 0, 1);
    const std::vector<double> shares = StudySharesOf(other, index(0), index(1));
    for (size_t s = 0; s < shares.size(); ++s) {
      EXPECT_NEAR(shares[s], expected[s], 1e-10) << unit;
    }
  }
}

TEST(HatMatrixTest, AStudyIsWhatTwoHalvesOfItAre) {
  const std::vector<StudyEffects> studies = RandomNetwork(6, 12, 3);
  std::vector<StudyEffects> halves;
  for (StudyEffects half : studies) {
    half.covariance *= 2;
    halves.push_back(half);
    half.study += " again";
    halves.push_back(half);
  }
  const Fitted whole = Fit(studies, Model::kCommon);
  const Fitted split = Fit(halves, Model::kCommon);
  const std::vector<double> expected = StudySharesOf(whole, 0, 5);
  const std::vector<double> shares = StudySharesOf(split, 0, 5);
  for (size_t s = 0; s < expected.size(); ++s) {
    EXPECT_NEAR(shares[2 * s], shares[2 * s + 1], 1e-15);
    EXPECT_NEAR(shares[2 * s] + shares[2 * s + 1], expected[s], 1e-14);
  }
}

// The coefficient that each effect of each study has in the estimate of first
// minus second, from the row of the hat matrix.
Eigen::VectorXd EffectCoefficients(const Fitted& fitted, int first,
                                   int second) {
  std::vector<Eigen::Index> start;
  Eigen::Index size = 0;
  for (const StudyEffects& study : fitted.studies) {
    start.push_back(size);
    size += study.effects.size();
  }
  Eigen::VectorXd coefficients = Eigen::VectorXd::Zero(size);
  const auto add = [&](int study, int treatment, double h) {
    const std::vector<std::string>& arms = fitted.studies[study].treatments;
    const auto arm =
        std::find(arms.begin(), arms.end(), fitted.fit.treatments[treatment]) -
        arms.begin();
    if (arm > 0) coefficients[start[study] + arm - 1] += h;
  };
  const Eigen::VectorXd row = fitted.hat.Row(first, second);
  for (size_t c = 0; c < fitted.hat.comparisons().size(); ++c) {
    const DirectComparison& comparison = fitted.hat.comparisons()[c];
    for (const StudyContrast& contrast : comparison.contrasts) {
      const double h = row[static_cast<Eigen::Index>(c)] * contrast.weight /
                       comparison.weight;
      add(contrast.study, comparison.first, h);
      add(contrast.study, comparison.second, -h);
    }
  }
  return coefficients;
}

// (X'WX)^-1 X'W with one matrix for all effects and 100 digits.
double LargestErrorOfRow(const Fitted& fitted, int first, int second) {
  const Component component = BuildNetwork(fitted.studies).components.front();
  const ReferenceModel model(component.network);
  const HundredDigits tau2 = fitted.tau2.front();
  const ReferenceModel::Matrix h =
      model.Covariance(tau2) * model.x.transpose() * model.Precision(tau2);
  ReferenceModel::Vector expected =
      ReferenceModel::Vector::Zero(model.y.size());
  if (first > 0) expected += h.row(first - 1).transpose();
  if (second > 0) expected -= h.row(second - 1).transpose();
  const Eigen::VectorXd actual = EffectCoefficients(fitted, first, second);
  double error = 0;
  for (Eigen::Index i = 0; i < actual.size(); ++i) {
    error =
        std::max(error, std::abs(static_cast<double>(expected[i] - actual[i])));
  }
  return error;
}

// Ids in the order of the input, as the model has its blocks.
std::vector<StudyEffects> InOrder(std::vector<StudyEffects> studies) {
  for (size_t s = 0; s < studies.size(); ++s) {
    studies[s].study = absl::StrCat(100 + s);
  }
  return studies;
}

TEST(HatMatrixTest, IsThatOfTheModelWrittenOutWithAHundredDigits) {
  for (int seed = 0; seed < 6; ++seed) {
    for (const Model model : {Model::kCommon, Model::kRandom}) {
      const Fitted fitted = Fit(InOrder(RandomNetwork(5, 8, seed)), model);
      EXPECT_LE(LargestErrorOfRow(fitted, 0, 1), 1e-14) << seed;
      EXPECT_LE(LargestErrorOfRow(fitted, 4, 2), 1e-14) << seed;
    }
  }
}

TEST(HatMatrixTest, KeepsItsDigitsWhereWeightsDifferByManyOrdersOfMagnitude) {
  for (int seed = 0; seed < 6; ++seed) {
    std::vector<StudyEffects> studies = InOrder(RandomNetwork(5, 8, seed));
    for (size_t s = 0; s < studies.size(); ++s) {
      studies[s].covariance *= std::pow(10, static_cast<double>(s * 5 % 13));
    }
    const Fitted fitted = Fit(studies, Model::kCommon);
    for (int i = 1; i < 5; ++i) {
      for (int j = 0; j < i; ++j) {
        EXPECT_LE(LargestErrorOfRow(fitted, i, j), 1e-13) << seed;
        EXPECT_NEAR(Sum(StudySharesOf(fitted, i, j)), 1, 1e-14);
      }
    }
  }
}

// Arms 1 and 2 are far more precise against the base than against each other:
// their pair has a negative weight.
StudyEffects WithNegativeWeight(const std::string& id, double correlation) {
  Eigen::MatrixXd covariance(2, 2);
  covariance << 1, correlation, correlation, 1;
  return {id, {"A", "B", "C"}, Eigen::Vector2d(1, 2), covariance};
}

TEST(HatMatrixTest, NegativeWeightsCountByTheirMagnitude) {
  const Fitted fitted =
      Fit({WithNegativeWeight("1", -0.2), TwoArms("2", "B", "C", 1, 0.25),
           TwoArms("3", "A", "C", 1, 1)},
          Model::kCommon);
  const DirectComparison& bc = fitted.hat.comparisons()[2];
  ASSERT_EQ(bc.contrasts.size(), 2);
  EXPECT_LT(bc.contrasts[0].weight, 0);
  EXPECT_GT(bc.weight, 0);
  const std::vector<double> shares = StudySharesOf(fitted, 1, 2);
  EXPECT_NEAR(Sum(shares), 1, 1e-14);
  EXPECT_GT(*std::min_element(shares.begin(), shares.end()), 0);
}

// Alone, the pair of negative weight carries its flow uphill.
TEST(HatMatrixTest, AFlowInACircleHasNoShares) {
  const Fitted alone = Fit({WithNegativeWeight("1", -0.2)}, Model::kCommon);
  EXPECT_NEAR(alone.hat.Row(1, 2)[2], -0.5, 1e-15);  // from C back to B
  EXPECT_NEAR(StudySharesOf(alone, 1, 2)[0], 1, 1e-15);
  // On the way from D to E it is a circle: from B to A, to C, and back to B.
  const Fitted between =
      Fit({WithNegativeWeight("1", -0.2), TwoArms("2", "B", "D", 1, 0.25),
           TwoArms("3", "C", "E", 1, 0.25)},
          Model::kCommon);
  EXPECT_FALSE(between.hat.Shares(between.hat.Row(3, 4), 3, 4).has_value());
  EXPECT_NEAR(SharesOf(between, 1, 3)[3], 1, 1e-15);  // B versus D
}

}  // namespace
}  // namespace tidemark::nma
