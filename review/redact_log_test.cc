#include "review/redact_log.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "audit/leaf.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/log_verifier.h"
#include "review/redaction.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HonestLog;
using ::testing::IsEmpty;
using testing::LoggedEntry;
using ::testing::Pair;
using ::testing::StartsWith;
using testing::StatusIs;

constexpr char kName[] = "Jane Doe";

// Entries 1 and 2 declare, 3 submits alpha and beta with a name in words.
HonestLog LogWithAName() {
  HonestLog log;
  log.Append(testing::PutReview(testing::ToyReview()));
  v1::Analysis pain = testing::PainAnalysis();
  pain.set_title("Pain at last");
  log.Append(testing::PutAnalyses({pain}));
  v1::Trial alpha = testing::ToyTrial("alpha");
  alpha.set_notes("asked Jane Doe");
  log.Append(testing::Submit({alpha, testing::ToyTrial("beta")}));
  return log;
}

v1::RedactChanges RedactionOf(const LoggedEntry& entry) {
  v1::Change change;
  EXPECT_TRUE(change.ParseFromString(entry.evidence.change()));
  return change.redact_changes();
}

LogVerifier Verify(const HonestLog& log) {
  LogVerifier verifier(testing::kToyReview);
  for (const LoggedEntry& entry : log.entries()) {
    EXPECT_OK(verifier.Add(entry.bytes(), entry.evidence));
  }
  EXPECT_OK(verifier.Finish());
  return verifier;
}

void ExpectNowhere(const std::string& words, const HonestLog& log) {
  for (const LoggedEntry& entry : log.entries()) {
    EXPECT_FALSE(absl::StrContains(entry.evidence.SerializeAsString(), words))
        << entry.leaf.sequence;
  }
}

absl::Status VerifyEntries(const std::vector<LoggedEntry>& entries) {
  LogVerifier verifier(testing::kToyReview);
  for (const LoggedEntry& entry : entries) {
    const absl::Status status = verifier.Add(entry.bytes(), entry.evidence);
    if (!status.ok()) return status;
  }
  return verifier.Finish();
}

TEST(RedactLogTest, TheWordsAreGoneAndTheLogVerifies) {
  HonestLog log = LogWithAName();
  const std::string leaf = log.entries()[2].bytes();

  const v1::RedactChanges redact = RedactionOf(log.Redact({3}));

  EXPECT_THAT(redact.sequences(), ElementsAre(3));
  EXPECT_THAT(redact.still_held(), IsEmpty());
  ExpectNowhere(kName, log);
  EXPECT_EQ(log.entries()[2].bytes(), leaf) << "the tree is what it was";
  const LogVerifier verifier = Verify(log);
  EXPECT_THAT(verifier.state().redactions(), ElementsAre(Pair(3, 4)));
  EXPECT_EQ(verifier.estimates(), 2) << "recomputed from what stays";
  EXPECT_EQ(verifier.state().FindTrial("alpha")->record.trial().notes(),
            kErasedWords);
}

TEST(RedactLogTest, ACorrectionThatQuotesTheWordsLosesThemToo) {
  HonestLog log = LogWithAName();
  log.Append(testing::Correct("alpha", "notes", "asked the authors"));
  log.Append(
      testing::Correct("alpha", "results[pain/6m/ha].continuous.sd", "20"));
  log.Append(testing::Correct("alpha", "notes", "none"));

  const v1::RedactChanges redact = RedactionOf(log.Redact({3}));

  EXPECT_THAT(redact.sequences(), ElementsAre(3, 4, 6));
  ExpectNowhere(kName, log);
  Verify(log);
  EXPECT_EQ(log.state()
                .FindTrial("alpha")
                ->record.trial()
                .results(0)
                .continuous()
                .sd(),
            20);
}

