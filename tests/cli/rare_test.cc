// Rare events, asked with the real command of a review and of a table.
#include <cmath>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/local_review.h"
#include "tests/cli/run_tidemark.h"

namespace tidemark::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kAnalyses[] = R"([
  {"analysis_id": "odds", "title": "Odds", "outcome": "harm",
   "time_point": "6m", "node_map": "each", "effect_measure": "OR"},
  {"analysis_id": "risks", "title": "Risks", "outcome": "harm",
   "time_point": "6m", "node_map": "each", "effect_measure": "RR"}
])";

// Nobody on saline has an event; nobody at all in gamma.
constexpr char kTable[] =
    "study,treatment,event,n\n"
    "alpha 2018,msc,3,40\nalpha 2018,ha,5,42\n"
    "beta 2019,msc,1,35\nbeta 2019,ha,4,36\n"
    "gamma 2020,msc,0,30\ngamma 2020,ha,0,31\n"
    "delta 2021,msc,2,50\ndelta 2021,saline,0,52\n";

class RareCommandTest : public LocalReview {
 protected:
  RareCommandTest() : LocalReview("knees") {
    CreateReview(kKneesProtocol, kAnalyses, "harm", kTable);
  }
};

TEST_F(RareCommandTest, EveryModelIsShownBesideTheEstimate) {
  const Finished table = Run({"rare", "odds", "--output", "table"});
  EXPECT_EQ(table.exit_code, 0) << table.messages;
  EXPECT_THAT(table.data, AllOf(HasSubstr("inverse variance, random"),
                                HasSubstr("Mantel-Haenszel, common"),
                                HasSubstr("binomial, random"),
                                HasSubstr("ratio test of tau2 = 0"),
                                HasSubstr("first minus second")));
  EXPECT_THAT(
      table.messages,
      AllOf(HasSubstr("says nothing of saline: no event in any arm"),
            HasSubstr("Mantel-Haenszel leaves out gamma 2020: no event in any "
                      "arm"),
            HasSubstr("The binomial model leaves out delta 2021")));
  const Finished one = Run({"rare", "odds", "--method", "mh"});
  EXPECT_THAT(one.data, AllOf(HasSubstr("Mantel-Haenszel, common\tha\tmsc"),
                              Not(HasSubstr("binomial"))));
}

// alpha and beta alone are left: log of the Mantel-Haenszel odds ratio by hand.
TEST_F(RareCommandTest, TheTableAloneGivesTheSameNumbers) {
  const json review = RunJson({"rare", "odds"});
  const json table = json::parse(
      RunTidemark({"analyze", "-", "--method", "both", "--small-values",
                   "desirable", "--output", "json"},
                  kTable)
          .data);
  EXPECT_EQ(review["estimate"]["rare_events"], table["rare_events"]);
  const json& effects =
      table["rare_events"]["mantel_haenszel"]["relative_effects"];
  ASSERT_EQ(effects.size(), 1);
  const double above = 5.0 * 37 / 82 + 4.0 * 34 / 71;
  const double below = 3.0 * 37 / 82 + 1.0 * 32 / 71;
  EXPECT_NEAR(effects[0]["effect"].get<double>(), std::log(above / below),
              1e-12);
}

TEST_F(RareCommandTest, WhatCannotBeEstimatedSaysWhy) {
  const Finished risks = Run({"rare", "risks"});
  EXPECT_EQ(risks.exit_code, 9);
  EXPECT_THAT(risks.messages, HasSubstr("the analysis is of RR"));
  const Finished contrasts =
      RunTidemark({"analyze", "-", "--measure", "OR", "--method", "binomial"},
                  "study,treat1,treat2,te,se\nx,a,b,1,1\n");
  EXPECT_EQ(contrasts.exit_code, 9);
  EXPECT_THAT(contrasts.messages, HasSubstr("these studies give none: \"x\""));
  EXPECT_EQ(Run({"rare", "odds", "--method", "peto"}).exit_code, 2);
}

}  // namespace
}  // namespace tidemark::testing
