#include "storage/review_store.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/testing/log_writer.h"
#include "storage/testing/temp_dir.h"

namespace tidemark::storage {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::FieldsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::IsOkAndHolds;
using ::tidemark::testing::StatusIs;

constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

class ReviewStoreTest : public ::testing::Test {
 protected:
  void SetUp() override { Reopen(); }

  void Reopen() {
    store_.reset();
    OpenOptions options;
    options.path = dir_ + "/db";
    ASSERT_OK_AND_ASSIGN(store_, ReviewStore::Open(options));
  }

  absl::Status Commit(const Entry& entry) {
    return store_->Commit(absl::MakeConstSpan(&entry, 1), {});
  }

  const std::string dir_ = MakeTempDir();
  std::unique_ptr<ReviewStore> store_;
  LogWriter log_{"r"};
};

TEST_F(ReviewStoreTest, ReturnsAllThatAnEntryWrote) {
  Entry entry = log_.Append("change");
  entry.trials = {{"t1", "trial one"}};
  entry.estimates = {{"pain", "estimate one"}};
  const SignedCheckpoint checkpoint = log_.Checkpoint();
  ASSERT_OK(store_->Commit({&entry, 1}, {&checkpoint, 1}));
  Reopen();
  EXPECT_THAT(store_->Reviews(), IsOkAndHolds(ElementsAre("r")));
  EXPECT_THAT(store_->LogSize("r"), IsOkAndHolds(1));
  EXPECT_THAT(store_->Leaf("r", 1), IsOkAndHolds(entry.leaf));
  EXPECT_THAT(store_->Change("r", 1),
              IsOkAndHolds(FieldsAre(entry.salt, "change")));
  EXPECT_THAT(store_->Node("r", 0, 0), IsOkAndHolds(entry.nodes[0].hash));
  EXPECT_THAT(store_->Checkpoint("r", 1), IsOkAndHolds(checkpoint.note));
  EXPECT_THAT(store_->TrialAsOf("r", "t1", 1),
              IsOkAndHolds(FieldsAre(1, "trial one")));
  EXPECT_THAT(store_->EstimatesAt("r", 1, {"pain", "none"}),
              IsOkAndHolds(ElementsAre(FieldsAre("pain", "estimate one"))));
  EXPECT_THAT(store_->FindRequest("r", "request-1"),
              IsOkAndHolds(FieldsAre(1, entry.request_digest)));
}

TEST_F(ReviewStoreTest, WhatIsNotThereIsNotFound) {
  EXPECT_THAT(store_->Reviews(), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store_->LogSize("r"), IsOkAndHolds(0));
  EXPECT_THAT(store_->Leaf("r", 1), StatusIs(kNotFound, HasSubstr("entry 1")));
  EXPECT_THAT(store_->Change("r", 1), StatusIs(kNotFound, _));
  EXPECT_THAT(store_->Node("r", 0, 0), StatusIs(kNotFound, HasSubstr("0/0")));
  EXPECT_THAT(store_->Checkpoint("r", 1), StatusIs(kNotFound, _));
  EXPECT_THAT(store_->LatestCheckpoint("r"), StatusIs(kNotFound, _));
  EXPECT_THAT(store_->TrialAsOf("r", "t", 1), StatusIs(kNotFound, _));
  EXPECT_THAT(store_->EstimateAsOf("r", "a", 1), StatusIs(kNotFound, _));
  EXPECT_THAT(store_->FindRequest("r", "q"), StatusIs(kNotFound, _));
  EXPECT_THAT(store_->TrialVersions("r", "t"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store_->TrialIds("r"), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(store_->Leaf("", 1), StatusIs(kInvalid, _));
}

TEST_F(ReviewStoreTest, ReadsAsOfASequence) {
  for (int sequence = 1; sequence <= 6; ++sequence) {
    Entry entry = log_.Append("c");
    const std::string bytes = absl::StrCat("v", sequence);
    if (sequence % 2 == 0) entry.trials.push_back({"t", bytes});
    if (sequence >= 3) entry.trials.push_back({"t-late", bytes});
    entry.estimates.push_back({"pain", bytes});
    ASSERT_OK(Commit(entry));
  }
  EXPECT_THAT(store_->TrialAsOf("r", "t", 1), StatusIs(kNotFound, _));
  EXPECT_THAT(store_->TrialAsOf("r", "t", 2), IsOkAndHolds(FieldsAre(2, "v2")));
  EXPECT_THAT(store_->TrialAsOf("r", "t", 5), IsOkAndHolds(FieldsAre(4, "v4")));
  EXPECT_THAT(store_->TrialAsOf("r", "t", 99),
              IsOkAndHolds(FieldsAre(6, "v6")));
  EXPECT_THAT(store_->TrialVersions("r", "t"),
              IsOkAndHolds(ElementsAre(FieldsAre(2, "v2"), FieldsAre(4, "v4"),
                                       FieldsAre(6, "v6"))));
  EXPECT_THAT(store_->TrialIds("r"), IsOkAndHolds(ElementsAre("t", "t-late")));
  EXPECT_THAT(store_->TrialsAsOf("r", 2),
              IsOkAndHolds(ElementsAre(FieldsAre("t", FieldsAre(2, "v2")))));
  EXPECT_THAT(
      store_->TrialsAsOf("r", 3),
      IsOkAndHolds(ElementsAre(FieldsAre("t", FieldsAre(2, "v2")),
                               FieldsAre("t-late", FieldsAre(3, "v3")))));
  EXPECT_THAT(store_->EstimateAsOf("r", "pain", 3),
              IsOkAndHolds(FieldsAre(3, "v3")));
  EXPECT_THAT(
      store_->EstimateHistory("r", "pain", 2, 3),
      IsOkAndHolds(ElementsAre(FieldsAre(2, "v2"), FieldsAre(3, "v3"))));
  EXPECT_THAT(store_->EstimateHistory("r", "pain", -5, 1),
              IsOkAndHolds(ElementsAre(FieldsAre(1, "v1"))));
}

TEST_F(ReviewStoreTest, ReviewsWithLikeNamesDoNotMix) {
  LogWriter other("r2");
  Entry mine = log_.Append("mine");
  mine.trials = {{"t", "mine"}, {"t2", "mine too"}};
  Entry theirs = other.Append("theirs");
  theirs.trials = {{"t", "theirs"}};
  const std::vector<const Entry*> both = {&mine, &theirs};
  ASSERT_OK(store_->Commit(both, {log_.Checkpoint(), other.Checkpoint()}));
  EXPECT_THAT(store_->Reviews(), IsOkAndHolds(ElementsAre("r", "r2")));
  EXPECT_THAT(store_->TrialIds("r"), IsOkAndHolds(ElementsAre("t", "t2")));
  EXPECT_THAT(store_->TrialVersions("r", "t"),
              IsOkAndHolds(ElementsAre(FieldsAre(1, "mine"))));
  EXPECT_THAT(store_->LogSize("r"), IsOkAndHolds(1));
  int visited = 0;
  EXPECT_OK(
      store_->ForEachCheckpoint("r", 0, [&](const SignedCheckpoint& found) {
        EXPECT_THAT(found, FieldsAre("r", 1, log_.Checkpoint().note));
        ++visited;
        return absl::OkStatus();
      }));
  EXPECT_EQ(visited, 1);
}

TEST_F(ReviewStoreTest, CheckpointsAreFoundBySizeAndLatest) {
  for (int i = 0; i < 3; ++i) {
    const Entry entry = log_.Append("c");
    const SignedCheckpoint checkpoint = log_.Checkpoint();
    ASSERT_OK(store_->Commit({&entry, 1}, {&checkpoint, 1}));
  }
  EXPECT_THAT(store_->LatestCheckpoint("r"),
              IsOkAndHolds(FieldsAre("r", 3, log_.Checkpoint().note)));
  EXPECT_OK(store_->Checkpoint("r", 2));
  int64_t last = 0;
  EXPECT_THAT(store_->ForEachCheckpoint("r", 0,
                                        [&](const SignedCheckpoint& found) {
                                          last = found.size;
                                          return last < 2
                                                     ? absl::OkStatus()
                                                     : absl::CancelledError();
                                        }),
              StatusIs(absl::StatusCode::kCancelled, _));
  EXPECT_EQ(last, 2);
  std::vector<int64_t> from_two;
  EXPECT_OK(
      store_->ForEachCheckpoint("r", 2, [&](const SignedCheckpoint& found) {
        from_two.push_back(found.size);
        return absl::OkStatus();
      }));
  EXPECT_THAT(from_two, ElementsAre(2, 3));
}

TEST_F(ReviewStoreTest, AGroupOfEntriesIsOneCommit) {
  const std::vector<Entry> entries = {log_.Append("1"), log_.Append("2"),
                                      log_.Append("3")};
  ASSERT_OK(store_->Commit(entries, {log_.Checkpoint()}));
  EXPECT_THAT(store_->LogSize("r"), IsOkAndHolds(3));
}

TEST_F(ReviewStoreTest, RefusesGapsAndRepeatsAndWritesNothingThen) {
  const Entry first = log_.Append("1");
  const Entry second = log_.Append("2");
  const Entry third = log_.Append("3");
  EXPECT_THAT(Commit(second),
              StatusIs(kPrecondition, HasSubstr("entry 2 of r cannot follow")));
  EXPECT_THAT(store_->Commit({first, third}, {}), StatusIs(kPrecondition, _));
  EXPECT_THAT(store_->LogSize("r"), IsOkAndHolds(0));
  ASSERT_OK(Commit(first));
  EXPECT_THAT(Commit(first), StatusIs(kPrecondition, _));
  EXPECT_OK(Commit(second));
}

TEST_F(ReviewStoreTest, RefusesACheckpointOfALargerLog) {
  const Entry entry = log_.Append("1");
  SignedCheckpoint checkpoint = log_.Checkpoint();
  checkpoint.size = 2;
  EXPECT_THAT(store_->Commit({&entry, 1}, {&checkpoint, 1}),
              StatusIs(kPrecondition, HasSubstr("checkpoint of size 2")));
  EXPECT_THAT(store_->LogSize("r"), IsOkAndHolds(0));
}

TEST_F(ReviewStoreTest, RefusesARequestThatWasAnswered) {
  ASSERT_OK(Commit(log_.Append("1")));
  Entry again = log_.Append("2");
  again.request_id = "request-1";
  EXPECT_THAT(Commit(again), StatusIs(absl::StatusCode::kAlreadyExists,
                                      HasSubstr("request-1")));
  again.request_id = "";
  EXPECT_OK(Commit(again));
}

TEST_F(ReviewStoreTest, AnEntryRedactsEarlierOnes) {
  Entry first = log_.Append("words");
  first.trials = {{"t", "words"}};
  ASSERT_OK(Commit(first));
  Entry second = log_.Append("redaction");
  second.redacted_changes = {{1, "none"}};
  second.redacted_trials = {{"t", 1, "no words"}};
  ASSERT_OK(Commit(second));
  Reopen();
  EXPECT_THAT(store_->Change("r", 1),
              IsOkAndHolds(FieldsAre(audit::RedactedSalt(), "none")));
  EXPECT_THAT(store_->TrialAsOf("r", "t", 2),
              IsOkAndHolds(FieldsAre(1, "no words")));
  EXPECT_THAT(store_->Leaf("r", 1), IsOkAndHolds(first.leaf));
}

TEST_F(ReviewStoreTest, NoEntryRedactsItselfOrLaterOnes) {
  ASSERT_OK(Commit(log_.Append("1")));
  const Entry good = log_.Append("2");
  for (const int64_t sequence : {-1, 0, 2, 3}) {
    Entry bad = good;
    bad.redacted_changes = {{sequence, "none"}};
    EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("cannot redact")));
    bad = good;
    bad.redacted_trials = {{"t", sequence, "none"}};
    EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("cannot redact")));
  }
  Entry bad = good;
  bad.salt = audit::RedactedSalt();
  EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("salt of zeros")));
  EXPECT_OK(Commit(good));
}

