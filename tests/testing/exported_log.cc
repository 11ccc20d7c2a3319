#include "tests/testing/exported_log.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/grpcpp.h"
#include "nlohmann/json.hpp"
#include "server/server.h"
#include "tests/faults/small_review.h"
#include "tests/testing/example_review.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/review.pb.h"
#include "tidemark/v1/trial.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::testing {
namespace {

server::ServerOptions Listening() {
  server::ServerOptions options;
  options.listen = "127.0.0.1:0";
  return options;
}

// No analysis is of it, so that its results cost no estimate.
constexpr char kOtherOutcome[] = "fever";

v1::Change CreateReview() {
  v1::Change change = CreateSmallReview(kSmallReview);
  v1::Review& review = *change.mutable_put_review()->mutable_review();
  v1::Outcome other = review.outcomes(0);
  other.set_id(kOtherOutcome);
  *review.add_outcomes() = other;
  return change;
}

v1::Change ChangeOf(int64_t sequence) {
  if (sequence == 1) return CreateReview();
  if (sequence == 2) return PutSmallAnalysis();
  v1::Trial trial = SmallTrial(absl::StrCat("t", sequence), 20);
  if (sequence > 4) {
    for (v1::Result& result : *trial.mutable_results()) {
      result.set_outcome(kOtherOutcome);
    }
  }
  return SubmitTrials({trial});
}

}  // namespace

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

ExportedLog::ExportedLog() : server_(Listening()), base_(FreshDirectory()) {
  setenv("XDG_STATE_HOME", (base_ + "/state").c_str(), 1);
}

Finished ExportedLog::Run(std::vector<std::string> arguments) const {
  arguments.insert(
      arguments.begin(),
      {"--server", absl::StrCat("127.0.0.1:", server_.server->port())});
  return RunTidemark(arguments);
}

void ExportedLog::Export(const std::string& kind, const std::string& review,
                         const std::string& output) const {
  const Finished done = Run({"export", kind, review, "-o", output});
  ASSERT_EQ(done.exit_code, 0) << done.messages;
}

std::string ExportedLog::KeyOf(const std::string& review) const {
  const Finished done = Run({"verify", review, "--output", "json"});
  return nlohmann::json::parse(done.data)["vkey"];
}

void ExportedLog::Grow(int64_t size) {
  while (size_ < size) {
    ++size_;
    v1::ApplyRequest request;
    request.set_review_id(kSmallReview);
    request.set_request_id(absl::StrCat("small-", size_));
    request.set_reason("a test");
    *request.mutable_change() = ChangeOf(size_);
    v1::ApplyResponse response;
    const grpc::Status status = server_.ApplyRequest(request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
}

}  // namespace tidemark::testing
