// Every reference fit through `tidemark analyze`: a CSV file in, JSON out.
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/study.h"
#include "tests/cli/run_tidemark.h"
#include "tests/oracle/near.h"
#include "tests/oracle/oracle_data.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

// What the command promises: 1e-8 relative, 1e-9 absolute near 0.
constexpr double kTolerance = 1e-8;

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

void ExpectEffects(const json& actual, const json& names,
                   const json& expected) {
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
  }
}

class AnalyzeOracleTest : public ::testing::TestWithParam<OracleFit> {};

TEST_P(AnalyzeOracleTest, AgreesThroughTheCommand) {
  const OracleFit& fit = GetParam();
  const json& expected = fit.expected;
  const testing::Finished finished = testing::RunTidemark(
      {"analyze", "-", "--measure", std::string(ShortName(fit.measure)),
       "--smd", "cohen", "--tau2", expected["method_tau"].get<std::string>(),
       "--output", "json"},
      AsCsv(fit.arms.empty() ? fit.contrasts : fit.arms));
  ASSERT_EQ(finished.exit_code, 0) << finished.messages;
  const json actual = json::parse(finished.data);
  EXPECT_EQ(actual["studies_used"], expected["k"]);
  EXPECT_EQ(actual["df"], expected["df_Q"]);
  ExpectNear(actual["q"], expected["Q"], "q");
  ExpectNear(actual["i2"], expected["I2"], "i2");
  ExpectNear(actual["p_q"], expected["pval_Q"], "p_q");
  EXPECT_NEAR(actual["tau2"].get<double>(), expected["tau2"].get<double>(),
              1e-7);
  const json& names = expected["treatments"];
  ExpectEffects(actual["common"]["relative_effects"], names,
                expected["common"]);
  ExpectEffects(actual["random"]["relative_effects"], names,
                expected["random"]);
  for (const json& score : actual["p_scores"]) {
    const int i = IndexOf(names, score["treatment"]);
    ExpectNear(score["common"], expected["pscore_common"][i], "p-score");
    ExpectNear(score["random"], expected["pscore_random"][i], "p-score");
  }
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
