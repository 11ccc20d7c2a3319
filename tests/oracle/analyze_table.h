// Tables for `tidemark analyze`.
#ifndef TIDEMARK_TESTS_ORACLE_ANALYZE_TABLE_H_
#define TIDEMARK_TESTS_ORACLE_ANALYZE_TABLE_H_

#include <string>
#include <vector>

#include "nma/study.h"

namespace tidemark::nma {

// The table of these studies, which have one form, with all digits.
std::string AsTable(const std::vector<Study>& studies);

}  // namespace tidemark::nma

#endif  // TIDEMARK_TESTS_ORACLE_ANALYZE_TABLE_H_
