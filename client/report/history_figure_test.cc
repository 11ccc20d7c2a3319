#include "client/report/history_figure.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/report/cause.h"
#include "client/report/date_ticks.h"
#include "client/report/page.h"
#include "client/report/testing/check_figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace tidemark::report {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int64_t kStart = 1767225600;  // 2026-01-01

// Without effect: not estimable.
v1::EstimateAt At(int64_t sequence, const std::string& action) {
  v1::EstimateAt at;
  v1::Estimate& estimate = *at.mutable_estimate();
  estimate.set_sequence(sequence);
  estimate.set_effect_measure(v1::EffectMeasure::MD);
  estimate.set_small_values_desirable(true);
  estimate.set_level(0.95);
  v1::LogEntry& cause = *at.mutable_cause();
  cause.set_action(action);
  cause.set_resource("trials/a");
  cause.set_actor("ada");
  cause.set_reason("why");
  cause.mutable_time()->set_seconds(kStart + sequence * 86400 * 10);
  v1::ComparisonConclusion* const said =
      at.mutable_conclusions()->add_comparisons();
  said->set_class_(v1::ConclusionClass::NOT_ESTIMABLE);
  estimate.set_not_estimable("no study can be used");
  return at;
}

v1::EstimateAt At(int64_t sequence, const std::string& action, double effect,
                  double lower, double upper) {
  v1::EstimateAt at = At(sequence, action);
  at.mutable_estimate()->clear_not_estimable();
  v1::RelativeEffect* const of =
      at.mutable_estimate()->mutable_random()->add_relative_effects();
  of->set_effect(effect);
  of->set_lower(lower);
  of->set_upper(upper);
  at.mutable_conclusions()->mutable_comparisons(0)->set_class_(
      upper < 0 ? v1::ConclusionClass::BENEFIT
                : v1::ConclusionClass::INCONCLUSIVE);
  at.mutable_conclusions()->add_thresholds()->set_value(9);
  return at;
}

void AddMajor(v1::ConclusionEvent::Kind kind, v1::EstimateAt* at) {
  v1::ConclusionEvent* const event = at->add_events();
  event->set_kind(kind);
  event->set_importance(v1::Importance::MAJOR);
  event->set_first("msc");
  event->set_second("ha");
  event->mutable_before()->set_class_(v1::ConclusionClass::BENEFIT);
  event->mutable_after()->set_class_(v1::ConclusionClass::INCONCLUSIVE);
}

v1::Release Tag(const std::string& tag, int64_t sequence) {
  v1::Release release;
  release.set_tag(tag);
  release.set_sequence(sequence);
  release.mutable_time()->set_seconds(kStart + sequence * 86400 * 10 + 3600);
  return release;
}

HistoryInput Input(std::vector<v1::EstimateAt> history) {
  HistoryInput input;
  input.subject.analysis_id = "pain-6m";
  input.subject.title = "Pain at 6 months";
  input.subject.names = {{"msc", "Cells"}, {"ha", "Acid"}};
  input.first = "msc";
  input.second = "ha";
  input.history = std::move(history);
  return input;
}

int CountOf(const std::string& text, const std::string& part) {
  return static_cast<int>(
      std::vector<std::string>(absl::StrSplit(text, part)).size() - 1);
}

TEST(HistoryFigureTest, ShowsEachCauseReleaseAndMajorEvent) {
  HistoryInput input =
      Input({At(2, "analyses.put"), At(3, "trials.submit", -12, -22, -2),
             At(5, "trials.correct", -13, -24, -2),
             At(6, "trials.retract", -7, -16, 1),
             At(9, "trials.reinstate", -13, -24, -2)});
  AddMajor(v1::ConclusionEvent::SIGNIFICANCE_LOST, &input.history[3]);
  input.releases = {Tag("old", 1), Tag("2026.1", 4), Tag("2026.2", 6)};
  const Figure figure = DrawHistory(input);
  testing::CheckFigure(figure);
  EXPECT_EQ(figure.title,
            "Pain at 6 months: Cells versus Acid, history of the estimate");
  const std::vector<std::string> texts = testing::TextsOf(figure.svg);
  EXPECT_THAT(
      texts,
      AllOf(Contains("↓ favours Cells"), Contains("↑ favours Acid"),
            Contains("2026.1"), Contains("2026.2"), Not(Contains("old")),
            Contains("MID 9"), Contains("MID -9"), Contains("not estimable")));
  EXPECT_THAT(
      texts,
      AllOf(Contains("new trial"), Contains("correction"),
            Contains("retraction or exclusion"), Contains("reinstatement"),
            Contains("model or protocol"), Not(Contains("concern"))));
  EXPECT_THAT(texts, Contains(AllOf(StartsWith("sequence 6, "),
                                    HasSubstr("SIGNIFICANCE_LOST (benefit → "
                                              "inconclusive)"))));
  EXPECT_THAT(texts, Contains(AllOf(
                         StartsWith("first minus second; MD; lower is better"),
                         HasSubstr("MD -13.00 [-24.00, -2.00], benefit"))));
}