TEST(RedactLogTest, ACorrectionAloneCanBeRedacted) {
  HonestLog log = LogWithAName();
  log.Append(testing::Correct("alpha", "title", "asked Richard Roe"));

  log.Redact({4});

  ExpectNowhere("Richard", log);
  Verify(log);
  EXPECT_EQ(log.state().FindTrial("alpha")->record.trial().title(),
            kErasedWords);
  EXPECT_EQ(log.state().FindTrial("alpha")->record.trial().notes(),
            "asked Jane Doe");
}

TEST(RedactLogTest, VersionsThatOtherEntriesMadeLoseThemToo) {
  HonestLog log = LogWithAName();
  log.Append(testing::SetStatus({"alpha", "beta"}, v1::TrialStatus::RETRACTED,
                                "10.1/notice"));

  log.Redact({3});

  ExpectNowhere(kName, log);
  Verify(log);
}

TEST(RedactLogTest, NamesWhatStillHoldsTheWords) {
  HonestLog log = LogWithAName();
  v1::Trial alpha = testing::ToyTrial("alpha");
  alpha.set_notes("asked Jane Doe");
  log.Append(testing::Submit({alpha}));
  v1::Trial gamma = testing::ToyTrial("gamma");
  gamma.set_notes("asked Jane Doe");
  log.Append(testing::Submit({gamma}));

  EXPECT_THAT(RedactionOf(log.Redact({3})).still_held(), ElementsAre(4))
      << "another trial is another matter";
  EXPECT_THAT(RedactionOf(log.Redact({4})).still_held(), IsEmpty());
  Verify(log);
  EXPECT_THAT(log.state().redactions(), ElementsAre(Pair(3, 6), Pair(4, 7)));
}

TEST(RedactLogTest, ProtocolAndAnalysesLoseTheirWords) {
  HonestLog log = LogWithAName();
  log.Redact({1, 2});
  const LogVerifier verifier = Verify(log);
  EXPECT_EQ(verifier.state().protocol()->review.title(), kErasedWords);
  EXPECT_EQ(verifier.state().protocol()->review.treatments(0).id(), "ha");
  ExpectNowhere("Pain at last", log);
}

TEST(RedactLogTest, WhatCannotBeRedactedIsRefused) {
  HonestLog log = LogWithAName();
  log.Append(
      testing::Correct("alpha", "results[pain/6m/ha].continuous.sd", "20"));
  log.Append(
      testing::SetStatus({"beta"}, v1::TrialStatus::RETRACTED, "10.1/notice"));
  log.Redact({3});
  const auto read = [&log](int64_t sequence) -> absl::StatusOr<StoredEntry> {
    const LoggedEntry& entry = log.entries()[static_cast<size_t>(sequence - 1)];
    StoredEntry stored = {entry.leaf, {}};
    EXPECT_TRUE(stored.change.ParseFromString(entry.evidence.change()));
    return stored;
  };
  const auto refusal = [&](std::initializer_list<int64_t> sequences) {
    v1::RedactChanges request;
    for (const int64_t sequence : sequences) request.add_sequences(sequence);
    return RedactLog(log.state(), testing::kToyReview, request, read).status();
  };
  const auto is = [](const std::string& why) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why));
  };

  EXPECT_THAT(refusal({}), is("must hold 1-1000 entries"));
  EXPECT_THAT(refusal({0}), is("must be an entry of the log, 1-6, found 0"));
  EXPECT_THAT(refusal({7}), is("must be an entry of the log, 1-6, found 7"));
  EXPECT_THAT(refusal({2, 1}), is("must be after 2"));
  EXPECT_THAT(refusal({3}), is("entry 3 was redacted by entry 6 already"));
  EXPECT_THAT(refusal({4}), is("holds no words"));
  EXPECT_THAT(refusal({5}), is("which estimates name"));
  EXPECT_THAT(refusal({6}), is("is a redaction"));
  EXPECT_OK(refusal({1}));
}

class TamperedRedactionTest : public ::testing::Test {
 protected:
  TamperedRedactionTest() {
    HonestLog log = LogWithAName();
    original_ = log.entries()[2];
    log.Redact({3});
    entries_ = log.entries();
  }

