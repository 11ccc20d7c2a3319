// Calls of a real server over a real store, one sequence of calls an input
// (calls.proto, as text). Each input has a review of its own.
//
// Whatever is asked, the answer is a clean one; what was written verifies, from
// its receipt and from the first entry on, is written once however often it is
// asked for, and is there after a restart.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/proof.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "review/log_verifier.h"
#include "server/server.h"
#include "tests/fuzz/calls.pb.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/message_mutator.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/explain_service.grpc.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"
#include "tidemark/v1/watch_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::testing {
namespace {

using google::protobuf::TextFormat;

// Inputs between two restarts, and restarts until the data are given up: they
// grow, and an input should not pay for those before it.
constexpr int kInputsARun = 25;
constexpr int kRunsADirectory = 8;
constexpr int kMostCalls = 40;
constexpr int kMostWatched = 8;

[[noreturn]] void Fail(const std::string& what) {
  std::cerr << "does not hold: " << what << std::endl;
  std::abort();
}

// That an answer is OK or an error that a caller can do something about.
void CheckAnswer(const std::string& method, const grpc::Status& status) {
  if (status.ok()) return;
  switch (status.error_code()) {
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::OUT_OF_RANGE:
    // Of writes to the server's own log.
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      break;
    default:
      Fail(absl::StrCat(method, " answers code ", status.error_code(), ": ",
                        status.error_message()));
  }
  google::rpc::Status details;
  if (status.error_message().empty() ||
      !details.ParseFromString(status.error_details()) ||
      details.details().empty()) {
    Fail(absl::StrCat(method, " does not say why: code ", status.error_code(),
                      ": ", status.error_message()));
  }
}

// A server in this process, its data in a directory that is gone at the end.
class LiveServer {
 public:
  LiveServer() { Start(); }
  ~LiveServer() {
    server_.reset();
    std::filesystem::remove_all(directory_);
  }

  // Stops and starts. What was served before is served again, as it was.
  void Restart() {
    const std::string before = Reviews();
    server_.reset();
    Start();
    if (Reviews() != before) {
      Fail(absl::StrCat("after a restart there is ", Reviews(), "\nand was ",
                        before));
    }
  }

  template <typename Stub, typename Request, typename Response>
  grpc::Status Call(const std::string& method,
                    grpc::Status (Stub::*call)(grpc::ClientContext*,
                                               const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    SetPatience(context);
    const grpc::Status status =
        (Stub(channel_).*call)(&context, request, response);
    CheckAnswer(method, status);
    return status;
  }

  // Some messages of a watch.
  void Watch(const v1::WatchRequest& request) {
    grpc::ClientContext context;
    SetPatience(context);
    const auto stub = v1::WatchService::NewStub(channel_);
    const auto reader = stub->Watch(&context, request);
    v1::WatchResponse response;
    int64_t last = 0;
    // At the head it would wait for a write.
    for (int i = 0; i < kMostWatched && reader->Read(&response); ++i) {
      if (i == 0 && !response.has_started()) {
        Fail("a watch does not begin with that it stands");
      }
      if (response.has_started()) head_ = response.started().head_sequence();
      if (response.has_entry()) {
        const int64_t sequence = response.entry().entry().sequence();
        if (sequence <= last) Fail("a watch goes back");
        last = sequence;
      }
      const bool is_filtered =
          !request.analyses().empty() || !request.event_kinds().empty() ||
          request.min_importance() != v1::Importance::LEVEL_UNSPECIFIED;
      const bool is_in_snapshot =
          request.snapshot() && !response.has_snapshot_end();
      if (is_filtered || (!is_in_snapshot && WaitsAfter(request, last))) break;
    }
    context.TryCancel();
    const grpc::Status status = reader->Finish();
    if (status.error_code() == grpc::StatusCode::CANCELLED) return;
    CheckAnswer("Watch", status);
  }

 private:
  static void SetPatience(grpc::ClientContext& context) {
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(60));
  }