TEST(HistoryFigureTest, DataHaveARowForEachSequence) {
  HistoryInput input =
      Input({At(2, "analyses.put"), At(3, "trials.submit", -12, -22.125, -2),
             At(6, "trials.retract", -7, -16, 1)});
  AddMajor(v1::ConclusionEvent::SIGNIFICANCE_LOST, &input.history[2]);
  input.releases = {Tag("2026.1", 4), Tag("2026.2", 6)};
  const std::vector<std::string> rows =
      absl::StrSplit(DrawHistory(input).csv, '\n', absl::SkipEmpty());
  ASSERT_EQ(rows.size(), 4);
  EXPECT_THAT(rows[0], AllOf(StartsWith("sequence,time,actor,action,"),
                             HasSubstr(",cause,major,class,thresholds,")));
  EXPECT_THAT(rows[1], HasSubstr("not estimable: no study can be used"));
  EXPECT_THAT(rows[2], AllOf(HasSubstr(",-12,-22.125,-2,"),
                             HasSubstr(",new trial,,benefit,9,MD,2026.1")));
  EXPECT_THAT(rows[3], HasSubstr(",retraction or exclusion,SIGNIFICANCE_LOST,"
                                 "inconclusive,9,MD,2026.2"));
}

TEST(HistoryFigureTest, OfOneEstimate) {
  for (const auto by : {HistoryInput::By::kSequence, HistoryInput::By::kDate}) {
    HistoryInput input = Input({At(7, "trials.submit", 0, 0, 0)});
    input.by = by;
    testing::CheckFigure(DrawHistory(input));
    input.history = {At(7, "analyses.put")};
    const Figure never = DrawHistory(input);
    testing::CheckFigure(never);
    EXPECT_THAT(testing::TextsOf(never.svg), Contains("not estimable"));
  }
}

TEST(HistoryFigureTest, ThinsTheDrawingAndNotTheData) {
  std::vector<v1::EstimateAt> history;
  std::vector<v1::Release> releases;
  for (int i = 1; i <= 2000; ++i) {
    const double effect = -10 + 8 * ((i * 37) % 100) / 100.0;
    history.push_back(At(i, i % 3 == 0 ? "trials.correct" : "trials.submit",
                         effect, effect - (i == 1000 ? 1e9 : 5), effect + 5));
    AddMajor(v1::ConclusionEvent::SIGNIFICANCE_LOST, &history.back());
    if (i % 20 == 0) releases.push_back(Tag(absl::StrCat("2026.", i), i));
  }
  HistoryInput input = Input(std::move(history));
  input.releases = std::move(releases);
  for (const auto by : {HistoryInput::By::kSequence, HistoryInput::By::kDate}) {
    input.by = by;
    const Figure figure = DrawHistory(input);
    testing::CheckFigure(figure);
    EXPECT_EQ(CountOf(figure.csv, "\n"), 2001);
    EXPECT_LT(figure.svg.size(), 1'000'000);
    EXPECT_THAT(figure.description,
                AllOf(HasSubstr(" of 2000 steps: of those that fall on one "
                                "pixel the last"),
                      HasSubstr("Of 100 releases ")));
    EXPECT_THAT(testing::TextsOf(figure.svg),
                Contains("Changes of the conclusion, the last 12 of 2000; the "
                         "data have all"));
  }
}

TEST(HistoryFigureTest, LongNamesStayOnThePage) {
  HistoryInput input = Input({At(3, "trials.submit", -12, -22, -2),
                              At(4, "trials.submit", -12, -22, -2)});
  const std::string name =
      "Allogeneic umbilical cord mesenchymal stromal cells, several injections";
  input.subject.names = {{"msc", name + " A"}, {"ha", name + " B"}};
  input.subject.title = name + name;
  input.releases = {Tag(std::string(64, 'm'), 3), Tag(std::string(64, 'w'), 4)};
  testing::CheckFigure(DrawHistory(input));
}

