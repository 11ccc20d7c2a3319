#include "server/committer.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/failpoint.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "review/errors.h"
#include "storage/anchor.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

// Bounds the memory of one batch, not its latency.
constexpr size_t kMostEntriesAGroup = 256;

// How often storage is looked after.
constexpr std::chrono::milliseconds kCheckInterval(1000);

absl::Status Explained(const absl::Status& error) {
  if (error.ok()) return error;
  const bool is_full = absl::IsResourceExhausted(error);
  return review::Error(
      error.code(), is_full ? "DISK_FULL" : "STORAGE_FAILED",
      absl::StrCat(is_full ? "no room on the disk" : "the disk fails",
                   ": nothing is written until it is mended, which is looked "
                   "for every second; reads go on. Repeat with the same "
                   "request_id (",
                   error.message(), ")"),
      {});
}

// The one of `review`, which is there.
const storage::SignedCheckpoint& CheckpointOf(
    const std::string& review,
    const std::vector<storage::SignedCheckpoint>& checkpoints) {
  return *std::lower_bound(
      checkpoints.begin(), checkpoints.end(), review,
      [](const storage::SignedCheckpoint& checkpoint, const std::string& id) {
        return checkpoint.review < id;
      });
}

}  // namespace

Committer::Committer(storage::ReviewStore* store, storage::Anchor* anchor)
    : store_(store), anchor_(anchor), thread_([this] { Run(); }) {}

void Committer::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void Committer::OnChange(std::function<void()> changed) {
  MutexLock lock(&mutex_);
  changed_writing_ = std::move(changed);
}

void Committer::Enqueue(PendingCommit pending) {
  {
    MutexLock lock(&mutex_);
    waiting_.push_back(std::move(pending));
  }
  changed_.NotifyAll();
}

absl::Status Committer::write_error() const {
  MutexLock lock(&mutex_);
  return write_error_;
}

bool Committer::NextGroup(Group* group) {
  MutexLock lock(&mutex_);
  if (waiting_.empty() && !stopping_) changed_.WaitFor(&mutex_, kCheckInterval);
  while (!waiting_.empty() && group->size() < kMostEntriesAGroup) {
    group->push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    if (group->back().next_signer != nullptr) break;
  }
  return !group->empty() || !stopping_;
}

void Committer::Run() {
  auto checked = std::chrono::steady_clock::now();
  for (Group group; NextGroup(&group); group.clear()) {
    CommitOrRefuse(group);
    const auto now = std::chrono::steady_clock::now();
    if (now - checked < kCheckInterval) continue;
    checked = now;
    CheckStorage();
  }
}

void Committer::CommitOrRefuse(const Group& group) {
  const absl::Status error = write_error();
  std::vector<const PendingCommit*> sound;
  for (const PendingCommit& pending : group) {
    if (!error.ok()) {
      *pending.broken = true;
      pending.done(error);
    } else if (*pending.broken) {
      pending.done(absl::UnavailableError(
          "an earlier write of this review was not committed; repeat with the "
          "same request_id"));
    } else {
      sound.push_back(&pending);
    }
  }
  if (sound.empty()) return;
  const absl::StatusOr<Checkpoints> committed = Commit(sound);
  TIDEMARK_FAILPOINT("before_answer");
  if (TIDEMARK_SEEDED_BUG("answer_before_sync")) return;
  if (committed.ok()) {
    for (const PendingCommit* pending : sound) {
      pending->done(CheckpointOf(pending->entry.review, *committed));
    }
    return;
  }
  const absl::Status stopped = StorageError();
  SetWriteError(stopped);
  for (const PendingCommit* pending : sound) {
    *pending->broken = true;
    pending->done(stopped.ok() ? committed.status() : stopped);
  }
}

// Also finds what failed behind the writes: a flush, say.
void Committer::CheckStorage() {
  if (write_error().ok()) return SetWriteError(StorageError());
  SetWriteError(Explained(ReopenStorage()));
}

absl::Status Committer::StorageError() const {
  RETURN_IF_ERROR(Explained(store_->write_error()));
  return Explained(anchor_->write_error());
}

absl::Status Committer::ReopenStorage() {
  if (!store_->write_error().ok()) RETURN_IF_ERROR(store_->Reopen());
  if (!anchor_->write_error().ok()) RETURN_IF_ERROR(anchor_->Reopen());
  return absl::OkStatus();
}

void Committer::SetWriteError(const absl::Status& error) {
  std::function<void()> changed;
  {
    MutexLock lock(&mutex_);
    const bool is_change = error.ok() != write_error_.ok();
    write_error_ = error;
    if (!is_change) return;
    changed = changed_writing_;
  }
  changed();
}

absl::StatusOr<Committer::Checkpoints> Committer::Commit(
    const std::vector<const PendingCommit*>& group) {
  // The last entry of each review in the group gets the checkpoint.
  std::map<std::string, const PendingCommit*> last;
  std::map<std::string, std::vector<const storage::Entry*>> logs;
  std::vector<const storage::Entry*> entries;
  for (const PendingCommit* pending : group) {
    last[pending->entry.review] = pending;
    logs[pending->entry.review].push_back(&pending->entry);
    entries.push_back(&pending->entry);
  }
  Checkpoints checkpoints;
  std::vector<storage::AnchoredCheckpoint> anchored;
  for (const auto& [review, pending] : last) {
    ASSIGN_OR_RETURN(storage::AnchoredCheckpoint signed_tree,
                     pending->signer->Sign(logs[review], pending->root,
                                           pending->next_signer));
    checkpoints.push_back({review, signed_tree.size, signed_tree.note});
    anchored.push_back(std::move(signed_tree));
  }
  if (TIDEMARK_SEEDED_BUG("answer_before_sync")) {
    for (const PendingCommit* pending : group) {
      pending->done(CheckpointOf(pending->entry.review, checkpoints));
    }
  }
  if (TIDEMARK_SEEDED_BUG("anchor_before_sync")) {
    RETURN_IF_ERROR(anchor_->Update(anchored));
  }
  TIDEMARK_FAILPOINT("before_batch");
  RETURN_IF_ERROR(store_->Commit(entries, checkpoints));
  TIDEMARK_FAILPOINT("before_anchor");
  RETURN_IF_ERROR(anchor_->Update(anchored));
  return checkpoints;
}

}  // namespace tidemark::server
