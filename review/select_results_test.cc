#include "review/select_results.h"

#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nma/study.h"
#include "review/protocol.h"
#include "review/testing/toy_review.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::review {
namespace {

using testing::AddContrast;
using testing::AddEvents;
using testing::AddPain;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TrialOf;

constexpr double kTolerance = 1e-12;

SelectedStudy SelectFor(const v1::Analysis& analysis, const v1::Trial& trial) {
  const v1::Review review = testing::ToyReview();
  return SelectResults(
      trial, {&analysis, FindById(review.outcomes(), analysis.outcome()),
              FindById(review.node_maps(), analysis.node_map())});
}

SelectedStudy SelectPain(const v1::Trial& trial) {
  return SelectFor(testing::PainAnalysis(), trial);
}

SelectedStudy SelectCoarse(const v1::Trial& trial) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_node_map("coarse");
  return SelectFor(analysis, trial);
}

template <typename Arm>
std::vector<Arm> ArmsOf(const SelectedStudy& selected) {
  EXPECT_TRUE(selected.study.has_value()) << selected.reason;
  if (!selected.study.has_value()) return {};
  return std::get<std::vector<Arm>>(selected.study->data);
}

template <typename Arm>
std::vector<std::string> NodesOf(const std::vector<Arm>& arms) {
  std::vector<std::string> nodes;
  for (const Arm& arm : arms) nodes.push_back(arm.treatment);
  return nodes;
}

TEST(HasDataTest, LooksForTheOutcomeAtTheTimePoint) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  EXPECT_FALSE(HasData(trial, testing::PainAnalysis()));
  AddPain("ha", "vas", 40, 20, 10, &trial)->set_time_point("12m");
  EXPECT_FALSE(HasData(trial, testing::PainAnalysis()));
  AddEvents("ha", 1, 10, &trial);
  EXPECT_TRUE(HasData(trial, testing::AdverseAnalysis()));
  AddContrast("ha", "msc1", 1, 1, &trial);
  EXPECT_TRUE(HasData(trial, testing::PainAnalysis()));
}

TEST(SelectResultsTest, AWholeTrialIsUsedOnTheScaleOfTheOutcome) {
  const SelectedStudy selected = SelectPain(testing::ToyTrial());
  const auto arms = ArmsOf<nma::ContinuousArm>(selected);
  ASSERT_THAT(NodesOf(arms), ElementsAre("ha", "msc1"));
  EXPECT_NEAR(arms[0].mean, 4.2, kTolerance);
  EXPECT_NEAR(arms[0].sd, 2.1, kTolerance);
  EXPECT_EQ(arms[0].n, 15);
  EXPECT_EQ(selected.study->id, "alpha");
  EXPECT_THAT(selected.reason, IsEmpty());
  EXPECT_THAT(selected.notes,
              ElementsAre("instrument vas, rescaled from 0-100 to 0-10"));
}

TEST(SelectResultsTest, Rule1ResultsOfArmsComeBeforeContrasts) {
  v1::Trial trial = testing::ToyTrial();
  AddContrast("ha", "msc1", 99, 1, &trial);
  EXPECT_EQ(ArmsOf<nma::ContinuousArm>(SelectPain(trial)).size(), 2);
  trial.clear_results();
  const auto contrasts = ArmsOf<nma::Contrast>(SelectPain(trial));
  ASSERT_EQ(contrasts.size(), 1);
  EXPECT_EQ(contrasts[0].first, "ha");
  EXPECT_EQ(contrasts[0].second, "msc1");
  EXPECT_EQ(contrasts[0].effect, 99);
  EXPECT_EQ(contrasts[0].se, 1);
}

TEST(SelectResultsTest, Rule2TheFirstInstrumentOfTheOutcomeIsUsed) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  for (const char* instrument : {"koos", "nrs"}) {
    AddPain("ha", instrument, 4, 2, 10, &trial);
    AddPain("msc1", instrument, 3, 2, 10, &trial);
  }
  const SelectedStudy selected = SelectPain(trial);
  EXPECT_THAT(selected.notes,
              ElementsAre("instrument nrs, preferred to others that the trial "
                          "reports"));
  EXPECT_EQ(ArmsOf<nma::ContinuousArm>(selected)[0].mean, 4);
}

