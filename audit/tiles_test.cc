#include "audit/tiles.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/big_endian.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "audit/testing/vectors.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace tidemark::audit {
namespace {

using testing::StatusIs;

// Of the leaves that `large_roots` are of.
Digest NumberedLeaf(int64_t index) {
  std::string leaf;
  AppendBigEndian(static_cast<uint64_t>(index), 8, &leaf);
  return LeafHash(leaf);
}

// A directory of tiles in memory.
struct Directory {
  std::map<std::string, std::string> files;
  std::vector<Tile> written;

  absl::Status Write(const Tile& tile, absl::string_view bytes) {
    written.push_back(tile);
    files[TilePath(tile)] = std::string(bytes);
    return absl::OkStatus();
  }
  absl::StatusOr<std::string> Read(const Tile& tile) const {
    const auto file = files.find(TilePath(tile));
    if (file == files.end()) return absl::NotFoundError(TilePath(tile));
    return file->second;
  }
};

void Append(int64_t to, TileWriter& writer, Directory& directory) {
  while (writer.size() < to) {
    ASSERT_OK(writer.Append(NumberedLeaf(writer.size()),
                            [&](const Tile& tile, absl::string_view bytes) {
                              return directory.Write(tile, bytes);
                            }));
  }
}

void WritePartials(const TileWriter& writer, Directory& directory) {
  ASSERT_OK(writer.Partials([&](const Tile& tile, absl::string_view bytes) {
    return directory.Write(tile, bytes);
  }));
}

Directory TilesOfNumbers(int64_t size) {
  Directory directory;
  TileWriter writer;
  Append(size, writer, directory);
  WritePartials(writer, directory);
  return directory;
}

TEST(TilePathTest, EqualsTheVectors) {
  const nlohmann::json& paths = MerkleVectors()["tiles"]["paths"];
  EXPECT_EQ(TilePath({0, 1234067}), paths["L0 N1234067"]);
  EXPECT_EQ(TilePath({0, 273, 112}), paths["L0 N273 W112"]);
  EXPECT_EQ(TilePath({1, 0}), paths["L1 N0"]);
  EXPECT_EQ(TilePath({1, 1, 17}), paths["L1 N1 W17"]);
  EXPECT_EQ(TilePath({2, 0, 1}), paths["L2 N0 W1"]);
  EXPECT_EQ(EntryBundlePath({0, 0, 3}), paths["entries N0 W3"]);
}

TEST(TilesOfTest, TreesOfTheVectorsHaveTheirTiles) {
  EXPECT_TRUE(TilesOf(0).empty());
  EXPECT_EQ(TilesOf(1), (std::vector<Tile>{{0, 0, 1}}));
  EXPECT_EQ(TilesOf(256), (std::vector<Tile>{{0, 0}, {1, 0, 1}}));
  EXPECT_EQ(TilesOf(257), (std::vector<Tile>{{0, 0}, {0, 1, 1}, {1, 0, 1}}));
  const std::vector<Tile> tiles = TilesOf(70000);
  EXPECT_EQ(tiles.size(), 273 + 1 + 1 + 1 + 1);
  EXPECT_EQ(tiles[255], (Tile{0, 255}));
  EXPECT_EQ(tiles[256], (Tile{1, 0}));
  EXPECT_EQ(PartialTilesOf(70000),
            (std::vector<Tile>{{0, 273, 112}, {1, 1, 17}, {2, 0, 1}}));
}

TEST(TileWriterTest, TilesOfSeventyThousandLeavesEqualTheVectors) {
  const nlohmann::json& vectors = MerkleVectors()["tiles"];
  const Directory directory = TilesOfNumbers(70000);
  EXPECT_EQ(directory.written, TilesOf(70000));
  const auto digest = [&](const std::string& path) {
    return ToHex(Sha256(directory.files.at(path)));
  };
  EXPECT_EQ(
      digest("tile/0/000"),
      vectors["sha256_of_tile_0_000 (8192 bytes, large_roots leaf rule)"]);
  EXPECT_EQ(digest("tile/0/273.p/112"), vectors["sha256_of_tile_0_273.p_112"]);
  EXPECT_EQ(digest("tile/1/000"), vectors["sha256_of_tile_1_000"]);
  EXPECT_EQ(digest("tile/1/001.p/17"), vectors["sha256_of_tile_1_001.p_17"]);
  EXPECT_EQ(directory.files.at("tile/2/000.p/1"),
            Unhex(vectors["tile_2_000.p_1_hex"]));
}

TEST(TileWriterTest, RootsEqualTheVectors) {
  const nlohmann::json& roots = MerkleVectors()["large_roots"]["roots"];
  TileWriter writer;
  Directory directory;
  EXPECT_EQ(writer.Root(), EmptyRoot());
  for (const int64_t size : {1, 2, 3, 255, 256, 257, 511, 512, 513, 70000}) {
    Append(size, writer, directory);
    EXPECT_EQ(writer.Root(), DigestOf(roots[std::to_string(size)])) << size;
  }
}

TEST(TileWriterTest, GoesOnFromThePartialTilesOfAnySize) {
  for (const int64_t size : {0, 1, 255, 256, 257, 65535, 65536, 66000}) {
    const Directory before = TilesOfNumbers(size);
    ASSERT_OK_AND_ASSIGN(TileWriter writer,
                         TileWriter::Load(size, [&](const Tile& tile) {
                           return before.Read(tile);
                         }));
    Directory after = before;
    Append(66100, writer, after);
    WritePartials(writer, after);
    const Directory expected = TilesOfNumbers(66100);
    for (const auto& [path, bytes] : expected.files) {
      EXPECT_EQ(after.files[path], bytes) << size << " " << path;
    }
  }
}

TEST(TileWriterTest, RefusesTilesOfAnotherLength) {
  EXPECT_THAT(
      TileWriter::Load(3, [](const Tile&) { return std::string(95, 'x'); })
          .status(),
      StatusIs(absl::StatusCode::kInvalidArgument,
               "tile/0/000.p/3: 3 hashes have 96 bytes, found 95"));
}

TEST(TileNodesTest, ProofsReadOffTilesVerify) {
  constexpr int64_t kSize = 66100;
  const Directory directory = TilesOfNumbers(kSize);
  const TileNodes nodes(kSize,
                        [&](const Tile& tile) { return directory.Read(tile); });
  const auto node = [&](int level, int64_t index) {
    return nodes.Node(level, index);
  };
  ASSERT_OK_AND_ASSIGN(const Digest root, RootAt(kSize, node));
  for (const int64_t index : {0, 255, 256, 65535, 65536, 66099}) {
    ASSERT_OK_AND_ASSIGN(const std::vector<Digest> proof,
                         InclusionProof(index, kSize, node));
    EXPECT_OK(VerifyInclusion(NumberedLeaf(index), index, kSize, proof, root));
  }
  EXPECT_THAT(nodes.Node(0, kSize).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "a tree of 66100 leaves has no node 0/66100"));
  EXPECT_THAT(nodes.Node(16, 1).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "a tree of 66100 leaves has no node 16/1"));
}

TEST(EntryBundleTest, EqualsTheVector) {
  const nlohmann::json& vector = MerkleVectors()["entry_bundle"];
  std::string bundle;
  for (const nlohmann::json& entry : vector["entries_hex"]) {
    AppendToBundle(Unhex(entry), bundle);
  }
  EXPECT_EQ(bundle, Unhex(vector["bundle_hex"]));
  absl::string_view rest = bundle;
  for (const nlohmann::json& entry : vector["entries_hex"]) {
    ASSERT_OK_AND_ASSIGN(const absl::string_view leaf, TakeFromBundle(rest));
    EXPECT_EQ(leaf, Unhex(entry));
  }
  EXPECT_TRUE(rest.empty());
}

TEST(EntryBundleTest, RefusesOneThatEndsWithinAnEntry) {
  for (const absl::string_view cut : {"", "a", "\1\1", "\1\1a"}) {
    absl::string_view rest = cut;
    EXPECT_THAT(TakeFromBundle(rest).status(),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         "the entry bundle ends within an entry"));
  }
}

}  // namespace
}  // namespace tidemark::audit
