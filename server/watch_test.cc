// What a watch delivers, from every start, through every filter;
// tests/end_to_end has how it begins, lives and ends.
#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark::server {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using Messages = std::vector<v1::WatchResponse>;

v1::ApplyRequest RequestOf(const v1::Change& change, const std::string& id) {
  v1::ApplyRequest request;
  request.set_review_id(testing::kToyReview);
  *request.mutable_change() = change;
  request.set_request_id(id);
  request.set_reason("a test");
  return request;
}

class WatchTest : public ::testing::Test {
 protected:
  WatchTest() {
    Apply(testing::PutReview(testing::ToyReview()), "create");
    request_.set_review_id(testing::kToyReview);
  }

  void Apply(const v1::Change& change, const std::string& id) {
    v1::ApplyResponse response;
    const grpc::Status status =
        fixture_.ApplyRequest(RequestOf(change, id), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  // The status of a watch that does not come to stand.
  grpc::Status StatusOf(const v1::WatchRequest& request) {
    grpc::ClientContext context;
    const auto reader = fixture_.watch->Watch(&context, request);
    v1::WatchResponse response;
    EXPECT_FALSE(reader->Read(&response));
    return reader->Finish();
  }

  testing::ServerFixture fixture_;
  v1::WatchRequest request_;
};

TEST_F(WatchTest, StartsBeyondAllNumbersAreOutOfRange) {
  for (const int64_t sequence :
       {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0},
        int64_t{3}, std::numeric_limits<int64_t>::max()}) {
    request_.set_from_sequence(sequence);
    EXPECT_EQ(StatusOf(request_).error_code(), grpc::StatusCode::OUT_OF_RANGE)
        << sequence;
  }
}

TEST_F(WatchTest, ATokenOfALaterSequenceIsOutOfRange) {
  std::string token;
  {
    grpc::ClientContext context;
    const auto reader = fixture_.watch->Watch(&context, request_);
    v1::WatchResponse response;
    ASSERT_TRUE(reader->Read(&response));
    token = response.resume_token();
    context.TryCancel();
  }
  ASSERT_EQ(token.size(), 25);
  token.replace(9, 8, "\x7F" + std::string(7, '\xFF'));
  request_.set_resume_token(token);
  EXPECT_EQ(StatusOf(request_).error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

// Neither three hundred years in nanoseconds nor these seconds in milliseconds
// fit 64 bits; the least interval is a second.
TEST_F(WatchTest, AVeryLongProgressIntervalIsLong) {
  for (const int64_t interval :
       {int64_t{10000000000}, std::numeric_limits<int64_t>::max()}) {
    request_.mutable_progress_interval()->set_seconds(interval);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::milliseconds(1500));
    const auto reader = fixture_.watch->Watch(&context, request_);
    v1::WatchResponse response;
    int messages = 0;
    while (reader->Read(&response)) ++messages;
    EXPECT_EQ(messages, 1) << interval;
  }
}

// Commits that come while a watch begins must not run ahead of it.
TEST_F(WatchTest, TheFirstMessageIsAlwaysThatItStands) {
  std::thread writer([this] {
    for (int i = 0; i < 40; ++i) {
      Apply(testing::Submit({testing::ToyTrial()}), std::to_string(i));
    }
  });
  for (int i = 0; i < 200; ++i) {
    grpc::ClientContext context;
    const auto reader = fixture_.watch->Watch(&context, request_);
    v1::WatchResponse response;
    ASSERT_TRUE(reader->Read(&response));
    EXPECT_TRUE(response.has_started());
    context.TryCancel();
    while (reader->Read(&response)) {
    }
    reader->Finish();
  }
  writer.join();
}

// A review with two analyses and a history in which estimates come, move and
// change what they say.
class WatchHistoryTest : public WatchTest {
 protected:
  WatchHistoryTest() {
    Apply(testing::PutAnalyses(
              {testing::PainAnalysis(), testing::AdverseAnalysis()}),
          "analyses");
    v1::Trial strong = testing::TrialOf("strong", {"ha", "msc1"});
    testing::AddPain("ha", "vas", 60, 5, 90, &strong);
    testing::AddPain("msc1", "vas", 20, 5, 90, &strong);
    v1::Trial events = testing::TrialOf("events", {"ha", "msc1"});
    testing::AddEvents("ha", 4, 40, &events);
    testing::AddEvents("msc1", 9, 40, &events);
    int i = 0;
    for (const v1::Change& change :
         {testing::Submit({testing::ToyTrial("alpha")}),
          testing::Submit({strong}), testing::Submit({events}),
          testing::Correct("alpha", "results[pain/6m/ha].continuous.mean",
                           "41"),
          testing::Correct("strong", "results[pain/6m/msc1].continuous.mean",
                           "95"),
          testing::SetStatus({"strong"}, v1::TrialStatus::RETRACTED, "notice"),
          // Moves nothing.
          testing::PutReview(testing::ToyReview())}) {
      Apply(change, absl::StrCat("change ", ++i));
    }
  }

  static constexpr int64_t kHead = 9;

  // What comes after `started` until nothing does for some time.
  Messages Follow(const v1::WatchRequest& request, size_t count) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
    const auto reader = fixture_.watch->Watch(&context, request);
    v1::WatchResponse response;
    EXPECT_TRUE(reader->Read(&response) && response.has_started());
    Messages messages;
    while (messages.size() < count && reader->Read(&response)) {
      messages.push_back(response);
    }
    EXPECT_EQ(messages.size(), count);
    context.TryCancel();
    while (reader->Read(&response)) {
    }
    reader->Finish();
    return messages;
  }

  // Every entry from the first on.
  Messages All() {
    v1::WatchRequest request = request_;
    request.set_from_sequence(1);
    return Follow(request, kHead);
  }

  // The entries of `all` that have events which pass, with only those.
  static Messages WithEvents(
      const Messages& all,
      const std::function<bool(const v1::ConclusionEvent&)>& passes) {
    Messages passing;
    for (v1::WatchResponse message : all) {
      auto* const events = message.mutable_entry()->mutable_events();
      events->erase(std::remove_if(events->begin(), events->end(),
                                   [&](const auto& e) { return !passes(e); }),
                    events->end());
      if (!events->empty()) passing.push_back(std::move(message));
    }
    return passing;
  }

  // Equal but for their tokens, which are of another filter.
  static void ExpectSameContents(Messages found, Messages expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      found[i].clear_resume_token();
      expected[i].clear_resume_token();
      EXPECT_TRUE(MessageDifferencer::Equals(found[i], expected[i]))
          << found[i].ShortDebugString() << "\nis not\n"
          << expected[i].ShortDebugString();
    }
  }

