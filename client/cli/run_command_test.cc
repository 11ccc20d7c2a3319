#include "client/cli/run_command.h"

#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using ::tidemark::testing::StatusIs;

std::string Contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(RunCommandTest, HandsTheInputOverAndWaits) {
  const std::string path = ::testing::TempDir() + "/copy";
  // More than a pipe holds.
  const std::string input(1 << 20, 'x');
  ASSERT_OK(RunCommand(absl::StrCat("cat > '", path, "'"), input));
  EXPECT_EQ(Contents(path), input);
}

TEST(RunCommandTest, ACommandNeedNotReadItsInput) {
  EXPECT_OK(RunCommand("true", std::string(1 << 20, 'x')));
}

TEST(RunCommandTest, SaysHowACommandFailed) {
  EXPECT_THAT(
      RunCommand("exit 3", ""),
      StatusIs(absl::StatusCode::kUnknown, "`exit 3` ended with exit code 3"));
  EXPECT_THAT(
      RunCommand("kill -9 $$", ""),
      StatusIs(absl::StatusCode::kUnknown, HasSubstr("was ended by signal 9")));
  EXPECT_THAT(RunCommand("no-such-command 2>&-", ""),
              StatusIs(absl::StatusCode::kUnknown, HasSubstr("exit code 127")));
}

TEST(RunCommandTest, SignalsThatAreBlockedHereReachTheCommand) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &signals, nullptr), 0);
  EXPECT_THAT(RunCommand("kill -TERM $$", ""),
              StatusIs(absl::StatusCode::kUnknown, HasSubstr("signal 15")));
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

TEST(RunCommandTest, TheCommandIsInAGroupOfItsOwn) {
  const std::string path = ::testing::TempDir() + "/group";
  ASSERT_OK(RunCommand(absl::StrCat("ps -o pgid= -p $$ > '", path, "'"), ""));
  EXPECT_NE(std::stoi(Contents(path)), getpgrp());
}

}  // namespace
}  // namespace tidemark::cli
