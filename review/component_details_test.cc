#include "review/component_details.h"

#include <cmath>
#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/testing/detailed_estimate.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"

namespace tidemark::review {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::testing::Contrast;
using ::tidemark::testing::EstimateWith;
using ::tidemark::testing::FieldsOf;
using ::tidemark::testing::FromText;
using ::tidemark::testing::GenericInputs;
using ::tidemark::testing::StatusIs;

// none - a - ab in one part, c - bc in another; b twice.
DetailInputs Inputs() {
  return GenericInputs({Contrast("1", "a", "none", 1),
                        Contrast("2", "ab", "a", 2),
                        Contrast("3", "bc", "c", 4)});
}

constexpr char kNodes[] = R"pb(
  component_model {
    nodes { node: "none" }
    nodes { node: "a" components: "A" }
    nodes { node: "ab" components: "B" components: "A" }
    nodes { node: "c" components: "C" components: "D" }
    nodes { node: "bc" components: "B" components: "C" components: "D" }
  }
)pb";

v1::EstimateDetails Details(const std::string& more = "") {
  auto details = FromText<v1::EstimateDetails>(kNodes);
  details.MergeFrom(FromText<v1::EstimateDetails>(more));
  return details;
}

absl::StatusOr<v1::ComponentModel> ModelOf(const v1::EstimateDetails& details,
                                           const DetailInputs& inputs) {
  const auto estimate = EstimateWith(details, inputs);
  if (!estimate.ok()) return estimate.status();
  return estimate->component_model();
}

TEST(ComponentDetailsTest, TellWhatTheStudiesIdentify) {
  ASSERT_OK_AND_ASSIGN(const v1::ComponentModel model,
                       ModelOf(Details(), Inputs()));
  EXPECT_THAT(model.not_estimable(), IsEmpty());
  ASSERT_THAT(model.terms(), SizeIs(4));
  EXPECT_THAT(model.terms(0).components(), ElementsAre("A"));
  EXPECT_THAT(model.terms(0).not_identified(), IsEmpty());
  EXPECT_EQ(model.terms(2).not_identified(),
            "no study compares treatments that differ in it");
  EXPECT_NEAR(model.random().terms(0).estimate().effect(), 1, 1e-12);
  EXPECT_NEAR(model.random().terms(1).estimate().effect(), 3, 1e-12);
  EXPECT_FALSE(model.random().terms(2).has_estimate());
  EXPECT_NEAR(model.common().terms(1).estimate().se(), std::sqrt(0.5), 1e-12);
  // Two say B, of which one is one too many.
  EXPECT_EQ(model.heterogeneity().df(), 1);
  EXPECT_NEAR(model.heterogeneity().q(), 2, 1e-12);
  EXPECT_NEAR(model.q_difference(), 2, 1e-12);
  EXPECT_EQ(model.df_difference(), 1);
  EXPECT_NEAR(model.p_difference(), std::erfc(1), 1e-12);
}

TEST(ComponentDetailsTest, ComparesTreatmentsOfTheSameGroup) {
  ASSERT_OK_AND_ASSIGN(const v1::ComponentModel model,
                       ModelOf(Details(), Inputs()));
  ASSERT_THAT(model.comparable(), SizeIs(2));
  EXPECT_THAT(model.comparable(0).treatments(), ElementsAre("a", "ab", "none"));
  EXPECT_THAT(model.comparable(1).treatments(), ElementsAre("bc", "c"));
  EXPECT_THAT(model.random().relative_effects(), SizeIs(4));
}

TEST(ComponentDetailsTest, SumsStandInForWhatOnlyOccursTogether) {
  DetailInputs inputs = Inputs();
  inputs.studies.push_back(Contrast("4", "c", "none", 5));
  ASSERT_OK_AND_ASSIGN(const v1::ComponentModel model,
                       ModelOf(Details(), inputs));
  EXPECT_EQ(model.terms(2).not_identified(), "the studies tell only C + D");
  ASSERT_THAT(model.combinations(), SizeIs(1));
  ASSERT_THAT(model.combinations(0).parts(), SizeIs(2));
  EXPECT_THAT(model.combinations(0).parts(1).components(), ElementsAre("D"));
  EXPECT_EQ(model.combinations(0).parts(1).coefficient(), 1);
  EXPECT_NEAR(model.random().combinations(0).effect(), 5, 1e-12);
}

