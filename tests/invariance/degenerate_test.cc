// Data at the edge of what an estimate can be made from: every number is
// finite, or absent for a reason.
#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/detail_inputs.h"
#include "review/estimate_details.h"
#include "review/estimation.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using ::testing::HasSubstr;
using testing::StatusIs;

// All numbers of a message, at any depth, are finite.
void ExpectFinite(const Message& message) {
  const auto& of = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  of.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int size = field->is_repeated() ? of.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
        const double value = field->is_repeated()
                                 ? of.GetRepeatedDouble(message, field, i)
                                 : of.GetDouble(message, field);
        EXPECT_TRUE(std::isfinite(value)) << field->full_name();
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        ExpectFinite(field->is_repeated()
                         ? of.GetRepeatedMessage(message, field, i)
                         : of.GetMessage(message, field));
      }
    }
  }
}

struct Method {
  v1::Tau2Method::Code tau2;
  v1::IntervalMethod::Code intervals;
};

std::vector<Method> AllMethods() {
  std::vector<Method> methods;
  for (const auto tau2 : {v1::Tau2Method::DL, v1::Tau2Method::REML,
                          v1::Tau2Method::ML, v1::Tau2Method::PM}) {
    for (const auto intervals :
         {v1::IntervalMethod::NORMAL, v1::IntervalMethod::T,
          v1::IntervalMethod::HK}) {
      methods.push_back({tau2, intervals});
    }
  }
  return methods;
}

v1::Analysis AnalysisOf(const Method& method) {
  v1::Analysis analysis;
  analysis.set_effect_measure(v1::EffectMeasure::GENERIC);
  analysis.set_tau2_method(method.tau2);
  analysis.set_interval_method(method.intervals);
  analysis.set_level(0.95);
  analysis.set_zero_cells(v1::ZeroCellRule::ONLY0);
  analysis.set_increment(0.5);
  return analysis;
}

v1::Estimate Everything(const std::vector<nma::Study>& studies,
                        const Method& method) {
  const v1::Analysis analysis = AnalysisOf(method);
  auto estimate = review::EstimateStudies(studies, analysis, true);
  EXPECT_OK(estimate);
  if (!estimate.ok()) return v1::Estimate();
  v1::EstimateDetails details;
  details.set_splits(true);
  details.set_node_splits(true);
  details.set_designs(true);
  details.set_rank_probabilities(true);
  details.set_rank_points(1024);
  details.set_minimal_important_difference(0.2);
  review::DetailInputs inputs;
  inputs.studies = studies;
  inputs.analysis = analysis;
  EXPECT_OK(review::AddDetails(
      details, inputs, [] { return false; }, &*estimate));
  ExpectFinite(*estimate);
  return *std::move(estimate);
}

nma::Study TwoArms(const std::string& id, const std::string& first,
                   const std::string& second, double effect, double se) {
  return {id, std::vector<nma::Contrast>{{first, second, effect, se}}};
}

nma::Study ThreeArms(const std::string& id, double ab, double ac, double se) {
  return {id,
          std::vector<nma::Contrast>{
              {"a", "b", ab, se}, {"a", "c", ac, se}, {"b", "c", ac - ab, se}}};
}

class DegenerateTest : public ::testing::TestWithParam<Method> {};

TEST_P(DegenerateTest, OneStudyOfTwoTreatments) {
  const v1::Estimate estimate =
      Everything({TwoArms("only", "a", "b", 1, 0.5)}, GetParam());
  EXPECT_EQ(estimate.df(), 0);
  EXPECT_FALSE(estimate.has_p_q());
  EXPECT_FALSE(estimate.has_h());
  EXPECT_FALSE(estimate.has_tau2_q_profile());
  EXPECT_EQ(estimate.tau2(), 0);
  ASSERT_EQ(estimate.random().relative_effects_size(), 1);
  const v1::RelativeEffect& effect = estimate.random().relative_effects(0);
  EXPECT_DOUBLE_EQ(effect.effect(), 1);
  EXPECT_DOUBLE_EQ(effect.se(), 0.5);
  // t needs degrees of freedom, and so does prediction.
  EXPECT_EQ(effect.has_lower(),
            GetParam().intervals == v1::IntervalMethod::NORMAL);
  EXPECT_FALSE(effect.has_predict_lower());
  ASSERT_EQ(estimate.splits_size(), 1);
  EXPECT_FALSE(estimate.splits(0).has_indirect());
  EXPECT_FALSE(estimate.splits(0).no_indirect().empty());
  ASSERT_EQ(estimate.node_splits_size(), 1);
  EXPECT_THAT(estimate.node_splits(0).no_indirect(), HasSubstr("nothing"));
}

TEST_P(DegenerateTest, OneStudyOfThreeArms) {
  const v1::Estimate estimate =
      Everything({ThreeArms("only", 1, 2, 0.5)}, GetParam());
  EXPECT_EQ(estimate.df(), 0);
  EXPECT_EQ(estimate.splits_size(), 3);
  for (const v1::Split& split : estimate.splits()) {
    EXPECT_FALSE(split.has_indirect());
  }
}

TEST_P(DegenerateTest, OnlyMultiArmStudies) {
  const v1::Estimate estimate =
      Everything({ThreeArms("1", 1, 2, 0.5), ThreeArms("2", 0.5, 2.5, 0.3),
                  ThreeArms("3", 1.2, 1.0, 0.4)},
                 GetParam());
  EXPECT_EQ(estimate.df(), 4);
  EXPECT_EQ(estimate.df_between(), 0);
  EXPECT_FALSE(estimate.has_p_between());
  EXPECT_NEAR(estimate.q_within(), estimate.q(), 1e-12 * estimate.q());
}

