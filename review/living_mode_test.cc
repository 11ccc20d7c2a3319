#include "review/living_mode.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/log_verifier.h"
#include "review/plan_change.h"
#include "review/review_state.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using testing::FieldsOf;
using testing::FromText;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsNull;
using ::testing::SizeIs;
using testing::StatusIs;

v1::Change LivingChange(const std::string& mode) {
  return FromText<v1::Change>(
      absl::StrCat("set_living_mode { living_mode { ", mode, " } }"));
}

// Entries of the honest log are of 1970-01-01.
constexpr char kActive[] = R"(
    status: ACTIVE trigger: FIXED_INTERVAL next_planned_update: "1970-03-01"
    schedules { step: SEARCH source: "MEDLINE" every_days: 30
                first_due: "1969-12-30" }
    schedules { step: SYNTHESIS every_days: 60 first_due: "1969-12-31" })";

v1::Change EmptySearch(const std::string& day) {
  return FromText<v1::Change>(absl::StrCat(
      "record_runs { runs { step: SEARCH source: 'MEDLINE' performed_on: '",
      day, "' search { identified: 0 duplicates: 0 } notes: 'J. Doe' } }"));
}

v1::Change Report(const std::vector<v1::DueStep>& steps) {
  v1::Change change;
  change.mutable_report_overdue()->mutable_steps()->Add(steps.begin(),
                                                        steps.end());
  return change;
}

absl::Time Day(int year, int month, int day) {
  return absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone());
}

class LivingModeTest : public ::testing::Test {
 protected:
  LivingModeTest() { log_.Append(testing::PutReview(testing::ToyReview())); }

  absl::Status Refused(const v1::Change& change) const {
    return PlanChange(log_.state(), testing::kToyReview, change, Author()).status();
  }
  // That an auditor accepts the log.
  absl::Status Verified() const {
    LogVerifier verifier(testing::kToyReview);
    for (const testing::LoggedEntry& entry : log_.entries()) {
      const absl::Status status = verifier.Add(entry.bytes(), entry.evidence);
      if (!status.ok()) return status;
    }
    return verifier.Finish();
  }

  testing::HonestLog log_;
};

TEST_F(LivingModeTest, EachSettingIsAVersion) {
  EXPECT_THAT(log_.state().LivingMode(), IsNull());
  const auto& entry = log_.Append(LivingChange(kActive));
  EXPECT_EQ(entry.leaf.action, "living_mode.set");
  EXPECT_EQ(entry.leaf.resource, "living_mode");
  EXPECT_EQ(entry.leaf.version_after, 1);
  log_.Append(
      LivingChange("status: PAUSED status_reason: 'nobody here' "
                   "trigger: FIXED_INTERVAL"));
  EXPECT_EQ(log_.state().LivingMode()->version(), 2);
  EXPECT_EQ(log_.state().LivingMode()->actor(), "tester");
  EXPECT_EQ(log_.state().LivingMode(2)->living_mode().status(),
            v1::LivingMode::ACTIVE);
  EXPECT_THAT(log_.state().LivingMode(1), IsNull());
  EXPECT_THAT(DueSteps(log_.state(), 2), SizeIs(3));
  EXPECT_THAT(DueSteps(log_.state(), 3), IsEmpty());
}

TEST_F(LivingModeTest, MovesNoEstimate) {
  log_.Append(testing::PutAnalyses({testing::PainAnalysis()}));
  EXPECT_THAT(log_.Append(LivingChange(kActive)).leaf.analyses, IsEmpty());
  EXPECT_THAT(log_.Append(EmptySearch("1970-01-01")).leaf.analyses, IsEmpty());
}

TEST_F(LivingModeTest, WhoSawAnOlderVersionIsRefused) {
  v1::Change change = LivingChange(kActive);
  change.mutable_set_living_mode()->set_expected_version(0);
  log_.Append(change);
  EXPECT_THAT(Refused(change),
              StatusIs(absl::StatusCode::kAborted,
                       HasSubstr("living_mode is at version 1, not 0")));
  change.mutable_set_living_mode()->set_expected_version(1);
  EXPECT_OK(Refused(change));
}

TEST_F(LivingModeTest, ASearchThatFoundNothingIsKept) {
  log_.Append(EmptySearch("1969-12-24"));
  ASSERT_THAT(log_.state().runs(), SizeIs(1));
  const v1::StepRunRecord& record = *log_.state().runs()[0];
  EXPECT_TRUE(record.run().search().has_identified());
  EXPECT_EQ(record.run().search().identified(), 0);
  EXPECT_EQ(record.sequence(), 2);
  EXPECT_EQ(record.actor(), "tester");
  // Nothing schedules MEDLINE here; later it counts.
  log_.Append(LivingChange(kActive));
  EXPECT_EQ(DueSteps(log_.state(), 3)[1].due_on(), "1970-01-23");
  EXPECT_OK(Verified());
}

