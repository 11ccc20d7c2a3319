#include "client/cli/impact.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/conclusions.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::Estimate Estimate() {
  v1::Estimate estimate;
  estimate.set_analysis_id("pain-6m");
  estimate.set_effect_measure(v1::EffectMeasure::MD);
  estimate.set_small_values_desirable(true);
  return estimate;
}

void AddEffect(const std::string& first, const std::string& second,
               double effect, double half_width, v1::Estimate& estimate) {
  auto* added = estimate.mutable_random()->add_relative_effects();
  added->set_first(first);
  added->set_second(second);
  added->set_effect(effect);
  added->set_lower(effect - half_width);
  added->set_upper(effect + half_width);
}

// Of an analysis with these thresholds.
std::vector<Table> Impact(const v1::Estimate& before, const v1::Estimate& after,
                          const std::vector<v1::Threshold>& thresholds = {}) {
  v1::GetEstimateResponse was;
  *was.mutable_estimate() = before;
  *was.mutable_conclusions() = review::Conclude(before, thresholds);
  v1::ApplyResponse dry_run;
  *dry_run.add_estimates() = after;
  *dry_run.add_conclusions() = review::Conclude(after, thresholds);
  return ImpactTables({{before.analysis_id(), was}}, dry_run);
}

TEST(ImpactTest, ShowsWhatMovesBeforeAndAfter) {
  v1::Estimate before = Estimate();
  AddEffect("msc", "ha", -22.59, 13.39, before);
  AddEffect("msc", "saline", -5, 1, before);
  v1::Estimate after = Estimate();
  AddEffect("msc", "ha", -16, 24.59, after);
  AddEffect("msc", "saline", -5, 1, after);

  const std::vector<Table> tables = Impact(before, after);

  ASSERT_EQ(tables.size(), 1u);
  ASSERT_EQ(tables[0].rows.size(), 1u);
  const std::string text = AsTable(tables[0], false);
  EXPECT_THAT(text, HasSubstr("pain-6m: first minus second; MD; lower"));
  EXPECT_THAT(text, HasSubstr("msc    ha"));
  EXPECT_THAT(text, HasSubstr("-22.59 [-35.98, -9.20]"));
  EXPECT_THAT(text, HasSubstr("-16.0 [-40.6, 8.6]"));
  EXPECT_THAT(text, HasSubstr("6.59"));
  EXPECT_THAT(text, HasSubstr("interval will include no difference"));
}

TEST(ImpactTest, ShowsTheClassByNoDifferenceOrByTheFirstThreshold) {
  v1::Estimate before = Estimate();
  before.add_treatments("ha");
  before.add_treatments("msc");
  AddEffect("ha", "msc", 22.59, 13.39, before);
  v1::Estimate after = Estimate();
  *after.mutable_treatments() = before.treatments();
  AddEffect("ha", "msc", 16, 24.59, after);
  EXPECT_THAT(AsTable(Impact(before, after).at(0), false),
              HasSubstr("harm -> inconclusive"));
  v1::Threshold threshold;
  threshold.set_value(9);
  EXPECT_THAT(AsTable(Impact(before, after, {threshold}).at(0), false),
              HasSubstr("important harm -> inconclusive"));
}

TEST(ImpactTest, ShowsComparisonsThatAppearAndGo) {
  v1::Estimate before = Estimate();
  AddEffect("a", "b", 1, 2, before);
  v1::Estimate after = Estimate();
  AddEffect("a", "c", 1, 2, after);
  const std::string text = AsTable(Impact(before, after).at(0), false);
  EXPECT_THAT(text, HasSubstr("is no longer estimable"));
  EXPECT_THAT(text, HasSubstr("becomes estimable"));
}

TEST(ImpactTest, RoundingIsNoChange) {
  v1::Estimate before = Estimate();
  AddEffect("msc", "ha", -22.59, 13.39, before);
  v1::Estimate after = Estimate();
  AddEffect("msc", "ha", -22.59 + 1e-14, 13.39, after);
  EXPECT_TRUE(Impact(before, after).empty());
}

TEST(ImpactTest, NothingIsSubtractedAcrossScales) {
  v1::GetEstimateResponse before;
  *before.mutable_estimate() = Estimate();
  AddEffect("msc", "ha", -22.5, 13, *before.mutable_estimate());
  v1::ApplyResponse dry_run;
  *dry_run.add_estimates() = Estimate();
  AddEffect("msc", "ha", -0.5, 0.25, *dry_run.mutable_estimates(0));
  const EstimatesBefore all = {{"pain-6m", before}};
  EXPECT_THAT(AsPlainRows(ImpactTables(all, dry_run).at(0)),
              HasSubstr("\t22\t"));
  v1::ConclusionEvent* event = dry_run.add_events();
  event->set_kind(v1::ConclusionEvent::MODEL_CHANGED);
  event->mutable_before()->set_text("effect_measure: MD");
  event->mutable_after()->set_text("effect_measure: SMD");
  event->set_analysis_id("another");
  EXPECT_THAT(AsPlainRows(ImpactTables(all, dry_run).at(0)),
              HasSubstr("\t22\t"));
  event->set_analysis_id("pain-6m");
  EXPECT_THAT(AsPlainRows(ImpactTables(all, dry_run).at(0)),
              Not(HasSubstr("\t22\t")));
}

TEST(ImpactTest, EstimateThatIsNoLongerPossibleKeepsItsRule) {
  v1::Estimate before = Estimate();
  AddEffect("a", "b", 1, 2, before);
  v1::Estimate after;
  after.set_analysis_id("pain-6m");
  after.set_not_estimable("no study has data");
  EXPECT_THAT(AsTable(Impact(before, after).at(0), false),
              HasSubstr("first minus second; MD; lower is better"));
}

}  // namespace
}  // namespace tidemark::cli
