#include "nma/component_model.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/testing/random_network.h"
#include "nma/testing/transformed_studies.h"

namespace tidemark::nma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::testing::StatusIs;

// Two arms; the effect is of the treatment that is second by bytes.
StudyEffects TwoArms(const char* id, const char* first, const char* second,
                     double effect, double variance) {
  return {id,
          {first, second},
          Eigen::VectorXd::Constant(1, effect),
          Eigen::MatrixXd::Constant(1, 1, variance)};
}

ComponentModelFit Fit(const std::vector<StudyEffects>& studies,
                      const ComponentDesign& design,
                      const FitOptions& options = {}) {
  const NetworkFit network = FitNetwork(studies, options).value();
  return FitComponentModel(studies, network, design, options).value();
}

RelativeEffect Estimate(const ComponentModelFit& fit,
                        const Eigen::VectorXd& combination) {
  return EstimateOf(fit.model.InBasis(combination).value(), fit.fit.random,
                    fit.fit.random_intervals);
}

int TermIndex(const ComponentModelFit& fit, const ComponentSet& term) {
  for (size_t j = 0; j < fit.terms.size(); ++j) {
    if (fit.terms[j] == term) return static_cast<int>(j);
  }
  ADD_FAILURE() << "no such term";
  return 0;
}

bool IsIdentified(const ComponentModelFit& fit, const ComponentSet& term) {
  return fit.model.InBasis(fit.Term(TermIndex(fit, term))).has_value();
}

// What the studies identify of these terms: "A + B".
std::vector<std::string> Combinations(const ComponentModelFit& fit) {
  std::vector<std::string> texts;
  for (const Eigen::VectorXd& combination : fit.combinations) {
    std::string text;
    for (Eigen::Index j = 0; j < combination.size(); ++j) {
      if (combination[j] == 0) continue;
      absl::StrAppend(&text, text.empty() ? "" : " ", combination[j], " ",
                      absl::StrJoin(fit.terms[static_cast<size_t>(j)], "*"));
    }
    texts.push_back(text);
  }
  return texts;
}

// Everybody has a component of their own but T0.
ComponentDesign OwnComponents(int treatments) {
  ComponentDesign design;
  design.of_treatment["T0"] = {};
  for (int t = 1; t < treatments; ++t) {
    const std::string name = absl::StrCat("T", t);
    design.of_treatment[name] = {name};
  }
  return design;
}

TEST(ComponentModelTest, WithAComponentForEachTreatmentItIsTheNetwork) {
  for (int seed = 0; seed < 5; ++seed) {
    const auto studies = RandomNetwork(6, 12, seed);
    ASSERT_OK_AND_ASSIGN(const NetworkFit network, FitNetwork(studies, {}));
    const ComponentModelFit fit = Fit(studies, OwnComponents(6));
    EXPECT_EQ(fit.beyond_sums.df, 0);
    EXPECT_EQ(fit.beyond_sums.q, 0);
    EXPECT_FALSE(fit.beyond_sums.p.has_value());
    EXPECT_THAT(fit.combinations, IsEmpty());
    for (int i = 0; i < 6; ++i) {
      for (int j = 0; j < i; ++j) {
        const RelativeEffect actual = Estimate(fit, fit.Difference(i, j));
        const auto expected = Relative(network, network.random, i, j);
        EXPECT_NEAR(actual.effect, expected->effect, 1e-10);
        EXPECT_NEAR(actual.se, expected->se, 1e-10);
      }
    }
    // A component's effect is its treatment's against the inactive one.
    EXPECT_NEAR(Estimate(fit, fit.Term(TermIndex(fit, {"T3"}))).effect,
                Relative(network, network.random, 3, 0)->effect, 1e-10);
  }
}

