#include "client/cli/verify_online.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "client/cli/concerned.h"
#include "client/cli/key_check.h"
#include "client/cli/log_snapshot.h"
#include "client/cli/tree_check.h"
#include "client/cli/witness_quorum.h"
#include "client/client.h"
#include "client/known_logs.h"
#include "client/wire_digests.h"
#include "review/finding.h"
#include "review/log_verifier.h"
#include "review/release_verifier.h"
#include "tidemark/v1/audit_service.pb.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

constexpr absl::string_view kLatest = "the latest checkpoint";

// How long the entries may lag behind the latest checkpoint: writes that are
// stored together have one checkpoint, but become visible one after another.
constexpr int kHeadPolls = 20;
constexpr absl::Duration kHeadPollInterval = absl::Milliseconds(100);

// What a server does not find, or cannot say, of a review that it has was
// removed from it or damaged.
bool IsOfTheLog(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsInvalidArgument(status) ||
         absl::IsOutOfRange(status) || absl::IsDataLoss(status);
}

absl::Status OfTheLog(absl::string_view what, const absl::Status& status) {
  return IsOfTheLog(status) ? review::Within(what, status) : status;
}

absl::Status NotVerified(int64_t checkpoint_size, absl::string_view what,
                         absl::string_view expected, absl::string_view actual) {
  v1::Finding finding =
      review::FindingOf(review::NotVerified(what, expected, actual));
  finding.set_checkpoint_size(checkpoint_size);
  return review::NotVerified(finding);
}

// The signed head of the review's log.
struct Latest {
  std::string note;
  audit::KeyHistory keys;
  audit::Checkpoint head;
};

// Every key that the log was signed with, as far as the auditor's vouches for
// them. `vkey` is the one that the latest checkpoint came with.
absl::StatusOr<audit::KeyHistory> GetKeys(client::Client& client,
                                          const std::string& review,
                                          const Trust& trust,
                                          const std::string& vkey) {
  const std::string trusted = trust.vkey.value_or(vkey);
  const absl::Status valid = audit::Verifier::Parse(trusted).status();
  RETURN_IF_ERROR(OfTheLog("the log's key", valid));
  const absl::StatusOr<std::vector<audit::ClaimedKey>> claimed =
      client.ClaimedKeys(review);
  RETURN_IF_ERROR(OfTheLog("the keys of the log", claimed.status()));
  return TrustKeys(trusted, *claimed);
}

absl::StatusOr<Latest> GetLatest(client::Client& client,
                                 const std::string& review,
                                 const Trust& trust) {
  // Before the checkpoint, which then covers at least as much.
  ASSIGN_OR_RETURN(const v1::GetReviewResponse known, client.GetReview(review));
  const absl::StatusOr<v1::GetCheckpointResponse> latest =
      client.GetCheckpoint(review);
  RETURN_IF_ERROR(OfTheLog(kLatest, latest.status()));
  ASSIGN_OR_RETURN(const audit::KeyHistory keys,
                   GetKeys(client, review, trust, latest->vkey()));
  const absl::StatusOr<audit::Checkpoint> head =
      keys.Open(latest->checkpoint());
  if (!head.ok()) {
    return review::NotVerified(
        kLatest,
        absl::StrCat("a checkpoint signed by ", keys.current().verifier.name()),
        head.status().message());
  }
  RETURN_IF_ERROR(
      CheckReaches(keys, trust.vkey.value_or(latest->vkey()), head->size));
  if (!client::IsOriginOf(head->origin, review)) {
    return review::NotVerified(kLatest,
                               absl::StrCat("one of review \"", review, "\""),
                               absl::StrCat("one of the log ", head->origin));
  }
  if (head->size < known.head_sequence()) {
    return NotVerified(
        head->size,
        absl::StrCat(kLatest, ": the newest entries are not vouched for"),
        absl::StrCat("size ", known.head_sequence(),
                     ", the sequence that the review is at"),
        absl::StrCat("size ", head->size));
  }
  return Latest{latest->checkpoint(), keys, *head};
}

