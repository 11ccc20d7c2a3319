// Small-study effects, subgroups, benefit and harm of the knee review, with the
// real command; numbers against metafor (testdata/knee_pain_6m.R), closed forms
// and a million draws.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

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
using ::testing::StartsWith;

constexpr double kTolerance = 1e-8;

class KneeMethodsTest : public LocalReview {
 protected:
  KneeMethodsTest() : LocalReview("knee-msc") {
    CreateKneeReview();
    SubmitKneeTrials();
  }
};

json Recorded() {
  return json::parse(std::ifstream("tests/cli/testdata/knee_pain_6m.json"));
}

constexpr char kOrder[] = "conventional,single_msc,repeated_msc";

TEST_F(KneeMethodsTest, TheFunnelOfPainIsThatOfMetafor) {
  const json expected = Recorded()["funnel"];
  const json funnel =
      RunJson({"funnel", "pain-6m", "--order", kOrder})["estimate"]["funnel"];
  EXPECT_EQ(funnel["points"].size(), 15);
  EXPECT_NEAR(funnel["points"][0]["centre"], expected["centre"], kTolerance);
  for (const char* field :
       {"intercept", "intercept_se", "slope", "slope_se", "t", "p"}) {
    EXPECT_NEAR(funnel["egger"][field], expected[field], kTolerance) << field;
  }
  EXPECT_EQ(funnel["egger"]["df"], expected["df"]);
}

TEST_F(KneeMethodsTest, TheFunnelIsATableOrRows) {
  const Finished table =
      Run({"funnel", "pain-6m", "--order", kOrder, "--output", "table"});
  EXPECT_THAT(
      table.data,
      AllOf(HasSubstr("conventional < single_msc < repeated_msc; first minus "
                      "second; MD; lower is better"),
            HasSubstr("Egger's test: slope -0.351 (se 0.921), t -0.381 on 12 "
                      "df, p 0.7096")));
  EXPECT_THAT(Run({"funnel", "--order", kOrder, "pain-6m"}).data,
              StartsWith("chen-2021\tsingle_msc\tconventional\t-1.1\t"));
  const Finished lacking =
      Run({"funnel", "pain-6m", "--order", "conventional,single_msc"});
  EXPECT_EQ(lacking.exit_code, 3);
  EXPECT_THAT(lacking.messages, HasSubstr("lacks repeated_msc"));
}

// Of single versus conventional, by value; conventional is first by bytes.
void ExpectSubgroups(const json& expected, const json& subgroups) {
  std::map<std::string, json> own;
  for (const json& subgroup : subgroups["subgroups"]) {
    for (const json& effect : subgroup["relative_effects"]) {
      if (effect["first"] == "conventional" &&
          effect["second"] == "single_msc") {
        own[subgroup["value"]] = effect;
        own[subgroup["value"]]["tau2"] = subgroup["parts"][0]["tau2"];
      }
    }
  }
  ASSERT_EQ(own.size(), expected["own"].size());
  for (const json& one : expected["own"]) {
    const json& actual = own.at(one["value"]);
    EXPECT_NEAR(actual["effect"], -one["effect"].get<double>(), kTolerance);
    EXPECT_NEAR(actual["se"], one["se"], kTolerance);
    EXPECT_NEAR(actual["tau2"], one["tau2"], kTolerance);
  }
  ASSERT_EQ(subgroups["interactions"].size(), 1);
  for (const json& test :
       {subgroups["interactions"][0]["test"], subgroups["global"]}) {
    EXPECT_NEAR(test["q"], expected["test"]["q"], kTolerance);
    EXPECT_EQ(test["df"], expected["test"]["df"]);
    EXPECT_NEAR(test["p"], expected["test"]["p"], kTolerance);
  }
}

TEST_F(KneeMethodsTest, SubgroupsOfPainAreThoseOfMetafor) {
  const json expected = Recorded();
  ExpectSubgroups(
      expected["control_type"],
      RunJson({"subgroups", "pain-6m", "--covariate", "control_type", "--node",
               "conventional"})["estimate"]["subgroups"]);
  ExpectSubgroups(expected["cell_source"],
                  RunJson({"subgroups", "pain-6m", "--covariate",
                           "cell_source"})["estimate"]["subgroups"]);
}

