#include "server/review_registry.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/log_origin.h"
#include "base/failpoint.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "review/errors.h"
#include "review/validate_review.h"
#include "server/live_review.h"
#include "storage/anchor.h"
#include "storage/verify_anchor.h"

namespace tidemark::server {
namespace {

bool Exists(const LiveReview& live) { return live.Committed()->sequence() > 0; }

}  // namespace

ReviewRegistry::ReviewRegistry(const LiveReviewEnvironment& environment,
                               storage::Anchor* anchor, storage::KeyRing keys)
    : environment_(environment), anchor_(anchor), keys_(std::move(keys)) {}

absl::Status ReviewRegistry::LoadAll() {
  ASSIGN_OR_RETURN(const std::vector<std::string> stored,
                   environment_.store->Reviews());
  std::set<std::string> reviews(stored.begin(), stored.end());
  for (const storage::AnchoredCheckpoint& anchored : anchor_->All()) {
    reviews.insert(anchored.review);
  }
  reviews.insert(review::kSystemLog);
  MutexLock lock(&mutex_);
  for (const std::string& review : reviews) slots_[review] = Load(review);
  NoteLost();
  return absl::OkStatus();
}

void ReviewRegistry::NoteLost() {
  const std::shared_ptr<LiveReview> log = slots_[review::kSystemLog].live;
  if (log == nullptr) return;
  const auto state = log->Committed();
  for (const auto& [review, sequence] : state->server().reviews) {
    if (slots_.count(review) > 0) continue;
    slots_[review].problem = absl::DataLossError(absl::StrCat(
        "review \"", review, "\": the server's own log says at sequence ",
        sequence, " that it was created, and nothing of it is stored or ",
        "anchored"));
  }
}

ReviewRegistry::Slot ReviewRegistry::Load(const std::string& review) {
  absl::StatusOr<std::shared_ptr<LiveReview>> live = CheckAndLoad(review);
  if (!live.ok()) return {nullptr, live.status()};
  return {*std::move(live), absl::OkStatus()};
}

absl::StatusOr<std::shared_ptr<LiveReview>> ReviewRegistry::CheckAndLoad(
    const std::string& review) {
  RETURN_IF_ERROR(CheckAnchor(review));
  ASSIGN_OR_RETURN(std::unique_ptr<LogSigner> signer, LoadSigner(review));
  ASSIGN_OR_RETURN(const audit::LogOrigin origin,
                   audit::ParseLogOrigin(signer->signer().name()));
  newest_epoch_ = std::max<int64_t>(newest_epoch_, origin.epoch);
  const std::string vkey = signer->signer().vkey();
  ASSIGN_OR_RETURN(
      std::shared_ptr<LiveReview> live,
      LiveReview::Load(environment_, review, origin.epoch, std::move(signer)));
  if (live->vkey() == vkey) return live;
  return absl::DataLossError(absl::StrCat(
      "review \"", review, "\": the log names the key ", live->vkey(),
      ", but its last checkpoint is signed with ", vkey));
}

// After CheckAnchor, so the anchored checkpoint is the last stored one.
absl::StatusOr<std::unique_ptr<LogSigner>> ReviewRegistry::LoadSigner(
    const std::string& review) {
  const absl::StatusOr<storage::SignedCheckpoint> latest =
      environment_.store->LatestCheckpoint(review);
  const bool is_empty = absl::IsNotFound(latest.status());
  if (!is_empty) RETURN_IF_ERROR(latest.status());
  ASSIGN_OR_RETURN(
      audit::Signer signer,
      is_empty ? audit::FirstSignerOf(keys().front(), review, newest_epoch_)
               : SignerOf(review, "last stored", latest->note));
  storage::AnchoredCheckpoint anchored;
  if (!is_empty) {
    ASSIGN_OR_RETURN(anchored, anchor_->Find(review));
  }
  return LogSigner::Load(
      review, std::move(signer), anchored, [&](int level, int64_t index) {
        return environment_.store->Node(review, level, index);
      });
}

storage::KeyRing ReviewRegistry::keys() {
  MutexLock lock(&keys_mutex_);
  return keys_;
}

void ReviewRegistry::SetKeys(storage::KeyRing keys) {
  // What is being loaded with the keys before is in the list of logs then.
  MutexLock loading(&loading_);
  MutexLock lock(&keys_mutex_);
  keys_ = std::move(keys);
}

// An epoch begins with an origin of its own, so what a log is called stands in
// its checkpoints only.
absl::StatusOr<audit::Signer> ReviewRegistry::SignerOf(
    const std::string& review, absl::string_view which,
    const std::string& note) {
  const auto damaged = [&](absl::string_view why) {
    return absl::DataLossError(absl::StrCat("review \"", review, "\": the ",
                                            which, " checkpoint ", why));
  };
  const absl::StatusOr<audit::Checkpoint> claimed =
      audit::ReadCheckpointUnverified(note);
  if (!claimed.ok()) {
    return damaged(absl::StrCat("is damaged: ", claimed.status().message()));
  }
  const absl::StatusOr<audit::LogOrigin> origin =
      audit::ParseLogOrigin(claimed->origin);
  if (!origin.ok() || origin->review != review) {
    return damaged(absl::StrCat("is of the log ", claimed->origin));
  }
  std::vector<std::string> others;
  for (const audit::KeySeed& seed : keys()) {
    ASSIGN_OR_RETURN(audit::Signer signer,
                     audit::Signer::Create(claimed->origin, seed));
    ASSIGN_OR_RETURN(const audit::Verifier verifier,
                     audit::Verifier::Parse(signer.vkey()));
    const absl::Status signature =
        audit::OpenCheckpoint(note, verifier, signer.name()).status();
    if (signature.ok()) return signer;
    others.push_back(absl::StrCat(signer.vkey(), ": ", signature.message()));
  }
  return damaged(
      absl::StrCat("is not signed by a key of this server's key file (",
                   absl::StrJoin(others, "; "),
                   "); put back the file with the key that signed it"));
}

absl::Status ReviewRegistry::CheckAnchor(const std::string& review) {
  const absl::StatusOr<storage::AnchoredCheckpoint> anchored =
      anchor_->Find(review);
  if (anchored.ok()) {
    RETURN_IF_ERROR(SignerOf(review, "anchored", anchored->note).status());
  } else if (!absl::IsNotFound(anchored.status())) {
    return anchored.status();
  }
  const storage::AnchorCheck check =
      storage::VerifyReviewAnchor(*environment_.store, *anchor_, review);
  RETURN_IF_ERROR(check.status);
  return check.store_size > check.anchor_size ? Reanchor(review)
                                              : absl::OkStatus();
}

ReviewRegistry::Slot ReviewRegistry::Look(absl::string_view review) {
  MutexLock lock(&mutex_);
  const auto found = slots_.find(std::string(review));
  return found == slots_.end() ? Slot{} : found->second;
}

ReviewRegistry::Slot ReviewRegistry::Reload(const std::string& review) {
  MutexLock loading(&loading_);
  Slot before = Look(review);
  // Another thread may have done it while this one waited.
  if (before.live != nullptr && !before.live->broken()) return before;
  Slot loaded = Load(review);
  // While the disk fails a broken review stays: it refuses writes, but what it
  // committed can be read.
  const bool is_read_error =
      loaded.live == nullptr && !absl::IsDataLoss(loaded.problem);
  if (is_read_error && before.live != nullptr) return before;
  // Of one that may not exist nothing is remembered.
  if (is_read_error && before.problem.ok()) return loaded;
  {
    MutexLock lock(&mutex_);
    slots_[review] = loaded;
  }
  health_changed_();
  return loaded;
}

// The machine stopped between batch and anchor: what was stored with its
// checkpoint is anchored before anybody reads it.
absl::Status ReviewRegistry::Reanchor(const std::string& review) {
  TIDEMARK_FAILPOINT("before_reanchor");
  ASSIGN_OR_RETURN(storage::SignedCheckpoint stored,
                   environment_.store->LatestCheckpoint(review));
  RETURN_IF_ERROR(SignerOf(review, "last stored", stored.note).status());
  ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint,
                   audit::ReadCheckpointUnverified(stored.note));
  return anchor_->Update(
      {{review, checkpoint.size, checkpoint.root, std::move(stored.note)}});
}