TEST_P(DegenerateTest, AStar) {
  const v1::Estimate estimate = Everything(
      {TwoArms("1", "hub", "a", 1, 0.5), TwoArms("2", "hub", "b", 2, 0.5),
       TwoArms("3", "hub", "b", 1, 0.2), TwoArms("4", "hub", "c", 3, 0.5)},
      GetParam());
  EXPECT_EQ(estimate.df_between(), 0);
  for (const v1::Split& split : estimate.splits()) {
    EXPECT_FALSE(split.has_indirect());
    EXPECT_NEAR(split.direct_share(), 1, 1e-12);
  }
  for (const v1::Design& design : estimate.designs()) {
    EXPECT_EQ(design.df_between_detached(), 0);
  }
}

TEST_P(DegenerateTest, ATree) {
  const v1::Estimate estimate = Everything(
      {TwoArms("1", "a", "b", 1, 0.5), TwoArms("2", "b", "c", 2, 0.5),
       TwoArms("3", "c", "d", 3, 0.5)},
      GetParam());
  EXPECT_EQ(estimate.df(), 0);
  const auto& effects = estimate.common().relative_effects();
  EXPECT_NEAR(effects[2].effect(), 6, 1e-12);  // a versus d
  EXPECT_NEAR(effects[2].se(), std::sqrt(0.75), 1e-12);
}

TEST_P(DegenerateTest, StudiesThatAgreeExactly) {
  const v1::Estimate estimate = Everything(
      {TwoArms("1", "a", "b", 1, 0.5), TwoArms("2", "a", "b", 1, 0.3),
       TwoArms("3", "a", "b", 1, 0.7), TwoArms("4", "b", "c", -1, 0.7),
       TwoArms("5", "a", "c", 0, 0.2)},
      GetParam());
  EXPECT_NEAR(estimate.q(), 0, 1e-20);
  EXPECT_EQ(estimate.tau2(), 0);
  EXPECT_NEAR(estimate.p_q(), 1, 1e-12);
  EXPECT_EQ(estimate.i2(), 0);
}

// A precise study beside one that says next to nothing, in a loop.
TEST_P(DegenerateTest, WeightsThatDifferByATrillion) {
  const double precise = 1e-6;
  const v1::Estimate estimate = Everything(
      {TwoArms("1", "a", "b", 1, precise), TwoArms("2", "b", "c", 2, 1),
       TwoArms("3", "a", "c", 3.5, 1), TwoArms("4", "c", "d", 1, precise),
       TwoArms("5", "c", "d", 1, 1)},
      GetParam());
  const auto& effects = estimate.common().relative_effects();
  const double w = 1 / (precise * precise);
  // a versus b: the study beside the path of variance 2, which says 1.5.
  EXPECT_EQ(effects[0].second(), "b");
  EXPECT_NEAR(effects[0].effect(), (w * 1 + 0.5 * 1.5) / (w + 0.5), 1e-15);
  EXPECT_NEAR(effects[0].se(), 1 / std::sqrt(w + 0.5), 1e-12 * precise);
  // a versus c: 3.5 with variance 1, and 3 with variance 1 + 1/w.
  EXPECT_EQ(effects[1].second(), "c");
  const double indirect = 1 / (1 + 1 / w);
  EXPECT_NEAR(effects[1].effect(), (3.5 + 3 * indirect) / (1 + indirect),
              1e-12);
  EXPECT_NEAR(effects[1].se(), 1 / std::sqrt(1 + indirect), 1e-12);
  EXPECT_NEAR(estimate.q(), 0.25 / (2 + 1 / w), 1e-12);
}

TEST_P(DegenerateTest, ContrastsThatContradictEachOtherAreRefusedByName) {
  const std::vector<nma::Study> studies = {
      {"Liar 2020",
       std::vector<nma::Contrast>{
           {"a", "b", 1, 0.5}, {"b", "c", 1, 0.5}, {"a", "c", 5, 0.5}}}};
  EXPECT_THAT(
      review::EstimateStudies(studies, AnalysisOf(GetParam()), true),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Liar 2020")));
}

TEST_P(DegenerateTest, PartsThatNothingConnects) {
  const v1::Estimate estimate = Everything(
      {TwoArms("1", "a", "b", 1, 0.5), TwoArms("2", "a", "b", 2, 0.5),
       TwoArms("3", "c", "d", 2, 0.5)},
      GetParam());
  EXPECT_EQ(estimate.components_size(), 2);
  EXPECT_FALSE(estimate.has_tau2());
  EXPECT_EQ(estimate.random().relative_effects_size(), 2);
  EXPECT_EQ(estimate.random().rankings_size(), 2);
  EXPECT_EQ(estimate.df(), 1);
}

TEST_P(DegenerateTest, EffectsOfAnySize) {
  for (const double scale : {1e-50, 1e-30, 1e30, 1e50}) {
    const v1::Estimate estimate =
        Everything({TwoArms("1", "a", "b", scale, 0.5 * scale),
                    TwoArms("2", "a", "b", 3 * scale, 0.4 * scale),
                    TwoArms("3", "b", "c", 2 * scale, 0.5 * scale)},
                   GetParam());
    EXPECT_TRUE(estimate.not_estimable().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(AllMethods, DegenerateTest,
                         ::testing::ValuesIn(AllMethods()),
                         [](const ::testing::TestParamInfo<Method>& info) {
                           return v1::Tau2Method::Code_Name(info.param.tau2) +
                                  "_" +
                                  v1::IntervalMethod::Code_Name(
                                      info.param.intervals);
                         });

}  // namespace
}  // namespace tidemark