  static void ExpectSame(const Messages& found, const Messages& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_TRUE(MessageDifferencer::Equals(found[i], expected[i])) << i;
    }
  }
};

TEST_F(WatchHistoryTest, EveryStartGivesTheSameEntriesFromThere) {
  const Messages all = All();
  for (int64_t from = 1; from <= kHead; ++from) {
    EXPECT_EQ(all[from - 1].entry().entry().sequence(), from);
    request_.set_from_sequence(from);
    ExpectSame(Follow(request_, kHead - from + 1),
               Messages(all.begin() + from - 1, all.end()));
    request_.set_resume_token(all[from - 1].resume_token());
    ExpectSame(Follow(request_, kHead - from),
               Messages(all.begin() + from, all.end()));
  }
}

TEST_F(WatchHistoryTest, AnEntrySaysWhatItChanged) {
  const Messages all = All();
  // Put before there were data.
  EXPECT_THAT(all[1].entry().events(), ::testing::IsEmpty());
  std::set<int> kinds;
  for (const v1::WatchResponse& message : all) {
    for (const v1::ConclusionEvent& event : message.entry().events()) {
      EXPECT_EQ(event.sequence(), message.entry().entry().sequence());
      kinds.insert(event.kind());
    }
  }
  EXPECT_THAT(kinds, ::testing::IsSupersetOf<int>(
                         {v1::ConclusionEvent::BECAME_ESTIMABLE,
                          v1::ConclusionEvent::TREATMENT_ADDED,
                          v1::ConclusionEvent::DIRECTION_FLIPPED}));
}

TEST_F(WatchHistoryTest, FiltersPassTheEntriesWithTheirEventsOnly) {
  const Messages all = All();
  request_.set_from_sequence(1);
  request_.set_min_importance(v1::Importance::MAJOR);
  const auto is_major = [](const v1::ConclusionEvent& event) {
    return event.importance() == v1::Importance::MAJOR;
  };
  const Messages major = WithEvents(all, is_major);
  ASSERT_GT(major.size(), 1);
  ASSERT_LT(major.size(), kHead);
  ExpectSameContents(Follow(request_, major.size()), major);

  request_.set_min_importance(v1::Importance::MINOR);
  request_.add_event_kinds(v1::ConclusionEvent::TREATMENT_ADDED);
  request_.add_event_kinds(v1::ConclusionEvent::BECAME_ESTIMABLE);
  const Messages arrivals =
      WithEvents(all, [](const v1::ConclusionEvent& event) {
        return event.kind() == v1::ConclusionEvent::TREATMENT_ADDED ||
               event.kind() == v1::ConclusionEvent::BECAME_ESTIMABLE;
      });
  ASSERT_EQ(arrivals.size(), 2);
  ExpectSameContents(Follow(request_, arrivals.size()), arrivals);
}

