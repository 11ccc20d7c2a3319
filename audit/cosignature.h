// Cosignatures of witnesses: C2SP tlog-cosignature, Ed25519 ("cosignature/v1").
//
// A witness signs "cosignature/v1\ntime <T>\n" and the whole text of a
// checkpoint, T in Unix seconds: at T this was the largest tree that it had
// seen of this log, and it extended every one before. The line of the note
// holds T, 8 bytes big-endian, and the Ed25519 signature; the key has type
// 0x04.
#ifndef TIDEMARK_AUDIT_COSIGNATURE_H_
#define TIDEMARK_AUDIT_COSIGNATURE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/ed25519.h"
#include "audit/note_format.h"

namespace tidemark::audit {

// Cosigns as one witness. Copyable; const methods are thread-safe.
class Cosigner {
 public:
  // InvalidArgument if `name` fails CheckKeyName. The name is not signed: never
  // use a key under two names.
  static absl::StatusOr<Cosigner> Create(absl::string_view name,
                                         const KeySeed& seed);

  const std::string& name() const { return public_.name; }
  // The public half, to be published.
  const std::string& vkey() const { return vkey_; }

  // The signature line of a checkpoint's text, with its newline.
  // InvalidArgument unless the time is > 0.
  absl::StatusOr<std::string> CosignatureLine(absl::string_view text,
                                              int64_t unix_seconds) const;

 private:
  Cosigner(NoteKey public_half, SigningKey key);
  NoteKey public_;
  std::string vkey_;
  SigningKey key_;
};

// Knows the public key of one witness. Copyable; const methods are thread-safe.
class WitnessKey {
 public:
  // InvalidArgument if `vkey` is not that of a witness.
  static absl::StatusOr<WitnessKey> Parse(absl::string_view vkey);

  const std::string& name() const { return public_.name; }
  const NoteKey& note_key() const { return public_; }
  std::string vkey() const { return FormatVkey(public_); }

  // When it cosigned `text`, in Unix seconds, by what follows the key ID in its
  // line. DataLoss: it did not.
  absl::StatusOr<int64_t> Verify(absl::string_view text,
                                 absl::string_view signature) const;

 private:
  WitnessKey(NoteKey public_half, PublicKey key);
  NoteKey public_;
  PublicKey key_;
};

// InvalidArgument, naming both, if two of them are one witness: have one public
// key, under whatever names.
absl::Status CheckDistinctWitnesses(absl::Span<const WitnessKey> witnesses);

struct Cosignature {
  // Index of the witness.
  size_t witness = 0;
  int64_t unix_seconds = 0;
};

struct CosignedNote {
  std::string text;
  // At most one of each witness, its latest; in the order of the witnesses.
  std::vector<Cosignature> cosignatures;
};

// Which of these witnesses cosigned the note; maybe none. Signatures of other
// keys, the log's own too, are ignored: who cosigned a checkpoint vouches for
// it. InvalidArgument: not a note, or CheckDistinctWitnesses fails. DataLoss: a
// cosignature of one of them is bad.
absl::StatusOr<CosignedNote> OpenCosignedNote(
    absl::string_view note, absl::Span<const WitnessKey> witnesses);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_COSIGNATURE_H_
