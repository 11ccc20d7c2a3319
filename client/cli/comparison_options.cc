#include "client/cli/comparison_options.h"

namespace tidemark::cli {

void AddModelOption(CLI::App* command, std::string* model) {
  command->add_option("--model", *model, "random or common effects")
      ->capture_default_str();
}

void AddComparison(CLI::App* command, AskedComparison* comparison,
                   const std::string& first_help) {
  command->add_option("FIRST", comparison->first, first_help);
  command->add_option("SECOND", comparison->second, "Second treatment");
}

}  // namespace tidemark::cli
