// The slots that an anchor file consists of; docs/formats.md gives the bytes.
//
// Record n owns the slots 2n and 2n + 1, and its generation g is in slot
// 2n + g % 2. Record 0 says how many others there are.
#ifndef TIDEMARK_STORAGE_ANCHOR_SLOT_H_
#define TIDEMARK_STORAGE_ANCHOR_SLOT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::storage {

// A disk sector, so that a torn write of one slot leaves the other alone.
inline constexpr int64_t kAnchorSlotBytes = 4096;
// What a slot has room for.
inline constexpr int64_t kMaxAnchorPayloadBytes = 4096 - 8 - 8 - 8 - 4 - 32;

struct AnchorSlot {
  int64_t record = 0;
  int64_t generation = 0;
  std::string payload;
};

// kAnchorSlotBytes. InvalidArgument if the payload is too long.
absl::StatusOr<std::string> EncodeAnchorSlot(const AnchorSlot& slot);

// The newer good slot of `record` in the bytes of a file; nothing if both are
// torn, damaged or missing.
std::optional<AnchorSlot> NewestAnchorSlot(absl::string_view file,
                                           int64_t record);

// Where in the file the slot belongs.
int64_t AnchorSlotOffset(const AnchorSlot& slot);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_ANCHOR_SLOT_H_
