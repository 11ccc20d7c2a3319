#include "client/request_id.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::client {
namespace {

TEST(RequestIdTest, IsAVersion4Uuid) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(NewRequestId(),
                ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-"
                                        "[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  }
}

TEST(RequestIdTest, DiffersEachTime) {
  EXPECT_NE(NewRequestId(), NewRequestId());
}

}  // namespace
}  // namespace tidemark::client
