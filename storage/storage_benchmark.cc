// What durability costs: run with `bazel run -c opt
// //storage:storage_benchmark`. The files are in TEST_TMPDIR, or /tmp: put it
// on the disk that matters.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "benchmark/benchmark.h"
#include "storage/anchor.h"
#include "storage/review_store.h"
#include "storage/testing/log_writer.h"
#include "storage/verify_anchor.h"

namespace tidemark::storage {
namespace {

std::string FreshDirectory() {
  const char* parent = std::getenv("TEST_TMPDIR");
  const std::string path =
      absl::StrCat(parent == nullptr ? "/tmp" : parent, "/storage_benchmark");
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

std::unique_ptr<ReviewStore> OpenStore(const std::string& directory) {
  OpenOptions options;
  options.path = directory + "/db";
  return ReviewStore::Open(options).value();
}

// A small trial record, its change and one estimate.
Entry TypicalEntry(LogWriter& log) {
  Entry entry = log.Append(std::string(1000, 'c'));
  entry.trials = {{"t", std::string(1000, 't')}};
  entry.estimates = {{"pain", std::string(2000, 'e')}};
  return entry;
}

// One group commit of range(0) entries, with its checkpoint.
void BM_Commit(benchmark::State& state) {
  const auto store = OpenStore(FreshDirectory());
  LogWriter log("r");
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<Entry> entries;
    for (int64_t i = 0; i < state.range(0); ++i) {
      entries.push_back(TypicalEntry(log));
    }
    const SignedCheckpoint checkpoint = log.Checkpoint();
    state.ResumeTiming();
    if (!store->Commit(entries, {checkpoint}).ok()) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_Commit)->Arg(1)->Arg(32)->UseRealTime();

// One update of the anchors of range(0) reviews.
void BM_AnchorUpdate(benchmark::State& state) {
  const auto anchor = Anchor::Open({FreshDirectory() + "/anchor"}).value();
  LogWriter log("r");
  log.Append("c");
  std::vector<AnchoredCheckpoint> checkpoints;
  for (int64_t i = 0; i < state.range(0); ++i) {
    checkpoints.push_back(log.Anchored());
    checkpoints.back().review = absl::StrCat("r", i);
  }
  for (auto _ : state) {
    for (AnchoredCheckpoint& checkpoint : checkpoints) ++checkpoint.size;
    if (!anchor->Update(checkpoints).ok()) std::abort();
  }
}
BENCHMARK(BM_AnchorUpdate)->Arg(1)->Arg(10)->UseRealTime();

// The check at start of a review of range(0) entries.
void BM_VerifyReviewAnchor(benchmark::State& state) {
  const std::string directory = FreshDirectory();
  const auto store = OpenStore(directory);
  const auto anchor = Anchor::Open({directory + "/anchor"}).value();
  LogWriter log("r");
  std::vector<Entry> entries;
  for (int64_t i = 0; i < state.range(0); ++i)
    entries.push_back(log.Append("c"));
  if (!store->Commit(entries, {log.Checkpoint()}).ok()) std::abort();
  if (!anchor->Update({log.Anchored()}).ok()) std::abort();
  for (auto _ : state) {
    if (!VerifyReviewAnchor(*store, *anchor, "r").status.ok()) std::abort();
  }
}
BENCHMARK(BM_VerifyReviewAnchor)->Arg(10000)->UseRealTime();

// The newest version of one trial out of 10,000 sequences.
void BM_TrialAsOf(benchmark::State& state) {
  const auto store = OpenStore(FreshDirectory());
  LogWriter log("r");
  std::vector<Entry> entries;
  for (int64_t i = 0; i < 10000; ++i) {
    entries.push_back(log.Append("c"));
    entries.back().trials = {{absl::StrCat("t", i % 100), "bytes"}};
  }
  if (!store->Commit(entries, {}).ok()) std::abort();
  for (auto _ : state) {
    benchmark::DoNotOptimize(store->TrialAsOf("r", "t7", 9000));
  }
}
BENCHMARK(BM_TrialAsOf);

}  // namespace
}  // namespace tidemark::storage

BENCHMARK_MAIN();
