#include "server/watch_group.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/mutex.h"
#include "boost/asio/post.hpp"
#include "server/watch.h"

namespace tidemark::server {
namespace {

constexpr size_t kMostCachedBytes = size_t{8} << 20;

}  // namespace

WatchGroup::WatchGroup(std::shared_ptr<LiveReview> live,
                       const storage::ReviewStore* store,
                       boost::asio::thread_pool* pool)
    : live_(std::move(live)),
      reader_(store, live_->review_id()),
      catch_up_(boost::asio::make_strand(pool->get_executor())),
      messages_(kMostCachedBytes) {}

std::shared_ptr<WatchGroup> WatchGroup::Create(
    std::shared_ptr<LiveReview> live, const storage::ReviewStore* store,
    boost::asio::thread_pool* pool) {
  std::shared_ptr<WatchGroup> group(
      new WatchGroup(std::move(live), store, pool));
  // The group is asked for on the pool only: were this its last owner, it would
  // unsubscribe while it is being woken.
  group->subscription_ =
      group->live_->Subscribe([pool, weak = group->weak_from_this()] {
        boost::asio::post(*pool, [weak] {
          if (const auto self = weak.lock()) self->Walk();
        });
      });
  return group;
}

WatchGroup::~WatchGroup() { live_->Unsubscribe(subscription_); }

int64_t WatchGroup::Join(std::shared_ptr<Watch> watch) {
  MutexLock lock(&mutex_);
  watches_.emplace(next_id_, std::move(watch));
  return next_id_++;
}

void WatchGroup::Leave(int64_t id) {
  MutexLock lock(&mutex_);
  watches_.erase(id);
}

void WatchGroup::ForEach(absl::FunctionRef<void(Watch&)> visit) const {
  std::vector<std::shared_ptr<Watch>> watches;
  {
    MutexLock lock(&mutex_);
    watches.reserve(watches_.size());
    for (const auto& [id, watch] : watches_) watches.push_back(watch);
  }
  for (const std::shared_ptr<Watch>& watch : watches) visit(*watch);
}

void WatchGroup::ReadLater(std::shared_ptr<Watch> watch) {
  boost::asio::post(catch_up_, [watch = std::move(watch)] { watch->Read(); });
}

// One walk at a time; a commit that comes meanwhile makes it walk once more.
void WatchGroup::Walk() {
  {
    MutexLock lock(&mutex_);
    if (++unseen_ > 1) return;
  }
  for (int seen = 0, left = 1; left > 0;) {
    {
      MutexLock lock(&mutex_);
      seen = unseen_;
    }
    ForEach([](Watch& watch) { watch.Pump(/*may_block=*/true); });
    MutexLock lock(&mutex_);
    unseen_ -= seen;
    left = unseen_;
  }
}

}  // namespace tidemark::server
