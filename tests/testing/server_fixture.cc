#include "tests/testing/server_fixture.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "tests/testing/example_review.h"

namespace tidemark::testing {

std::string FreshDirectory() {
  const ::testing::TestInfo* test =
      ::testing::UnitTest::GetInstance()->current_test_info();
  static int count = 0;
  const std::string path =
      absl::StrCat(::testing::TempDir(), "/", test->test_suite_name(), ".",
                   test->name(), ".", ++count);
  std::filesystem::remove_all(path);
  std::filesystem::remove_all(path + ".keys");
  std::filesystem::create_directories(path);
  return path;
}

void CopyData(const std::string& from, const std::string& to) {
  constexpr auto kRecursive = std::filesystem::copy_options::recursive;
  for (const char* part : {"", ".keys"}) {
    if (!std::filesystem::exists(from + part)) continue;
    std::filesystem::remove_all(to + part);
    std::filesystem::copy(from + part, to + part, kRecursive);
  }
}

ServerFixture::ServerFixture(server::ServerOptions options)
    : options_(std::move(options)) {
  if (options_.data_dir.empty()) options_.data_dir = FreshDirectory();
  Start();
}

void ServerFixture::Start() {
  absl::StatusOr<std::unique_ptr<server::Server>> started =
      server::Server::Start(options_);
  if (!started.ok()) {
    std::cerr << started.status() << "\n";
    std::abort();
  }
  server = *std::move(started);
  const std::shared_ptr<grpc::Channel> channel = server->InProcessChannel();
  write = v1::WriteService::NewStub(channel);
  read = v1::ReadService::NewStub(channel);
  watch = v1::WatchService::NewStub(channel);
  audit = v1::AuditService::NewStub(channel);
  explain = v1::ExplainService::NewStub(channel);
}

void ServerFixture::Stop() { server.reset(); }

void ServerFixture::Restart() {
  Stop();
  Start();
}

grpc::Status ServerFixture::ApplyRequest(const v1::ApplyRequest& request,
                                         v1::ApplyResponse* response) {
  grpc::ClientContext context;
  return write->Apply(&context, request, response);
}

grpc::Status ServerFixture::Apply(const v1::Change& change,
                                  v1::ApplyResponse* response,
                                  bool validate_only) {
  v1::ApplyRequest request;
  request.set_review_id(kExampleReview);
  *request.mutable_change() = change;
  request.set_request_id(absl::StrCat("request-", next_request_++));
  request.set_reason("a test");
  request.set_validate_only(validate_only);
  return ApplyRequest(request, response);
}

void ServerFixture::CreateExample() {
  v1::ApplyResponse response;
  for (const v1::Change& change :
       {CreateExampleReview(), PutExampleAnalyses()}) {
    const grpc::Status status = Apply(change, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
}

void ServerFixture::SubmitOneByOne(size_t count) {
  const std::vector<v1::Trial> trials = ExampleTrials();
  for (size_t i = 0; i < count; ++i) {
    v1::ApplyResponse response;
    const grpc::Status status = Apply(SubmitTrials({trials[i]}), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
}

v1::Estimate ServerFixture::EstimateOf(const std::string& analysis,
                                       int64_t as_of) {
  v1::GetEstimateRequest request;
  request.set_review_id(kExampleReview);
  request.set_analysis_id(analysis);
  if (as_of > 0) request.mutable_as_of()->set_sequence(as_of);
  v1::GetEstimateResponse response;
  grpc::ClientContext context;
  const grpc::Status status = read->GetEstimate(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.estimate();
}

int64_t ServerFixture::Head() {
  v1::ListReviewsResponse response;
  grpc::ClientContext context;
  EXPECT_TRUE(read->ListReviews(&context, {}, &response).ok());
  return response.reviews_size() == 0 ? 0 : response.reviews(0).head_sequence();
}

}  // namespace tidemark::testing
