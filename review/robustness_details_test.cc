// Leave-one-out and threshold analysis of an estimate.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/conclusions.h"
#include "review/estimate_details.h"
#include "review/relative_effects.h"
#include "review/testing/detailed_estimate.h"
#include "review/testing/toy_estimate.h"
#include "review/testing/violations.h"
#include "review/threshold_details.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::testing::Contrast;
using ::tidemark::testing::GenericAnalysis;
using ::tidemark::testing::GenericInputs;
using ::tidemark::testing::StatusIs;
using Class = v1::ConclusionClass;

// A triangle with a study of all three, a treatment that only one study has,
// and a pair beside it.
std::vector<nma::Study> Studies() {
  return {Contrast("1", "a", "b", 1, 0.4),
          Contrast("2", "a", "b", 1.5, 0.5),
          Contrast("3", "b", "c", 2, 0.5),
          Contrast("4", "a", "c", 1, 0.6),
          {"5",
           std::vector<nma::Contrast>{
               {"a", "b", 0.5, 0.5}, {"a", "c", 2.5, 0.6}, {"b", "c", 2, 0.6}}},
          Contrast("6", "c", "d", 0.8, 0.3),
          Contrast("7", "x", "y", 1, 0.5)};
}

v1::Estimate EstimateOf(const std::vector<nma::Study>& studies) {
  v1::Estimate estimate = testing::EstimateOf(studies, GenericAnalysis());
  if (estimate.not_estimable().empty()) FillDerived(&estimate);
  return estimate;
}

DetailInputs InputsOf(const std::vector<nma::Study>& studies) {
  DetailInputs inputs = GenericInputs(studies);
  v1::Threshold threshold;
  threshold.set_value(0.75);
  inputs.thresholds.push_back(threshold);
  return inputs;
}

absl::Status Add(const v1::EstimateDetails& details,
                 const std::vector<nma::Study>& studies,
                 v1::Estimate* estimate) {
  *estimate = EstimateOf(studies);
  return AddDetails(
      details, InputsOf(studies), [] { return false; }, estimate);
}

v1::Estimate With(const v1::EstimateDetails& details) {
  v1::Estimate estimate;
  EXPECT_OK(Add(details, Studies(), &estimate));
  return estimate;
}

v1::EstimateDetails LeaveOneOutDetails() {
  v1::EstimateDetails details;
  details.mutable_leave_one_out();
  return details;
}

TEST(LeaveOneOutTest, ClassesAndLeadersAreThoseOfTheOtherStudies) {
  const v1::Estimate estimate = With(LeaveOneOutDetails());
  const std::vector<v1::Threshold> thresholds = InputsOf({}).thresholds;
  const v1::Conclusions with = Conclude(estimate, thresholds);
  ASSERT_THAT(estimate.leave_one_out().studies(), SizeIs(7));
  int changed = 0;
  for (int s = 0; s < 7; ++s) {
    const v1::WithoutStudy& study = estimate.leave_one_out().studies(s);
    SCOPED_TRACE(study.study());
    std::vector<nma::Study> others = Studies();
    others.erase(others.begin() + s);
    const v1::Estimate rest = EstimateOf(others);
    const v1::Conclusions without = Conclude(rest, thresholds);
    std::vector<std::string> expected;
    for (const v1::ComparisonConclusion& before : with.comparisons()) {
      const auto after = std::find_if(
          without.comparisons().begin(), without.comparisons().end(),
          [&](const v1::ComparisonConclusion& pair) {
            return pair.first() == before.first() &&
                   pair.second() == before.second();
          });
      v1::ComparisonConclusion lost = before;
      lost.set_class_(Class::NOT_ESTIMABLE);
      lost.set_by_threshold(0, Class::NOT_ESTIMABLE);
      const v1::ComparisonConclusion& now =
          after == without.comparisons().end() ? lost : *after;
      if (now.SerializeAsString() == before.SerializeAsString()) continue;
      expected.push_back(absl::StrCat(before.ShortDebugString(), " -> ",
                                      now.ShortDebugString()));
    }
    std::vector<std::string> actual;
    for (const v1::ClassChange& change : study.class_changes()) {
      actual.push_back(absl::StrCat(change.before().ShortDebugString(), " -> ",
                                    change.after().ShortDebugString()));
    }
    EXPECT_EQ(actual, expected);
    EXPECT_EQ(study.class_changes_total(), static_cast<int>(expected.size()));
    changed += study.class_changes_total();
    const std::vector<std::string> leaders(study.leaders().begin(),
                                           study.leaders().end());
    EXPECT_EQ(leaders, Leaders(rest));
    EXPECT_EQ(study.leaders_changed(), Leaders(rest) != Leaders(estimate));
  }
  EXPECT_GT(changed, 3);
}

