// What a durable write costs beside what it cannot do without: a call over the
// wire and a synced batch of the same bytes. Every repetition is one operation;
// tools/bench runs those of all benchmarks in random order, because a disk is
// not the same from one second to the next, and compares medians.
//
// Usage: write_path_benchmark [--data=DIR] [flags of Google Benchmark]
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "bench/data_directory.h"
#include "bench/simulated_network.h"
#include "bench/simulated_review.h"
#include "benchmark/benchmark.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "nma/effects.h"
#include "server/server.h"
#include "storage/anchor.h"
#include "storage/kv_store.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::bench {
namespace {

constexpr NetworkSize kSize = {/*treatments=*/20, /*studies=*/200};
constexpr int kOperations = 400;

void OrDie(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << "\n";
  std::abort();
}

void OrDie(const grpc::Status& status) {
  if (status.ok()) return;
  std::cerr << status.error_message() << "\n";
  std::abort();
}

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  OrDie(result.status());
  return *std::move(result);
}

// A server on a port of this machine, with a review of simulated trials, and a
// client on a connection to it.
class RemoteReview {
 public:
  explicit RemoteReview(const std::string& data_dir);

  // One trial with numbers that it never had.
  v1::ApplyRequest ChangedTrial();
  v1::ApplyResponse Apply(const v1::ApplyRequest& request);

  // The health check of gRPC itself; its request is empty.
  void EmptyCall();

 private:
  v1::ApplyRequest RequestOf(v1::Change change);

  std::unique_ptr<server::Server> server_;
  std::unique_ptr<v1::WriteService::Stub> write_;
  std::unique_ptr<grpc::GenericStub> generic_;
  grpc::CompletionQueue queue_;
  nma::StudyEffects study_;
  int requests_ = 0;
  int expected_estimates_ = 0;  // that a write moves
};

RemoteReview::RemoteReview(const std::string& data_dir) {
  server::ServerOptions options;
  options.data_dir = data_dir;
  options.listen = "127.0.0.1:0";
  server_ = OrDie(server::Server::Start(options));
  const auto channel =
      grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()),
                          grpc::InsecureChannelCredentials());
  write_ = v1::WriteService::NewStub(channel);
  generic_ = std::make_unique<grpc::GenericStub>(channel);

  const std::vector<nma::StudyEffects> network = SimulatedNetwork(kSize);
  study_ = network[0];
  v1::Change trials;
  for (const nma::StudyEffects& study : network) {
    *trials.mutable_submit_trials()->add_trials()->mutable_trial() =
        TrialOf(study);
  }
  Apply(RequestOf(CreateReview(kSize.treatments)));
  Apply(RequestOf(std::move(trials)));
  expected_estimates_ = 1;
  Apply(RequestOf(PutAnalysis()));
}

v1::ApplyRequest RemoteReview::RequestOf(v1::Change change) {
  v1::ApplyRequest request;
  request.set_review_id(kReviewId);
  *request.mutable_change() = std::move(change);
  request.set_request_id(absl::StrCat("request-", ++requests_));
  request.set_reason("a benchmark");
  return request;
}

v1::ApplyRequest RemoteReview::ChangedTrial() {
  study_.effects[0] += 0.001;
  v1::Change change;
  *change.mutable_submit_trials()->add_trials()->mutable_trial() =
      TrialOf(study_);
  return RequestOf(std::move(change));
}

v1::ApplyResponse RemoteReview::Apply(const v1::ApplyRequest& request) {
  grpc::ClientContext context;
  v1::ApplyResponse response;
  OrDie(write_->Apply(&context, request, &response));
  if (response.estimates_size() + response.moved_size() !=
      expected_estimates_) {
    std::abort();
  }
  return response;
}

void RemoteReview::EmptyCall() {
  grpc::ClientContext context;
  const grpc::Slice nothing;
  const auto call =
      generic_->PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check",
                                 grpc::ByteBuffer(&nothing, 1), &queue_);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, /*tag=*/nullptr);
  void* tag = nullptr;
  bool ok = false;
  if (!queue_.Next(&tag, &ok)) std::abort();
  OrDie(status);
}