TEST_F(KneeMethodsTest, SubgroupsAreATableThatSaysWhatIsLeftOut) {
  const Finished table =
      Run({"subgroups", "pain-6m", "--covariate", "control_type", "--node",
           "conventional", "--output", "table"});
  EXPECT_THAT(table.data,
              AllOf(HasSubstr("Subgroups by control_type of conventional"),
                    HasSubstr("all comparisons: Q 7.13, df 4, p 0.1292")));
  // Only the study of repeated injections has an arm on that node.
  const Finished left_out = Run({"subgroups", "pain-6m", "--covariate",
                                 "cell_source", "--node", "repeated_msc"});
  EXPECT_THAT(left_out.messages, HasSubstr("In no subgroup: chen-2021, no "));
  const Finished unknown =
      Run({"subgroups", "pain-6m", "--covariate", "colour"});
  EXPECT_EQ(unknown.exit_code, 3);
  EXPECT_THAT(unknown.messages, HasSubstr("control_type"));
}

// Effects of the three treatments on one outcome.
struct Outcome {
  std::map<std::pair<std::string, std::string>, std::pair<double, double>>
      effects;  // and standard errors

  // P(first is better): small values are better on all outcomes used here.
  double Better(const std::string& first, const std::string& second) const {
    const auto found = effects.find({first, second});
    if (found == effects.end()) return 1 - Better(second, first);
    const auto& [effect, se] = found->second;
    return std::erfc(effect / se / std::sqrt(2.0)) / 2;
  }
};

class BenefitHarmOfKneesTest : public KneeMethodsTest {
 protected:
  Outcome OutcomeOf(const std::string& analysis) const {
    Outcome outcome;
    const json estimate = RunJson({"estimate", analysis})["estimate"];
    EXPECT_TRUE(estimate["small_values_desirable"].get<bool>()) << analysis;
    for (const json& effect : estimate["random"]["relative_effects"]) {
      outcome.effects[{effect["first"], effect["second"]}] = {effect["effect"],
                                                              effect["se"]};
    }
    return outcome;
  }

  // Shares of a million draws in which each treatment is best on all outcomes,
  // which are independent of each other.
  static std::map<std::string, double> BestOnAll(
      const std::vector<Outcome>& outcomes) {
    constexpr int kDraws = 1000000;
    const std::string names[] = {"conventional", "repeated_msc", "single_msc"};
    std::map<std::string, double> shares;
    std::mt19937_64 engine(7);
    std::normal_distribution<double> normal;
    for (int draw = 0; draw < kDraws; ++draw) {
      int best = -1;
      for (size_t o = 0; o < outcomes.size(); ++o) {
        const auto& e = outcomes[o].effects;
        const auto [a, se_a] = e.at({names[0], names[1]});
        const auto [b, se_b] = e.at({names[0], names[2]});
        const double se_ab = e.at({names[1], names[2]}).second;
        // Versus the first: Cov = (Var + Var - Var of the difference) / 2.
        const double c = (se_a * se_a + se_b * se_b - se_ab * se_ab) / 2;
        const double z = normal(engine);
        const double values[] = {
            0, -a + se_a * z,
            -b + c / se_a * z +
                std::sqrt(se_b * se_b - c * c / (se_a * se_a)) *
                    normal(engine)};
        const auto first =
            static_cast<int>(std::min_element(values, values + 3) - values);
        best = o == 0 || best == first ? first : 3;
        if (best == 3) break;
      }
      if (best < 3) shares[names[best]] += 1.0 / kDraws;
    }
    return shares;
  }
};

double Independent(const json& probability) {
  return probability["independent"];
}

