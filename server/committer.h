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
#include "server/log_signer.h"
#include "storage/anchor.h"
#include "storage/review_store.h"

namespace tidemark::server {

// An entry that follows its review's last one in memory.
struct PendingCommit {
  storage::Entry entry;
  // Root of the review's tree with this entry.
  audit::Digest root = {};
  // Signs the review's checkpoints; only on the committer's thread.
  std::shared_ptr<LogSigner> signer;
  // Not null: the entry names this as the key that signs from then on. It ends
  // its group, so that its checkpoint is of no larger tree.
  std::shared_ptr<const audit::Signer> next_signer;
  // Set once an entry of this live review was not committed: entries behind it
  // would leave a gap.
  std::shared_ptr<std::atomic<bool>> broken;
  // Called once, on the committer's thread, in the order of the log: when
  // entry, checkpoint and anchor are durable, with the checkpoint, which covers
  // at least the entry. Must not block: the next group waits for it.
  std::function<void(const absl::StatusOr<storage::SignedCheckpoint>&)> done;
};

// After an error of the disk nothing is written until store and anchor could be
// opened again, which is tried every second: entries are refused with what is
// wrong. Thread-safe.
class Committer {
 public:
  // Both must outlive it.
  Committer(storage::ReviewStore* store, storage::Anchor* anchor);
  ~Committer() { Stop(); }

  // Commits what is waiting, then ends the thread. What is enqueued later is
  // dropped.
  void Stop();

  // Calls `changed`, on the committer's thread, when it stops writing and when
  // it goes on.
  void OnChange(std::function<void()> changed);

  void Enqueue(PendingCommit pending);

  // OK, or why nothing is written now: RESOURCE_EXHAUSTED without room,
  // DATA_LOSS if what was to be opened again is damaged, else UNAVAILABLE.
  absl::Status write_error() const;

 private:
  using Group = std::vector<PendingCommit>;
  using Checkpoints = std::vector<storage::SignedCheckpoint>;

  void Run();
  // Waits for entries, for a second at most; false when the committer ends.
  bool NextGroup(Group* group);
  void CommitOrRefuse(const Group& group);
  // Returns the checkpoint of each review in the group, by review.
  absl::StatusOr<Checkpoints> Commit(
      const std::vector<const PendingCommit*>& group);
  // Looks whether storage writes; opens it again if it does not.
  void CheckStorage();
  absl::Status StorageError() const;
  absl::Status ReopenStorage();
  void SetWriteError(const absl::Status& error);

  storage::ReviewStore* const store_;
  storage::Anchor* const anchor_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<PendingCommit> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status write_error_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> changed_writing_ ABSL_GUARDED_BY(mutex_) = [] {};
  std::thread thread_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_COMMITTER_H_
