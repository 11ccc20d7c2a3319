#include "review/validate_living_mode.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using testing::FieldsOf;
using testing::FromText;
using ::testing::IsEmpty;

v1::LivingMode ActiveMode() {
  return FromText<v1::LivingMode>(R"(
    status: ACTIVE trigger: NEW_EVIDENCE next_planned_update: "2027-01-01"
    schedules { step: SEARCH source: "MEDLINE" every_days: 30
                first_due: "2026-11-01" }
    schedules { step: SEARCH source: "Embase" every_days: 30
                first_due: "2026-11-01" }
    schedules { step: SYNTHESIS every_days: 3660 first_due: "2028-02-29" })");
}

std::vector<std::string> Broken(
    const std::function<void(v1::LivingMode&)>& change) {
  v1::LivingMode mode = ActiveMode();
  change(mode);
  Violations violations;
  ValidateLivingMode("mode", mode, violations);
  return FieldsOf(violations.ToStatus());
}

TEST(ValidateLivingModeTest, TakesWhatTheContractSays) {
  EXPECT_THAT(Broken([](v1::LivingMode&) {}), IsEmpty());
  EXPECT_THAT(Broken([](v1::LivingMode& mode) {
                mode.set_status(v1::LivingMode::PAUSED);
                mode.set_status_reason("the search is being redone");
              }),
              IsEmpty());
  EXPECT_THAT(Broken([](v1::LivingMode& mode) {
                mode.set_status(v1::LivingMode::RETIRED);
                mode.set_status_reason("settled");
                mode.set_retirement_reason(v1::LivingMode::CONCLUSIVE);
                mode.clear_trigger();
                mode.clear_next_planned_update();
              }),
              IsEmpty());
}

TEST(ValidateLivingModeTest, NamesTheFieldThatBreaksARule) {
  using Mode = v1::LivingMode;
  const std::vector<std::pair<std::string, std::function<void(Mode&)>>> cases =
      {
          {"mode.status",
           [](Mode& mode) {
             mode.set_status(static_cast<Mode::Status>(9));
             mode.set_status_reason("so");
           }},
          {"mode.status_reason",
           [](Mode& mode) { mode.set_status(Mode::PAUSED); }},
          {"mode.status_reason",
           [](Mode& mode) { mode.set_status_reason(std::string(2001, 'a')); }},
          {"mode.retirement_reason",
           [](Mode& mode) {
             mode.set_status(Mode::RETIRED);
             mode.set_status_reason("settled");
           }},
          {"mode.retirement_reason",
           [](Mode& mode) { mode.set_retirement_reason(Mode::NO_RESOURCES); }},
          {"mode.trigger", [](Mode& mode) { mode.clear_trigger(); }},
          {"mode.next_planned_update",
           [](Mode& mode) { mode.set_next_planned_update("2027-02-29"); }},
          {"mode.schedules[0].first_due",
           [](Mode& mode) { mode.mutable_schedules(0)->clear_first_due(); }},
          {"mode.schedules[0].every_days",
           [](Mode& mode) { mode.mutable_schedules(0)->set_every_days(0); }},
          {"mode.schedules[2].every_days",
           [](Mode& mode) { mode.mutable_schedules(2)->set_every_days(3661); }},
          {"mode.schedules[0].source",
           [](Mode& mode) { mode.mutable_schedules(0)->clear_source(); }},
          {"mode.schedules[0].source",
           [](Mode& mode) {
             mode.mutable_schedules(0)->set_source("MEDLINE ");
           }},
          {"mode.schedules[2].source",
           [](Mode& mode) { mode.mutable_schedules(2)->set_source("x"); }},
          {"mode.schedules[2].step",
           [](Mode& mode) {
             mode.mutable_schedules(2)->set_step(v1::Step::UPDATE);
           }},
          {"mode.schedules[1]",
           [](Mode& mode) {
             mode.mutable_schedules(1)->set_source("MEDLINE");
           }},
      };
  for (const auto& [field, change] : cases) {
    EXPECT_THAT(Broken(change), ElementsAre(field));
  }
}

