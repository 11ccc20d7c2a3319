#include "review/finding.h"

#include "absl/status/status.h"
#include "audit/leaf.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/honest_log.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using testing::LoggedEntry;

TEST(FindingTest, AStatusCarriesIt) {
  v1::Finding finding;
  finding.set_sequence(5);
  finding.set_what("digest of the change");
  finding.set_expected("aa");
  finding.set_actual("bb");
  finding.add_records("trials/alpha");
  const absl::Status status = NotVerified(finding);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(),
            "sequence 5: digest of the change: expected aa, found bb");
  EXPECT_EQ(FindingOf(status).SerializeAsString(), finding.SerializeAsString());
}

TEST(FindingTest, ACheckpointIsNamedIfNoEntryIs) {
  v1::Finding finding;
  finding.set_checkpoint_size(7);
  finding.set_actual("no note");
  EXPECT_EQ(NotVerified(finding).message(), "checkpoint of size 7: no note");
}

TEST(FindingTest, AnyOtherErrorIsWhatWasFound) {
  const v1::Finding finding =
      FindingOf(Within("trial a", absl::NotFoundError("there is none")));
  EXPECT_EQ(finding.what(), "trial a");
  EXPECT_EQ(finding.expected(), "");
  EXPECT_EQ(finding.actual(), "there is none");
}

TEST(FindingTest, RecordsAreThoseOfTheChange) {
  const testing::HonestLog log = testing::ToyLog();
  const auto records_of = [](const LoggedEntry& entry) {
    v1::Finding finding;
    AddRecords(entry.bytes(), entry.evidence.salt(), entry.evidence.change(),
               finding);
    return finding;
  };
  EXPECT_THAT(records_of(log.entries()[0]).records(), ElementsAre("review"));
  EXPECT_THAT(records_of(log.entries()[1]).records(),
              ElementsAre("analyses/adverse", "analyses/pain-6m"));
  EXPECT_THAT(records_of(log.entries()[2]).records(),
              ElementsAre("trials/alpha", "trials/beta"));
  EXPECT_THAT(records_of(log.entries()[3]).records(),
              ElementsAre("trials/alpha"));
  EXPECT_THAT(records_of(log.entries()[4]).records(),
              ElementsAre("trials/beta"));
}

TEST(FindingTest, ALeafThatDoesNotCommitToTheChangeIsHeardToo) {
  LoggedEntry entry = testing::ToyLog().entries()[3];
  entry.leaf.resource = "trials/beta";
  entry.evidence.mutable_salt()->front() ^= 1;
  v1::Finding finding;
  AddRecords(entry.bytes(), entry.evidence.salt(), entry.evidence.change(),
             finding);
  EXPECT_THAT(finding.records(), ElementsAre("trials/alpha", "trials/beta"));
}

TEST(FindingTest, EstimatesAreCountedByAnalysis) {
  v1::Finding finding;
  AddEstimate("a", 3, finding);
  AddEstimate("b", 3, finding);
  AddEstimate("a", 7, finding);
  ASSERT_EQ(finding.estimates_size(), 2);
  EXPECT_EQ(finding.estimates(0).analysis_id(), "a");
  EXPECT_EQ(finding.estimates(0).first_sequence(), 3);
  EXPECT_EQ(finding.estimates(0).last_sequence(), 7);
  EXPECT_EQ(finding.estimates(0).count(), 2);
  EXPECT_EQ(finding.estimates(1).count(), 1);
}

}  // namespace
}  // namespace tidemark::review
