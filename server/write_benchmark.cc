// What a write costs beside disk and network, stage by stage: run with
// `bazel run -c opt //server:write_benchmark`. One analysis of 20 treatments
// and range(0) trials by REML; each write corrects one number of one trial.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/leaf.h"
#include "audit/sha256.h"
#include "base/deterministic_bytes.h"
#include "benchmark/benchmark.h"
#include "review/analysis_inputs.h"
#include "review/estimate_details.h"
#include "review/live_analysis.h"
#include "review/plan_change.h"
#include "review/review_state.h"
#include "review/testing/toy_review.h"
#include "server/live_review.h"
#include "server/testing/live_reviews.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::server {
namespace {

constexpr int kTreatments = 20;

template <typename T>
T ValueOrDie(absl::StatusOr<T> value) {
  if (!value.ok()) {
    std::cerr << value.status() << "\n";
    std::abort();
  }
  return *std::move(value);
}

std::string FreshDirectory() {
  const char* parent = std::getenv("TEST_TMPDIR");
  const std::string path =
      absl::StrCat(parent == nullptr ? "/tmp" : parent, "/write_benchmark");
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

std::string Treatment(int number) {
  return absl::StrCat("t", 100 + number % kTreatments);
}

v1::Review WideReview() {
  v1::Review review = testing::ToyReview();
  review.clear_treatments();
  review.clear_node_maps();
  v1::NodeMap* map = review.add_node_maps();
  map->set_id("fine");
  for (int t = 0; t < kTreatments; ++t) {
    v1::Treatment* treatment = review.add_treatments();
    treatment->set_id(Treatment(t));
    treatment->set_name(Treatment(t));
    map->add_nodes()->set_id(Treatment(t));
    v1::NodeRule* rule = map->add_rules();
    rule->set_treatment(Treatment(t));
    rule->set_node(Treatment(t));
  }
  return review;
}

// Trials compare neighbours on a ring, so that all treatments are connected.
v1::Trial RingTrial(int number, double mean) {
  const int step = 1 + number / kTreatments % 3;
  const std::string first = Treatment(number);
  const std::string second = Treatment(number + step);
  v1::Trial trial =
      testing::TrialOf(absl::StrCat("trial-", 1000 + number), {first, second});
  testing::AddPain(first, "vas", 40 + number % 7, 20, 30 + number % 11, &trial);
  testing::AddPain(second, "vas", mean, 19, 31 + number % 5, &trial);
  return trial;
}

std::vector<v1::Trial> RingTrials(int count) {
  std::vector<v1::Trial> trials;
  for (int i = 0; i < count; ++i) trials.push_back(RingTrial(i, 30 + i % 13));
  return trials;
}

v1::Change Edit(int number, int count) {
  return testing::Submit({RingTrial(number % count, 30 + number % 17)});
}

review::EntryContext At(int64_t sequence) {
  review::EntryContext entry;
  entry.sequence = sequence;
  entry.commitment = audit::Sha256(absl::StrCat(sequence));
  return entry;
}

review::PlannedChange Plan(const review::ReviewState& state,
                           const v1::Change& change) {
  return ValueOrDie(
      review::PlanChange(state, testing::kToyReview, change, review::Author()));
}

review::ReviewState WideState(int trials) {
  review::ReviewState state;
  for (const v1::Change& change :
       {testing::PutReview(WideReview()),
        testing::PutAnalyses({testing::PainAnalysis()}),
        testing::Submit(RingTrials(trials))}) {
    state.Apply(Plan(state, change).delta, At(state.sequence() + 1));
  }
  return state;
}

const review::AnalysisVersion& Pain(const review::ReviewState& state) {
  return *state.FindAnalysis("pain-6m");
}

void BM_Plan(benchmark::State& run) {
  const int trials = static_cast<int>(run.range(0));
  const review::ReviewState state = WideState(trials);
  const v1::Change change = Edit(1, trials);
  for (auto _ : run) benchmark::DoNotOptimize(Plan(state, change));
}
BENCHMARK(BM_Plan)->Arg(200)->Arg(2000);

void BM_CopyAndApply(benchmark::State& run) {
  const int trials = static_cast<int>(run.range(0));
  const review::ReviewState state = WideState(trials);
  const review::PlannedChange plan = Plan(state, Edit(1, trials));
  for (auto _ : run) {
    review::ReviewState next = state;
    next.Apply(plan.delta, At(4));
    benchmark::DoNotOptimize(next);
  }
}
BENCHMARK(BM_CopyAndApply)->Arg(200)->Arg(2000);

void BM_InputsDigest(benchmark::State& run) {
  const review::ReviewState state = WideState(static_cast<int>(run.range(0)));
  for (auto _ : run) {
    benchmark::DoNotOptimize(review::InputsDigest(state, Pain(state)));
  }
}
BENCHMARK(BM_InputsDigest)->Arg(200)->Arg(2000);

// A live analysis comes to a state that differs in one trial: selection,
// effects, the edit of the engine, the digest; no fit.
void BM_FollowOneTrial(benchmark::State& run) {
  const int trials = static_cast<int>(run.range(0));
  const review::ReviewState before = WideState(trials);
  review::ReviewState after = before;
  after.Apply(Plan(before, Edit(1, trials)).delta, At(4));
  review::LiveAnalysis live;
  bool is_after = false;
  for (auto _ : run) {
    is_after = !is_after;
    const review::ReviewState& state = is_after ? after : before;
    benchmark::DoNotOptimize(live.InputsDigest(state, Pain(state)));
  }
}
BENCHMARK(BM_FollowOneTrial)->Arg(200)->Arg(2000);

void BM_EstimateInFull(benchmark::State& run) {
  const review::ReviewState state = WideState(static_cast<int>(run.range(0)));
  for (auto _ : run) {
    benchmark::DoNotOptimize(review::EstimateAnalysis(state, Pain(state)));
  }
}
BENCHMARK(BM_EstimateInFull)->Arg(200)->Arg(2000);

v1::Estimate WideEstimate(int trials) {
  const review::ReviewState state = WideState(trials);
  return ValueOrDie(review::EstimateAnalysis(state, Pain(state)));
}

void BM_DeterministicBytes(benchmark::State& run) {
  const v1::Estimate estimate = WideEstimate(static_cast<int>(run.range(0)));
  for (auto _ : run) benchmark::DoNotOptimize(DeterministicBytes(estimate));
  run.counters["bytes"] =
      static_cast<double>(DeterministicBytes(estimate).size());
}
BENCHMARK(BM_DeterministicBytes)->Arg(200)->Arg(2000);

void BM_DigestOfEstimate(benchmark::State& run) {
  const std::string bytes =
      DeterministicBytes(WideEstimate(static_cast<int>(run.range(0))));
  for (auto _ : run) benchmark::DoNotOptimize(audit::Sha256(bytes));
}
BENCHMARK(BM_DigestOfEstimate)->Arg(200)->Arg(2000);

void BM_ParseEstimate(benchmark::State& run) {
  const std::string bytes =
      DeterministicBytes(WideEstimate(static_cast<int>(run.range(0))));
  for (auto _ : run) {
    v1::Estimate estimate;
    if (!estimate.ParseFromString(bytes)) std::abort();
    benchmark::DoNotOptimize(estimate);
  }
}
BENCHMARK(BM_ParseEstimate)->Arg(200)->Arg(2000);

void BM_FillDerived(benchmark::State& run) {
  const v1::Estimate estimate = WideEstimate(static_cast<int>(run.range(0)));
  for (auto _ : run) {
    v1::Estimate derived = estimate;
    review::FillDerived(&derived);
    benchmark::DoNotOptimize(derived);
  }
}
BENCHMARK(BM_FillDerived)->Arg(200)->Arg(2000);

void BM_SerializeAnswer(benchmark::State& run) {
  v1::ApplyResponse response;
  *response.add_estimates() = WideEstimate(static_cast<int>(run.range(0)));
  review::FillDerived(response.mutable_estimates(0));
  for (auto _ : run) benchmark::DoNotOptimize(response.SerializeAsString());
  run.counters["bytes"] = static_cast<double>(response.ByteSizeLong());
}
BENCHMARK(BM_SerializeAnswer)->Arg(200)->Arg(2000);

// All of a write, in order: the time of the disk is that of TEST_TMPDIR or
// /tmp, CPU is that of all threads.
void Write(benchmark::State& run, bool dry) {
  const int trials = static_cast<int>(run.range(0));
  LiveReviews reviews(FreshDirectory());
  const auto live = ValueOrDie(reviews.Load(testing::kToyReview));
  for (const v1::Change& change :
       {testing::PutReview(WideReview()),
        testing::PutAnalyses({testing::PainAnalysis()}),
        testing::Submit(RingTrials(trials))}) {
    ValueOrDie(Apply(*live, change,
                     absl::StrCat("seed-", live->Committed()->sequence())));
  }
  int number = 0;
  for (auto _ : run) {
    ++number;
    v1::ApplyRequest request =
        MakeRequest(testing::kToyReview, Edit(number, trials),
                    absl::StrCat("request-", number));
    request.set_validate_only(dry);
    ValueOrDie(StartApply(*live, request).get());
  }
}

void BM_DryRun(benchmark::State& run) { Write(run, true); }
BENCHMARK(BM_DryRun)
    ->Arg(200)
    ->Arg(2000)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

void BM_Write(benchmark::State& run) { Write(run, false); }
BENCHMARK(BM_Write)
    ->Arg(200)
    ->Arg(2000)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace tidemark::server

BENCHMARK_MAIN();
