#include "client/cli/log_snapshot.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "client/unary_call.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/audit_service.pb.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {
namespace {

constexpr int kHeadPolls = 20;
constexpr absl::Duration kHeadPollInterval = absl::Milliseconds(100);

// The log's keys; the one of its checkpoint if the server cannot list them.
absl::StatusOr<v1::ListKeysResponse> ListKeys(client::Client& client,
                                              const std::string& review,
                                              const std::string& vkey) {
  v1::ListKeysRequest request;
  request.set_review_id(review);
  const auto audits = v1::AuditService::NewStub(client.connection().channel());
  absl::StatusOr<v1::ListKeysResponse> keys = client::CallWithRetries(
      client.connection(), *audits, &v1::AuditService::Stub::ListKeys, request);
  if (!absl::IsUnimplemented(keys.status())) return keys;
  v1::ListKeysResponse only;
  only.add_keys()->set_vkey(vkey);
  return only;
}

absl::Status AwaitEntries(client::Client& client, const std::string& review,
                          int64_t size) {
  for (int poll = 0;; ++poll) {
    ASSIGN_OR_RETURN(const v1::GetReviewResponse known,
                     client.GetReview(review));
    if (known.head_sequence() >= size) return absl::OkStatus();
    if (poll == kHeadPolls) {
      return absl::DataLossError(absl::StrCat(
          "review \"", review, "\" ends at sequence ", known.head_sequence(),
          ", but its checkpoint is of size ", size));
    }
    absl::SleepFor(kHeadPollInterval);
  }
}

}  // namespace

absl::StatusOr<audit::KeyHistory> ProvenKeys(const v1::ListKeysResponse& keys) {
  std::vector<audit::ClaimedKey> claimed;
  for (const v1::LogKey& key : keys.keys()) {
    claimed.push_back({key.vkey(), key.proof()});
  }
  return audit::KeyHistory::Verify(claimed);
}

absl::StatusOr<LogSnapshot> TakeSnapshot(client::Client& client,
                                         const std::string& review) {
  ASSIGN_OR_RETURN(const v1::GetCheckpointResponse latest,
                   client.GetCheckpoint(review));
  ASSIGN_OR_RETURN(v1::ListKeysResponse claimed,
                   ListKeys(client, review, latest.vkey()));
  ASSIGN_OR_RETURN(audit::KeyHistory keys, ProvenKeys(claimed));
  ASSIGN_OR_RETURN(const audit::Checkpoint head,
                   keys.Open(latest.checkpoint()));
  // The client holds the checkpoint to the key that it trusts.
  if (keys.KeyAt(head.size).vkey != latest.vkey()) {
    return absl::DataLossError(absl::StrCat(
        "the log of review \"", review, "\" is signed with ", latest.vkey(),
        ", but of the keys that the server lists size ", head.size,
        " is that of ", keys.KeyAt(head.size).vkey));
  }
  RETURN_IF_ERROR(AwaitEntries(client, review, head.size));
  return LogSnapshot{review, latest.checkpoint(), head, std::move(claimed),
                     std::move(keys)};
}

absl::Status ForEachEntry(
    client::Client& client, const LogSnapshot& log, int64_t from,
    bool with_evidence,
    const std::function<absl::Status(const v1::EntryWithEvidence&)>& visit) {
  if (from > log.head.size) return absl::OkStatus();
  v1::ListEntriesRequest request;
  request.set_review_id(log.review);
  request.set_from_sequence(from);
  request.set_to_sequence(log.head.size);
  request.set_with_evidence(with_evidence);
  int64_t next = from;
  const auto expect = [&](bool holds, const std::string& found) {
    return holds ? absl::OkStatus()
                 : absl::DataLossError(absl::StrCat(
                       "the server's list of entries: expected sequence ", next,
                       ", found ", found));
  };
  RETURN_IF_ERROR(client.ListEntries(
      request, [&](const v1::ListEntriesResponse& page) -> absl::Status {
        for (const v1::EntryWithEvidence& entry : page.entries()) {
          const int64_t sequence = entry.entry().sequence();
          RETURN_IF_ERROR(expect(sequence == next && next <= log.head.size,
                                 absl::StrCat(sequence)));
          RETURN_IF_ERROR(visit(entry));
          ++next;
        }
        return absl::OkStatus();
      }));
  return expect(next > log.head.size, "its end");
}

absl::Status CheckRoot(const LogSnapshot& log, const audit::Digest& root) {
  if (root == log.head.root) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the entries of review \"", log.review, "\" make the root ",
                   audit::ToHex(root), ", its checkpoint of size ",
                   log.head.size, " says ", audit::ToHex(log.head.root),
                   "; `tidemark verify --deep` finds the bad one"));
}

}  // namespace tidemark::cli
