// Proof files of entries.
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/note.h"
#include "audit/tlog_proof.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const absl::string_view text = AsText(data, size);
  const absl::StatusOr<audit::TlogProof> proof = audit::ParseTlogProof(text);
  CheckPromised(proof.status(), {kInvalid});
  if (!proof.ok()) return 0;
  const absl::StatusOr<std::string> formatted = audit::FormatTlogProof(*proof);
  FuzzCheck(formatted.ok() && *formatted == text, "a proof has one form");
  // Nobody has signed anything with this key.
  static const audit::Verifier key =
      audit::Verifier::Parse(
          audit::Signer::Create("log.example", audit::KeySeed{7})->vkey())
          .value();
  const auto proven = audit::VerifyTlogProof(*proof, key);
  FuzzCheck(!proven.ok(), "a proof needs the key's signature");
  CheckPromised(proven.status(), {kInvalid, absl::StatusCode::kUnauthenticated,
                                  absl::StatusCode::kDataLoss});
  return 0;
}
