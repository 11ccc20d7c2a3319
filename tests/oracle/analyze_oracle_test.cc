// Every reference fit through `tidemark analyze`: a CSV file in, JSON out.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/heterogeneity.h"
#include "nma/study.h"
#include "tests/cli/run_tidemark.h"
#include "tests/oracle/near.h"
#include "tests/oracle/oracle_data.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

// What the command promises: 1e-8 relative, 1e-9 absolute near 0; 1e-7 for
// p-values; 1e-10 of tau², or of 0.01 of the median variance near 0.
constexpr double kTolerance = 1e-8;
constexpr double kPTolerance = 1e-7;
constexpr double kTau2Tolerance = 1e-10;

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

// All digits, so that nothing is lost on the way through the file.
std::string Digits(double value) { return absl::StrFormat("%.17g", value); }

std::string Row(const std::string& study, const BinaryArm& arm) {
  return absl::StrCat(Quoted(study), ",", Quoted(arm.treatment), ",",
                      Digits(arm.events), ",", Digits(arm.total), "\n");
}
std::string Row(const std::string& study, const ContinuousArm& arm) {
  return absl::StrCat(Quoted(study), ",", Quoted(arm.treatment), ",",
                      Digits(arm.mean), ",", Digits(arm.sd), ",", Digits(arm.n),
                      "\n");
}
std::string Row(const std::string& study, const RateArm& arm) {
  return absl::StrCat(Quoted(study), ",", Quoted(arm.treatment), ",",
                      Digits(arm.events), ",", Digits(arm.exposure), "\n");
}
std::string Row(const std::string& study, const Contrast& contrast) {
  return absl::StrCat(Quoted(study), ",", Quoted(contrast.first), ",",
                      Quoted(contrast.second), ",", Digits(contrast.effect),
                      ",", Digits(contrast.se), "\n");
}

std::string AsCsv(const std::vector<Study>& studies) {
  static constexpr const char* kHeaders[] = {
      "study,treatment,event,n\n", "study,treatment,mean,sd,n\n",
      "study,treatment,event,time\n", "study,treat1,treat2,te,se\n"};
  std::string csv = kHeaders[studies[0].data.index()];
  for (const Study& study : studies) {
    std::visit(
        [&](const auto& rows) {
          for (const auto& row : rows) csv += Row(study.id, row);
        },
        study.data);
  }
  return csv;
}

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

void ExpectP(const json& actual, const json& expected,
             const std::string& what) {
  EXPECT_NEAR(actual.get<double>(), expected.get<double>(),
              std::max(1e-9, kPTolerance * std::abs(expected.get<double>())))
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
  ASSERT_EQ(split.contains(part), expected.contains("TE")) << what;
  if (!expected.contains("TE")) return;
  ExpectNear(split[part]["effect"].get<double>() * sign, expected["TE"], what);
  ExpectNear(split[part]["se"], expected["seTE"], what);
}

void ExpectSplits(const json& actual, const json& expected) {
  for (size_t i = 0; i < expected["direct_random"].size(); ++i) {
    const json& direct = expected["direct_random"][i];
    const auto [split, sign] = FindSplit(actual, direct["comparison"]);
    // Of pairs that no study compares there is nothing to split.
    ASSERT_EQ(split != nullptr, direct.contains("TE")) << direct;
    if (split == nullptr) continue;
    ExpectPart(*split, "direct", sign, direct);
    ExpectPart(*split, "indirect", sign, expected["indirect_random"][i]);
    const json& difference = expected["compare_random"][i];
    ExpectPart(*split, "difference", sign, difference);
    if (difference.contains("p")) {
      ExpectP((*split)["difference"]["p"], difference["p"], "p of difference");
    }
    ExpectNear((*split)["direct_share"], expected["prop_random"][i], "share");
  }
}

class AnalyzeOracleTest : public ::testing::TestWithParam<OracleFit> {};

TEST_P(AnalyzeOracleTest, AgreesThroughTheCommand) {
  const OracleFit& fit = GetParam();
  const json& expected = fit.expected;
  const testing::Finished finished = testing::RunTidemark(
      {"analyze", "-", "--measure", std::string(ShortName(fit.measure)),
       "--smd", "cohen", "--tau2", expected["method_tau"].get<std::string>(),
       "--splits", "--output", "json"},
      AsCsv(fit.arms.empty() ? fit.contrasts : fit.arms));
  ASSERT_EQ(finished.exit_code, 0) << finished.messages;
  const json actual = json::parse(finished.data);
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

INSTANTIATE_TEST_SUITE_P(AllFits, AnalyzeOracleTest,
                         ::testing::ValuesIn(LoadOracleFits()),
                         [](const ::testing::TestParamInfo<OracleFit>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace tidemark::nma
