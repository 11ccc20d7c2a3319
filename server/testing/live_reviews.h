// What live reviews need, over a directory of the test.
#ifndef TIDEMARK_SERVER_TESTING_LIVE_REVIEWS_H_
#define TIDEMARK_SERVER_TESTING_LIVE_REVIEWS_H_

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audit/note.h"
#include "base/clock.h"
#include "boost/asio/thread_pool.hpp"
#include "rocksdb/file_system.h"
#include "server/committer.h"
#include "server/live_review.h"
#include "server/log_signer.h"
#include "storage/anchor.h"
#include "storage/review_store.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {

class FakeClock final : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixSeconds(seconds); }
  std::atomic<int64_t> seconds = 1000;
};

inline constexpr audit::KeySeed kTestSeed = {1};

// A store with an anchor, a committer and a pool. Ends the test process if they
// cannot be opened.
class LiveReviews {
 public:
  explicit LiveReviews(
      const std::string& directory,
      const std::shared_ptr<rocksdb::FileSystem>& file_system = nullptr);
  ~LiveReviews();

  LiveReviewEnvironment environment();
  // Of the log as it is anchored, with kTestSeed.
  absl::StatusOr<std::unique_ptr<LogSigner>> LoadSigner(
      const std::string& review) const;
  absl::StatusOr<std::shared_ptr<LiveReview>> Load(const std::string& review);

  // Waits until the committer writes, for 10 s at most.
  void AwaitWritable() const;

  FakeClock clock;
  std::unique_ptr<storage::ReviewStore> store;
  std::unique_ptr<storage::Anchor> anchor;
  std::unique_ptr<Committer> committer;

 private:
  boost::asio::thread_pool pool_{4};
};

using ApplyResult = absl::StatusOr<v1::ApplyResponse>;

v1::ApplyRequest MakeRequest(const std::string& review,
                             const v1::Change& change,
                             const std::string& request_id);

// Starts a write by the actor "tester".
std::future<ApplyResult> StartApply(LiveReview& live,
                                    const v1::ApplyRequest& request);

// Waits for it.
ApplyResult Apply(LiveReview& live, const v1::Change& change,
                  const std::string& request_id);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_TESTING_LIVE_REVIEWS_H_