TEST_F(WatchHistoryTest, AnAnalysisOfTheFilterBringsOnlyItsOwn) {
  request_.set_from_sequence(1);
  request_.add_analyses("adverse");
  const Messages messages = Follow(request_, 2);
  EXPECT_EQ(messages[0].entry().entry().sequence(), 2);
  EXPECT_EQ(messages[1].entry().entry().sequence(), 5);
  for (const v1::WatchResponse& message : messages) {
    ASSERT_EQ(message.entry().estimates_size(), 1);
    EXPECT_EQ(message.entry().estimates(0).analysis_id(), "adverse");
  }
  EXPECT_GT(messages[1].entry().events_size(), 0);
  for (const v1::ConclusionEvent& event : messages[1].entry().events()) {
    EXPECT_EQ(event.analysis_id(), "adverse");
  }
}

TEST_F(WatchHistoryTest, AFilterThatNothingPassesStillMakesProgress) {
  request_.set_from_sequence(1);
  request_.add_event_kinds(v1::ConclusionEvent::THRESHOLD_CHANGED);
  request_.mutable_progress_interval()->set_seconds(1);
  const auto start = std::chrono::steady_clock::now();
  for (const v1::WatchResponse& message : Follow(request_, 2)) {
    EXPECT_EQ(message.progress().sequence(), kHead);
  }
  // Never later than asked; the rest is for a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            std::chrono::milliseconds(2500));
}

TEST_F(WatchHistoryTest, KindsAndImportanceThatThereAreNotAreRefused) {
  request_.add_event_kinds(v1::ConclusionEvent::KIND_UNSPECIFIED);
  EXPECT_THAT(StatusOf(request_).error_message(),
              ::testing::HasSubstr("event_kinds[0]: must be a kind of event"));
  request_.clear_event_kinds();
  request_.set_min_importance(static_cast<v1::Importance::Level>(9));
  EXPECT_THAT(StatusOf(request_).error_message(),
              ::testing::HasSubstr("min_importance: must be"));
  request_.clear_min_importance();
  request_.set_delivery(static_cast<v1::WatchRequest::Delivery>(2));
  EXPECT_THAT(StatusOf(request_).error_message(),
              ::testing::HasSubstr("delivery: must be ALL or LATEST"));
}

// Entries and events are all there; each analysis has only its last estimate.
TEST_F(WatchHistoryTest, LatestLeavesOutWhatWasMovedAgainAndSaysSo) {
  const Messages all = All();
  request_.set_from_sequence(1);
  request_.set_delivery(v1::WatchRequest::LATEST);
  Messages expected = all;
  std::set<std::string> seen;
  for (auto message = expected.rbegin(); message != expected.rend();
       ++message) {
    v1::WatchEntry* const entry = message->mutable_entry();
    google::protobuf::RepeatedPtrField<v1::Estimate> kept;
    for (const v1::Estimate& estimate : entry->estimates()) {
      if (seen.insert(estimate.analysis_id()).second) {
        *kept.Add() = estimate;
      } else {
        entry->add_estimates_left_out(estimate.analysis_id());
      }
    }
    entry->mutable_estimates()->Swap(&kept);
  }
  ASSERT_EQ(seen.size(), 2);
  ExpectSame(Follow(request_, kHead), expected);
}

// What moved an analysis again may be held back: its estimate would never come.
TEST_F(WatchHistoryTest, LatestLeavesNothingOutOfEntriesThatEventsLetPass) {
  const Messages major =
      WithEvents(All(), [](const v1::ConclusionEvent& event) {
        return event.importance() == v1::Importance::MAJOR;
      });
  ASSERT_GT(major.size(), 1);
  request_.set_from_sequence(1);
  request_.set_min_importance(v1::Importance::MAJOR);
  request_.set_delivery(v1::WatchRequest::LATEST);
  ExpectSameContents(Follow(request_, major.size()), major);
}

