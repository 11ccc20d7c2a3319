#include "server/rebuild_command.h"

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"
#include "storage/review_store.h"
#include "storage/testing/temp_dir.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::LoggedEntry;
using testing::StatusIs;

std::vector<storage::Entry::Version> Versions(
    const google::protobuf::RepeatedPtrField<v1::StoredRecord>& records) {
  std::vector<storage::Entry::Version> versions;
  for (const v1::StoredRecord& record : records) {
    versions.push_back({record.id(), record.bytes()});
  }
  return versions;
}

// Stores the entries as a server does, under the review `toy`.
void Store(const std::string& data_dir,
           const std::vector<LoggedEntry>& entries) {
  storage::OpenOptions options;
  options.path = absl::StrCat(data_dir, "/db");
  ASSERT_OK_AND_ASSIGN(const auto store, storage::ReviewStore::Open(options));
  audit::Frontier frontier;
  for (const LoggedEntry& logged : entries) {
    storage::Entry entry;
    entry.review = testing::kToyReview;
    entry.sequence = logged.leaf.sequence;
    entry.leaf = logged.bytes();
    entry.salt = logged.evidence.salt();
    entry.change = logged.evidence.change();
    entry.nodes = frontier.Append(audit::LeafHash(entry.leaf));
    entry.trials = Versions(logged.evidence.trials());
    entry.estimates = Versions(logged.evidence.estimates());
    ASSERT_OK(store->Commit({entry}, {}));
  }
}

// Moves an effect of an estimate, with the digest in the leaf: what a server
// would have stored whose engine was wrong by that.
void MoveEffect(double by, const std::string& analysis, LoggedEntry& entry) {
  for (auto& stored : *entry.evidence.mutable_estimates()) {
    if (stored.id() != analysis) continue;
    v1::Estimate estimate;
    ASSERT_TRUE(estimate.ParseFromString(stored.bytes()));
    estimate.mutable_random()->set_effects(1,
                                           estimate.random().effects(1) + by);
    stored.set_bytes(estimate.SerializeAsString());
    for (auto& digest : entry.leaf.analyses) {
      if (digest.analysis == analysis) {
        digest.estimate = audit::Sha256(stored.bytes());
      }
    }
  }
}

class RebuildCommandTest : public ::testing::Test {
 protected:
  absl::Status Run(const std::vector<LoggedEntry>& entries) {
    const std::string data_dir = storage::MakeTempDir();
    Store(data_dir, entries);
    return RunRebuildCheck({data_dir, ""}, out_);
  }

  std::ostringstream out_;
};

TEST_F(RebuildCommandTest, WhatAnHonestServerStoredComesOutAgain) {
  EXPECT_OK(Run(testing::ToyLog().entries()));
  // Two analyses at each of the sequences 2, 3 and 4; beta has no adverse
  // events.
  EXPECT_THAT(out_.str(),
              AllOf(HasSubstr("toy: 5 entries, 7 estimates made again\n"),
                    HasSubstr("stored versus live: "),
                    HasSubstr("live versus in full: ")));
}

TEST_F(RebuildCommandTest, AWrongEstimateIsNamedBySequenceAndAnalysis) {
  std::vector<LoggedEntry> entries = testing::ToyLog().entries();
  MoveEffect(1e-3, "pain-6m", entries[3]);
  EXPECT_THAT(
      Run(entries),
      StatusIs(absl::StatusCode::kDataLoss,
               AllOf(HasSubstr("review \"toy\": sequence 4: analysis "
                               "pain-6m"),
                     HasSubstr("deviation of the recomputed estimate"))));
  EXPECT_THAT(out_.str(), AllOf(HasSubstr("toy: 3 entries"),
                                HasSubstr("at sequence 4, analysis pain-6m")));
}

TEST_F(RebuildCommandTest, ADeviationWithinTheLimitIsShownNotRefused) {
  std::vector<LoggedEntry> entries = testing::ToyLog().entries();
  // Relative to effects of about 1: far above rounding, below 1e-9.
  MoveEffect(1e-11, "pain-6m", entries[3]);
  EXPECT_OK(Run(entries));
  EXPECT_THAT(out_.str(), HasSubstr("at sequence 4, analysis pain-6m"));
}

TEST_F(RebuildCommandTest, OneReviewMayBeAskedForAndMustExist) {
  const std::string data_dir = storage::MakeTempDir();
  Store(data_dir, testing::ToyLog().entries());
  EXPECT_OK(RunRebuildCheck({data_dir, "toy"}, out_));
  EXPECT_THAT(RunRebuildCheck({data_dir, "other"}, out_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("other")));
}

TEST_F(RebuildCommandTest, ReadsBesideTheServerThatHoldsTheData) {
  const std::string data_dir = storage::MakeTempDir();
  Store(data_dir, testing::ToyLog().entries());
  storage::OpenOptions options;
  options.path = absl::StrCat(data_dir, "/db");
  ASSERT_OK_AND_ASSIGN(const auto held, storage::ReviewStore::Open(options));
  EXPECT_OK(RunRebuildCheck({data_dir, ""}, out_));
}

}  // namespace
}  // namespace tidemark::server
