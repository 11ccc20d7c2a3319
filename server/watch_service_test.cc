// How many watches there may be, who may have them, and how long one may stall.
#include "server/watch_service.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "server/admission.h"
#include "server/authenticator.h"
#include "server/refusal_log.h"
#include "server/review_registry.h"
#include "server/system_log.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr WatchLimits kLimits = {/*most=*/3, /*most_of_an_actor=*/2,
                                 /*stall=*/milliseconds(700)};

std::string LineOf(const std::string& actor, const std::string& roles) {
  return absl::StrCat(audit::ToHex(audit::Sha256("token of " + actor)), " ",
                      actor, " ", roles, "\n");
}

// A watch of one actor, read by the test.
class Watcher {
 public:
  Watcher(v1::WatchService::Stub& stub, const std::string& actor,
          const v1::WatchRequest& request) {
    context_.AddMetadata("authorization", "Bearer token of " + actor);
    context_.set_deadline(std::chrono::system_clock::now() + seconds(20));
    reader_ = stub.Watch(&context_, request);
  }
  ~Watcher() {
    context_.TryCancel();
    Finish();
  }

  // The next message; none if the watch is over.
  std::optional<v1::WatchResponse> Next() {
    v1::WatchResponse response;
    if (!reader_->Read(&response)) return std::nullopt;
    return response;
  }
  bool Stands() {
    const auto first = Next();
    return first.has_value() && first->has_started();
  }
  grpc::Status Finish() {
    if (reader_ == nullptr) return grpc::Status::OK;
    while (Next().has_value()) {
    }
    return std::exchange(reader_, nullptr)->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader_;
};

// Over TCP, so that windows are those of HTTP/2.
class WatchServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(registry_.LoadAll());
    ASSERT_OK_AND_ASSIGN(
        log_, SystemLog::Create(&registry_, reviews_.environment().pool));
    refusals_.emplace(log_.get(), reviews_.environment().pool);
    admission_.emplace(Parse(LineOf("ann", "reader") + LineOf("bob", "reader")),
                       &*refusals_);
    ServiceContext context;
    context.registry = &registry_;
    context.admission = &*admission_;
    context.store = reviews_.store.get();
    context.pool = reviews_.environment().pool;
    service_.emplace(context, kLimits);
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.RegisterService(&*service_);
    server_ = builder.BuildAndStart();
    // Windows stay at 64 KB on both sides.
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    channel_ = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                         grpc::InsecureChannelCredentials(),
                                         arguments);
    stub_ = v1::WatchService::NewStub(channel_);
    ASSERT_OK_AND_ASSIGN(live_, registry_.FindOrMake(testing::kToyReview));
    ASSERT_OK(Apply(*live_, testing::PutReview(testing::ToyReview()), "a"));
    ASSERT_OK(
        Apply(*live_, testing::PutAnalyses({testing::PainAnalysis()}), "b"));
    request_.set_review_id(testing::kToyReview);
  }

  void TearDown() override {
    service_->Shutdown(milliseconds(100));
    server_->Shutdown(std::chrono::system_clock::now() + seconds(1));
    refusals_->Flush();
    reviews_.committer.reset();
    reviews_.environment().pool->join();
  }

  static Authenticator Parse(const std::string& lines) {
    auto parsed = Authenticator::FromTokenFile(lines, "tokens");
    EXPECT_OK(parsed);
    return *std::move(parsed);
  }

  // These tokens, and no others, are known from now on.
  void Allow(const std::string& lines) { admission_->Replace(Parse(lines)); }

  // Each moves the estimate.
  void Write(int count) {
    for (int i = 0; i < count; ++i) {
      v1::Trial trial = testing::ToyTrial();
      trial.mutable_results(0)->mutable_continuous()->set_mean(
          30 + 0.01 * ++writes_);
      ASSERT_OK(Apply(*live_, testing::Submit({trial}),
                      absl::StrCat("write ", writes_)));
    }
  }

  Watcher WatcherOf(const std::string& actor) {
    return Watcher(*stub_, actor, request_);
  }

  std::unique_ptr<SystemLog> log_;
  LiveReviews reviews_{storage::MakeTempDir()};
  ReviewRegistry registry_{
      reviews_.environment(), reviews_.anchor.get(), {kTestSeed}};
  std::optional<RefusalLog> refusals_;
  std::optional<Admission> admission_;
  std::optional<WatchService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::WatchService::Stub> stub_;
  std::shared_ptr<LiveReview> live_;
  v1::WatchRequest request_;
  int writes_ = 0;
};

void ExpectTooMany(const grpc::Status& status, const std::string& whose) {
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), ::testing::StartsWith(whose));
  google::rpc::Status rich;
  ASSERT_TRUE(rich.ParseFromString(status.error_details()));
  google::rpc::ErrorInfo info;
  google::rpc::RetryInfo retry;
  for (const auto& detail : rich.details()) {
    detail.UnpackTo(&info);
    detail.UnpackTo(&retry);
  }
  EXPECT_EQ(info.reason(), "TOO_MANY_WATCHES");
  EXPECT_EQ(retry.retry_delay().seconds(), 10);
}

