#include "tests/cli/local_review.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;

std::string BaseOfRunningTest() {
  const ::testing::TestInfo* const test =
      ::testing::UnitTest::GetInstance()->current_test_info();
  return absl::StrCat(::testing::TempDir(), "/", test->test_suite_name(), ".",
                      test->name());
}

}  // namespace

const char kKneesProtocol[] = R"({
  "review_id": "knees", "title": "Injections for knees",
  "treatments": [{"id": "msc", "name": "MSC"}, {"id": "ha", "name": "HA"},
                 {"id": "saline", "name": "Saline"}],
  "node_maps": [{"id": "each", "title": "Each on its own",
    "nodes": [{"id": "msc"}, {"id": "ha"}, {"id": "saline"}],
    "rules": [{"treatment": "msc", "node": "msc"},
              {"treatment": "ha", "node": "ha"},
              {"treatment": "saline", "node": "saline"}]}],
  "outcomes": [{"id": "pain", "title": "Pain", "kind": "CONTINUOUS",
    "direction": "LOWER_IS_BETTER", "unit": "points",
    "scale_min": 0, "scale_max": 100,
    "thresholds": [{"kind": "BETWEEN_GROUPS", "value": 5, "source": "A 2019"}],
    "instruments": [{"id": "vas", "name": "VAS", "scale_min": 0,
                     "scale_max": 100, "direction": "LOWER_IS_BETTER"}]},
    {"id": "harm", "title": "Harm", "kind": "BINARY",
     "direction": "LOWER_IS_BETTER"}],
  "time_points": [{"id": "6m", "months": 6}]
})";

LocalReview::LocalReview(const std::string& review)
    : base_(BaseOfRunningTest()), data_(base_ + "/data") {
  fs::remove_all(base_);
  fs::create_directories(data_);
  setenv("XDG_STATE_HOME", (base_ + "/state").c_str(), 1);
  setenv("TIDEMARK_REVIEW", review.c_str(), 1);
}

Finished LocalReview::Run(std::vector<std::string> arguments,
                          const std::string& input) const {
  arguments.insert(arguments.begin(), {"--local", data_});
  return RunTidemark(arguments, input);
}

Finished LocalReview::Done(const std::vector<std::string>& arguments,
                           const std::string& input) const {
  Finished finished = Run(arguments, input);
  EXPECT_EQ(finished.exit_code, 0) << finished.messages;
  return finished;
}

nlohmann::json LocalReview::RunJson(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--output", "json"});
  return nlohmann::json::parse(Done(arguments).data, nullptr,
                               /*allow_exceptions=*/false);
}

Finished LocalReview::CreateReview(const std::string& protocol,
                                   const std::string& analyses,
                                   const std::string& outcome,
                                   const std::string& table) const {
  Done({"review", "create", "-"}, protocol);
  Done({"analysis", "create", "-"}, analyses);
  return Done({"import", "-", "--outcome", outcome, "--time-point", "6m", "-m",
               "first search"},
              table);
}

void LocalReview::CreateKneeReview() const {
  Done({"review", "create", absl::StrCat(kKneeExample, "/protocol.json")});
  Done({"analysis", "create", absl::StrCat(kKneeExample, "/analyses.json")});
}

void LocalReview::SubmitKneeTrials() const {
  std::vector<std::string> submit = {"submit", "-m", "search"};
  for (const auto& file :
       fs::directory_iterator(absl::StrCat(kKneeExample, "/trials"))) {
    submit.push_back(file.path().string());
  }
  Done(submit);
}

}  // namespace tidemark::testing
