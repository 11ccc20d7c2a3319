#include "tests/koa_msc/knee_review.h"

#include <string>
#include <vector>

#include "base/testing/status_matchers.h"
#include "gtest/gtest.h"
#include "review/analysis_inputs.h"
#include "review/plan_change.h"
#include "tests/testing/example_review.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::testing {
namespace {

void Apply(const v1::Change& change, review::ReviewState& state) {
  ASSERT_OK_AND_ASSIGN(
      const review::PlannedChange plan,
      review::PlanChange(state, kExampleReview, change, review::Author()));
  review::EntryContext context;
  context.sequence = state.sequence() + 1;
  state.Apply(plan.delta, context);
}

}  // namespace

review::ReviewState KneeReview(const std::string& without) {
  std::vector<v1::Trial> trials;
  for (const v1::Trial& trial : ExampleTrials()) {
    if (trial.trial_id() != without) trials.push_back(trial);
  }
  review::ReviewState state;
  Apply(CreateExampleReview(), state);
  Apply(PutExampleAnalyses(), state);
  Apply(SubmitTrials(trials), state);
  return state;
}

v1::Estimate EstimateOf(const review::ReviewState& state,
                        const std::string& analysis,
                        const v1::EstimateDetails& details) {
  const review::AnalysisVersion* const version = state.FindAnalysis(analysis);
  if (version == nullptr) {
    ADD_FAILURE() << "no analysis " << analysis;
    return {};
  }
  auto estimate = review::EstimateAnalysis(state, *version);
  EXPECT_OK(estimate);
  if (!estimate.ok()) return {};
  std::vector<v1::TrialRecord> records;
  for (const auto& [id, trial] : state.trials()) {
    records.push_back(trial->record);
  }
  EXPECT_OK(review::AddAnalysisDetails(
      details, records, state.protocol()->review, version->record.analysis(),
      [] { return false; }, &*estimate));
  return *estimate;
}

v1::Estimate EstimateOf(const std::string& analysis,
                        const v1::EstimateDetails& details) {
  return EstimateOf(KneeReview(), analysis, details);
}

nlohmann::json Recorded(const std::string& path) {
  return nlohmann::json::parse(ReadFileOrDie(path));
}

}  // namespace tidemark::testing
