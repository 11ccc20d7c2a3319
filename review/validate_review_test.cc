#include "review/validate_review.h"

#include <functional>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/errors.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::review {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Edit = std::function<void(v1::Review&)>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::string> ViolatedBy(const v1::Review& review) {
  Violations violations;
  ValidateReview("review", review, violations);
  return testing::FieldsOf(violations.ToStatus());
}

// The fields that the toy review violates after an edit.
std::vector<std::string> ViolatedAfter(const Edit& edit) {
  v1::Review review = testing::ToyReview();
  edit(review);
  return ViolatedBy(review);
}

v1::Outcome& Pain(v1::Review& review) { return *review.mutable_outcomes(0); }
v1::NodeMap& Fine(v1::Review& review) { return *review.mutable_node_maps(0); }

TEST(ValidateReviewTest, TheToyReviewIsValid) {
  EXPECT_THAT(ViolatedBy(testing::ToyReview()), IsEmpty());
}

TEST(ValidateReviewTest, NodesMaySayWhatTheyAreMadeOf) {
  EXPECT_THAT(ViolatedAfter([](auto& r) {
                Fine(r).mutable_nodes(0)->set_inactive(true);
                Fine(r).mutable_nodes(1)->add_components("bone_marrow");
                Fine(r).mutable_nodes(1)->add_components("repeated");
              }),
              IsEmpty());
}

TEST(ValidateReviewTest, AnEmptyReviewLacksEverything) {
  EXPECT_THAT(
      ViolatedBy(v1::Review()),
      ElementsAre("review.review_id", "review.title", "review.treatments",
                  "review.node_maps", "review.outcomes"));
}

TEST(IsReviewIdTest, AllowsLowerCaseDigitsAndHyphens) {
  EXPECT_TRUE(IsReviewId("knee-msc-2"));
  EXPECT_TRUE(IsReviewId(std::string(63, 'a')));
  for (const char* id : {"", "Knee", "knee_msc", "knee.msc", "a b", "a/b"}) {
    EXPECT_FALSE(IsReviewId(id)) << id;
  }
  EXPECT_FALSE(IsReviewId(std::string(64, 'a')));
}

struct Case {
  const char* field;
  Edit edit;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.field; }

class ValidateReviewCaseTest : public ::testing::TestWithParam<Case> {};

TEST_P(ValidateReviewCaseTest, NamesExactlyTheField) {
  EXPECT_THAT(ViolatedAfter(GetParam().edit), ElementsAre(GetParam().field));
}

INSTANTIATE_TEST_SUITE_P(
    Head, ValidateReviewCaseTest,
    ::testing::Values(
        Case{"review.review_id", [](auto& r) { r.set_review_id("A"); }},
        Case{"review.title", [](auto& r) { r.clear_title(); }},
        Case{"review.treatments[1].name",
             [](auto& r) { r.mutable_treatments(1)->clear_name(); }},
        Case{"review.treatments[4].id",
             [](auto& r) { *r.add_treatments() = r.treatments(0); }}));

INSTANTIATE_TEST_SUITE_P(
    TimePoints, ValidateReviewCaseTest,
    ::testing::Values(
        Case{"review.time_points[2].id",
             [](auto& r) {
               *r.add_time_points() = r.time_points(1);
               r.mutable_time_points(2)->set_id("any");
             }},
        Case{"review.time_points[2].id",
             [](auto& r) { *r.add_time_points() = r.time_points(1); }},
        Case{"review.time_points[1].months",
             [](auto& r) { r.mutable_time_points(1)->set_months(0); }},
        Case{"review.time_points[1].months",
             [](auto& r) { r.mutable_time_points(1)->set_months(-1); }},
        Case{"review.time_points[0].months",
             [](auto& r) { r.mutable_time_points(0)->set_months(kNan); }},
        Case{"review.time_points[0].window_from_months",
             [](auto& r) {
               r.mutable_time_points(0)->set_window_from_months(6.5);
             }},
        Case{
            "review.time_points[0].window_from_months",
            [](auto& r) { r.mutable_time_points(0)->set_window_to_months(5); }},
        Case{"review.time_points[0].window_from_months",
             [](auto& r) {
               r.mutable_time_points(0)->set_window_to_months(kInfinity);
             }},
        Case{"review.time_points[0].window_from_months", [](auto& r) {
               r.mutable_time_points(0)->set_window_from_months(kNan);
             }}));

INSTANTIATE_TEST_SUITE_P(
    NodeMaps, ValidateReviewCaseTest,
    ::testing::Values(
        Case{"review.node_maps[2].id",
             [](auto& r) { *r.add_node_maps() = r.node_maps(0); }},
        Case{"review.node_maps[0].nodes[4].id",
             [](auto& r) { Fine(r).add_nodes()->set_id("ha"); }},
        Case{"review.node_maps[0].nodes[1].components[1]",
             [](auto& r) {
               Fine(r).mutable_nodes(1)->add_components("bone_marrow");
               Fine(r).mutable_nodes(1)->add_components("bone_marrow");
             }},
        Case{"review.node_maps[0].nodes[1].components[0]",
             [](auto& r) { Fine(r).mutable_nodes(1)->add_components("A*B"); }},
        Case{"review.node_maps[0].nodes[1].inactive",
             [](auto& r) {
               Fine(r).mutable_nodes(1)->add_components("bone_marrow");
               Fine(r).mutable_nodes(1)->set_inactive(true);
             }},
        Case{"review.node_maps[0].rules[0].node",
             [](auto& r) { Fine(r).mutable_rules(0)->set_node("none"); }},
        Case{"review.node_maps[0].rules[0].treatment",
             [](auto& r) { Fine(r).mutable_rules(0)->set_treatment("none"); }},
        Case{"review.node_maps[0].rules[0].time_points",
             [](auto& r) { Fine(r).mutable_rules(0)->add_time_points("7m"); }},
        Case{"review.node_maps[0].rules[4]",
             [](auto& r) { *Fine(r).add_rules() = Fine(r).rules(0); }},
        Case{"review.node_maps[0].rules[5]", [](auto& r) {
               for (int i = 4; i < 6; ++i) {
                 *Fine(r).add_rules() = Fine(r).rules(0);
                 Fine(r).mutable_rules(i)->add_time_points("6m");
               }
             }}));

