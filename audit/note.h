// Signed notes with Ed25519 keys, as specified by C2SP signed-note v1.0.0.
//
//   note = text || "\n" || one or more "— <name> <base64(key ID ||
//   signature)>\n"
//
// where text is UTF-8, ends in "\n", holds no other control character, and is
// the message that is signed. A key ID is the first four bytes of
// SHA-256(name || 0x0A || 0x01 || public key).
#ifndef TIDEMARK_AUDIT_NOTE_H_
#define TIDEMARK_AUDIT_NOTE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

struct evp_md_ctx_st;  // EVP_MD_CTX of OpenSSL.
struct evp_pkey_st;    // EVP_PKEY of OpenSSL.

namespace tidemark::audit {

// A longer note, or one with more signatures, is refused.
inline constexpr int kMaxNoteBytes = 1 << 20;
inline constexpr int kMaxNoteSignatures = 100;

// The Ed25519 private key (RFC 8032 §5.1.5). Keep it out of logs.
using KeySeed = std::array<uint8_t, 32>;
using KeyId = std::array<uint8_t, 4>;

// A fresh key from the operating system's random numbers; Internal if there
// are none.
absl::StatusOr<KeySeed> GenerateKeySeed();

// OK if `name` may name a key: UTF-8, not empty, at most 1024 bytes, without
// Unicode spaces, control characters or "+".
absl::Status CheckKeyName(absl::string_view name);

// Signs under one name with one key. Movable; const methods are thread-safe.
class Signer {
 public:
  // InvalidArgument if `name` fails CheckKeyName.
  static absl::StatusOr<Signer> Create(absl::string_view name,
                                       const KeySeed& seed);

  const std::string& name() const { return name_; }
  const KeyId& key_id() const { return key_id_; }

  // The public half, to be published: "<name>+<hex key ID>+<base64(0x01 ||
  // public key)>".
  const std::string& vkey() const { return vkey_; }

  // The signature line of `text`, with its newline.
  absl::StatusOr<std::string> SignatureLine(absl::string_view text) const;

 private:
  Signer() = default;
  std::string name_;
  KeyId key_id_ = {};
  std::string vkey_;
  // Ready to sign; each signature is made with a copy. To make one ready costs
  // as much as the signature.
  std::shared_ptr<const evp_md_ctx_st> context_;
};

// Knows one public key. Copyable; const methods are thread-safe.
class Verifier {
 public:
  // InvalidArgument if `vkey` is not the vkey of an Ed25519 key with its ID, or
  // the key is one of low order or not canonical (RFC 8032 §5.1.3, §8).
  static absl::StatusOr<Verifier> Parse(absl::string_view vkey);

  const std::string& name() const { return name_; }
  const KeyId& key_id() const { return key_id_; }

  // Whether `signature` (64 bytes) is this key's of `text`.
  bool Verify(absl::string_view text, absl::string_view signature) const;

 private:
  Verifier() = default;
  std::string name_;
  KeyId key_id_ = {};
  std::shared_ptr<evp_pkey_st> key_;
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
