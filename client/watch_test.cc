#include "client/watch.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/testing/status_matchers.h"
#include "client/client.h"
#include "client/connection.h"
#include "client/status_conversion.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/sync_stream.h"
#include "gtest/gtest.h"
#include "tidemark/v1/watch_service.grpc.pb.h"

namespace tidemark::client {
namespace {

using ::testing::SizeIs;
using ::tidemark::testing::StatusIs;
using Writer = grpc::ServerWriter<v1::WatchResponse>;

v1::WatchResponse Entry(int64_t sequence) {
  v1::WatchResponse message;
  message.mutable_entry()->mutable_entry()->set_sequence(sequence);
  message.set_resume_token(absl::StrCat("after-", sequence));
  return message;
}

v1::WatchResponse Progress(int64_t sequence) {
  v1::WatchResponse message;
  message.mutable_progress()->set_sequence(sequence);
  message.set_resume_token(absl::StrCat("progress-", sequence));
  return message;
}

v1::WatchResponse SnapshotItem(const std::string& analysis) {
  v1::WatchResponse message;
  message.mutable_snapshot_item()->set_sequence(7);
  message.mutable_snapshot_item()
      ->mutable_analysis()
      ->mutable_analysis()
      ->set_analysis_id(analysis);
  message.set_resume_token(absl::StrCat("snapshot-", analysis));
  return message;
}

v1::WatchResponse SnapshotEnd() {
  v1::WatchResponse message;
  message.mutable_snapshot_end()->set_sequence(7);
  message.set_resume_token("after-7");
  return message;
}

v1::WatchResponse Started() {
  v1::WatchResponse message;
  message.mutable_started();
  message.set_resume_token("started");
  return message;
}

v1::WatchResponse End(v1::WatchEnd::Reason reason) {
  v1::WatchResponse message;
  message.mutable_end()->set_reason(reason);
  message.mutable_end()->set_message("end");
  return message;
}

// One connection: what it sends, and how it ends.
struct Connect {
  std::vector<v1::WatchResponse> messages;
  grpc::Status status;
  bool stay_open = false;
};

class ScriptedWatches final : public v1::WatchService::Service {
 public:
  grpc::Status Watch(grpc::ServerContext* context,
                     const v1::WatchRequest* request, Writer* writer) override {
    Connect connect;
    {
      MutexLock lock(&mutex_);
      requests_.push_back(*request);
      if (requests_.size() > script_.size()) {
        return {grpc::StatusCode::NOT_FOUND, "the script is over"};
      }
      connect = script_[requests_.size() - 1];
    }
    for (const auto& message : connect.messages) writer->Write(message);
    while (connect.stay_open && !context->IsCancelled()) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    return connect.status;
  }

  void SetScript(std::vector<Connect> script) {
    MutexLock lock(&mutex_);
    script_ = std::move(script);
  }

  std::vector<v1::WatchRequest> requests() {
    MutexLock lock(&mutex_);
    return requests_;
  }

 private:
  Mutex mutex_;
  std::vector<Connect> script_ ABSL_GUARDED_BY(mutex_);
  std::vector<v1::WatchRequest> requests_ ABSL_GUARDED_BY(mutex_);
};

const grpc::Status kBroken(grpc::StatusCode::UNAVAILABLE, "broken");

template <typename Detail>
grpc::Status With(const Detail& detail, grpc::StatusCode code,
                  const std::string& message) {
  google::rpc::Status details;
  details.add_details()->PackFrom(detail);
  return {code, message, details.SerializeAsString()};
}

class WatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ConnectOptions options;
    options.channel = server_->InProcessChannel({});
    // There is no log; tests/end_to_end/trust_test.cc has one.
    options.trust.unverified = true;
    options.retry.max_attempts = 3;
    options.retry.initial_backoff = absl::Milliseconds(1);
    ASSERT_OK_AND_ASSIGN(client_, Client::Connect(options));
  }

  ScriptedWatches service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Client> client_;
};

int64_t SequenceOf(const absl::StatusOr<v1::WatchResponse>& message) {
  return message.ok() ? message->entry().entry().sequence() : -1;
}

