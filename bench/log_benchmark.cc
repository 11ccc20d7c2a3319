// What a long log costs: to check it at a start, to prove from it, to hash it,
// to replay it. The log of 1,000,000 entries is on disk, in a store that is
// made first.
//
// Usage: log_benchmark [--data=DIR] [flags of Google Benchmark]
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "bench/data_directory.h"
#include "bench/simulated_network.h"
#include "bench/simulated_review.h"
#include "benchmark/benchmark.h"
#include "grpcpp/grpcpp.h"
#include "server/server.h"
#include "storage/anchor.h"
#include "storage/review_store.h"
#include "storage/verify_anchor.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::bench {
namespace {

constexpr int64_t kEntries = 1000000;
constexpr int64_t kEntriesACommit = 20000;
constexpr size_t kLeafBytes = 500;
constexpr int64_t kReplayedEntries = 2000;
constexpr char kLog[] = "long";

void OrDie(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << "\n";
  std::abort();
}

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  OrDie(result.status());
  return *std::move(result);
}

// A leaf of kLeafBytes, as that of a correction with its reason.
std::string LeafOf(int64_t sequence) {
  audit::Leaf leaf;
  leaf.epoch = 1;
  leaf.sequence = sequence;
  leaf.actor = "ana";
  leaf.auth_method = "token";
  leaf.action = "trials.correct";
  leaf.resource = absl::StrCat("trials/trial-", 1000000 + sequence % 1000);
  leaf.request_id = absl::StrCat("request-", 1000000 + sequence);
  leaf.engine_build = "a benchmark";
  leaf.analyses = {{"pain-6m", audit::Sha256("inputs"), audit::Sha256("e")}};
  const size_t bare = OrDie(audit::EncodeLeaf(leaf)).size();
  leaf.reason = std::string(kLeafBytes - bare, 'r');
  return OrDie(audit::EncodeLeaf(leaf));
}

// A log on disk, its frontier, and the store that is open now.
class LongLog {
 public:
  explicit LongLog(const std::string& directory);

  // Opens store and anchor anew, with nothing in their caches, and checks the
  // log against the anchor: what a server does before it replays.
  void CheckAsAtStart();

  absl::StatusOr<audit::Digest> Node(int level, int64_t index) const {
    return store_->Node(kLog, level, index);
  }
  const audit::Digest& root() const { return root_; }

 private:
  storage::Entry NextEntry();
  void Open();

  const std::string directory_;
  audit::Frontier frontier_;
  audit::Digest root_ = {};
  std::unique_ptr<storage::ReviewStore> store_;
  std::unique_ptr<storage::Anchor> anchor_;
};

LongLog::LongLog(const std::string& directory) : directory_(directory) {
  Open();
  const audit::Signer signer =
      OrDie(audit::Signer::Create("bench.example/long", audit::KeySeed{1}));
  std::string note;
  while (frontier_.size() < kEntries) {
    std::vector<storage::Entry> entries;
    for (int64_t i = 0; i < kEntriesACommit; ++i) {
      entries.push_back(NextEntry());
    }
    root_ = frontier_.Root();
    note = OrDie(audit::SignCheckpoint({signer.name(), frontier_.size(), root_},
                                       signer));
    OrDie(store_->Commit(entries, {{kLog, frontier_.size(), note}}));
  }
  OrDie(anchor_->Update({{kLog, frontier_.size(), root_, note}}));
}

storage::Entry LongLog::NextEntry() {
  storage::Entry entry;
  entry.review = kLog;
  entry.sequence = frontier_.size() + 1;
  entry.leaf = LeafOf(entry.sequence);
  entry.salt = std::string(audit::kSaltBytes, 's');
  entry.change = std::string(100, 'c');
  entry.nodes = frontier_.Append(audit::LeafHash(entry.leaf));
  entry.request_id = absl::StrCat("request-", entry.sequence);
  return entry;
}

void LongLog::Open() {
  store_.reset();
  anchor_.reset();
  storage::OpenOptions options;
  options.path = directory_ + "/log";
  store_ = OrDie(storage::ReviewStore::Open(options));
  anchor_ = OrDie(storage::Anchor::Open({directory_ + "/anchor", nullptr}));
}

void LongLog::CheckAsAtStart() {
  Open();
  const auto check = storage::VerifyReviewAnchor(*store_, *anchor_, kLog);
  OrDie(check.status);
  if (check.store_size != kEntries) std::abort();
}

// Any entry or size, from a seed.
class AnyEntry {
 public:
  int64_t operator()(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(random_);
  }

 private:
  std::mt19937_64 random_{1};
};

// The last proofs that a benchmark made, to be verified when it is over: to
// stop the clock for each would cost as much as some of them.
constexpr size_t kVerifiedProofs = 1000;
struct Made {
  int64_t of = 0;  // index or size
  std::vector<audit::Digest> proof;
};
using LastMade = std::vector<Made>;

