#include "client/cli/state_directory.h"

#include <cstdlib>

#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

TEST(StateDirectoryTest, FollowsTheEnvironment) {
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(StateDirectory(), "/state/tidemark");
  EXPECT_EQ(KnownLogsDirectory(), "/state/tidemark/logs");
  unsetenv("XDG_STATE_HOME");
  setenv("HOME", "/home/ada", 1);
  EXPECT_EQ(StateDirectory(), "/home/ada/.local/state/tidemark");
  unsetenv("HOME");
  EXPECT_EQ(StateDirectory(), "");
  EXPECT_EQ(KnownLogsDirectory(), "");
}

}  // namespace
}  // namespace tidemark::cli
