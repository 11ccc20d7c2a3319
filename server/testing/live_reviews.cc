#include "server/testing/live_reviews.h"

#include <cstdlib>
#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/log_origin.h"
#include "server/roles.h"

namespace tidemark::server {
namespace {

template <typename T>
T ValueOrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::cerr << value.status() << "\n";
    std::abort();
  }
  return *std::move(value);
}

}  // namespace

LiveReviews::LiveReviews(
    const std::string& directory,
    const std::shared_ptr<rocksdb::FileSystem>& file_system) {
  storage::OpenOptions options;
  options.path = absl::StrCat(directory, "/db");
  options.file_system = file_system;
  store = ValueOrDie(storage::ReviewStore::Open(options));
  storage::AnchorOptions anchor_options;
  anchor_options.path = absl::StrCat(directory, "/anchor");
  anchor_options.file_system = file_system;
  anchor = ValueOrDie(storage::Anchor::Open(anchor_options));
  committer = std::make_unique<Committer>(store.get(), anchor.get());
}

LiveReviews::~LiveReviews() {
  committer.reset();
  pool_.join();
}

LiveReviewEnvironment LiveReviews::environment() {
  return {store.get(), committer.get(), &pool_, &clock};
}

absl::StatusOr<std::unique_ptr<LogSigner>> LiveReviews::LoadSigner(
    const std::string& review) const {
  return LogSigner::Load(
      review,
      ValueOrDie(audit::FirstSignerOf(kTestSeed, review, audit::kFirstEpoch)),
      anchor->Find(review).value_or(storage::AnchoredCheckpoint()),
      [&](int level, int64_t index) {
        return store->Node(review, level, index);
      });
}

absl::StatusOr<std::shared_ptr<LiveReview>> LiveReviews::Load(
    const std::string& review) {
  return LiveReview::Load(environment(), review, audit::kFirstEpoch,
                          ValueOrDie(LoadSigner(review)));
}

void LiveReviews::AwaitWritable() const {
  for (int i = 0; i < 1000 && !committer->write_error().ok(); ++i) {
    absl::SleepFor(absl::Milliseconds(10));
  }
}

v1::ApplyRequest MakeRequest(const std::string& review,
                             const v1::Change& change,
                             const std::string& request_id) {
  v1::ApplyRequest request;
  request.set_review_id(review);
  *request.mutable_change() = change;
  request.set_request_id(request_id);
  request.set_reason("a test");
  return request;
}

std::future<ApplyResult> StartApply(LiveReview& live,
                                    const v1::ApplyRequest& request) {
  auto promise = std::make_shared<std::promise<ApplyResult>>();
  std::future<ApplyResult> future = promise->get_future();
  live.Apply(
      request, {"tester", "token", {Role::kAdmin}},
      [promise](ApplyResult result) { promise->set_value(std::move(result)); });
  return future;
}

ApplyResult Apply(LiveReview& live, const v1::Change& change,
                  const std::string& request_id) {
  return StartApply(live, MakeRequest(live.review_id(), change, request_id))
      .get();
}

}  // namespace tidemark::server
