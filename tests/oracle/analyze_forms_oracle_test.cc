// Every reference fit from arms again, with the studies dealt out over three
// files: arms, all contrasts, and contrasts with a baseline arm.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "nma/study.h"
#include "tests/cli/run_tidemark.h"
#include "tests/oracle/analyze_table.h"
#include "tests/oracle/expect_agrees.h"
#include "tests/oracle/oracle_data.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

// The row of a contrast turned so that it is `first` minus `second`.
Contrast Find(const std::vector<Contrast>& contrasts, const std::string& first,
              const std::string& second) {
  for (const Contrast& contrast : contrasts) {
    if (contrast.first == first && contrast.second == second) return contrast;
    if (contrast.first == second && contrast.second == first) {
      return {first, second, -contrast.effect, contrast.se};
    }
  }
  ADD_FAILURE() << first << " versus " << second;
  return {};
}

// The differences to the first treatment of the first row.
Study WithBaseline(const Study& study) {
  const auto& contrasts = std::get<std::vector<Contrast>>(study.data);
  BaselineContrasts data{contrasts[0].first, std::nullopt, {}};
  for (const Contrast& contrast : contrasts) {
    const bool is_first = contrast.first == data.baseline;
    if (!is_first && contrast.second != data.baseline) continue;
    data.contrasts.push_back({is_first ? contrast.second : contrast.first,
                              is_first ? -contrast.effect : contrast.effect,
                              contrast.se});
  }
  if (data.contrasts.size() > 1) {
    const BaselineContrast& a = data.contrasts[0];
    const BaselineContrast& b = data.contrasts[1];
    const double apart = Find(contrasts, a.treatment, b.treatment).se;
    data.baseline_se =
        std::sqrt((a.se * a.se + b.se * b.se - apart * apart) / 2);
  }
  return {study.id, data};
}

// Deals the studies out: arms, contrasts, baseline. The arms of an SMD share
// their standard deviation, which a baseline cannot say.
std::vector<std::vector<Study>> Deal(const OracleFit& fit, size_t shift) {
  std::map<std::string, const Study*> contrasts;
  for (const Study& study : fit.contrasts) contrasts[study.id] = &study;
  const size_t forms =
      fit.measure == EffectMeasure::kStandardizedMeanDifference ? 2 : 3;
  std::vector<std::vector<Study>> files(forms);
  for (size_t i = 0; i < fit.arms.size(); ++i) {
    const auto known = contrasts.find(fit.arms[i].id);
    // The reference left the study out: it has no contrasts.
    const size_t form = known == contrasts.end() ? 0 : (i + shift) % forms;
    files[form].push_back(form == 0   ? fit.arms[i]
                          : form == 1 ? *known->second
                                      : WithBaseline(*known->second));
  }
  return files;
}

std::vector<OracleFit> FitsFromArms() {
  std::vector<OracleFit> fits;
  for (OracleFit& fit : LoadOracleFits()) {
    if (!fit.arms.empty()) fits.push_back(std::move(fit));
  }
  return fits;
}

class AnalyzeFormsOracleTest : public ::testing::TestWithParam<OracleFit> {};

TEST_P(AnalyzeFormsOracleTest, MixedFilesGiveTheFitOfTheArms) {
  const OracleFit& fit = GetParam();
  for (size_t shift = 0; shift < 3; ++shift) {
    std::vector<std::string> arguments = {
        "analyze",
        "--measure",
        std::string(ShortName(fit.measure)),
        "--smd",
        "cohen",
        "--tau2",
        fit.expected["method_tau"].get<std::string>(),
        "--splits",
        "--output",
        "json"};
    for (const std::vector<Study>& studies : Deal(fit, shift)) {
      if (studies.empty()) continue;
      const std::string path =
          absl::StrCat(::testing::TempDir(), "/", fit.name, shift, "-",
                       arguments.size(), ".csv");
      std::ofstream(path) << AsTable(studies);
      arguments.push_back(path);
    }
    const testing::Finished finished = testing::RunTidemark(arguments);
    ASSERT_EQ(finished.exit_code, 0) << finished.messages;
    ExpectAgrees(json::parse(finished.data), fit.expected);
  }
}

INSTANTIATE_TEST_SUITE_P(FitsFromArms, AnalyzeFormsOracleTest,
                         ::testing::ValuesIn(FitsFromArms()),
                         [](const ::testing::TestParamInfo<OracleFit>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace tidemark::nma
