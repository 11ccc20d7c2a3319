// What a watch promises (docs/watching.md), against a real server over TCP:
// from every start, after every message, over a network that delays, stalls and
// cuts, with slow readers, and while the server restarts under writing.
//
// TIDEMARK_FAULT_SEED repeats a seed, as far as threads allow;
// TIDEMARK_WATCH_WRITES and TIDEMARK_WATCH_RESTARTS make it longer.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "tests/faults/seed.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"
#include "tests/watch/flaky_proxy.h"
#include "tests/watch/follower.h"
#include "tests/watch/history.h"
#include "tests/watch/watch_checker.h"
#include "tests/watch/watched_review.h"

namespace tidemark::testing {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kEntries = 40;
constexpr absl::Duration kPatience = absl::Seconds(60);

// Of every kind that there is, alone and together.
std::vector<v1::WatchRequest> Filters() {
  std::vector<v1::WatchRequest> filters(6);
  filters[1].add_analyses(kStroke);
  filters[2].add_event_kinds(v1::ConclusionEvent::SIGNIFICANCE_GAINED);
  filters[2].add_event_kinds(v1::ConclusionEvent::SIGNIFICANCE_LOST);
  filters[3].set_min_importance(v1::Importance::MAJOR);
  filters[4].set_delivery(v1::WatchRequest::LATEST);
  filters[5].add_analyses(kDeath);
  filters[5].set_min_importance(v1::Importance::NOTABLE);
  filters[5].set_delivery(v1::WatchRequest::LATEST);
  for (v1::WatchRequest& filter : filters) {
    filter.set_review_id(kExampleReview);
    filter.mutable_progress_interval()->set_seconds(1);
  }
  return filters;
}

int64_t PositionAfter(const v1::WatchResponse& message) {
  return message.has_entry()          ? message.entry().entry().sequence()
         : message.has_progress()     ? message.progress().sequence()
         : message.has_snapshot_end() ? message.snapshot_end().sequence()
                                      : 0;
}

class WatchValidatorsTest : public ::testing::Test {
 protected:
  WatchValidatorsTest() : WatchValidatorsTest(server::ServerOptions()) {}
  explicit WatchValidatorsTest(server::ServerOptions options)
      : fixture_([&options] {
          options.listen = "127.0.0.1:0";
          return options;
        }()),
        review_(&fixture_, seed_) {
    Connect();
  }

  void Connect() {
    stub_ = v1::WatchService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", fixture_.server->port()),
                            grpc::InsecureChannelCredentials()));
  }

  // What a watch sends until all up to `until` is delivered or filtered.
  std::vector<v1::WatchResponse> Watch(const v1::WatchRequest& request,
                                       int64_t until) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
    const auto stream = stub_->Watch(&context, request);
    std::vector<v1::WatchResponse> messages;
    v1::WatchResponse message;
    while (stream->Read(&message)) {
      messages.push_back(message);
      if (PositionAfter(message) >= until) {
        context.TryCancel();
        return messages;
      }
    }
    ADD_FAILURE() << "the watch ended after " << messages.size()
                  << " messages: " << stream->Finish().error_message();
    return messages;
  }

  const uint64_t seed_ = PrintedSeed();
  ServerFixture fixture_;
  WatchedReview review_;
  std::unique_ptr<v1::WatchService::Stub> stub_;
};

TEST_F(WatchValidatorsTest, StartsAtEverySequence) {
  review_.Write(kEntries);
  const History history = review_.ReadHistory();
  for (v1::WatchRequest request : Filters()) {
    SCOPED_TRACE(request.ShortDebugString());
    // Starts behind it get nothing but progress: one of them is enough.
    const int64_t last = history.LastFor(request);
    ASSERT_GT(last, 0) << "the filter holds back everything";
    for (int64_t start = 1; start <= std::min(last + 1, history.head());
         ++start) {
      request.set_from_sequence(start);
      const int64_t until = start <= last ? last : history.head();
      EXPECT_THAT(
          CheckWatch(request, start - 1, until, Watch(request, until), history),
          IsEmpty());
    }
  }
}

