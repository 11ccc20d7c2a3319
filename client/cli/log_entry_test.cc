#include "client/cli/log_entry.h"

#include <string>

#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/log.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::LogEntry Entry() {
  v1::LogEntry entry;
  entry.set_sequence(4);
  entry.set_actor("ada");
  entry.set_action("trials.submit");
  entry.set_resource("trials/a");
  entry.set_version_after(1);
  entry.set_reason("first extraction");
  return entry;
}

TEST(LogEntryTest, CauseSaysWhatOnWhatByWhomAndWhy) {
  EXPECT_EQ(CauseOf(Entry()),
            "trials.submit trials/a by ada: first extraction");
}

TEST(LogEntryTest, LongListsAreCutShortForPeopleOnly) {
  v1::LogEntry entry = Entry();
  entry.set_resource("trials/a,trials/b,trials/c,trials/d");
  const Table table = {"", LogColumns(), {LogCells(entry)}};
  EXPECT_THAT(CauseOf(entry), HasSubstr("trials/a, trials/b and 2 more"));
  EXPECT_THAT(AsTable(table, false), Not(HasSubstr("trials/d")));
  EXPECT_THAT(AsPlainRows(table), HasSubstr("trials/d"));
}

TEST(LogEntryTest, VersionsAreReadable) {
  v1::LogEntry entry = Entry();
  EXPECT_THAT(AsTable({"", LogColumns(), {LogCells(entry)}}, false),
              HasSubstr("new"));
  entry.set_version_before(1);
  entry.set_version_after(2);
  EXPECT_THAT(AsTable({"", LogColumns(), {LogCells(entry)}}, false),
              HasSubstr("1 -> 2"));
}

}  // namespace
}  // namespace tidemark::cli
