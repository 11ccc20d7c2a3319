#include "client/cli/progress_bar.h"

#include <optional>
#include <sstream>
#include <string>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class ProgressBarTest : public ::testing::Test {
 protected:
  ProgressBarTest() {
    bar_.emplace("entries", &out_, [this] { return now_; });
  }

  // What `Show` draws so long after the start.
  std::string At(absl::Duration since, int64_t done) {
    now_ = absl::UnixEpoch() + since;
    out_.str("");
    bar_->Show(done, 1000);
    return out_.str();
  }

  absl::Time now_ = absl::UnixEpoch();
  std::ostringstream out_;
  std::optional<ProgressBar> bar_;
};

TEST_F(ProgressBarTest, WhatIsDoneWithinASecondHasNone) {
  EXPECT_EQ(At(absl::Milliseconds(999), 999), "");
  bar_.reset();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ProgressBarTest, SaysHowMuchOfHowMuchAndHowFast) {
  EXPECT_EQ(At(absl::Seconds(2), 500),
            "\r[###############...............] 500 / 1000 entries, 250/s");
}

TEST_F(ProgressBarTest, DrawsTenTimesASecondAtMost) {
  EXPECT_THAT(At(absl::Seconds(1), 10), HasSubstr("10 / 1000"));
  EXPECT_EQ(At(absl::Milliseconds(1099), 20), "");
  EXPECT_THAT(At(absl::Milliseconds(1100), 30), HasSubstr("30 / 1000"));
}

TEST_F(ProgressBarTest, AShorterLineLeavesNothingOfALongerOne) {
  const size_t longer = At(absl::Seconds(1), 1000).size();
  const std::string shorter = At(absl::Seconds(1000), 1000);
  EXPECT_EQ(shorter.size(), longer);
  EXPECT_THAT(shorter, EndsWith("/s   "));
}

TEST_F(ProgressBarTest, IsWipedOutAtTheEnd) {
  const size_t width = At(absl::Seconds(1), 10).size() - 1;
  out_.str("");
  bar_.reset();
  EXPECT_EQ(out_.str(), "\r" + std::string(width, ' ') + "\r");
}

TEST_F(ProgressBarTest, WithoutATerminalThereIsNone) {
  absl::Time now = absl::UnixEpoch();
  ProgressBar bar("entries", nullptr, [&now] { return now; });
  now += absl::Hours(1);
  bar.Show(1, 2);  // Must not touch the stream that is not there.
}

}  // namespace
}  // namespace tidemark::cli
