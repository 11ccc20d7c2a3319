#include "audit/cosignature.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/big_endian.h"
#include "audit/ed25519.h"
#include "audit/note_format.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

constexpr int kTimeBytes = 8;

std::string Message(absl::string_view text, int64_t unix_seconds) {
  return absl::StrCat("cosignature/v1\ntime ", unix_seconds, "\n", text);
}

}  // namespace

Cosigner::Cosigner(NoteKey public_half, SigningKey key)
    : public_(std::move(public_half)),
      vkey_(FormatVkey(public_)),
      key_(std::move(key)) {}

absl::StatusOr<Cosigner> Cosigner::Create(absl::string_view name,
                                          const KeySeed& seed) {
  ASSIGN_OR_RETURN(SigningKey key, SigningKey::Create(seed));
  ASSIGN_OR_RETURN(
      NoteKey public_half,
      MakeNoteKey(name, SignatureType::kCosignature, key.public_key()));
  return Cosigner(std::move(public_half), std::move(key));
}

absl::StatusOr<std::string> Cosigner::CosignatureLine(
    absl::string_view text, int64_t unix_seconds) const {
  RETURN_IF_ERROR(CheckNoteText(text));
  if (unix_seconds <= 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a cosignature says when it was made, after 1970; this would say ",
        unix_seconds));
  }
  std::string blob;
  AppendBigEndian(static_cast<uint64_t>(unix_seconds), kTimeBytes, &blob);
  ASSIGN_OR_RETURN(const std::string signature,
                   key_.Sign(Message(text, unix_seconds)));
  return FormatSignatureLine(public_, absl::StrCat(blob, signature));
}

WitnessKey::WitnessKey(NoteKey public_half, PublicKey key)
    : public_(std::move(public_half)), key_(std::move(key)) {}

absl::StatusOr<WitnessKey> WitnessKey::Parse(absl::string_view vkey) {
  ASSIGN_OR_RETURN(NoteKey public_half,
                   ParseVkey(vkey, SignatureType::kCosignature));
  ASSIGN_OR_RETURN(PublicKey key, PublicKey::Create(public_half.public_key));
  return WitnessKey(std::move(public_half), std::move(key));
}

absl::StatusOr<int64_t> WitnessKey::Verify(absl::string_view text,
                                           absl::string_view signature) const {
  uint64_t time = 0;
  if (!ConsumeBigEndian(&signature, kTimeBytes, &time) || time == 0 ||
      time > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) ||
      !key_.Verify(Message(text, static_cast<int64_t>(time)), signature)) {
    return absl::DataLossError(absl::StrCat(
        "the cosignature of ", name(),
        " is not of this checkpoint: it or the checkpoint was changed"));
  }
  return static_cast<int64_t>(time);
}

absl::Status CheckDistinctWitnesses(absl::Span<const WitnessKey> witnesses) {
  for (size_t i = 0; i < witnesses.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (witnesses[i].note_key().public_key !=
          witnesses[j].note_key().public_key) {
        continue;
      }
      return absl::InvalidArgumentError(
          absl::StrCat("the witnesses ", witnesses[j].name(), " and ",
                       witnesses[i].name(), " have one key: they are one"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<CosignedNote> OpenCosignedNote(
    absl::string_view note, absl::Span<const WitnessKey> witnesses) {
  RETURN_IF_ERROR(CheckDistinctWitnesses(witnesses));
  ASSIGN_OR_RETURN(const SplitNote split, ParseNote(note));
  CosignedNote opened;
  opened.text = std::string(split.text);
  for (size_t i = 0; i < witnesses.size(); ++i) {
    Cosignature latest = {i, 0};
    for (const SignatureLine& line : split.signatures) {
      if (!IsOf(line, witnesses[i].note_key())) continue;
      ASSIGN_OR_RETURN(const int64_t time,
                       witnesses[i].Verify(split.text, line.signature));
      latest.unix_seconds = std::max(latest.unix_seconds, time);
    }
    if (latest.unix_seconds > 0) opened.cosignatures.push_back(latest);
  }
  return opened;
}

}  // namespace tidemark::audit
