#include "client/cli/verification.h"

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "review/log_verifier.h"

namespace tidemark::cli {
namespace {

absl::Status NotVerified(absl::string_view what, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(what, ": ", why));
}

// How long a head may lag behind its checkpoint: writes that are stored
// together have one checkpoint, but become visible one after another.
constexpr int kHeadPolls = 20;
constexpr absl::Duration kHeadPollInterval = absl::Milliseconds(100);

// Waits until the review is at the sequence that its checkpoint covers.
absl::Status AwaitHead(client::Client& client, const std::string& review,
                       int64_t size) {
  for (int poll = 0;; ++poll) {
    ASSIGN_OR_RETURN(const v1::GetReviewResponse known,
                     client.GetReview(review));
    if (known.head_sequence() >= size) return absl::OkStatus();
    if (poll == kHeadPolls) {
      return NotVerified(
          "the latest checkpoint",
          absl::StrCat("is of size ", size,
                       ", but the review ends at sequence ",
                       known.head_sequence(), ": entries were removed"));
    }
    absl::SleepFor(kHeadPollInterval);
  }
}

// What a server does not find, or cannot say, of a review that it has was
// removed from it.
absl::Status OfExistingReview(absl::string_view what,
                              const absl::Status& status) {
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status) ||
      absl::IsOutOfRange(status)) {
    return NotVerified(what, status.message());
  }
  return status;
}

}  // namespace

absl::StatusOr<audit::Checkpoint> CheckCheckpoint(
    absl::string_view what, absl::string_view note, absl::string_view vkey,
    const review::LogVerifier& verifier) {
  const absl::StatusOr<audit::Verifier> key = audit::Verifier::Parse(vkey);
  if (!key.ok()) return NotVerified(what, key.status().message());
  if (note.empty()) return NotVerified(what, "there is nothing in it");
  absl::StatusOr<audit::Checkpoint> checkpoint =
      audit::OpenCheckpoint(note, *key, key->name());
  if (!checkpoint.ok()) {
    return NotVerified(what, checkpoint.status().message());
  }
  if (checkpoint->size > verifier.size()) {
    return NotVerified(
        what, absl::StrCat("is of size ", checkpoint->size,
                           "; the log ends at sequence ", verifier.size(),
                           ": entries were removed"));
  }
  if (checkpoint->root != verifier.RootAt(checkpoint->size)) {
    return NotVerified(
        what,
        absl::StrCat("size ", checkpoint->size, ": expected root ",
                     audit::ToHex(checkpoint->root), ", the entries make ",
                     audit::ToHex(verifier.RootAt(checkpoint->size)),
                     ": entries were changed"));
  }
  return checkpoint;
}

absl::Status CheckHead(absl::string_view note, const Trust& trust,
                       const review::LogVerifier& verifier,
                       Verification& verification) {
  verification.key_was_trusted = trust.vkey.has_value();
  verification.checkpoint = std::string(note);
  verification.entries = verifier.size();
  verification.estimates = verifier.estimates();
  verification.largest_deviation = verifier.largest_deviation();
  ASSIGN_OR_RETURN(verification.head,
                   CheckCheckpoint("the latest checkpoint", note,
                                   verification.vkey, verifier));
  if (verification.head.size != verifier.size()) {
    return NotVerified(
        "the latest checkpoint",
        absl::StrCat("is of size ", verification.head.size,
                     ", but the log has ", verifier.size(), " entries"));
  }
  if (!trust.checkpoint.has_value()) return absl::OkStatus();
  return CheckCheckpoint("the checkpoint that you hold", *trust.checkpoint,
                         verification.vkey, verifier)
      .status();
}

absl::StatusOr<Verification> VerifyOnline(client::Client& client,
                                          const std::string& review,
                                          const Trust& trust) {
  // Before the checkpoint, which then covers at least as much.
  ASSIGN_OR_RETURN(const v1::GetReviewResponse known, client.GetReview(review));
  const absl::StatusOr<v1::GetCheckpointResponse> latest =
      client.GetCheckpoint(review);
  RETURN_IF_ERROR(OfExistingReview("the latest checkpoint", latest.status()));
  const absl::StatusOr<audit::Checkpoint> head =
      audit::ReadCheckpointUnverified(latest->checkpoint());
  RETURN_IF_ERROR(OfExistingReview("the latest checkpoint", head.status()));
  if (head->size < known.head_sequence()) {
    return NotVerified(
        "the latest checkpoint",
        absl::StrCat("is of size ", head->size,
                     ", but the review is at "
                     "sequence ",
                     known.head_sequence(),
                     ": the newest entries are not vouched for"));
  }
  RETURN_IF_ERROR(AwaitHead(client, review, head->size));
  v1::ListEntriesRequest request;
  request.set_review_id(review);
  request.set_to_sequence(head->size);
  request.set_with_evidence(true);
  review::LogVerifier verifier(review);
  const absl::Status read = client.ListEntries(
      request, [&](const v1::ListEntriesResponse& page) -> absl::Status {
        for (const v1::EntryWithEvidence& entry : page.entries()) {
          RETURN_IF_ERROR(verifier.Add(entry.entry().leaf(), entry.evidence()));
        }
        return absl::OkStatus();
      });
  RETURN_IF_ERROR(OfExistingReview(
      absl::StrCat("the entries after sequence ", verifier.size()), read));
  Verification verification;
  verification.vkey = trust.vkey.value_or(latest->vkey());
  verification.checkpoints = trust.checkpoint.has_value() ? 2 : 1;
  RETURN_IF_ERROR(
      CheckHead(latest->checkpoint(), trust, verifier, verification));
  return verification;
}

}  // namespace tidemark::cli
