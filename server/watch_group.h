// The watches of one review, and what they share.
#ifndef TIDEMARK_SERVER_WATCH_GROUP_H_
#define TIDEMARK_SERVER_WATCH_GROUP_H_

#include <cstdint>
#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "base/mutex.h"
#include "boost/asio/strand.hpp"
#include "boost/asio/thread_pool.hpp"
#include "server/live_review.h"
#include "server/log_reader.h"
#include "server/message_cache.h"
#include "storage/review_store.h"

namespace tidemark::server {

class Watch;

// After a commit one task walks over all watches and starts their writes; they
// go on by themselves. What is far behind the head is read on one thread at a
// time, one turn a watch, so that it holds up neither the walk nor each other.
// Thread-safe. Owned by its watches.
class WatchGroup : public std::enable_shared_from_this<WatchGroup> {
 public:
  static std::shared_ptr<WatchGroup> Create(std::shared_ptr<LiveReview> live,
                                            const storage::ReviewStore* store,
                                            boost::asio::thread_pool* pool);
  ~WatchGroup();

  const LiveReview& live() const { return *live_; }
  const LogReader& reader() const { return reader_; }
  MessageCache& messages() { return messages_; }

  // Keeps the watch, and wakes it after each commit, until it leaves.
  int64_t Join(std::shared_ptr<Watch> watch);
  void Leave(int64_t id);

  // Calls `visit` with every watch. No lock is held meanwhile.
  void ForEach(absl::FunctionRef<void(Watch&)> visit) const;

  // Calls its Read soon.
  void ReadLater(std::shared_ptr<Watch> watch);

 private:
  WatchGroup(std::shared_ptr<LiveReview> live,
             const storage::ReviewStore* store, boost::asio::thread_pool* pool);
  void Walk();

  const std::shared_ptr<LiveReview> live_;
  const LogReader reader_;
  boost::asio::strand<boost::asio::thread_pool::executor_type> catch_up_;
  MessageCache messages_;
  int64_t subscription_ = 0;

  mutable Mutex mutex_;
  std::map<int64_t, std::shared_ptr<Watch>> watches_ ABSL_GUARDED_BY(mutex_);
  int64_t next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  // Commits that no finished walk has seen.
  int unseen_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WATCH_GROUP_H_
