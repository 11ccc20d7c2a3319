#include "client/cli/conclusion_text.h"

#include "gtest/gtest.h"
#include "tidemark/v1/conclusion.pb.h"

namespace tidemark::cli {
namespace {

using Class = v1::ConclusionClass;

TEST(ShownConclusionTest, NamesTheThresholdsThatSaySomethingElse) {
  v1::Conclusions conclusions;
  conclusions.add_thresholds()->set_value(12);
  conclusions.add_thresholds()->set_value(17.5);
  v1::ComparisonConclusion comparison;
  comparison.set_class_(Class::BENEFIT);
  comparison.add_by_threshold(Class::IMPORTANT_BENEFIT);
  comparison.add_by_threshold(Class::BENEFIT);
  EXPECT_EQ(ShownConclusion(comparison, conclusions),
            "benefit; by 12: important benefit");
  comparison.set_class_(Class::INCONCLUSIVE);
  comparison.set_by_threshold(0, Class::INCONCLUSIVE);
  comparison.set_by_threshold(1, Class::NO_IMPORTANT_DIFFERENCE);
  EXPECT_EQ(ShownConclusion(comparison, conclusions),
            "inconclusive; by 17.5: no important difference");
}

TEST(ShownConclusionTest, WithoutThresholdsIsTheClass) {
  v1::ComparisonConclusion comparison;
  comparison.set_class_(Class::NOT_ESTIMABLE);
  EXPECT_EQ(ShownConclusion(comparison, {}), "not estimable");
}

}  // namespace
}  // namespace tidemark::cli
