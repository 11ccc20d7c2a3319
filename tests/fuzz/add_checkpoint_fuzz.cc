// Requests to a witness, and its answers.
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/fuzz/fuzz_check.h"
#include "witness/add_checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::testing;  // NOLINT
  using namespace tidemark::witness;  // NOLINT
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const absl::string_view text = AsText(data, size);
  const auto request = ParseAddCheckpoint(text);
  CheckPromised(request.status(), {kInvalid});
  if (request.ok()) {
    FuzzCheck(FormatAddCheckpoint(*request) == text, "a request has one form");
    FuzzCheck(request->proof.size() <= kMaxProofLines, "a proof is bounded");
  }
  const auto held = ParseSizeBody(text);
  CheckPromised(held.status(), {kInvalid});
  if (held.ok()) {
    FuzzCheck(*held >= 0 && absl::StrCat(*held, "\n") == text,
              "a size has one form");
  }
  return 0;
}
