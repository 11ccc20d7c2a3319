// Runs the real `tidemark` command.
#ifndef TIDEMARK_TESTS_CLI_RUN_TIDEMARK_H_
#define TIDEMARK_TESTS_CLI_RUN_TIDEMARK_H_

#include <string>
#include <vector>

namespace tidemark::testing {

struct Finished {
  int exit_code = -1;
  std::string data;      // what went to standard output
  std::string messages;  // what went to standard error
};

// Runs `tidemark` with these arguments and this standard input, and waits for
// it.
Finished RunTidemark(const std::vector<std::string>& arguments,
                     const std::string& input = "");

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_CLI_RUN_TIDEMARK_H_