TEST_F(WatchHistoryTest, ASnapshotIsWhatReadsSayThenEveryEntryFollows) {
  request_.set_snapshot(true);
  const Messages snapshot = Follow(request_, 3);
  ASSERT_EQ(snapshot[0].snapshot_item().analysis().analysis().analysis_id(),
            "adverse");
  ASSERT_EQ(snapshot[1].snapshot_item().analysis().analysis().analysis_id(),
            "pain-6m");
  for (int i = 0; i < 2; ++i) {
    const v1::SnapshotItem& item = snapshot[i].snapshot_item();
    EXPECT_EQ(item.sequence(), kHead);
    v1::GetEstimateRequest request;
    request.set_review_id(testing::kToyReview);
    request.set_analysis_id(item.analysis().analysis().analysis_id());
    v1::GetEstimateResponse read;
    grpc::ClientContext context;
    ASSERT_TRUE(fixture_.read->GetEstimate(&context, request, &read).ok());
    EXPECT_TRUE(MessageDifferencer::Equals(item.estimate(), read.estimate()));
    EXPECT_TRUE(
        MessageDifferencer::Equals(item.conclusions(), read.conclusions()));
  }
  EXPECT_EQ(snapshot[2].snapshot_end().sequence(), kHead);
}

// Also when entries came meanwhile.
TEST_F(WatchHistoryTest, ATokenWithinASnapshotGoesOnInTheSameSnapshot) {
  request_.set_snapshot(true);
  std::string start;
  {
    grpc::ClientContext context;
    const auto reader = fixture_.watch->Watch(&context, request_);
    v1::WatchResponse response;
    ASSERT_TRUE(reader->Read(&response));
    start = response.resume_token();
    context.TryCancel();
  }
  const Messages snapshot = Follow(request_, 3);
  Apply(testing::Correct("alpha", "results[pain/6m/ha].continuous.mean", "47"),
        "more");
  request_.set_resume_token(start);
  const Messages all = Follow(request_, 4);
  ExpectSame(Messages(all.begin(), all.begin() + 3), snapshot);
  EXPECT_EQ(all[3].entry().entry().sequence(), kHead + 1);
  for (size_t i = 0; i < all.size(); ++i) {
    request_.set_resume_token(all[i].resume_token());
    ExpectSame(Follow(request_, all.size() - i - 1),
               Messages(all.begin() + static_cast<int64_t>(i) + 1, all.end()));
  }
}

TEST_F(WatchHistoryTest, ASnapshotHoldsTheAnalysesOfTheFilterOnly) {
  request_.set_snapshot(true);
  request_.add_analyses("pain-6m");
  const Messages messages = Follow(request_, 2);
  EXPECT_EQ(messages[0].snapshot_item().estimate().analysis_id(), "pain-6m");
  EXPECT_TRUE(messages[1].has_snapshot_end());
}

TEST_F(WatchHistoryTest, TheServersOwnLogHasASnapshotOfNothingThenItsEntries) {
  request_.set_review_id("system");
  request_.set_snapshot(true);
  const Messages messages = Follow(request_, 1);
  EXPECT_TRUE(messages[0].has_snapshot_end());
  request_.set_from_sequence(1);
  EXPECT_EQ(Follow(request_, 1)[0].entry().entry().sequence(), 1);
}

// A hundred subscribers of three filters while entries come: each gets what one
// alone gets.
TEST_F(WatchHistoryTest, ManySubscribersGetTheSame) {
  std::vector<v1::WatchRequest> requests(3, request_);
  for (v1::WatchRequest& request : requests) request.set_from_sequence(1);
  requests[1].add_analyses("pain-6m");
  requests[2].set_min_importance(v1::Importance::NOTABLE);
  constexpr int kWrites = 20;
  std::vector<std::vector<std::string>> got(99);
  std::vector<std::thread> readers;
  for (size_t i = 0; i < got.size(); ++i) {
    readers.emplace_back([&, i] {
      grpc::ClientContext context;
      const auto reader = fixture_.watch->Watch(&context, requests[i % 3]);
      v1::WatchResponse response;
      EXPECT_TRUE(reader->Read(&response));
      bool at_end = false;
      while (!at_end && reader->Read(&response)) {
        got[i].push_back(response.SerializeAsString());
        at_end = response.entry().entry().reason() == "the last";
      }
      context.TryCancel();
      while (reader->Read(&response)) {
      }
      reader->Finish();
    });
  }
  for (int i = 0; i < kWrites; ++i) {
    Apply(testing::Correct("alpha", "results[pain/6m/ha].continuous.mean",
                           absl::StrCat(10 + 3 * i)),
          absl::StrCat("live ", i));
  }
  v1::ApplyRequest last = RequestOf(
      testing::SetStatus({"alpha"}, v1::TrialStatus::RETRACTED, "n"), "last");
  last.set_reason("the last");
  v1::ApplyResponse response;
  ASSERT_TRUE(fixture_.ApplyRequest(last, &response).ok());
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(got[0].size(), kHead + kWrites + 1);
  EXPECT_LT(got[2].size(), got[0].size());
  for (size_t i = 3; i < got.size(); ++i) EXPECT_EQ(got[i], got[i % 3]) << i;
}

}  // namespace
}  // namespace tidemark::server
