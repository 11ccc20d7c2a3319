#include "server/audit_service.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/key_history.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "base/utf8.h"
#include "review/errors.h"
#include "server/cosigned_checkpoints.h"
#include "server/live_review.h"
#include "server/log_keys.h"
#include "server/log_reader.h"
#include "server/page.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

// `asked`, or the head if it is 0. OUT_OF_RANGE unless it is in least..head.
absl::StatusOr<int64_t> CheckRange(absl::string_view what, int64_t asked,
                                   int64_t least, int64_t head) {
  const int64_t value = asked == 0 ? head : asked;
  if (value >= least && value <= head) return value;
  return review::Error(
      absl::StatusCode::kOutOfRange, "OUT_OF_RANGE",
      absl::StrCat(what, " must be in ", least, "..", head, ", found ", asked),
      {{"head_sequence", absl::StrCat(head)}});
}

// A note that could not be a string of a message is damaged.
absl::Status CheckNote(absl::string_view review, int64_t size,
                       absl::string_view note) {
  if (IsUtf8(note)) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the stored checkpoint of size ", size, " of ", review, " is not UTF-8"));
}

void WriteProof(const std::vector<audit::Digest>& proof,
                google::protobuf::RepeatedPtrField<std::string>* out) {
  for (const audit::Digest& digest : proof) {
    out->Add(std::string(audit::AsBytes(digest)));
  }
}

absl::Status WriteConsistencyProof(
    const storage::ReviewStore& store, absl::string_view review, int64_t from,
    int64_t to, google::protobuf::RepeatedPtrField<std::string>* out) {
  ASSIGN_OR_RETURN(
      const std::vector<audit::Digest> proof,
      audit::ConsistencyProof(from, to, [&](int level, int64_t index) {
        return store.Node(review, level, index);
      }));
  WriteProof(proof, out);
  return absl::OkStatus();
}

}  // namespace

absl::Status AuditService::DoListEntries(const v1::ListEntriesRequest& request,
                                         v1::ListEntriesResponse* response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context_.registry->Find(request.review_id()));
  const int64_t head = live->Committed()->sequence();
  const int64_t from = std::max<int64_t>(request.from_sequence(), 1);
  ASSIGN_OR_RETURN(
      const int64_t to,
      CheckRange("to_sequence", request.to_sequence(), from, head));
  const LogReader reader(context_.store, request.review_id());
  size_t bytes = 0;
  for (int64_t sequence = from; sequence <= to; ++sequence) {
    if (response->entries_size() == page_size || bytes > kMostPageBytes) {
      response->set_next_sequence(sequence);
      break;
    }
    v1::EntryWithEvidence* entry = response->add_entries();
    ASSIGN_OR_RETURN(*entry->mutable_entry(),
                     reader.Entry(sequence, /*with_leaf=*/true));
    if (request.with_evidence()) {
      ASSIGN_OR_RETURN(*entry->mutable_evidence(), reader.Evidence(sequence));
    }
    bytes += entry->ByteSizeLong();
  }
  return absl::OkStatus();
}

absl::Status AuditService::DoGetCheckpoint(
    const v1::GetCheckpointRequest& request,
    v1::GetCheckpointResponse* response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context_.registry->Find(request.review_id()));
  const storage::SignedCheckpoint latest = live->checkpoint();
  ASSIGN_OR_RETURN(const int64_t size,
                   CheckRange("size", request.size(), 1, latest.size));
  // Also of one ahead of what can be read: a rotation ends its checkpoint, and
  // both keys sign that one.
  response->set_vkey(live->VkeyAt(size));
  if (size == latest.size) {
    response->set_checkpoint(latest.note);
  } else {
    ASSIGN_OR_RETURN(*response->mutable_checkpoint(),
                     context_.store->Checkpoint(request.review_id(), size));
  }
  RETURN_IF_ERROR(CheckNote(request.review_id(), size, response->checkpoint()));
  return ProveExtends(request, size, response);
}

absl::Status AuditService::ProveExtends(const v1::GetCheckpointRequest& request,
                                        int64_t size,
                                        v1::GetCheckpointResponse* response) {
  const int64_t held = request.consistent_with_size();
  if (held < 0) {
    return review::Error(
        absl::StatusCode::kInvalidArgument, "INVALID_SIZE",
        absl::StrCat("consistent_with_size must be >= 0, found ", held));
  }
  if (held == 0) return absl::OkStatus();
  RETURN_IF_ERROR(CheckRange("consistent_with_size", held, 1, size).status());
  return WriteConsistencyProof(*context_.store, request.review_id(), held, size,
                               response->mutable_consistency_proof());
}

absl::Status AuditService::DoListCheckpoints(
    const v1::ListCheckpointsRequest& request,
    v1::ListCheckpointsResponse* response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context_.registry->Find(request.review_id()));
  // One that was signed ahead of the entries that can be read comes later.
  const int64_t head = live->Committed()->sequence();
  const absl::Status read = context_.store->ForEachCheckpoint(
      request.review_id(), request.from_size(),
      [&](const storage::SignedCheckpoint& checkpoint) {
        if (checkpoint.size > head) return absl::CancelledError();
        if (response->checkpoints_size() == page_size) {
          response->set_next_size(checkpoint.size);
          return absl::CancelledError();
        }
        response->add_checkpoints(checkpoint.note);
        return CheckNote(checkpoint.review, checkpoint.size, checkpoint.note);
      });
  return absl::IsCancelled(read) ? absl::OkStatus() : read;
}

