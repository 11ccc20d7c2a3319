#include "tests/testing/example_review.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::testing {
namespace {

constexpr char kExample[] = "examples/koa-msc/";

[[noreturn]] void Die(const std::string& path, const std::string& why) {
  std::cerr << path << ": " << why << "\n";
  std::abort();
}

void ParseOrDie(const std::string& path, google::protobuf::Message* message) {
  const auto status =
      google::protobuf::util::JsonStringToMessage(ReadFileOrDie(path), message);
  if (!status.ok()) Die(path, status.ToString());
}

}  // namespace

std::string ReadFileOrDie(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream contents;
  contents << file.rdbuf();
  if (!file) Die(path, "cannot be read");
  return contents.str();
}

v1::Change CreateExampleReview() {
  v1::Change change;
  ParseOrDie(std::string(kExample) + "protocol.json",
             change.mutable_put_review()->mutable_review());
  change.mutable_put_review()->set_expected_version(0);
  return change;
}

v1::Change PutExampleAnalyses() {
  v1::Change change;
  ParseOrDie(std::string(kExample) + "analyses.json",
             change.mutable_put_analyses());
  return change;
}

std::vector<v1::Trial> ExampleTrials() {
  std::vector<std::string> paths;
  for (const auto& file :
       std::filesystem::directory_iterator(std::string(kExample) + "trials")) {
    paths.push_back(file.path().string());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<v1::Trial> trials(paths.size());
  for (size_t i = 0; i < paths.size(); ++i) ParseOrDie(paths[i], &trials[i]);
  return trials;
}

v1::Change SubmitTrials(const std::vector<v1::Trial>& trials) {
  v1::Change change;
  for (const v1::Trial& trial : trials) {
    *change.mutable_submit_trials()->add_trials()->mutable_trial() = trial;
  }
  return change;
}

v1::Change SetStatus(const std::string& trial_id, v1::TrialStatus::Code status,
                     const std::string& notice) {
  v1::Change change;
  change.mutable_set_trial_status()->add_trial_ids(trial_id);
  change.mutable_set_trial_status()->set_status(status);
  change.mutable_set_trial_status()->set_notice(notice);
  return change;
}

}  // namespace tidemark::testing