TEST_F(ReviewStoreTest, RefusesMalformedEntries) {
  const Entry good = log_.Append("1");
  Entry bad = good;
  bad.salt.pop_back();
  EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("salt has 32 bytes")));
  bad = good;
  bad.leaf += "x";
  EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("nodes")));
  bad = good;
  bad.nodes.clear();
  EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("nodes")));
  bad = good;
  bad.trials = {{"t", "1"}, {"t", "2"}};
  EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("trial t twice")));
  bad = good;
  bad.estimates = {{std::string("a\0b", 3), ""}};
  EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("NUL")));
  bad = good;
  bad.review = "";
  EXPECT_THAT(Commit(bad), StatusIs(kInvalid, HasSubstr("review")));
  EXPECT_THAT(store_->LogSize("r"), IsOkAndHolds(0));
  EXPECT_OK(Commit(good));
}

TEST_F(ReviewStoreTest, ReadersRunBesideTheWriter) {
  constexpr int kEntries = 100;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([this] {
      int64_t size = 0;
      while (size < kEntries) {
        size = store_->LogSize("r").value();
        // What one read saw, every later read sees.
        if (size == 0) continue;
        EXPECT_OK(store_->TrialAsOf("r", "t", size));
        EXPECT_OK(store_->FindRequest("r", absl::StrCat("request-", size)));
      }
    });
  }
  for (int i = 0; i < kEntries; ++i) {
    Entry entry = log_.Append("c");
    entry.trials = {{"t", "v"}};
    EXPECT_OK(Commit(entry));
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace tidemark::storage
