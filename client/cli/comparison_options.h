// Options of what is compared, and under which model.
#ifndef TIDEMARK_CLIENT_CLI_COMPARISON_OPTIONS_H_
#define TIDEMARK_CLIENT_CLI_COMPARISON_OPTIONS_H_

#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"

namespace tidemark::cli {

// --model, for ModelOf; the default is what `model` says.
void AddModelOption(CLI::App* command, std::string* model);

// Two treatments, or none.
struct AskedComparison {
  std::string first;
  std::string second;
};

// FIRST and SECOND.
void AddComparison(CLI::App* command, AskedComparison* comparison,
                   const std::string& first_help = "First treatment");

// Writes `first` and `second` of a message. Errors of CheckOneComparison.
template <typename Spec>
absl::Status SetComparison(const AskedComparison& comparison, Spec* spec) {
  RETURN_IF_ERROR(CheckOneComparison(comparison.first, comparison.second));
  spec->set_first(comparison.first);
  spec->set_second(comparison.second);
  return absl::OkStatus();
}

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_COMPARISON_OPTIONS_H_
