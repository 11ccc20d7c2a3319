// What a server says of living mode, from one day to the next and over
// restarts.
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "server/server.h"
#include "storage/testing/failing_file_system.h"
#include "tests/testing/example_review.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using ::testing::ElementsAre;
using testing::FromText;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ServerFixture;
using ::testing::SizeIs;

// Noon of a day in UTC.
class Days final : public Clock {
 public:
  void Set(int year, int month, int day) {
    const absl::CivilDay civil(year, month, day);
    seconds_ = absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()) +
                                   absl::Hours(12));
  }
  absl::Time Now() override { return absl::FromUnixSeconds(seconds_); }

 private:
  std::atomic<int64_t> seconds_ = 1793534400;  // 2026-11-01
};

v1::Change MonthlySearch() {
  return FromText<v1::Change>(R"(
    set_living_mode { living_mode {
      status: ACTIVE trigger: NEW_EVIDENCE
      schedules { step: SEARCH source: "MEDLINE" every_days: 30
                  first_due: "2026-11-01" }
      schedules { step: SYNTHESIS every_days: 90 first_due: "2026-12-15" } } })");
}

v1::Change Searched(const std::string& day, int identified = 0) {
  return FromText<v1::Change>(absl::StrCat(
      "record_runs { runs { step: SEARCH source: 'MEDLINE' performed_on: '",
      day, "' search { identified: ", identified, " duplicates: 0 } } }"));
}

std::string InWords(const v1::DueStep& step) {
  return absl::StrCat(v1::Step::Code_Name(step.step()), " ", step.due_on());
}

class LivingModeTest : public ::testing::Test {
 protected:
  explicit LivingModeTest(absl::Duration interval = absl::Hours(1))
      : fixture_(OptionsOf(interval)) {
    fixture_.CreateExample();  // 1, 2
  }

  server::ServerOptions OptionsOf(absl::Duration interval) {
    server::ServerOptions options;
    options.clock = &clock_;
    options.overdue_interval = interval;
    options.file_system = disk_;
    return options;
  }

  grpc::Status Apply(const v1::Change& change) {
    v1::ApplyResponse response;
    return fixture_.Apply(change, &response);
  }

  v1::GetReviewResponse Review(int64_t as_of = 0) {
    v1::GetReviewRequest request;
    request.set_review_id(testing::kExampleReview);
    if (as_of > 0) request.mutable_as_of()->set_sequence(as_of);
    v1::GetReviewResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(fixture_.read->GetReview(&context, request, &response).ok());
    return response;
  }

  std::vector<std::string> Overdue() {
    const v1::GetReviewResponse review = Review();
    std::vector<std::string> words;
    for (const v1::DueStep& step : review.overdue()) {
      words.push_back(InWords(step));
    }
    return words;
  }

  // What the log says was overdue, with its sequence, as a watch reads it that
  // asks for nothing else.
  std::vector<std::string> Reported(int64_t to) {
    v1::WatchRequest request;
    request.set_review_id(testing::kExampleReview);
    request.set_from_sequence(1);
    request.set_min_importance(v1::Importance::MAJOR);
    request.set_overdue(true);
    request.mutable_progress_interval()->set_seconds(1);
    grpc::ClientContext context;
    const auto stream = fixture_.watch->Watch(&context, request);
    std::vector<std::string> reported;
    v1::WatchResponse response;
    while (stream->Read(&response)) {
      const v1::WatchEntry& entry = response.entry();
      for (const v1::DueStep& step : entry.overdue()) {
        reported.push_back(absl::StrCat(entry.entry().sequence(), " ",
                                        entry.entry().actor(), " ",
                                        InWords(step)));
      }
      if (entry.entry().sequence() >= to ||
          response.progress().sequence() >= to) {
        break;
      }
    }
    context.TryCancel();
    return reported;
  }

  Days clock_;
  const std::shared_ptr<storage::FailingFileSystem> disk_ =
      std::make_shared<storage::FailingFileSystem>();
  ServerFixture fixture_;
};

TEST_F(LivingModeTest, SaysWhatIsDueAndSinceWhenNotDone) {
  ASSERT_TRUE(Apply(MonthlySearch()).ok());  // 3
  EXPECT_EQ(Review().living_mode().version(), 1);
  EXPECT_FALSE(Review(2).has_living_mode());
  EXPECT_THAT(Review().due(), SizeIs(2));
  EXPECT_THAT(Overdue(), IsEmpty());
  clock_.Set(2026, 11, 2);
  EXPECT_THAT(Overdue(), ElementsAre("SEARCH 2026-11-01"));
  ASSERT_TRUE(Apply(Searched("2026-11-02")).ok());  // 4
  EXPECT_THAT(Overdue(), IsEmpty());
  EXPECT_EQ(Review().due(0).due_on(), "2026-12-02");
  // As of then it was due, and by now it is overdue.
  ASSERT_THAT(Review(3).overdue(), SizeIs(1));
  EXPECT_EQ(Review(3).overdue(0).due_on(), "2026-11-01");
}

TEST_F(LivingModeTest, EachDueDayIsReportedOnceHoweverOftenTheServerRestarts) {
  ASSERT_TRUE(Apply(MonthlySearch()).ok());  // 3
  fixture_.Restart();
  EXPECT_EQ(fixture_.Head(), 3) << "not late on the day itself";
  clock_.Set(2026, 11, 2);
  for (int i = 0; i < 3; ++i) {
    fixture_.Restart();
    EXPECT_EQ(fixture_.Head(), 4);
  }
  clock_.Set(2026, 11, 20);
  ASSERT_TRUE(Apply(Searched("2026-11-10")).ok());  // 5: due on 2026-12-10
  fixture_.Restart();
  EXPECT_EQ(fixture_.Head(), 5);
  clock_.Set(2027, 1, 1);
  for (int i = 0; i < 2; ++i) {
    fixture_.Restart();
    EXPECT_EQ(fixture_.Head(), 6);
  }
  EXPECT_THAT(Reported(6), ElementsAre("4 server SEARCH 2026-11-01",
                                       "6 server SEARCH 2026-12-10",
                                       "6 server SYNTHESIS 2026-12-15"));
}

