// Lists that people type, parted by commas.
#ifndef TIDEMARK_CLIENT_CLI_LIST_OPTION_H_
#define TIDEMARK_CLIENT_CLI_LIST_OPTION_H_

#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/ascii.h"

namespace tidemark::cli {

// An option whose one value is a list. Its elements are without the blanks
// around them: people write `A, B`.
inline CLI::Option* AddListOption(CLI::App* command, const std::string& name,
                                  std::vector<std::string>* elements,
                                  const std::string& help) {
  return command->add_option(name, *elements, help)
      ->delimiter(',')
      ->transform([](const std::string& element) {
        return std::string(absl::StripAsciiWhitespace(element));
      })
      ->allow_extra_args(false);
}

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_LIST_OPTION_H_
