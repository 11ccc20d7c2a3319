// How conclusions come about, asked of a real server: the knee review with a
// correction and a retraction.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "review/compare_estimates.h"
#include "review/relative_effects.h"
#include "tests/testing/example_review.h"
#include "tests/testing/health.h"
#include "tests/testing/server_fixture.h"

namespace tidemark {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ServerFixture;
using ::testing::SizeIs;

constexpr char kAnalysis[] = "pain-12m";
// What is printed after "±": read as the standard error of 9 participants, the
// standard deviation is three times as much.
constexpr char kSd[] = "results[pain/12m/msc-2].continuous.sd";
// Sequences: the trials are 3 ... 18.
constexpr int64_t kLastTrial = 18;
constexpr int64_t kCorrection = 19;
constexpr int64_t kRetraction = 20;

v1::Change CorrectSd(const std::string& path, const std::string& value) {
  v1::Change change;
  change.mutable_correct_trial()->set_trial_id("matas-2019");
  v1::FieldEdit* edit = change.mutable_correct_trial()->add_edits();
  edit->set_path(path);
  edit->set_value(value);
  return change;
}

class ExplainTest : public ::testing::Test {
 protected:
  ExplainTest() {
    fixture_.CreateExample();
    fixture_.SubmitOneByOne(16);
    Apply(CorrectSd(kSd, "0.63"));
    Apply(testing::SetStatus("gupta-2016", v1::TrialStatus::RETRACTED,
                             "10.1000/notice"));
  }

  int64_t Apply(const v1::Change& change, bool validate_only = false) {
    v1::ApplyResponse response;
    const grpc::Status status =
        fixture_.Apply(change, &response, validate_only);
    EXPECT_TRUE(status.ok()) << status.error_message();
    applied_ = response;
    return response.sequence();
  }

  // The analysis as the review has it.
  static v1::Analysis Stored() {
    const v1::Change put = testing::PutExampleAnalyses();
    const auto& analyses = put.put_analyses().analyses();
    return *std::find_if(analyses.begin(), analyses.end(), [](const auto& a) {
      return a.analysis_id() == kAnalysis;
    });
  }

  int64_t Put(const v1::Analysis& analysis) {
    v1::Change change;
    *change.mutable_put_analyses()->add_analyses() = analysis;
    return Apply(change);
  }