TEST_F(LivingModeTest, NothingIsReportedOfAReviewThatPauses) {
  v1::Change pause = MonthlySearch();
  v1::LivingMode& mode =
      *pause.mutable_set_living_mode()->mutable_living_mode();
  mode.set_status(v1::LivingMode::PAUSED);
  mode.set_status_reason("the question is being rewritten");
  ASSERT_TRUE(Apply(MonthlySearch()).ok());
  ASSERT_TRUE(Apply(pause).ok());  // 4
  clock_.Set(2027, 6, 1);
  fixture_.Restart();
  EXPECT_EQ(fixture_.Head(), 4);
  EXPECT_THAT(Review().due(), IsEmpty());
}

TEST_F(LivingModeTest, ARunIsNotOfADayToCome) {
  const grpc::Status refused = Apply(Searched("2026-11-02"));
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_message(), HasSubstr("performed_on"));
  EXPECT_TRUE(Apply(Searched("2026-11-01")).ok());
}

TEST_F(LivingModeTest, NobodyElseReportsWhatIsOverdue) {
  ASSERT_TRUE(Apply(MonthlySearch()).ok());
  clock_.Set(2026, 11, 2);
  v1::Change change;
  *change.mutable_report_overdue()->add_steps() = Review().overdue(0);
  EXPECT_EQ(Apply(change).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(LivingModeTest, RunsAreListedInPagesAlsoThoseThatFoundNothing) {
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(Apply(Searched("2026-10-01", i)).ok());
  v1::ListRunsRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_from_sequence(3);
  request.set_to_sequence(6);
  request.set_page_size(3);
  std::vector<int64_t> identified;
  std::vector<int64_t> pages;
  do {
    v1::ListRunsResponse page;
    grpc::ClientContext context;
    ASSERT_TRUE(fixture_.read->ListRuns(&context, request, &page).ok());
    pages.push_back(page.runs_size());
    for (const v1::StepRunRecord& record : page.runs()) {
      EXPECT_TRUE(record.run().search().has_identified());
      identified.push_back(record.run().search().identified());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(identified, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(pages, ElementsAre(3, 1));
}

TEST_F(LivingModeTest, OnlyAWatchThatAsksGetsWhatItsFilterHoldsBack) {
  ASSERT_TRUE(Apply(MonthlySearch()).ok());
  clock_.Set(2026, 11, 2);
  fixture_.Restart();
  v1::WatchRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_from_sequence(1);
  request.add_analyses("pain-6m");
  request.mutable_progress_interval()->set_seconds(1);
  for (const bool asks : {false, true}) {
    request.set_overdue(asks);
    grpc::ClientContext context;
    const auto stream = fixture_.watch->Watch(&context, request);
    v1::WatchResponse response;
    while (stream->Read(&response) && response.entry().overdue().empty() &&
           response.progress().sequence() < 4) {
    }
    EXPECT_EQ(response.entry().entry().sequence(), asks ? 4 : 0);
    context.TryCancel();
  }
}

class OverdueWatchTest : public LivingModeTest {
 protected:
  OverdueWatchTest() : LivingModeTest(absl::Milliseconds(5)) {}

  // Of looks that have nothing to do, or cannot do it.
  static void SeveralLooks() { absl::SleepFor(absl::Milliseconds(50)); }

  // Waits until the log has so many entries.
  bool Reaches(int64_t head) {
    for (int i = 0; i < 2000 && fixture_.Head() < head; ++i) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    return fixture_.Head() == head;
  }
};

TEST_F(OverdueWatchTest, ReportsWhenTheDayIsOverWithoutARestart) {
  ASSERT_TRUE(Apply(MonthlySearch()).ok());  // 3
  clock_.Set(2026, 11, 2);
  EXPECT_TRUE(Reaches(4));
  // It goes on looking, and has nothing more to say until a day passes.
  ASSERT_TRUE(Apply(Searched("2026-11-02")).ok());  // 5
  clock_.Set(2026, 12, 3);
  EXPECT_TRUE(Reaches(6));
  EXPECT_THAT(Reported(6), ElementsAre("4 server SEARCH 2026-11-01",
                                       "6 server SEARCH 2026-12-02"));
}

TEST_F(OverdueWatchTest, WhatAFullDiskHoldsBackIsReportedLaterAndOnce) {
  ASSERT_TRUE(Apply(MonthlySearch()).ok());  // 3
  storage::DiskFault full;
  full.writes = true;
  full.no_space = true;
  disk_->Fail(full);
  clock_.Set(2026, 11, 2);
  for (int i = 0; i < 1000 && !disk_->failed(); ++i) SeveralLooks();
  ASSERT_TRUE(disk_->failed());
  SeveralLooks();
  EXPECT_EQ(fixture_.Head(), 3);
  disk_->Mend();
  EXPECT_TRUE(Reaches(4));
  SeveralLooks();
  EXPECT_EQ(fixture_.Head(), 4);
  fixture_.Restart();
  EXPECT_EQ(fixture_.Head(), 4);
}

}  // namespace
}  // namespace tidemark