absl::Status AuditService::DoProveInclusion(
    const v1::ProveInclusionRequest& request,
    v1::ProveInclusionResponse* response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context_.registry->Find(request.review_id()));
  const int64_t head = live->checkpoint().size;
  ASSIGN_OR_RETURN(const int64_t size,
                   CheckRange("size", request.size(), 1, head));
  ASSIGN_OR_RETURN(const int64_t sequence,
                   CheckRange("sequence", request.sequence(), 1, size));
  const auto node = [&](int level, int64_t index) {
    return context_.store->Node(request.review_id(), level, index);
  };
  ASSIGN_OR_RETURN(const audit::Digest leaf_hash, node(0, sequence - 1));
  ASSIGN_OR_RETURN(const std::vector<audit::Digest> proof,
                   audit::InclusionProof(sequence - 1, size, node));
  response->set_leaf_hash(std::string(audit::AsBytes(leaf_hash)));
  WriteProof(proof, response->mutable_proof());
  response->set_size(size);
  return absl::OkStatus();
}

absl::Status AuditService::DoProveConsistency(
    const v1::ProveConsistencyRequest& request,
    v1::ProveConsistencyResponse* response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context_.registry->Find(request.review_id()));
  const int64_t head = live->checkpoint().size;
  ASSIGN_OR_RETURN(const int64_t to,
                   CheckRange("to_size", request.to_size(), 1, head));
  ASSIGN_OR_RETURN(const int64_t from,
                   CheckRange("from_size", request.from_size(), 1, to));
  RETURN_IF_ERROR(WriteConsistencyProof(*context_.store, request.review_id(),
                                        from, to, response->mutable_proof()));
  response->set_to_size(to);
  return absl::OkStatus();
}

absl::Status AuditService::DoListCosignedCheckpoints(
    const v1::ListCosignedCheckpointsRequest& request,
    v1::ListCosignedCheckpointsResponse* response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context_.registry->Find(request.review_id()));
  ASSIGN_OR_RETURN(const audit::Verifier key,
                   audit::Verifier::Parse(live->vkey()));
  ASSIGN_OR_RETURN(const std::vector<std::string> notes,
                   context_.cosigned->List(key.name()));
  for (const std::string& note : notes) response->add_checkpoints(note);
  return absl::OkStatus();
}

absl::Status AuditService::DoListKeys(const v1::ListKeysRequest& request,
                                      v1::ListKeysResponse* response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context_.registry->Find(request.review_id()));
  ASSIGN_OR_RETURN(const std::vector<audit::ClaimedKey> keys,
                   ClaimKeys(*context_.store, request.review_id(),
                             live->VkeyAt(0), live->Committed()->keys()));
  for (const audit::ClaimedKey& key : keys) {
    v1::LogKey* const to = response->add_keys();
    to->set_vkey(key.vkey);
    to->set_proof(key.proof);
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* AuditService::ListEntries(
    grpc::CallbackServerContext* call, const v1::ListEntriesRequest* request,
    v1::ListEntriesResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoListEntries(*request, response); });
}

grpc::ServerUnaryReactor* AuditService::GetCheckpoint(
    grpc::CallbackServerContext* call, const v1::GetCheckpointRequest* request,
    v1::GetCheckpointResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoGetCheckpoint(*request, response); });
}

grpc::ServerUnaryReactor* AuditService::ListCheckpoints(
    grpc::CallbackServerContext* call,
    const v1::ListCheckpointsRequest* request,
    v1::ListCheckpointsResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoListCheckpoints(*request, response); });
}

grpc::ServerUnaryReactor* AuditService::ProveInclusion(
    grpc::CallbackServerContext* call, const v1::ProveInclusionRequest* request,
    v1::ProveInclusionResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoProveInclusion(*request, response); });
}

grpc::ServerUnaryReactor* AuditService::ProveConsistency(
    grpc::CallbackServerContext* call,
    const v1::ProveConsistencyRequest* request,
    v1::ProveConsistencyResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoProveConsistency(*request, response); });
}

grpc::ServerUnaryReactor* AuditService::ListCosignedCheckpoints(
    grpc::CallbackServerContext* call,
    const v1::ListCosignedCheckpointsRequest* request,
    v1::ListCosignedCheckpointsResponse* response) {
  return ServeRead(context_, call, *request, [=] {
    return DoListCosignedCheckpoints(*request, response);
  });
}

grpc::ServerUnaryReactor* AuditService::ListKeys(
    grpc::CallbackServerContext* call, const v1::ListKeysRequest* request,
    v1::ListKeysResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoListKeys(*request, response); });
}

}  // namespace tidemark::server
