// Adverse events of the example by the models for rare events, against R
// (nma/testdata/rare_events.R, which has the same trials typed in).
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/koa_msc/knee_review.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"
#include "tidemark/v1/rare_events.pb.h"

namespace tidemark {
namespace {

using nlohmann::json;

v1::RareEvents RareEventsOf(const std::string& analysis) {
  v1::EstimateDetails details;
  details.mutable_rare_events()->set_mantel_haenszel(true);
  details.mutable_rare_events()->set_binomial(true);
  return testing::EstimateOf(analysis, details).rare_events();
}

json Reference(const std::string& outcome) {
  return testing::Recorded("nma/testdata/rare_events.json")[outcome];
}

// First by bytes is `conventional`, which R gives as the second.
template <typename Effects>
void ExpectVersusConventional(const Effects& effects,
                              const std::string& treatment, double effect,
                              double variance, double tolerance) {
  for (const v1::RelativeEffect& relative : effects) {
    if (relative.first() != "conventional" || relative.second() != treatment) {
      continue;
    }
    EXPECT_NEAR(relative.effect(), -effect, tolerance) << treatment;
    EXPECT_NEAR(relative.se() * relative.se() / variance, 1, 10 * tolerance)
        << treatment;
    return;
  }
  ADD_FAILURE() << "no effect of " << treatment;
}

TEST(ExampleRareEventsTest, AnyAdverseEvent) {
  const json reference = Reference("any_ae");
  const v1::RareEvents rare = RareEventsOf("any-ae");
  for (const char* name : {"single", "repeated"}) {
    const json& mh = reference[std::string("mantel_haenszel_") + name];
    ExpectVersusConventional(rare.mantel_haenszel().relative_effects(),
                             std::string(name) + "_msc", mh["effect"],
                             mh["variance"], 1e-12);
  }
  const v1::BinomialModel& binomial = rare.binomial();
  for (int i = 0; i < 2; ++i) {
    const std::string treatment = reference["random"]["treatments"][i];
    ExpectVersusConventional(binomial.relative_effects(), treatment,
                             reference["random"]["effects"][i],
                             reference["random"]["covariance"][i][i], 1e-7);
    ExpectVersusConventional(binomial.relative_effects_common(), treatment,
                             reference["common"]["effects"][i],
                             reference["common"]["covariance"][i][i], 1e-9);
  }
  ASSERT_EQ(binomial.parts_size(), 1);
  EXPECT_NEAR(binomial.parts(0).tau2(), reference["random"]["tau2"], 1e-7);
  EXPECT_NEAR(binomial.parts(0).log_likelihood(),
              reference["random"]["log_likelihood"], 1e-8);
  ASSERT_EQ(binomial.left_out().studies_size(), 1);
  EXPECT_EQ(binomial.left_out().studies(0).study(), "kuah-2018");
}

// The one trial of several injections has no event on them: with an increment
// there is an estimate, without one its odds ratio is infinite.
TEST(ExampleRareEventsTest, SeriousAdverseEvents) {
  const json reference = Reference("serious_ae");
  const v1::RareEvents rare = RareEventsOf("serious-ae");
  const json& mh = reference["mantel_haenszel_single"];
  ASSERT_EQ(rare.mantel_haenszel().relative_effects_size(), 1);
  ExpectVersusConventional(rare.mantel_haenszel().relative_effects(),
                           "single_msc", mh["effect"], mh["variance"], 1e-12);
  const v1::BinomialModel& binomial = rare.binomial();
  ASSERT_EQ(binomial.relative_effects_size(), 1);
  EXPECT_EQ(binomial.parts(0).tau2(), 0);
  EXPECT_EQ(reference["random_tau2"], 0);
  EXPECT_EQ(binomial.parts(0).studies(), 6);
  const json& glm = reference["common"];
  ExpectVersusConventional(binomial.relative_effects(), "single_msc",
                           glm["effects"], glm["covariance"][0][0], 1e-9);
  EXPECT_NEAR(binomial.parts(0).log_likelihood(), glm["log_likelihood"], 1e-9);
  for (const v1::LeftOutEvents& left_out :
       {rare.mantel_haenszel().left_out(), binomial.left_out()}) {
    ASSERT_EQ(left_out.treatments_size(), 1);
    EXPECT_EQ(left_out.treatments(0).treatment(), "repeated_msc");
    std::vector<std::string> studies;
    for (const auto& study : left_out.studies()) {
      studies.push_back(study.study());
    }
    EXPECT_EQ(studies,
              (std::vector<std::string>{"khalifeh-soltani-2019", "lee-2019",
                                        "lu-2019", "vega-2015"}));
  }
}

}  // namespace
}  // namespace tidemark
