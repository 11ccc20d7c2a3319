// What it costs to tell subscribers, beside calls that say nothing and streams
// that do nothing. Servers are processes of their own; subscribers, which only
// count bytes, are all in this one.
//
// Usage: watch_benchmark [--data=DIR] [flags of Google Benchmark]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/data_directory.h"
#include "bench/server_process.h"
#include "bench/simulated_network.h"
#include "bench/simulated_review.h"
#include "bench/subscribers.h"
#include "benchmark/benchmark.h"
#include "google/protobuf/util/time_util.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "nma/effects.h"
#include "server/server.h"
#include "tidemark/v1/watch_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::bench {
namespace {

constexpr NetworkSize kSize = {/*treatments=*/5, /*studies=*/30};
constexpr int kConnections = 100;
constexpr int kRounds = 40;
// What a watch may need more than a stream that does nothing.
constexpr double kMostBytesMore = 6 << 10;
// Beside one that stalls.
constexpr int kOthers = 100;
constexpr int kStallRuns = 5;
constexpr int kWritesARun = 100;
// Of the server in half a run, beside what its log needs.
constexpr double kMostGrowth = 256 << 10;
// Fill the windows of a stalled stream several times over.
constexpr int kHistory = 200;

void OrDie(const grpc::Status& status) {
  if (status.ok()) return;
  std::cerr << status.error_message() << "\n";
  std::abort();
}

void ServeReview(const std::string& data_dir,
                 const ServerProcess::Ready& ready) {
  server::ServerOptions options;
  options.data_dir = data_dir;
  options.listen = "127.0.0.1:0";
  options.most_watches_of_an_actor = options.most_watches;
  const auto server = server::Server::Start(options);
  if (!server.ok()) {
    std::cerr << server.status() << "\n";
    std::abort();
  }
  ready((*server)->port());
  (*server)->Shutdown();
}

// Writes one message and stays until it is cancelled: the least that gRPC needs
// for a stream.
class BareStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit BareStream(const grpc::ByteBuffer* message) { StartWrite(message); }
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }
};

class BareService final : public v1::WatchService::WithRawCallbackMethod_Watch<
                              v1::WatchService::Service> {
 public:
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(
      grpc::CallbackServerContext* /*call*/,
      const grpc::ByteBuffer* /*request*/) override {
    return new BareStream(&message_);
  }

 private:
  const grpc::Slice slice_{std::string(40, 'm')};
  const grpc::ByteBuffer message_{&slice_, 1};
};

void ServeBareStreams(const ServerProcess::Ready& ready) {
  BareService service;
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  ready(port);
  server->Shutdown();
}

// Writes to the review of a server.
class Writer {
 public:
  explicit Writer(const std::string& address)
      : write_(v1::WriteService::NewStub(
            grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
    const std::vector<nma::StudyEffects> network = SimulatedNetwork(kSize);
    study_ = network[0];
    v1::Change trials;
    for (const nma::StudyEffects& study : network) {
      *trials.mutable_submit_trials()->add_trials()->mutable_trial() =
          TrialOf(study);
    }
    Apply(CreateReview(kSize.treatments));
    Apply(std::move(trials));
    Apply(PutAnalysis());
  }

  // One trial with numbers that it never had; every one moves the estimate.
  void Write() {
    study_.effects[0] += 0.001;
    v1::Change change;
    *change.mutable_submit_trials()->add_trials()->mutable_trial() =
        TrialOf(study_);
    Apply(std::move(change));
  }

 private:
  void Apply(v1::Change change) {
    v1::ApplyRequest request;
    request.set_review_id(kReviewId);
    *request.mutable_change() = std::move(change);
    request.set_request_id(absl::StrCat("request-", ++requests_));
    request.set_reason("a benchmark");
    grpc::ClientContext context;
    v1::ApplyResponse response;
    OrDie(write_->Apply(&context, request, &response));
  }

  const std::unique_ptr<v1::WriteService::Stub> write_;
  nma::StudyEffects study_;
  int requests_ = 0;
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
      .count();
}

// A review with some watches that stand.
struct Audience {
  Audience(const ServerProcess& server, int connected, int watching)
      : writer(server.address()),
        connections(server.address(), connected),
        subscribers(connections, watching, kReviewId) {}

