// The signed head of a log: C2SP tlog-checkpoint v1.0.0.
//
//   <origin>\n<size, decimal>\n<root, base64>\n
//
// A log must never sign a checkpoint that is inconsistent with one it signed
// before. All functions are thread-safe.
#ifndef TIDEMARK_AUDIT_CHECKPOINT_H_
#define TIDEMARK_AUDIT_CHECKPOINT_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/note.h"
#include "audit/sha256.h"

namespace tidemark::audit {

struct Checkpoint {
  // Which log: one line, without spaces or "+"; best a URL without its scheme.
  std::string origin;
  // Number of leaves, >= 0.
  int64_t size = 0;
  Digest root = {};
};

inline bool operator==(const Checkpoint& a, const Checkpoint& b) {
  return a.origin == b.origin && a.size == b.size && a.root == b.root;
}

// The text to sign, with no extension lines. InvalidArgument for a bad origin
// (CheckKeyName), a negative size, or a root of the empty tree other than
// SHA-256 of nothing (RFC 6962, 2.1).
absl::StatusOr<std::string> FormatCheckpoint(const Checkpoint& checkpoint);

// The inverse. Strict: no leading zeros, canonical base64 of 32 bytes,
// and the one root of the empty tree.
// Extension lines, which others may emit, must not be empty and are ignored.
// InvalidArgument for anything else. Says nothing of who signed.
absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text);

// As ParseCheckpoint, but the root of the empty tree may be a wrong one: for
// who must tell that from text that is no checkpoint.
absl::StatusOr<Checkpoint> ParseCheckpointOfAnyRoot(absl::string_view text);

// The signed note of the checkpoint.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           const Signer& signer);

// The checkpoint of a signed note. Errors of OpenNote and ParseCheckpoint;
// InvalidArgument if it is of another log than `origin`.
absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note,
                                          const Verifier& verifier,
                                          absl::string_view origin);

// The checkpoint in a note whose signatures are NOT checked: for notes that
// this process signed, or to say what an untrusted note claims.
absl::StatusOr<Checkpoint> ReadCheckpointUnverified(absl::string_view note);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_CHECKPOINT_H_