  bool WaitsAfter(const v1::WatchRequest& request, int64_t last) const {
    const int64_t next = last > 0                      ? last + 1
                         : request.has_from_sequence() ? request.from_sequence()
                                                       : head_ + 1;
    return next > head_;
  }

  void Start() {
    if (directory_.empty()) {
      directory_ =
          (std::filesystem::temp_directory_path() / "service_fuzz.XXXXXX")
              .string();
      if (mkdtemp(directory_.data()) == nullptr) std::abort();
    }
    server::ServerOptions options;
    options.data_dir = directory_;
    auto started = server::Server::Start(options);
    if (!started.ok()) Fail(std::string(started.status().message()));
    server_ = *std::move(started);
    channel_ = server_->InProcessChannel();
  }

  std::string Reviews() {
    v1::ListReviewsResponse response;
    Call("ListReviews", &v1::ReadService::Stub::ListReviews,
         v1::ListReviewsRequest(), &response);
    for (const v1::ReviewSummary& review : response.reviews()) {
      if (!review.problem().empty()) Fail(review.problem());
    }
    return response.ShortDebugString();
  }

  std::string directory_;
  std::unique_ptr<server::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  int64_t head_ = 0;
};

void CheckReceipt(const v1::ApplyResponse& response) {
  const v1::Receipt& receipt = response.receipt();
  const auto checkpoint = audit::ReadCheckpointUnverified(receipt.checkpoint());
  const auto leaf = audit::DigestFromBytes(receipt.leaf_hash());
  std::vector<audit::Digest> proof;
  for (const std::string& hash : receipt.inclusion_proof()) {
    const auto digest = audit::DigestFromBytes(hash);
    if (digest.ok()) proof.push_back(*digest);
  }
  if (!checkpoint.ok() || !leaf.ok() ||
      receipt.leaf_index() != response.sequence() - 1 ||
      !audit::VerifyInclusion(*leaf, receipt.leaf_index(), checkpoint->size,
                              proof, checkpoint->root)
           .ok()) {
    Fail(absl::StrCat("a receipt proves its entry: ",
                      response.ShortDebugString()));
  }
}

void CheckExplanation(const v1::ExplainResponse& explanation) {
  std::string at = explanation.before().SerializeAsString();
  for (const v1::ExplainStep& step : explanation.steps()) {
    if (step.before().SerializeAsString() != at) {
      Fail("a step begins where the one before ends");
    }
    at = step.after().SerializeAsString();
  }
  if (explanation.after().SerializeAsString() != at) {
    Fail("the last step ends at the end");
  }
}

// Feeds calls to the server and remembers what they wrote.
class Caller {
 public:
  explicit Caller(LiveServer& server) : server_(server) {}

  void Make(const fuzz::Call& call);

  // That every log that was written to verifies from its first entry.
  void CheckLogs() {
    for (const auto& [review, head] : heads_) CheckLog(review, head);
  }

 private:
  void Apply(const v1::ApplyRequest& request);
  void CheckLog(const std::string& review, int64_t head);

  // Calls a method whose answer is only to be a clean one.
  template <typename Response, typename Stub, typename Request>
  Response Ask(const std::string& method,
               grpc::Status (Stub::*call)(grpc::ClientContext*, const Request&,
                                          Response*),
               const Request& request) {
    Response response;
    server_.Call(method, call, request, &response);
    return response;
  }