TEST(SelectResultsTest, Rule3AResultWithANumberMissingIsLeftOut) {
  v1::Trial trial = testing::ToyTrial();
  trial.mutable_results(1)->mutable_continuous()->clear_sd();
  SelectedStudy selected = SelectPain(trial);
  EXPECT_FALSE(selected.study.has_value());
  EXPECT_EQ(selected.reason,
            "arms on 1 node, a comparison needs 2: sd of arm msc1 not "
            "reported");
  *trial.add_arms() = TrialOf("x", {"saline"}).arms(0);
  AddPain("saline", "vas", 45, 20, 10, &trial);
  selected = SelectPain(trial);
  EXPECT_THAT(NodesOf(ArmsOf<nma::ContinuousArm>(selected)),
              ElementsAre("ha", "saline"));
  EXPECT_THAT(selected.notes,
              Contains("left out: sd of arm msc1 not reported"));
}

TEST(SelectResultsTest, Rule3NamesTheNumberThatIsMissing) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  AddEvents("ha", 1, 10, &trial)->mutable_binary()->clear_events();
  AddEvents("msc1", 1, 10, &trial)->mutable_binary()->clear_n();
  EXPECT_EQ(SelectFor(testing::AdverseAnalysis(), trial).reason,
            "arms on 0 nodes, a comparison needs 2: events of arm ha not "
            "reported; n of arm msc1 not reported");
}

TEST(SelectResultsTest, Rule4ArmsApartAreUsedAndTheirSetIsNot) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1", "msc2"});
  AddPain("ha", "nrs", 5, 2, 10, &trial);
  AddPain("msc1+msc2", "nrs", 9, 2, 20, &trial);
  AddPain("msc1", "nrs", 3, 2, 10, &trial);
  AddPain("msc2", "nrs", 1, 2, 10, &trial);
  const SelectedStudy selected = SelectCoarse(trial);
  const auto arms = ArmsOf<nma::ContinuousArm>(selected);
  ASSERT_THAT(NodesOf(arms), ElementsAre("control", "msc"));
  EXPECT_NEAR(arms[1].mean, 2, kTolerance);
  EXPECT_THAT(selected.notes, Contains(HasSubstr("arms msc1+msc2 reported "
                                                 "together not used")));
}

TEST(SelectResultsTest, Rule4TheSetIsUsedWhereTheArmsApartAreIncomplete) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1", "msc2"});
  AddPain("ha", "nrs", 5, 2, 10, &trial);
  AddPain("msc1+msc2", "nrs", 9, 2, 20, &trial);
  AddPain("msc1", "nrs", 3, 2, 10, &trial)->mutable_continuous()->clear_n();
  EXPECT_EQ(ArmsOf<nma::ContinuousArm>(SelectCoarse(trial))[1].mean, 9);
}

TEST(SelectResultsTest, Rule5ASetAcrossNodesIsLeftOut) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1", "msc2"});
  AddPain("ha", "nrs", 5, 2, 10, &trial);
  AddPain("msc1+msc2", "nrs", 3, 2, 20, &trial);
  EXPECT_EQ(SelectPain(trial).reason,
            "arms on 1 node, a comparison needs 2: arms msc1+msc2 are "
            "reported together but fall on nodes msc1 and msc2");
  EXPECT_THAT(NodesOf(ArmsOf<nma::ContinuousArm>(SelectCoarse(trial))),
              ElementsAre("control", "msc"));
}

TEST(SelectResultsTest, Rule5AnArmOnNoNodeIsLeftOut) {
  v1::Trial trial = TrialOf("t", {"saline", "msc1"});
  AddPain("saline", "nrs", 5, 2, 10, &trial);
  AddPain("msc1", "nrs", 3, 2, 10, &trial);
  EXPECT_EQ(SelectCoarse(trial).reason,
            "arms on 1 node, a comparison needs 2: treatment saline of arm "
            "saline is on no node of map coarse");
}

TEST(SelectResultsTest, Rule6ReversedInstrumentsAreTurnedAround) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  AddPain("ha", "koos", 40, 20, 10, &trial);
  AddPain("msc1", "koos", 70, 10, 10, &trial);
  const auto arms = ArmsOf<nma::ContinuousArm>(SelectPain(trial));
  EXPECT_NEAR(arms[0].mean, 6, kTolerance);
  EXPECT_NEAR(arms[1].mean, 3, kTolerance);
  EXPECT_NEAR(arms[0].sd, 2, kTolerance);
}

TEST(SelectResultsTest, Rule6ChangesAreRescaledWithoutTheOffset) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  AddPain("ha", "koos", 10, 20, 10, &trial);
  AddPain("msc1", "koos", 30, 20, 10, &trial);
  for (v1::Result& result : *trial.mutable_results()) {
    result.mutable_continuous()->set_value_kind(v1::Continuous::CHANGE);
  }
  const auto arms = ArmsOf<nma::ContinuousArm>(SelectPain(trial));
  EXPECT_NEAR(arms[0].mean, -1, kTolerance);
  EXPECT_NEAR(arms[1].mean, -3, kTolerance);
}