v1::StepRun Search() {
  return FromText<v1::StepRun>(R"(
    step: SEARCH source: "MEDLINE" performed_on: "2026-11-01"
    search { identified: 12 duplicates: 3 })");
}

v1::StepRun Screening() {
  return FromText<v1::StepRun>(R"(
    step: SCREENING performed_on: "2026-11-02"
    screening { screened: 9 excluded: 5 not_retrieved: 1 reports_included: 1
                reports_excluded { reason: "wrong design" count: 1 }
                reports_excluded { reason: "no outcome" count: 1 } })");
}

std::vector<std::string> Broken(
    v1::StepRun run, const std::function<void(v1::StepRun&)>& change) {
  change(run);
  Violations violations;
  ValidateRun("run", run, violations);
  return FieldsOf(violations.ToStatus());
}

TEST(ValidateRunTest, ASearchThatFoundNothingSaysSo) {
  EXPECT_THAT(Broken(Search(), [](v1::StepRun&) {}), IsEmpty());
  EXPECT_THAT(Broken(Search(),
                     [](v1::StepRun& run) {
                       run.mutable_search()->set_identified(0);
                       run.mutable_search()->set_duplicates(0);
                     }),
              IsEmpty());
  EXPECT_THAT(Broken(Search(),
                     [](v1::StepRun& run) {
                       run.mutable_search()->clear_identified();
                     }),
              ElementsAre("run.search.identified"));
  EXPECT_THAT(Broken(Search(), [](v1::StepRun& run) { run.clear_search(); }),
              ElementsAre("run.search"));
}

TEST(ValidateRunTest, KnownRecordsAreAmongThoseFound) {
  EXPECT_THAT(Broken(Search(),
                     [](v1::StepRun& run) {
                       run.mutable_search()->set_duplicates(13);
                     }),
              ElementsAre("run.search.duplicates"));
}

TEST(ValidateRunTest, ScreeningAddsUp) {
  EXPECT_THAT(Broken(Screening(), [](v1::StepRun&) {}), IsEmpty());
  for (const int screened : {8, 10}) {
    EXPECT_THAT(Broken(Screening(),
                       [screened](v1::StepRun& run) {
                         run.mutable_screening()->set_screened(screened);
                       }),
                ElementsAre("run.screening.screened"));
  }
}

TEST(ValidateRunTest, EachReasonStandsOnceWithACount) {
  EXPECT_THAT(
      Broken(Screening(),
             [](v1::StepRun& run) {
               run.mutable_screening()->mutable_reports_excluded(1)->set_reason(
                   "wrong design");
             }),
      ElementsAre("run.screening.reports_excluded[1].reason"));
  EXPECT_THAT(
      Broken(Screening(),
             [](v1::StepRun& run) {
               run.mutable_screening()->mutable_reports_excluded(0)->set_count(
                   0);
             }),
      ElementsAre("run.screening.reports_excluded[0].count"));
}

TEST(ValidateRunTest, CountsGoWithTheirStep) {
  EXPECT_THAT(Broken(Search(),
                     [](v1::StepRun& run) {
                       *run.mutable_screening() = Screening().screening();
                     }),
              ElementsAre("run.screening"));
  EXPECT_THAT(
      Broken(Screening(), [](v1::StepRun& run) { run.set_source("MEDLINE"); }),
      ElementsAre("run.source"));
  EXPECT_THAT(
      Broken(Search(),
             [](v1::StepRun& run) { run.set_performed_on("2026-02-30"); }),
      ElementsAre("run.performed_on"));
  EXPECT_THAT(Broken(Search(),
                     [](v1::StepRun& run) {
                       run.clear_search();
                       run.clear_source();
                       run.set_step(v1::Step::UPDATE);
                     }),
              ElementsAre("run.step"));
}

}  // namespace
}  // namespace tidemark::review
