// A network small enough to check by hand, after each change of its trials.
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/network_fit.h"
#include "nma/study_effects.h"
#include "tests/oracle/near.h"
#include "tests/oracle/oracle_data.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

constexpr double kTolerance = 1e-10;

ContinuousArm* FindArm(std::vector<Study>* studies, const std::string& id,
                       const std::string& treatment) {
  for (Study& study : *studies) {
    if (study.id != id) continue;
    for (auto& arm : std::get<std::vector<ContinuousArm>>(study.data)) {
      if (arm.treatment == treatment) return &arm;
    }
  }
  return nullptr;
}

// The trials of a state; two states change numbers, as their names say.
std::vector<Study> StudiesOf(const json& state) {
  std::vector<Study> all = LoadToyStudies();
  const std::string name = state["state"];
  if (name == "typo: Beta MSCx2 sd 5.33") {
    FindArm(&all, "Beta2019", "MSCx2")->sd = 5.33;
  } else if (name ==
             "heterogeneous: Delta MSCx2 mean 46, Gamma MSCx1 mean 25") {
    FindArm(&all, "Delta2023", "MSCx2")->mean = 46;
    FindArm(&all, "Gamma2021", "MSCx1")->mean = 25;
  }
  std::vector<Study> kept;
  for (const std::string id : state["studies"]) {
    for (const Study& study : all) {
      if (study.id == id) kept.push_back(study);
    }
  }
  return kept;
}

NetworkFit FitState(const json& state, Tau2Method method) {
  EffectOptions effect_options;
  effect_options.measure = EffectMeasure::kMeanDifference;
  const auto effects = ComputeEffects(StudiesOf(state), effect_options);
  EXPECT_OK(effects);
  FitOptions options;
  options.tau2_method = method;
  const auto fit = FitNetwork(effects->studies, options);
  EXPECT_OK(fit);
  return *fit;
}

int IndexOf(const NetworkFit& fit, const std::string& treatment) {
  for (size_t i = 0; i < fit.treatments.size(); ++i) {
    if (fit.treatments[i] == treatment) return static_cast<int>(i);
  }
  ADD_FAILURE() << treatment;
  return 0;
}

void ExpectRandomEffects(const NetworkFit& fit, const json& expected) {
  for (const json& row : expected) {
    const int first = IndexOf(fit, row["first"]);
    const int second = IndexOf(fit, row["second"]);
    SCOPED_TRACE(row.dump());
    const auto effect = Relative(fit, fit.random, first, second);
    ASSERT_TRUE(effect.has_value());
    const auto near = [&row](const char* key) {
      return NearRelative(row[key].get<double>(), kTolerance);
    };
    EXPECT_THAT(effect->effect, near("effect"));
    EXPECT_THAT(effect->se, near("se"));
    EXPECT_THAT(effect->confidence->lower, near("lower"));
    EXPECT_THAT(effect->confidence->upper, near("upper"));
    EXPECT_THAT(fit.heterogeneity[fit.component[first]].tau2, near("tau2"));
  }
}

std::vector<std::vector<std::string>> Components(const NetworkFit& fit) {
  std::vector<std::vector<std::string>> parts(fit.reference.size());
  for (size_t t = 0; t < fit.treatments.size(); ++t) {
    parts[fit.component[t]].push_back(fit.treatments[t]);
  }
  return parts;
}

class ToyStatesTest : public ::testing::TestWithParam<json> {
 protected:
  static const json* Expected(const std::string& method) {
    for (const json& fit : GetParam()["fits"]) {
      if (fit["tau2_method"] == method) return &fit["random"];
    }
    return nullptr;
  }
};

TEST_P(ToyStatesTest, MatchesDerSimonianLaird) {
  const NetworkFit fit = FitState(GetParam(), Tau2Method::kDerSimonianLaird);
  EXPECT_EQ(
      Components(fit),
      GetParam()["components"].get<std::vector<std::vector<std::string>>>());
  ASSERT_NE(Expected("DL"), nullptr);
  ExpectRandomEffects(fit, *Expected("DL"));
}

TEST_P(ToyStatesTest, MatchesRestrictedMaximumLikelihood) {
  const NetworkFit fit =
      FitState(GetParam(), Tau2Method::kRestrictedMaximumLikelihood);
  // A tree has no degree of freedom: its reference tau^2 is arbitrary (see
  // testdata/README.md), ours is 0 as with DL.
  const bool is_tree = GetParam()["state"] == "retract Beta";
  if (is_tree) {
    ASSERT_EQ(fit.heterogeneity[0].df, 0);
  }
  const json* expected = Expected(is_tree ? "DL" : "REML");
  ASSERT_NE(expected, nullptr);
  ExpectRandomEffects(fit, *expected);
}

INSTANTIATE_TEST_SUITE_P(
    AllStates, ToyStatesTest,
    ::testing::ValuesIn(LoadJson("toy_states.json").get<std::vector<json>>()));

TEST(ToyComponentsTest, PartsOfADisconnectedNetworkAreNotCompared) {
  for (const json& state : LoadJson("toy_states.json")) {
    if (state["state"] != "retract Beta and Gamma") continue;
    const NetworkFit fit =
        FitState(state, Tau2Method::kRestrictedMaximumLikelihood);
    EXPECT_FALSE(
        Relative(fit, fit.random, IndexOf(fit, "HA"), IndexOf(fit, "Saline"))
            .has_value());
  }
}

}  // namespace
}  // namespace tidemark::nma
