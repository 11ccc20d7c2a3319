// The form of signed notes and of their keys, as specified by C2SP signed-note
// v1.0.0, whoever signs and whatever the signature means.
//
//   note = text || "\n" || one or more "— <name> <base64(key ID ||
//   signature)>\n"
//
// where text is UTF-8, ends in "\n", and holds no other control character. A
// key ID is the first four bytes of SHA-256(name || 0x0A || type || public
// key). All functions are thread-safe.
#ifndef TIDEMARK_AUDIT_NOTE_FORMAT_H_
#define TIDEMARK_AUDIT_NOTE_FORMAT_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::audit {

// A longer note, or one with more signatures, is refused.
inline constexpr int kMaxNoteBytes = 1 << 20;
inline constexpr int kMaxNoteSignatures = 100;

using KeyId = std::array<uint8_t, 4>;

// What a key signs.
enum class SignatureType : char {
  kEd25519 = 0x01,      // the text
  kCosignature = 0x04,  // a time and the text (audit/cosignature.h)
};

// OK if `name` may name a key: UTF-8, not empty, at most 1024 bytes, without
// Unicode spaces, control characters or "+".
absl::Status CheckKeyName(absl::string_view name);

// OK if it may be the text of a note; else InvalidArgument.
absl::Status CheckNoteText(absl::string_view text);

// The public half of an Ed25519 key with its name.
struct NoteKey {
  std::string name;
  SignatureType type = SignatureType::kEd25519;
  std::string public_key;
  KeyId id = {};
};

// InvalidArgument if `name` fails CheckKeyName.
absl::StatusOr<NoteKey> MakeNoteKey(absl::string_view name, SignatureType type,
                                    absl::string_view public_key);

// "<name>+<hex key ID>+<base64(type || public key)>", and the inverse.
// InvalidArgument if `vkey` is not that of an Ed25519 key of this type with its
// ID.
std::string FormatVkey(const NoteKey& key);
absl::StatusOr<NoteKey> ParseVkey(absl::string_view vkey, SignatureType type);

// "— <name> <base64(key ID || signature)>\n".
std::string FormatSignatureLine(const NoteKey& key,
                                absl::string_view signature);

struct SignatureLine {
  absl::string_view name;
  KeyId id = {};
  std::string signature;
};

// Whether it claims to be of this key.
bool IsOf(const SignatureLine& line, const NoteKey& key);

// A note taken apart; it must outlive this.
struct SplitNote {
  absl::string_view text;
  std::vector<SignatureLine> signatures;
};

// InvalidArgument: not a note, or too large. Checks no signature.
absl::StatusOr<SplitNote> ParseNote(absl::string_view note);

// InvalidArgument if two of the keys have one name and ID.
absl::Status CheckDistinct(absl::Span<const NoteKey* const> keys);

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_NOTE_FORMAT_H_
