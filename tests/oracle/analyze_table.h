// Tables for `tidemark analyze`, and what it must make of them.
#ifndef TIDEMARK_TESTS_ORACLE_ANALYZE_TABLE_H_
#define TIDEMARK_TESTS_ORACLE_ANALYZE_TABLE_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "nma/study.h"

namespace tidemark::nma {

// The table of these studies, which have one form, with all digits.
std::string AsTable(const std::vector<Study>& studies);

// Expects the JSON answer of the command to be the fit `expected` of the
// reference software (OracleFit::expected).
void ExpectAgrees(const nlohmann::json& actual, const nlohmann::json& expected);

}  // namespace tidemark::nma

#endif  // TIDEMARK_TESTS_ORACLE_ANALYZE_TABLE_H_
