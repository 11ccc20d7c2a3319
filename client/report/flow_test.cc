#include "client/report/flow.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/toy_review.h"

namespace tidemark::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::tidemark::testing::FromText;
using Status = v1::TrialStatus;

v1::TrialRecord Trial(const std::string& id, Status::Code status,
                      int reports = 1) {
  v1::TrialRecord record;
  record.mutable_trial()->set_trial_id(id);
  for (int i = 0; i < reports; ++i) {
    record.mutable_trial()->add_reports()->set_id(absl::StrCat(i));
  }
  record.set_status(status);
  return record;
}

v1::StepRunRecord Recorded(const std::string& run) {
  v1::StepRunRecord record;
  *record.mutable_run() = FromText<v1::StepRun>(run);
  return record;
}

TEST(FlowTest, AddsUpSearchesBySourceAlsoThoseThatFoundNothing) {
  const Flow flow =
      MakeFlow({}, {},
               {Recorded("step: SEARCH source: 'MEDLINE' "
                         "search { identified: 12 duplicates: 3 }"),
                Recorded("step: SEARCH source: 'Embase' "
                         "search { identified: 0 duplicates: 0 }"),
                Recorded("step: SEARCH source: 'MEDLINE' "
                         "search { identified: 5 duplicates: 4 }"),
                Recorded("step: SYNTHESIS")});
  ASSERT_EQ(flow.sources.size(), 2u);
  EXPECT_EQ(flow.sources.at("MEDLINE").searches, 2);
  EXPECT_EQ(flow.sources.at("MEDLINE").identified, 17);
  EXPECT_EQ(flow.sources.at("MEDLINE").duplicates, 7);
  EXPECT_EQ(flow.sources.at("Embase").searches, 1);
  EXPECT_EQ(flow.sources.at("Embase").identified, 0);
  EXPECT_EQ(flow.screening.runs, 0);
}

TEST(FlowTest, AddsUpScreeningByReason) {
  const std::string screening = R"(
      step: SCREENING screening {
        screened: 10 excluded: 6 not_retrieved: 1 reports_included: 1
        reports_excluded { reason: "no outcome" count: 2 } })";
  const Flow flow =
      MakeFlow({}, {}, {Recorded(screening), Recorded(screening), Recorded(R"(
          step: SCREENING screening {
            screened: 1 excluded: 0 not_retrieved: 0 reports_included: 0
            reports_excluded { reason: "wrong design" count: 1 } })")});
  EXPECT_EQ(flow.screening.runs, 3);
  EXPECT_EQ(flow.screening.screened, 21);
  EXPECT_EQ(flow.screening.excluded, 12);
  EXPECT_EQ(flow.screening.not_retrieved, 2);
  EXPECT_EQ(flow.screening.reports_included, 2);
  EXPECT_THAT(flow.screening.reports_excluded,
              ElementsAre(Pair("no outcome", 4), Pair("wrong design", 1)));
}

TEST(FlowTest, SaysOfEachTrialWhatBecameOfIt) {
  v1::TrialRecord corrected = Trial("corrected", Status::INCLUDED, 2);
  corrected.mutable_trial()->set_year(2020);
  const Flow flow = MakeFlow(
      {Trial("concern", Status::INCLUDED), Trial("corrected", Status::INCLUDED),
       Trial("excluded", Status::INCLUDED), Trial("kept", Status::CONCERN),
       Trial("reinstated", Status::EXCLUDED, 3),
       Trial("retracted", Status::CONCERN, 2)},
      {Trial("concern", Status::CONCERN), corrected,
       Trial("excluded", Status::EXCLUDED), Trial("kept", Status::CONCERN),
       Trial("new", Status::INCLUDED),
       Trial("reinstated", Status::REINSTATED, 3),
       Trial("retracted", Status::RETRACTED, 2),
       Trial("went", Status::RETRACTED)},
      {});
  EXPECT_EQ(flow.previous.studies, 5);
  EXPECT_EQ(flow.previous.reports, 6);
  EXPECT_THAT(flow.added, ElementsAre("new"));
  EXPECT_THAT(flow.used_again, ElementsAre("reinstated"));
  EXPECT_THAT(flow.no_longer_used,
              ElementsAre(Pair("excluded", Status::EXCLUDED),
                          Pair("retracted", Status::RETRACTED)));
  EXPECT_THAT(flow.came_and_went, ElementsAre(Pair("went", Status::RETRACTED)));
  EXPECT_THAT(flow.changed, ElementsAre("corrected"));
  EXPECT_THAT(flow.new_concern, ElementsAre("concern"));
  EXPECT_EQ(flow.further_reports, 1);
  EXPECT_EQ(flow.total.studies, 5);
}

// Every way from one status to another, with reports that come and go.
TEST(FlowTest, TheTotalIsWhatThePartsSay) {
  const std::vector<Status::Code> statuses = {
      Status::INCLUDED, Status::EXCLUDED, Status::CONCERN, Status::RETRACTED,
      Status::REINSTATED};
  std::vector<v1::TrialRecord> before;
  std::vector<v1::TrialRecord> after;
  for (const Status::Code now : statuses) {
    after.push_back(Trial(absl::StrCat("new-", now), now, 2));
    for (const Status::Code then : statuses) {
      const std::string id = absl::StrCat(then, "-", now);
      before.push_back(Trial(id, then, 3));
      after.push_back(Trial(id, now, 3 + now));
    }
  }
  const Flow flow = MakeFlow(before, after, {});
  const auto size = [](const auto& trials) {
    return static_cast<int64_t>(trials.size());
  };
  EXPECT_EQ(flow.total.studies, flow.previous.studies + size(flow.added) +
                                    size(flow.used_again) -
                                    size(flow.no_longer_used));
  EXPECT_EQ(flow.total.reports, flow.previous.reports + flow.added_reports +
                                    flow.used_again_reports -
                                    flow.no_longer_used_reports +
                                    flow.further_reports);
  EXPECT_EQ(flow.total.studies, 18);
}

TEST(FlowTest, NothingComesOfNothing) {
  const std::vector<v1::TrialRecord> trials = {Trial("a", Status::INCLUDED)};
  const Flow flow = MakeFlow(trials, trials, {});
  EXPECT_THAT(flow.added, IsEmpty());
  EXPECT_THAT(flow.changed, IsEmpty());
  EXPECT_THAT(flow.sources, IsEmpty());
  EXPECT_EQ(flow.total.studies, flow.previous.studies);
}

}  // namespace
}  // namespace tidemark::report
