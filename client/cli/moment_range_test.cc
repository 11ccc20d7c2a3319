#include "client/cli/moment_range.h"

#include "client/cli/exit_code.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

TEST(ParseMomentRangeTest, SidesAreMomentsAndMayBeLeftOut) {
  const auto both = ParseMomentRange("41..2026-02-01");
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_EQ(both->from->sequence(), 41);
  EXPECT_TRUE(both->to.has_time());
  const auto until_now = ParseMomentRange("41..");
  ASSERT_TRUE(until_now.ok());
  EXPECT_EQ(until_now->to.moment_case(), v1::AsOf::MOMENT_NOT_SET);
  const auto from_the_start = ParseMomentRange("..57");
  ASSERT_TRUE(from_the_start.ok());
  EXPECT_FALSE(from_the_start->from.has_value());
  EXPECT_EQ(from_the_start->to.sequence(), 57);
  const auto releases = ParseMomentRange("tag:2026.1..tag:2026.2");
  ASSERT_TRUE(releases.ok());
  EXPECT_EQ(releases->from->release(), "2026.1");
  EXPECT_EQ(releases->to.release(), "2026.2");
}

TEST(ParseMomentRangeTest, AnythingElseIsTypedWrongly) {
  for (const char* text : {"", "41", "41-57", "41..-1", "41..57..60"}) {
    EXPECT_EQ(ExitCodeOf(ParseMomentRange(text).status()), ExitCode::kUsage)
        << text;
  }
}

}  // namespace
}  // namespace tidemark::cli