TEST_F(BenefitHarmOfKneesTest, SharesAreProductsOfNormalProbabilities) {
  const json answer =
      RunJson({"benefit-harm", "--benefit", "pain-6m", "--benefit",
               "function-6m", "--harm", "any-ae"})["benefit_harm"];
  const Outcome pain = OutcomeOf("pain-6m");
  const Outcome function = OutcomeOf("function-6m");
  const Outcome harm = OutcomeOf("any-ae");
  const auto best = BestOnAll({pain, function, harm});
  EXPECT_EQ(answer["reference"], "conventional");
  ASSERT_EQ(answer["treatments"].size(), 3);
  double errors = 0;
  for (const json& outcome : answer["outcomes"]) {
    errors += outcome["best_error"].get<double>();
  }
  for (const json& t : answer["treatments"]) {
    const std::string name = t["treatment"];
    EXPECT_NEAR(Independent(t["best_on_all"]),
                best.count(name) == 1 ? best.at(name) : 0, errors + 2.5e-3)
        << name;
    if (name == "conventional") continue;
    const double p = pain.Better(name, "conventional");
    const double f = function.Better(name, "conventional");
    const double h = harm.Better(name, "conventional");
    EXPECT_NEAR(t["standings"][0]["better"], p, kTolerance);
    const json& both = t["better_on_both"];
    EXPECT_NEAR(Independent(both), p * f * h, kTolerance) << name;
    EXPECT_NEAR(both["lower"], std::max(0.0, p + f + h - 2), kTolerance);
    EXPECT_NEAR(both["upper"], std::min({p, f, h}), kTolerance);
    EXPECT_NEAR(Independent(t["better_on_benefit_only"]), p * f * (1 - h),
                kTolerance);
    EXPECT_NEAR(Independent(t["better_on_harm_only"]), (1 - p * f) * h,
                kTolerance);
    EXPECT_NEAR(Independent(t["better_on_neither"]), (1 - p * f) * (1 - h),
                kTolerance);
  }
  ASSERT_EQ(answer["pairs"].size(), 6);
  for (const json& pair : answer["pairs"]) {
    const std::string first = pair["first"];
    const std::string second = pair["second"];
    EXPECT_NEAR(Independent(pair["first_better_on_all"]),
                pain.Better(first, second) * function.Better(first, second) *
                    harm.Better(first, second),
                kTolerance);
  }
}

TEST_F(BenefitHarmOfKneesTest, IsATableWithBothSides) {
  const Finished table = Run({"benefit-harm", "--benefit", "pain-6m", "--harm",
                              "any-ae", "--output", "table"});
  EXPECT_EQ(table.exit_code, 0) << table.messages;
  EXPECT_THAT(table.messages, HasSubstr("Left out of any-ae: freitag-2019"));
  EXPECT_THAT(table.data,
              AllOf(HasSubstr("Treatment versus conventional, random effects; "
                              "pain-6m (benefit; MD; lower is better), any-ae "
                              "(harm; OR; lower is better)"),
                    HasSubstr("better_on_both"),
                    HasSubstr("as if outcomes were independent")));
}

TEST_F(BenefitHarmOfKneesTest, OfThePastIsThatOfThen) {
  // Before the first trial.
  const Finished before = Run({"benefit-harm", "--benefit", "pain-6m", "--harm",
                               "any-ae", "--as-of", "2"});
  EXPECT_EQ(before.exit_code, 9);
  EXPECT_THAT(before.messages, HasSubstr("pain-6m"));
}

TEST_F(BenefitHarmOfKneesTest, RefusesWhatCannotBeAsked) {
  const Finished twice =
      Run({"benefit-harm", "--benefit", "pain-6m", "--harm", "pain-6m"});
  EXPECT_EQ(twice.exit_code, 3);
  EXPECT_THAT(twice.messages, HasSubstr("\"pain-6m\" stands here already"));
  const Finished unknown = Run({"benefit-harm", "--benefit", "pain-6m",
                                "--harm", "any-ae", "--reference", "aspirin"});
  EXPECT_EQ(unknown.exit_code, 6);
  EXPECT_THAT(unknown.messages, HasSubstr("\"aspirin\" has no data"));
}

}  // namespace
}  // namespace tidemark::testing
