#include "tests/cli/run_tidemark.h"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

namespace tidemark::testing {
namespace {

std::string Quoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Finished RunTidemark(const std::vector<std::string>& arguments,
                     const std::string& input) {
  const std::string prefix = absl::StrCat(::testing::TempDir(), "/tidemark-");
  std::ofstream(prefix + "in") << input;
  std::string command = "client/cli/tidemark";
  for (const std::string& argument : arguments) {
    absl::StrAppend(&command, " ", Quoted(argument));
  }
  absl::StrAppend(&command, " <", Quoted(prefix + "in"), " >",
                  Quoted(prefix + "out"), " 2>", Quoted(prefix + "err"));
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
          Contents(prefix + "out"), Contents(prefix + "err")};
}

}  // namespace tidemark::testing
