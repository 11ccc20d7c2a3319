#include "client/cli/concerned.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/honest_log.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::ElementsAre;

// What rests on the records of an entry of the toy log: `adverse` and `pain-6m`
// move at 2, 3 and 4, only `pain-6m` at 5. Entries of `unreadable` cannot be
// read.
std::vector<std::string> Resting(int64_t sequence, const std::string& record,
                                 int64_t unreadable = 0) {
  const testing::HonestLog log = testing::ToyLog();
  v1::Finding finding;
  finding.set_sequence(sequence);
  finding.add_records(record);
  AddRestingEstimates(
      [&](int64_t from, const LeafVisitor& visit) {
        for (int64_t i = from; i <= 5; ++i) {
          const auto index = static_cast<size_t>(i - 1);
          if (i != unreadable) visit(i, log.entries()[index].bytes());
        }
      },
      finding);
  std::vector<std::string> lines;
  for (const v1::ConcernedEstimates& estimates : finding.estimates()) {
    lines.push_back(
        absl::StrCat(estimates.analysis_id(), " ", estimates.first_sequence(),
                     "-", estimates.last_sequence(), " ", estimates.count()));
  }
  return lines;
}

TEST(ConcernedTest, OnARecordRestTheAnalysesThatItMoved) {
  EXPECT_THAT(Resting(3, "trials/alpha"),
              ElementsAre("adverse 3-4 2", "pain-6m 3-5 3"));
  EXPECT_THAT(Resting(5, "trials/beta"), ElementsAre("pain-6m 5-5 1"));
}

TEST(ConcernedTest, OnTheProtocolRestAll) {
  EXPECT_THAT(Resting(1, "review"),
              ElementsAre("adverse 2-4 3", "pain-6m 2-5 4"));
}

TEST(ConcernedTest, WithoutItsLeafAllThatFollowMay) {
  EXPECT_THAT(Resting(4, "trials/alpha", /*unreadable=*/4),
              ElementsAre("pain-6m 5-5 1"));
}

TEST(ConcernedTest, WhatCannotBeReadLaterIsLeftOut) {
  EXPECT_THAT(Resting(3, "trials/alpha", /*unreadable=*/4),
              ElementsAre("adverse 3-3 1", "pain-6m 3-5 2"));
}

TEST(ConcernedTest, AFindingAboutAnEstimateIsLeftAsItIs) {
  v1::Finding finding;
  finding.set_sequence(3);
  finding.add_estimates()->set_analysis_id("pain-6m");
  AddRestingEstimates(
      [](int64_t, const LeafVisitor&) { FAIL() << "nothing to look for"; },
      finding);
  EXPECT_EQ(finding.estimates_size(), 1);
}

}  // namespace
}  // namespace tidemark::cli