// What witnesses cosigned, if any are asked for. To be read before the latest
// checkpoint, which then extends all of it.
absl::StatusOr<std::vector<std::string>> GetCosigned(client::Client& client,
                                                     const std::string& review,
                                                     const Trust& trust) {
  if (trust.quorum.least == 0) return std::vector<std::string>();
  return client.ListCosignedCheckpoints(review);
}

// The checkpoint of a quorum as one that the log must reach. Absent likewise.
absl::StatusOr<std::optional<WitnessQuorum>> QuorumOf(
    const std::vector<std::string>& cosigned, const Latest& latest,
    const Trust& trust) {
  if (trust.quorum.least == 0) return std::nullopt;
  ASSIGN_OR_RETURN(WitnessQuorum quorum,
                   FindQuorum(cosigned, latest.head.origin, trust.quorum));
  return quorum;
}

SignedHead HeadOf(const WitnessQuorum& quorum) {
  SignedHead head;
  head.what = "the checkpoint that witnesses cosigned";
  head.size = quorum.checkpoint.size;
  head.root = quorum.checkpoint.root;
  head.of_log = false;
  return head;
}

// What both checks say of the head.
Verification Verified(const Latest& latest, const Trust& trust) {
  Verification verification;
  verification.head = latest.head;
  verification.checkpoint = latest.note;
  verification.vkey = latest.keys.KeyAt(latest.head.size).vkey;
  verification.key_was_trusted = trust.vkey.has_value();
  return verification;
}

// That the latest checkpoint extends the one that the auditor holds.
absl::Status CheckExtends(client::Client& client, const std::string& review,
                          const Latest& latest, const SignedHead& held) {
  RETURN_IF_ERROR(held.status);
  const std::string what = absl::StrCat("the log, of size ", latest.head.size,
                                        ", does not extend ", held.what);
  if (held.size > latest.head.size) {
    return NotVerified(held.size, absl::StrCat(what, ": entries were removed"),
                       absl::StrCat("at least ", held.size, " entries"),
                       absl::StrCat(latest.head.size, " entries"));
  }
  const std::string root = absl::StrCat("root ", audit::ToHex(held.root));
  if (held.size == latest.head.size || held.size == 0) {
    const audit::Digest actual =
        held.size == 0 ? audit::EmptyRoot() : latest.head.root;
    if (held.root == actual) return absl::OkStatus();
    return NotVerified(held.size, what, root,
                       absl::StrCat("root ", audit::ToHex(actual)));
  }
  v1::ProveConsistencyRequest request;
  request.set_review_id(review);
  request.set_from_size(held.size);
  request.set_to_size(latest.head.size);
  const auto answer = client.ProveConsistency(request);
  if (!answer.ok()) return OfTheLog(what, answer.status());
  const auto proof = client::DigestsFromWire(answer->proof());
  const absl::Status proven =
      proof.ok()
          ? audit::VerifyConsistency(held.size, held.root, latest.head.size,
                                     latest.head.root, *proof)
          : proof.status();
  if (proven.ok()) return proven;
  return NotVerified(held.size, what, absl::StrCat("a proof from ", root),
                     proven.message());
}

// Reads the log of a server and checks it. One use.
class OnlineVerifier {
 public:
  OnlineVerifier(client::Client& client, const std::string& review,
                 std::vector<SignedHead> heads, int64_t size)
      : client_(client),
        review_(review),
        size_(size),
        tree_(std::move(heads),
              [this](int64_t sequence, int64_t tree_size) {
                return ProveLeaf(sequence, tree_size);
              }),
        log_(review),
        releases_([this](const std::string& analysis, int64_t sequence) {
          return StoredEstimate(analysis, sequence);
        }) {}

