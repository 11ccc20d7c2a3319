#include "client/cli/estimate_tables.h"

#include <string>

#include "client/cli/comparison.h"
#include "client/cli/table.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

v1::RelativeEffect Effect(double lower, double upper) {
  v1::RelativeEffect effect;
  effect.set_first("msc");
  effect.set_second("ha");
  effect.set_effect((lower + upper) / 2);
  effect.set_lower(lower);
  effect.set_upper(upper);
  return effect;
}

TEST(ReadingTest, FollowsTheSignRule) {
  v1::Estimate lower_is_better;
  lower_is_better.set_small_values_desirable(true);
  const v1::Estimate higher_is_better;
  EXPECT_EQ(Reading(lower_is_better, Effect(1, 2)), "favours ha");
  EXPECT_EQ(Reading(lower_is_better, Effect(-2, -1)), "favours msc");
  EXPECT_EQ(Reading(higher_is_better, Effect(1, 2)), "favours msc");
  EXPECT_EQ(Reading(higher_is_better, Effect(-2, -1)), "favours ha");
  EXPECT_EQ(Reading(higher_is_better, Effect(-1, 2)), "includes no difference");
  EXPECT_EQ(Reading(higher_is_better, Effect(0, 2)), "includes no difference");
}

TEST(ComparisonsTableTest, OnlyPeopleAreToldWhatIsFavoured) {
  v1::Estimate estimate;
  estimate.set_small_values_desirable(true);
  estimate.set_effect_measure(v1::EffectMeasure::OR);
  *estimate.mutable_random()->add_relative_effects() = Effect(1, 2);
  const Table table = ComparisonsTable(estimate, Model::kRandom);
  EXPECT_THAT(AsTable(table, false), HasSubstr("favours ha"));
  EXPECT_THAT(AsPlainRows(table), Not(HasSubstr("favours")));
  EXPECT_THAT(AsCsv(table), Not(HasSubstr("favours")));
}

}  // namespace
}  // namespace tidemark::cli
