// The same data give the same network in each form that a study may take: arms,
// all contrasts, or contrasts with a baseline arm and its standard error.
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/arm_estimates.h"
#include "nma/network_fit.h"
#include "nma/peto.h"
#include "nma/study.h"
#include "nma/study_effects.h"

namespace tidemark::nma {
namespace {

constexpr double kRounding = 1e-12;  // relative, of a difference of squares

// A study in the forms that are not arms.
struct Forms {
  Study contrasts;
  Study baseline;
};

// What a report of these arms would print. The baseline is the last arm, so
// that it is not the base.
Forms FormsOf(const std::string& id, const std::vector<std::string>& treatments,
              const ArmEstimates& arms) {
  std::vector<Contrast> contrasts;
  for (size_t i = 0; i < treatments.size(); ++i) {
    for (size_t j = i + 1; j < treatments.size(); ++j) {
      contrasts.push_back({treatments[i], treatments[j],
                           arms.value[i] - arms.value[j],
                           std::sqrt(arms.variance[i] + arms.variance[j])});
    }
  }
  const size_t last = treatments.size() - 1;
  BaselineContrasts baseline{
      treatments[last], std::sqrt(arms.variance[last]), {}};
  for (size_t i = 0; i < last; ++i) {
    baseline.contrasts.push_back(
        {treatments[i], arms.value[i] - arms.value[last],
         std::sqrt(arms.variance[i] + arms.variance[last])});
  }
  return {{id, contrasts}, {id, baseline}};
}

template <typename Arm>
std::vector<std::string> TreatmentsOf(const std::vector<Arm>& arms) {
  std::vector<std::string> treatments;
  for (const Arm& arm : arms) treatments.push_back(arm.treatment);
  return treatments;
}

// The network A, B, C, D: a study of all four arms, two of three, two of two.
const std::vector<std::vector<BinaryArm>> kBinary = {
    {{"A", 9, 140}, {"B", 23, 140}, {"C", 10, 138}, {"D", 14, 90}},
    {{"D", 7, 66}, {"B", 12, 85}, {"C", 29, 170}},
    {{"B", 8, 33}, {"C", 19, 121}, {"A", 31, 160}},
    {{"A", 75, 731}, {"C", 363, 714}},
    {{"D", 18, 78}, {"C", 9, 49}}};
const std::vector<std::vector<RateArm>> kRates = {
    {{"A", 9, 140.5}, {"B", 23, 140}, {"C", 10, 138}, {"D", 14, 90}},
    {{"D", 7, 66}, {"B", 12, 85.25}, {"C", 29, 170}},
    {{"B", 8, 33}, {"C", 19, 121}, {"A", 31, 160}},
    {{"A", 75, 731}, {"C", 363, 714}}};
const std::vector<std::vector<ContinuousArm>> kMeans = {
    {{"A", 42, 21, 15}, {"B", 30, 20, 16}, {"C", 33, 15, 29}, {"D", 38, 9, 9}},
    {{"D", 36, 22, 28}, {"B", 31, 17, 30}, {"C", 40, 12, 31}},
    {{"B", 22, 12, 10}, {"C", 29, 14, 11}, {"A", 35, 13, 12}},
    {{"A", 41, 19, 50}, {"C", 37, 18, 48}}};

// One way of writing the network: form i % 3 of study i from `shift` on; all
// arms if there is no shift.
template <typename Arm, typename Estimate>
std::vector<Study> Mixed(const std::vector<std::vector<Arm>>& data,
                         Estimate estimate, int shift) {
  std::vector<Study> studies;
  for (size_t i = 0; i < data.size(); ++i) {
    const std::string id(1, static_cast<char>('P' + i));
    const Forms forms = FormsOf(id, TreatmentsOf(data[i]), estimate(data[i]));
    const size_t form = (i + shift) % 3;
    studies.push_back(form == 0   ? Study{id, data[i]}
                      : form == 1 ? forms.contrasts
                                  : forms.baseline);
  }
  return studies;
}

template <typename Arm>
std::vector<Study> AllArms(const std::vector<std::vector<Arm>>& data) {
  std::vector<Study> studies;
  for (size_t i = 0; i < data.size(); ++i) {
    studies.push_back({std::string(1, static_cast<char>('P' + i)), data[i]});
  }
  return studies;
}

void ExpectSameNetwork(const std::vector<Study>& one,
                       const std::vector<Study>& other, EffectMeasure measure) {
  SCOPED_TRACE(std::string(ShortName(measure)));
  EffectOptions options;
  options.measure = measure;
  ASSERT_OK_AND_ASSIGN(const EffectSet a, ComputeEffects(one, options));
  ASSERT_OK_AND_ASSIGN(const EffectSet b, ComputeEffects(other, options));
  ASSERT_EQ(a.studies.size(), b.studies.size());
  for (size_t i = 0; i < a.studies.size(); ++i) {
    EXPECT_EQ(a.studies[i].treatments, b.studies[i].treatments);
    EXPECT_TRUE(a.studies[i].effects.isApprox(b.studies[i].effects, kRounding));
    EXPECT_TRUE(
        a.studies[i].covariance.isApprox(b.studies[i].covariance, kRounding));
  }
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit_a, FitNetwork(a.studies, {}));
  ASSERT_OK_AND_ASSIGN(const NetworkFit fit_b, FitNetwork(b.studies, {}));
  EXPECT_EQ(fit_a.treatments, fit_b.treatments);
  EXPECT_TRUE(
      fit_a.common.effects.isApprox(fit_b.common.effects, 100 * kRounding));
  EXPECT_TRUE(fit_a.common.pair_variances.isApprox(fit_b.common.pair_variances,
                                                   100 * kRounding));
  // tau2 is the root of a flat function.
  EXPECT_TRUE(fit_a.random.effects.isApprox(fit_b.random.effects, 1e-8));
  EXPECT_TRUE(
      fit_a.random.pair_variances.isApprox(fit_b.random.pair_variances, 1e-8));
}

template <typename Arm, typename Estimate>
void ExpectSameInEveryForm(const std::vector<std::vector<Arm>>& data,
                           Estimate estimate, EffectMeasure measure) {
  for (int shift = 0; shift < 3; ++shift) {
    ExpectSameNetwork(AllArms(data), Mixed(data, estimate, shift), measure);
  }
}

TEST(MixedFormsTest, BinaryArms) {
  const auto odds = [](const auto& arms) { return LogOdds(arms, 0); };
  const auto log_risk = [](const auto& arms) { return LogRisk(arms, 0); };
  const auto risk = [](const auto& arms) { return Risk(arms, 0); };
  ExpectSameInEveryForm(kBinary, odds, EffectMeasure::kOddsRatio);
  ExpectSameInEveryForm(kBinary, log_risk, EffectMeasure::kRiskRatio);
  ExpectSameInEveryForm(kBinary, risk, EffectMeasure::kRiskDifference);
  ExpectSameInEveryForm(kBinary, ArcsineRisk,
                        EffectMeasure::kArcsineDifference);
  ExpectSameInEveryForm(kBinary, PetoLogOdds, EffectMeasure::kPetoOddsRatio);
}

TEST(MixedFormsTest, RateArms) {
  const auto log_rate = [](const auto& arms) { return LogRate(arms, 0); };
  const auto rate = [](const auto& arms) { return Rate(arms, 0); };
  ExpectSameInEveryForm(kRates, log_rate, EffectMeasure::kIncidenceRateRatio);
  ExpectSameInEveryForm(kRates, rate, EffectMeasure::kIncidenceRateDifference);
  ExpectSameInEveryForm(kRates, SquareRootRate,
                        EffectMeasure::kSquareRootRateDifference);
}

TEST(MixedFormsTest, ContinuousArms) {
  ExpectSameInEveryForm(kMeans, Mean, EffectMeasure::kMeanDifference);
  ExpectSameInEveryForm(kMeans, LogMean, EffectMeasure::kRatioOfMeans);
}

// The standard error that a baseline row gives: sd / sqrt(n).
TEST(MixedFormsTest, ABaselineStandardErrorOfAMean) {
  const Study arms{"S", std::vector<ContinuousArm>{
                            {"A", 10, 2, 16}, {"B", 13, 3, 9}, {"C", 8, 1, 4}}};
  const Study rows{"S", BaselineContrasts{"B",
                                          3 / std::sqrt(9),
                                          {{"A", -3, std::sqrt(1.25)},
                                           {"C", -5, std::sqrt(1.25)}}}};
  EffectOptions options;
  options.measure = EffectMeasure::kMeanDifference;
  ASSERT_OK_AND_ASSIGN(const EffectSet a, ComputeEffects({arms}, options));
  ASSERT_OK_AND_ASSIGN(const EffectSet b, ComputeEffects({rows}, options));
  EXPECT_EQ(a.studies[0].treatments, b.studies[0].treatments);
  EXPECT_TRUE(a.studies[0].effects.isApprox(b.studies[0].effects, kRounding));
  EXPECT_TRUE(
      a.studies[0].covariance.isApprox(b.studies[0].covariance, kRounding));
}

// Measures that only contrasts give do not care which form these have.
TEST(MixedFormsTest, HazardRatiosAndGenericEffects) {
  const ArmEstimates three{Eigen::Vector3d(0, -0.3, 0.2),
                           Eigen::Vector3d(0.02, 0.03, 0.05)};
  const Forms forms = FormsOf("S", {"A", "B", "C"}, three);
  for (const EffectMeasure measure :
       {EffectMeasure::kHazardRatio, EffectMeasure::kGeneric}) {
    ExpectSameNetwork({forms.contrasts}, {forms.baseline}, measure);
  }
}

}  // namespace
}  // namespace tidemark::nma
