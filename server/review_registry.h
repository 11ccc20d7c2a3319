// The live reviews of a server.
#ifndef TIDEMARK_SERVER_REVIEW_REGISTRY_H_
#define TIDEMARK_SERVER_REVIEW_REGISTRY_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "base/mutex.h"
#include "server/live_review.h"
#include "server/log_signer.h"
#include "storage/anchor.h"
#include "storage/key_file.h"

namespace tidemark::server {

// Thread-safe.
class ReviewRegistry {
 public:
  // What `environment` points to, and the anchor, must outlive it.
  ReviewRegistry(const LiveReviewEnvironment& environment,
                 storage::Anchor* anchor, storage::KeyRing keys);

  // Checks every stored review against its anchor and loads it. A review that
  // fails is kept with its problem and not served; the others are. So is a
  // review that the server's own log says was created and of which nothing is
  // stored: DATA_LOSS. Errors only if storage cannot be read at all. O(all
  // logs).
  absl::Status LoadAll();

  // A review that exists, or the server's own log. One that broke is loaded
  // again first, unless nothing can be written: until then what it committed
  // can be read. NOT_FOUND: there is none. DATA_LOSS: it cannot be served, and
  // why.
  absl::StatusOr<std::shared_ptr<LiveReview>> Find(absl::string_view review);

  // The same if it takes writes as it is, null otherwise. Never blocks.
  std::shared_ptr<LiveReview> FindLoaded(absl::string_view review);

  // As Find, or an empty one for a review that does not exist yet.
  absl::StatusOr<std::shared_ptr<LiveReview>> FindOrMake(
      absl::string_view review);

  // The server's own log, which may be empty. DATA_LOSS: it is damaged.
  absl::StatusOr<std::shared_ptr<LiveReview>> System();

  // The keys of the server, the one in use first.
  storage::KeyRing keys();
  // Logs that begin from now on have the first key; others keep theirs, which
  // is the newest that signed their last checkpoint. Blocks while a review is
  // loaded.
  void SetKeys(storage::KeyRing keys);

  // The signer of the log as it is stored and anchored. DATA_LOSS: no key of
  // the server signed it.
  absl::StatusOr<std::unique_ptr<LogSigner>> LoadSigner(
      const std::string& review);

  // A review in a list.
  struct Listed {
    std::string review;
    // Null if it cannot be served.
    std::shared_ptr<LiveReview> live;
    absl::Status problem;
  };
  // Reviews that exist, by id; not the server's own log.
  std::vector<Listed> List();

  // The server's own log, then every review that was looked for and may get
  // entries: also one that is still empty, or cannot be served.
  std::vector<Listed> ListLogs();

  // Loads the reviews again that broke. Blocks.
  void ReloadBroken();

  // Whether every review can be served and takes writes.
  bool healthy();

  // Calls `changed`, on any thread, when healthy() may have changed after
  // LoadAll. Call it before the first Find.
  void OnHealthChange(std::function<void()> changed);

 private:
  struct Slot {
    std::shared_ptr<LiveReview> live;
    absl::Status problem;
  };

  // Checks, loads and anchors one review.
  Slot Load(const std::string& review);
  absl::StatusOr<std::shared_ptr<LiveReview>> CheckAndLoad(
      const std::string& review);
  absl::Status CheckAnchor(const std::string& review);
  // The signer that made this checkpoint of the review: of several keys the
  // newest. DATA_LOSS: none of them did, or it is of another log.
  absl::StatusOr<audit::Signer> SignerOf(const std::string& review,
                                         absl::string_view which,
                                         const std::string& note);
  // What the server's own log knows and nothing is stored of.
  void NoteLost() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The review ready for a write; an empty one if it does not exist.
  absl::StatusOr<std::shared_ptr<LiveReview>> ReadyToWrite(
      absl::string_view review);
  // The slot of a review, empty if there is none.
  Slot Look(absl::string_view review);
  // Whether the slot's review broke, or could not be read, and might be served
  // and take writes if it were loaded again.
  bool ShouldReload(const Slot& slot) const;
  // Loads the review, for the first time or again after a failed commit, while
  // others go on. Returns the slot as it then is.
  Slot Reload(const std::string& review);
  absl::Status Reanchor(const std::string& review);

  const LiveReviewEnvironment environment_;
  storage::Anchor* const anchor_;
  // Of all logs that were loaded. A log that begins after a restore must not
  // have the origin of one that the backup lacked, so it begins in this epoch.
  std::atomic<int64_t> newest_epoch_ = audit::kFirstEpoch;
  std::function<void()> health_changed_ = [] {};
  // Held while a review is loaded; taken before mutex_.
  Mutex loading_;
  Mutex mutex_;
  std::map<std::string, Slot> slots_ ABSL_GUARDED_BY(mutex_);
  // Taken last.
  Mutex keys_mutex_;
  storage::KeyRing keys_ ABSL_GUARDED_BY(keys_mutex_);
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REVIEW_REGISTRY_H_
