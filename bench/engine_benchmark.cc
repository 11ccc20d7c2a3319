// What the engine's updates and fits cost, and the yardsticks for them;
// tools/bench divides the ones by the others.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/allocations.h"
#include "bench/simulated_network.h"
#include "bench/yardsticks.h"
#include "benchmark/benchmark.h"
#include "nma/coherence.h"
#include "nma/component_fit.h"
#include "nma/effects.h"
#include "nma/heterogeneity.h"
#include "nma/likelihood.h"
#include "nma/live_component.h"
#include "nma/live_network.h"
#include "nma/network.h"
#include "nma/network_fit.h"
#include "nma/score_terms.h"
#include "nma/study_block.h"
#include "nma/study_table.h"
#include "nma/table_model.h"
#include "nma/without_study.h"

namespace tidemark::bench {
namespace {

using nma::Tau2Method;

constexpr Tau2Method kDl = Tau2Method::kDerSimonianLaird;
constexpr Tau2Method kReml = Tau2Method::kRestrictedMaximumLikelihood;
constexpr nma::LikelihoodKind kRestricted = nma::LikelihoodKind::kRestricted;

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::cerr << result.status() << "\n";
  std::abort();
}

// Arguments T and S of every benchmark with data.
NetworkSize SizeOf(const benchmark::State& state) {
  return {static_cast<int>(state.range(0)), static_cast<int>(state.range(1))};
}

nma::FitOptions Options(Tau2Method method) {
  nma::FitOptions options;
  options.tau2_method = method;
  return options;
}

// Two versions of a study that a benchmark puts there and back.
std::array<nma::StudyEffects, 2> Versions(const nma::StudyEffects& study) {
  std::array<nma::StudyEffects, 2> versions = {study, study};
  versions[1].effects[0] += 0.1;
  versions[1].covariance *= 1.1;
  return versions;
}

// An analysis whose first study changes with every update.
class LiveAnalysis {
 public:
  LiveAnalysis(const NetworkSize& size, Tau2Method method)
      : network_(Options(method)) {
    const std::vector<nma::StudyEffects> studies = SimulatedNetwork(size);
    for (const nma::StudyEffects& study : studies) Put(study);
    versions_ = Versions(studies[0]);
    OrDie(network_.Fit());
  }

  // The common-effect model follows.
  void Edit() {
    current_ ^= 1;
    Put(versions_[current_]);
  }

  nma::NetworkFit Update() {
    Edit();
    return OrDie(network_.Fit());
  }

  bool follows() const { return network_.follows(); }
  // For the common-effect model to follow again, should it have ceased to.
  void Fit() { OrDie(network_.Fit()); }

 private:
  void Put(const nma::StudyEffects& study) {
    if (!network_.Put(study).ok()) std::abort();
  }

  nma::LiveNetwork network_;
  std::array<nma::StudyEffects, 2> versions_;
  size_t current_ = 0;
};

// Kept from one repetition to the next: the first fit is not what is measured.
LiveAnalysis& KeptAnalysis(const NetworkSize& size, Tau2Method method) {
  static auto& kept = *new std::map<std::pair<std::pair<int, int>, Tau2Method>,
                                    std::unique_ptr<LiveAnalysis>>;
  auto& analysis = kept[{{size.treatments, size.studies}, method}];
  if (analysis == nullptr) {
    analysis = std::make_unique<LiveAnalysis>(size, method);
  }
  return *analysis;
}

// The one component of a network, below names and maps: what a fit is made of.
class LivePart {
 public:
  explicit LivePart(const NetworkSize& size)
      : component_(Component(SimulatedNetwork(size))),
        versions_({component_.table().network().blocks[0],
                   component_.table().network().blocks[0]}) {
    versions_[1].effects[0] += 0.1;
    versions_[1].covariance *= 1.1;
    OrDie(component_.Common());
  }

  nma::LiveComponent& component() { return component_; }

  void Edit() {
    current_ ^= 1;
    if (!component_.Replace(0, versions_[current_])) std::abort();
  }

 private:
  static nma::LiveComponent Component(
      const std::vector<nma::StudyEffects>& studies) {
    nma::Network network = nma::BuildNetwork(studies);
    std::vector<std::string> ids;
    for (const nma::StudyEffects& study : studies) ids.push_back(study.study);
    return nma::LiveComponent(network.treatments, ids,
                              std::move(network.components[0].network));
  }