TEST(ComponentDetailsTest, AnInteractionIsATermOfItsOwn) {
  ASSERT_OK_AND_ASSIGN(
      const v1::ComponentModel model,
      ModelOf(Details("component_model { interactions { components: 'B' "
                      "components: 'A' } }"),
              Inputs()));
  ASSERT_THAT(model.terms(), SizeIs(5));
  EXPECT_THAT(model.terms(4).components(), ElementsAre("A", "B"));
  EXPECT_NEAR(model.random().terms(4).estimate().effect(), 2 - 4, 1e-12);
  EXPECT_EQ(model.df_difference(), 0);
  EXPECT_FALSE(model.has_p_difference());
}

TEST(ComponentDetailsTest, TheNodeMapSaysWhatNodesAreMadeOf) {
  DetailInputs inputs = Inputs();
  inputs.studies.pop_back();
  inputs.node_map = FromText<v1::NodeMap>(R"pb(
    nodes { id: "none" inactive: true }
    nodes { id: "a" components: "A" }
    nodes { id: "ab" components: "A" components: "B" }
    nodes { id: "later" components: "E" }
  )pb");
  v1::EstimateDetails details;
  details.mutable_component_model();
  ASSERT_OK_AND_ASSIGN(v1::ComponentModel model, ModelOf(details, inputs));
  EXPECT_THAT(model.nodes(), SizeIs(3));
  EXPECT_THAT(model.terms(), SizeIs(2));
  inputs.node_map.mutable_nodes(0)->set_inactive(false);
  ASSERT_OK_AND_ASSIGN(model, ModelOf(details, inputs));
  EXPECT_THAT(model.not_estimable(), HasSubstr("what none is made of"));
  EXPECT_THAT(model.terms(), IsEmpty());
}

TEST(ComponentDetailsTest, WithoutComponentsThereIsNoModel) {
  DetailInputs inputs = Inputs();
  inputs.studies = {Contrast("1", "a", "none", 1)};
  ASSERT_OK_AND_ASSIGN(const v1::ComponentModel model,
                       ModelOf(FromText<v1::EstimateDetails>(
                                   R"pb(component_model {
                                          nodes { node: "a" }
                                          nodes { node: "none" }
                                        })pb"),
                               inputs));
  EXPECT_EQ(model.not_estimable(), "no treatment has a component");
}

TEST(ComponentDetailsTest, RefusesWhatMakesNoSense) {
  const auto fields = [](const std::string& more) {
    const auto model = ModelOf(Details(more), Inputs());
    EXPECT_THAT(model,
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("")));
    return FieldsOf(model.status());
  };
  EXPECT_THAT(fields("component_model { nodes { node: 'a' } }"),
              ElementsAre("details.component_model.nodes[5].node"));
  EXPECT_THAT(fields("component_model { nodes { node: 'x' } }"),
              ElementsAre("details.component_model.nodes[5].node"));
  EXPECT_THAT(fields("component_model { nodes { node: 'x' components: 'A' "
                     "components: 'A' } }"),
              ElementsAre("details.component_model.nodes[5].components[1]"));
  EXPECT_THAT(
      fields("component_model { interactions { components: 'A' } }"),
      ElementsAre("details.component_model.interactions[0].components"));
  EXPECT_THAT(fields("component_model { interactions { components: 'A' "
                     "components: 'C' } }"),
              ElementsAre("details.component_model.interactions[0]"));
  EXPECT_THAT(fields("component_model { interactions { components: 'A' "
                     "components: 'B' } interactions { components: 'B' "
                     "components: 'A' } }"),
              ElementsAre("details.component_model.interactions[1]"));
  v1::EstimateDetails incomplete = Details();
  incomplete.mutable_component_model()->mutable_nodes()->RemoveLast();
  EXPECT_THAT(FieldsOf(ModelOf(incomplete, Inputs()).status()),
              Contains("details.component_model.nodes"));
}

TEST(ComponentDetailsTest, IsForModelsOfABoundedSize) {
  DetailInputs inputs = Inputs();
  v1::EstimateDetails details = Details();
  for (int i = 0; i < 200; ++i) {
    details.mutable_component_model()->mutable_nodes(1)->add_components(
        std::to_string(i));
  }
  EXPECT_THAT(ModelOf(details, inputs),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("at most 200 parameters")));
}

}  // namespace
}  // namespace tidemark::review
