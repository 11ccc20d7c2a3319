// What the engine's updates and fits cost, and the yardsticks for them;
// tools/bench divides the ones by the others.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/allocations.h"
#include "bench/simulated_network.h"
#include "bench/yardsticks.h"
#include "benchmark/benchmark.h"
#include "nma/effects.h"
#include "nma/heterogeneity.h"
#include "nma/least_squares.h"
#include "nma/live_network.h"
#include "nma/network.h"
#include "nma/network_fit.h"

namespace tidemark::bench {
namespace {

using nma::Tau2Method;

constexpr Tau2Method kDl = Tau2Method::kDerSimonianLaird;
constexpr Tau2Method kReml = Tau2Method::kRestrictedMaximumLikelihood;

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

// An analysis whose first study changes with every update, there and back.
class LiveAnalysis {
 public:
  LiveAnalysis(const NetworkSize& size, Tau2Method method)
      : network_(Options(method)) {
    const std::vector<nma::StudyEffects> studies = SimulatedNetwork(size);
    for (const nma::StudyEffects& study : studies) Put(study);
    versions_ = {studies[0], studies[0]};
    versions_[1].effects[0] += 0.1;
    versions_[1].covariance *= 1.1;
    OrDie(network_.Fit());
  }

  nma::NetworkFit Update() {
    current_ ^= 1;
    Put(versions_[current_]);
    return OrDie(network_.Fit());
  }

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

// From the studies' effects to estimates and variances of the common-effect
// model alone, without heterogeneity and rankings.
void BM_CommonFullFit(benchmark::State& state) {
  const std::vector<nma::StudyEffects> studies =
      SimulatedNetwork(SizeOf(state));
  for (auto _ : state) {
    const nma::Network network = nma::BuildNetwork(studies);
    const auto fit =
        OrDie(nma::FitLeastSquares(network.components[0].network, /*tau2=*/0));
    benchmark::DoNotOptimize(fit.elimination.PairVariances());
  }
}

void BM_FullFit(benchmark::State& state, Tau2Method method) {
  const std::vector<nma::StudyEffects> studies =
      SimulatedNetwork(SizeOf(state));
  for (auto _ : state) {
    benchmark::DoNotOptimize(OrDie(nma::FitNetwork(studies, Options(method))));
  }
}

// One study changes, and all that is published follows.
void BM_LiveUpdate(benchmark::State& state, Tau2Method method) {
  LiveAnalysis& analysis = KeptAnalysis(SizeOf(state), method);
  for (auto _ : state) benchmark::DoNotOptimize(analysis.Update());
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
BENCHMARK_CAPTURE(BM_LiveUpdate, dl, kDl)
    ->Name("live_update_dl")
    ->Apply(Sizes)
    ->Apply(Growth);
BENCHMARK_CAPTURE(BM_LiveUpdate, reml, kReml)
    ->Name("live_update_reml")
    ->Apply(Sizes)
    ->Apply(Growth);
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
