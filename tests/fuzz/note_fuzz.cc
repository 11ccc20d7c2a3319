// Signed notes, checkpoints and public keys.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

const audit::Signer& TheSigner() {
  static const auto* const signer = new audit::Signer(
      audit::Signer::Create("log.example/reviews", audit::KeySeed{7}).value());
  return *signer;
}

// Nobody else has the key: whatever opens is one of the texts that it signed.
void CheckNoForgery(absl::string_view note) {
  static const audit::Verifier verifier =
      audit::Verifier::Parse(TheSigner().vkey()).value();
  const auto opened = audit::OpenNote(note, {verifier});
  CheckPromised(opened.status(), {kInvalid, absl::StatusCode::kDataLoss,
                                  absl::StatusCode::kUnauthenticated});
  if (!opened.ok()) return;
  FuzzCheck(opened->signers == std::vector<std::string>{verifier.name()},
            "the signer of an opened note is the one that was asked for");
  FuzzCheck(absl::StartsWith(note, absl::StrCat(opened->text, "\n")),
            "the text of an opened note is what the note begins with");
  const std::string line = TheSigner().SignatureLine(opened->text).value();
  FuzzCheck(absl::StrContains(note, line),
            "an opened note holds the signature of its text (Ed25519 signs a "
            "text in one way)");
}

void CheckCheckpoint(absl::string_view text) {
  const auto parsed = audit::ParseCheckpoint(text);
  CheckPromised(parsed.status(), {kInvalid});
  if (!parsed.ok()) return;
  const auto formatted = audit::FormatCheckpoint(*parsed);
  FuzzCheck(formatted.ok(), "a checkpoint that was read can be written");
  FuzzCheck(absl::StartsWith(text, *formatted),
            "a checkpoint has one form, which extension lines may follow");
}

void CheckRoundTrip(absl::string_view text) {
  const auto note = audit::SignNote(text, TheSigner());
  CheckPromised(note.status(), {kInvalid});
  if (!note.ok()) return;
  const auto opened = audit::OpenNote(
      *note, {audit::Verifier::Parse(TheSigner().vkey()).value()});
  FuzzCheck(opened.ok() && opened->text == text,
            "a text that can be signed is opened again");
}

void CheckKey(absl::string_view vkey) {
  const auto verifier = audit::Verifier::Parse(vkey);
  CheckPromised(verifier.status(), {kInvalid});
  if (!verifier.ok()) return;
  FuzzCheck(audit::CheckKeyName(verifier->name()).ok() &&
                absl::StartsWith(vkey, absl::StrCat(verifier->name(), "+")),
            "a key that was read has a name that keys may have");
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::testing;  // NOLINT
  const absl::string_view text = AsText(data, size);
  CheckNoForgery(text);
  CheckCheckpoint(text);
  CheckRoundTrip(text);
  CheckKey(text);
  const auto unverified = tidemark::audit::ReadCheckpointUnverified(text);
  CheckPromised(unverified.status(), {kInvalid});
  return 0;
}
