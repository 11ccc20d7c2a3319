#include "client/cli/verification.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "base/status_macros.h"
#include "client/client.h"
#include "review/log_verifier.h"
#include "server/log_key.h"
#include "server/log_reader.h"
#include "storage/anchor.h"
#include "storage/key_file.h"
#include "storage/review_store.h"

namespace tidemark::cli {
namespace {

absl::Status NotVerified(absl::string_view what, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(what, ": ", why));
}

// The auditor's key, or the one that came with the log.
const std::string& KeyToUse(const Trust& trust, const std::string& offered) {
  return trust.vkey.empty() ? offered : trust.vkey;
}

// Fills in what both ways end with: the head and the auditor's own checkpoint.
absl::Status CheckHead(absl::string_view note, const Trust& trust,
                       const review::LogVerifier& verifier,
                       Verification& verification) {
  verification.key_was_trusted = !trust.vkey.empty();
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
  if (trust.checkpoint.empty()) return absl::OkStatus();
  return CheckCheckpoint("the checkpoint that you hold", trust.checkpoint,
                         verification.vkey, verifier)
      .status();
}

absl::Status CheckStoredCheckpoints(const storage::ReviewStore& store,
                                    const std::string& review,
                                    const review::LogVerifier& verifier,
                                    Verification& verification) {
  return store.ForEachCheckpoint(
      review, [&](const storage::SignedCheckpoint& stored) {
        ++verification.checkpoints;
        return CheckCheckpoint(
                   absl::StrCat("stored checkpoint of size ", stored.size),
                   stored.note, verification.vkey, verifier)
            .status();
      });
}

absl::Status CheckStoredTree(const storage::ReviewStore& store,
                             const std::string& review,
                             const review::LogVerifier& verifier) {
  const auto node = [&](int level, int64_t index) {
    return store.Node(review, level, index);
  };
  for (int64_t size = 1; size <= verifier.size(); ++size) {
    ASSIGN_OR_RETURN(const audit::Digest root, audit::RootAt(size, node));
    if (root == verifier.RootAt(size)) continue;
    return NotVerified(absl::StrCat("sequence ", size),
                       absl::StrCat("stored tree: expected root ",
                                    audit::ToHex(verifier.RootAt(size)),
                                    ", found ", audit::ToHex(root)));
  }
  return absl::OkStatus();
}

// Versions of trials that no entry wrote would be read, but not verified.
absl::Status CheckNothingElse(const storage::ReviewStore& store,
                              const std::string& review,
                              const review::LogVerifier& verifier) {
  ASSIGN_OR_RETURN(const std::vector<std::string> trials,
                   store.TrialIds(review));
  for (const std::string& trial : trials) {
    ASSIGN_OR_RETURN(const std::vector<storage::StoredVersion> versions,
                     store.TrialVersions(review, trial));
    const review::TrialVersion* known = verifier.state().FindTrial(trial);
    const int64_t expected = known == nullptr ? 0 : known->record.version();
    if (static_cast<int64_t>(versions.size()) == expected) continue;
    return NotVerified(
        absl::StrCat("sequence ", versions.back().sequence),
        absl::StrCat("trial ", trial, ": the log wrote ", expected,
                     " versions, stored are ", versions.size()));
  }
  return absl::OkStatus();
}

absl::Status CheckAnchor(const std::string& dir, const std::string& review,
                         const review::LogVerifier& verifier,
                         Verification& verification) {
  storage::AnchorOptions options;
  options.path = absl::StrCat(dir, "/anchor");
  options.read_only = true;
  const absl::StatusOr<std::unique_ptr<storage::Anchor>> anchor =
      storage::Anchor::Open(options);
  RETURN_IF_ERROR(anchor.status());
  ASSIGN_OR_RETURN(const storage::AnchoredCheckpoint anchored,
                   (*anchor)->Find(review));
  ++verification.checkpoints;
  return CheckCheckpoint("the anchor", anchored.note, verification.vkey,
                         verifier)
      .status();
}

absl::StatusOr<std::string> KeyOfData(const std::string& dir,
                                      const std::string& review) {
  storage::KeyFileOptions options;
  options.path = absl::StrCat(dir, "/signing-key");
  options.create_if_missing = false;
  ASSIGN_OR_RETURN(const audit::KeySeed seed, storage::LoadKeyFile(options));
  ASSIGN_OR_RETURN(const audit::Signer signer,
                   server::MakeLogSigner(seed, review, server::kFirstEpoch));
  return signer.vkey();
}

}  // namespace

