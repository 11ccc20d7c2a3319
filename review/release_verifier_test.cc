#include "review/release_verifier.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/finding.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::StatusIs;

// The toy log with a release of sequence 3, after the trials, that says that
// there are so many events, and one of sequence 5, after beta was retracted.
testing::HonestLog LogOf(int64_t of_first, int64_t of_second) {
  testing::HonestLog log = testing::ToyLog();
  v1::Change change;
  v1::MakeRelease* const release = change.mutable_make_release();
  release->set_tag("first");
  release->set_sequence(3);
  release->set_declared(v1::ConclusionsChanged::AUTO);
  release->set_conclusions_changed(of_first > 0);
  release->set_major_events(of_first);
  log.Append(change);
  release->set_tag("second");
  release->set_sequence(5);
  release->set_conclusions_changed(of_second > 0);
  release->set_major_events(of_second);
  release->set_predecessor("first");
  log.Append(change);
  return log;
}

absl::Status Verify(const testing::HonestLog& log,
                    const ReleaseVerifier::Source& source) {
  ReleaseVerifier verifier(source);
  for (const testing::LoggedEntry& entry : log.entries()) {
    const absl::Status status = verifier.Add(entry.leaf, log.state());
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Verify(const testing::HonestLog& log) {
  return Verify(log,
                [&](const std::string& analysis,
                    int64_t sequence) -> absl::StatusOr<std::string> {
                  for (const v1::StoredRecord& estimate :
                       log.entries()[sequence - 1].evidence.estimates()) {
                    if (estimate.id() == analysis) return estimate.bytes();
                  }
                  return absl::NotFoundError("there is none");
                });
}

// At 3: pain of ha, msc1 and msc2 (three pairs) and adverse of ha and msc1
// became estimable.
constexpr int64_t kFirst = 4;
// From 3 to 5 the two pairs of msc2 went with beta, and the interval of ha
// against msc1 includes no difference without it.
constexpr int64_t kSecond = 3;

TEST(ReleaseVerifierTest, WhatTheEstimatesSayVerifies) {
  EXPECT_OK(Verify(LogOf(kFirst, kSecond)));
  EXPECT_THAT(
      Verify(LogOf(kFirst, kSecond - 1)),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("expected 3, found 2")));
}

TEST(ReleaseVerifierTest, AnythingElseDoesNot) {
  const absl::Status wrong = Verify(LogOf(kFirst + 1, 0));
  EXPECT_THAT(wrong, StatusIs(absl::StatusCode::kDataLoss,
                              HasSubstr("events of importance MAJOR")));
  const v1::Finding finding = FindingOf(wrong);
  EXPECT_EQ(finding.sequence(), 6);
  EXPECT_EQ(finding.expected(), "4");
  EXPECT_EQ(finding.actual(), "5");
  EXPECT_THAT(finding.records(), ElementsAre("releases/first"));
  EXPECT_FALSE(Verify(LogOf(0, 0)).ok());
}

TEST(ReleaseVerifierTest, EstimatesAreHeldAgainstTheirLeaves) {
  EXPECT_THAT(Verify(LogOf(kFirst, 0),
                     [](const std::string&, int64_t) { return "made up"; }),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("is not the one that its leaf names")));
  EXPECT_THAT(
      Verify(LogOf(kFirst, 0),
             [](const std::string&, int64_t) {
               return absl::UnavailableError("no connection");
             }),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("no connection")));
}

}  // namespace
}  // namespace tidemark::review
