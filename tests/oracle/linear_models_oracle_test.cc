// Component models and meta-regressions against metafor
// (testdata/linear_models.R).
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "nma/component_model.h"
#include "nma/meta_regression.h"
#include "nma/network_fit.h"
#include "nma/study_effects.h"
#include "tests/oracle/oracle_data.h"

namespace tidemark::nma {
namespace {

using nlohmann::json;

constexpr double kTolerance = 1e-8;

void ExpectNear(double actual, const json& expected) {
  EXPECT_NEAR(actual, expected.get<double>(), kTolerance);
}

const json& Recorded(const std::string& model) {
  static const auto* const kAll = new json(LoadJson("linear_models.json"));
  return (*kAll)[model];
}

std::vector<StudyEffects> Contrasts(const std::string& fit) {
  for (const OracleFit& known : LoadOracleFits()) {
    if (known.name != fit) continue;
    EffectOptions options;
    options.measure = known.measure;
    return ComputeEffects(known.contrasts, options).value().studies;
  }
  ADD_FAILURE() << "no fit " << fit;
  return {};
}

// "Face-to-face PST + SSRI" is both; placebo is inactive.
ComponentDesign LindeDesign() {
  ComponentDesign design;
  for (const StudyEffects& study : Contrasts("Linde2016_OR_REML")) {
    for (const std::string& treatment : study.treatments) {
      ComponentSet& parts = design.of_treatment[treatment];
      parts = absl::StrSplit(treatment, " + ");
      parts.erase("Placebo");
    }
  }
  return design;
}

// A parameter as metafor's column is called.
ComponentSet TermNamed(const std::string& parameter) {
  return absl::StrSplit(parameter, '*');
}

void ExpectModel(const ComponentModelFit& fit, const json& expected) {
  EXPECT_NEAR(fit.fit.heterogeneity.tau2, expected["tau2"].get<double>(),
              1e-10);
  EXPECT_NEAR(fit.fit.heterogeneity.tau2,
              expected["optimiser_tau2"].get<double>(), 1e-6);
  ExpectNear(fit.fit.heterogeneity.q, expected["common"]["q"]);
  EXPECT_EQ(fit.fit.heterogeneity.df, expected["common"]["df"].get<int>());
  ASSERT_EQ(fit.terms.size(), expected["parameters"].size());
  for (size_t j = 0; j < fit.terms.size(); ++j) {
    EXPECT_EQ(fit.terms[j], TermNamed(expected["parameters"][j]));
    const auto term = fit.model.InBasis(fit.Term(static_cast<int>(j)));
    ASSERT_TRUE(term.has_value());
    const RelativeEffect common =
        EstimateOf(*term, fit.fit.common, fit.fit.common_intervals);
    ExpectNear(common.effect, expected["common"]["beta"][j]);
    ExpectNear(common.se, expected["common"]["se"][j]);
    const RelativeEffect random =
        EstimateOf(*term, fit.fit.random, fit.fit.random_intervals);
    ExpectNear(random.effect, expected["random"]["beta"][j]);
    ExpectNear(random.se, expected["random"]["se"][j]);
  }
}

ComponentModelFit FitLinde(const std::vector<StudyEffects>& studies,
                           const ComponentDesign& design) {
  const NetworkFit network = FitNetwork(studies, {}).value();
  return FitComponentModel(studies, network, design, {}).value();
}

TEST(LinearModelsOracleTest, AdditiveComponents) {
  ExpectModel(FitLinde(Contrasts("Linde2016_OR_REML"), LindeDesign()),
              Recorded("linde_additive"));
}

TEST(LinearModelsOracleTest, ComponentsWithAnInteraction) {
  ComponentDesign design = LindeDesign();
  design.interactions = {{"Face-to-face PST", "SSRI"}};
  ExpectModel(FitLinde(Contrasts("Linde2016_OR_REML"), design),
              Recorded("linde_interaction"));
}

TEST(LinearModelsOracleTest, ComponentsWithoutTheStudiesOfPlacebo) {
  std::vector<StudyEffects> studies;
  for (StudyEffects& study : Contrasts("Linde2016_OR_REML")) {
    const std::set<std::string> treatments(study.treatments.begin(),
                                           study.treatments.end());
    if (treatments.count("Placebo") == 0) studies.push_back(study);
  }
  ExpectModel(FitLinde(studies, LindeDesign()),
              Recorded("linde_without_placebo"));
}

std::vector<CovariateStudy> Smoking() {
  std::vector<CovariateStudy> studies;
  for (StudyEffects& study : Contrasts("smokingcessation_OR_REML")) {
    const int value = 7 * std::stoi(study.study) % 24;
    studies.push_back({std::move(study), value / 10.0});
  }
  return studies;
}

void ExpectFit(const Heterogeneity& heterogeneity, const json& expected) {
  EXPECT_NEAR(heterogeneity.tau2, expected["tau2"].get<double>(), 1e-10);
  EXPECT_NEAR(heterogeneity.tau2, expected["optimiser_tau2"].get<double>(),
              1e-6);
  ExpectNear(heterogeneity.q, expected["common"]["q"]);
  EXPECT_EQ(heterogeneity.df, expected["common"]["df"].get<int>());
}

void ExpectRegression(SlopeKind kind, const json& expected) {
  ASSERT_OK_AND_ASSIGN(const MetaRegressionFit fit,
                       FitMetaRegression(Smoking(), kind, "A", {}));
  ExpectNear(fit.centre, Recorded("smoking_centre"));
  ExpectFit(fit.fit.heterogeneity, expected);
  ExpectFit(fit.without_covariate, Recorded("smoking_without"));
  // B, C and D at the centre, then their slope or slopes.
  for (size_t j = 0; j < expected["parameters"].size(); ++j) {
    const int treatment = 1 + static_cast<int>(j) % 3;
    const auto estimate =
        fit.model.InBasis(j < 3 ? fit.DifferenceAt(treatment, 0, fit.centre)
                                : fit.SlopeOf(treatment, 0));
    ASSERT_TRUE(estimate.has_value());
    const RelativeEffect random =
        EstimateOf(*estimate, fit.fit.random, fit.fit.random_intervals);
    ExpectNear(random.effect, expected["random"]["beta"][j]);
    ExpectNear(random.se, expected["random"]["se"][j]);
    const RelativeEffect common =
        EstimateOf(*estimate, fit.fit.common, fit.fit.common_intervals);
    ExpectNear(common.effect, expected["common"]["beta"][j]);
    ExpectNear(common.se, expected["common"]["se"][j]);
  }
}

TEST(LinearModelsOracleTest, OneSlope) {
  ExpectRegression(SlopeKind::kCommon, Recorded("smoking_common"));
}

TEST(LinearModelsOracleTest, ASlopeForEachTreatment) {
  ExpectRegression(SlopeKind::kIndependent, Recorded("smoking_independent"));
}

}  // namespace
}  // namespace tidemark::nma
