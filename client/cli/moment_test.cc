#include "client/cli/moment.h"

#include "base/testing/status_matchers.h"
#include "client/cli/exit_code.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

TEST(MomentTest, ParsesSequencesTimesDatesAndReleases) {
  ASSERT_OK_AND_ASSIGN(const v1::AsOf now, ParseAsOf(""));
  EXPECT_EQ(now.moment_case(), v1::AsOf::MOMENT_NOT_SET);
  ASSERT_OK_AND_ASSIGN(const v1::AsOf sequence, ParseAsOf("41"));
  EXPECT_EQ(sequence.sequence(), 41);
  ASSERT_OK_AND_ASSIGN(const v1::AsOf time,
                       ParseAsOf("2026-02-01T12:00:00.5Z"));
  EXPECT_EQ(ShownTime(time.time()), "2026-02-01T12:00:00Z");
  EXPECT_EQ(time.time().nanos(), 500000000);
  ASSERT_OK_AND_ASSIGN(const v1::AsOf date, ParseAsOf("2026-02-01"));
  EXPECT_EQ(ShownTime(date.time()), "2026-02-01T00:00:00Z");
  ASSERT_OK_AND_ASSIGN(const v1::AsOf release, ParseAsOf("tag:2026.2"));
  EXPECT_EQ(release.release(), "2026.2");
}

TEST(MomentTest, RefusesOthersAsUsage) {
  for (const char* text :
       {"0", "-3", "tag:", "2026.2", "yesterday", "2026-13-01",
        "infinite-future", "10000-01-01", "0000-12-31"}) {
    EXPECT_EQ(ExitCodeOf(ParseAsOf(text).status()), ExitCode::kUsage) << text;
  }
}

}  // namespace
}  // namespace tidemark::cli
