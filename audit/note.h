// Signed notes with Ed25519 keys, as specified by C2SP signed-note v1.0.0: the
// text is the message that is signed. audit/note_format.h has the form.
#ifndef TIDEMARK_AUDIT_NOTE_H_
#define TIDEMARK_AUDIT_NOTE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/ed25519.h"
#include "audit/note_format.h"

namespace tidemark::audit {

// Signs under one name with one key. Movable; const methods are thread-safe.
class Signer {
 public:
  // InvalidArgument if `name` fails CheckKeyName.
  static absl::StatusOr<Signer> Create(absl::string_view name,
                                       const KeySeed& seed);

  const std::string& name() const { return public_.name; }
  const KeyId& key_id() const { return public_.id; }

  // The public half, to be published: "<name>+<hex key ID>+<base64(0x01 ||
  // public key)>".
  const std::string& vkey() const { return vkey_; }

  // The signature line of `text`, with its newline.
  absl::StatusOr<std::string> SignatureLine(absl::string_view text) const;

 private:
  Signer(NoteKey public_half, SigningKey key);
  NoteKey public_;
  std::string vkey_;
  SigningKey key_;
};

// Knows one public key. Copyable; const methods are thread-safe.
class Verifier {
 public:
  // InvalidArgument if `vkey` is not the vkey of an Ed25519 key with its ID, or
  // the key is one of low order or not canonical (RFC 8032 §5.1.3, §8).
  static absl::StatusOr<Verifier> Parse(absl::string_view vkey);

  const std::string& name() const { return public_.name; }
  const KeyId& key_id() const { return public_.id; }
  const NoteKey& note_key() const { return public_; }

  // Whether `signature` (64 bytes) is this key's of `text`.
  bool Verify(absl::string_view text, absl::string_view signature) const;

 private:
  Verifier(NoteKey public_half, PublicKey key);
  NoteKey public_;
  PublicKey key_;
};

// The note of `text` with one signature. InvalidArgument if `text` is not the
// text of a note.
absl::StatusOr<std::string> SignNote(absl::string_view text,
                                     const Signer& signer);

struct OpenedNote {
  std::string text;
  // Those of the verifiers whose signature is there and good, by name, in the
  // note's order. Never empty.
  std::vector<std::string> signers;
};

// The text of `note` if at least one of `verifiers` signed it. Signatures of
// other keys are ignored. InvalidArgument: not a note, or two verifiers share
// name and ID. DataLoss: a verifier's own signature is bad. Unauthenticated:
// none of the verifiers signed.
absl::StatusOr<OpenedNote> OpenNote(absl::string_view note,
                                    absl::Span<const Verifier> verifiers);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_NOTE_H_