TEST_F(WatchTest, ReturnsEntriesOnlyAndResumesAfterABreak) {
  service_.SetScript(
      {{{Progress(0), Entry(1), Entry(2)}, kBroken}, {{Entry(3)}, kBroken}});
  WatchOptions options;
  options.from_sequence = 1;
  options.analyses = {"pain"};
  Watch watch(*client_, "r", options);

  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  EXPECT_EQ(SequenceOf(watch.Next()), 2);
  EXPECT_EQ(SequenceOf(watch.Next()), 3);
  EXPECT_THAT(watch.Next(),
              StatusIs(absl::StatusCode::kNotFound, ::testing::_));

  const auto requests = service_.requests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].from_sequence(), 1);
  EXPECT_EQ(requests[1].resume_token(), "after-2");
  EXPECT_EQ(requests[1].analyses(0), "pain");
  EXPECT_EQ(requests[2].resume_token(), "after-3");
}

TEST_F(WatchTest, ASnapshotGoesOnWhereItBrokeOff) {
  service_.SetScript({{{Started(), SnapshotItem("pain")}, kBroken},
                      {{}, kBroken},
                      {{SnapshotItem("rank"), SnapshotEnd()}, kBroken},
                      {{Entry(8)}, {}, true}});
  WatchOptions options;
  options.snapshot = true;
  Watch watch(*client_, "r", options);

  ASSERT_OK_AND_ASSIGN(auto message, watch.Next());
  EXPECT_EQ(message.snapshot_item().analysis().analysis().analysis_id(),
            "pain");
  ASSERT_OK_AND_ASSIGN(message, watch.Next());
  EXPECT_EQ(message.snapshot_item().analysis().analysis().analysis_id(),
            "rank");
  ASSERT_OK_AND_ASSIGN(message, watch.Next());
  EXPECT_EQ(message.snapshot_end().sequence(), 7);
  EXPECT_EQ(SequenceOf(watch.Next()), 8);

  const auto requests = service_.requests();
  ASSERT_THAT(requests, SizeIs(4));
  EXPECT_TRUE(requests[0].snapshot());
  EXPECT_EQ(requests[1].resume_token(), "snapshot-pain");
  EXPECT_EQ(requests[2].resume_token(), "snapshot-pain");  // nothing came
  EXPECT_EQ(requests[3].resume_token(), "after-7");
}

TEST_F(WatchTest, EveryConnectionHasTheWholeFilter) {
  service_.SetScript({{{Entry(1)}, kBroken}, {{Entry(2)}, {}, true}});
  WatchOptions options;
  options.analyses = {"pain", "rank"};
  options.event_kinds = {v1::ConclusionEvent::SIGNIFICANCE_LOST};
  options.min_importance = v1::Importance::NOTABLE;
  options.delivery = v1::WatchRequest::LATEST;
  Watch watch(*client_, "r", options);
  ASSERT_OK(watch.Next());
  ASSERT_OK(watch.Next());
  for (const v1::WatchRequest& request : service_.requests()) {
    EXPECT_EQ(request.analyses_size(), 2);
    ASSERT_EQ(request.event_kinds_size(), 1);
    EXPECT_EQ(request.event_kinds(0), v1::ConclusionEvent::SIGNIFICANCE_LOST);
    EXPECT_EQ(request.min_importance(), v1::Importance::NOTABLE);
    EXPECT_EQ(request.delivery(), v1::WatchRequest::LATEST);
  }
}

TEST_F(WatchTest, TellsOfTheTokensThatItDoesNotReturn) {
  service_.SetScript({{{Started(), Progress(3), Entry(4)}, {}, true}});
  std::vector<std::string> tokens;
  WatchOptions options;
  options.on_bookmark = [&](const v1::WatchResponse& message) {
    tokens.push_back(message.resume_token());
  };
  Watch watch(*client_, "r", options);
  EXPECT_EQ(SequenceOf(watch.Next()), 4);
  EXPECT_EQ(tokens, std::vector<std::string>({"started", "progress-3"}));
}

TEST_F(WatchTest, TokenMovesOnlyWhenTheNextMessageIsAskedFor) {
  service_.SetScript({{{Progress(0), Entry(1), Entry(2)}, {}, true}});
  Watch watch(*client_, "r", {});
  EXPECT_EQ(watch.token(), "");
  ASSERT_OK(watch.Next());
  EXPECT_EQ(watch.token(), "progress-0");  // entry 1 may still fail
  ASSERT_OK(watch.Next());
  EXPECT_EQ(watch.token(), "after-1");
}