// A final value minus a change is no difference between groups.
TEST(SelectResultsTest, Rule6AFinalValueIsNotComparedWithAChange) {
  v1::Trial trial = testing::ToyTrial();
  trial.mutable_results(1)->mutable_continuous()->set_value_kind(
      v1::Continuous::CHANGE);
  const SelectedStudy selected = SelectPain(trial);
  EXPECT_FALSE(selected.study.has_value());
  EXPECT_THAT(selected.reason,
              HasSubstr("final values of some arms and changes of others"));
}

TEST(SelectResultsTest, ChangesDoNotGiveAStandardisedMeanDifference) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_effect_measure(v1::EffectMeasure::SMD);
  v1::Trial trial = testing::ToyTrial();
  EXPECT_TRUE(SelectFor(analysis, trial).study.has_value());
  for (v1::Result& result : *trial.mutable_results()) {
    result.mutable_continuous()->set_value_kind(v1::Continuous::CHANGE);
  }
  EXPECT_THAT(SelectFor(analysis, trial).reason,
              HasSubstr("SMD needs final values"));
  EXPECT_TRUE(SelectPain(trial).study.has_value());
}

v1::Analysis RatioOfMeans() {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_effect_measure(v1::EffectMeasure::ROM);
  return analysis;
}

// vas 0-100 and nrs 0-10 share the zero of pain 0-10; koos is reversed.
TEST(SelectResultsTest, Rule6ARatioOfMeansNeedsACommonZero) {
  const auto trial = [](const std::string& instrument) {
    v1::Trial t = TrialOf("t", {"ha", "msc1"});
    AddPain("ha", instrument, 4, 2, 10, &t);
    AddPain("msc1", instrument, 3, 2, 10, &t);
    return t;
  };
  EXPECT_TRUE(SelectFor(RatioOfMeans(), trial("vas")).study.has_value());
  EXPECT_TRUE(SelectFor(RatioOfMeans(), trial("nrs")).study.has_value());
  EXPECT_EQ(SelectFor(RatioOfMeans(), trial("koos")).reason,
            "zero of instrument koos is not zero of outcome pain (ROM needs a "
            "common true zero)");
  EXPECT_TRUE(SelectPain(trial("koos")).study.has_value());
}

TEST(SelectResultsTest, Rule6ChangesHaveNoRatio) {
  v1::Trial trial = testing::ToyTrial();
  trial.mutable_results(1)->mutable_continuous()->set_value_kind(
      v1::Continuous::CHANGE);
  EXPECT_THAT(SelectFor(RatioOfMeans(), trial).reason,
              HasSubstr("ROM needs final values"));
  trial.mutable_results(0)->mutable_continuous()->set_value_kind(
      v1::Continuous::CHANGE);
  EXPECT_THAT(SelectFor(RatioOfMeans(), trial).reason,
              HasSubstr("ROM needs final values"));
}

TEST(SelectResultsTest, Rule7ArmsOnOneNodeArePooledAndListed) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1", "msc2"});
  AddPain("ha", "nrs", 5, 2, 10, &trial);
  AddPain("msc1", "nrs", 2, 1, 10, &trial);
  AddPain("msc2", "nrs", 4, 1, 30, &trial);
  const SelectedStudy selected = SelectCoarse(trial);
  const auto arms = ArmsOf<nma::ContinuousArm>(selected);
  ASSERT_EQ(arms.size(), 2);
  EXPECT_NEAR(arms[1].mean, 3.5, kTolerance);
  EXPECT_EQ(arms[1].n, 40);
  EXPECT_THAT(selected.notes, Contains("arms msc1, msc2 pooled on node msc"));
}

TEST(SelectResultsTest, Rule7CountsAddUp) {
  v1::Analysis analysis = testing::AdverseAnalysis();
  analysis.set_node_map("coarse");
  v1::Trial trial = TrialOf("t", {"ha", "msc1", "msc2"});
  AddEvents("ha", 1, 10, &trial);
  AddEvents("msc1", 2, 20, &trial);
  AddEvents("msc2", 3, 30, &trial);
  const auto arms = ArmsOf<nma::BinaryArm>(SelectFor(analysis, trial));
  ASSERT_EQ(arms.size(), 2);
  EXPECT_EQ(arms[1].events, 5);
  EXPECT_EQ(arms[1].total, 50);
}

