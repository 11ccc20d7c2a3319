// What the command must make of a reference data set.
#ifndef TIDEMARK_TESTS_ORACLE_EXPECT_AGREES_H_
#define TIDEMARK_TESTS_ORACLE_EXPECT_AGREES_H_

#include "nlohmann/json.hpp"

namespace tidemark::nma {

// Expects the JSON answer of `tidemark analyze --splits` to be the fit
// `expected` of the reference software (OracleFit::expected): every number to
// 1e-8 relative or 1e-9, p-values to 1e-7, tau² to 1e-10 of itself or of 0.01
// of the median variance.
void ExpectAgrees(const nlohmann::json& actual, const nlohmann::json& expected);

}  // namespace tidemark::nma

#endif  // TIDEMARK_TESTS_ORACLE_EXPECT_AGREES_H_