  // Waits until the review is at the sequence that its checkpoint covers.
  absl::Status AwaitEntries() {
    for (int poll = 0;; ++poll) {
      ASSIGN_OR_RETURN(const v1::GetReviewResponse known,
                       client_.GetReview(review_));
      if (known.head_sequence() >= size_) return absl::OkStatus();
      if (poll == kHeadPolls) {
        return NotVerified(size_,
                           absl::StrCat("the log does not reach ", kLatest,
                                        ": entries were removed"),
                           absl::StrCat("size ", size_),
                           absl::StrCat("a review that ends at sequence ",
                                        known.head_sequence()));
      }
      absl::SleepFor(kHeadPollInterval);
    }
  }

  absl::Status Check(const Progress& progress) {
    RETURN_IF_ERROR(ForEachEntry(
        1, /*with_evidence=*/true,
        [&](int64_t sequence, const MaybeEntry& entry) -> absl::Status {
          RETURN_IF_ERROR(CheckEntry(sequence, entry));
          progress(sequence, size_);
          return absl::OkStatus();
        }));
    RETURN_IF_ERROR(tree_.Finish());
    return log_.Finish();
  }

  // What was found, with the records and estimates that it concerns.
  absl::Status WithConcerned(const absl::Status& status) {
    v1::Finding finding = review::FindingOf(status);
    if (finding.sequence() == 0) return review::NotVerified(finding);
    if (finding.records().empty()) AddRecordsOf(finding.sequence(), finding);
    AddRestingEstimates(
        [this](int64_t from, const LeafVisitor& visit) {
          WalkLeaves(from, visit);
        },
        finding);
    return review::NotVerified(finding);
  }

  const TreeCheck& tree() const { return tree_; }
  const review::LogVerifier& log() const { return log_; }

 private:
  using MaybeEntry = absl::StatusOr<const v1::EntryWithEvidence*>;
  using Visit =
      std::function<absl::Status(int64_t sequence, const MaybeEntry& entry)>;

  // Visits every entry from `from` on; one that the server cannot give with the
  // reason. Ends with the first error of `visit` or of the connection.
  absl::Status ForEachEntry(int64_t from, bool with_evidence,
                            const Visit& visit) {
    v1::ListEntriesRequest request;
    request.set_review_id(review_);
    request.set_to_sequence(size_);
    request.set_with_evidence(with_evidence);
    int64_t next = from;
    while (next <= size_) {
      request.set_from_sequence(next);
      absl::Status visited;
      const absl::Status read = client_.ListEntries(
          request, [&](const v1::ListEntriesResponse& page) {
            for (const v1::EntryWithEvidence& entry : page.entries()) {
              if (next > size_ || !visited.ok()) break;
              visited = visit(next++, &entry);
            }
            return visited;
          });
      RETURN_IF_ERROR(visited);
      if (!read.ok() && !IsOfTheLog(read)) return read;
      if (next > size_) break;
      // A page fails as a whole: which entry of it, those of one entry say.
      if (!read.ok() && request.page_size() != 1) {
        request.set_page_size(1);
        continue;
      }
      const absl::Status missing =
          read.ok() ? absl::NotFoundError("the list of entries ends before it")
                    : read;
      RETURN_IF_ERROR(visit(next++, missing));
    }
    return absl::OkStatus();
  }

  absl::Status CheckEntry(int64_t sequence, const MaybeEntry& entry) {
    if (!entry.ok()) return Unreadable(sequence, entry.status());
    const std::string& leaf = (*entry)->entry().leaf();
    RETURN_IF_ERROR(tree_.Append(leaf).status());
    const absl::Status status = log_.Add(leaf, (*entry)->evidence());
    if (!status.ok()) {
      RETURN_IF_ERROR(tree_.CheckLeaf(sequence, leaf));
      return status;
    }
    ASSIGN_OR_RETURN(const audit::Leaf decoded, audit::DecodeLeaf(leaf));
    return releases_.Add(decoded, log_.state());
  }

