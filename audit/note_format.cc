#include "audit/note_format.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "audit/base64.h"
#include "audit/ed25519.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "base/utf8.h"

namespace tidemark::audit {
namespace {

constexpr size_t kMaxNameBytes = 1024;
constexpr absl::string_view kSignaturePrefix = "\u2014 ";

bool IsUnicodeSpace(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

absl::string_view AsBytes(const KeyId& id) {
  return absl::string_view(reinterpret_cast<const char*>(id.data()), id.size());
}

std::string TypedKey(const NoteKey& key) {
  return absl::StrCat(std::string(1, static_cast<char>(key.type)),
                      key.public_key);
}

KeyId ComputeKeyId(const NoteKey& key) {
  const Digest digest = Sha256Hasher()
                            .Update(key.name)
                            .Update("\n")
                            .Update(TypedKey(key))
                            .Finish();
  KeyId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

// Whose the key would be, in an error.
absl::string_view OwnerOf(SignatureType type) {
  return type == SignatureType::kCosignature ? "a witness"
                                             : "an Ed25519 signer";
}

// Takes "— <name> <base64>" apart.
absl::StatusOr<SignatureLine> ParseSignatureLine(absl::string_view line) {
  SignatureLine parsed;
  std::string blob;
  absl::string_view rest = line;
  const bool has_prefix = absl::ConsumePrefix(&rest, kSignaturePrefix);
  const std::vector<absl::string_view> parts = absl::StrSplit(rest, ' ');
  if (!has_prefix || parts.size() != 2 || !CheckKeyName(parts[0]).ok() ||
      !DecodeBase64(parts[1], &blob) || blob.size() <= sizeof(KeyId)) {
    return absl::InvalidArgumentError(
        absl::StrCat("not a signature line of a note: \"",
                     absl::Utf8SafeCEscape(line.substr(0, 200)), "\""));
  }
  parsed.name = parts[0];
  std::copy_n(blob.begin(), parsed.id.size(), parsed.id.begin());
  parsed.signature = blob.substr(sizeof(KeyId));
  return parsed;
}

}  // namespace

absl::Status CheckKeyName(absl::string_view name) {
  bool valid = !name.empty() && name.size() <= kMaxNameBytes;
  absl::string_view rest = name;
  while (valid && !rest.empty()) {
    char32_t character = 0;
    valid = ConsumeUtf8(&rest, &character) && character >= 0x20 &&
            character != '+' && !IsUnicodeSpace(character);
  }
  if (valid) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "a key's name is UTF-8 of 1 to ", kMaxNameBytes,
      " bytes without spaces, control characters or \"+\"; this is \"",
      absl::Utf8SafeCEscape(name.substr(0, 200)), "\""));
}

absl::Status CheckNoteText(absl::string_view text) {
  if (text.empty() || text.back() != '\n') {
    return absl::InvalidArgumentError(
        "the text of a note must end in a newline");
  }
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<uint8_t>(c) < 0x20 && c != '\n';
  });
  if (control || !IsUtf8(text)) {
    return absl::InvalidArgumentError(
        "the text of a note must be UTF-8 without control characters");
  }
  return absl::OkStatus();
}

absl::StatusOr<NoteKey> MakeNoteKey(absl::string_view name, SignatureType type,
                                    absl::string_view public_key) {
  RETURN_IF_ERROR(CheckKeyName(name));
  NoteKey key;
  key.name = std::string(name);
  key.type = type;
  key.public_key = std::string(public_key);
  key.id = ComputeKeyId(key);
  return key;
}

std::string FormatVkey(const NoteKey& key) {
  return absl::StrCat(key.name, "+", absl::BytesToHexString(AsBytes(key.id)),
                      "+", absl::Base64Escape(TypedKey(key)));
}

absl::StatusOr<NoteKey> ParseVkey(absl::string_view vkey, SignatureType type) {
  // The name holds no "+", but base64 may.
  const std::vector<absl::string_view> parts =
      absl::StrSplit(vkey, absl::MaxSplits('+', 2));
  std::string typed_key;
  if (parts.size() != 3 || !CheckKeyName(parts[0]).ok() ||
      !DecodeBase64(parts[2], &typed_key) ||
      typed_key.size() != 1 + kPublicKeyBytes ||
      typed_key[0] != static_cast<char>(type)) {
    return absl::InvalidArgumentError(
        absl::StrCat("not the verifier key of ", OwnerOf(type),
                     " (<name>+<ID>+<base64 of 0x0", static_cast<int>(type),
                     " and the key>): \"",
                     absl::Utf8SafeCEscape(vkey.substr(0, 200)), "\""));
  }
  ASSIGN_OR_RETURN(
      NoteKey key,
      MakeNoteKey(parts[0], type, absl::string_view(typed_key).substr(1)));
  const std::string id = absl::BytesToHexString(AsBytes(key.id));
  if (parts[1] != id) {
    return absl::InvalidArgumentError(
        absl::StrCat("the verifier key ", absl::Utf8SafeCEscape(vkey),
                     " was mistyped: its ID should be ", id));
  }
  return key;
}

std::string FormatSignatureLine(const NoteKey& key,
                                absl::string_view signature) {
  return absl::StrCat(
      kSignaturePrefix, key.name, " ",
      absl::Base64Escape(absl::StrCat(AsBytes(key.id), signature)), "\n");
}

bool IsOf(const SignatureLine& line, const NoteKey& key) {
  return line.name == key.name && line.id == key.id;
}

absl::StatusOr<SplitNote> ParseNote(absl::string_view note) {
  if (note.size() > kMaxNoteBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a note has at most ", kMaxNoteBytes, " bytes, this ", note.size()));
  }
  // The last empty line: the text may hold others.
  const size_t separator = note.rfind("\n\n");
  if (separator == absl::string_view::npos || note.back() != '\n' ||
      separator + 2 == note.size()) {
    return absl::InvalidArgumentError(
        "not a signed note: no empty line with signature lines after it");
  }
  SplitNote split;
  split.text = note.substr(0, separator + 1);
  absl::string_view signatures = note.substr(separator + 2);
  signatures.remove_suffix(1);
  const std::vector<absl::string_view> lines = absl::StrSplit(signatures, '\n');
  if (lines.size() > kMaxNoteSignatures) {
    return absl::InvalidArgumentError(
        absl::StrCat("a note has at most ", kMaxNoteSignatures,
                     " signatures, this ", lines.size()));
  }
  RETURN_IF_ERROR(CheckNoteText(split.text));
  for (const absl::string_view line : lines) {
    ASSIGN_OR_RETURN(split.signatures.emplace_back(), ParseSignatureLine(line));
  }
  return split;
}

absl::Status CheckDistinct(absl::Span<const NoteKey* const> keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (keys[i]->name != keys[j]->name || keys[i]->id != keys[j]->id) {
        continue;
      }
      return absl::InvalidArgumentError(absl::StrCat(
          "two verifiers have the name ", keys[i]->name, " and the ID ",
          absl::BytesToHexString(AsBytes(keys[i]->id))));
    }
  }
  return absl::OkStatus();
}

}  // namespace tidemark::audit
