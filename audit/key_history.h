// The keys that a log was signed with, in turn, and why one follows another.
//
// An entry of the log names each key but the first; the checkpoint that ends
// with that entry is the proof:
//
// * `keys.rotate`: it is signed with both keys, which have one name. Who trusts
//   one of them can trust the other.
// * `log.restore`: the log goes on from a backup with another name (audit/
//   log_origin.h), so entries that somebody saw may be lost. Only the new key
//   signed it.
//
// The resource of the leaf is `keys/` and the new vkey. All functions are
// thread-safe.
#ifndef TIDEMARK_AUDIT_KEY_HISTORY_H_
#define TIDEMARK_AUDIT_KEY_HISTORY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/checkpoint.h"
#include "audit/note.h"

namespace tidemark::audit {

// Actions and the resource of the leaves that name a key.
inline constexpr absl::string_view kRotateAction = "keys.rotate";
inline constexpr absl::string_view kRestoreAction = "log.restore";
std::string KeyResource(absl::string_view vkey);

// A key as a log claims it.
struct ClaimedKey {
  std::string vkey;
  // tlog-proof file (audit/tlog_proof.h) of the entry that named it. Empty for
  // the first key.
  std::string proof;
};

// A key that was proven.
struct LogKey {
  std::string vkey;
  Verifier verifier;
  // The first tree size that it signs; 1 for the first key.
  int64_t from_size = 1;
  // Whether it began an epoch, after a backup was restored.
  bool restored = false;
};

// Never empty. Copyable.
class KeyHistory {
 public:
  // Of a log that never had another key. InvalidArgument: `vkey` is none.
  static absl::StatusOr<KeyHistory> OfOne(absl::string_view vkey);

  // Checks the proof of every key, oldest first. InvalidArgument, naming the
  // key: malformed, or out of order. Unauthenticated, DataLoss: a proof does
  // not hold. That the first key is to be trusted it cannot say.
  static absl::StatusOr<KeyHistory> Verify(absl::Span<const ClaimedKey> keys);

  const std::vector<LogKey>& keys() const { return keys_; }
  const LogKey& current() const { return keys_.back(); }

  // The index in keys() of this vkey; -1 if it is not one of them.
  int IndexOf(absl::string_view vkey) const;

  // Whether everything that key `from` vouches for and everything that key `to`
  // does is one log: no backup was restored between them.
  bool SameEpoch(int from, int to) const;

  // The checkpoint of a note that was signed when its size says: by the key of
  // that size, and where a rotation ends by the key before it too. Errors of
  // audit::OpenCheckpoint.
  absl::StatusOr<Checkpoint> Open(absl::string_view note) const;

  // The key that signs trees of this size, >= 1.
  const LogKey& KeyAt(int64_t size) const;

 private:
  KeyHistory() = default;
  std::vector<LogKey> keys_;
};

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_KEY_HISTORY_H_