// 0 - A, 0 - B and 0 - AB: the sum is one equation too many. By hand, variances
// all 1: A = B = AB / 2 + ..., of the normal equations [2 1; 1 2].
TEST(ComponentModelTest, SumsAreTestedAgainstTheNetwork) {
  const std::vector<StudyEffects> studies = {TwoArms("s1", "0", "A", 1, 1),
                                             TwoArms("s2", "0", "B", 2, 1),
                                             TwoArms("s3", "0", "AB", 6, 1)};
  ComponentDesign design;
  design.of_treatment = {
      {"0", {}}, {"A", {"a"}}, {"B", {"b"}}, {"AB", {"a", "b"}}};
  const ComponentModelFit additive = Fit(studies, design);
  EXPECT_NEAR(EstimateOf(*additive.model.InBasis(additive.Term(0)),
                         additive.fit.common, additive.fit.common_intervals)
                  .effect,
              2, 1e-14);
  EXPECT_NEAR(EstimateOf(*additive.model.InBasis(additive.Term(1)),
                         additive.fit.common, additive.fit.common_intervals)
                  .effect,
              3, 1e-14);
  EXPECT_NEAR(additive.beyond_sums.q, 3, 1e-13);  // residuals -1, -1, 1
  EXPECT_EQ(additive.beyond_sums.df, 1);
  EXPECT_NEAR(*additive.beyond_sums.p, std::erfc(std::sqrt(3.0 / 2)), 1e-14);
  // Paired with an interaction nothing is left to test.
  design.interactions = {{"a", "b"}};
  const ComponentModelFit saturated = Fit(studies, design);
  EXPECT_EQ(saturated.beyond_sums.df, 0);
  EXPECT_NEAR(Estimate(saturated, saturated.Term(2)).effect, 6 - 1 - 2, 1e-14);
}

// A - AB in one part, C - BC in another: both say B.
TEST(ComponentModelTest, CommonComponentsTieTheParts) {
  const std::vector<StudyEffects> studies = {TwoArms("s1", "A", "AB", 1, 0.5),
                                             TwoArms("s2", "BC", "C", -2, 0.5),
                                             TwoArms("s3", "BC", "C", -3, 0.5)};
  ComponentDesign design;
  design.of_treatment = {
      {"A", {"a"}}, {"AB", {"a", "b"}}, {"BC", {"b", "c"}}, {"C", {"c"}}};
  const ComponentModelFit fit = Fit(studies, design);
  EXPECT_NEAR(Estimate(fit, fit.Term(TermIndex(fit, {"b"}))).effect, 2, 1e-12);
  EXPECT_FALSE(IsIdentified(fit, {"a"}));
  EXPECT_FALSE(IsIdentified(fit, {"c"}));
  // Q is 2 (1 + 0 + 1); 1 of it within the second part.
  EXPECT_NEAR(fit.fit.heterogeneity.q, 4, 1e-13);
  EXPECT_NEAR(fit.beyond_sums.q, 3, 1e-13);
  EXPECT_EQ(fit.beyond_sums.df, 1);
  EXPECT_THAT(
      ComparableGroups(4, fit.model,
                       [&](int a, int b) { return fit.Difference(a, b); }),
      ElementsAre(ElementsAre(0, 1), ElementsAre(2, 3)));
}

// AB - 0 and C - 0 in parts of their own are compared through what is inactive.
TEST(ComponentModelTest, InactiveTreatmentsTieThePartsToo) {
  const std::vector<StudyEffects> studies = {TwoArms("s1", "A", "none", -1, 1),
                                             TwoArms("s2", "B", "water", 2, 1)};
  ComponentDesign design;
  design.of_treatment = {
      {"A", {"a"}}, {"B", {"b"}}, {"none", {}}, {"water", {}}};
  const ComponentModelFit fit = Fit(studies, design);
  EXPECT_NEAR(Estimate(fit, fit.Difference(0, 1)).effect, 3, 1e-14);
  const RelativeEffect same = Estimate(fit, fit.Difference(2, 3));
  EXPECT_EQ(same.effect, 0);
  EXPECT_EQ(same.se, 0);
}