  nma::LiveComponent component_;
  std::array<nma::StudyBlock, 2> versions_;
  size_t current_ = 0;
};

void BM_Unit(benchmark::State& state) {
  const NetworkSize size = SizeOf(state);
  Unit unit(SimulatedNetwork(size), size.treatments);
  for (auto _ : state) {
    benchmark::DoNotOptimize(unit.Inverse(kSimulatedTau2)(0, 0));
  }
}

void BM_RankOneUpdate(benchmark::State& state) {
  RankOneUpdate update(static_cast<int>(state.range(0)));
  double sign = 1;
  for (auto _ : state) {
    update.Apply(sign);
    benchmark::DoNotOptimize(update.matrix().data());
    sign = -sign;
  }
}

// From the studies' effects to the common-effect model alone: estimates,
// variances of all pairs, Q.
void BM_CommonFullFit(benchmark::State& state) {
  const std::vector<nma::StudyEffects> studies =
      SimulatedNetwork(SizeOf(state));
  for (auto _ : state) {
    nma::Network network = nma::BuildNetwork(studies);
    nma::StudyTable table(std::move(network.components[0].network));
    benchmark::DoNotOptimize(OrDie(nma::FitCommonEffect(table)));
  }
}

void BM_FullFit(benchmark::State& state, Tau2Method method) {
  const std::vector<nma::StudyEffects> studies =
      SimulatedNetwork(SizeOf(state));
  for (auto _ : state) {
    benchmark::DoNotOptimize(OrDie(nma::FitNetwork(studies, Options(method))));
  }
}

// Every study left out, one after the other.
void BM_LeaveOneOut(benchmark::State& state) {
  const std::vector<nma::StudyEffects> studies =
      SimulatedNetwork(SizeOf(state));
  const nma::NetworkFit fit = OrDie(nma::FitNetwork(studies, Options(kReml)));
  for (auto _ : state) {
    const absl::Status done = nma::LeaveOutEach(
        studies, fit, Options(kReml),
        [](int, const absl::StatusOr<nma::WithoutStudy>& without) {
          benchmark::DoNotOptimize(without->fit.random.effects.data());
          return absl::OkStatus();
        });
    if (!done.ok()) std::abort();
  }
}

// The same by a full fit of the others with its coherence, S times; without
// the estimates at fixed tau^2.
void BM_LeaveOneOutByFits(benchmark::State& state) {
  const std::vector<nma::StudyEffects> studies =
      SimulatedNetwork(SizeOf(state));
  for (auto _ : state) {
    for (size_t s = 0; s < studies.size(); ++s) {
      std::vector<nma::StudyEffects> others = studies;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(s));
      benchmark::DoNotOptimize(OrDie(nma::FitNetwork(others, Options(kReml))));
      benchmark::DoNotOptimize(OrDie(nma::DecomposeQ(others)));
    }
  }
}

// One study changes, and all that is published follows.
void BM_LiveUpdate(benchmark::State& state, Tau2Method method) {
  LiveAnalysis& analysis = KeptAnalysis(SizeOf(state), method);
  for (auto _ : state) benchmark::DoNotOptimize(analysis.Update());
}

// Studies are added, one at a time; they are taken out again outside of what is
// timed.
void BM_CommonAdd(benchmark::State& state) {
  LivePart part(SizeOf(state));
  nma::LiveComponent& component = part.component();
  const std::vector<nma::StudyBlock> blocks =
      component.table().network().blocks;
  constexpr size_t kBatch = 64;
  while (state.KeepRunningBatch(kBatch)) {
    for (size_t i = 0; i < kBatch; ++i) component.Add("added", blocks[i]);
    state.PauseTiming();
    for (size_t i = 0; i < kBatch; ++i) {
      component.Remove(component.table().size() - 1);
    }
    OrDie(component.Common());  // follows again, had it ceased to
    state.ResumeTiming();
  }
}

// A study changes; the common-effect model follows. Now and then the error
// bound asks for a fit, which is part of the cost.
void BM_CommonUpdate(benchmark::State& state) {
  LiveAnalysis& analysis = KeptAnalysis(SizeOf(state), kReml);
  analysis.Fit();
  int64_t allocations = 0;
  int64_t fits = 0;
  for (auto _ : state) {
    const int64_t before = AllocationCount();
    analysis.Edit();
    allocations += AllocationCount() - before;
    if (!analysis.follows()) {
      analysis.Fit();
      ++fits;
    }
  }
  state.counters["allocations"] = static_cast<double>(allocations);
  state.counters["fits"] = benchmark::Counter(
      static_cast<double>(fits), benchmark::Counter::kAvgIterations);
}

// What R's bare algebra and rma.mv give: tau^2 and the random-effects estimates
// with all their variances, after a study changed.
void BM_DlUpdate(benchmark::State& state) {
  LivePart part(SizeOf(state));
  nma::LiveComponent& component = part.component();
  for (auto _ : state) {
    part.Edit();
    const nma::CommonEffect common = OrDie(component.Common());
    const double tau2 = nma::DerSimonianLairdTau2(
        common.moments, component.table().degrees_of_freedom());
    benchmark::DoNotOptimize(OrDie(EstimateNodes(component.table(), tau2)));
  }
}

