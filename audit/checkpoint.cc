#include "audit/checkpoint.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/base64.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

absl::Status Malformed(absl::string_view rule, absl::string_view value) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a checkpoint: ", rule, ", but it is \"",
                   absl::Utf8SafeCEscape(value.substr(0, 200)), "\""));
}

// Decimal digits without leading zeros. SimpleAtoi alone takes " +1".
bool ParseSize(absl::string_view text, int64_t* size) {
  return !text.empty() && absl::ascii_isdigit(text[0]) &&
         (text == "0" || text[0] != '0') && absl::SimpleAtoi(text, size) &&
         absl::StrCat(*size) == text;
}

// RFC 6962, 2.1: every tree extends the empty one, so that no proof would show
// another root of it to be wrong.
bool IsOfNoTree(const Checkpoint& checkpoint) {
  return checkpoint.size == 0 && checkpoint.root != Sha256("");
}

}  // namespace

absl::StatusOr<std::string> FormatCheckpoint(const Checkpoint& checkpoint) {
  RETURN_IF_ERROR(CheckKeyName(checkpoint.origin));
  if (checkpoint.size < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a log cannot have ", checkpoint.size, " leaves"));
  }
  if (IsOfNoTree(checkpoint)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the root of the empty tree is SHA-256 of nothing, not ",
                     ToHex(checkpoint.root)));
  }
  return absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                      absl::Base64Escape(AsBytes(checkpoint.root)), "\n");
}

absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text) {
  ASSIGN_OR_RETURN(const Checkpoint checkpoint, ParseCheckpointOfAnyRoot(text));
  if (IsOfNoTree(checkpoint)) {
    return Malformed("the root of the empty tree is SHA-256 of nothing",
                     ToHex(checkpoint.root));
  }
  return checkpoint;
}

absl::StatusOr<Checkpoint> ParseCheckpointOfAnyRoot(absl::string_view text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() < 4 || !lines.back().empty()) {
    return Malformed("it has three lines, each with a newline", text);
  }
  Checkpoint checkpoint;
  if (!CheckKeyName(lines[0]).ok()) {
    return Malformed("the first line is the name of the log", lines[0]);
  }
  checkpoint.origin = std::string(lines[0]);
  if (!ParseSize(lines[1], &checkpoint.size)) {
    return Malformed("the second line is the size without leading zeros",
                     lines[1]);
  }
  std::string root;
  if (!DecodeBase64(lines[2], &root) || root.size() != checkpoint.root.size()) {
    return Malformed("the third line is 32 bytes in base64", lines[2]);
  }
  ASSIGN_OR_RETURN(checkpoint.root, DigestFromBytes(root));
  for (size_t i = 3; i + 1 < lines.size(); ++i) {
    if (lines[i].empty()) return Malformed("no line may be empty", text);
  }
  return checkpoint;
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           const Signer& signer) {
  ASSIGN_OR_RETURN(const std::string text, FormatCheckpoint(checkpoint));
  return SignNote(text, signer);
}

absl::StatusOr<Checkpoint> OpenCheckpoint(absl::string_view note,
                                          const Verifier& verifier,
                                          absl::string_view origin) {
  ASSIGN_OR_RETURN(const OpenedNote opened,
                   OpenNote(note, absl::MakeConstSpan(&verifier, 1)));
  ASSIGN_OR_RETURN(Checkpoint checkpoint, ParseCheckpoint(opened.text));
  if (checkpoint.origin != origin) {
    return absl::InvalidArgumentError(
        absl::StrCat("a checkpoint of the log ", checkpoint.origin,
                     " instead of the log ", origin));
  }
  return checkpoint;
}

absl::StatusOr<Checkpoint> ReadCheckpointUnverified(absl::string_view note) {
  const size_t separator = note.rfind("\n\n");
  if (separator == absl::string_view::npos) {
    return Malformed("a note has an empty line after its text", note);
  }
  return ParseCheckpoint(note.substr(0, separator + 1));
}

}  // namespace tidemark::audit
