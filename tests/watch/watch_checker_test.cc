// The checker finds each way in which a watch can be wrong, and nothing in one
// that is right.
#include "tests/watch/watch_checker.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/watch/history.h"

namespace tidemark::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kHead = 6;

v1::EstimateAt EstimateAt(const std::string& analysis, int64_t sequence) {
  v1::EstimateAt at;
  at.mutable_estimate()->set_analysis_id(analysis);
  at.mutable_estimate()->set_sequence(sequence);
  at.mutable_estimate()->set_studies_used(static_cast<int>(sequence));
  v1::ConclusionEvent* event = at.add_events();
  event->set_analysis_id(analysis);
  event->set_sequence(sequence);
  event->set_kind(v1::ConclusionEvent::EFFECT_SHIFTED);
  event->set_importance(v1::Importance::NOTABLE);
  return at;
}

// Six entries: each moves `pain`, those of even sequence `rank` too.
class WatchCheckerTest : public ::testing::Test {
 protected:
  WatchCheckerTest() {
    for (int64_t sequence = 1; sequence <= kHead; ++sequence) {
      v1::LogEntry entry;
      entry.set_sequence(sequence);
      std::vector<v1::EstimateAt> estimates = {EstimateAt("pain", sequence)};
      if (sequence % 2 == 0) estimates.push_back(EstimateAt("rank", sequence));
      history_.Add(entry, estimates);
    }
    for (int64_t sequence = 1; sequence <= kHead; ++sequence) {
      good_.push_back(Entry(sequence));
    }
  }

  v1::WatchResponse Entry(int64_t sequence) const {
    v1::WatchResponse message;
    *message.mutable_entry() = history_.EntryFor(request_, sequence).value();
    message.set_resume_token(absl::StrCat(sequence));
    return message;
  }

  static v1::WatchResponse Progress(int64_t sequence) {
    v1::WatchResponse message;
    message.mutable_progress()->set_sequence(sequence);
    message.set_resume_token("token");
    return message;
  }

  // A snapshot at a sequence.
  std::vector<v1::WatchResponse> Snapshot(int64_t sequence) const {
    std::vector<v1::WatchResponse> messages;
    for (auto [analysis, item] : history_.SnapshotFor(request_, sequence)) {
      item.mutable_analysis()->mutable_analysis()->set_analysis_id(analysis);
      messages.emplace_back();
      *messages.back().mutable_snapshot_item() = item;
      messages.back().set_resume_token("token");
    }
    messages.emplace_back();
    messages.back().mutable_snapshot_end()->set_sequence(sequence);
    messages.back().set_resume_token("token");
    return messages;
  }

  std::vector<std::string> Check(
      const std::vector<v1::WatchResponse>& messages) const {
    return CheckWatch(request_, 0, kHead, messages, history_);
  }

  v1::WatchRequest request_;
  History history_;
  std::vector<v1::WatchResponse> good_;
};

TEST_F(WatchCheckerTest, FindsNothingInAGoodWatch) {
  EXPECT_THAT(Check(good_), IsEmpty());
  good_.insert(good_.begin() + 3, Progress(3));
  EXPECT_THAT(Check(good_), IsEmpty());
}

TEST_F(WatchCheckerTest, FindsADroppedEntry) {
  good_.erase(good_.begin() + 2);
  EXPECT_THAT(Check(good_), ElementsAre("entry 3 is missing before entry 4"));
}

TEST_F(WatchCheckerTest, FindsThatTheLastEntryNeverCame) {
  good_.pop_back();
  EXPECT_THAT(Check(good_),
              ElementsAre("entry 6 is missing before the end of the watch"));
}

TEST_F(WatchCheckerTest, FindsARepeatedEntry) {
  good_.insert(good_.begin() + 2, good_[1]);
  EXPECT_THAT(Check(good_),
              ElementsAre(HasSubstr("entry 2 after 2: it is out of order")));
}

TEST_F(WatchCheckerTest, FindsSwappedEntries) {
  std::swap(good_[1], good_[2]);
  EXPECT_THAT(Check(good_),
              ElementsAre("entry 2 is missing before entry 3",
                          HasSubstr("entry 2 after 3: it is out of order")));
}

TEST_F(WatchCheckerTest, FindsATornEntry) {
  good_[1].mutable_entry()->mutable_estimates()->RemoveLast();
  EXPECT_THAT(Check(good_),
              ElementsAre(HasSubstr("entry 2 is not what the reads show")));
}

TEST_F(WatchCheckerTest, FindsAnEntryInTwoMessages) {
  good_.insert(good_.begin() + 2, good_[1]);
  good_[1].mutable_entry()->mutable_estimates()->RemoveLast();
  good_[2].mutable_entry()->mutable_estimates()->DeleteSubrange(0, 1);
  EXPECT_THAT(Check(good_), Contains(HasSubstr("comes twice")));
}

