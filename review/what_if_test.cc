#include "review/what_if.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "audit/sha256.h"
#include "base/testing/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "review/analysis_inputs.h"
#include "review/hypothesis.h"
#include "review/relative_effects.h"
#include "review/testing/honest_log.h"
#include "review/testing/toy_review.h"
#include "review/testing/violations.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::review {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::StatusIs;

// The toy review with trials alpha, beta (of msc2) and gamma (retracted), and
// PainAnalysis.
ReviewState State() {
  testing::HonestLog log;
  log.Append(testing::PutReview(testing::ToyReview()));
  log.Append(testing::PutAnalyses({testing::PainAnalysis()}));
  v1::Trial beta = testing::TrialOf("beta", {"ha", "msc2"});
  testing::AddPain("ha", "vas", 45, 20, 30, &beta);
  testing::AddPain("msc2", "vas", 25, 18, 30, &beta);
  log.Append(testing::Submit(
      {testing::ToyTrial("alpha"), beta, testing::ToyTrial("gamma")}));
  log.Append(testing::SetStatus({"gamma"}, v1::TrialStatus::RETRACTED,
                                "10.1000/notice"));
  return log.state();
}

v1::WhatIfRequest Request(const std::string& text) {
  return testing::FromText<v1::WhatIfRequest>(text);
}

absl::StatusOr<Hypothesis> Make(const std::string& text,
                                const ReviewState& state) {
  return MakeHypothesis(Request(text), state, *state.FindAnalysis("pain-6m"));
}

// What the estimate would be.
v1::Estimate EstimateIf(const std::string& text) {
  const ReviewState state = State();
  const absl::StatusOr<Hypothesis> hypothesis = Make(text, state);
  EXPECT_TRUE(hypothesis.ok()) << hypothesis.status();
  if (!hypothesis.ok()) return {};
  const auto estimate = EstimateHypothesis(*hypothesis);
  EXPECT_TRUE(estimate.ok()) << estimate.status();
  return estimate.value_or(v1::Estimate());
}