TEST_F(LivingModeTest, RunsComeOneToAHundredAtATime) {
  v1::Change change;
  change.mutable_record_runs();
  EXPECT_THAT(FieldsOf(Refused(change)), ElementsAre("record_runs.runs"));
  for (int i = 0; i < 101; ++i) {
    *change.mutable_record_runs()->add_runs() =
        EmptySearch("1970-01-01").record_runs().runs(0);
  }
  EXPECT_THAT(FieldsOf(Refused(change)), ElementsAre("record_runs.runs"));
  change.mutable_record_runs()->mutable_runs()->RemoveLast();
  EXPECT_OK(Refused(change));
}

TEST_F(LivingModeTest, WhatIsDoneLaterIsNotDoneYet) {
  const v1::Change change = EmptySearch("2026-11-02");
  EXPECT_OK(CheckDays(change, Day(2026, 11, 2)));
  const absl::Status early =
      CheckDays(change, Day(2026, 11, 2) - absl::Nanoseconds(1));
  EXPECT_THAT(FieldsOf(early), ElementsAre("record_runs.runs[0].performed_on"));
  EXPECT_THAT(early.message(), HasSubstr("2026-11-01"));
}

TEST_F(LivingModeTest, EachDayThatPassesIsReportedOnce) {
  log_.Append(LivingChange(kActive));
  EXPECT_THAT(UnreportedOverdue(log_.state(), Day(1969, 12, 30)), IsEmpty());
  EXPECT_THAT(UnreportedOverdue(log_.state(), Day(1969, 12, 31)), SizeIs(1));
  const auto overdue = UnreportedOverdue(log_.state(), Day(1970, 1, 1));
  ASSERT_THAT(overdue, SizeIs(2));
  const auto& entry = log_.Append(Report(overdue));
  EXPECT_EQ(entry.leaf.action, kOverdueAction);
  EXPECT_EQ(entry.leaf.resource, "living_mode");
  EXPECT_THAT(UnreportedOverdue(log_.state(), Day(1970, 2, 1)), IsEmpty());
  EXPECT_THAT(FieldsOf(Refused(Report({overdue[1]}))),
              ElementsAre("report_overdue.steps[0]"));
  // Once done, it can be late again.
  log_.Append(EmptySearch("1970-01-01"));
  const auto again = UnreportedOverdue(log_.state(), Day(1970, 2, 1));
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].due_on(), "1970-01-31");
  EXPECT_OK(Verified());
}

TEST_F(LivingModeTest, OnlyWhatTheScheduleSaysCanBeReported) {
  log_.Append(LivingChange(kActive));
  v1::DueStep step = DueSteps(log_.state(), 2)[0];
  EXPECT_OK(Refused(Report({step})));
  EXPECT_THAT(FieldsOf(Refused(Report({step, step}))),
              ElementsAre("report_overdue.steps[1]"));
  step.set_due_on("1969-12-29");
  EXPECT_THAT(FieldsOf(Refused(Report({step}))),
              ElementsAre("report_overdue.steps[0]"));
  EXPECT_THAT(FieldsOf(Refused(Report({}))),
              ElementsAre("report_overdue.steps"));
  EXPECT_OK(CheckDays(Report({step}), Day(1969, 12, 30)));
  EXPECT_THAT(FieldsOf(CheckDays(Report({step}), Day(1969, 12, 29))),
              ElementsAre("report_overdue.steps[0].due_on"));
}

// Both are entries that their leaf commits to: only the rules speak against
// them.
TEST_F(LivingModeTest, VerificationRefusesWhatItsTimeRulesOut) {
  log_.Append(EmptySearch("1970-01-02"));
  EXPECT_THAT(Verified(), StatusIs(absl::StatusCode::kDataLoss,
                                   HasSubstr("sequence 2: the review's rules "
                                             "refuse the change at the time")));
}

TEST_F(LivingModeTest, VerificationRefusesAReportBeforeItsTime) {
  log_.Append(
      LivingChange("status: ACTIVE trigger: FIXED_INTERVAL "
                   "next_planned_update: '1970-01-01'"));
  ASSERT_OK(Verified());
  log_.Append(Report(DueSteps(log_.state(), 2)));
  EXPECT_THAT(Verified(), StatusIs(absl::StatusCode::kDataLoss,
                                   HasSubstr("due_on: must be before")));
}

TEST_F(LivingModeTest, WordsCanBeErasedAndTheScheduleStays) {
  log_.Append(LivingChange(absl::StrCat(
      kActive, "status_reason: 'Jane Doe pays' retirement_plan: 'never'")));
  log_.Append(EmptySearch("1970-01-01"));
  log_.Append(LivingChange(absl::StrCat(kActive, "retirement_plan: 'never'")));
  log_.Redact({2, 3});
  EXPECT_EQ(log_.state().LivingMode(2)->living_mode().status_reason(),
            "[redacted]");
  EXPECT_EQ(log_.state().runs()[0]->run().notes(), "[redacted]");
  EXPECT_EQ(DueSteps(log_.state(), 4)[1].due_on(), "1970-01-31");
  v1::Change redaction;
  ASSERT_TRUE(
      redaction.ParseFromString(log_.entries().back().evidence.change()));
  EXPECT_THAT(redaction.redact_changes().still_held(), ElementsAre(4));
  EXPECT_OK(Verified());
}

}  // namespace
}  // namespace tidemark::review
