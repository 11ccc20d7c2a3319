// Comparison with reference values.
#ifndef TIDEMARK_TESTS_ORACLE_NEAR_H_
#define TIDEMARK_TESTS_ORACLE_NEAR_H_

#include <algorithm>
#include <cmath>

#include "gmock/gmock.h"

namespace tidemark::nma {

// Matches within relative * |expected|, or within 1e-11 near 0, where relative
// errors of differences of order 1 mean nothing.
MATCHER_P2(NearRelative, expected, relative, "") {
  *result_listener << "which differs by " << arg - expected;
  return std::abs(arg - expected) <=
         std::max(1e-11, relative * std::abs(expected));
}

}  // namespace tidemark::nma

#endif  // TIDEMARK_TESTS_ORACLE_NEAR_H_