using Records = std::map<std::pair<storage::Table, std::string>, std::string>;

// All that the store of a running server holds, but for the keys that the store
// writes by itself: they begin with an empty string.
Records RecordsOf(const std::string& path) {
  storage::OpenOptions options;
  options.path = path;
  options.read_only = true;
  const auto store = OrDie(storage::KvStore::Open(options));
  Records records;
  for (int i = 0; i <= static_cast<int>(storage::Table::kCheckpoint); ++i) {
    const auto table = static_cast<storage::Table>(i);
    const auto it = store->NewIterator(table, "\x01", "\xFF");
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      records[{table, std::string(it->key())}] = std::string(it->value());
    }
    OrDie(it->status());
  }
  return records;
}

// What one write of the review puts into its store.
storage::Batch BatchOfAWrite(const std::string& store_path,
                             RemoteReview& review) {
  const Records before = RecordsOf(store_path);
  review.Apply(review.ChangedTrial());
  storage::Batch batch;
  size_t bytes = 0;
  for (const auto& [place, value] : RecordsOf(store_path)) {
    if (before.count(place) > 0) continue;
    batch.Put(place.first, place.second, value);
    bytes += place.second.size() + value.size();
  }
  benchmark::AddCustomContext("bytes_of_a_write", absl::StrCat(bytes));
  return batch;
}

// A store and an anchor beside those of the server, on the same disk.
class BareDisk {
 public:
  BareDisk(const std::string& directory, storage::Batch batch)
      : batch_(std::move(batch)) {
    storage::OpenOptions store;
    store.path = directory + "/bare-db";
    store_ = OrDie(storage::KvStore::Open(store));
    storage::AnchorOptions anchor;
    anchor.path = directory + "/bare-anchor";
    anchor_ = OrDie(storage::Anchor::Open(anchor));
    checkpoint_.review = kReviewId;
    checkpoint_.note = std::string(200, 'n');
    UpdateAnchor();
  }

  // One synced record of RocksDB's write-ahead log.
  void WriteBatch() { OrDie(store_->Write(batch_)); }

  // One block overwritten and synced.
  void UpdateAnchor() {
    ++checkpoint_.size;
    OrDie(anchor_->Update({&checkpoint_, 1}));
  }

 private:
  const storage::Batch batch_;
  std::unique_ptr<storage::KvStore> store_;
  std::unique_ptr<storage::Anchor> anchor_;
  storage::AnchoredCheckpoint checkpoint_;
};

template <typename Operation>
void Register(const char* name, Operation operation) {
  benchmark::RegisterBenchmark(name, operation)
      ->Iterations(1)
      ->Repetitions(kOperations)
      ->ReportAggregatesOnly()
      ->MeasureProcessCPUTime()
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}

void RegisterAll(RemoteReview& review, BareDisk& disk) {
  Register("empty_call", [&review](benchmark::State& state) {
    for (auto _ : state) review.EmptyCall();
  });
  Register("synced_batch", [&disk](benchmark::State& state) {
    for (auto _ : state) disk.WriteBatch();
  });
  Register("anchor_update", [&disk](benchmark::State& state) {
    for (auto _ : state) disk.UpdateAnchor();
  });
  Register("submit_trial", [&review](benchmark::State& state) {
    const v1::ApplyRequest request = review.ChangedTrial();
    for (auto _ : state) review.Apply(request);
  });
  // The same without storing anything.
  Register("validate_trial", [&review](benchmark::State& state) {
    v1::ApplyRequest request = review.ChangedTrial();
    request.set_validate_only(true);
    for (auto _ : state) review.Apply(request);
  });
}

void Run(const std::string& directory) {
  RemoteReview review(directory + "/data");
  BareDisk disk(directory, BatchOfAWrite(directory + "/data/db", review));
  RegisterAll(review, disk);
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