void BM_RemlUpdate(benchmark::State& state) {
  LivePart part(SizeOf(state));
  nma::LiveComponent& component = part.component();
  double tau2 = kSimulatedTau2;
  for (auto _ : state) {
    part.Edit();
    OrDie(component.Common());
    tau2 = nma::GlobalMaximum(
               OrDie(nma::LocalMaxima(nma::TableModel(component.table()),
                                      kRestricted, tau2)))
               .tau2;
    benchmark::DoNotOptimize(OrDie(EstimateNodes(component.table(), tau2)));
  }
}

// From one REML estimate to the next.
void BM_RemlLocalStep(benchmark::State& state) {
  LivePart part(SizeOf(state));
  nma::LiveComponent& component = part.component();
  double tau2 = kSimulatedTau2;
  int64_t moments = 0;
  for (auto _ : state) {
    part.Edit();
    std::vector<nma::ScoreTerms> visited;
    tau2 = OrDie(nma::ZeroOfScoreNear(nma::TableModel(component.table()),
                                      kRestricted, tau2, &visited))
               .value();
    moments += static_cast<int64_t>(visited.size());
  }
  state.counters["factorisations"] = benchmark::Counter(
      static_cast<double>(moments), benchmark::Counter::kAvgIterations);
}

// What an analysis keeps between updates, with all its studies.
void BM_LiveMemory(benchmark::State& state) {
  const NetworkSize size = SizeOf(state);
  for (auto _ : state) {
    const int64_t before = LiveBytes();
    const LiveAnalysis analysis(size, kReml);
    state.counters["bytes"] = static_cast<double>(LiveBytes() - before);
  }
  const double matrix = 8.0 * size.treatments * size.treatments;
  const double arms = 2.0 * size.studies;
  state.counters["allowed_bytes"] = 5 * matrix + 200 * arms;
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"T", "S"})->Args({50, 500})->Args({200, 2000});
}

void Growth(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgNames({"T", "S"})->Args({100, 1000})->Args({100, 100000});
}

BENCHMARK(BM_Unit)->Name("unit")->Apply(Sizes);
BENCHMARK(BM_RankOneUpdate)
    ->Name("rank_one_update")
    ->ArgName("T")
    ->Arg(50)
    ->Arg(200)
    ->Arg(1000);
BENCHMARK(BM_CommonFullFit)->Name("common_full_fit")->Apply(Sizes);
BENCHMARK_CAPTURE(BM_FullFit, dl, kDl)->Name("full_fit_dl")->Apply(Sizes);
BENCHMARK_CAPTURE(BM_FullFit, reml, kReml)->Name("full_fit_reml")->Apply(Sizes);
BENCHMARK(BM_LeaveOneOut)
    ->Name("leave_one_out_reml")
    ->ArgNames({"T", "S"})
    ->Args({50, 500});
BENCHMARK(BM_LeaveOneOutByFits)
    ->Name("leave_one_out_by_fits_reml")
    ->ArgNames({"T", "S"})
    ->Args({50, 500});
BENCHMARK_CAPTURE(BM_LiveUpdate, dl, kDl)
    ->Name("live_update_dl")
    ->Apply(Sizes)
    ->Apply(Growth);
BENCHMARK_CAPTURE(BM_LiveUpdate, reml, kReml)
    ->Name("live_update_reml")
    ->Apply(Sizes)
    ->Apply(Growth);
BENCHMARK(BM_CommonAdd)
    ->Name("common_add")
    ->ArgNames({"T", "S"})
    ->Args({50, 500})
    ->Args({200, 2000})
    ->Args({1000, 10000});
BENCHMARK(BM_CommonUpdate)->Name("common_update")->Apply(Sizes)->Apply(Growth);
BENCHMARK(BM_DlUpdate)->Name("dl_update")->Apply(Sizes);
BENCHMARK(BM_RemlUpdate)->Name("reml_update")->Apply(Sizes);
BENCHMARK(BM_RemlLocalStep)->Name("reml_local_step")->Apply(Sizes);
BENCHMARK(BM_LiveMemory)
    ->Name("live_memory")
    ->Apply(Sizes)
    ->Iterations(1)
    ->Repetitions(1);

// The counter sees nothing if another allocator got in between.
void CheckAllocationsAreCounted() {
  const int64_t before = AllocationCount();
  const auto block = std::make_unique<int>(0);
  benchmark::DoNotOptimize(block.get());
  if (AllocationCount() != before + 1) {
    std::cerr << "allocations are not counted in this build\n";
    std::abort();
  }
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  tidemark::bench::CheckAllocationsAreCounted();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
