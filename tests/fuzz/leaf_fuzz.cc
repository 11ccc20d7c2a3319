// Leaves: every leaf has exactly one encoding.
#include "absl/status/status.h"
#include "audit/leaf.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  const absl::string_view bytes = AsText(data, size);
  const absl::StatusOr<audit::Leaf> leaf = audit::DecodeLeaf(bytes);
  CheckPromised(leaf.status(), {absl::StatusCode::kInvalidArgument});
  if (!leaf.ok()) return 0;
  const absl::StatusOr<std::string> encoded = audit::EncodeLeaf(*leaf);
  FuzzCheck(encoded.ok(), "a leaf that was decoded can be encoded");
  FuzzCheck(*encoded == bytes, "a leaf has one encoding");
  return 0;
}
