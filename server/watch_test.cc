// What only a watch's own edges show; tests/end_to_end has the rest.
#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::server {
namespace {

v1::ApplyRequest RequestOf(const v1::Change& change, const std::string& id) {
  v1::ApplyRequest request;
  request.set_review_id(testing::kToyReview);
  *request.mutable_change() = change;
  request.set_request_id(id);
  request.set_reason("a test");
  return request;
}

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() {
    Apply(testing::PutReview(testing::ToyReview()), "create");
    request_.set_review_id(testing::kToyReview);
  }

  void Apply(const v1::Change& change, const std::string& id) {
    v1::ApplyResponse response;
    const grpc::Status status =
        fixture_.ApplyRequest(RequestOf(change, id), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  // The status of a watch that does not come to stand.
  grpc::Status StatusOf(const v1::WatchRequest& request) {
    grpc::ClientContext context;
    const auto reader = fixture_.watch->Watch(&context, request);
    v1::WatchResponse response;
    EXPECT_FALSE(reader->Read(&response));
    return reader->Finish();
  }

  testing::ServerFixture fixture_;
  v1::WatchRequest request_;
};

TEST_F(WatchTest, StartsBeyondAllNumbersAreOutOfRange) {
  for (const int64_t sequence :
       {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0},
        int64_t{3}, std::numeric_limits<int64_t>::max()}) {
    request_.set_from_sequence(sequence);
    EXPECT_EQ(StatusOf(request_).error_code(), grpc::StatusCode::OUT_OF_RANGE)
        << sequence;
  }
}

TEST_F(WatchTest, ATokenOfALaterSequenceIsOutOfRange) {
  std::string token;
  {
    grpc::ClientContext context;
    const auto reader = fixture_.watch->Watch(&context, request_);
    v1::WatchResponse response;
    ASSERT_TRUE(reader->Read(&response));
    token = response.resume_token();
    context.TryCancel();
  }
  ASSERT_EQ(token.size(), 25);
  token.replace(9, 8, "\x7F" + std::string(7, '\xFF'));
  request_.set_resume_token(token);
  EXPECT_EQ(StatusOf(request_).error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

// Three hundred years in nanoseconds do not fit 64 bits.
TEST_F(WatchTest, AVeryLongProgressIntervalIsLong) {
  request_.mutable_progress_interval()->set_seconds(10000000000);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(300));
  const auto reader = fixture_.watch->Watch(&context, request_);
  v1::WatchResponse response;
  int messages = 0;
  while (reader->Read(&response)) ++messages;
  EXPECT_EQ(messages, 1);
}

// Commits that come while a watch begins must not run ahead of it.
TEST_F(WatchTest, TheFirstMessageIsAlwaysThatItStands) {
  std::thread writer([this] {
    for (int i = 0; i < 40; ++i) {
      Apply(testing::Submit({testing::ToyTrial()}), std::to_string(i));
    }
  });
  for (int i = 0; i < 200; ++i) {
    grpc::ClientContext context;
    const auto reader = fixture_.watch->Watch(&context, request_);
    v1::WatchResponse response;
    ASSERT_TRUE(reader->Read(&response));
    EXPECT_TRUE(response.has_started());
    context.TryCancel();
    while (reader->Read(&response)) {
    }
    reader->Finish();
  }
  writer.join();
}

}  // namespace
}  // namespace tidemark::server
