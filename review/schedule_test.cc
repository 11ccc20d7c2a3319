#include "review/schedule.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using testing::FromText;
using ::testing::IsEmpty;

// `SEARCH MEDLINE 2026-11-01`, with when it was last done if it was.
std::string InWords(const v1::DueStep& step) {
  return absl::StrCat(v1::Step::Code_Name(step.step()),
                      step.source().empty() ? "" : " ", step.source(), " ",
                      step.due_on(),
                      step.last_performed_on().empty() ? "" : " after ",
                      step.last_performed_on());
}

std::vector<std::string> Due(const std::string& mode,
                             const std::vector<std::string>& runs = {}) {
  LastRuns last;
  for (const std::string& run : runs) {
    NoteRun(FromText<v1::StepRun>(run), last);
  }
  std::vector<std::string> due;
  for (const v1::DueStep& step :
       DueSteps(FromText<v1::LivingMode>(mode), last)) {
    due.push_back(InWords(step));
  }
  return due;
}

constexpr char kMedline[] = R"(
    status: ACTIVE
    schedules { step: SEARCH source: "MEDLINE" every_days: 30
                first_due: "2026-11-01" })";

std::string Medline(const std::string& day) {
  return absl::StrCat("step: SEARCH source: 'MEDLINE' performed_on: '", day,
                      "'");
}

TEST(ScheduleTest, ReadsDaysThatThereAre) {
  for (const char* day :
       {"2026-02-28", "2024-02-29", "2000-02-29", "1900-01-01", "2999-12-31"}) {
    ASSERT_TRUE(ParseDay(day).has_value()) << day;
    EXPECT_EQ(FormatDay(*ParseDay(day)), day);
  }
  for (const char* day :
       {"", "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10",
        "2026-04-31", "2026-1-01", "26-01-01", " 2026-1-1", "2026-01-01 ",
        "2026-01-01T00:00:00Z", "1899-12-31", "3000-01-01", "+026-01-01"}) {
    EXPECT_FALSE(ParseDay(day).has_value()) << day;
  }
}

TEST(ScheduleTest, DaysAreThoseOfUtc) {
  absl::Time late;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-11-01T01:30:00+02:00",
                              &late, nullptr));
  EXPECT_EQ(FormatDay(DayOf(late)), "2026-10-31");
}

TEST(ScheduleTest, AStepThatWasNeverDoneIsDueOnItsFirstDay) {
  EXPECT_THAT(Due(kMedline), ElementsAre("SEARCH MEDLINE 2026-11-01"));
}

TEST(ScheduleTest, AfterARunItIsDueSoManyDaysLater) {
  EXPECT_THAT(Due(kMedline, {Medline("2026-11-03")}),
              ElementsAre("SEARCH MEDLINE 2026-12-03 after 2026-11-03"));
  // Also if that was before the schedule began.
  EXPECT_THAT(Due(kMedline, {Medline("2026-01-31")}),
              ElementsAre("SEARCH MEDLINE 2026-03-02 after 2026-01-31"));
}

TEST(ScheduleTest, LeapDaysCount) {
  EXPECT_THAT(Due(kMedline, {Medline("2028-01-31")}),
              ElementsAre("SEARCH MEDLINE 2028-03-01 after 2028-01-31"));
  EXPECT_THAT(Due(R"(status: ACTIVE
                     schedules { step: SYNTHESIS every_days: 366
                                 first_due: "2028-02-29" })",
                  {"step: SYNTHESIS performed_on: '2028-02-29'"}),
              ElementsAre("SYNTHESIS 2029-03-01 after 2028-02-29"));
}

TEST(ScheduleTest, TheLatestDayCountsWhateverTheOrderOfTheEntries) {
  EXPECT_THAT(Due(kMedline, {Medline("2026-11-20"), Medline("2026-11-03")}),
              ElementsAre("SEARCH MEDLINE 2026-12-20 after 2026-11-20"));
}

TEST(ScheduleTest, EachSourceAndStepHasItsOwnDays) {
  EXPECT_THAT(Due(absl::StrCat(kMedline, R"(
              schedules { step: SEARCH source: "Embase" every_days: 30
                          first_due: "2026-11-01" }
              schedules { step: SCREENING every_days: 60
                          first_due: "2026-10-01" }
              next_planned_update: "2026-11-15")"),
                  {Medline("2026-11-01"),
                   "step: SEARCH source: 'CINAHL' "
                   "performed_on: '2026-11-02'"}),
              ElementsAre("SCREENING 2026-10-01", "SEARCH Embase 2026-11-01",
                          "UPDATE 2026-11-15",
                          "SEARCH MEDLINE 2026-12-01 after 2026-11-01"));
}

TEST(ScheduleTest, NothingIsDueInAReviewThatIsNotActive) {
  for (const char* status : {"PAUSED", "RETIRED"}) {
    std::string mode = kMedline;
    mode.replace(mode.find("ACTIVE"), 6, status);
    EXPECT_THAT(Due(mode), IsEmpty());
  }
}

TEST(ScheduleTest, AStepIsLateFromTheDayAfterOn) {
  v1::DueStep step;
  step.set_due_on("2028-02-28");
  EXPECT_FALSE(IsOverdue(step, absl::CivilDay(2028, 2, 27)));
  EXPECT_FALSE(IsOverdue(step, absl::CivilDay(2028, 2, 28)));
  EXPECT_TRUE(IsOverdue(step, absl::CivilDay(2028, 2, 29)));
}

// Whoever does everything on the day on which it is due is never late, and each
// run moves the next day by exactly the interval.
TEST(ScheduleTest, DoneOnTimeItIsNeverLate) {
  v1::LivingMode mode = FromText<v1::LivingMode>(kMedline);
  LastRuns last;
  absl::CivilDay day = *ParseDay("2026-11-01");
  for (int i = 0; i < 500; ++i) {
    const auto due = DueSteps(mode, last);
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].due_on(), FormatDay(day));
    EXPECT_FALSE(IsOverdue(due[0], day));
    NoteRun(FromText<v1::StepRun>(Medline(due[0].due_on())), last);
    day += 30;
  }
}

}  // namespace
}  // namespace tidemark::review