TEST(SelectResultsTest, Rule8AStudyOnOneNodeIsLeftOut) {
  v1::Trial trial = TrialOf("t", {"msc1", "msc2"});
  AddPain("msc1", "nrs", 2, 1, 10, &trial);
  AddPain("msc2", "nrs", 4, 1, 30, &trial);
  EXPECT_TRUE(SelectPain(trial).study.has_value());
  const SelectedStudy selected = SelectCoarse(trial);
  EXPECT_FALSE(selected.study.has_value());
  EXPECT_EQ(selected.reason, "arms on 1 node, a comparison needs 2");
}

TEST(SelectResultsTest, RatesAreReadAsTheyAre) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  for (const char* arm : {"ha", "msc1"}) {
    v1::Result* result = AddEvents(arm, 0, 0, &trial);
    result->set_outcome("falls");
    result->mutable_rate()->set_events(2);
    result->mutable_rate()->set_exposure(7.5);
  }
  v1::Analysis analysis = testing::AdverseAnalysis();
  analysis.set_outcome("falls");
  analysis.set_effect_measure(v1::EffectMeasure::IRR);
  const auto arms = ArmsOf<nma::RateArm>(SelectFor(analysis, trial));
  ASSERT_EQ(arms.size(), 2);
  EXPECT_EQ(arms[0].events, 2);
  EXPECT_EQ(arms[0].exposure, 7.5);
}

TEST(SelectResultsTest, NumbersThatWereMadeAreNoted) {
  v1::Trial trial = testing::ToyTrial();
  v1::Derivation* derivation = trial.mutable_results(0)->add_derivations();
  derivation->set_field("sd");
  derivation->set_kind(v1::Derivation::IMPUTED);
  derivation->set_method("from baseline");
  EXPECT_THAT(SelectPain(trial).notes,
              Contains("sd of arm ha imputed: from baseline"));
}

TEST(SelectContrastsTest, NumbersThatWereMadeAreNotedToo) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  v1::Derivation* derivation =
      AddContrast("ha", "msc1", 1, 1, &trial)->add_derivations();
  derivation->set_field("se");
  derivation->set_kind(v1::Derivation::DERIVED);
  derivation->set_method("from a confidence interval");
  EXPECT_THAT(SelectPain(trial).notes,
              Contains("se of contrast ha - msc1 derived: from a confidence "
                       "interval"));
}

TEST(SelectContrastsTest, OnlyThoseOnTheMeasureOfTheAnalysisAreUsed) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  AddContrast("ha", "msc1", 1, 1, &trial)
      ->set_effect_measure(v1::EffectMeasure::SMD);
  EXPECT_EQ(SelectPain(trial).reason,
            "no contrast can be used: contrast ha - msc1 is on SMD");
}

TEST(SelectContrastsTest, ArmsOnOneNodeCannotBePooled) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1", "msc2"});
  AddContrast("ha", "msc1", 1, 1, &trial);
  AddContrast("ha", "msc2", 2, 1, &trial);
  AddContrast("msc1", "msc2", 1, 1, &trial);
  EXPECT_EQ(ArmsOf<nma::Contrast>(SelectPain(trial)).size(), 3);
  EXPECT_THAT(SelectCoarse(trial).reason,
              HasSubstr("arms msc1, msc2 fall on node msc"));
}

// Three arms that give their differences to `baseline`, which has the variance
// 1; the others have 3 and 8.
v1::Trial BaselineTrial(const std::string& baseline,
                        const std::vector<std::string>& others) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1", "msc2", "saline"});
  AddContrast(others[0], baseline, 1, 2, &trial)->set_baseline_se(1);
  AddContrast(others[1], baseline, 5, 3, &trial)->set_baseline_se(1);
  return trial;
}

nma::BaselineContrasts BaselineOf(const SelectedStudy& selected) {
  EXPECT_TRUE(selected.study.has_value()) << selected.reason;
  if (!selected.study.has_value()) return {};
  return std::get<nma::BaselineContrasts>(selected.study->data);
}

TEST(SelectBaselineTest, DifferencesToOneArmCarryItsStandardError) {
  const nma::BaselineContrasts data =
      BaselineOf(SelectPain(BaselineTrial("msc1", {"ha", "saline"})));
  EXPECT_EQ(data.baseline, "msc1");
  EXPECT_EQ(data.baseline_se, 1);
  ASSERT_EQ(data.contrasts.size(), 2);
  EXPECT_EQ(data.contrasts[1].treatment, "saline");
  EXPECT_EQ(data.contrasts[1].effect, 5);
  EXPECT_EQ(data.contrasts[1].se, 3);
}

