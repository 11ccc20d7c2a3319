// tamper: changes one stored number of a trial of a stopped server, as somebody
// with access to the disk could. For demonstrations that it does not pass.
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "tests/faults/tamper_trial.h"

int main(int argc, char** argv) {
  std::string data_dir;
  std::string review;
  std::string trial;
  std::string assignment;
  CLI::App app("Changes a stored number behind the log's back", "tamper");
  app.add_option("--data", data_dir, "Directory of the stopped server")
      ->required();
  app.add_option("--review", review, "Review")->required();
  app.add_option("--trial", trial, "Trial")->required();
  app.add_option("--set", assignment,
                 "PATH=VALUE, e.g. 'results[pain/6m/msc2].continuous.sd=1.2'")
      ->required();
  CLI11_PARSE(app, argc, argv);

  const size_t equals = assignment.rfind('=');
  if (equals == std::string::npos) {
    std::cerr << "tamper: --set needs PATH=VALUE\n";
    return 2;
  }
  const std::string path = assignment.substr(0, equals);
  const auto field = tidemark::testing::TamperTrial(
      data_dir, review, trial, path, assignment.substr(equals + 1));
  if (!field.ok()) {
    std::cerr << "tamper: " << field.status().message() << "\n";
    return 1;
  }
  std::cout << "review " << review << ", trial " << trial << ", sequence "
            << field->sequence << ": " << path << ": " << field->old_value
            << " -> " << field->new_value << "\n";
  return 0;
}
