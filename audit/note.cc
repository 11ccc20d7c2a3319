#include "audit/note.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "audit/base64.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "base/utf8.h"

namespace tidemark::audit {
namespace {

constexpr char kEd25519Type = 0x01;
constexpr size_t kPublicKeyBytes = 32;
constexpr size_t kSignatureBytes = 64;
constexpr size_t kMaxNameBytes = 1024;
constexpr absl::string_view kSignaturePrefix = "\u2014 ";

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

const uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

std::shared_ptr<EVP_PKEY> Share(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

bool IsUnicodeSpace(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

KeyId ComputeKeyId(absl::string_view name, absl::string_view typed_key) {
  const Digest digest =
      Sha256Hasher().Update(name).Update("\n").Update(typed_key).Finish();
  KeyId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

// The y of the points whose order divides 8, little-endian in hexadecimal:
// signatures that verify with them take no private key.
constexpr absl::string_view kLowOrder[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

// y >= p = 2^255 - 19, which encodes the point of y - p once more.
bool IsNotCanonical(absl::string_view y) {
  return static_cast<uint8_t>(y.front()) >= 0xED && y.back() == '\x7F' &&
         y.find_first_not_of('\xFF', 1) == kPublicKeyBytes - 1;
}

// OpenSSL takes these.
bool IsWeak(absl::string_view public_key) {
  std::string y(public_key);
  y.back() = static_cast<char>(y.back() & 0x7F);
  return IsNotCanonical(y) ||
         std::find(std::begin(kLowOrder), std::end(kLowOrder),
                   absl::BytesToHexString(y)) != std::end(kLowOrder);
}

absl::string_view AsBytes(const KeyId& id) {
  return absl::string_view(reinterpret_cast<const char*>(id.data()), id.size());
}

// UTF-8 lines, each ended by "\n".
absl::Status CheckText(absl::string_view text) {
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

struct SignatureLine {
  absl::string_view name;
  std::string key_id;
  std::string signature;
};

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
  parsed.key_id = blob.substr(0, sizeof(KeyId));
  parsed.signature = blob.substr(sizeof(KeyId));
  return parsed;
}

struct SplitNote {
  absl::string_view text;
  std::vector<absl::string_view> lines;
};

// Separates the text from the signature lines at the last empty line.
absl::StatusOr<SplitNote> Split(absl::string_view note) {
  if (note.size() > kMaxNoteBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a note has at most ", kMaxNoteBytes, " bytes, this ", note.size()));
  }
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
  split.lines = absl::StrSplit(signatures, '\n');
  if (split.lines.size() > kMaxNoteSignatures) {
    return absl::InvalidArgumentError(
        absl::StrCat("a note has at most ", kMaxNoteSignatures,
                     " signatures, this ", split.lines.size()));
  }
  RETURN_IF_ERROR(CheckText(split.text));
  return split;
}

// The verifier of this name and ID; null if there is none, InvalidArgument if
// there are two.
absl::StatusOr<const Verifier*> FindVerifier(
    const SignatureLine& line, absl::Span<const Verifier> verifiers) {
  const Verifier* found = nullptr;
  for (const Verifier& verifier : verifiers) {
    if (verifier.name() != line.name ||
        AsBytes(verifier.key_id()) != line.key_id) {
      continue;
    }
    if (found != nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat("two verifiers have the name ", line.name,
                       " and the ID ", absl::BytesToHexString(line.key_id)));
    }
    found = &verifier;
  }
  return found;
}

}  // namespace

absl::StatusOr<KeySeed> GenerateKeySeed() {
  KeySeed seed;
  if (RAND_priv_bytes(seed.data(), seed.size()) != 1) {
    return absl::InternalError("OpenSSL has no random numbers for a key");
  }
  return seed;
}

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

absl::StatusOr<Signer> Signer::Create(absl::string_view name,
                                      const KeySeed& seed) {
  RETURN_IF_ERROR(CheckKeyName(name));
  Signer signer;
  signer.name_ = std::string(name);
  const std::shared_ptr<EVP_PKEY> key = Share(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  Context context(EVP_MD_CTX_new());
  std::string typed_key(1 + kPublicKeyBytes, kEd25519Type);
  size_t length = kPublicKeyBytes;
  if (key == nullptr || context == nullptr ||
      EVP_PKEY_get_raw_public_key(
          key.get(), reinterpret_cast<uint8_t*>(&typed_key[1]), &length) != 1 ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) !=
          1) {
    return absl::InternalError("OpenSSL cannot make an Ed25519 key");
  }
  signer.context_ = std::move(context);
  signer.key_id_ = ComputeKeyId(name, typed_key);
  signer.vkey_ =
      absl::StrCat(name, "+", absl::BytesToHexString(AsBytes(signer.key_id_)),
                   "+", absl::Base64Escape(typed_key));
  return signer;
}

absl::StatusOr<std::string> Signer::SignatureLine(
    absl::string_view text) const {
  RETURN_IF_ERROR(CheckText(text));
  std::string blob(AsBytes(key_id_));
  blob.resize(sizeof(KeyId) + kSignatureBytes);
  size_t length = kSignatureBytes;
  const Context context(EVP_MD_CTX_new());
  if (context == nullptr ||
      EVP_MD_CTX_copy_ex(context.get(), context_.get()) != 1 ||
      EVP_DigestSign(context.get(),
                     reinterpret_cast<uint8_t*>(&blob[sizeof(KeyId)]), &length,
                     Bytes(text), text.size()) != 1) {
    return absl::InternalError(
        absl::StrCat("OpenSSL cannot sign with the key ", name_));
  }
  return absl::StrCat(kSignaturePrefix, name_, " ", absl::Base64Escape(blob),
                      "\n");
}

absl::StatusOr<Verifier> Verifier::Parse(absl::string_view vkey) {
  // The name holds no "+", but base64 may.
  const std::vector<absl::string_view> parts =
      absl::StrSplit(vkey, absl::MaxSplits('+', 2));
  std::string typed_key;
  if (parts.size() != 3 || !CheckKeyName(parts[0]).ok() ||
      !DecodeBase64(parts[2], &typed_key) ||
      typed_key.size() != 1 + kPublicKeyBytes || typed_key[0] != kEd25519Type) {
    return absl::InvalidArgumentError(
        absl::StrCat("not the verifier key of an Ed25519 signer "
                     "(<name>+<ID>+<base64 of 0x01 and the key>): \"",
                     absl::Utf8SafeCEscape(vkey.substr(0, 200)), "\""));
  }
  Verifier verifier;
  verifier.name_ = std::string(parts[0]);
  verifier.key_id_ = ComputeKeyId(verifier.name_, typed_key);
  const std::string id = absl::BytesToHexString(AsBytes(verifier.key_id_));
  if (parts[1] != id) {
    return absl::InvalidArgumentError(
        absl::StrCat("the verifier key ", absl::Utf8SafeCEscape(vkey),
                     " was mistyped: its ID should be ", id));
  }
  if (IsWeak(absl::string_view(typed_key).substr(1))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the verifier key ", absl::Utf8SafeCEscape(vkey),
        " is of low order or not canonical: anybody can sign for it"));
  }
  verifier.key_ = Share(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, Bytes(typed_key) + 1, kPublicKeyBytes));
  if (verifier.key_ == nullptr) {
    return absl::InternalError("OpenSSL cannot load an Ed25519 public key");
  }
  return verifier;
}

bool Verifier::Verify(absl::string_view text,
                      absl::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  return signature.size() == kSignatureBytes && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                              key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(),
                          Bytes(text), text.size()) == 1;
}