  absl::StatusOr<std::string> StoredEstimate(const std::string& analysis,
                                             int64_t sequence) const {
    v1::ListEntriesRequest request;
    request.set_review_id(review_);
    request.set_from_sequence(sequence);
    request.set_to_sequence(sequence);
    request.set_with_evidence(true);
    std::string bytes;
    RETURN_IF_ERROR(
        client_.ListEntries(request, [&](const v1::ListEntriesResponse& page) {
          for (const v1::EntryWithEvidence& entry : page.entries()) {
            for (const auto& estimate : entry.evidence().estimates()) {
              if (estimate.id() == analysis) bytes = estimate.bytes();
            }
          }
          return absl::OkStatus();
        }));
    return bytes;
  }

  absl::Status Unreadable(int64_t sequence, const absl::Status& why) const {
    v1::Finding finding;
    finding.set_sequence(sequence);
    finding.set_what("the entry cannot be read");
    const auto proven = tree_.ProvenLeaf(sequence);
    if (proven.has_value()) {
      finding.set_expected(
          absl::StrCat("one whose leaf has hash ", audit::ToHex(*proven)));
    }
    finding.set_actual(std::string(why.message()));
    return review::NotVerified(finding);
  }

  absl::StatusOr<LeafProof> ProveLeaf(int64_t sequence,
                                      int64_t tree_size) const {
    v1::ProveInclusionRequest request;
    request.set_review_id(review_);
    request.set_sequence(sequence);
    request.set_size(tree_size);
    ASSIGN_OR_RETURN(const v1::ProveInclusionResponse answer,
                     client_.ProveInclusion(request));
    LeafProof proof;
    ASSIGN_OR_RETURN(proof.leaf_hash,
                     audit::DigestFromBytes(answer.leaf_hash()));
    ASSIGN_OR_RETURN(proof.proof, client::DigestsFromWire(answer.proof()));
    return proof;
  }

  // What the entry wrote, as far as the server can still say.
  void AddRecordsOf(int64_t sequence, v1::Finding& finding) {
    v1::ListEntriesRequest request;
    request.set_review_id(review_);
    request.set_from_sequence(sequence);
    request.set_to_sequence(sequence);
    for (const bool with_evidence : {true, false}) {
      request.set_with_evidence(with_evidence);
      const absl::Status read = client_.ListEntries(
          request, [&](const v1::ListEntriesResponse& page) {
            for (const v1::EntryWithEvidence& entry : page.entries()) {
              review::AddRecords(entry.entry().leaf(), entry.evidence().salt(),
                                 entry.evidence().change(), finding);
            }
            return absl::OkStatus();
          });
      if (read.ok()) return;
    }
  }

  void WalkLeaves(int64_t from, const LeafVisitor& visit) {
    ForEachEntry(from, /*with_evidence=*/false,
                 [&](int64_t sequence, const MaybeEntry& entry) {
                   if (entry.ok()) visit(sequence, (*entry)->entry().leaf());
                   return absl::OkStatus();
                 })
        .IgnoreError();
  }

  client::Client& client_;
  const std::string review_;
  const int64_t size_;
  TreeCheck tree_;
  review::LogVerifier log_;
  review::ReleaseVerifier releases_;
};

// A stored checkpoint, which follows one of size `before`.
SignedHead OpenStoredHead(const std::string& note, int64_t before,
                          const audit::KeyHistory& keys) {
  const auto claimed = audit::ReadCheckpointUnverified(note);
  if (claimed.ok()) {
    return OpenHead("a stored checkpoint", claimed->size, note, keys);
  }
  SignedHead head;
  head.size = before + 1;
  head.status = review::NotVerified(
      absl::StrCat("the stored checkpoint after that of size ", before),
      "a checkpoint", claimed.status().message());
  return head;
}