// The fields of the request that are refused.
std::vector<std::string> RefusedFields(const std::string& text) {
  const absl::Status status = Make(text, State()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return testing::FieldsOf(status);
}

std::vector<std::string> StudiesOf(const v1::Estimate& estimate) {
  std::vector<std::string> studies;
  for (const v1::StudyUse& use : estimate.studies()) {
    studies.push_back(use.study());
  }
  return studies;
}

TEST(WhatIfTest, NothingElseIsWhatIsStored) {
  const ReviewState state = State();
  v1::Estimate stored =
      EstimateAnalysis(state, *state.FindAnalysis("pain-6m")).value();
  stored.clear_inputs_digest();
  EXPECT_EQ(EstimateIf("").SerializeAsString(), stored.SerializeAsString());
}

TEST(WhatIfTest, TrialsAreLeftOutAndTakenInWhateverTheirStatus) {
  EXPECT_THAT(StudiesOf(EstimateIf("")), ElementsAre("alpha", "beta"));
  EXPECT_THAT(StudiesOf(EstimateIf(R"(exclude_trials: "beta")")),
              ElementsAre("alpha"));
  EXPECT_THAT(StudiesOf(EstimateIf(R"(include_trials: "gamma")")),
              ElementsAre("alpha", "beta", "gamma"));
}

TEST(WhatIfTest, FiltersAreAddedAndHoldForWhatIsIncluded) {
  const v1::Estimate estimate = EstimateIf(R"pb(
    include_trials: "gamma"
    analysis { filters { exclude_trials: "gamma" } }
  )pb");
  EXPECT_THAT(StudiesOf(estimate), ElementsAre("alpha", "beta"));
  EXPECT_EQ(estimate.studies_left_out(0).reason(), "filter: trial excluded");
}

TEST(WhatIfTest, AnotherValueMovesTheEstimateAsACorrectionWould) {
  // MD on a scale of a tenth of that of the instrument.
  EXPECT_DOUBLE_EQ(
      Compare(EstimateIf(""), Model::kRandom, "ha", "msc1")->effect(), 1.2);
  const v1::Estimate estimate = EstimateIf(R"pb(
    edits {
      trial_id: "alpha"
      edits { path: "results[pain/6m/msc1].continuous.mean" value: "20" }
    }
  )pb");
  EXPECT_DOUBLE_EQ(Compare(estimate, Model::kRandom, "ha", "msc1")->effect(),
                   2.2);
  EXPECT_EQ(estimate.sequence(), State().sequence());
}

TEST(WhatIfTest, FieldsOfTheAnalysisReplaceThoseThatAreStored) {
  const v1::Estimate estimate =
      EstimateIf("analysis { tau2_method: DL level: 0.9 }");
  EXPECT_EQ(estimate.tau2_method(), v1::Tau2Method::DL);
  EXPECT_EQ(estimate.level(), 0.9);
  EXPECT_EQ(estimate.effect_measure(), v1::EffectMeasure::MD);
}

TEST(WhatIfTest, AnotherScaleLeavesThresholdsAndMethodsOfTheOldOneBehind) {
  ReviewState state = State();
  AnalysisVersion analysis = *state.FindAnalysis("pain-6m");
  v1::Analysis& stored = *analysis.record.mutable_analysis();
  stored.set_effect_measure(v1::EffectMeasure::SMD);
  stored.set_smd_method(v1::SmdMethod::COHEN);
  stored.add_thresholds()->set_value(0.4);
  stored.mutable_thresholds(0)->set_kind(v1::Threshold::BETWEEN_GROUPS);
  stored.mutable_thresholds(0)->set_source("Someone 2012");
  const auto other = MakeHypothesis(Request("analysis { effect_measure: MD }"),
                                    state, analysis);
  ASSERT_TRUE(other.ok()) << other.status();
  EXPECT_THAT(other->analysis.record.analysis().thresholds(), IsEmpty());
  EXPECT_EQ(other->analysis.record.analysis().smd_method(),
            v1::SmdMethod::UNSPECIFIED);
  const auto same =
      MakeHypothesis(Request("analysis { level: 0.9 }"), state, analysis);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_THAT(same->analysis.record.analysis().thresholds(), Not(IsEmpty()));
}

TEST(WhatIfTest, ANodeMapNeedNotBeInTheProtocol) {
  const v1::Estimate estimate = EstimateIf(R"pb(
    node_map {
      id: "any-msc"
      nodes { id: "ha" }
      nodes { id: "msc" }
      rules { treatment: "ha" node: "ha" }
      rules { treatment: "msc1" node: "msc" }
      rules { treatment: "msc2" node: "msc" }
    }
  )pb");
  EXPECT_THAT(estimate.treatments(), ElementsAre("ha", "msc"));
  EXPECT_THAT(EstimateIf(R"(analysis { node_map: "coarse" })").treatments(),
              ElementsAre("control", "msc"));
}

TEST(WhatIfTest, WhatAChangeMustKeepHoldsHere) {
  EXPECT_THAT(RefusedFields(R"(analysis { level: 0.2 node_map: "none" })"),
              ElementsAre("analysis.node_map", "analysis.level"));
  EXPECT_THAT(RefusedFields(R"(analysis { analysis_id: "pain-6m" })"),
              ElementsAre("analysis.analysis_id"));
  EXPECT_THAT(RefusedFields(R"(node_map { id: "m" nodes { id: "n" } })"),
              ElementsAre("node_map.nodes"));
  EXPECT_THAT(RefusedFields(R"(exclude_trials: "alpha" exclude_trials: "beta"
                               include_trials: "beta")"),
              ElementsAre("include_trials[0]"));
  EXPECT_THAT(RefusedFields(R"(edits { trial_id: "alpha" })"),
              ElementsAre("edits[0].edits"));
  EXPECT_THAT(RefusedFields(R"(edits {
                                 trial_id: "alpha"
                                 edits { path: "titel" value: "x" }
                               })"),
              ElementsAre("edits[0].edits[0]"));
  EXPECT_THAT(RefusedFields(R"(edits {
                                 trial_id: "alpha"
                                 edits { path: "trial_id" value: "x" }
                               })"),
              ElementsAre("edits[0].edits"));
  EXPECT_THAT(RefusedFields(R"(edits {
                         trial_id: "alpha"
                         edits {
                           path: "results[pain/6m/ha].continuous.sd"
                           value: "-1"
                         }
                       })"),
              ElementsAre("edits[0].results[0].continuous.sd"));
}