TEST(LeaveOneOutTest, NamesWhatIsNotEstimableWithoutAStudy) {
  const v1::Estimate estimate = With(LeaveOneOutDetails());
  const v1::WithoutStudy& bridge = estimate.leave_one_out().studies(5);
  EXPECT_THAT(bridge.treatments_lost(), ElementsAre("d"));
  ASSERT_THAT(bridge.rest(), SizeIs(1));
  EXPECT_THAT(bridge.rest(0).treatments().values(), SizeIs(3));
  const v1::WithoutStudy& pair = estimate.leave_one_out().studies(6);
  EXPECT_THAT(pair.treatments_lost(), ElementsAre("x", "y"));
  EXPECT_THAT(pair.rest(), SizeIs(0));
  // The rest of the network is as it was.
  EXPECT_NEAR(pair.q(), estimate.q(), 1e-9);
  for (const v1::EffectWithout& effect : pair.effects()) {
    EXPECT_EQ(effect.has_effect(), effect.first() != "y");
  }
}

TEST(LeaveOneOutTest, TheOnlyStudyLeavesAReason) {
  v1::Estimate estimate;
  ASSERT_OK(
      Add(LeaveOneOutDetails(), {Contrast("1", "a", "b", 1, 1)}, &estimate));
  ASSERT_THAT(estimate.leave_one_out().studies(), SizeIs(1));
  const v1::WithoutStudy& study = estimate.leave_one_out().studies(0);
  EXPECT_EQ(study.not_estimable(), "no study");
  EXPECT_NEAR(study.leverage(), 1, 1e-12);
  EXPECT_THAT(study.effects(), SizeIs(0));
}

TEST(LeaveOneOutTest, FollowsOneComparisonAsItIsAsked) {
  v1::EstimateDetails details;
  details.mutable_leave_one_out()->set_first("c");
  details.mutable_leave_one_out()->set_second("b");
  const v1::Estimate estimate = With(details);
  ASSERT_THAT(estimate.leave_one_out().effects(), SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const v1::RelativeEffect expected,
                       Compare(estimate, Model::kRandom, "c", "b"));
  EXPECT_EQ(estimate.leave_one_out().effects(0).effect(), expected.effect());
  for (const v1::WithoutStudy& study : estimate.leave_one_out().studies()) {
    ASSERT_THAT(study.effects(), SizeIs(1));
    EXPECT_EQ(study.effects(0).first(), "c");
    EXPECT_NEAR(study.effects(0).effect(),
                expected.effect() + study.effects(0).change(), 1e-12);
    EXPECT_NEAR(study.effects(0).shift(),
                study.effects(0).change() / expected.se(), 1e-12);
    EXPECT_LE(study.ranks_size(), 2);
  }
}

TEST(RobustnessTest, DoesNotDependOnTheOrderOfStudiesOrContrasts) {
  v1::EstimateDetails details = LeaveOneOutDetails();
  details.mutable_threshold_analysis()->set_first("a");
  details.mutable_threshold_analysis()->set_second("c");
  const v1::Estimate expected = With(details);
  std::vector<nma::Study> studies = Studies();
  std::reverse(studies.begin(), studies.end());
  v1::Estimate reversed;
  ASSERT_OK(Add(details, studies, &reversed));
  EXPECT_EQ(reversed.leave_one_out().SerializeAsString(),
            expected.leave_one_out().SerializeAsString());
  EXPECT_EQ(reversed.threshold_analysis().SerializeAsString(),
            expected.threshold_analysis().SerializeAsString());
  for (nma::Study& study : studies) {
    for (nma::Contrast& contrast :
         std::get<std::vector<nma::Contrast>>(study.data)) {
      std::swap(contrast.first, contrast.second);
      contrast.effect = -contrast.effect;
    }
  }
  v1::Estimate turned;
  ASSERT_OK(Add(details, studies, &turned));
  for (int s = 0; s < expected.leave_one_out().studies_size(); ++s) {
    const v1::WithoutStudy& study = expected.leave_one_out().studies(s);
    const v1::WithoutStudy& other = turned.leave_one_out().studies(s);
    EXPECT_EQ(other.study(), study.study());
    EXPECT_NEAR(other.q(), study.q(), 1e-9);
    EXPECT_NEAR(other.leverage(), study.leverage(), 1e-9);
    EXPECT_NEAR(other.distance(), study.distance(), 1e-9);
    EXPECT_NEAR(other.cooks_distance(), study.cooks_distance(), 1e-9);
    for (int e = 0; e < study.effects_size(); ++e) {
      EXPECT_NEAR(other.effects(e).change(), study.effects(e).change(), 1e-9);
    }
  }
}

