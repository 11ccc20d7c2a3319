// A server that shows one history of a log to one call and another to the next,
// both signed by the log's key.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/run_tidemark.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"

namespace tidemark::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int64_t kSize = 3;

class Reviews final : public v1::ReadService::Service {
 public:
  grpc::Status GetReview(grpc::ServerContext*, const v1::GetReviewRequest*,
                         v1::GetReviewResponse* response) override {
    response->set_head_sequence(kSize);
    return grpc::Status::OK;
  }
};

class TwoHistories final : public v1::AuditService::Service {
 public:
  TwoHistories()
      : signer_(*audit::Signer::Create("tidemark/01234567/knees/1", {7})) {}

  // The head of a history.
  std::string Head(absl::string_view history) const {
    return *audit::SignCheckpoint(
        {signer_.name(), kSize, audit::Sha256(history)}, signer_);
  }

  grpc::Status GetCheckpoint(grpc::ServerContext*,
                             const v1::GetCheckpointRequest*,
                             v1::GetCheckpointResponse* response) override {
    response->set_checkpoint(Head(is_first_call_ ? first_ : later_));
    response->set_vkey(signer_.vkey());
    is_first_call_ = false;
    return grpc::Status::OK;
  }

  grpc::Status ListKeys(grpc::ServerContext*, const v1::ListKeysRequest*,
                        v1::ListKeysResponse* response) override {
    response->add_keys()->set_vkey(signer_.vkey());
    return grpc::Status::OK;
  }

  // What the calls of the next command are shown.
  void Show(const std::string& to_the_first, const std::string& to_later_ones) {
    first_ = to_the_first;
    later_ = to_later_ones;
    is_first_call_ = true;
  }

 private:
  const audit::Signer signer_;
  bool is_first_call_ = true;
  std::string first_;
  std::string later_;
};

class SplitViewTest : public ::testing::Test {
 protected:
  SplitViewTest()
      : base_(absl::StrCat(
            ::testing::TempDir(), "/",
            ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(base_);
    fs::create_directories(base_);
    setenv("XDG_STATE_HOME", (base_ + "/state").c_str(), 1);
    setenv("TIDEMARK_REVIEW", "knees", 1);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(&reviews_);
    builder.RegisterService(&log_);
    server_ = builder.BuildAndStart();
  }

  Finished Verify(std::vector<std::string> options,
                  const std::string& input = "") const {
    options.insert(options.begin(),
                   {"--server", absl::StrCat("127.0.0.1:", port_), "--output",
                    "json", "verify"});
    return RunTidemark(options, input);
  }

  std::string Known() const {
    std::string text;
    for (const auto& file : fs::recursive_directory_iterator(base_)) {
      if (file.path().extension() != ".known-log") continue;
      std::ifstream stream(file.path());
      text.append(std::istreambuf_iterator<char>(stream), {});
    }
    return text;
  }

  const std::string base_;
  Reviews reviews_;
  TwoHistories log_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(SplitViewTest, WhatIsVerifiedIsWhatIsRemembered) {
  log_.Show("one history", "another");
  const Finished first = Verify({});
  ASSERT_EQ(first.exit_code, 0) << first.messages;
  EXPECT_THAT(first.messages, HasSubstr("First contact"));
  EXPECT_EQ(nlohmann::json::parse(first.data)["checkpoint"],
            log_.Head("one history"));
  EXPECT_THAT(Known(), HasSubstr(log_.Head("one history")));
  log_.Show("another", "one history");
  EXPECT_EQ(Verify({}).exit_code, 5);
}

TEST_F(SplitViewTest, ACheckpointThatIsGivenDoesNotReplaceWhatIsKnown) {
  log_.Show("one history", "one history");
  ASSERT_EQ(Verify({}).exit_code, 0);
  log_.Show("another", "one history");
  const Finished other = Verify({"--checkpoint", "-"}, log_.Head("another"));
  EXPECT_EQ(other.exit_code, 5) << other.data;
  EXPECT_THAT(Known(), HasSubstr(log_.Head("one history")));
}

}  // namespace
}  // namespace tidemark::testing
