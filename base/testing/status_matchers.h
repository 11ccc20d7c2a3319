// GoogleTest matchers for absl::Status and absl::StatusOr, with the semantics
// of the ones that newer Abseil releases ship.
#ifndef TIDEMARK_BASE_TESTING_STATUS_MATCHERS_H_
#define TIDEMARK_BASE_TESTING_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"

namespace tidemark::testing {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}

// Matches an OK Status or StatusOr.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  if (StatusOf(arg).ok()) return true;
  *result_listener << StatusOf(arg);
  return false;
}

// Matches a StatusOr that is OK and whose value matches.
MATCHER_P(IsOkAndHolds, matcher, "is OK and holds a matching value") {
  if (!arg.ok()) {
    *result_listener << arg.status();
    return false;
  }
  return ::testing::ExplainMatchResult(matcher, *arg, result_listener);
}

// Matches a Status or StatusOr with this code and a message that matches.
MATCHER_P2(StatusIs, code, message_matcher, "has the code and message") {
  const absl::Status& status = StatusOf(arg);
  if (status.code() != code) {
    *result_listener << status;
    return false;
  }
  return ::testing::ExplainMatchResult(
      message_matcher, std::string(status.message()), result_listener);
}

}  // namespace tidemark::testing

#define ASSERT_OK(expression) \
  ASSERT_THAT(expression, ::tidemark::testing::IsOk())
#define EXPECT_OK(expression) \
  EXPECT_THAT(expression, ::tidemark::testing::IsOk())

// ASSERT_OK_AND_ASSIGN(auto value, Compute()) fails the test on an error.
#define ASSERT_OK_AND_ASSIGN(declaration, expression)               \
  TIDEMARK_ASSERT_OK_AND_ASSIGN_(                                   \
      TIDEMARK_TEST_CONCATENATE_(statusor_, __LINE__), declaration, \
      expression)
#define TIDEMARK_TEST_CONCATENATE_INNER_(a, b) a##b
#define TIDEMARK_TEST_CONCATENATE_(a, b) TIDEMARK_TEST_CONCATENATE_INNER_(a, b)
#define TIDEMARK_ASSERT_OK_AND_ASSIGN_(statusor, declaration, expression) \
  auto statusor = (expression);                                           \
  ASSERT_OK(statusor);                                                    \
  declaration = std::move(statusor).value()

#endif  // TIDEMARK_BASE_TESTING_STATUS_MATCHERS_H_
