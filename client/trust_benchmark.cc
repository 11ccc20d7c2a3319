// What it costs a client not to believe: run with `bazel run -c opt
// //client:trust_benchmark`. The files are in TEST_TMPDIR, or /tmp.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "audit/testing/memory_tree.h"
#include "benchmark/benchmark.h"
#include "client/known_logs.h"
#include "client/receipt.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::client {
namespace {

constexpr char kOrigin[] = "tidemark/01234567/knee-msc/1";

audit::Signer TheSigner() {
  return audit::Signer::Create(kOrigin, audit::KeySeed{1}).value();
}

// The last of range(0) entries moved four analyses.
void BM_VerifyReceipt(benchmark::State& state) {
  const int64_t size = state.range(0);
  audit::MemoryTree tree;
  for (int64_t i = 1; i < size; ++i) tree.Append(absl::StrCat("leaf ", i));
  v1::ApplyRequest request;
  request.set_request_id("d9428888-122b-11e1-b85c-61cd3cbb3210");
  request.set_reason("extracted again from the full text");
  request.mutable_change()->mutable_submit_trials()->add_trials();
  v1::ApplyResponse response;
  response.set_sequence(size);
  audit::Leaf leaf;
  leaf.sequence = size;
  leaf.action = "trials.submit";
  leaf.resource = "trials/";
  leaf.request_id = request.request_id();
  leaf.reason = request.reason();
  for (const char* id : {"pain-12m", "pain-6m", "pain-at-rest", "safety"}) {
    leaf.analyses.push_back({id, {}, {}});
    v1::AnalysisDigest* const moved = response.add_moved();
    moved->set_analysis_id(id);
    moved->set_inputs(std::string(32, '\0'));
    moved->set_estimate(std::string(32, '\0'));
  }
  v1::Receipt& receipt = *response.mutable_receipt();
  receipt.set_leaf(audit::EncodeLeaf(leaf).value());
  receipt.set_leaf_index(size - 1);
  receipt.set_leaf_hash(
      std::string(audit::AsBytes(audit::LeafHash(receipt.leaf()))));
  tree.Append(receipt.leaf());
  const auto proof = audit::InclusionProof(size - 1, size, tree);
  if (!proof.ok()) std::abort();
  for (const audit::Digest& hash : *proof) {
    receipt.add_inclusion_proof(std::string(audit::AsBytes(hash)));
  }
  receipt.set_checkpoint(
      audit::SignCheckpoint({kOrigin, size, tree.frontier().Root()},
                            TheSigner())
          .value());
  const auto key = audit::Verifier::Parse(TheSigner().vkey());
  for (auto _ : state) {
    if (!VerifyReceipt(request, response, *key).ok()) std::abort();
  }
}
BENCHMARK(BM_VerifyReceipt)->Arg(2)->Arg((1 << 20) - 1);

KnownLog LogOfSize(int64_t size) {
  const auto note =
      audit::SignCheckpoint({kOrigin, size, audit::Sha256("")}, TheSigner());
  return OpenKnownLog(TheSigner().vkey(), *note).value();
}

std::unique_ptr<KnownLogs> OpenLogs() {
  const char* parent = std::getenv("TEST_TMPDIR");
  const std::string directory =
      absl::StrCat(parent == nullptr ? "/tmp" : parent, "/trust_benchmark");
  std::filesystem::remove_all(directory);
  return KnownLogs::Open(directory, "127.0.0.1:7420").value();
}

// Reads the file and checks the signature in it.
void BM_FindKnownLog(benchmark::State& state) {
  const auto logs = OpenLogs();
  if (!logs->Replace("r", std::nullopt, LogOfSize(1)).ok()) std::abort();
  for (auto _ : state) {
    if (!logs->Find("r")->has_value()) std::abort();
  }
}
BENCHMARK(BM_FindKnownLog);

// A larger checkpoint: lock, compare, write, sync, rename.
void BM_ReplaceKnownLog(benchmark::State& state) {
  const auto logs = OpenLogs();
  const KnownLog two[] = {LogOfSize(1), LogOfSize(2)};
  if (!logs->Replace("r", std::nullopt, two[0]).ok()) std::abort();
  size_t at = 0;
  for (auto _ : state) {
    if (!*logs->Replace("r", two[at], two[1 - at])) std::abort();
    at = 1 - at;
  }
}
BENCHMARK(BM_ReplaceKnownLog)->UseRealTime();

}  // namespace
}  // namespace tidemark::client

BENCHMARK_MAIN();