TEST(SelectBaselineTest, AnArmOnNoNodeIsLeftOutAndTheOthersStay) {
  const SelectedStudy selected =
      SelectCoarse(BaselineTrial("msc1", {"ha", "saline"}));
  const nma::BaselineContrasts data = BaselineOf(selected);
  EXPECT_EQ(data.baseline, "msc");
  ASSERT_EQ(data.contrasts.size(), 1);
  EXPECT_EQ(data.contrasts[0].treatment, "control");
  EXPECT_THAT(selected.notes,
              ElementsAre("left out: treatment saline of arm saline is on no "
                          "node of map coarse"));
}

TEST(SelectBaselineTest, ABaselineOnNoNodeLeavesTheOthersToCompare) {
  const SelectedStudy selected =
      SelectCoarse(BaselineTrial("saline", {"ha", "msc1"}));
  const nma::BaselineContrasts data = BaselineOf(selected);
  EXPECT_EQ(data.baseline, "control");
  ASSERT_EQ(data.contrasts.size(), 1);
  EXPECT_EQ(data.contrasts[0].treatment, "msc");
  EXPECT_EQ(data.contrasts[0].effect, 4);
  EXPECT_NEAR(data.contrasts[0].se, std::sqrt(3 + 8), kTolerance);
  EXPECT_THAT(selected.notes,
              Contains("differences to arm saline used as differences to node "
                       "control"));
}

TEST(SelectBaselineTest, NothingToCompareLeavesTheStudyOut) {
  v1::Trial trial = BaselineTrial("saline", {"ha", "msc1"});
  trial.mutable_contrasts()->RemoveLast();
  EXPECT_EQ(SelectCoarse(trial).reason,
            "no contrast can be used: treatment saline of arm saline is on no "
            "node of map coarse");
  EXPECT_THAT(SelectCoarse(BaselineTrial("ha", {"msc1", "msc2"})).reason,
              HasSubstr("arms msc1, msc2 fall on node msc"));
}

TEST(SelectContrastsTest, HazardRatiosComeFromContrastsOnly) {
  v1::Analysis analysis = testing::AdverseAnalysis();
  analysis.set_outcome("surgery");
  analysis.set_time_point("6m");
  analysis.set_effect_measure(v1::EffectMeasure::HR);
  v1::Trial trial = TrialOf("t", {"ha", "msc1"});
  v1::Contrast* contrast = AddContrast("msc1", "ha", -0.5, 0.2, &trial);
  contrast->set_outcome("surgery");
  contrast->set_effect_measure(v1::EffectMeasure::HR);
  const auto rows = ArmsOf<nma::Contrast>(SelectFor(analysis, trial));
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].effect, -0.5);
}

// Every kind of outcome may be analysed on GENERIC, but not from its arms.
TEST(SelectContrastsTest, GenericEffectsAreThoseMarkedGeneric) {
  v1::Analysis analysis = testing::PainAnalysis();
  analysis.set_effect_measure(v1::EffectMeasure::GENERIC);
  v1::Trial trial = testing::ToyTrial();
  EXPECT_EQ(SelectFor(analysis, trial).reason,
            "no contrast can be used: results of arms do not give GENERIC");
  v1::Contrast* contrast = AddContrast("msc1", "ha", 2, 1, &trial);
  EXPECT_EQ(SelectFor(analysis, trial).reason,
            "no contrast can be used: results of arms do not give GENERIC; "
            "contrast msc1 - ha is on MD");
  contrast->set_effect_measure(v1::EffectMeasure::GENERIC);
  const SelectedStudy selected = SelectFor(analysis, trial);
  EXPECT_EQ(ArmsOf<nma::Contrast>(selected).size(), 1);
  EXPECT_THAT(selected.notes,
              Contains("left out: results of arms do not give GENERIC"));
}

TEST(SelectContrastsTest, AnArmOnNoNodeIsLeftOutWithItsContrasts) {
  v1::Trial trial = TrialOf("t", {"ha", "msc1", "saline"});
  AddContrast("ha", "msc1", 1, 1, &trial);
  AddContrast("ha", "saline", 2, 1, &trial);
  AddContrast("msc1", "saline", 1, 1, &trial);
  EXPECT_EQ(ArmsOf<nma::Contrast>(SelectCoarse(trial)).size(), 1);
}

}  // namespace
}  // namespace tidemark::review