TEST_F(WatchTest, StartsWithTheTokenThatItIsGiven) {
  service_.SetScript({{{Entry(6)}, {}, true}});
  WatchOptions options;
  options.resume_token = "after-5";
  Watch watch(*client_, "r", options);
  EXPECT_EQ(SequenceOf(watch.Next()), 6);
  EXPECT_EQ(service_.requests()[0].resume_token(), "after-5");
}

TEST_F(WatchTest, ReconnectsAfterAnEndThatAsksForIt) {
  service_.SetScript({{{Entry(1), End(v1::WatchEnd::SHUTTING_DOWN)}, kBroken},
                      {{Entry(2)}, {}, true}});
  int retries = 0;
  WatchOptions options;
  options.on_retry = [&](const absl::Status&, absl::Duration) { ++retries; };
  Watch watch(*client_, "r", options);
  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  EXPECT_EQ(SequenceOf(watch.Next()), 2);
  EXPECT_EQ(retries, 1);
}

TEST_F(WatchTest, WaitsLongerWhileItOnlyStartsAndEnds) {
  const Connect nothing = {{Started(), End(v1::WatchEnd::SHUTTING_DOWN)}, {}};
  const Connect progress = {{Started(), Progress(0)}, kBroken};
  service_.SetScript({nothing,
                      nothing,
                      nothing,
                      nothing,
                      nothing,
                      nothing,
                      progress,
                      {{Entry(1)}, {}, true}});
  std::vector<absl::Duration> waits;
  WatchOptions options;
  options.on_retry = [&](const absl::Status&, absl::Duration wait) {
    waits.push_back(wait);
  };
  Watch watch(*client_, "r", options);
  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  ASSERT_THAT(waits, SizeIs(7));
  EXPECT_LE(waits[0], absl::Milliseconds(1));
  EXPECT_GE(waits[5], absl::Milliseconds(16));  // half of 2^5
  EXPECT_LE(waits[6], absl::Milliseconds(1));
}

TEST_F(WatchTest, ReportsDataLoss) {
  service_.SetScript({{{End(v1::WatchEnd::DATA_LOSS)}, kBroken}});
  Watch watch(*client_, "r", {});
  EXPECT_THAT(watch.Next(), StatusIs(absl::StatusCode::kDataLoss, "end"));
}

TEST_F(WatchTest, EndsWhenTheCallerMayNoLongerRead) {
  service_.SetScript(
      {{{Entry(1), End(v1::WatchEnd::NO_LONGER_ALLOWED)}, grpc::Status::OK}});
  Watch watch(*client_, "r", {});
  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  EXPECT_THAT(watch.Next(),
              StatusIs(absl::StatusCode::kPermissionDenied, "end"));
  EXPECT_THAT(service_.requests(), SizeIs(1));
}

TEST_F(WatchTest, ReportsAChangeOfEpoch) {
  google::rpc::ErrorInfo info;
  info.set_reason("LOG_EPOCH_CHANGED");
  service_.SetScript(
      {{{Entry(1)}, kBroken},
       {{},
        With(info, grpc::StatusCode::FAILED_PRECONDITION, "another epoch")}});
  Watch watch(*client_, "r", {});
  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  const absl::Status ended = watch.Next().status();
  EXPECT_THAT(ended,
              StatusIs(absl::StatusCode::kFailedPrecondition, "another epoch"));
  ASSERT_TRUE(ErrorInfoOf(ended).has_value());
  EXPECT_EQ(ErrorInfoOf(ended)->reason(), "LOG_EPOCH_CHANGED");
}

TEST_F(WatchTest, ComesAgainAfterTheTimeThatTheServerNames) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(20000000);
  const Connect full = {
      {}, With(retry, grpc::StatusCode::RESOURCE_EXHAUSTED, "full")};
  // More often than a watch that never stood tries.
  service_.SetScript({full, full, full, full, {{Entry(1)}, {}, true}});
  std::vector<absl::Duration> waits;
  WatchOptions options;
  options.on_retry = [&](const absl::Status&, absl::Duration wait) {
    waits.push_back(wait);
  };
  Watch watch(*client_, "r", options);
  const absl::Time start = absl::Now();
  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  EXPECT_GE(absl::Now() - start, 4 * absl::Milliseconds(20));
  ASSERT_THAT(waits, SizeIs(4));
  EXPECT_GE(waits[0], absl::Milliseconds(20));
  EXPECT_LE(waits[0], absl::Milliseconds(21));
}

