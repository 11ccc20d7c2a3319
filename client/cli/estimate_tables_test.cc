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

using ::testing::EndsWith;
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

TEST(ReadingTest, SaysWhyThereIsNoInterval) {
  v1::RelativeEffect effect;
  effect.set_no_interval("the scale is 0");
  EXPECT_EQ(Reading(v1::Estimate(), effect), "no interval: the scale is 0");
}

TEST(EstimateTitleTest, NamesIntervalsThatAreNotNormal) {
  v1::Estimate estimate;
  estimate.set_level(0.95);
  const auto title = [&](v1::IntervalMethod::Code method, Model model) {
    estimate.set_interval_method(method);
    return EstimateTitle(estimate, model);
  };
  EXPECT_THAT(title(v1::IntervalMethod::NORMAL, Model::kRandom),
              EndsWith("random effects, 95% intervals"));
  EXPECT_THAT(title(v1::IntervalMethod::T, Model::kRandom),
              EndsWith("95% t intervals"));
  EXPECT_THAT(title(v1::IntervalMethod::HK, Model::kRandom),
              EndsWith("95% Hartung-Knapp intervals"));
  EXPECT_THAT(title(v1::IntervalMethod::HK, Model::kCommon),
              EndsWith("common effect, 95% intervals"));
}

TEST(LeagueTableTest, PartsThatNoStudyConnectsAreNotEstimable) {
  v1::Estimate estimate;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        level: 0.95
        treatments: "a"
        treatments: "b"
        treatments: "x"
        treatments: "y"
        effect_measure: MD
        random {
          effects: 0
          effects: 1
          effects: 0
          effects: 2
          pair_variances: 1
          pair_variances: 0
          pair_variances: 0
          pair_variances: 0
          pair_variances: 0
          pair_variances: 4
        }
        components {
          values { string_value: "a" }
          values { string_value: "b" }
        }
        components {
          values { string_value: "x" }
          values { string_value: "y" }
        }
        component_heterogeneity { reference: "a" }
        component_heterogeneity { reference: "x" }
      )pb",
      &estimate));
  const Table table = LeagueTable(estimate, Model::kRandom);
  const auto cell = [&](size_t i, size_t j) { return table.rows[i][j].shown; };
  EXPECT_EQ(cell(0, 3), "not estimable (disconnected)");
  EXPECT_EQ(cell(3, 2), "not estimable (disconnected)");
  EXPECT_THAT(cell(1, 1), HasSubstr("1.00"));
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
