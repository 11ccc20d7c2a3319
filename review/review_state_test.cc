#include "review/review_state.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;

Delta ProtocolDelta(const std::string& title, int64_t version) {
  Delta delta;
  delta.protocol.emplace().set_title(title);
  delta.protocol_version = version;
  return delta;
}

Delta TrialDelta(const std::string& id, int64_t version) {
  Delta delta;
  v1::TrialRecord& record = delta.trials.emplace_back();
  record.mutable_trial()->set_trial_id(id);
  record.set_version(version);
  return delta;
}

Delta AnalysisDelta(const std::string& id, int64_t version) {
  Delta delta;
  v1::AnalysisRecord& record = delta.analyses.emplace_back();
  record.mutable_analysis()->set_analysis_id(id);
  record.set_version(version);
  return delta;
}

void Apply(const Delta& delta, ReviewState& state) {
  EntryContext entry;
  entry.sequence = state.sequence() + 1;
  entry.time.set_seconds(1000 + entry.sequence);
  entry.actor = "tester";
  entry.reason = "reason " + std::to_string(entry.sequence);
  entry.commitment.fill(static_cast<uint8_t>(entry.sequence));
  state.Apply(delta, entry);
}

std::vector<std::string> IdsAsOf(const ReviewState& state, int64_t sequence) {
  std::vector<std::string> ids;
  for (const AnalysisVersion* analysis : state.Analyses(sequence)) {
    ids.push_back(analysis->record.analysis().analysis_id() + "@" +
                  std::to_string(analysis->record.version()));
  }
  return ids;
}

TEST(ReviewStateTest, IsEmptyBeforeTheFirstEntry) {
  const ReviewState state;
  EXPECT_EQ(state.sequence(), 0);
  EXPECT_EQ(state.protocol(), nullptr);
  EXPECT_EQ(state.ProtocolAsOf(1), nullptr);
  EXPECT_EQ(state.FindTrial("a"), nullptr);
  EXPECT_EQ(state.FindAnalysis("a"), nullptr);
  EXPECT_TRUE(state.Analyses().empty());
}

TEST(ReviewStateTest, ApplyWritesWhatTheEntrySaysIntoTheRecord) {
  ReviewState state;
  Apply(ProtocolDelta("p", 1), state);
  Apply(TrialDelta("a", 1), state);
  const TrialVersion* trial = state.FindTrial("a");
  ASSERT_NE(trial, nullptr);
  EXPECT_EQ(trial->record.sequence(), 2);
  EXPECT_EQ(trial->record.time().seconds(), 1002);
  EXPECT_EQ(trial->record.actor(), "tester");
  EXPECT_EQ(trial->record.reason(), "reason 2");
  EXPECT_EQ(trial->commitment[0], 2);
  EXPECT_EQ(state.sequence(), 2);
  EXPECT_EQ(state.FindTrial("b"), nullptr);
}

TEST(ReviewStateTest, TheProtocolReadsAsOfEverySequence) {
  ReviewState state;
  Apply(ProtocolDelta("first", 1), state);
  Apply(TrialDelta("a", 1), state);
  Apply(ProtocolDelta("second", 2), state);
  Apply(TrialDelta("b", 1), state);
  EXPECT_EQ(state.ProtocolAsOf(0), nullptr);
  EXPECT_EQ(state.ProtocolAsOf(1)->review.title(), "first");
  EXPECT_EQ(state.ProtocolAsOf(2)->review.title(), "first");
  EXPECT_EQ(state.ProtocolAsOf(3)->review.title(), "second");
  EXPECT_EQ(state.ProtocolAsOf(99)->review.title(), "second");
  EXPECT_EQ(state.protocol()->version, 2);
  EXPECT_EQ(state.protocol()->sequence, 3);
}

TEST(ReviewStateTest, AnalysesReadAsOfEverySequenceById) {
  ReviewState state;
  Apply(ProtocolDelta("p", 1), state);
  Apply(AnalysisDelta("b", 1), state);
  Apply(AnalysisDelta("a", 1), state);
  Apply(AnalysisDelta("b", 2), state);
  EXPECT_THAT(IdsAsOf(state, 1), ElementsAre());
  EXPECT_THAT(IdsAsOf(state, 2), ElementsAre("b@1"));
  EXPECT_THAT(IdsAsOf(state, 3), ElementsAre("a@1", "b@1"));
  EXPECT_THAT(IdsAsOf(state, 4), ElementsAre("a@1", "b@2"));
  EXPECT_EQ(state.Analyses().size(), 2);
  EXPECT_EQ(state.FindAnalysis("b")->record.version(), 2);
  EXPECT_EQ(state.FindAnalysis("c"), nullptr);
}

// Readers hold a copy while the writer goes on.
TEST(ReviewStateTest, ACopyDoesNotChangeWithItsOriginal) {
  ReviewState state;
  Apply(ProtocolDelta("p", 1), state);
  Apply(TrialDelta("a", 1), state);
  Apply(AnalysisDelta("x", 1), state);
  const ReviewState copy = state;
  Apply(TrialDelta("a", 2), state);
  Apply(AnalysisDelta("x", 2), state);
  Apply(ProtocolDelta("q", 2), state);
  EXPECT_EQ(copy.sequence(), 3);
  EXPECT_EQ(copy.FindTrial("a")->record.version(), 1);
  EXPECT_EQ(copy.FindAnalysis("x")->record.version(), 1);
  EXPECT_EQ(copy.protocol()->review.title(), "p");
  EXPECT_EQ(state.FindTrial("a")->record.version(), 2);
}

TEST(ReviewStateTest, AnAnalysisIsFoundAsItWas) {
  ReviewState state;
  Apply(ProtocolDelta("p", 1), state);
  Apply(AnalysisDelta("a", 1), state);
  Apply(TrialDelta("t", 1), state);
  Apply(AnalysisDelta("a", 2), state);
  EXPECT_EQ(state.FindAnalysis("a", 1), nullptr);
  EXPECT_EQ(state.FindAnalysis("a", 3)->record.version(), 1);
  EXPECT_EQ(state.FindAnalysis("a", 4), state.FindAnalysis("a"));
  EXPECT_EQ(state.FindAnalysis("b", 4), nullptr);
}

TEST(ReviewStateTest, AHypothesisIsOfTheSameSequenceAndLeavesTheStateAlone) {
  ReviewState state;
  Apply(ProtocolDelta("p", 1), state);
  Apply(TrialDelta("a", 1), state);
  const ReviewState other = state.With(TrialDelta("a", 2));
  EXPECT_EQ(other.sequence(), 2);
  EXPECT_EQ(other.FindTrial("a")->record.version(), 2);
  EXPECT_EQ(state.FindTrial("a")->record.version(), 1);
}

}  // namespace
}  // namespace tidemark::review