TEST(WhatIfTest, ATrialMustExist) {
  for (
      const char* request :
      {R"(exclude_trials: "omega")", R"(include_trials: "omega")",
       R"(edits { trial_id: "omega" edits { path: "year" value: "2000" } })"}) {
    EXPECT_THAT(Make(request, State()).status(),
                StatusIs(absl::StatusCode::kNotFound, HasSubstr("omega")));
  }
}

std::string DigestOf(const std::string& text, int64_t sequence = 7) {
  return absl::BytesToHexString(
      audit::AsBytes(WhatIfDigest(Request(text), sequence, "inputs")));
}

TEST(WhatIfTest, TheDigestIsOfTheQuestionNotOfItsForm) {
  const std::string digest =
      DigestOf(R"(review_id: "toy" exclude_trials: "a" exclude_trials: "b")");
  EXPECT_EQ(digest, DigestOf(R"(review_id: "toy" as_of { time { seconds: 5 } }
                        exclude_trials: ["b", "a", "a"])"));
  EXPECT_NE(digest, DigestOf(R"(review_id: "toy" exclude_trials: "a")"));
  EXPECT_NE(digest, DigestOf(R"(review_id: "toy" exclude_trials: "a"
                                exclude_trials: "b")",
                             8));
  EXPECT_EQ(
      DigestOf(R"(edits { trial_id: "b" edits { path: "p" } }
                        edits { trial_id: "a" edits { path: "q" } })"),
      DigestOf(R"(edits { trial_id: "a" edits { path: "q" old_value: "1" } }
                        edits { trial_id: "b" edits { path: "p" } })"));
}

TEST(WhatIfTest, TheOrderOfFiltersAndThresholdsIsNotOfTheQuestion) {
  EXPECT_EQ(DigestOf(R"(analysis {
                    filters {
                      exclude_designs: [CROSSOVER, CLUSTER]
                      exclude_risk_of_bias: [SOME_CONCERNS, HIGH]
                    }
                    thresholds { kind: BETWEEN_GROUPS value: 5 source: "A" }
                    thresholds { kind: BETWEEN_GROUPS value: 9 source: "B" }
                  })"),
            DigestOf(R"(analysis {
                    filters {
                      exclude_designs: [CLUSTER, CROSSOVER, CLUSTER]
                      exclude_risk_of_bias: [HIGH, SOME_CONCERNS, HIGH]
                    }
                    thresholds { kind: BETWEEN_GROUPS value: 9 source: "B" }
                    thresholds { kind: BETWEEN_GROUPS value: 5 source: "A" }
                    thresholds { kind: BETWEEN_GROUPS value: 9 source: "B" }
                  })"));
  EXPECT_NE(DigestOf("analysis { filters { exclude_designs: CLUSTER } }"),
            DigestOf("analysis { filters { exclude_designs: CROSSOVER } }"));
  EXPECT_NE(DigestOf(R"(analysis { thresholds { value: 9 source: "B" } })"),
            DigestOf(R"(analysis { thresholds { value: 5 source: "B" } })"));
}

// docs/formats.md says of what: a change here makes old digests unrepeatable.
TEST(WhatIfTest, TheDigestIsOfTheseBytes) {
  // review_id "r" (1), as_of (3) of sequence 7 (1), exclude_trials "a" (4).
  const std::string request(
      "\x0a\x01r\x1a\x02\x08\x07\x22\x01"
      "a",
      10);
  const std::string zeros(7, '\0');
  const std::string bytes = zeros + "\x13tidemark what-if v1" + zeros +
                            "\x06inputs" + zeros + "\x0a" + request;
  EXPECT_EQ(DigestOf(R"(review_id: "r" exclude_trials: "a")"),
            absl::BytesToHexString(audit::AsBytes(audit::Sha256(bytes))));
}

}  // namespace
}  // namespace tidemark::review
