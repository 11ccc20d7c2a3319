#include "audit/key_history.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/checkpoint.h"
#include "audit/log_origin.h"
#include "audit/note.h"
#include "audit/tlog_proof.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

absl::Status Malformed(absl::string_view vkey, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("key ", vkey, ": ", why));
}

// A restored log is one of the same review with a later epoch.
absl::Status CheckRestoredName(const LogKey& before, const LogKey& key) {
  ASSIGN_OR_RETURN(const LogOrigin old_origin,
                   ParseLogOrigin(before.verifier.name()));
  ASSIGN_OR_RETURN(const LogOrigin origin, ParseLogOrigin(key.verifier.name()));
  if (origin.review == old_origin.review && origin.epoch > old_origin.epoch) {
    return absl::OkStatus();
  }
  return Malformed(key.vkey,
                   absl::StrCat("its name is not of a later epoch of ",
                                before.verifier.name()));
}

// What the proof says of the key that follows `before`.
absl::StatusOr<LogKey> VerifyNext(const LogKey& before,
                                  const ClaimedKey& claimed) {
  ASSIGN_OR_RETURN(Verifier verifier, Verifier::Parse(claimed.vkey));
  LogKey key = {claimed.vkey, std::move(verifier)};
  ASSIGN_OR_RETURN(const TlogProof proof, ParseTlogProof(claimed.proof));
  ASSIGN_OR_RETURN(const ProvenLeaf proven,
                   VerifyTlogProof(proof, key.verifier));
  const Leaf& leaf = proven.leaf;
  if (leaf.resource != KeyResource(claimed.vkey)) {
    return Malformed(claimed.vkey,
                     absl::StrCat("sequence ", leaf.sequence, " names ",
                                  leaf.resource, " instead"));
  }
  if (leaf.sequence != proven.checkpoint.size ||
      leaf.sequence <= before.from_size) {
    return Malformed(claimed.vkey,
                     "the entry that names it does not end the "
                     "tree of its proof, or is out of order");
  }
  key.from_size = leaf.sequence;
  if (leaf.action == kRestoreAction) {
    key.restored = true;
    RETURN_IF_ERROR(CheckRestoredName(before, key));
    return key;
  }
  if (leaf.action != kRotateAction) {
    return Malformed(claimed.vkey,
                     absl::StrCat("sequence ", leaf.sequence, " is a ",
                                  leaf.action, ", which names no key"));
  }
  RETURN_IF_ERROR(VerifyTlogProof(proof, before.verifier).status());
  return key;
}

}  // namespace

std::string KeyResource(absl::string_view vkey) {
  return absl::StrCat("keys/", vkey);
}

absl::StatusOr<KeyHistory> KeyHistory::OfOne(absl::string_view vkey) {
  return Verify({{std::string(vkey), ""}});
}

absl::StatusOr<KeyHistory> KeyHistory::Verify(
    absl::Span<const ClaimedKey> keys) {
  KeyHistory history;
  for (const ClaimedKey& claimed : keys) {
    if (history.keys_.empty()) {
      ASSIGN_OR_RETURN(Verifier verifier, Verifier::Parse(claimed.vkey));
      history.keys_.push_back({claimed.vkey, std::move(verifier)});
      continue;
    }
    ASSIGN_OR_RETURN(LogKey key, VerifyNext(history.current(), claimed));
    history.keys_.push_back(std::move(key));
  }
  if (history.keys_.empty()) {
    return absl::InvalidArgumentError("a log has at least one key");
  }
  return history;
}

int KeyHistory::IndexOf(absl::string_view vkey) const {
  for (size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i].vkey == vkey) return static_cast<int>(i);
  }
  return -1;
}

bool KeyHistory::SameEpoch(int from, int to) const {
  for (int i = from + 1; i <= to; ++i) {
    if (keys_[static_cast<size_t>(i)].restored) return false;
  }
  return true;
}

const LogKey& KeyHistory::KeyAt(int64_t size) const {
  const LogKey* at = &keys_.front();
  for (const LogKey& key : keys_) {
    if (key.from_size <= size) at = &key;
  }
  return *at;
}

absl::StatusOr<Checkpoint> KeyHistory::Open(absl::string_view note) const {
  // What is no note is for OpenCheckpoint to say, which quotes no bytes of it.
  const absl::StatusOr<Checkpoint> claimed = ReadCheckpointUnverified(note);
  const LogKey& key = claimed.ok() ? KeyAt(claimed->size) : current();
  // Who knows the old key alone must be able to go on from it.
  if (claimed.ok() && claimed->size == key.from_size &&
      &key != &keys_.front() && !key.restored) {
    const Verifier& before = (&key - 1)->verifier;
    RETURN_IF_ERROR(OpenCheckpoint(note, before, before.name()).status());
  }
  return OpenCheckpoint(note, key.verifier, key.verifier.name());
}

}  // namespace tidemark::audit