TEST(RobustnessTest, WhatCannotBeAskedIsRefused) {
  v1::Estimate estimate;
  v1::EstimateDetails details;
  details.mutable_leave_one_out()->set_first("a");
  EXPECT_THAT(testing::FieldsOf(Add(details, Studies(), &estimate)),
              ElementsAre("details.leave_one_out.second"));
  details.mutable_leave_one_out()->set_second("a");
  EXPECT_THAT(testing::FieldsOf(Add(details, Studies(), &estimate)),
              ElementsAre("details.leave_one_out.second"));
  details.mutable_leave_one_out()->set_second("nothing");
  EXPECT_THAT(Add(details, Studies(), &estimate),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nothing")));
  details.mutable_leave_one_out()->set_second("x");
  EXPECT_THAT(Add(details, Studies(), &estimate),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("x")));
  details.Clear();
  for (const double mid : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN()}) {
    details.mutable_threshold_analysis()->set_minimal_important_difference(mid);
    EXPECT_THAT(
        testing::FieldsOf(Add(details, Studies(), &estimate)),
        ElementsAre("details.threshold_analysis.minimal_important_difference"));
  }
}

TEST(RobustnessTest, IsAskedBetweenStudiesWhetherToGoOn) {
  v1::Estimate estimate = EstimateOf(Studies());
  int asked = 0;
  EXPECT_THAT(AddDetails(
                  LeaveOneOutDetails(), InputsOf(Studies()),
                  [&] { return ++asked == 3; }, &estimate),
              StatusIs(absl::StatusCode::kCancelled,
                       "leave-one-out was "
                       "cancelled"));
  EXPECT_EQ(asked, 3);
  EXPECT_FALSE(estimate.has_leave_one_out());
}

// Against every shift in small steps.
TEST(ShiftsOfClassTest, AreTheFirstShiftsAtWhichTheClassIsAnother) {
  constexpr double kStep = 1.0 / 64;  // bounds and ends are multiples of it
  for (const bool small : {false, true}) {
    for (const std::optional<double> threshold :
         {std::optional<double>(), std::optional<double>(0.75)}) {
      for (double lower = -2; lower <= 2; lower += 0.25) {
        for (double width = 0.25; width <= 2.5; width += 0.25) {
          const double upper = lower + width;
          const auto class_of = [&](double shift) {
            return ClassOfInterval(lower + shift, upper + shift, small,
                                   threshold);
          };
          const ClassShifts shifts =
              ShiftsOfClass(lower, upper, small, threshold);
          for (const int sign : {1, -1}) {
            const auto& found = sign > 0 ? shifts.up : shifts.down;
            double first = kStep / 2;
            while (first < 20 && class_of(sign * first) == class_of(0)) {
              first += kStep;
            }
            ASSERT_EQ(found.has_value(), first < 20);
            if (!found.has_value()) continue;
            EXPECT_EQ(found->shift, sign * (first - kStep / 2));
            EXPECT_EQ(found->code, class_of(sign * first));
          }
        }
      }
    }
  }
}