  grpc::Status Explain(const std::string& text, v1::ExplainResponse* response) {
    v1::ExplainRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request));
    request.set_review_id(testing::kExampleReview);
    request.set_analysis_id(kAnalysis);
    grpc::ClientContext context;
    return fixture_.explain->Explain(&context, request, response);
  }

  v1::ExplainResponse ExplainOrFail(const std::string& text) {
    v1::ExplainResponse response;
    const grpc::Status status = Explain(text, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  grpc::Status Diff(int64_t from, int64_t to, v1::DiffResponse* response) {
    v1::DiffRequest request;
    request.set_review_id(testing::kExampleReview);
    request.mutable_from()->set_sequence(from);
    request.mutable_to()->set_sequence(to);
    grpc::ClientContext context;
    return fixture_.explain->Diff(&context, request, response);
  }

  grpc::Status WhatIf(const std::string& text, v1::WhatIfResponse* response) {
    v1::WhatIfRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request));
    request.set_review_id(testing::kExampleReview);
    if (request.analysis_id().empty()) request.set_analysis_id(kAnalysis);
    grpc::ClientContext context;
    return fixture_.explain->WhatIf(&context, request, response);
  }

  v1::WhatIfResponse WhatIfOrFail(const std::string& text) {
    v1::WhatIfResponse response;
    const grpc::Status status = WhatIf(text, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  v1::BlameResponse Blame(const std::string& trial, int64_t as_of = 0) {
    v1::BlameRequest request;
    request.set_review_id(testing::kExampleReview);
    request.set_trial_id(trial);
    if (as_of > 0) request.mutable_as_of()->set_sequence(as_of);
    v1::BlameResponse response;
    grpc::ClientContext context;
    blamed_ = fixture_.explain->Blame(&context, request, &response);
    return response;
  }

  ServerFixture fixture_;
  v1::ApplyResponse applied_;
  grpc::Status blamed_;
};

constexpr char kComparison[] =
    R"(first: "repeated_msc" second: "conventional" )";

TEST_F(ExplainTest, StepsJoinExactlyAndSumToTheTotal) {
  const v1::ExplainResponse explanation = ExplainOrFail(kComparison);
  EXPECT_EQ(explanation.from_sequence(), 0);
  EXPECT_EQ(explanation.to_sequence(), kRetraction);
  EXPECT_FALSE(explanation.has_before());
  ASSERT_GT(explanation.steps_size(), 3);
  const v1::ExplainStep* last = nullptr;
  double sum = 0;
  for (const v1::ExplainStep& step : explanation.steps()) {
    if (last != nullptr) {
      EXPECT_GT(step.cause().sequence(), last->cause().sequence());
      EXPECT_TRUE(MessageDifferencer::Equals(last->after(), step.before()));
    }
    ASSERT_EQ(step.cause().analyses_size(), 1);
    EXPECT_EQ(step.cause().analyses(0).analysis_id(), kAnalysis);
    sum += step.has_change() ? step.change() : step.after().effect();
    last = &step;
  }
  EXPECT_TRUE(MessageDifferencer::Equals(last->after(), explanation.after()));
  EXPECT_NEAR(sum, explanation.after().effect(), 1e-12);
  EXPECT_TRUE(MessageDifferencer::Equals(
      explanation.after(),
      *review::Compare(fixture_.EstimateOf(kAnalysis), review::Model::kRandom,
                       "repeated_msc", "conventional")));
  EXPECT_EQ(explanation.steps(0).events(0).kind(),
            v1::ConclusionEvent::BECAME_ESTIMABLE);
  EXPECT_EQ(explanation.rule().effect_measure(), v1::EffectMeasure::MD);
}

TEST_F(ExplainTest, EveryStoredEstimateMovedItOrDidNot) {
  v1::ListEstimatesRequest request;
  request.set_review_id(testing::kExampleReview);
  request.set_analysis_id(kAnalysis);
  v1::ListEstimatesResponse history;
  grpc::ClientContext context;
  ASSERT_TRUE(fixture_.read->ListEstimates(&context, request, &history).ok());
  const v1::ExplainResponse explanation = ExplainOrFail(kComparison);
  EXPECT_EQ(explanation.steps_size() + explanation.unmoved(),
            history.estimates_size());
}

TEST_F(ExplainTest, AtTheEndTheLastEntryDoesWhatItDidWhenItCame) {
  const v1::ExplainResponse explanation = ExplainOrFail(kComparison);
  const v1::ExplainStep& last = *explanation.steps().rbegin();
  EXPECT_TRUE(review::SameComparison(last.leave_out().effect(), last.before()));
  EXPECT_NEAR(last.leave_out().change(), last.change(), 1e-9);
}

TEST_F(ExplainTest, WithoutATrialIsAsIfItWereExcluded) {
  const v1::ExplainResponse explanation = ExplainOrFail(kComparison);
  int checked = 0;
  for (const v1::ExplainStep& step : explanation.steps()) {
    if (step.cause().action() != "trials.submit") continue;
    const std::string trial = step.cause().resource().substr(7);
    const v1::WhatIfResponse answer =
        WhatIfOrFail("exclude_trials: \"" + trial + "\"");
    const auto effect = review::Compare(answer.after(), review::Model::kRandom,
                                        "repeated_msc", "conventional");
    ASSERT_EQ(effect.ok(), step.leave_out().has_effect()) << trial;
    if (!effect.ok()) continue;
    EXPECT_TRUE(review::SameComparison(step.leave_out().effect(), *effect))
        << trial;
    ++checked;
  }
  EXPECT_GT(checked, 2);
}

TEST_F(ExplainTest, APartOfTheHistoryBeginsWhereItBegins) {
  const v1::ExplainResponse explanation = ExplainOrFail(
      std::string(kComparison) + "from { sequence: 18 } to { sequence: 19 }");
  ASSERT_EQ(explanation.steps_size(), 1);
  EXPECT_EQ(explanation.steps(0).cause().sequence(), kCorrection);
  EXPECT_TRUE(MessageDifferencer::Equals(explanation.before(),
                                         explanation.steps(0).before()));
  EXPECT_EQ(explanation.steps(0).cause().action(), "trials.correct");
  EXPECT_NE(explanation.steps(0).change(), 0);
  // The same for ever.
  Apply(testing::SetStatus("lu-2019", v1::TrialStatus::EXCLUDED, ""));
  EXPECT_TRUE(MessageDifferencer::Equals(
      explanation, ExplainOrFail(std::string(kComparison) +
                                 "from { sequence: 18 } to { sequence: 19 }")));
}

TEST_F(ExplainTest, TheOtherWayRoundEverySignIsTheOther) {
  const v1::ExplainResponse one = ExplainOrFail(kComparison);
  const v1::ExplainResponse other =
      ExplainOrFail(R"(first: "conventional" second: "repeated_msc")");
  ASSERT_EQ(one.steps_size(), other.steps_size());
  for (int i = 0; i < one.steps_size(); ++i) {
    EXPECT_EQ(one.steps(i).change(), -other.steps(i).change());
    ASSERT_EQ(one.steps(i).events_size(), other.steps(i).events_size());
    for (const v1::ConclusionEvent& event : other.steps(i).events()) {
      EXPECT_EQ(event.first(), "conventional");
      EXPECT_EQ(event.sequence(), other.steps(i).cause().sequence());
    }
  }
}

TEST_F(ExplainTest, AnAnalysisThatMovesItIsAStepToo) {
  v1::Analysis analysis = Stored();
  analysis.set_tau2_method(v1::Tau2Method::DL);
  analysis.set_level(0.9);
  const int64_t sequence = Put(analysis);
  const v1::ExplainResponse explanation = ExplainOrFail(kComparison);
  const v1::ExplainStep& last = *explanation.steps().rbegin();
  EXPECT_EQ(last.cause().sequence(), sequence);
  EXPECT_TRUE(review::SameComparison(last.leave_out().effect(), last.before()));
}

TEST_F(ExplainTest, WithoutACorrectionARetractedTrialStaysRetracted) {
  Apply(testing::SetStatus("matas-2019", v1::TrialStatus::RETRACTED,
                           "10.1000/notice"));
  const v1::ExplainResponse explanation = ExplainOrFail(kComparison);
  const auto step = std::find_if(
      explanation.steps().begin(), explanation.steps().end(),
      [](const auto& s) { return s.cause().sequence() == kCorrection; });
  ASSERT_NE(step, explanation.steps().end());
  EXPECT_NE(step->change(), 0);
  ASSERT_TRUE(step->leave_out().has_change());
  EXPECT_NEAR(step->leave_out().change(), 0, 1e-9);
}

TEST_F(ExplainTest, EffectsOfAnotherMeasureAreNotSubtracted) {
  v1::Analysis analysis = Stored();
  analysis.set_effect_measure(v1::EffectMeasure::SMD);
  const int64_t sequence = Put(analysis);
  const v1::ExplainResponse explanation = ExplainOrFail(kComparison);
  const v1::ExplainStep& last = *explanation.steps().rbegin();
  ASSERT_EQ(last.cause().sequence(), sequence);
  EXPECT_TRUE(last.has_before());
  EXPECT_TRUE(last.has_after());
  EXPECT_FALSE(last.has_change());
  EXPECT_TRUE(last.leave_out().has_effect());
  EXPECT_FALSE(last.leave_out().has_change());
  ASSERT_FALSE(last.events().empty());
  EXPECT_EQ(last.events(0).kind(), v1::ConclusionEvent::MODEL_CHANGED);
  EXPECT_EQ(last.events(0).sequence(), sequence);
}

TEST_F(ExplainTest, AThresholdThatChangesWhatIsSaidIsAStepThatMovesNothing) {
  v1::Analysis analysis = Stored();
  v1::Threshold* threshold = analysis.add_thresholds();
  threshold->set_kind(v1::Threshold::BETWEEN_GROUPS);
  threshold->set_source("ours");
  threshold->set_value(0.01);
  Put(analysis);
  analysis.mutable_thresholds(0)->set_value(1000);
  const int64_t sequence = Put(analysis);
  const v1::ExplainResponse explanation = ExplainOrFail(kComparison);
  const v1::ExplainStep& last = *explanation.steps().rbegin();
  ASSERT_EQ(last.cause().sequence(), sequence);
  EXPECT_NEAR(last.change(), 0, 1e-9);
  ASSERT_EQ(last.events_size(), 2);
  EXPECT_EQ(last.events(0).kind(), v1::ConclusionEvent::THRESHOLD_CHANGED);
  EXPECT_EQ(last.events(1).kind(), v1::ConclusionEvent::IMPORTANCE_CHANGED);

  v1::DiffResponse diff;
  ASSERT_TRUE(Diff(sequence - 1, sequence, &diff).ok());
  ASSERT_EQ(diff.estimates_size(), 1);
  EXPECT_FALSE(diff.estimates(0).comparisons().empty());
}

TEST_F(ExplainTest, RefusesWhatIsNoComparisonOrNoRange) {
  v1::ExplainResponse response;
  EXPECT_EQ(
      Explain(R"(first: "repeated_msc" second: "repeated_msc")", &response)
          .error_code(),
      grpc::StatusCode::INVALID_ARGUMENT);
  const grpc::Status backwards = Explain(
      std::string(kComparison) + "from { sequence: 9 } to { sequence: 8 }",
      &response);
  EXPECT_EQ(backwards.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(backwards.error_message(), HasSubstr("from"));
  const grpc::Status unknown =
      Explain(R"(first: "repeated" second: "conventional")", &response);
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(unknown.error_message(), HasSubstr("repeated_msc"));
  EXPECT_EQ(Explain(std::string(kComparison) + "to { sequence: 99 }", &response)
                .error_code(),
            grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(Explain(std::string(kComparison) + "to { sequence: 1 }", &response)
                .error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(ExplainTest, DiffNamesFieldsAndWhatMoved) {
  v1::DiffResponse diff;
  ASSERT_TRUE(Diff(kLastTrial, kRetraction, &diff).ok());
  ASSERT_EQ(diff.records_size(), 2);
  EXPECT_EQ(diff.records(0).resource(), "trials/gupta-2016");
  EXPECT_EQ(diff.records(0).version_after(), 2);
  ASSERT_EQ(diff.records(0).fields_size(), 2);
  EXPECT_EQ(diff.records(0).fields(0).path(), "status");
  EXPECT_EQ(diff.records(0).fields(0).after(), "RETRACTED");
  EXPECT_EQ(diff.records(0).fields(1).path(), "notice");
  EXPECT_EQ(diff.records(1).resource(), "trials/matas-2019");
  ASSERT_EQ(diff.records(1).fields_size(), 1);
  EXPECT_EQ(diff.records(1).fields(0).path(), kSd);
  EXPECT_EQ(diff.records(1).fields(0).after(), "0.63");

  std::set<std::string> analyses;
  for (const v1::EstimateDiff& estimate : diff.estimates()) {
    analyses.insert(estimate.analysis_id());
    EXPECT_FALSE(estimate.after().has_random());
    for (const v1::ComparisonDiff& comparison : estimate.comparisons()) {
      EXPECT_FALSE(
          review::SameComparison(comparison.before(), comparison.after()));
    }
  }
  EXPECT_EQ(analyses.count(kAnalysis), 1U);
}

TEST_F(ExplainTest, DiffOfTheWholeHistoryHasEveryRecordAsNew) {
  v1::DiffResponse diff;
  ASSERT_TRUE(Diff(1, kRetraction, &diff).ok());
  EXPECT_EQ(diff.records_size(),
            testing::PutExampleAnalyses().put_analyses().analyses_size() + 16);
  for (const v1::RecordDiff& record : diff.records()) {
    EXPECT_EQ(record.version_before(), 0);
    EXPECT_THAT(record.fields(), IsEmpty());
  }
  for (const v1::EstimateDiff& estimate : diff.estimates()) {
    EXPECT_FALSE(estimate.has_before());
  }
}

TEST_F(ExplainTest, NothingDiffersFromItself) {
  v1::DiffResponse diff;
  ASSERT_TRUE(Diff(kLastTrial, kLastTrial, &diff).ok());
  EXPECT_THAT(diff.records(), IsEmpty());
  EXPECT_THAT(diff.estimates(), IsEmpty());
  EXPECT_EQ(Diff(kRetraction, kLastTrial, &diff).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

v1::BlamedField FieldOf(const v1::BlameResponse& blame,
                        const std::string& path) {
  for (const v1::BlamedField& field : blame.fields()) {
    if (field.path() == path) return field;
  }
  ADD_FAILURE() << "nothing is blamed for " << path;
  return {};
}

TEST_F(ExplainTest, BlameLeadsToTheEntryAndTheReport) {
  const v1::BlamedField sd = FieldOf(Blame("matas-2019"), kSd);
  EXPECT_EQ(sd.value(), "0.63");
  EXPECT_EQ(sd.sequence(), kCorrection);
  EXPECT_EQ(sd.action(), "trials.correct");
  EXPECT_EQ(sd.reason(), "a test");
  EXPECT_EQ(sd.actor(), "local");
  EXPECT_NE(sd.previous_value(), "");
  EXPECT_FALSE(sd.source().report().empty());
  const v1::BlamedField then = FieldOf(Blame("matas-2019", kLastTrial), kSd);
  EXPECT_EQ(then.value(), sd.previous_value());
  EXPECT_EQ(then.action(), "trials.submit");
  EXPECT_EQ(then.previous_value(), "");
  EXPECT_EQ(FieldOf(Blame("gupta-2016"), "status").action(), "trials.retract");
}

TEST_F(ExplainTest, BlameNeedsATrialThatWasThere) {
  Blame("matas-2018");
  EXPECT_EQ(blamed_.error_code(), grpc::StatusCode::NOT_FOUND);
  Blame("matas-2019", 3);
  EXPECT_EQ(blamed_.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(blamed_.error_message(), HasSubstr("its first is of sequence"));
}

TEST_F(ExplainTest, WhatIfIsWhatTheChangeWouldGiveAndStoresNothing) {
  const v1::WhatIfResponse answer =
      WhatIfOrFail(R"(exclude_trials: "matas-2019")");
  Apply(testing::SetStatus("matas-2019", v1::TrialStatus::EXCLUDED, ""),
        /*validate_only=*/true);
  bool found = false;
  for (const v1::Estimate& estimate : applied_.estimates()) {
    if (estimate.analysis_id() != kAnalysis) continue;
    found = true;
    ASSERT_EQ(estimate.random().relative_effects_size(),
              answer.after().random().relative_effects_size());
    for (int i = 0; i < estimate.random().relative_effects_size(); ++i) {
      EXPECT_TRUE(
          review::SameComparison(estimate.random().relative_effects(i),
                                 answer.after().random().relative_effects(i)));
    }
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(fixture_.Head(), kRetraction);
  EXPECT_EQ(answer.sequence(), kRetraction);
  EXPECT_EQ(answer.after().sequence(), kRetraction);
  EXPECT_EQ(answer.after().inputs_digest(), "");
  EXPECT_EQ(answer.conclusions_after().comparisons_size(), 3);
}

TEST_F(ExplainTest, ARetractedTrialCanBeTakenInAgain) {
  // Back to what was before the retraction.
  const v1::WhatIfResponse answer =
      WhatIfOrFail(R"(include_trials: "gupta-2016")");
  const v1::Estimate then = fixture_.EstimateOf(kAnalysis, kCorrection);
  for (const v1::RelativeEffect& effect : then.random().relative_effects()) {
    EXPECT_TRUE(review::SameComparison(
        effect, *review::Compare(answer.after(), review::Model::kRandom,
                                 effect.first(), effect.second())));
  }
}

TEST_F(ExplainTest, TheSameQuestionHasTheSameAnswerAtItsSequence) {
  const v1::WhatIfResponse now =
      WhatIfOrFail(R"(exclude_trials: "lu-2019" exclude_trials: "chen-2021")");
  Apply(testing::SetStatus("kim-2023", v1::TrialStatus::EXCLUDED, ""));
  const v1::WhatIfResponse later =
      WhatIfOrFail(R"(exclude_trials: "chen-2021" exclude_trials: "lu-2019"
                      as_of { sequence: 20 })");
  EXPECT_THAT(now.inputs_digest(), SizeIs(32));
  EXPECT_EQ(now.inputs_digest(), later.inputs_digest());
  EXPECT_TRUE(MessageDifferencer::Equals(now, later));
  EXPECT_NE(WhatIfOrFail(R"(exclude_trials: "chen-2021"
                            exclude_trials: "lu-2019")")
                .inputs_digest(),
            now.inputs_digest());
}

TEST_F(ExplainTest, WhatIfOfThePastIsOfThePast) {
  const v1::WhatIfResponse answer = WhatIfOrFail("as_of { sequence: 10 }");
  v1::Estimate then = fixture_.EstimateOf(kAnalysis, 10);
  ASSERT_EQ(answer.before().sequence(), then.sequence());
  for (const v1::RelativeEffect& effect : then.random().relative_effects()) {
    EXPECT_TRUE(review::SameComparison(
        effect, *review::Compare(answer.after(), review::Model::kRandom,
                                 effect.first(), effect.second())));
  }
  EXPECT_THAT(answer.events(), IsEmpty());
}

TEST_F(ExplainTest, WhatIfRefusesByFieldAndKnowsItsTrials) {
  v1::WhatIfResponse response;
  const grpc::Status invalid = WhatIf(
      R"(edits { trial_id: "lu-2019" edits { path: "titel" value: "x" } })",
      &response);
  EXPECT_EQ(invalid.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(invalid.error_message(), HasSubstr("edits[0].edits[0]"));
  EXPECT_EQ(WhatIf(R"(exclude_trials: "nobody-2000")", &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(WhatIf(R"(analysis_id: "nothing")", &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(ExplainTest, ReadsAreAllowedWhileTheServerServes) {
  EXPECT_TRUE(testing::IsServing(fixture_.server->InProcessChannel(),
                                 "tidemark.v1.ExplainService"));
}

}  // namespace
}  // namespace tidemark