void ProveInclusion(benchmark::State& state, const LongLog& log) {
  const auto node = [&](int level, int64_t i) { return log.Node(level, i); };
  AnyEntry any;
  LastMade last(kVerifiedProofs);
  size_t made = 0;
  for (auto _ : state) {
    Made& next = last[made++ % kVerifiedProofs];
    next.of = any(0, kEntries - 1);
    next.proof = OrDie(audit::InclusionProof(next.of, kEntries, node));
  }
  last.resize(std::min(made, kVerifiedProofs));
  for (const auto& [index, proof] : last) {
    OrDie(audit::VerifyInclusion(audit::LeafHash(LeafOf(index + 1)), index,
                                 kEntries, proof, log.root()));
  }
}

void ProveConsistency(benchmark::State& state, const LongLog& log) {
  const auto node = [&](int level, int64_t i) { return log.Node(level, i); };
  AnyEntry any;
  LastMade last(kVerifiedProofs);
  size_t made = 0;
  for (auto _ : state) {
    Made& next = last[made++ % kVerifiedProofs];
    next.of = any(1, kEntries);
    next.proof = OrDie(audit::ConsistencyProof(next.of, kEntries, node));
  }
  last.resize(std::min(made, kVerifiedProofs));
  for (const auto& [size, proof] : last) {
    const audit::Digest first = OrDie(audit::RootAt(size, node));
    OrDie(audit::VerifyConsistency(size, first, kEntries, log.root(), proof));
  }
}

// Leaf hash and every node that it completes.
void HashLeaves(benchmark::State& state) {
  const std::string leaf = LeafOf(1);
  audit::Frontier frontier;
  for (auto _ : state) {
    benchmark::DoNotOptimize(frontier.Append(audit::LeafHash(leaf)));
  }
  state.SetItemsProcessed(state.iterations());
}

// A server's data: one trial, kReplayedEntries corrections of it, no analysis.
void WriteCorrections(const std::string& directory) {
  server::ServerOptions options;
  options.data_dir = directory;
  const auto server = OrDie(server::Server::Start(options));
  const auto write = v1::WriteService::NewStub(server->InProcessChannel());
  int requests = 0;
  const auto apply = [&](const v1::Change& change) {
    v1::ApplyRequest request;
    request.set_review_id(kReviewId);
    *request.mutable_change() = change;
    request.set_request_id(absl::StrCat("request-", ++requests));
    request.set_reason("a benchmark");
    grpc::ClientContext context;
    v1::ApplyResponse response;
    const grpc::Status status = write->Apply(&context, request, &response);
    if (!status.ok()) OrDie(absl::UnknownError(status.error_message()));
  };
  const v1::Trial trial = TrialOf(SimulatedNetwork({2, 1})[0]);
  v1::Change submit;
  *submit.mutable_submit_trials()->add_trials()->mutable_trial() = trial;
  apply(CreateReview(2));
  apply(submit);
  for (int64_t i = 0; i < kReplayedEntries; ++i) {
    v1::Change change;
    v1::CorrectTrial* correct = change.mutable_correct_trial();
    correct->set_trial_id(trial.trial_id());
    v1::FieldEdit* edit = correct->add_edits();
    edit->set_path("title");
    edit->set_value(absl::StrCat("title ", i));
    apply(change);
  }
}

void StartServer(benchmark::State& state, const std::string& directory) {
  server::ServerOptions options;
  options.data_dir = directory;
  for (auto _ : state) {
    auto server = OrDie(server::Server::Start(options));
    state.PauseTiming();
    server.reset();
    state.ResumeTiming();
  }
}

void Run(const std::string& directory) {
  LongLog log(directory);
  WriteCorrections(directory + "/corrections");
  const std::string entries = absl::StrCat("/entries:", kEntries);
  benchmark::RegisterBenchmark(("start_check" + entries).c_str(),
                               [&](benchmark::State& state) {
                                 for (auto _ : state) log.CheckAsAtStart();
                               })
      ->Iterations(1)
      ->UseRealTime();
  benchmark::RegisterBenchmark(
      ("prove_inclusion" + entries).c_str(),
      [&](benchmark::State& state) { ProveInclusion(state, log); })
      ->UseRealTime();
  benchmark::RegisterBenchmark(
      ("prove_consistency" + entries).c_str(),
      [&](benchmark::State& state) { ProveConsistency(state, log); })
      ->UseRealTime();
  benchmark::RegisterBenchmark("hash_leaves", HashLeaves);
  benchmark::RegisterBenchmark(
      absl::StrCat("server_start/entries:", kReplayedEntries).c_str(),
      [&](benchmark::State& state) {
        StartServer(state, directory + "/corrections");
      })
      ->Iterations(1)
      ->UseRealTime();
  benchmark::RunSpecifiedBenchmarks();
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);  // takes its own flags out
  const tidemark::bench::DataDirectory directory(argc, argv);
  tidemark::bench::Run(directory.path());
  return 0;
}
