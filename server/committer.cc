#include "server/committer.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "base/failpoint.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "storage/anchor.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

// Bounds the memory of one batch, not its latency.
constexpr size_t kMostEntriesAGroup = 256;

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

Committer::~Committer() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.NotifyAll();
  }
  thread_.join();
}

void Committer::Enqueue(PendingCommit pending) {
  {
    MutexLock lock(&mutex_);
    waiting_.push_back(std::move(pending));
  }
  changed_.NotifyAll();
}

Committer::Group Committer::NextGroup() {
  MutexLock lock(&mutex_);
  while (waiting_.empty() && !stopping_) changed_.Wait(&mutex_);
  Group group;
  while (!waiting_.empty() && group.size() < kMostEntriesAGroup) {
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

void Committer::Run() {
  for (Group group = NextGroup(); !group.empty(); group = NextGroup()) {
    std::vector<const PendingCommit*> sound;
    for (const PendingCommit& pending : group) {
      if (!*pending.broken) {
        sound.push_back(&pending);
        continue;
      }
      pending.done(absl::UnavailableError(
          "an earlier write of this review was not committed; repeat with the "
          "same request_id"));
    }
    if (sound.empty()) continue;
    const absl::StatusOr<Checkpoints> committed = Commit(sound);
    TIDEMARK_FAILPOINT("before_answer");
    for (const PendingCommit* pending : sound) {
      if (!committed.ok()) *pending->broken = true;
      if (TIDEMARK_SEEDED_BUG("answer_before_sync")) continue;
      if (!committed.ok()) {
        pending->done(committed.status());
        continue;
      }
      pending->done(CheckpointOf(pending->entry.review, *committed));
    }
  }
}

absl::StatusOr<Committer::Checkpoints> Committer::Commit(
    const std::vector<const PendingCommit*>& group) {
  // The last entry of each review in the group gets the checkpoint.
  std::map<std::string, const PendingCommit*> last;
  std::vector<const storage::Entry*> entries;
  for (const PendingCommit* pending : group) {
    last[pending->entry.review] = pending;
    entries.push_back(&pending->entry);
  }
  Checkpoints checkpoints;
  std::vector<storage::AnchoredCheckpoint> anchored;
  for (const auto& [review, pending] : last) {
    const audit::Checkpoint checkpoint = {
        pending->signer->name(), pending->entry.sequence, pending->root};
    ASSIGN_OR_RETURN(std::string note,
                     audit::SignCheckpoint(checkpoint, *pending->signer));
    checkpoints.push_back({review, checkpoint.size, note});
    anchored.push_back(
        {review, checkpoint.size, checkpoint.root, std::move(note)});
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
