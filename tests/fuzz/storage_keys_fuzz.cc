// Keys of the store: read as they were written, and in the order of their
// parts.
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "storage/keys.h"
#include "tests/fuzz/byte_source.h"
#include "tests/fuzz/fuzz_check.h"

namespace tidemark::testing {
namespace {

using storage::KeyReader;
using storage::KeyWriter;

// Of every key of the store, some parts of this, in this order.
struct Parts {
  std::string first;
  std::string second;
  int64_t number = 0;
};

bool operator<(const Parts& a, const Parts& b) {
  return std::tie(a.first, a.second, a.number) <
         std::tie(b.first, b.second, b.number);
}

Parts ReadParts(ByteSource& source) {
  Parts parts;
  parts.first = std::string(source.String());
  parts.second = std::string(source.String());
  parts.number = source.Int() & INT64_MAX;
  return parts;
}

bool MayBeKey(const Parts& parts) {
  const absl::Status first = storage::CheckId("review", parts.first);
  const absl::Status second = storage::CheckId("trial", parts.second);
  CheckPromised(first, {absl::StatusCode::kInvalidArgument});
  CheckPromised(second, {absl::StatusCode::kInvalidArgument});
  return first.ok() && second.ok();
}

std::string KeyOf(const Parts& parts) {
  return storage::VersionKey(parts.first, parts.second, parts.number);
}

void CheckOrder(const Parts& a, const Parts& b) {
  FuzzCheck((a < b) == (KeyOf(a) < KeyOf(b)),
            "keys are in the order of their parts");
  const std::string prefix = KeyWriter().String(a.first).Take();
  const std::string key = KeyOf(b);
  FuzzCheck((a.first == b.first) ==
                (prefix <= key && key < storage::PrefixEnd(prefix)),
            "the keys of one review are those below its prefix");
}

void CheckRoundTrip(absl::string_view bytes) {
  KeyReader reader(bytes);
  Parts parts;
  uint8_t level = 0;
  if (reader.String(&parts.first) && reader.Byte(&level) &&
      reader.Int(&parts.number) && reader.AtEnd()) {
    FuzzCheck(storage::MerkleKey(parts.first, level, parts.number) == bytes,
              "a key is read as it was written");
  }
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::testing;  // NOLINT
  const absl::string_view bytes = AsText(data, size);
  CheckRoundTrip(bytes);
  ByteSource source(bytes);
  const Parts a = ReadParts(source);
  const Parts b = ReadParts(source);
  if (MayBeKey(a) && MayBeKey(b)) CheckOrder(a, b);
  return 0;
}
