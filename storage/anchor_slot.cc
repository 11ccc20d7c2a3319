#include "storage/anchor_slot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "audit/big_endian.h"
#include "audit/sha256.h"
#include "storage/keys.h"

namespace tidemark::storage {
namespace {

constexpr absl::string_view kMagic = "TMANCHR1";
constexpr int kLengthBytes = 4;
constexpr size_t kHashedBytes =
    kAnchorSlotBytes - std::tuple_size<audit::Digest>::value;

std::optional<AnchorSlot> DecodeSlot(absl::string_view bytes) {
  const absl::string_view hashed = bytes.substr(0, kHashedBytes);
  if (bytes.size() != kAnchorSlotBytes || !absl::StartsWith(hashed, kMagic) ||
      audit::AsBytes(audit::Sha256(hashed)) != bytes.substr(kHashedBytes)) {
    return std::nullopt;
  }
  absl::string_view rest = hashed.substr(kMagic.size());
  uint64_t record = 0;
  uint64_t generation = 0;
  uint64_t length = 0;
  audit::ConsumeBigEndian(&rest, sizeof(record), &record);
  audit::ConsumeBigEndian(&rest, sizeof(generation), &generation);
  audit::ConsumeBigEndian(&rest, kLengthBytes, &length);
  // After the last generation that fits there would be no next one.
  if (length > rest.size() || generation >= INT64_MAX) return std::nullopt;
  return AnchorSlot{static_cast<int64_t>(record),
                    static_cast<int64_t>(generation),
                    std::string(rest.substr(0, length))};
}

}  // namespace

absl::StatusOr<std::string> EncodeAnchorSlot(const AnchorSlot& slot) {
  if (slot.payload.size() > static_cast<size_t>(kMaxAnchorPayloadBytes)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a slot of the anchor holds ", kMaxAnchorPayloadBytes, " bytes, not ",
        slot.payload.size(), ": shorten the name of the review or of its log"));
  }
  std::string bytes(kMagic);
  bytes.reserve(kAnchorSlotBytes);
  bytes += KeyWriter().Int(slot.record).Int(slot.generation).Take();
  audit::AppendBigEndian(slot.payload.size(), kLengthBytes, &bytes);
  bytes += slot.payload;
  bytes.resize(kHashedBytes, '\0');
  const audit::Digest digest = audit::Sha256(bytes);
  bytes.append(digest.begin(), digest.end());
  return bytes;
}

std::optional<AnchorSlot> NewestAnchorSlot(absl::string_view file,
                                           int64_t record) {
  std::optional<AnchorSlot> newest;
  for (int64_t slot = 2 * record; slot < 2 * record + 2; ++slot) {
    const auto offset = static_cast<size_t>(slot * kAnchorSlotBytes);
    if (offset >= file.size()) break;
    std::optional<AnchorSlot> decoded =
        DecodeSlot(file.substr(offset, kAnchorSlotBytes));
    if (!decoded.has_value() || decoded->record != record ||
        decoded->generation % 2 != slot % 2) {
      continue;
    }
    if (!newest.has_value() || newest->generation < decoded->generation) {
      newest = std::move(decoded);
    }
  }
  return newest;
}

int64_t AnchorSlotOffset(const AnchorSlot& slot) {
  return (2 * slot.record + slot.generation % 2) * kAnchorSlotBytes;
}

}  // namespace tidemark::storage