TEST_F(WatchCheckerTest, FindsAnotherNumberEventOrCause) {
  good_[0].mutable_entry()->mutable_estimates(0)->set_studies_used(9);
  good_[1].mutable_entry()->clear_events();
  good_[2].mutable_entry()->mutable_entry()->set_actor("eve");
  EXPECT_THAT(Check(good_), ElementsAre(HasSubstr("studies_used: 1 -> 9"),
                                        HasSubstr("deleted: events[0]"),
                                        HasSubstr("modified: entry.actor")));
}

TEST_F(WatchCheckerTest, FindsAnEntryThatWasNotCommitted) {
  v1::WatchResponse entry = Entry(kHead);
  entry.mutable_entry()->mutable_entry()->set_sequence(kHead + 1);
  good_.push_back(entry);
  EXPECT_THAT(Check(good_), ElementsAre("entry 7, which was not committed"));
}

TEST_F(WatchCheckerTest, FindsProgressAheadOfItsEntries) {
  good_.insert(good_.begin() + 2, Progress(3));
  EXPECT_THAT(Check(good_), ElementsAre("entry 3 is missing before progress 3",
                                        HasSubstr("entry 3 after 3")));
}

TEST_F(WatchCheckerTest, FindsProgressThatGoesBack) {
  good_.insert(good_.begin() + 3, Progress(2));
  EXPECT_THAT(Check(good_), ElementsAre("progress 2 after 3 was delivered"));
}

TEST_F(WatchCheckerTest, FindsAMessageWithoutAToken) {
  good_[3].clear_resume_token();
  EXPECT_THAT(Check(good_), ElementsAre(HasSubstr("without a token")));
}

TEST_F(WatchCheckerTest, AFilterHoldsBackWhatItMust) {
  request_.add_analyses("rank");
  EXPECT_THAT(Check({Entry(2), Entry(4), Entry(6)}), IsEmpty());
  EXPECT_THAT(Check({Entry(2), Entry(6)}),
              ElementsAre("entry 4 is missing before entry 6"));
  EXPECT_THAT(Check({Entry(2), good_[2], Entry(4), Entry(6)}),
              ElementsAre("entry 3, which the filter holds back"));
}

TEST_F(WatchCheckerTest, AFilterOfEventsHoldsBackWhatItMust) {
  request_.set_min_importance(v1::Importance::MAJOR);
  EXPECT_THAT(Check({Progress(kHead)}), IsEmpty());
  EXPECT_THAT(Check({good_[0]}),
              ElementsAre("entry 1, which the filter holds back"));
}

TEST_F(WatchCheckerTest, OnlyLatestMayLeaveOutEstimatesThatMovedAgain) {
  for (const int64_t sequence : {1, 6}) {
    auto& entry = *good_[static_cast<size_t>(sequence - 1)].mutable_entry();
    entry.mutable_estimates()->DeleteSubrange(0, 1);
    entry.add_estimates_left_out("pain");
  }
  EXPECT_THAT(Check(good_),
              ElementsAre("entry 1 leaves out the estimate of pain",
                          "entry 6 leaves out the estimate of pain"));
  request_.set_delivery(v1::WatchRequest::LATEST);
  EXPECT_THAT(Check(good_),
              ElementsAre("entry 6 leaves out the estimate of pain"));
  // It must be said.
  good_[0].mutable_entry()->clear_estimates_left_out();
  EXPECT_THAT(Check(good_), Contains(HasSubstr("entry 1 is not what")));
}

TEST_F(WatchCheckerTest, LatestLeavesNothingOutIfEventsAreAskedFor) {
  request_.set_delivery(v1::WatchRequest::LATEST);
  request_.set_min_importance(v1::Importance::NOTABLE);
  EXPECT_THAT(Check(good_), IsEmpty());
  auto& entry = *good_[0].mutable_entry();
  entry.mutable_estimates()->DeleteSubrange(0, 1);
  entry.add_estimates_left_out("pain");
  EXPECT_THAT(Check(good_),
              ElementsAre("entry 1 leaves out the estimate of pain"));
}

TEST_F(WatchCheckerTest, ASnapshotIsWholeAndOfOneSequence) {
  request_.set_snapshot(true);
  const auto with_entries = [this](std::vector<v1::WatchResponse> messages) {
    messages.push_back(Entry(5));
    messages.push_back(Entry(6));
    return Check(messages);
  };
  const auto good = Snapshot(4);
  EXPECT_THAT(with_entries(good), IsEmpty());

  auto bad = good;
  bad.erase(bad.begin());
  EXPECT_THAT(with_entries(bad), ElementsAre("the snapshot lacks pain"));
  bad = good;
  bad.insert(bad.begin(), good[0]);
  EXPECT_THAT(with_entries(bad),
              ElementsAre(HasSubstr("the snapshot has pain: it comes twice")));
  bad = good;
  bad[1] = Snapshot(2)[1];
  EXPECT_THAT(with_entries(bad),
              ElementsAre(HasSubstr("the snapshot of rank is not what")));
  bad = good;
  bad.pop_back();
  EXPECT_THAT(with_entries(bad), Contains("entry 5 before the snapshot ended"));
}

}  // namespace
}  // namespace tidemark::testing
