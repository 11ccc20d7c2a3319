// Q decompositions and splits of every reference fit, from arms and from
// contrasts.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/coherence.h"
#include "nma/network_fit.h"
#include "nma/splits.h"
#include "nma/study_effects.h"
#include "tests/oracle/oracle_data.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

// The reference takes Q between as a difference of two Q and squares a rounded
// tau_within, so it has fewer digits than its 15 printed ones.
constexpr double kTolerance = 1e-8;
constexpr double kFloor = 1e-9;
constexpr double kPTolerance = 1e-7;  // an error of Q grows in the tail

void ExpectNear(double actual, const json& expected) {
  const auto value = expected.get<double>();
  EXPECT_NEAR(actual, value, std::max(kFloor, kTolerance * std::abs(value)));
}

// Relative also where p is 1e-66: no absolute floor.
void ExpectP(double actual, const json& expected) {
  EXPECT_NEAR(actual / expected.get<double>(), 1, kPTolerance);
}

void ExpectTest(const QTest& actual, const json& expected) {
  SCOPED_TRACE(expected.dump());
  ExpectNear(actual.q, expected["Q"]);
  EXPECT_EQ(actual.df, expected["df"].get<int>());
  ASSERT_TRUE(actual.p.has_value());
  ExpectP(*actual.p, expected["pval"]);
}

const json& Row(const json& rows, const std::string& name) {
  return *std::find_if(rows.begin(), rows.end(),
                       [&](const json& row) { return row["_row"] == name; });
}

void ExpectDecomposition(const std::vector<StudyEffects>& studies,
                         const json& expected) {
  ASSERT_OK_AND_ASSIGN(const Coherence coherence, DecomposeQ(studies));
  const json& common = expected["decomp"]["Q_decomp"];
  ExpectTest(coherence.common.total, Row(common, "Total"));
  ExpectTest(coherence.common.within, Row(common, "Within designs"));
  ExpectTest(coherence.common.between, Row(common, "Between designs"));
  ExpectNear(coherence.common.within.q, expected["Q_heterogeneity"]);
  ExpectNear(coherence.common.between.q, expected["Q_inconsistency"]);

  const json& random = expected["decomp"]["Q_inc_random"][0];
  ExpectTest(coherence.random.between, random);
  ASSERT_EQ(coherence.components.size(), 1);
  ExpectNear(std::sqrt(coherence.components[0].tau2_within),
             random["tau.within"]);
}

void ExpectDesigns(const std::vector<StudyEffects>& studies,
                   const json& expected) {
  ASSERT_OK_AND_ASSIGN(const std::vector<DesignCoherence> designs,
                       DecomposeQByDesign(studies));
  EXPECT_EQ(designs.size(), expected["d"].get<size_t>());
  double within = 0;
  double between = 0;
  for (const DesignCoherence& design : designs) {
    within += design.common.within.q;
    between += design.common.between;
  }
  ExpectNear(within, expected["Q_heterogeneity"]);
  ExpectNear(between, expected["Q_inconsistency"]);
}

// "X:Y" of the reference is X minus Y.
struct Oriented {
  const PairSplit* split = nullptr;  // null: no study compares the two
  double sign = 1;
};
Oriented Find(const std::vector<PairSplit>& splits, const NetworkFit& fit,
              const std::string& comparison) {
  for (const PairSplit& split : splits) {
    const std::string& first = fit.treatments[split.first];
    const std::string& second = fit.treatments[split.second];
    if (comparison == absl::StrCat(first, ":", second)) return {&split, 1};
    if (comparison == absl::StrCat(second, ":", first)) return {&split, -1};
  }
  return {};
}

// The reference has no estimate exactly where ours has none.
void ExpectEstimate(double sign, const PairEstimate* actual,
                    const json& expected) {
  ASSERT_EQ(actual == nullptr, expected["TE"].is_null());
  if (actual == nullptr) return;
  ExpectNear(sign * actual->effect, expected["TE"]);
  ExpectNear(actual->se, expected["seTE"]);
}

void ExpectSplit(const Oriented& found, const json& expected, size_t i) {
  const json& compare = expected["compare_random"][i];
  if (found.split == nullptr) {
    EXPECT_TRUE(expected["direct_random"][i]["TE"].is_null());
    EXPECT_TRUE(compare["TE"].is_null());
    return;
  }
  const EvidenceSplit& random = found.split->random;
  const bool indirect = random.indirect.has_value();
  ExpectNear(random.direct_share, expected["prop_random"][i]);
  ExpectEstimate(found.sign, &random.direct, expected["direct_random"][i]);
  ExpectEstimate(found.sign, indirect ? &random.indirect->estimate : nullptr,
                 expected["indirect_random"][i]);
  ASSERT_EQ(indirect, !compare["TE"].is_null());
  if (!indirect) return;
  const EvidenceDifference& difference = random.indirect->difference;
  ExpectNear(found.sign * difference.effect, compare["TE"]);
  ExpectNear(difference.se, compare["seTE"]);
  ExpectP(difference.p, compare["p"]);
}

void ExpectSplits(const std::vector<StudyEffects>& studies,
                  const NetworkFit& fit, const json& expected) {
  ASSERT_OK_AND_ASSIGN(const std::vector<PairSplit> splits,
                       SplitEvidence(studies, fit));
  size_t listed = 0;
  for (size_t i = 0; i < expected["direct_random"].size(); ++i) {
    const std::string comparison = expected["direct_random"][i]["comparison"];
    SCOPED_TRACE(comparison);
    const Oriented found = Find(splits, fit, comparison);
    if (found.split != nullptr) ++listed;
    ExpectSplit(found, expected, i);
  }
  EXPECT_EQ(listed, splits.size());
}

class CoherenceOracleTest : public ::testing::TestWithParam<OracleFit> {
 protected:
  static void ExpectMatches(const std::vector<Study>& studies) {
    const json& expected = GetParam().expected;
    EffectOptions effect_options;
    effect_options.measure = GetParam().measure;
    effect_options.smd = SmdMethod::kCohen;
    ASSERT_OK_AND_ASSIGN(const EffectSet effects,
                         ComputeEffects(studies, effect_options));
    ExpectDecomposition(effects.studies, expected);
    ExpectDesigns(effects.studies, expected);
    FitOptions options;
    options.tau2_method = GetParam().method;
    ASSERT_OK_AND_ASSIGN(const NetworkFit fit,
                         FitNetwork(effects.studies, options));
    ExpectSplits(effects.studies, fit, expected["split"]);
  }
};

TEST_P(CoherenceOracleTest, MatchesFromArms) {
  if (GetParam().arms.empty()) GTEST_SKIP() << "a contrast-level data set";
  ExpectMatches(GetParam().arms);
}

TEST_P(CoherenceOracleTest, MatchesFromContrasts) {
  ExpectMatches(GetParam().contrasts);
}

INSTANTIATE_TEST_SUITE_P(AllFits, CoherenceOracleTest,
                         ::testing::ValuesIn(LoadOracleFits()),
                         [](const ::testing::TestParamInfo<OracleFit>& info) {
                           return info.param.name;
                         });

}  // namespace
}  // namespace tidemark::nma
