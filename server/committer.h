// Makes entries durable: one thread gathers what all reviews have ready and
// writes it as one synced batch.
#ifndef TIDEMARK_SERVER_COMMITTER_H_
#define TIDEMARK_SERVER_COMMITTER_H_

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "base/mutex.h"
#include "storage/anchor.h"
#include "storage/review_store.h"

namespace tidemark::server {

// An entry that follows its review's last one in memory.
struct PendingCommit {
  storage::Entry entry;
  // Root of the review's tree with this entry.
  audit::Digest root = {};
  // Signs the review's checkpoints.
  std::shared_ptr<const audit::Signer> signer;
  // Set once an entry of this live review was not committed: entries behind it
  // would leave a gap.
  std::shared_ptr<std::atomic<bool>> broken;
  // Called once, on the committer's thread, in the order of the log: when
  // entry, checkpoint and anchor are durable, with the checkpoint, which covers
  // at least the entry. Must not block: the next group waits for it.
  std::function<void(const absl::StatusOr<storage::SignedCheckpoint>&)> done;
};

// Thread-safe.
class Committer {
 public:
  // Both must outlive it.
  Committer(storage::ReviewStore* store, storage::Anchor* anchor);
  // Commits what is waiting, then ends the thread.
  ~Committer();

  void Enqueue(PendingCommit pending);

 private:
  using Group = std::vector<PendingCommit>;
  using Checkpoints = std::vector<storage::SignedCheckpoint>;

  void Run();
  // Waits for entries; empty when the committer ends.
  Group NextGroup();
  // Returns the checkpoint of each review in the group, by review.
  absl::StatusOr<Checkpoints> Commit(
      const std::vector<const PendingCommit*>& group);

  storage::ReviewStore* const store_;
  storage::Anchor* const anchor_;
  Mutex mutex_;
  CondVar changed_;
  std::deque<PendingCommit> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_COMMITTER_H_