TEST(ComponentModelTest, TermsThatOccurTogetherGiveTheirSum) {
  const std::vector<StudyEffects> studies = {TwoArms("s1", "0", "ABC", 3, 1),
                                             TwoArms("s2", "0", "C", 1, 1),
                                             TwoArms("s3", "0", "D", 1, 1)};
  ComponentDesign design;
  design.of_treatment = {
      {"0", {}}, {"ABC", {"a", "b", "c"}}, {"C", {"c"}}, {"D", {"d"}}};
  const ComponentModelFit fit = Fit(studies, design);
  EXPECT_FALSE(IsIdentified(fit, {"a"}));
  EXPECT_FALSE(IsIdentified(fit, {"b"}));
  EXPECT_TRUE(IsIdentified(fit, {"c"}));
  EXPECT_TRUE(IsIdentified(fit, {"d"}));
  EXPECT_THAT(Combinations(fit), ElementsAre("1 a 1 b"));
  EXPECT_NEAR(Estimate(fit, fit.combinations[0]).effect, 2, 1e-14);
}

TEST(ComponentModelTest, WithoutAnInactiveTreatmentDifferencesAreIdentified) {
  const std::vector<StudyEffects> studies = {TwoArms("s1", "A", "B", 1, 1),
                                             TwoArms("s2", "B", "C", 2, 1)};
  ComponentDesign design;
  design.of_treatment = {{"A", {"a"}}, {"B", {"b"}}, {"C", {"c"}}};
  const ComponentModelFit fit = Fit(studies, design);
  EXPECT_FALSE(IsIdentified(fit, {"a"}));
  EXPECT_THAT(Combinations(fit), ElementsAre("1 a -1 c", "1 b -1 c"));
}

TEST(ComponentModelTest, DoesNotDependOnOrderOrNames) {
  ComponentDesign design;
  design.of_treatment = {{"T0", {}},         {"T1", {"a"}},
                         {"T2", {"b"}},      {"T3", {"a", "b"}},
                         {"T4", {"a", "c"}}, {"T5", {"b", "c"}}};
  const auto studies = RandomNetwork(6, 15, 11);
  const ComponentModelFit expected = Fit(studies, design);
  auto reversed = studies;
  std::reverse(reversed.begin(), reversed.end());
  const ComponentModelFit other_order = Fit(reversed, design);
  EXPECT_EQ(other_order.fit.heterogeneity.tau2,
            expected.fit.heterogeneity.tau2);
  const auto names = ReversingNames(studies);
  ComponentDesign renamed_design;
  for (const auto& [treatment, components] : design.of_treatment) {
    renamed_design.of_treatment[names.at(treatment)] = components;
  }
  const ComponentModelFit renamed =
      Fit(Renamed(studies, names), renamed_design);
  EXPECT_NEAR(renamed.fit.heterogeneity.tau2, expected.fit.heterogeneity.tau2,
              1e-10);
  for (int j = 0; j < 3; ++j) {
    EXPECT_NEAR(Estimate(renamed, renamed.Term(j)).effect,
                Estimate(expected, expected.Term(j)).effect, 1e-10);
    EXPECT_NEAR(Estimate(renamed, renamed.Term(j)).se,
                Estimate(expected, expected.Term(j)).se, 1e-10);
  }
}

TEST(ComponentModelTest, SaysWhatIsMissing) {
  const std::vector<StudyEffects> studies = {TwoArms("s1", "A", "B", 1, 1)};
  ASSERT_OK_AND_ASSIGN(const NetworkFit network, FitNetwork(studies, {}));
  ComponentDesign design;
  design.of_treatment = {{"A", {"a"}}};
  EXPECT_THAT(FitComponentModel(studies, network, design, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"B\"")));
  design.of_treatment["B"] = {"b"};
  design.interactions = {{"a", "b"}};
  EXPECT_THAT(
      FitComponentModel(studies, network, design, {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a, b together")));
  design = {{{"A", {}}, {"B", {}}}, {}};
  EXPECT_THAT(FitComponentModel(studies, network, design, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no treatment has a component")));
}

}  // namespace
}  // namespace tidemark::nma