  Writer writer;
  const Connections connections;
  Subscribers subscribers;
};

// Seconds from a write's time in the log, which it gets before it is estimated,
// stored and synced, to each subscriber.
std::vector<double> Deliver(Audience& audience) {
  Subscribers& subscribers = audience.subscribers;
  subscribers.Expect();
  audience.writer.Write();
  const std::vector<WallTime> times = subscribers.Wait();
  const WallTime committed{std::chrono::nanoseconds(
      google::protobuf::util::TimeUtil::TimestampToNanoseconds(
          subscribers.Last().entry().entry().time()))};
  std::vector<double> seconds;
  for (const WallTime& time : times) {
    seconds.push_back(std::chrono::duration<double>(time - committed).count());
  }
  return seconds;
}

double Last(const std::vector<double>& seconds) {
  return *std::max_element(seconds.begin(), seconds.end());
}

double Percentile95(std::vector<double> seconds) {
  const auto at =
      seconds.begin() + static_cast<int64_t>(seconds.size()) * 95 / 100;
  std::nth_element(seconds.begin(), at, seconds.end());
  return *at;
}

// Memory of the server for each of 1,000 streams. It must be its first ones.
double BytesAStream(const ServerProcess& server) {
  constexpr int kStreams = 1000;
  const Connections connections(server.address(), kConnections);
  connections.MakeEmptyCalls(kStreams);
  const double before = server.ResidentBytes();
  const Subscribers subscribers(connections, kStreams, kReviewId);
  return (server.ResidentBytes() - before) / kStreams;
}

benchmark::internal::Benchmark* Register(
    const std::string& name, int repetitions,
    const std::function<void(benchmark::State&)>& work) {
  return benchmark::RegisterBenchmark(name.c_str(), work)
      ->Iterations(1)
      ->Repetitions(repetitions)
      ->ReportAggregatesOnly()
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

void RegisterMemory(double bare, double watch) {
  Register("idle_watch", 1, [=](benchmark::State& state) {
    for (auto _ : state) state.SetIterationTime(0);
    state.counters["bytes"] = watch;
    state.counters["allowed_bytes"] = bare + kMostBytesMore;
  });
}

void RegisterFanOut(Audience& audience, int watching) {
  Register(absl::StrCat("fan_out/watches:", watching), kRounds,
           [&audience](benchmark::State& state) {
             for (auto _ : state) {
               state.SetIterationTime(Last(Deliver(audience)));
             }
           });
  Register(absl::StrCat("empty_calls/calls:", watching), kRounds,
           [&audience, watching](benchmark::State& state) {
             for (auto _ : state) {
               const auto start = std::chrono::steady_clock::now();
               audience.connections.MakeEmptyCalls(watching);
               state.SetIterationTime(SecondsSince(start));
             }
           });
}

// One more watch on a connection of others, from the first entry on, that takes
// nothing.
void RegisterStalled(Audience& audience, const ServerProcess& server,
                     bool stalled) {
  Register(absl::StrCat("others/stalled:", stalled ? 1 : 0), kStallRuns,
           [&audience, &server, stalled](benchmark::State& state) {
             std::unique_ptr<StalledSubscriber> one;
             if (stalled) {
               one = std::make_unique<StalledSubscriber>(
                   audience.connections.at(0), kReviewId);
             }
             std::vector<double> all;
             double before = 0;
             for (auto _ : state) {
               for (int i = 0; i < kWritesARun; ++i) {
                 // By then the windows of the stalled one are full.
                 if (i == kWritesARun / 2) before = server.ResidentBytes();
                 const std::vector<double> one_write = Deliver(audience);
                 all.insert(all.end(), one_write.begin(), one_write.end());
               }
               state.SetIterationTime(Percentile95(std::move(all)));
             }
             state.counters["bytes"] = server.ResidentBytes() - before;
             state.counters["allowed_bytes"] = kMostGrowth;
           });
}

void Run(const std::string& directory) {
  const auto serve = [&](const std::string& name) {
    return [path = directory + "/" + name](const ServerProcess::Ready& ready) {
      ServeReview(path, ready);
    };
  };
  const ServerProcess bare(ServeBareStreams);
  const ServerProcess idle(serve("idle"));
  const ServerProcess thousand(serve("thousand"));
  const ServerProcess five_thousand(serve("five-thousand"));
  const ServerProcess beside_stalled(serve("beside-stalled"));

  { const Writer review_to_watch(idle.address()); }
  RegisterMemory(BytesAStream(bare), BytesAStream(idle));
  Audience of_thousand(thousand, kConnections, 1000);
  RegisterFanOut(of_thousand, 1000);
  Audience of_five_thousand(five_thousand, kConnections, 5000);
  RegisterFanOut(of_five_thousand, 5000);
  Audience others(beside_stalled, kConnections / 10, kOthers);
  for (int i = 0; i < kHistory; ++i) Deliver(others);
  RegisterStalled(others, beside_stalled, true);
  RegisterStalled(others, beside_stalled, false);
  benchmark::AddCustomContext(
      "bytes_of_a_message",
      absl::StrCat(others.subscribers.Last().ByteSizeLong()));
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
