// What a fuzz target says if a property does not hold: it ends the process.
#ifndef TIDEMARK_TESTS_FUZZ_FUZZ_CHECK_H_
#define TIDEMARK_TESTS_FUZZ_FUZZ_CHECK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <iostream>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::testing {

inline absl::string_view AsText(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};  // NOLINT
}

inline void FuzzCheck(bool holds, absl::string_view what) {
  if (holds) return;
  std::cerr << "does not hold: " << what << std::endl;
  std::abort();
}

// That `status` is OK or an error that the parser promises, and says why.
inline void CheckPromised(const absl::Status& status,
                          std::initializer_list<absl::StatusCode> promised) {
  if (status.ok()) return;
  if (std::find(promised.begin(), promised.end(), status.code()) !=
          promised.end() &&
      !status.message().empty()) {
    return;
  }
  std::cerr << "an error that nobody promised: " << status << std::endl;
  std::abort();
}

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FUZZ_FUZZ_CHECK_H_
