#include "audit/note.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/ed25519.h"
#include "audit/note_format.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

// InvalidArgument if two of them have one name and ID.
absl::Status CheckDistinctVerifiers(absl::Span<const Verifier> verifiers) {
  std::vector<const NoteKey*> keys;
  for (const Verifier& verifier : verifiers) {
    keys.push_back(&verifier.note_key());
  }
  return CheckDistinct(keys);
}

}  // namespace

Signer::Signer(NoteKey public_half, SigningKey key)
    : public_(std::move(public_half)),
      vkey_(FormatVkey(public_)),
      key_(std::move(key)) {}

absl::StatusOr<Signer> Signer::Create(absl::string_view name,
                                      const KeySeed& seed) {
  ASSIGN_OR_RETURN(SigningKey key, SigningKey::Create(seed));
  ASSIGN_OR_RETURN(
      NoteKey public_half,
      MakeNoteKey(name, SignatureType::kEd25519, key.public_key()));
  return Signer(std::move(public_half), std::move(key));
}

absl::StatusOr<std::string> Signer::SignatureLine(
    absl::string_view text) const {
  RETURN_IF_ERROR(CheckNoteText(text));
  ASSIGN_OR_RETURN(const std::string signature, key_.Sign(text));
  return FormatSignatureLine(public_, signature);
}

Verifier::Verifier(NoteKey public_half, PublicKey key)
    : public_(std::move(public_half)), key_(std::move(key)) {}

absl::StatusOr<Verifier> Verifier::Parse(absl::string_view vkey) {
  ASSIGN_OR_RETURN(NoteKey public_half,
                   ParseVkey(vkey, SignatureType::kEd25519));
  ASSIGN_OR_RETURN(PublicKey key, PublicKey::Create(public_half.public_key));
  return Verifier(std::move(public_half), std::move(key));
}

bool Verifier::Verify(absl::string_view text,
                      absl::string_view signature) const {
  return key_.Verify(text, signature);
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
  RETURN_IF_ERROR(CheckDistinctVerifiers(verifiers));
  ASSIGN_OR_RETURN(const SplitNote split, ParseNote(note));
  OpenedNote opened;
  std::vector<const Verifier*> seen;
  for (const SignatureLine& line : split.signatures) {
    const auto verifier = std::find_if(
        verifiers.begin(), verifiers.end(),
        [&](const Verifier& v) { return IsOf(line, v.note_key()); });
    if (verifier == verifiers.end()) continue;
    if (!verifier->Verify(split.text, line.signature)) {
      return absl::DataLossError(
          absl::StrCat("the signature of ", line.name,
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