TEST_F(WatchServiceTest, AnActorHasNoMoreThanItsShareAndAllNoMoreThanTheMost) {
  auto ann = std::make_unique<Watcher>(*stub_, "ann", request_);
  Watcher ann_too = WatcherOf("ann");
  ASSERT_TRUE(ann->Stands() && ann_too.Stands());
  ExpectTooMany(WatcherOf("ann").Finish(), "\"ann\" has 2 watches");
  Watcher bob = WatcherOf("bob");
  ASSERT_TRUE(bob.Stands());
  ExpectTooMany(WatcherOf("bob").Finish(), "the server has 3 watches");
  // A place is free again soon after its watch has ended.
  ann.reset();
  bool stands = false;
  for (int i = 0; i < 100 && !stands; ++i) {
    stands = WatcherOf("bob").Stands();
    if (!stands) std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_TRUE(stands);
}

TEST_F(WatchServiceTest, AWatchThatIsRefusedTakesNoPlace) {
  request_.set_from_sequence(99);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(WatcherOf("ann").Finish().error_code(),
              grpc::StatusCode::OUT_OF_RANGE);
  }
  request_.clear_from_sequence();
  EXPECT_TRUE(WatcherOf("ann").Stands());
}

TEST_F(WatchServiceTest, BytesThatAreNoRequestAreRefused) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer token of ann");
  // A field of 127 bytes that are not there.
  const grpc::Slice cut_short(std::string("\x0A\x7F"));
  grpc::GenericStub stub(channel_);
  grpc::CompletionQueue queue;
  const auto call =
      stub.PrepareUnaryCall(&context, "/tidemark.v1.WatchService/Watch",
                            grpc::ByteBuffer(&cut_short, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "the request is not a WatchRequest");
}

TEST_F(WatchServiceTest, WhoMayNoLongerReadIsToldSoAndOthersGoOn) {
  Watcher ann = WatcherOf("ann");
  Watcher bob = WatcherOf("bob");
  ASSERT_TRUE(ann.Stands() && bob.Stands());
  service_->Recheck();
  Write(1);
  EXPECT_EQ(ann.Next()->entry().entry().sequence(), 3);
  EXPECT_EQ(bob.Next()->entry().entry().sequence(), 3);

  Allow(LineOf("bob", "reader"));
  service_->Recheck();
  const auto end = ann.Next();
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->end().reason(), v1::WatchEnd::NO_LONGER_ALLOWED);
  EXPECT_EQ(end->end().message(), "nobody has this token");
  EXPECT_FALSE(ann.Next().has_value());
  EXPECT_TRUE(ann.Finish().ok());

  Write(1);
  EXPECT_EQ(bob.Next()->entry().entry().sequence(), 4);
}

TEST_F(WatchServiceTest, ARoleThatIsTakenAwayEndsTheWatchOfTheServersOwnLog) {
  Allow(LineOf("ann", "auditor"));
  ASSERT_OK(log_->RecordStart(Parse(LineOf("ann", "auditor")).Access(),
                              /*listens=*/true));
  request_.set_review_id("system");
  Watcher ann = WatcherOf("ann");
  ASSERT_TRUE(ann.Stands());
  Allow(LineOf("ann", "reader"));
  service_->Recheck();
  EXPECT_EQ(ann.Next()->end().reason(), v1::WatchEnd::NO_LONGER_ALLOWED);
}

// Some 400 kB: more than a window of HTTP/2 takes.
TEST_F(WatchServiceTest, AReaderThatTakesNothingIsCutOffAndOthersAreNot) {
  constexpr int64_t kHead = 302;
  Write(kHead - 2);
  request_.set_from_sequence(1);
  Watcher stalled = WatcherOf("ann");
  Watcher reading = WatcherOf("bob");
  ASSERT_TRUE(reading.Stands());
  for (int64_t sequence = 1; sequence <= kHead; ++sequence) {
    ASSERT_EQ(reading.Next()->entry().entry().sequence(), sequence);
  }
  std::this_thread::sleep_for(milliseconds(1500));
  Write(1);
  EXPECT_EQ(reading.Next()->entry().entry().sequence(), kHead + 1);
  int messages = 0;
  while (stalled.Next().has_value()) ++messages;
  EXPECT_LT(messages, kHead);
  EXPECT_EQ(stalled.Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// More than a window of HTTP/2 in one message: only who takes its beginning is
// sent its end, which takes a slow network longer than the limit.
TEST_F(WatchServiceTest, ALargeMessageHasMoreTime) {
  std::vector<v1::Analysis> analyses(199, testing::PainAnalysis());
  for (size_t i = 0; i < analyses.size(); ++i) {
    analyses[i].set_analysis_id(absl::StrCat("pain-", i));
  }
  ASSERT_OK(Apply(*live_, testing::PutAnalyses(analyses), "many"));
  Write(1);
  request_.set_from_sequence(4);
  Watcher slow = WatcherOf("ann");
  ASSERT_TRUE(slow.Stands());
  std::this_thread::sleep_for(2 * kLimits.stall);
  const auto large = slow.Next();
  ASSERT_TRUE(large.has_value());
  EXPECT_GT(large->ByteSizeLong(), 2 * 65535);
}

}  // namespace
}  // namespace tidemark::server