bool ReviewRegistry::ShouldReload(const Slot& slot) const {
  const bool is_broken =
      slot.live != nullptr
          ? slot.live->broken()
          : !slot.problem.ok() && !absl::IsDataLoss(slot.problem);
  return is_broken && environment_.committer->write_error().ok();
}

void ReviewRegistry::ReloadBroken() {
  std::vector<std::string> broken;
  {
    MutexLock lock(&mutex_);
    for (const auto& [review, slot] : slots_) {
      if (ShouldReload(slot)) broken.push_back(review);
    }
  }
  for (const std::string& review : broken) Reload(review);
}

absl::StatusOr<std::shared_ptr<LiveReview>> ReviewRegistry::Find(
    absl::string_view review) {
  Slot slot = Look(review);
  if (ShouldReload(slot)) slot = Reload(std::string(review));
  if (!slot.problem.ok()) return slot.problem;
  if (slot.live != nullptr && Exists(*slot.live)) return slot.live;
  return review::Error(absl::StatusCode::kNotFound, "REVIEW_NOT_FOUND",
                       absl::StrCat("there is no review \"", review, "\""),
                       {{"review", std::string(review)}});
}

std::shared_ptr<LiveReview> ReviewRegistry::FindLoaded(
    absl::string_view review) {
  const Slot slot = Look(review);
  const bool is_sound = slot.problem.ok() && slot.live != nullptr &&
                        !slot.live->broken() && Exists(*slot.live);
  return is_sound ? slot.live : nullptr;
}