TEST(HistoryFigureTest, NamesTheLastThresholdsWhereThereIsNoEstimateNow) {
  const Figure figure = DrawHistory(
      Input({At(3, "trials.submit", -12, -22, -2), At(4, "trials.retract")}));
  testing::CheckFigure(figure);
  EXPECT_THAT(testing::TextsOf(figure.svg),
              AllOf(Contains("MID 9"), Contains("MID -9")));
}

TEST(HistoryFigureTest, RatiosAreOnTheLogScale) {
  HistoryInput input = Input(
      {At(3, "trials.submit", std::log(0.5), std::log(0.25), std::log(1.5))});
  input.history[0].mutable_estimate()->set_effect_measure(
      v1::EffectMeasure::OR);
  input.history[0].mutable_conclusions()->clear_thresholds();
  const Figure figure = DrawHistory(input);
  testing::CheckFigure(figure);
  EXPECT_THAT(testing::TextsOf(figure.svg),
              AllOf(Contains("OR"), Contains("0.5"), Contains("1"),
                    Contains(HasSubstr("OR 0.500 [0.250, 1.50]"))));
}

TEST(HistoryFigureTest, WhatIsOnAnotherScaleIsHatched) {
  HistoryInput input = Input({At(3, "trials.submit", -12, -22, -2),
                              At(5, "analyses.put", -0.5, -1, -0.1)});
  input.history[1].mutable_estimate()->set_effect_measure(
      v1::EffectMeasure::SMD);
  const Figure figure = DrawHistory(input);
  testing::CheckFigure(figure);
  EXPECT_THAT(testing::TextsOf(figure.svg), Contains("on the scale MD"));
}

TEST(CauseTest, ANewVersionOfATrialIsACorrection) {
  v1::LogEntry entry;
  entry.set_action("trials.submit");
  EXPECT_EQ(CauseOf(entry), Cause::kNewTrial);
  entry.set_version_before(1);
  EXPECT_EQ(CauseOf(entry), Cause::kCorrection);
  entry.set_action("something.new");
  EXPECT_EQ(CauseOf(entry), Cause::kOther);
}

std::vector<std::string> LabelsOf(const std::vector<Axis::Tick>& ticks) {
  std::vector<std::string> labels;
  for (const Axis::Tick& tick : ticks) labels.push_back(tick.label);
  return labels;
}

TEST(DateTicksTest, AreStartsOfUnits) {
  constexpr double kDay = 86400;
  EXPECT_THAT(LabelsOf(DateTicks(kStart - kDay, kStart + 100 * kDay, 6)),
              ElementsAre("2026-01", "2026-02", "2026-03", "2026-04"));
  EXPECT_THAT(
      LabelsOf(DateTicks(kStart - 1, kStart + 3.5 * kDay, 6)),
      ElementsAre("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"));
  EXPECT_THAT(LabelsOf(DateTicks(kStart - 1, kStart + 4, 6)),
              ElementsAre("23:59:59", "00:00:00", "00:00:01", "00:00:02",
                          "00:00:03", "00:00:04"));
}

TEST(DateTicksTest, AreFewInAnyRange) {
  for (double width = 0.5; width < 4e9; width *= 1.7) {
    const auto ticks = DateTicks(kStart - width / 3, kStart + width, 6);
    EXPECT_LE(ticks.size(), 6) << width;
    for (const Axis::Tick& tick : ticks) {
      EXPECT_TRUE(kStart - width / 3 <= tick.value &&
                  tick.value <= kStart + width);
    }
  }
}

TEST(PlaceFlagsTest, NoTextMeetsATextOrALine) {
  std::vector<Flag> flags;
  for (int i = 0; i < 60; ++i) {
    flags.push_back(
        {static_cast<double>((i * 131) % 400), 10.0 + (i * 17) % 50});
  }
  const std::vector<int> rows = PlaceFlags(flags, 5);
  EXPECT_THAT(rows, AllOf(Contains(0), Contains(-1)));
  for (size_t i = 0; i < flags.size(); ++i) {
    for (size_t j = 0; j < flags.size(); ++j) {
      // The line of j runs from its row down through those below it.
      if (i == j || rows[i] < 0 || rows[j] < rows[i]) continue;
      const bool line_meets_text =
          flags[i].x < flags[j].x && flags[j].x < flags[i].x + flags[i].width;
      EXPECT_FALSE(line_meets_text) << i << " " << j;
    }
  }
}

}  // namespace
}  // namespace tidemark::report