TEST_F(WatchValidatorsTest, StartsBehindTheHeadAndNow) {
  review_.Write(kEntries);
  const int64_t head = fixture_.Head();
  v1::WatchRequest behind = Filters()[0];
  behind.set_from_sequence(head + 1);
  const v1::WatchRequest now = Filters()[0];
  for (const v1::WatchRequest& request : {behind, now}) {
    Follower follower(absl::StrCat("127.0.0.1:", fixture_.server->port()),
                      request, {});
    absl::SleepFor(absl::Milliseconds(200));
    review_.Write(5);
    const History history = review_.ReadHistory();
    const absl::Time deadline = absl::Now() + kPatience;
    while (follower.position() < history.head() && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    EXPECT_THAT(follower.StopAndCheck(history), IsEmpty());
  }
}

// The rest of a watch that goes on after `token` is `rest`, byte for byte.
void ExpectRest(const std::vector<v1::WatchResponse>& rest,
                std::vector<v1::WatchResponse> found) {
  ASSERT_FALSE(found.empty());
  EXPECT_TRUE(found.front().has_started());
  found.erase(found.begin());
  ASSERT_THAT(found, SizeIs(rest.size()));
  for (size_t i = 0; i < rest.size(); ++i) {
    EXPECT_TRUE(MessageDifferencer::Equals(rest[i], found[i]));
  }
}

TEST_F(WatchValidatorsTest, GoesOnAfterEveryMessage) {
  review_.Write(kEntries);
  const History history = review_.ReadHistory();
  for (v1::WatchRequest request : Filters()) {
    SCOPED_TRACE(request.ShortDebugString());
    const int64_t last = history.LastFor(request);
    request.set_from_sequence(1);
    const auto all = Watch(request, last);
    ASSERT_THAT(CheckWatch(request, 0, last, all, history), IsEmpty());
    for (size_t i = 0; i + 1 < all.size(); ++i) {
      request.set_resume_token(all[i].resume_token());
      ExpectRest({all.begin() + static_cast<int64_t>(i) + 1, all.end()},
                 Watch(request, last));
    }
  }
}

TEST_F(WatchValidatorsTest, ASnapshotGoesOnAfterEveryMessage) {
  review_.Write(kEntries);
  for (v1::WatchRequest request : Filters()) {
    SCOPED_TRACE(request.ShortDebugString());
    request.set_snapshot(true);
    const int64_t snapshot = fixture_.Head();
    auto all = Watch(request, snapshot);
    const v1::WatchRequest whole = request;
    // Until there is something that the filter lets pass.
    int64_t last = 0;
    History history;
    do {
      review_.Write(5);
      history = review_.ReadHistory();
      last = history.LastFor(request);
    } while (last <= snapshot);
    request.set_resume_token(all.back().resume_token());
    const auto entries = Watch(request, last);
    all.insert(all.end(), entries.begin() + 1, entries.end());
    EXPECT_THAT(CheckWatch(whole, 0, last, all, history), IsEmpty());
    // The snapshot stays the one of its sequence, however late it is resumed.
    for (size_t i = 0; i + 1 < all.size(); ++i) {
      request.set_resume_token(all[i].resume_token());
      ExpectRest({all.begin() + static_cast<int64_t>(i) + 1, all.end()},
                 Watch(request, last));
    }
  }
}

TEST_F(WatchValidatorsTest, ProgressComesToAFilterThatMatchesNothing) {
  review_.Write(5);
  v1::WatchRequest request = Filters()[0];
  request.add_event_kinds(v1::ConclusionEvent::NODE_MAP_CHANGED);
  request.set_from_sequence(1);
  const int64_t head = fixture_.Head();
  const auto messages = Watch(request, head);
  const History history = review_.ReadHistory();
  EXPECT_EQ(history.LastFor(request), 0);
  EXPECT_THAT(CheckWatch(request, 0, head, messages, history), IsEmpty());
}

Follower::Habits Restarting(int messages_a_life) {
  Follower::Habits habits;
  habits.messages_a_life = messages_a_life;
  return habits;
}

Follower::Habits Pausing(absl::Duration pause) {
  Follower::Habits habits;
  habits.pause = pause;
  return habits;
}

// Services of many kinds behind bad networks.
class BadNetworkTest : public WatchValidatorsTest {
 protected:
  BadNetworkTest() : random_(seed_) {}

  void Follow(const v1::WatchRequest& request, Follower::Habits habits) {
    proxies_.push_back(std::make_unique<FlakyProxy>(random_()));
    proxies_.back()->SetUpstream(fixture_.server->port());
    proxies_.back()->SetFaults(faults_);
    followers_.push_back(
        std::make_unique<Follower>(proxies_.back()->target(), request, habits));
  }

  void FollowInManyWays() {
    for (v1::WatchRequest request : Filters()) {
      request.set_from_sequence(1);
      Follow(request, {});
      request.set_snapshot(true);
      Follow(request, Restarting(7));
    }
    v1::WatchRequest request = Filters()[0];
    Follow(request, {});
    request.set_from_sequence(3);
    Follow(request, Restarting(1));
    Follow(request, Pausing(absl::Milliseconds(30)));
  }

  // Waits until all is delivered over a network that is good again.
  void ExpectAllWasDelivered() {
    for (const auto& proxy : proxies_) proxy->SetFaults({});
    const History history = review_.ReadHistory();
    const absl::Time deadline = absl::Now() + kPatience;
    for (const auto& follower : followers_) {
      while (follower->position() < history.head() && absl::Now() < deadline) {
        absl::SleepFor(absl::Milliseconds(10));
      }
    }
    for (size_t i = 0; i < followers_.size(); ++i) {
      EXPECT_THAT(followers_[i]->StopAndCheck(history), IsEmpty())
          << "follower " << i;
    }
  }

  int Cuts() const {
    int cuts = 0;
    for (const auto& proxy : proxies_) cuts += proxy->cuts();
    return cuts;
  }

  std::mt19937_64 random_;
  NetworkFaults faults_;
  // One for each follower: gRPC shares connections to the same target.
  std::vector<std::unique_ptr<FlakyProxy>> proxies_;
  std::vector<std::unique_ptr<Follower>> followers_;
};

TEST_F(BadNetworkTest, ConnectionsAreDelayedStalledAndCut) {
  faults_.cut = 40;
  faults_.delay = 3;
  faults_.stall = 100;
  review_.Write(10);
  FollowInManyWays();
  const auto writes = NumberFromEnvironment("TIDEMARK_WATCH_WRITES", 60);
  for (uint64_t i = 0; i < writes; ++i) {
    review_.Write();
    absl::SleepFor(absl::Milliseconds(random_() % 40));
  }
  ExpectAllWasDelivered();
  std::cerr << Cuts() << " connections were cut\n";
  EXPECT_GT(Cuts(), 10);
}

TEST_F(BadNetworkTest, ReconnectsAreForcedAllTheTime) {
  review_.Write(10);
  FollowInManyWays();
  const auto writes = NumberFromEnvironment("TIDEMARK_WATCH_WRITES", 60);
  for (uint64_t i = 0; i < writes; ++i) {
    review_.Write();
    absl::SleepFor(absl::Milliseconds(random_() % 40));
    for (const auto& proxy : proxies_) proxy->CutAll();
  }
  ExpectAllWasDelivered();
}

TEST_F(BadNetworkTest, TheServerRestartsUnderWriting) {
  review_.Write(10);
  FollowInManyWays();
  const auto restarts = NumberFromEnvironment("TIDEMARK_WATCH_RESTARTS", 5);
  for (uint64_t i = 0; i < restarts; ++i) {
    review_.Write(static_cast<int>(random_() % 10));
    fixture_.Restart();
    for (const auto& proxy : proxies_) {
      proxy->SetUpstream(fixture_.server->port());
    }
    review_.Write(static_cast<int>(random_() % 10));
  }
  ExpectAllWasDelivered();
}

// A server that soon cuts off who does not read.
class SlowReaderTest : public WatchValidatorsTest {
 protected:
  SlowReaderTest() : WatchValidatorsTest(Impatient()) {}

  static server::ServerOptions Impatient() {
    server::ServerOptions options;
    options.watch_stall_limit = absl::Seconds(1);
    return options;
  }
};

TEST_F(SlowReaderTest, IsCutOffAndMissesNothing) {
  // Some 250 kB, more than the connection holds: else the server does not
  // notice. Messages are small, since large ones have more time.
  review_.AddAnalyses(6);
  review_.Write(kEntries);
  v1::WatchRequest request = Filters()[0];
  request.set_from_sequence(1);
  Follower::Habits napping;
  napping.nap = absl::Seconds(5);
  Follower follower(absl::StrCat("127.0.0.1:", fixture_.server->port()),
                    request, napping);
  const History history = review_.ReadHistory();
  const absl::Time deadline = absl::Now() + kPatience;
  while (follower.position() < history.head() && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(10));
  }
  EXPECT_THAT(follower.StopAndCheck(history), IsEmpty());
  EXPECT_GT(follower.cut_offs(), 0);
}

}  // namespace
}  // namespace tidemark::testing
