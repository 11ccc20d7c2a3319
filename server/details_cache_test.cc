#include "server/details_cache.h"

#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::server {
namespace {

using ::testing::IsNull;
using ::testing::Pointee;

DetailsKey KeyOf(int64_t sequence) {
  return {"knee", 1, 0, {{"pain", sequence}}, "details"};
}

TEST(DetailsCacheTest, EveryPartOfTheKeyCounts) {
  DetailsCache cache(10000);
  const DetailsKey key = KeyOf(3);
  cache.Insert(key, "estimate");
  EXPECT_THAT(cache.Find(key), Pointee(std::string("estimate")));
  DetailsKey other = key;
  other.review = "hip";
  EXPECT_THAT(cache.Find(other), IsNull());
  other = key;
  other.epoch = 2;
  EXPECT_THAT(cache.Find(other), IsNull());
  other = key;
  other.redaction = 7;
  EXPECT_THAT(cache.Find(other), IsNull());
  other = key;
  other.estimates[0].analysis = "function";
  EXPECT_THAT(cache.Find(other), IsNull());
  other = key;
  other.estimates[0].sequence = 4;
  EXPECT_THAT(cache.Find(other), IsNull());
  other = key;
  other.estimates.push_back({"harm", 3});
  EXPECT_THAT(cache.Find(other), IsNull());
  other = key;
  other.question = "others";
  EXPECT_THAT(cache.Find(other), IsNull());
}

TEST(DetailsCacheTest, WhatWasUsedLastStaysWithinTheBound) {
  const std::string estimate(1000, 'e');
  DetailsCache cache(3500);
  cache.Insert(KeyOf(1), estimate);
  cache.Insert(KeyOf(2), estimate);
  EXPECT_GT(cache.bytes(), 2000u);
  ASSERT_TRUE(cache.Find(KeyOf(1)) != nullptr);
  // No room for three: 2 was not used since 1 was.
  cache.Insert(KeyOf(3), estimate);
  EXPECT_LE(cache.bytes(), 3500u);
  EXPECT_THAT(cache.Find(KeyOf(1)), Pointee(estimate));
  EXPECT_THAT(cache.Find(KeyOf(2)), IsNull());
  EXPECT_THAT(cache.Find(KeyOf(3)), Pointee(estimate));
}

TEST(DetailsCacheTest, WhatIsTooLargeIsNotKeptAndPushesNothingOut) {
  DetailsCache cache(2000);
  cache.Insert(KeyOf(1), "small");
  cache.Insert(KeyOf(2), std::string(2000, 'e'));
  EXPECT_THAT(cache.Find(KeyOf(1)), Pointee(std::string("small")));
  EXPECT_THAT(cache.Find(KeyOf(2)), IsNull());
}

TEST(DetailsCacheTest, WhatAReaderHoldsOutlivesItsPlace) {
  DetailsCache cache(2500);
  cache.Insert(KeyOf(1), std::string(1000, 'e'));
  const auto held = cache.Find(KeyOf(1));
  cache.Insert(KeyOf(2), std::string(2000, 'f'));
  EXPECT_THAT(cache.Find(KeyOf(1)), IsNull());
  EXPECT_EQ(*held, std::string(1000, 'e'));
}

TEST(DetailsCacheTest, ThreadsFindTheirOwnOrNothing) {
  constexpr size_t kMostBytes = 20000;
  DetailsCache cache(kMostBytes);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) {
        const int64_t sequence = (i * 7 + t) % 50;
        const std::string estimate(500, static_cast<char>('A' + sequence));
        const auto found = cache.Find(KeyOf(sequence));
        if (found != nullptr) {
          EXPECT_EQ(*found, estimate);
        } else {
          cache.Insert(KeyOf(sequence), estimate);
        }
        EXPECT_LE(cache.bytes(), kMostBytes);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(cache.bytes(), kMostBytes / 2);
}

}  // namespace
}  // namespace tidemark::server
