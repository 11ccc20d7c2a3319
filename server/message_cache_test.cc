#include "server/message_cache.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/testing/status_matchers.h"
#include "grpcpp/support/slice.h"
#include "gtest/gtest.h"

namespace tidemark::server {
namespace {

SharedMessage MessageOf(size_t bytes) {
  const grpc::Slice slice(std::string(bytes, 'm'));
  return std::make_shared<const grpc::ByteBuffer>(&slice, 1);
}

// Room for some four messages.
class MessageCacheTest : public ::testing::Test {
 protected:
  static constexpr size_t kBytes = 10000;

  void Put(int64_t sequence) {
    EXPECT_OK(
        cache_.Get({sequence, -1, "f"}, [] { return MessageOf(kBytes); }));
  }
  bool Has(int64_t sequence) const {
    return cache_.Find({sequence, -1, "f"}).has_value();
  }

  MessageCache cache_{4 * kBytes + 4000};
};

TEST_F(MessageCacheTest, AllGetTheOneThatWasMade) {
  std::atomic<int> made = 0;
  std::vector<SharedMessage> got(8);
  std::vector<std::thread> threads;
  for (SharedMessage& message : got) {
    threads.emplace_back([&] {
      message = *cache_.Get({1, -1, "f"}, [&] {
        ++made;
        return MessageOf(kBytes);
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
  for (const SharedMessage& message : got) EXPECT_EQ(message, got[0]);
  EXPECT_EQ(*cache_.Find({1, -1, "f"}), got[0]);
}

TEST_F(MessageCacheTest, OneThatTakesLongHoldsUpNoOther) {
  std::future<void> other;
  EXPECT_OK(cache_.Get({1, -1, "f"}, [&] {
    other = std::async(std::launch::async, [this] { Put(2); });
    EXPECT_EQ(other.wait_for(std::chrono::seconds(10)),
              std::future_status::ready);
    return MessageOf(kBytes);
  }));
  EXPECT_TRUE(Has(1));
}

TEST_F(MessageCacheTest, WhoWaitsForOneThatFailsMakesIt) {
  std::future<void> waiting;
  EXPECT_FALSE(cache_
                   .Get({1, -1, "f"},
                        [&]() -> absl::StatusOr<SharedMessage> {
                          waiting = std::async(std::launch::async,
                                               [this] { Put(1); });
                          return absl::DataLossError("damaged");
                        })
                   .ok());
  waiting.get();
  EXPECT_TRUE(Has(1));
}

TEST_F(MessageCacheTest, KeepsFiltersItemsAndRedactionsApart) {
  const std::vector<MessageKey> keys = {
      {1, -1, "f"}, {1, -1, "g"}, {1, 0, "f"}, {2, -1, "f"}, {1, -1, "f", 2}};
  std::vector<SharedMessage> messages;
  for (const MessageKey& key : keys) {
    messages.push_back(*cache_.Get(key, [] { return MessageOf(1); }));
  }
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(*cache_.Find(keys[i]), messages[i]);
  }
}

TEST_F(MessageCacheTest, KeepsThatAnEntryIsHeldBack) {
  EXPECT_OK(cache_.Get({1, -1, "f"}, [] { return SharedMessage(); }));
  ASSERT_TRUE(cache_.Find({1, -1, "f"}).has_value());
  EXPECT_EQ(*cache_.Find({1, -1, "f"}), nullptr);
}

TEST_F(MessageCacheTest, TheLowestSequenceGoesFirst) {
  for (int64_t sequence = 10; sequence < 16; ++sequence) Put(sequence);
  EXPECT_FALSE(Has(10));
  EXPECT_FALSE(Has(11));
  for (int64_t sequence = 12; sequence < 16; ++sequence)
    EXPECT_TRUE(Has(sequence));
}

TEST_F(MessageCacheTest, ReadersOfOldEntriesTakeNoRoomFromTheHead) {
  for (int64_t sequence = 10; sequence < 14; ++sequence) Put(sequence);
  for (int64_t sequence = 1; sequence < 9; ++sequence) Put(sequence);
  for (int64_t sequence = 10; sequence < 14; ++sequence)
    EXPECT_TRUE(Has(sequence));
}

TEST_F(MessageCacheTest, AnErrorIsNotKept) {
  EXPECT_EQ(
      cache_.Get({1, -1, "f"}, [] { return absl::DataLossError("damaged"); })
          .status(),
      absl::DataLossError("damaged"));
  EXPECT_FALSE(Has(1));
}

}  // namespace
}  // namespace tidemark::server
