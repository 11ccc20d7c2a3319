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
#include "review/plan_redaction.h"
#include "tidemark/v1/audit_service.pb.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {
namespace {

constexpr int kHeadPolls = 20;
constexpr absl::Duration kHeadPollInterval = absl::Milliseconds(100);

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

absl::StatusOr<LogSnapshot> TakeSnapshot(client::Client& client,
                                         const std::string& review) {
  ASSIGN_OR_RETURN(const v1::GetCheckpointResponse latest,
                   client.GetCheckpoint(review));
  ASSIGN_OR_RETURN(std::vector<audit::ClaimedKey> claimed,
                   client.ClaimedKeys(review));
  ASSIGN_OR_RETURN(audit::KeyHistory keys, audit::KeyHistory::Verify(claimed));
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

absl::Status CheckNotRedactedSince(client::Client& client,
                                   const std::string& review, int64_t size) {
  v1::ListEntriesRequest request;
  request.set_review_id(review);
  request.set_from_sequence(size + 1);
  bool redacted = false;
  const absl::Status read = client.ListEntries(
      request, [&redacted](const v1::ListEntriesResponse& page) {
        for (const v1::EntryWithEvidence& entry : page.entries()) {
          redacted |= entry.entry().action() == review::kRedactAction;
        }
        return absl::OkStatus();
      });
  // Mostly that there are no entries after it.
  if (!read.ok() || !redacted) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("review \"", review,
                   "\" was redacted while it was read; repeat the command"));
}

}  // namespace tidemark::cli
