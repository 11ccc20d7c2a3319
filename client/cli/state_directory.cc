#include "client/cli/state_directory.h"

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"

namespace tidemark::cli {
namespace {

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string StateDirectory() {
  const std::string state = Environment("XDG_STATE_HOME");
  if (!state.empty()) return absl::StrCat(state, "/tidemark");
  const std::string home = Environment("HOME");
  return home.empty() ? "" : absl::StrCat(home, "/.local/state/tidemark");
}

std::string KnownLogsDirectory() {
  const std::string state = StateDirectory();
  return state.empty() ? "" : absl::StrCat(state, "/logs");
}

}  // namespace tidemark::cli
