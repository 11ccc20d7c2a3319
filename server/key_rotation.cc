#include "server/key_rotation.h"

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "review/errors.h"
#include "server/live_review.h"
#include "server/reason.h"

namespace tidemark::server {
namespace {

// Whether the log signs with this key. One that is empty signs with none.
bool HasKey(const LiveReview& live, const audit::KeySeed& seed) {
  const absl::StatusOr<audit::Signer> signer =
      audit::Signer::Create("tidemark", seed);
  return signer.ok() &&
         audit::PublicPart(live.vkey()) == audit::PublicPart(signer->vkey());
}

absl::Status NotFinished(absl::string_view review, const absl::Status& why) {
  return absl::Status(
      why.code(),
      absl::StrCat("the log of \"", review,
                   "\" could not get the new key: ", why.message(),
                   "; the key file keeps the old one too. Repeat the rotation, "
                   "or start the server again: either finishes it"));
}

}  // namespace

absl::StatusOr<v1::RotateKeyResponse> KeyRotation::Rotate(
    const std::string& reason, const Actor& actor) {
  review::Violations violations;
  CheckReason(reason, violations);
  RETURN_IF_ERROR(violations.ToStatus());
  registry_->ReloadBroken();
  if (!IsUnfinished()) {
    storage::KeyRing keys = registry_->keys();
    ASSIGN_OR_RETURN(const audit::KeySeed seed, audit::GenerateKeySeed());
    keys.insert(keys.begin(), seed);
    TIDEMARK_FAILPOINT("before_new_key");
    RETURN_IF_ERROR(SetKeys(keys));
  }
  return GoOn(reason, actor);
}

absl::Status KeyRotation::Finish() {
  if (registry_->keys().size() == 1) return absl::OkStatus();
  return GoOn("a rotation of the key that an earlier run began", ServerActor())
      .status();
}

absl::StatusOr<v1::RotateKeyResponse> KeyRotation::GoOn(
    const std::string& reason, const Actor& actor) {
  const storage::KeyRing keys = registry_->keys();
  v1::RotateKeyResponse response;
  bool all = true;
  for (const ReviewRegistry::Listed& log : registry_->ListLogs()) {
    if (log.live == nullptr) {
      all = all && log.problem.ok();
      continue;
    }
    if (HasKey(*log.live, keys.front())) continue;
    TIDEMARK_FAILPOINT("before_rotated_log");
    const absl::StatusOr<v1::RotatedLog> rotated =
        RotateLog(*log.live, reason, actor);
    if (!rotated.ok()) return NotFinished(log.review, rotated.status());
    if (rotated->sequence() > 0) *response.add_logs() = *rotated;
  }
  // Those that were empty.
  registry_->ReloadBroken();
  TIDEMARK_FAILPOINT("before_old_key_retired");
  if (all && keys.size() > 1) RETURN_IF_ERROR(SetKeys({keys.front()}));
  return response;
}

absl::StatusOr<v1::RotatedLog> KeyRotation::RotateLog(LiveReview& live,
                                                      const std::string& reason,
                                                      const Actor& actor) {
  auto answer =
      std::make_shared<std::promise<absl::StatusOr<v1::ApplyResponse>>>();
  live.RotateKey(registry_->keys().front(), reason, actor,
                 [answer](absl::StatusOr<v1::ApplyResponse> made) {
                   answer->set_value(std::move(made));
                 });
  ASSIGN_OR_RETURN(const v1::ApplyResponse made, answer->get_future().get());
  v1::RotatedLog rotated;
  rotated.set_review_id(live.review_id());
  rotated.set_vkey(live.vkey());
  rotated.set_sequence(made.sequence());
  return rotated;
}

bool KeyRotation::IsUnfinished() {
  const audit::KeySeed key = registry_->keys().front();
  for (const ReviewRegistry::Listed& log : registry_->ListLogs()) {
    if (log.live != nullptr && !HasKey(*log.live, key)) return true;
  }
  return false;
}

// The file first: a log must never have a key that is lost.
absl::Status KeyRotation::SetKeys(const storage::KeyRing& keys) {
  RETURN_IF_ERROR(storage::ReplaceKeyFile(file_, keys));
  registry_->SetKeys(keys);
  return absl::OkStatus();
}

}  // namespace tidemark::server
