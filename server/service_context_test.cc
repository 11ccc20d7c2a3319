#include "server/service_context.h"

#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "base/testing/status_matchers.h"
#include "boost/asio/post.hpp"
#include "boost/asio/thread_pool.hpp"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/admission.h"
#include "server/authenticator.h"
#include "server/refusal_log.h"
#include "server/review_registry.h"
#include "server/system_log.h"
#include "server/testing/live_reviews.h"
#include "storage/testing/temp_dir.h"
#include "tidemark/v1/explain_service.grpc.pb.h"

namespace tidemark::server {
namespace {

// Counts how often the work of a call was done.
class CountingService final : public v1::ExplainService::CallbackService {
 public:
  CountingService(boost::asio::thread_pool* pool, const ServiceContext& context)
      : pool_(pool), context_(context) {}

  grpc::ServerUnaryReactor* Blame(grpc::CallbackServerContext* call,
                                  const v1::BlameRequest* request,
                                  v1::BlameResponse*) override {
    return ServeReadOn(*pool_, context_, call, *request, [this] {
      ++worked;
      return absl::OkStatus();
    });
  }

  // Of the one thread of the pool.
  int worked = 0;

 private:
  boost::asio::thread_pool* const pool_;
  const ServiceContext context_;
};

// A real server whose pool has one thread.
class ServeReadOnTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(
        log_, SystemLog::Create(&registry_, reviews_.environment().pool));
    refusals_ =
        std::make_unique<RefusalLog>(log_.get(), reviews_.environment().pool);
    admission_ = std::make_unique<Admission>(Authenticator::Anyone("local"),
                                             refusals_.get());
    ServiceContext context;
    context.admission = admission_.get();
    service_ = std::make_unique<CountingService>(&pool_, context);
    grpc::ServerBuilder builder;
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    stub_ = v1::ExplainService::NewStub(server_->InProcessChannel({}));
  }

  void TearDown() override {
    server_->Shutdown();
    pool_.join();
    refusals_->Flush();
    reviews_.committer.reset();
    reviews_.environment().pool->join();
  }

  grpc::StatusCode Blame(std::chrono::milliseconds patience) {
    v1::BlameRequest request;
    request.set_review_id("toy");
    v1::BlameResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    return stub_->Blame(&context, request, &response).error_code();
  }

  LiveReviews reviews_{storage::MakeTempDir()};
  ReviewRegistry registry_{
      reviews_.environment(), reviews_.anchor.get(), {kTestSeed}};
  std::unique_ptr<SystemLog> log_;
  std::unique_ptr<RefusalLog> refusals_;
  std::unique_ptr<Admission> admission_;
  boost::asio::thread_pool pool_{1};
  std::unique_ptr<CountingService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::ExplainService::Stub> stub_;
};

TEST_F(ServeReadOnTest, NothingIsDoneForCallersWhoLeftBeforeTheirTurn) {
  std::promise<void> release;
  boost::asio::post(pool_,
                    [gate = release.get_future().share()] { gate.wait(); });
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Blame(std::chrono::milliseconds(50)),
              grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  // The server learns of it a little later than the client.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  release.set_value();
  EXPECT_EQ(Blame(std::chrono::minutes(1)), grpc::StatusCode::OK);
  EXPECT_EQ(service_->worked, 1);
}

}  // namespace
}  // namespace tidemark::server
