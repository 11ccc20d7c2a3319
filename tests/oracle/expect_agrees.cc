#include "tests/oracle/expect_agrees.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

constexpr double kTolerance = 1e-8;
constexpr double kPTolerance = 1e-7;
constexpr double kTau2Tolerance = 1e-10;

int IndexOf(const json& names, const std::string& name) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<int>(i);
  }
  ADD_FAILURE() << name;
  return 0;
}

void ExpectNear(const json& actual, const json& expected,
                const std::string& what) {
  EXPECT_NEAR(actual.get<double>(), expected.get<double>(),
              std::max(1e-9, kTolerance * std::abs(expected.get<double>())))
      << what;
}

// Relative, also where p is 1e-66.
void ExpectP(const json& actual, const json& expected,
             const std::string& what) {
  EXPECT_NEAR(actual.get<double>() / expected.get<double>(), 1, kPTolerance)
      << what;
}

// Absent in the reference: it has no interval of a treatment to itself.
void ExpectEffects(const json& actual, const json& names, const json& expected,
                   const json* predict) {
  EXPECT_EQ(actual.size(), names.size() * (names.size() - 1) / 2);
  for (const json& effect : actual) {
    const int i = IndexOf(names, effect["first"]);
    const int j = IndexOf(names, effect["second"]);
    const std::string what = effect["first"].get<std::string>() + " versus " +
                             effect["second"].get<std::string>();
    ExpectNear(effect["effect"], expected["TE"][i][j], what);
    ExpectNear(effect["se"], expected["seTE"][i][j], what);
    ExpectNear(effect["lower"], expected["lower"][i][j], what);
    ExpectNear(effect["upper"], expected["upper"][i][j], what);
    EXPECT_EQ(effect.contains("predict_lower"), predict != nullptr) << what;
    if (predict == nullptr) continue;
    ExpectNear(effect["predict_lower"], (*predict)["lower"][i][j], what);
    ExpectNear(effect["predict_upper"], (*predict)["upper"][i][j], what);
  }
}

double MedianVariance(const json& contrasts) {
  std::vector<double> variances;
  for (const json& contrast : contrasts) {
    variances.push_back(std::pow(contrast["seTE"].get<double>(), 2));
  }
  std::sort(variances.begin(), variances.end());
  return variances[variances.size() / 2];
}

void ExpectHeterogeneity(const json& actual, const json& expected) {
  const double tau2 = expected["tau2"];
  EXPECT_NEAR(actual["tau2"].get<double>(), tau2,
              kTau2Tolerance *
                  std::max(tau2, 0.01 * MedianVariance(expected["contrasts"])));
  EXPECT_EQ(actual["df"], expected["df_Q"]);
  ExpectNear(actual["q"], expected["Q"], "q");
  ExpectNear(actual["i2"], expected["I2"], "i2");
  ExpectP(actual["p_q"], expected["pval_Q"], "p_q");
}

void ExpectCoherence(const json& actual, const json& expected) {
  ExpectNear(actual["q_within"], expected["Q_heterogeneity"], "q_within");
  EXPECT_EQ(actual["df_within"], expected["df_Q_heterogeneity"]);
  ExpectNear(actual["q_between"], expected["Q_inconsistency"], "q_between");
  EXPECT_EQ(actual["df_between"], expected["df_Q_inconsistency"]);
  const json& rows = expected["decomp"]["Q_decomp"];
  ExpectP(actual["p_within"], rows[1]["pval"], "p_within");
  ExpectP(actual["p_between"], rows[2]["pval"], "p_between");
  const json& random = expected["decomp"]["Q_inc_random"][0];
  ExpectNear(actual["q_between_random"], random["Q"], "q_between_random");
  ExpectP(actual["p_between_random"], random["pval"], "p_between_random");
  const double tau = random["tau.within"];
  ExpectNear(actual["component_heterogeneity"][0]["tau2_within"], tau * tau,
             "tau2_within");
}

// The split of the pair that the reference calls `X:Y`, X minus Y, and its
// sign.
std::pair<const json*, double> FindSplit(const json& splits,
                                         const std::string& comparison) {
  for (const json& split : splits) {
    const std::string first = split["first"];
    const std::string second = split["second"];
    if (first + ":" + second == comparison) return {&split, 1.0};
    if (second + ":" + first == comparison) return {&split, -1.0};
  }
  return {nullptr, 0.0};
}

void ExpectPart(const json& split, const char* part, double sign,
                const json& expected) {
  const std::string what = expected["comparison"].get<std::string>() + part;
  ASSERT_EQ(split.contains(part), !expected["TE"].is_null()) << what;
  if (expected["TE"].is_null()) return;
  ExpectNear(split[part]["effect"].get<double>() * sign, expected["TE"], what);
  ExpectNear(split[part]["se"], expected["seTE"], what);
}

void ExpectSplits(const json& actual, const json& expected) {
  for (size_t i = 0; i < expected["direct_random"].size(); ++i) {
    const json& direct = expected["direct_random"][i];
    const auto [split, sign] = FindSplit(actual, direct["comparison"]);
    // Of pairs that no study compares there is nothing to split.
    ASSERT_EQ(split != nullptr, !direct["TE"].is_null()) << direct;
    if (split == nullptr) continue;
    ExpectPart(*split, "direct", sign, direct);
    ExpectPart(*split, "indirect", sign, expected["indirect_random"][i]);
    const json& difference = expected["compare_random"][i];
    ExpectPart(*split, "difference", sign, difference);
    if (!difference["p"].is_null()) {
      ExpectP((*split)["difference"]["p"], difference["p"], "p of difference");
    }
    ExpectNear((*split)["direct_share"], expected["prop_random"][i], "share");
  }
}

}  // namespace

void ExpectAgrees(const json& actual, const json& expected) {
  EXPECT_EQ(actual["studies_used"], expected["k"]);
  ExpectHeterogeneity(actual, expected);
  ExpectCoherence(actual, expected);
  const json& names = expected["treatments"];
  ExpectEffects(actual["common"]["relative_effects"], names, expected["common"],
                nullptr);
  ExpectEffects(actual["random"]["relative_effects"], names, expected["random"],
                &expected["predict"]);
  for (const json& score : actual["p_scores"]) {
    const int i = IndexOf(names, score["treatment"]);
    ExpectNear(score["common"], expected["pscore_common"][i], "p-score");
    ExpectNear(score["random"], expected["pscore_random"][i], "p-score");
  }
  ExpectSplits(actual["splits"], expected["split"]);
  EXPECT_EQ(actual["components"].size(), 1);
  EXPECT_EQ(actual["components"][0], actual["treatments"]);
}

}  // namespace tidemark::nma
