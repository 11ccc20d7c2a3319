#include "audit/tlog_proof.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/base64.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

constexpr absl::string_view kHeader = "c2sp.org/tlog-proof@v1";

// Of the largest leaf, proof and note, with room for the words.
constexpr size_t kMaxFileBytes =
    (kMaxLeafBytes + 2) / 3 * 4 + kMaxProofHashes * 45 + kMaxNoteBytes + 100;

absl::Status Malformed(absl::string_view rule, absl::string_view value) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a tlog-proof: ", rule, ", but there is \"",
                   absl::Utf8SafeCEscape(value.substr(0, 100)), "\""));
}

absl::Status CheckLimits(const TlogProof& proof) {
  const auto within = [](absl::string_view what, size_t found, size_t most) {
    if (found <= most) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat(
        "a tlog-proof has at most ", most, " ", what, ", this ", found));
  };
  RETURN_IF_ERROR(
      within("bytes in its leaf", proof.leaf.size(), kMaxLeafBytes));
  RETURN_IF_ERROR(within("hashes", proof.hashes.size(), kMaxProofHashes));
  RETURN_IF_ERROR(
      within("bytes in its note", proof.checkpoint.size(), kMaxNoteBytes));
  if (proof.index >= 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("no leaf has the index ", proof.index));
}

// Takes the next line, without its newline. False if there is no newline.
bool ConsumeLine(absl::string_view* rest, absl::string_view* line) {
  const size_t end = rest->find('\n');
  if (end == absl::string_view::npos) return false;
  *line = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  return true;
}

absl::Status ParseLeaf(absl::string_view line, TlogProof& proof) {
  absl::string_view value = line;
  if (absl::ConsumePrefix(&value, "extra ") &&
      DecodeBase64(value, &proof.leaf)) {
    return absl::OkStatus();
  }
  return Malformed("the second line is `extra` and the leaf in base64", line);
}

absl::Status ParseIndex(absl::string_view line, TlogProof& proof) {
  absl::string_view value = line;
  // SimpleAtoi alone takes " +1" and "01".
  if (absl::ConsumePrefix(&value, "index ") &&
      absl::SimpleAtoi(value, &proof.index) && proof.index >= 0 &&
      absl::StrCat(proof.index) == value) {
    return absl::OkStatus();
  }
  return Malformed(
      "the third line is `index` and a number without leading zeros", line);
}

}  // namespace

absl::StatusOr<std::string> FormatTlogProof(const TlogProof& proof) {
  RETURN_IF_ERROR(CheckLimits(proof));
  std::string text =
      absl::StrCat(kHeader, "\nextra ", absl::Base64Escape(proof.leaf),
                   "\nindex ", proof.index, "\n");
  for (const Digest& hash : proof.hashes) {
    absl::StrAppend(&text, absl::Base64Escape(AsBytes(hash)), "\n");
  }
  absl::StrAppend(&text, "\n", proof.checkpoint);
  return text;
}

absl::StatusOr<TlogProof> ParseTlogProof(absl::string_view text) {
  if (text.size() > kMaxFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a tlog-proof has at most ", kMaxFileBytes,
                     " bytes, this ", text.size()));
  }
  TlogProof proof;
  absl::string_view line;
  if (!ConsumeLine(&text, &line) || line != kHeader) {
    return Malformed(absl::StrCat("the first line is `", kHeader, "`"),
                     line.empty() ? text : line);
  }
  if (!ConsumeLine(&text, &line)) return Malformed("a line is cut off", text);
  RETURN_IF_ERROR(ParseLeaf(line, proof));
  if (!ConsumeLine(&text, &line)) return Malformed("a line is cut off", text);
  RETURN_IF_ERROR(ParseIndex(line, proof));
  while (true) {
    if (!ConsumeLine(&text, &line)) return Malformed("a line is cut off", text);
    if (line.empty()) break;
    std::string hash;
    if (!DecodeBase64(line, &hash) || hash.size() != sizeof(Digest)) {
      return Malformed("a hash is 32 bytes in base64", line);
    }
    ASSIGN_OR_RETURN(const Digest digest, DigestFromBytes(hash));
    proof.hashes.push_back(digest);
  }
  proof.checkpoint = std::string(text);
  RETURN_IF_ERROR(CheckLimits(proof));
  return proof;
}

absl::StatusOr<ProvenLeaf> VerifyTlogProof(const TlogProof& proof,
                                           const Verifier& key) {
  ProvenLeaf proven;
  ASSIGN_OR_RETURN(proven.leaf, DecodeLeaf(proof.leaf));
  if (proven.leaf.sequence - 1 != proof.index) {
    return absl::InvalidArgumentError(
        absl::StrCat("the leaf is of sequence ", proven.leaf.sequence,
                     ", but stands at index ", proof.index));
  }
  ASSIGN_OR_RETURN(proven.checkpoint,
                   OpenCheckpoint(proof.checkpoint, key, key.name()));
  RETURN_IF_ERROR(VerifyInclusion(LeafHash(proof.leaf), proof.index,
                                  proven.checkpoint.size, proof.hashes,
                                  proven.checkpoint.root));
  return proven;
}

}  // namespace tidemark::audit