absl::StatusOr<std::shared_ptr<LiveReview>> ReviewRegistry::FindOrMake(
    absl::string_view review) {
  if (!review::IsReviewId(review)) {
    review::Violations violations;
    violations.Add(
        "review_id",
        absl::StrCat("must be 1-63 characters of a-z 0-9 - and "
                     "not \"",
                     review::kSystemLog, "\", found \"", review, "\""));
    return violations.ToStatus();
  }
  return ReadyToWrite(review);
}

absl::StatusOr<std::shared_ptr<LiveReview>> ReviewRegistry::System() {
  return ReadyToWrite(review::kSystemLog);
}

absl::StatusOr<std::shared_ptr<LiveReview>> ReviewRegistry::ReadyToWrite(
    absl::string_view review) {
  Slot slot = Look(review);
  // Also after a creation that failed, so that it can be repeated.
  const bool is_new = slot.problem.ok() && slot.live == nullptr;
  if (is_new || ShouldReload(slot)) {
    slot = Reload(std::string(review));
  }
  if (!slot.problem.ok()) return slot.problem;
  return slot.live;
}

void ReviewRegistry::OnHealthChange(std::function<void()> changed) {
  health_changed_ = std::move(changed);
}

std::vector<ReviewRegistry::Listed> ReviewRegistry::List() {
  MutexLock lock(&mutex_);
  std::vector<Listed> list;
  for (const auto& [review, slot] : slots_) {
    if (review == review::kSystemLog) continue;
    if (slot.live != nullptr && !Exists(*slot.live)) continue;
    list.push_back({review, slot.live, slot.problem});
  }
  return list;
}

std::vector<ReviewRegistry::Listed> ReviewRegistry::ListLogs() {
  MutexLock lock(&mutex_);
  std::vector<Listed> list;
  for (const auto& [review, slot] : slots_) {
    const bool is_system = review == review::kSystemLog;
    list.insert(is_system ? list.begin() : list.end(),
                {review, slot.live, slot.problem});
  }
  return list;
}

bool ReviewRegistry::healthy() {
  MutexLock lock(&mutex_);
  for (const auto& [review, slot] : slots_) {
    if (!slot.problem.ok()) return false;
    if (slot.live != nullptr && slot.live->broken()) return false;
  }
  return true;
}

}  // namespace tidemark::server