TEST_F(WatchTest, DoesNotComeAgainUnasked) {
  service_.SetScript(
      {{{}, {grpc::StatusCode::RESOURCE_EXHAUSTED, "too large"}}});
  Watch watch(*client_, "r", {});
  EXPECT_THAT(watch.Next(),
              StatusIs(absl::StatusCode::kResourceExhausted, "too large"));
}

TEST_F(WatchTest, GoesOnAfterItWasCutOffAsTooSlow) {
  service_.SetScript(
      {{{Entry(1)}, {grpc::StatusCode::CANCELLED, "the reader is too slow"}},
       {{Entry(2)}, {}, true}});
  Watch watch(*client_, "r", {});
  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  EXPECT_EQ(SequenceOf(watch.Next()), 2);
  EXPECT_EQ(service_.requests()[1].resume_token(), "after-1");
}

TEST_F(WatchTest, GivesUpIfItNeverStood) {
  service_.SetScript(std::vector<Connect>(9, Connect{{}, kBroken}));
  Watch watch(*client_, "r", {});
  EXPECT_THAT(watch.Next(), StatusIs(absl::StatusCode::kUnavailable, "broken"));
  EXPECT_THAT(service_.requests(), SizeIs(3));
}

// CANCELLED says that Cancel() was called, and nothing else.
TEST_F(WatchTest, GivingUpAfterOthersCancelledItIsNoCancel) {
  const grpc::Status cancelled(grpc::StatusCode::CANCELLED, "by a proxy");
  service_.SetScript(std::vector<Connect>(9, Connect{{}, cancelled}));
  Watch watch(*client_, "r", {});
  EXPECT_THAT(watch.Next(),
              StatusIs(absl::StatusCode::kUnavailable,
                       ::testing::HasSubstr("cancelled 3 times: by a proxy")));
  EXPECT_THAT(service_.requests(), SizeIs(3));
}

TEST_F(WatchTest, TriesForLongerOnceItStood) {
  std::vector<Connect> script(9, Connect{{}, kBroken});
  script.front().messages = {Entry(1)};
  script.back().messages = {Entry(2)};
  service_.SetScript(script);
  Watch watch(*client_, "r", {});
  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  EXPECT_EQ(SequenceOf(watch.Next()), 2);
}

TEST_F(WatchTest, CancelEndsAWaitingNext) {
  service_.SetScript({{{Entry(1)}, {}, true}});
  Watch watch(*client_, "r", {});
  ASSERT_OK(watch.Next());
  std::thread canceller([&] {
    absl::SleepFor(absl::Milliseconds(50));
    watch.Cancel();
  });
  EXPECT_THAT(watch.Next(),
              StatusIs(absl::StatusCode::kCancelled, ::testing::_));
  canceller.join();
  EXPECT_THAT(watch.Next(),
              StatusIs(absl::StatusCode::kCancelled, ::testing::_));
}

TEST_F(WatchTest, CancelEndsTheWaitBetweenAttempts) {
  service_.SetScript({{{Entry(1)}, kBroken}});
  ConnectOptions connect;
  connect.channel = server_->InProcessChannel({});
  connect.trust.unverified = true;
  connect.retry.initial_backoff = absl::Hours(1);
  connect.retry.max_backoff = absl::Hours(1);
  ASSERT_OK_AND_ASSIGN(const auto patient, Client::Connect(connect));
  std::thread canceller;
  Watch* watch_pointer = nullptr;
  WatchOptions options;
  options.on_retry = [&](const absl::Status&, absl::Duration) {
    canceller = std::thread([&] { watch_pointer->Cancel(); });
  };
  Watch watch(*patient, "r", options);
  watch_pointer = &watch;
  ASSERT_OK(watch.Next());
  EXPECT_THAT(watch.Next(),
              StatusIs(absl::StatusCode::kCancelled, ::testing::_));
  canceller.join();
}

TEST_F(WatchTest, TakesSilenceForABrokenConnection) {
  service_.SetScript({{{Entry(1)}, {}, true}, {{Entry(2)}, {}, true}});
  WatchOptions options;
  options.longest_silence = absl::Milliseconds(200);
  Watch watch(*client_, "r", options);
  EXPECT_EQ(SequenceOf(watch.Next()), 1);
  EXPECT_EQ(SequenceOf(watch.Next()), 2);
}

}  // namespace
}  // namespace tidemark::client