// The class of the common-effect interval, whose weights do not depend on
// effects: moves of a reported effect, refitted.
TEST(ThresholdAnalysisTest, ClassesChangeExactlyWhereItSays) {
  v1::EstimateDetails details;
  v1::ThresholdAnalysisSpec* spec = details.mutable_threshold_analysis();
  spec->set_first("a");
  spec->set_second("c");
  spec->set_common_effect(true);
  const v1::Estimate estimate = With(details);
  ASSERT_THAT(estimate.threshold_analysis().classes(), SizeIs(2));
  int moves = 0;
  for (const v1::ClassDecision& decision :
       estimate.threshold_analysis().classes()) {
    const std::optional<double> threshold =
        decision.has_threshold() ? std::optional<double>(decision.threshold())
                                 : std::nullopt;
    for (const v1::StudyThresholds& study : decision.studies()) {
      const int s = study.study()[0] - '1';
      for (const v1::ResultThresholds& result : study.results()) {
        for (const bool up : {true, false}) {
          if (up ? !result.has_up() : !result.has_down()) continue;
          const v1::ResultThresholds::Move& move =
              up ? result.up() : result.down();
          ++moves;
          for (const double factor : {1 - 1e-6, 1 + 1e-6}) {
            std::vector<nma::Study> studies = Studies();
            for (nma::Contrast& contrast :
                 std::get<std::vector<nma::Contrast>>(studies[s].data)) {
              if (contrast.first == result.first()) {
                contrast.effect += move.change() * factor;
              } else if (contrast.second == result.first()) {
                contrast.effect -= move.change() * factor;
              }
            }
            const v1::Estimate moved = EstimateOf(studies);
            ASSERT_OK_AND_ASSIGN(const v1::RelativeEffect effect,
                                 Compare(moved, Model::kCommon, "a", "c"));
            EXPECT_EQ(ClassOf(&effect, true, threshold),
                      factor < 1 ? decision.class_() : move.class_())
                << study.study() << " " << result.first();
          }
        }
      }
    }
  }
  EXPECT_GT(moves, 10);
}

TEST(ThresholdAnalysisTest, SaysWhichStudiesCannotChangeIt) {
  v1::EstimateDetails details;
  details.mutable_threshold_analysis()->set_first("a");
  details.mutable_threshold_analysis()->set_second("b");
  const v1::Estimate estimate = With(details);
  for (const v1::ClassDecision& decision :
       estimate.threshold_analysis().classes()) {
    // Those of its component; the bridge to d says nothing of a and b.
    ASSERT_THAT(decision.studies(), SizeIs(6));
    EXPECT_TRUE(decision.studies(0).has_distance());
    EXPECT_FALSE(decision.studies(5).has_distance());
    EXPECT_FALSE(decision.studies(5).results(0).has_up());
    EXPECT_FALSE(decision.studies(5).results(0).has_down());
  }
  // One decision for each component.
  ASSERT_THAT(estimate.threshold_analysis().best(), SizeIs(2));
  EXPECT_THAT(estimate.threshold_analysis().best(1).studies(), SizeIs(1));
}

TEST(ThresholdAnalysisTest, WithinTheIntervalIsWhatTheStudyItselfCannotTell) {
  v1::EstimateDetails details;
  details.mutable_threshold_analysis();
  const v1::Estimate estimate = With(details);
  const double quantile = 1.959963984540054;
  const v1::StudyThresholds& pair =
      estimate.threshold_analysis().best(1).studies(0);
  // x minus y is 1, se 0.5: y is best until it falls to 0, two standard errors.
  EXPECT_NEAR(pair.distance(), 2, 1e-12);
  EXPECT_EQ(pair.within_interval(), 2 < quantile);
  EXPECT_EQ(pair.best(), "x");
  ASSERT_THAT(pair.nearest(), SizeIs(1));
  EXPECT_EQ(pair.nearest(0).first(), "y");
  EXPECT_NEAR(pair.nearest(0).reported(), -1, 1e-12);
  EXPECT_NEAR(pair.nearest(0).moved(), 0, 1e-12);
  EXPECT_NEAR(pair.results(0).down().change(), -1, 1e-12);
}

TEST(ThresholdAnalysisTest, AMinimalImportantDifferenceIsTheLeadAndThreshold) {
  v1::EstimateDetails details;
  v1::ThresholdAnalysisSpec* spec = details.mutable_threshold_analysis();
  spec->set_first("x");
  spec->set_second("y");
  spec->set_minimal_important_difference(0.25);
  const v1::Estimate estimate = With(details);
  EXPECT_NEAR(estimate.threshold_analysis()
                  .best(1)
                  .studies(0)
                  .results(0)
                  .down()
                  .change(),
              -1.25, 1e-12);
  EXPECT_NEAR(estimate.threshold_analysis().best(1).lead(), 1, 1e-12);
  ASSERT_THAT(estimate.threshold_analysis().classes(), SizeIs(2));
  EXPECT_EQ(estimate.threshold_analysis().classes(1).threshold(), 0.25);
}

}  // namespace
}  // namespace tidemark::review
