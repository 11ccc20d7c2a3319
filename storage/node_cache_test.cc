#include "storage/node_cache.h"

#include <cstdint>
#include <optional>

#include "audit/sha256.h"
#include "gtest/gtest.h"

namespace tidemark::storage {
namespace {

constexpr int kLevel = NodeCache::kLeastLevel;

TEST(NodeCacheTest, FindsWhatWasInserted) {
  NodeCache cache;
  const audit::Digest hash = audit::Sha256("a node");
  cache.Insert("knees", kLevel, 3, hash);
  EXPECT_EQ(cache.Find("knees", kLevel, 3), hash);
  EXPECT_EQ(cache.Find("knees", kLevel, 4), std::nullopt);
  EXPECT_EQ(cache.Find("knees", kLevel + 1, 3), std::nullopt);
  EXPECT_EQ(cache.Find("knee", kLevel, 3), std::nullopt);
}

TEST(NodeCacheTest, LeavesTheManyLowerNodesToTheStore) {
  NodeCache cache;
  cache.Insert("knees", kLevel - 1, 3, audit::Sha256("a node"));
  EXPECT_EQ(cache.Find("knees", kLevel - 1, 3), std::nullopt);
}

TEST(NodeCacheTest, BeginsAnewWhenItIsFull) {
  NodeCache cache;
  const audit::Digest hash = audit::Sha256("a node");
  const auto most = static_cast<int64_t>(NodeCache::kMostNodes);
  for (int64_t i = 0; i < most; ++i) cache.Insert("knees", kLevel, i, hash);
  EXPECT_EQ(cache.Find("knees", kLevel, 0), hash);
  cache.Insert("knees", kLevel, most, hash);
  EXPECT_EQ(cache.Find("knees", kLevel, 0), std::nullopt);
  EXPECT_EQ(cache.Find("knees", kLevel, most), hash);
}

}  // namespace
}  // namespace tidemark::storage