absl::StatusOr<audit::Checkpoint> CheckCheckpoint(
    absl::string_view what, absl::string_view note, absl::string_view vkey,
    const review::LogVerifier& verifier) {
  ASSIGN_OR_RETURN(const audit::Verifier key, audit::Verifier::Parse(vkey));
  const absl::StatusOr<audit::Checkpoint> checkpoint =
      audit::OpenCheckpoint(note, key, key.name());
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

absl::StatusOr<Verification> VerifyOnline(client::Client& client,
                                          const std::string& review,
                                          const Trust& trust) {
  ASSIGN_OR_RETURN(const v1::GetCheckpointResponse latest,
                   client.GetCheckpoint(review));
  ASSIGN_OR_RETURN(const audit::Checkpoint head,
                   audit::ReadCheckpointUnverified(latest.checkpoint()));
  v1::ListEntriesRequest request;
  request.set_review_id(review);
  request.set_to_sequence(head.size);
  request.set_with_evidence(true);
  review::LogVerifier verifier(review);
  RETURN_IF_ERROR(client.ListEntries(
      request, [&](const v1::ListEntriesResponse& page) -> absl::Status {
        for (const v1::EntryWithEvidence& entry : page.entries()) {
          RETURN_IF_ERROR(verifier.Add(entry.entry().leaf(), entry.evidence()));
        }
        return absl::OkStatus();
      }));
  Verification verification;
  verification.vkey = KeyToUse(trust, latest.vkey());
  verification.checkpoints = trust.checkpoint.empty() ? 1 : 2;
  RETURN_IF_ERROR(
      CheckHead(latest.checkpoint(), trust, verifier, verification));
  return verification;
}

absl::StatusOr<Verification> VerifyData(const std::string& dir,
                                        const std::string& review,
                                        const Trust& trust) {
  storage::OpenOptions open;
  open.path = absl::StrCat(dir, "/db");
  open.read_only = true;
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::ReviewStore> store,
                   storage::ReviewStore::Open(open));
  ASSIGN_OR_RETURN(const int64_t size, store->LogSize(review));
  if (size == 0) {
    return absl::NotFoundError(
        absl::StrCat(dir, " has no review \"", review, "\""));
  }
  Verification verification;
  verification.vkey = trust.vkey;
  if (trust.vkey.empty()) {
    ASSIGN_OR_RETURN(verification.vkey, KeyOfData(dir, review));
  }
  const server::LogReader reader(store.get(), review);
  review::LogVerifier verifier(review);
  for (int64_t sequence = 1; sequence <= size; ++sequence) {
    ASSIGN_OR_RETURN(const std::string leaf, store->Leaf(review, sequence));
    ASSIGN_OR_RETURN(const v1::Evidence evidence, reader.Evidence(sequence));
    RETURN_IF_ERROR(verifier.Add(leaf, evidence));
  }
  RETURN_IF_ERROR(CheckStoredTree(*store, review, verifier));
  RETURN_IF_ERROR(
      CheckStoredCheckpoints(*store, review, verifier, verification));
  RETURN_IF_ERROR(CheckAnchor(dir, review, verifier, verification));
  RETURN_IF_ERROR(CheckNothingElse(*store, review, verifier));
  ASSIGN_OR_RETURN(const storage::SignedCheckpoint latest,
                   store->LatestCheckpoint(review));
  RETURN_IF_ERROR(CheckHead(latest.note, trust, verifier, verification));
  return verification;
}

}  // namespace tidemark::cli
