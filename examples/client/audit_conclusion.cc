// Audits what a release says of a comparison: the numbers, what became known
// later, how they came about, and a proof that needs no server.
//
//   audit_conclusion HOST:PORT REVIEW RELEASE ANALYSIS FIRST SECOND
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/note.h"
#include "audit/sha256.h"
#include "audit/tlog_proof.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "client/prove.h"

namespace {

using tidemark::client::Client;
namespace audit = tidemark::audit;
namespace v1 = tidemark::v1;

void PrintAnswer(const v1::GetEstimateResponse& answer) {
  const v1::Estimate& estimate = answer.estimate();
  std::cout << "estimate of sequence " << estimate.sequence() << " from "
            << estimate.studies_size() << " trials\n";
  for (const v1::KnownLater& later : answer.known_later()) {
    std::cout << "later: " << later.trial_id() << " became "
              << v1::TrialStatus::Code_Name(later.status()) << " at sequence "
              << later.sequence() << "\n";
  }
}

// How the comparison came to be what it is.
void PrintStep(const v1::EstimateAt& at) {
  std::cout << at.cause().sequence() << " " << at.cause().actor() << " "
            << at.cause().action() << " " << at.cause().resource() << ": ";
  const auto& effects = at.estimate().random().relative_effects();
  if (effects.empty()) {
    std::cout << "not estimable";
  } else {
    std::cout << effects[0].effect() << " [" << effects[0].lower() << ", "
              << effects[0].upper() << "]";
  }
  for (const v1::ConclusionEvent& event : at.events()) {
    std::cout << " " << v1::ConclusionEvent::Kind_Name(event.kind());
  }
  std::cout << "\n";
}

// That the entry is in the log, and that it made this very estimate: checked
// against the log's key alone. The text of the proof is what to keep.
absl::Status Verify(const std::string& proof_text, const std::string& vkey,
                    const v1::Estimate& estimate) {
  ASSIGN_OR_RETURN(const audit::Verifier key, audit::Verifier::Parse(vkey));
  ASSIGN_OR_RETURN(const audit::TlogProof proof,
                   audit::ParseTlogProof(proof_text));
  ASSIGN_OR_RETURN(const audit::ProvenLeaf proven,
                   audit::VerifyTlogProof(proof, key));
  for (const auto& digest : proven.leaf.analyses) {
    if (digest.analysis != estimate.analysis_id()) continue;
    if (audit::AsBytes(digest.inputs) != estimate.inputs_digest()) break;
    std::cout << "proven: " << proven.leaf.actor << " wrote sequence "
              << proven.leaf.sequence << " (" << proven.leaf.reason
              << "); inputs " << audit::ToHex(digest.inputs) << "\n";
    return absl::OkStatus();
  }
  return absl::DataLossError("the entry did not make this estimate");
}

absl::Status Audit(const std::string& target, v1::ListEstimatesRequest request,
                   const std::string& release) {
  tidemark::client::ConnectOptions options;
  options.target = target;
  options.trust.directory = "known-logs";
  ASSIGN_OR_RETURN(const std::unique_ptr<Client> client,
                   Client::Connect(options));
  const std::string review = request.review_id();
  v1::AsOf as_of;
  as_of.set_release(release);
  ASSIGN_OR_RETURN(const v1::GetEstimateResponse answer,
                   client->GetEstimate(review, request.analysis_id(), as_of));
  PrintAnswer(answer);
  request.set_to_sequence(answer.estimate().sequence());
  ASSIGN_OR_RETURN(const auto history, client->ListEstimates(request));
  for (const v1::EstimateAt& at : history) PrintStep(at);

  ASSIGN_OR_RETURN(
      const std::string proof,
      tidemark::client::Prove(*client, review, answer.estimate().sequence()));
  ASSIGN_OR_RETURN(const auto known, client->KnownLogOf(review));
  return Verify(proof, known->vkey, answer.estimate());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "usage: audit_conclusion HOST:PORT REVIEW RELEASE ANALYSIS "
                 "FIRST SECOND\n";
    return 2;
  }
  v1::ListEstimatesRequest request;
  request.set_review_id(argv[2]);
  request.set_analysis_id(argv[4]);
  request.set_first(argv[5]);
  request.set_second(argv[6]);
  const absl::Status status = Audit(argv[1], request, argv[3]);
  if (status.ok()) return 0;
  std::cerr << status.message() << "\n";
  return 1;
}