INSTANTIATE_TEST_SUITE_P(
    Outcomes, ValidateReviewCaseTest,
    ::testing::Values(
        Case{"review.outcomes[4].id",
             [](auto& r) { *r.add_outcomes() = r.outcomes(1); }},
        Case{"review.outcomes[1].kind",
             [](auto& r) { r.mutable_outcomes(1)->clear_kind(); }},
        Case{"review.outcomes[1].kind",
             [](auto& r) {
               r.mutable_outcomes(1)->set_kind(
                   static_cast<v1::Outcome::Kind>(99));
             }},
        Case{"review.outcomes[1].direction",
             [](auto& r) { r.mutable_outcomes(1)->clear_direction(); }},
        Case{"review.outcomes[1].direction",
             [](auto& r) {
               r.mutable_outcomes(1)->set_direction(
                   static_cast<v1::Outcome::Direction>(99));
             }},
        Case{"review.outcomes[0].scale_max",
             [](auto& r) { Pain(r).set_scale_max(0); }},
        Case{"review.outcomes[0].scale_min",
             [](auto& r) { Pain(r).set_scale_min(kNan); }},
        Case{"review.outcomes[0].scale_max",
             [](auto& r) { Pain(r).set_scale_max(kInfinity); }},
        Case{"review.outcomes[1].scale_min",
             [](auto& r) { r.mutable_outcomes(1)->set_scale_min(kNan); }},
        Case{"review.outcomes[2].scale_max",
             [](auto& r) { r.mutable_outcomes(2)->set_scale_max(1); }},
        Case{"review.outcomes[0].instruments",
             [](auto& r) { Pain(r).clear_instruments(); }},
        Case{"review.outcomes[1].instruments",
             [](auto& r) {
               *r.mutable_outcomes(1)->add_instruments() =
                   Pain(r).instruments(0);
             }},
        Case{"review.outcomes[0].instruments[3].id",
             [](auto& r) {
               *Pain(r).add_instruments() = Pain(r).instruments(0);
             }},
        Case{
            "review.outcomes[0].instruments[1].scale_max",
            [](auto& r) { Pain(r).mutable_instruments(1)->set_scale_max(-1); }},
        Case{
            "review.outcomes[0].instruments[1].direction",
            [](auto& r) { Pain(r).mutable_instruments(1)->clear_direction(); }},
        Case{"review.outcomes[0].instruments[1].direction", [](auto& r) {
               Pain(r).mutable_instruments(1)->set_direction(
                   static_cast<v1::Outcome::Direction>(99));
             }}));

INSTANTIATE_TEST_SUITE_P(
    Thresholds, ValidateReviewCaseTest,
    ::testing::Values(
        Case{"review.outcomes[0].thresholds[0].value",
             [](auto& r) { Pain(r).mutable_thresholds(0)->set_value(0); }},
        Case{"review.outcomes[0].thresholds[0].value",
             [](auto& r) { Pain(r).mutable_thresholds(0)->set_value(kNan); }},
        Case{"review.outcomes[0].thresholds[0].kind",
             [](auto& r) { Pain(r).mutable_thresholds(0)->clear_kind(); }},
        Case{"review.outcomes[0].thresholds[0].kind",
             [](auto& r) {
               Pain(r).mutable_thresholds(0)->set_kind(
                   static_cast<v1::Threshold::Kind>(99));
             }},
        Case{"review.outcomes[0].thresholds[0].source",
             [](auto& r) { Pain(r).mutable_thresholds(0)->clear_source(); }}));

TEST(ValidateReviewTest, NeedsTwoTreatmentsAndTwoNodesAMap) {
  const auto fields = ViolatedAfter([](v1::Review& r) {
    r.mutable_treatments()->DeleteSubrange(1, 3);
    Fine(r).mutable_nodes()->DeleteSubrange(1, 3);
  });
  EXPECT_THAT(fields, Contains("review.treatments"));
  EXPECT_THAT(fields, Contains("review.node_maps[0].nodes"));
}

TEST(ValidateReviewTest, AGeneralRuleAndOneForATimePointGoTogether) {
  EXPECT_THAT(ViolatedAfter([](v1::Review& r) {
                v1::NodeRule* rule = Fine(r).add_rules();
                rule->set_treatment("ha");
                rule->set_node("saline");
                rule->add_time_points("6m");
                rule->add_time_points("any");
              }),
              IsEmpty());
}

TEST(ValidateReviewTest, TimePointsMayBeMissing) {
  EXPECT_THAT(ViolatedAfter([](v1::Review& r) {
                r.clear_time_points();
                r.mutable_node_maps(1)->mutable_rules(3)->clear_time_points();
              }),
              IsEmpty());
}

TEST(ValidateReviewTest, AWindowMayTouchTheNominalTime) {
  EXPECT_THAT(ViolatedAfter([](v1::Review& r) {
                r.mutable_time_points(0)->set_window_from_months(6);
                r.mutable_time_points(0)->set_window_to_months(6);
              }),
              IsEmpty());
}

}  // namespace
}  // namespace tidemark::review
