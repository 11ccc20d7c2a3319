// A tree as files of a fixed size: C2SP tlog-tiles.
//
// A tile holds up to 256 neighbouring hashes of one level; tile level l is tree
// level 8 l. A full tile never changes. An entry bundle holds the leaves under
// a tile of level 0. All functions are thread-safe.
#ifndef TIDEMARK_AUDIT_TILES_H_
#define TIDEMARK_AUDIT_TILES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/merkle.h"
#include "audit/sha256.h"

namespace tidemark::audit {

// Hashes of a full tile.
inline constexpr int kTileWidth = 256;
// Of a tree of fewer than 2^63 leaves.
inline constexpr int kTileLevels = 8;

struct Tile {
  int level = 0;
  int64_t index = 0;
  // Hashes, 1 to kTileWidth; fewer than that: the tile is partial.
  int width = kTileWidth;
};

inline bool operator==(const Tile& a, const Tile& b) {
  return a.level == b.level && a.index == b.index && a.width == b.width;
}

// `tile/1/x001/234.p/17`: the index in groups of three digits.
std::string TilePath(const Tile& tile);
// Of the leaves under a tile of level 0: `tile/entries/x001/234.p/17`.
std::string EntryBundlePath(const Tile& tile);

// The tiles of the tree of `size` leaves, >= 0, in the order in which
// TileWriter hands them out. None is empty. O(size / 256).
std::vector<Tile> TilesOf(int64_t size);

// The partial tiles among them, by level. O(log size).
std::vector<Tile> PartialTilesOf(int64_t size);

// The bytes of a tile: its hashes one after another.
std::string TileBytes(absl::Span<const Digest> hashes);
// The inverse. InvalidArgument unless `bytes` has the length of `tile`.
absl::StatusOr<std::vector<Digest>> ParseTile(const Tile& tile,
                                              absl::string_view bytes);

// Appends a leaf to the bytes of an entry bundle: u16 length, then the leaf,
// which has at most 65,535 bytes (kMaxLeafBytes).
void AppendToBundle(absl::string_view leaf, std::string& bundle);
// Takes the next leaf off an entry bundle. InvalidArgument: it ends within one.
absl::StatusOr<absl::string_view> TakeFromBundle(absl::string_view& bundle);

// Makes tiles of leaf hashes, one after another. Holds at most 255 hashes of
// each level. Thread-compatible.
class TileWriter {
 public:
  using Sink = absl::FunctionRef<absl::Status(const Tile& tile,
                                              absl::string_view bytes)>;
  using Reader =
      absl::FunctionRef<absl::StatusOr<std::string>(const Tile& tile)>;

  // Of the empty tree.
  TileWriter() = default;

  // Goes on from `size` leaves, whose partial tiles `read` gives. Its errors
  // are passed on; InvalidArgument: a tile has another length. Compare Root().
  static absl::StatusOr<TileWriter> Load(int64_t size, Reader read);

  // Appends a leaf. Hands each tile that it fills to `full`, level 0 first;
  // ends with its first error.
  absl::Status Append(const Digest& leaf_hash, Sink full);

  // Hands out the partial tiles, level 0 first.
  absl::Status Partials(Sink partial) const;

  int64_t size() const { return size_; }
  // Of all leaves, as Frontier::Root. O(256 log size).
  Digest Root() const;

 private:
  int64_t size_ = 0;
  // By level, the hashes of its partial tile.
  std::vector<std::vector<Digest>> partial_;
};

// Perfect nodes of the tree of `size` leaves, read out of its tiles. `read`
// gives the bytes of a tile; its errors are passed on.
class TileNodes {
 public:
  using Source = std::function<absl::StatusOr<std::string>(const Tile& tile)>;
  TileNodes(int64_t size, Source read) : size_(size), read_(std::move(read)) {}

  // A NodeReader. InvalidArgument: the tree has no such node, or a tile another
  // length.
  absl::StatusOr<Digest> Node(int level, int64_t index) const;

 private:
  const int64_t size_;
  const Source read_;
};

}  // namespace tidemark::audit

#endif  // TIDEMARK_AUDIT_TILES_H_
