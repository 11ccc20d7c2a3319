// What it costs to ask how conclusions came about: a review of 10,000 entries,
// most of which move every comparison, is on disk; a server answers over its
// whole history.
//
// Usage: explain_benchmark [--data=DIR] [flags of Google Benchmark]
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/data_directory.h"
#include "bench/simulated_network.h"
#include "bench/simulated_review.h"
#include "benchmark/benchmark.h"
#include "grpcpp/grpcpp.h"
#include "nma/effects.h"
#include "server/server.h"
#include "tidemark/v1/explain_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::bench {
namespace {

constexpr int kTreatments = 20;
constexpr int kTrials = 300;
constexpr int64_t kEntries = 10000;
// Writes that wait at a time: they share commits.
constexpr int kInFlight = 64;

void OrDie(const grpc::Status& status) {
  if (status.ok()) return;
  std::cerr << status.error_message() << "\n";
  std::abort();
}

// A server of this process over a directory.
class Service {
 public:
  explicit Service(const std::string& directory) {
    server::ServerOptions options;
    options.data_dir = directory;
    auto started = server::Server::Start(options);
    if (!started.ok()) {
      std::cerr << started.status() << "\n";
      std::abort();
    }
    server_ = *std::move(started);
    write_ = v1::WriteService::NewStub(server_->InProcessChannel());
    explain_ = v1::ExplainService::NewStub(server_->InProcessChannel());
  }

  // In this order, each its own entry.
  void Apply(const std::vector<v1::Change>& changes);

  v1::ExplainService::Stub& explain() { return *explain_; }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::ApplyResponse response;
    grpc::Status status;
  };

  std::unique_ptr<server::Server> server_;
  std::unique_ptr<v1::WriteService::Stub> write_;
  std::unique_ptr<v1::ExplainService::Stub> explain_;
  int requests_ = 0;
};

void Service::Apply(const std::vector<v1::Change>& changes) {
  for (size_t begin = 0; begin < changes.size(); begin += kInFlight) {
    const size_t end = std::min(begin + kInFlight, changes.size());
    grpc::CompletionQueue queue;
    std::vector<std::unique_ptr<Call>> calls;
    for (size_t i = begin; i < end; ++i) {
      v1::ApplyRequest request;
      request.set_review_id(kReviewId);
      *request.mutable_change() = changes[i];
      request.set_request_id(absl::StrCat("request-", ++requests_));
      request.set_reason("a benchmark");
      Call* call = calls.emplace_back(std::make_unique<Call>()).get();
      write_->AsyncApply(&call->context, request, &queue)
          ->Finish(&call->response, &call->status, call);
    }
    for (size_t i = begin; i < end; ++i) {
      void* tag = nullptr;
      bool ok = false;
      queue.Next(&tag, &ok);
      OrDie(static_cast<Call*>(tag)->status);
    }
  }
}

// Another mean in one of the trials, never one that it had.
v1::Change Correction(const std::vector<v1::Trial>& trials, int64_t i) {
  const v1::Trial& trial = trials[i % trials.size()];
  v1::Change change;
  v1::CorrectTrial* correct = change.mutable_correct_trial();
  correct->set_trial_id(trial.trial_id());
  v1::FieldEdit* edit = correct->add_edits();
  edit->set_path(absl::StrCat("results[pain/any/", trial.arms(1).id(),
                              "].continuous.mean"));
  edit->set_value(
      absl::StrCat(trial.results(1).continuous().mean() + 1e-4 * (i + 1)));
  return change;
}

void WriteReview(Service& service) {
  std::vector<v1::Trial> trials;
  for (const nma::StudyEffects& study :
       SimulatedNetwork({kTreatments, kTrials})) {
    trials.push_back(TrialOf(study));
  }
  service.Apply({CreateReview(kTreatments)});
  service.Apply({PutAnalysis()});
  std::vector<v1::Change> changes;
  for (const v1::Trial& trial : trials) {
    v1::Change submit;
    *submit.mutable_submit_trials()->add_trials()->mutable_trial() = trial;
    changes.push_back(submit);
  }
  const int64_t corrections =
      kEntries - 2 - static_cast<int64_t>(changes.size());
  for (int64_t i = 0; i < corrections; ++i) {
    changes.push_back(Correction(trials, i));
  }
  service.Apply(changes);
}

void Explain(benchmark::State& state, Service& service) {
  v1::ExplainRequest request;
  request.set_review_id(kReviewId);
  request.set_analysis_id("pain");
  request.set_first("t0000");
  request.set_second("t0001");
  for (auto _ : state) {
    grpc::ClientContext context;
    v1::ExplainResponse response;
    OrDie(service.explain().Explain(&context, request, &response));
    state.counters["steps"] = response.steps_size();
    if (response.to_sequence() != kEntries) std::abort();
  }
}

void Diff(benchmark::State& state, Service& service) {
  v1::DiffRequest request;
  request.set_review_id(kReviewId);
  // Half of the trials come later, all are corrected.
  request.mutable_from()->set_sequence(2 + kTrials / 2);
  for (auto _ : state) {
    grpc::ClientContext context;
    v1::DiffResponse response;
    OrDie(service.explain().Diff(&context, request, &response));
    if (response.records_size() != kTrials) std::abort();
  }
}

void Run(const std::string& directory) {
  {  // Written by one server and read by another, whose caches are empty.
    Service service(directory);
    WriteReview(service);
  }
  Service service(directory);
  const std::string entries = absl::StrCat("/entries:", kEntries);
  benchmark::RegisterBenchmark(
      ("explain" + entries).c_str(),
      [&](benchmark::State& state) { Explain(state, service); })
      ->Iterations(1)
      ->UseRealTime();
  benchmark::RegisterBenchmark(
      ("diff" + entries).c_str(),
      [&](benchmark::State& state) { Diff(state, service); })
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