// Every stored checkpoint before the latest, that one, and the auditor's own.
absl::StatusOr<std::vector<SignedHead>> HeadsOf(client::Client& client,
                                                const std::string& review,
                                                const Latest& latest,
                                                const Trust& trust) {
  std::vector<SignedHead> heads;
  bool all = false;
  v1::ListCheckpointsRequest request;
  request.set_review_id(review);
  const absl::Status read = client.ListCheckpoints(
      request, [&](const v1::ListCheckpointsResponse& page) -> absl::Status {
        for (const std::string& note : page.checkpoints()) {
          const int64_t before = heads.empty() ? 0 : heads.back().size;
          SignedHead head = OpenStoredHead(note, before, latest.keys);
          if (head.size <= before) {
            return NotVerified(head.size, "the stored checkpoints",
                               absl::StrCat("one larger than size ", before),
                               absl::StrCat("size ", head.size));
          }
          all = head.size >= latest.head.size;
          if (all) return absl::CancelledError("the rest is later");
          heads.push_back(std::move(head));
        }
        return absl::OkStatus();
      });
  if (!all) RETURN_IF_ERROR(OfTheLog("the stored checkpoints", read));
  heads.push_back(
      OpenHead(kLatest, latest.head.size, latest.note, latest.keys));
  for (const std::string& held : trust.checkpoints) {
    heads.push_back(OpenHeldHead(held, latest.keys));
  }
  return heads;
}

}  // namespace

absl::StatusOr<Verification> VerifyHead(client::Client& client,
                                        const std::string& review,
                                        const Trust& trust) {
  ASSIGN_OR_RETURN(const std::vector<std::string> cosigned,
                   GetCosigned(client, review, trust));
  ASSIGN_OR_RETURN(const Latest latest, GetLatest(client, review, trust));
  Verification verification = Verified(latest, trust);
  ASSIGN_OR_RETURN(verification.quorum, QuorumOf(cosigned, latest, trust));
  verification.checkpoints = 1;
  if (verification.quorum.has_value()) {
    RETURN_IF_ERROR(
        CheckExtends(client, review, latest, HeadOf(*verification.quorum)));
    ++verification.checkpoints;
  }
  for (const std::string& held : trust.checkpoints) {
    RETURN_IF_ERROR(
        CheckExtends(client, review, latest, OpenHeldHead(held, latest.keys)));
    ++verification.checkpoints;
  }
  return verification;
}

absl::StatusOr<Verification> VerifyOnline(client::Client& client,
                                          const std::string& review,
                                          const Trust& trust,
                                          const Progress& progress) {
  ASSIGN_OR_RETURN(const std::vector<std::string> cosigned,
                   GetCosigned(client, review, trust));
  ASSIGN_OR_RETURN(const Latest latest, GetLatest(client, review, trust));
  ASSIGN_OR_RETURN(std::optional<WitnessQuorum> quorum,
                   QuorumOf(cosigned, latest, trust));
  ASSIGN_OR_RETURN(std::vector<SignedHead> heads,
                   HeadsOf(client, review, latest, trust));
  if (quorum.has_value()) heads.push_back(HeadOf(*quorum));
  OnlineVerifier verifier(client, review, std::move(heads), latest.head.size);
  RETURN_IF_ERROR(verifier.AwaitEntries());
  absl::Status status = verifier.Check(progress);
  if (status.ok()) {
    status = CheckKeysNamed(latest.keys, verifier.log().state().keys(),
                            latest.head.size);
  }
  if (absl::IsDataLoss(status)) {
    RETURN_IF_ERROR(CheckNotRedactedSince(client, review, latest.head.size));
    return verifier.WithConcerned(status);
  }
  RETURN_IF_ERROR(status);
  Verification verification = Verified(latest, trust);
  verification.deep = true;
  verification.entries = verifier.log().size();
  verification.estimates = verifier.log().estimates();
  verification.largest_deviation = verifier.log().largest_deviation();
  verification.checkpoints = verifier.tree().heads();
  verification.quorum = std::move(quorum);
  verification.redactions = verifier.log().state().redactions();
  return verification;
}

}  // namespace tidemark::cli
