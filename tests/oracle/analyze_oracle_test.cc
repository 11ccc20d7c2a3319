// Every reference fit through `tidemark analyze`: a CSV file in, JSON out.
#include <string>

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

class AnalyzeOracleTest : public ::testing::TestWithParam<OracleFit> {};

TEST_P(AnalyzeOracleTest, AgreesThroughTheCommand) {
  const OracleFit& fit = GetParam();
  const testing::Finished finished = testing::RunTidemark(
      {"analyze", "-", "--measure", std::string(ShortName(fit.measure)),
       "--smd", "cohen", "--tau2",
       fit.expected["method_tau"].get<std::string>(), "--splits", "--output",
       "json"},
      AsTable(fit.arms.empty() ? fit.contrasts : fit.arms));
  ASSERT_EQ(finished.exit_code, 0) << finished.messages;
  ExpectAgrees(json::parse(finished.data), fit.expected);
}

INSTANTIATE_TEST_SUITE_P(AllFits, AnalyzeOracleTest,
                         ::testing::ValuesIn(LoadOracleFits()),
                         [](const ::testing::TestParamInfo<OracleFit>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace tidemark::nma
