#include "client/prove.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/tlog_proof.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "client/known_logs.h"
#include "client/wire_digests.h"

namespace tidemark::client {
namespace {

absl::StatusOr<std::string> ReadLeaf(Client& client,
                                     const std::string& review_id,
                                     int64_t sequence) {
  v1::ListEntriesRequest request;
  request.set_review_id(review_id);
  request.set_from_sequence(sequence);
  request.set_to_sequence(sequence);
  std::string leaf;
  RETURN_IF_ERROR(client.ListEntries(
      request, [&](const v1::ListEntriesResponse& page) -> absl::Status {
        for (const v1::EntryWithEvidence& entry : page.entries()) {
          leaf = entry.entry().leaf();
        }
        return absl::OkStatus();
      }));
  return leaf;
}

}  // namespace

absl::StatusOr<std::string> Prove(Client& client, const std::string& review_id,
                                  int64_t sequence) {
  if (sequence < 1) {
    return absl::OutOfRangeError(
        absl::StrCat("sequences start at 1, found ", sequence));
  }
  ASSIGN_OR_RETURN(const std::string leaf,
                   ReadLeaf(client, review_id, sequence));
  ASSIGN_OR_RETURN(const v1::GetCheckpointResponse latest,
                   client.GetCheckpoint(review_id));
  ASSIGN_OR_RETURN(const std::optional<KnownLog> log,
                   client.KnownLogOf(review_id));
  if (!log.has_value()) {
    return absl::FailedPreconditionError(
        "a client that does not verify cannot prove anything");
  }
  return ProveLeaf(client, review_id, sequence, leaf, latest.checkpoint(),
                   latest.vkey());
}

absl::StatusOr<std::string> ProveLeaf(Client& client,
                                      const std::string& review_id,
                                      int64_t sequence, const std::string& leaf,
                                      const std::string& note,
                                      const std::string& vkey) {
  ASSIGN_OR_RETURN(const audit::Checkpoint checkpoint,
                   audit::ReadCheckpointUnverified(note));
  v1::ProveInclusionRequest request;
  request.set_review_id(review_id);
  request.set_sequence(sequence);
  request.set_size(checkpoint.size);
  ASSIGN_OR_RETURN(const v1::ProveInclusionResponse inclusion,
                   client.ProveInclusion(request));
  audit::TlogProof proof;
  proof.leaf = leaf;
  proof.index = sequence - 1;
  ASSIGN_OR_RETURN(proof.hashes, DigestsFromWire(inclusion.proof()));
  proof.checkpoint = note;
  ASSIGN_OR_RETURN(const audit::Verifier key, audit::Verifier::Parse(vkey));
  const absl::Status verified = audit::VerifyTlogProof(proof, key).status();
  if (!verified.ok()) {
    return absl::DataLossError(
        absl::StrCat("the server's proof of sequence ", sequence,
                     " does NOT verify: ", verified.message()));
  }
  return audit::FormatTlogProof(proof);
}

}  // namespace tidemark::client
