// Every reference fit, from arms and from contrasts, one test case each.
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/network_fit.h"
#include "nma/study_effects.h"
#include "tests/oracle/near.h"
#include "tests/oracle/oracle_data.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

// The references have 15 significant digits and both programs solve ill
// conditioned systems; measured differences are below 1e-11.
constexpr double kTolerance = 1e-10;
constexpr double kTau2Tolerance = 1e-10;
constexpr double kPTolerance = 1e-9;  // an error of Q grows in the tail

int IndexOf(const NetworkFit& fit, const std::string& treatment) {
  const auto it =
      std::find(fit.treatments.begin(), fit.treatments.end(), treatment);
  EXPECT_NE(it, fit.treatments.end()) << treatment;
  return static_cast<int>(it - fit.treatments.begin());
}

// Compares with the matrices TE, seTE, lower and upper of netmeta.
void ExpectEffects(const NetworkFit& fit, const ModelFit& model,
                   const json& treatments, const json& expected) {
  for (size_t i = 0; i < treatments.size(); ++i) {
    for (size_t j = 0; j < treatments.size(); ++j) {
      const std::string first = treatments[i];
      const std::string second = treatments[j];
      SCOPED_TRACE(first + " versus " + second);
      const auto effect =
          Relative(fit, model, IndexOf(fit, first), IndexOf(fit, second));
      ASSERT_TRUE(effect.has_value());
      const auto near = [&](const char* matrix) {
        return NearRelative(expected[matrix][i][j].get<double>(), kTolerance);
      };
      EXPECT_THAT(effect->effect, near("TE"));
      EXPECT_THAT(effect->se, near("seTE"));
      if (i == j) continue;  // limits are absent there
      EXPECT_THAT(effect->confidence->lower, near("lower"));
      EXPECT_THAT(effect->confidence->upper, near("upper"));
    }
  }
}

void ExpectPredictions(const NetworkFit& fit, const json& treatments,
                       const json& expected) {
  for (size_t i = 0; i < treatments.size(); ++i) {
    for (size_t j = 0; j < treatments.size(); ++j) {
      if (i == j) continue;
      const auto effect = Relative(fit, fit.random, IndexOf(fit, treatments[i]),
                                   IndexOf(fit, treatments[j]));
      ASSERT_TRUE(effect->prediction.has_value());
      EXPECT_THAT(
          effect->prediction->lower,
          NearRelative(expected["lower"][i][j].get<double>(), kTolerance));
      EXPECT_THAT(
          effect->prediction->upper,
          NearRelative(expected["upper"][i][j].get<double>(), kTolerance));
    }
  }
}

void ExpectHeterogeneity(const Heterogeneity& actual, const json& expected) {
  EXPECT_THAT(actual.q, NearRelative(expected["Q"].get<double>(), kTolerance));
  EXPECT_EQ(actual.df, expected["df_Q"].get<int>());
  ASSERT_TRUE(actual.p_q.has_value());
  // Relative also where p is 1e-66: no absolute floor.
  EXPECT_NEAR(*actual.p_q / expected["pval_Q"].get<double>(), 1, kPTolerance);
  EXPECT_THAT(actual.i2,
              NearRelative(expected["I2"].get<double>(), kTolerance));
  EXPECT_THAT(actual.tau2,
              NearRelative(expected["tau2"].get<double>(), kTau2Tolerance));
}

void ExpectPScores(const NetworkFit& fit, const Eigen::VectorXd& actual,
                   const json& treatments, const json& expected) {
  for (size_t i = 0; i < treatments.size(); ++i) {
    EXPECT_THAT(actual[IndexOf(fit, treatments[i])],
                NearRelative(expected[i].get<double>(), kTolerance))
        << treatments[i];
  }
}

class NetworkFitOracleTest : public ::testing::TestWithParam<OracleFit> {
 protected:
  static void ExpectMatches(const std::vector<Study>& studies) {
    const json& expected = GetParam().expected;
    EffectOptions effect_options;
    effect_options.measure = GetParam().measure;
    effect_options.smd = SmdMethod::kCohen;
    ASSERT_OK_AND_ASSIGN(const EffectSet effects,
                         ComputeEffects(studies, effect_options));
    EXPECT_EQ(effects.studies.size(), expected["k"].get<size_t>());

    FitOptions options;
    options.tau2_method = GetParam().method;
    options.reference = expected["reference"];
    ASSERT_OK_AND_ASSIGN(const NetworkFit fit,
                         FitNetwork(effects.studies, options));
    ASSERT_EQ(fit.heterogeneity.size(), 1);
    ExpectHeterogeneity(fit.heterogeneity[0], expected);
    const json& treatments = expected["treatments"];
    EXPECT_EQ(fit.treatments.size(), treatments.size());
    ExpectEffects(fit, fit.common, treatments, expected["common"]);
    ExpectEffects(fit, fit.random, treatments, expected["random"]);
    ExpectPredictions(fit, treatments, expected["predict"]);
    ExpectPScores(fit, fit.common.p_scores, treatments,
                  expected["pscore_common"]);
    ExpectPScores(fit, fit.random.p_scores, treatments,
                  expected["pscore_random"]);
  }
};

TEST_P(NetworkFitOracleTest, MatchesFromArms) {
  if (GetParam().arms.empty()) GTEST_SKIP() << "a contrast-level data set";
  ExpectMatches(GetParam().arms);
}

TEST_P(NetworkFitOracleTest, MatchesFromContrasts) {
  ExpectMatches(GetParam().contrasts);
}

INSTANTIATE_TEST_SUITE_P(AllFits, NetworkFitOracleTest,
                         ::testing::ValuesIn(LoadOracleFits()),
                         [](const ::testing::TestParamInfo<OracleFit>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace tidemark::nma
