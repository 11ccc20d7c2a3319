#include "server/refusal_tally.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "review/system_events.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::server {
namespace {

v1::RefusedCall Call(const std::string& actor,
                     const std::string& message = "no") {
  v1::RefusedCall call;
  call.set_method("/m");
  call.set_actor(actor);
  call.set_peer("ipv4:127.0.0.1");
  call.set_code("PERMISSION_DENIED");
  call.set_message(message);
  return call;
}

TEST(RefusalTallyTest, TheSameCallsAreCountedTogether) {
  RefusalTally tally;
  EXPECT_TRUE(tally.empty());
  for (const char* actor : {"ann", "bob", "ann", "ann"}) tally.Add(Call(actor));
  EXPECT_FALSE(tally.empty());
  const v1::CallsRefused refused = tally.Take();
  ASSERT_EQ(refused.calls_size(), 2);
  EXPECT_EQ(refused.calls(0).actor(), "ann");
  EXPECT_EQ(refused.calls(0).count(), 3);
  EXPECT_EQ(refused.calls(0).method(), "/m");
  EXPECT_EQ(refused.calls(0).peer(), "ipv4:127.0.0.1");
  EXPECT_EQ(refused.calls(0).code(), "PERMISSION_DENIED");
  EXPECT_EQ(refused.calls(0).message(), "no");
  EXPECT_EQ(refused.calls(1).actor(), "bob");
  EXPECT_EQ(refused.calls(1).count(), 1);
  EXPECT_EQ(refused.others(), 0);
  EXPECT_TRUE(tally.empty());
}

TEST(RefusalTallyTest, BeyondItsRoomCallsAreOnlyCounted) {
  RefusalTally tally;
  for (int i = 0; i < 2 * review::kMostRefusedCalls; ++i) {
    tally.Add(Call(absl::StrCat("actor-", i)));
  }
  tally.Add(Call("actor-0"));
  const v1::CallsRefused refused = tally.Take();
  EXPECT_EQ(refused.calls_size(), review::kMostRefusedCalls);
  EXPECT_EQ(refused.others(), review::kMostRefusedCalls);
  EXPECT_EQ(refused.calls(0).count(), 2);
  tally.Add(Call("ann"));
  EXPECT_EQ(tally.Take().others(), 0);
}

TEST(RefusalTallyTest, WhatCallersChooseIsShortAndValidUtf8) {
  RefusalTally tally;
  tally.Add(Call(std::string(100000, '\xFF'), std::string(100000, 'm')));
  tally.Add(Call("a\xC3(b", "\xC3\xA9"));
  const v1::CallsRefused refused = tally.Take();
  ASSERT_EQ(refused.calls_size(), 2);
  EXPECT_EQ(refused.calls(0).actor(), "a\xEF\xBF\xBD(b");
  EXPECT_EQ(refused.calls(0).message(), "\xC3\xA9");
  EXPECT_TRUE(IsUtf8(refused.calls(1).actor()));
  EXPECT_LE(refused.calls(1).actor().size(), 210);
  EXPECT_LE(refused.calls(1).message().size(), 510);
}

}  // namespace
}  // namespace tidemark::server