  LoggedEntry original_;
  std::vector<LoggedEntry> entries_;
};

TEST_F(TamperedRedactionTest, IsFoundIfNoEntrySaysSo) {
  entries_.pop_back();
  EXPECT_THAT(VerifyEntries(entries_),
              StatusIs(absl::StatusCode::kDataLoss,
                       "sequence 3: the redacted change: expected a later "
                       "entry that redacts it, found none"));
}

TEST_F(TamperedRedactionTest, IsFoundIfTheChangeIsPutBack) {
  entries_[2] = original_;
  EXPECT_THAT(VerifyEntries(entries_),
              StatusIs(absl::StatusCode::kDataLoss,
                       "sequence 3: the redacted change: expected the "
                       "replacement that entry 4 holds, found the change from "
                       "before it"));
}

TEST_F(TamperedRedactionTest, IsFoundIfTheReplacementIsAnotherOne) {
  v1::Change change;
  ASSERT_TRUE(change.ParseFromString(entries_[2].evidence.change()));
  change.mutable_submit_trials()
      ->mutable_trials(0)
      ->mutable_trial()
      ->mutable_reports(0)
      ->set_doi("10.1/other");
  entries_[2].evidence.set_change(change.SerializeAsString());
  entries_[2].evidence.mutable_trials(0)->set_bytes([&] {
    v1::TrialRecord record;
    EXPECT_TRUE(record.ParseFromString(entries_[2].evidence.trials(0).bytes()));
    *record.mutable_trial() = change.submit_trials().trials(0).trial();
    return record.SerializeAsString();
  }());
  EXPECT_THAT(VerifyEntries(entries_),
              StatusIs(absl::StatusCode::kDataLoss,
                       StartsWith("sequence 3: digest of the redacted change: "
                                  "expected ")));
}

TEST_F(TamperedRedactionTest, IsFoundIfItPutsWordsIn) {
  v1::Change change;
  ASSERT_TRUE(change.ParseFromString(entries_[2].evidence.change()));
  change.mutable_submit_trials()->mutable_trials(0)->mutable_trial()->set_title(
      "other words");
  entries_[2].evidence.set_change(change.SerializeAsString());
  EXPECT_THAT(VerifyEntries(entries_),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("sequence 3: the change is redacted, and is "
                                 "not what a redaction leaves of one")));
}

// Who holds the signing key can have a redaction say anything: not of other
// records, and estimates hold the numbers.
TEST_F(TamperedRedactionTest, IsFoundIfItChangesANumber) {
  v1::Change change;
  ASSERT_TRUE(change.ParseFromString(entries_[2].evidence.change()));
  v1::Trial* trial =
      change.mutable_submit_trials()->mutable_trials(0)->mutable_trial();
  trial->mutable_results(0)->mutable_continuous()->set_mean(1);
  const std::string bytes = change.SerializeAsString();
  entries_[2].evidence.set_change(bytes);
  v1::TrialRecord record;
  ASSERT_TRUE(record.ParseFromString(entries_[2].evidence.trials(0).bytes()));
  *record.mutable_trial() = *trial;
  entries_[2].evidence.mutable_trials(0)->set_bytes(record.SerializeAsString());
  EXPECT_THAT(VerifyEntries(entries_),
              StatusIs(absl::StatusCode::kDataLoss,
                       StartsWith("sequence 3: analysis pain-6m: ")));
}

TEST_F(TamperedRedactionTest, IsFoundIfItIsOfAnotherTrial) {
  v1::Change change;
  ASSERT_TRUE(change.ParseFromString(entries_[2].evidence.change()));
  change.mutable_submit_trials()
      ->mutable_trials(0)
      ->mutable_trial()
      ->set_trial_id("delta");
  entries_[2].evidence.set_change(change.SerializeAsString());
  EXPECT_THAT(VerifyEntries(entries_),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("what the leaf says was done")));
}

}  // namespace
}  // namespace tidemark::review
