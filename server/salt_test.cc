#include "server/salt.h"

#include <set>
#include <string>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"

namespace tidemark::server {
namespace {

TEST(RandomSaltTest, Is32FreshBytes) {
  std::set<std::string> salts;
  for (int i = 0; i < 100; ++i) {
    ASSERT_OK_AND_ASSIGN(const std::string salt, RandomSalt());
    EXPECT_EQ(salt.size(), 32);
    EXPECT_TRUE(salts.insert(salt).second);
  }
}

}  // namespace
}  // namespace tidemark::server