  LiveServer& server_;
  // Last sequence that was answered, by review.
  std::map<std::string, int64_t> heads_;
  // To go on from.
  std::string page_token_;
};

void Caller::Apply(const v1::ApplyRequest& request) {
  v1::ApplyResponse response;
  const auto apply = &v1::WriteService::Stub::Apply;
  if (!server_.Call("Apply", apply, request, &response).ok()) return;
  int64_t& head = heads_[request.review_id()];
  if (request.validate_only()) {
    if (response.has_receipt()) Fail("what is only validated has no receipt");
    if (response.conclusions_size() != response.estimates_size()) {
      Fail("every estimate of a dry run says something");
    }
    return;
  }
  CheckReceipt(response);
  if (!response.repeated_request() && response.sequence() <= head) {
    Fail("a write comes after those before it");
  }
  head = std::max(head, response.sequence());
  v1::ApplyResponse again;
  const grpc::Status repeated = server_.Call("Apply", apply, request, &again);
  if (!repeated.ok() || !again.repeated_request() ||
      again.sequence() != response.sequence()) {
    Fail(absl::StrCat("a request that is repeated is written once: ",
                      again.ShortDebugString(), repeated.error_message()));
  }
}

void Caller::CheckLog(const std::string& review, int64_t head) {
  review::LogVerifier verifier(review);
  v1::ListEntriesRequest request;
  request.set_review_id(review);
  request.set_with_evidence(true);
  do {
    if (head == 0) return;
    const auto page = Ask<v1::ListEntriesResponse>(
        "ListEntries", &v1::AuditService::Stub::ListEntries, request);
    for (const v1::EntryWithEvidence& entry : page.entries()) {
      const absl::Status status =
          verifier.Add(entry.entry().leaf(), entry.evidence());
      if (!status.ok()) {
        Fail(absl::StrCat("a log that was written verifies: ",
                          std::string(status.message())));
      }
    }
    request.set_from_sequence(page.next_sequence());
  } while (request.from_sequence() > 0);
  if (const absl::Status redacted = verifier.Finish(); !redacted.ok()) {
    Fail(absl::StrCat("what is redacted is logged: ",
                      std::string(redacted.message())));
  }
  if (verifier.size() < head) Fail("an entry that was answered is there");
  v1::GetCheckpointRequest latest;
  latest.set_review_id(review);
  const auto answer = Ask<v1::GetCheckpointResponse>(
      "GetCheckpoint", &v1::AuditService::Stub::GetCheckpoint, latest);
  const auto checkpoint = audit::ReadCheckpointUnverified(answer.checkpoint());
  if (!checkpoint.ok() ||
      checkpoint->root != verifier.RootAt(verifier.size())) {
    Fail("the latest checkpoint is of the log");
  }
}

// The token of the page before, in place of the word `next`.
template <typename Request>
Request WithToken(Request request, const std::string& token) {
  if (request.page_token() == "next") request.set_page_token(token);
  return request;
}

void Caller::Make(const fuzz::Call& call) {
  using Read = v1::ReadService::Stub;
  using Audit = v1::AuditService::Stub;
  using Explain = v1::ExplainService::Stub;
  switch (call.request_case()) {
    case fuzz::Call::kApply:
      return Apply(call.apply());
    case fuzz::Call::kListReviews:
      Ask("ListReviews", &Read::ListReviews, call.list_reviews());
      return;
    case fuzz::Call::kGetReview:
      Ask("GetReview", &Read::GetReview, call.get_review());
      return;
    case fuzz::Call::kListAnalyses:
      Ask("ListAnalyses", &Read::ListAnalyses, call.list_analyses());
      return;
    case fuzz::Call::kListTrials:
      page_token_ = Ask("ListTrials", &Read::ListTrials,
                        WithToken(call.list_trials(), page_token_))
                        .next_page_token();
      return;
    case fuzz::Call::kGetTrial:
      Ask("GetTrial", &Read::GetTrial, call.get_trial());
      return;
    case fuzz::Call::kGetEstimate:
      Ask("GetEstimate", &Read::GetEstimate, call.get_estimate());
      return;
    case fuzz::Call::kListEstimates:
      page_token_ = Ask("ListEstimates", &Read::ListEstimates,
                        WithToken(call.list_estimates(), page_token_))
                        .next_page_token();
      return;
    case fuzz::Call::kGetPartialOrder:
      Ask("GetPartialOrder", &Read::GetPartialOrder, call.get_partial_order());
      return;
    case fuzz::Call::kGetBenefitHarm:
      Ask("GetBenefitHarm", &Read::GetBenefitHarm, call.get_benefit_harm());
      return;
    case fuzz::Call::kListReleases:
      Ask("ListReleases", &Read::ListReleases, call.list_releases());
      return;
    case fuzz::Call::kListEntries:
      Ask("ListEntries", &Audit::ListEntries, call.list_entries());
      return;
    case fuzz::Call::kGetCheckpoint:
      Ask("GetCheckpoint", &Audit::GetCheckpoint, call.get_checkpoint());
      return;
    case fuzz::Call::kProveInclusion:
      Ask("ProveInclusion", &Audit::ProveInclusion, call.prove_inclusion());
      return;
    case fuzz::Call::kListCheckpoints:
      Ask("ListCheckpoints", &Audit::ListCheckpoints, call.list_checkpoints());
      return;
    case fuzz::Call::kProveConsistency:
      Ask("ProveConsistency", &Audit::ProveConsistency,
          call.prove_consistency());
      return;
    case fuzz::Call::kDiff:
      Ask("Diff", &Explain::Diff, call.diff());
      return;
    case fuzz::Call::kBlame:
      Ask("Blame", &Explain::Blame, call.blame());
      return;
    case fuzz::Call::kExplain:
      CheckExplanation(Ask("Explain", &Explain::Explain, call.explain()));
      return;
    case fuzz::Call::kWhatIf:
      Ask("WhatIf", &Explain::WhatIf, call.what_if());
      return;
    case fuzz::Call::kWatch:
      return server_.Watch(call.watch());
    default:
      return;
  }
}

// The server of this process, restarted and replaced as it gets older.
LiveServer& ServerFor(int input) {
  static std::unique_ptr<LiveServer>* server = nullptr;
  if (server == nullptr) {
    server = new std::unique_ptr<LiveServer>(new LiveServer());
    // Registered after what the server itself needs until its end.
    std::atexit([] { server->reset(); });
  } else if (input % (kInputsARun * kRunsADirectory) == 0) {
    server->reset();
    *server = std::make_unique<LiveServer>();
  } else if (input % kInputsARun == 0) {
    (*server)->Restart();
  }
  return **server;
}

bool ParseCalls(const std::string& text, fuzz::Calls* calls) {
  TextFormat::Parser parser;
  class Silent final : public google::protobuf::io::ErrorCollector {
    void AddError(int, int, const std::string&) override {}
  } silent;
  parser.RecordErrorsTo(&silent);
  parser.SetRecursionLimit(100);
  return parser.ParseFromString(text, calls);
}

}  // namespace
}  // namespace tidemark::testing

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark;           // NOLINT
  using namespace tidemark::testing;  // NOLINT
  static int inputs = 0;
  std::string text(AsText(data, size));
  const std::string review = absl::StrCat("\"toy-", inputs, "\"");
  absl::StrReplaceAll({{"\"toy\"", review}}, &text);
  fuzz::Calls calls;
  if (!ParseCalls(text, &calls)) return -1;
  LiveServer& server = ServerFor(inputs++);
  Caller caller(server);
  for (int i = 0; i < std::min(calls.calls_size(), kMostCalls); ++i) {
    caller.Make(calls.calls(i));
  }
  caller.CheckLogs();
  return 0;
}

// How libFuzzer changes an input: as a message, now and then more than once.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t most_bytes,
                                          unsigned int seed) {
  using namespace tidemark::testing;  // NOLINT
  tidemark::fuzz::Calls calls;
  ParseCalls(std::string(AsText(data, size)), &calls);
  MessageMutator mutator(seed);
  for (unsigned int i = 0; i <= seed % 3; ++i) mutator.Mutate(&calls);
  std::string text;
  google::protobuf::TextFormat::PrintToString(calls, &text);
  if (text.size() > most_bytes) return size;
  std::copy(text.begin(), text.end(), data);
  return text.size();
}