absl::StatusOr<std::string> SignNote(absl::string_view text,
                                     const Signer& signer) {
  ASSIGN_OR_RETURN(const std::string line, signer.SignatureLine(text));
  std::string note = absl::StrCat(text, "\n", line);
  if (note.size() > kMaxNoteBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a note has at most ", kMaxNoteBytes, " bytes, this ", note.size()));
  }
  return note;
}

absl::StatusOr<OpenedNote> OpenNote(absl::string_view note,
                                    absl::Span<const Verifier> verifiers) {
  ASSIGN_OR_RETURN(const SplitNote split, Split(note));
  OpenedNote opened;
  std::vector<const Verifier*> seen;
  for (const absl::string_view line : split.lines) {
    ASSIGN_OR_RETURN(const SignatureLine parsed, ParseSignatureLine(line));
    ASSIGN_OR_RETURN(const Verifier* const verifier,
                     FindVerifier(parsed, verifiers));
    if (verifier == nullptr) continue;
    if (!verifier->Verify(split.text, parsed.signature)) {
      return absl::DataLossError(
          absl::StrCat("the signature of ", parsed.name,
                       " is not of this note: it or the text was changed"));
    }
    if (std::find(seen.begin(), seen.end(), verifier) != seen.end()) continue;
    seen.push_back(verifier);
    opened.signers.push_back(verifier->name());
  }
  if (opened.signers.empty()) {
    return absl::UnauthenticatedError(
        "the note is signed by none of the keys that are trusted here");
  }
  opened.text = std::string(split.text);
  return opened;
}

}  // namespace tidemark::audit
