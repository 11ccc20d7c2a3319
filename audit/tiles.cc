#include "audit/tiles.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/big_endian.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "base/status_macros.h"

namespace tidemark::audit {
namespace {

constexpr size_t kHashBytes = sizeof(Digest);
// Tree levels of a tile level: 2^8 hashes.
constexpr int kTileBits = 8;
// Of an entry in its bundle.
constexpr int kLengthBytes = 2;

// Hashes of tile level `level` in the tree of `size` leaves.
int64_t HashesAt(int level, int64_t size) {
  return size >> (kTileBits * level);
}

std::string Path(absl::string_view kind, const Tile& tile) {
  std::string number = absl::StrFormat("%03d", tile.index % 1000);
  for (int64_t rest = tile.index / 1000; rest > 0; rest /= 1000) {
    number = absl::StrFormat("x%03d/%s", rest % 1000, number);
  }
  return absl::StrCat(
      "tile/", kind, "/", number,
      tile.width < kTileWidth ? absl::StrCat(".p/", tile.width) : "");
}

// The root of 2^k neighbouring perfect subtrees.
Digest PerfectRoot(absl::Span<const Digest> hashes) {
  if (hashes.size() == 1) return hashes.front();
  const size_t half = hashes.size() / 2;
  return NodeHash(PerfectRoot(hashes.first(half)),
                  PerfectRoot(hashes.subspan(half)));
}

}  // namespace

std::string TilePath(const Tile& tile) {
  return Path(absl::StrCat(tile.level), tile);
}

std::string EntryBundlePath(const Tile& tile) { return Path("entries", tile); }

std::vector<Tile> TilesOf(int64_t size) {
  std::vector<Tile> tiles;
  for (int64_t i = 1; i <= size / kTileWidth; ++i) {
    int64_t filled = i;
    for (int level = 0;; ++level, filled /= kTileWidth) {
      tiles.push_back({level, filled - 1});
      if (filled % kTileWidth != 0) break;
    }
  }
  const std::vector<Tile> partial = PartialTilesOf(size);
  tiles.insert(tiles.end(), partial.begin(), partial.end());
  return tiles;
}

std::vector<Tile> PartialTilesOf(int64_t size) {
  std::vector<Tile> tiles;
  for (int level = 0; level < kTileLevels; ++level) {
    const int64_t hashes = HashesAt(level, size);
    const auto width = static_cast<int>(hashes % kTileWidth);
    if (width > 0) tiles.push_back({level, hashes / kTileWidth, width});
  }
  return tiles;
}

std::string TileBytes(absl::Span<const Digest> hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * kHashBytes);
  for (const Digest& hash : hashes) absl::StrAppend(&bytes, AsBytes(hash));
  return bytes;
}

absl::StatusOr<std::vector<Digest>> ParseTile(const Tile& tile,
                                              absl::string_view bytes) {
  const size_t expected = static_cast<size_t>(tile.width) * kHashBytes;
  if (bytes.size() != expected) {
    return absl::InvalidArgumentError(
        absl::StrCat(TilePath(tile), ": ", tile.width, " hashes have ",
                     expected, " bytes, found ", bytes.size()));
  }
  std::vector<Digest> hashes;
  for (; !bytes.empty(); bytes.remove_prefix(kHashBytes)) {
    ASSIGN_OR_RETURN(hashes.emplace_back(),
                     DigestFromBytes(bytes.substr(0, kHashBytes)));
  }
  return hashes;
}

void AppendToBundle(absl::string_view leaf, std::string& bundle) {
  AppendBigEndian(leaf.size(), kLengthBytes, &bundle);
  bundle.append(leaf.data(), leaf.size());
}

absl::StatusOr<absl::string_view> TakeFromBundle(absl::string_view& bundle) {
  uint64_t length = 0;
  if (!ConsumeBigEndian(&bundle, kLengthBytes, &length) ||
      bundle.size() < length) {
    return absl::InvalidArgumentError("the entry bundle ends within an entry");
  }
  const absl::string_view leaf = bundle.substr(0, length);
  bundle.remove_prefix(length);
  return leaf;
}

absl::StatusOr<TileWriter> TileWriter::Load(int64_t size, Reader read) {
  TileWriter writer;
  writer.size_ = size;
  for (const Tile& tile : PartialTilesOf(size)) {
    ASSIGN_OR_RETURN(const std::string bytes, read(tile));
    writer.partial_.resize(static_cast<size_t>(tile.level) + 1);
    ASSIGN_OR_RETURN(writer.partial_.back(), ParseTile(tile, bytes));
  }
  return writer;
}

absl::Status TileWriter::Append(const Digest& leaf_hash, Sink full) {
  ++size_;
  Digest hash = leaf_hash;
  for (int level = 0;; ++level) {
    const auto at = static_cast<size_t>(level);
    if (partial_.size() <= at) partial_.emplace_back();
    partial_[at].push_back(hash);
    if (partial_[at].size() < kTileWidth) return absl::OkStatus();
    const std::vector<Digest> hashes = std::exchange(partial_[at], {});
    RETURN_IF_ERROR(full({level, HashesAt(level, size_) / kTileWidth - 1},
                         TileBytes(hashes)));
    hash = PerfectRoot(hashes);
  }
}

absl::Status TileWriter::Partials(Sink partial) const {
  for (const Tile& tile : PartialTilesOf(size_)) {
    RETURN_IF_ERROR(
        partial(tile, TileBytes(partial_[static_cast<size_t>(tile.level)])));
  }
  return absl::OkStatus();
}

Digest TileWriter::Root() const {
  // Right to left: the largest perfect subtrees, of each level in turn.
  bool is_empty = true;
  Digest root = EmptyRoot();
  for (const std::vector<Digest>& level : partial_) {
    absl::Span<const Digest> rest = level;
    for (size_t width = 1; !rest.empty(); width *= 2) {
      if ((rest.size() & width) == 0) continue;
      const Digest subtree = PerfectRoot(rest.last(width));
      rest.remove_suffix(width);
      root = is_empty ? subtree : NodeHash(subtree, root);
      is_empty = false;
    }
  }
  return root;
}

absl::StatusOr<Digest> TileNodes::Node(int level, int64_t index) const {
  const int tile_level = level / kTileBits;
  const int64_t hashes = HashesAt(tile_level, size_);
  const int64_t count = int64_t{1} << (level % kTileBits);
  if (index < 0 || index >= (hashes >> (level % kTileBits))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a tree of ", size_, " leaves has no node ", level, "/", index));
  }
  const int64_t first = index * count;
  Tile tile = {tile_level, first / kTileWidth};
  if (tile.index == hashes / kTileWidth) {
    tile.width = static_cast<int>(hashes % kTileWidth);
  }
  ASSIGN_OR_RETURN(const std::string bytes, read_(tile));
  ASSIGN_OR_RETURN(const std::vector<Digest> in_tile, ParseTile(tile, bytes));
  return PerfectRoot(absl::MakeConstSpan(in_tile).subspan(
      static_cast<size_t>(first % kTileWidth), static_cast<size_t>(count)));
}

}  // namespace tidemark::audit
