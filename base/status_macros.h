// Early return on error: Debian's Abseil (20220623) has no status_macros.h.
#ifndef TIDEMARK_BASE_STATUS_MACROS_H_
#define TIDEMARK_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Evaluates an expression of type absl::Status; returns it from the enclosing
// function unless it is OK.
#define RETURN_IF_ERROR(expression)                        \
  do {                                                     \
    if (::absl::Status status_macro_status = (expression); \
        !status_macro_status.ok()) {                       \
      return status_macro_status;                          \
    }                                                      \
  } while (false)

// ASSIGN_OR_RETURN(auto value, Compute()) declares `value` from a StatusOr, or
// returns its error. A declaration that holds a comma needs parentheses or
// `auto`.
#define ASSIGN_OR_RETURN(declaration, expression)                           \
  TIDEMARK_ASSIGN_OR_RETURN_(                                               \
      TIDEMARK_CONCATENATE_(status_macro_statusor_, __LINE__), declaration, \
      expression)

#define TIDEMARK_CONCATENATE_INNER_(a, b) a##b
#define TIDEMARK_CONCATENATE_(a, b) TIDEMARK_CONCATENATE_INNER_(a, b)
#define TIDEMARK_ASSIGN_OR_RETURN_(statusor, declaration, expression) \
  auto statusor = (expression);                                       \
  if (!statusor.ok()) return statusor.status();                       \
  declaration = std::move(statusor).value()

#endif  // TIDEMARK_BASE_STATUS_MACROS_H_
