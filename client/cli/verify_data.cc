#include "client/cli/verify_data.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/key_history.h"
#include "audit/leaf.h"
#include "audit/log_origin.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "base/status_macros.h"
#include "client/cli/concerned.h"
#include "client/cli/key_check.h"
#include "client/cli/tree_check.h"
#include "client/cli/verification.h"
#include "review/finding.h"
#include "review/log_verifier.h"
#include "review/release_verifier.h"
#include "review/review_state.h"
#include "server/log_keys.h"
#include "server/log_reader.h"
#include "storage/anchor.h"
#include "storage/key_file.h"
#include "storage/review_store.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {
namespace {

// Also past the end of the log.
constexpr int64_t kForEver = std::numeric_limits<int64_t>::max();

// (trial or analysis, sequence).
using Written = std::set<std::pair<std::string, int64_t>>;

// What the log of an existing review says is there, and is not, or cannot be a
// key of the store any more, was deleted or changed; I/O errors are not of the
// log.
bool IsOfTheLog(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsInvalidArgument(status) ||
         absl::IsDataLoss(status);
}

// What was found, at an entry.
absl::Status At(int64_t sequence, const absl::Status& status) {
  v1::Finding finding = review::FindingOf(status);
  // A redaction may find an entry before it.
  if (finding.sequence() == 0) finding.set_sequence(sequence);
  return review::NotVerified(finding);
}

absl::Status CheckWritten(absl::string_view collection, const std::string& id,
                          const std::vector<storage::StoredVersion>& versions,
                          const Written& written) {
  for (const storage::StoredVersion& version : versions) {
    if (written.count({id, version.sequence}) > 0) continue;
    v1::Finding finding;
    finding.set_sequence(version.sequence);
    finding.set_what(absl::StrCat(collection, "/", id));
    finding.set_expected("no version that no entry wrote");
    finding.set_actual("one is stored");
    if (collection == "estimates") {
      review::AddEstimate(id, version.sequence, finding);
    } else {
      finding.add_records(absl::StrCat(collection, "/", id));
    }
    return review::NotVerified(finding);
  }
  return absl::OkStatus();
}

// Reads the log of a store and checks it. One use.
class DataVerifier {
 public:
  DataVerifier(const storage::ReviewStore& store, const std::string& review,
               std::vector<SignedHead> heads)
      : store_(store),
        review_(review),
        tree_(std::move(heads),
              [this](int64_t sequence, int64_t size) {
                return ProveLeaf(sequence, size);
              }),
        log_(review),
        releases_([this](const std::string& analysis, int64_t sequence) {
          return StoredEstimate(analysis, sequence);
        }) {}

  absl::Status Check(int64_t size, const Progress& progress) {
    for (int64_t sequence = 1; sequence <= size; ++sequence) {
      RETURN_IF_ERROR(CheckEntry(sequence));
      progress(sequence, size);
    }
    RETURN_IF_ERROR(tree_.Finish());
    RETURN_IF_ERROR(log_.Finish());
    return CheckNothingElse();
  }

  // What was found, with the records and estimates that it concerns. `size` is
  // that of the log.
  absl::Status WithConcerned(const absl::Status& status, int64_t size) const {
    v1::Finding finding = review::FindingOf(status);
    const int64_t bad = finding.sequence();
    if (bad == 0) return review::NotVerified(finding);
    if (finding.records().empty() && finding.estimates().empty()) {
      review::AddRecords(
          store_.Leaf(review_, bad).value_or(""), "",
          store_.Change(review_, bad).value_or(storage::SaltedChange()).change,
          finding);
    }
    AddRestingEstimates(
        [&](int64_t from, const LeafVisitor& visit) {
          for (int64_t sequence = from; sequence <= size; ++sequence) {
            const auto leaf = store_.Leaf(review_, sequence);
            if (leaf.ok()) visit(sequence, *leaf);
          }
        },
        finding);
    if (bad > size && finding.estimates().empty()) AddOrphans(bad, finding);
    return review::NotVerified(finding);
  }

  const TreeCheck& tree() const { return tree_; }
  const review::LogVerifier& log() const { return log_; }

 private:
  absl::Status CheckEntry(int64_t sequence) {
    const absl::StatusOr<std::string> leaf = store_.Leaf(review_, sequence);
    if (!leaf.ok() && !IsOfTheLog(leaf.status())) return leaf.status();
    if (!leaf.ok()) return At(sequence, NoLeaf(sequence, leaf.status()));
    const auto nodes = tree_.Append(*leaf);
    RETURN_IF_ERROR(nodes.status());
    const absl::Status status = CheckContents(sequence, *leaf, *nodes);
    if (status.ok() || !IsOfTheLog(status)) return status;
    RETURN_IF_ERROR(tree_.CheckLeaf(sequence, *leaf));
    return At(sequence, status);
  }

  absl::Status CheckContents(int64_t sequence, const std::string& leaf,
                             const std::vector<audit::Node>& nodes) {
    const server::LogReader reader(&store_, review_);
    const auto evidence = reader.Evidence(sequence);
    if (!evidence.ok()) return NoEvidence(sequence, leaf, evidence.status());
    RETURN_IF_ERROR(log_.Add(leaf, *evidence));
    ASSIGN_OR_RETURN(const audit::Leaf decoded, audit::DecodeLeaf(leaf));
    RETURN_IF_ERROR(releases_.Add(decoded, log_.state()));
    RETURN_IF_ERROR(CheckNodes(nodes));
    for (const v1::StoredRecord& trial : evidence->trials()) {
      trials_.emplace(trial.id(), sequence);
    }
    for (const v1::StoredRecord& estimate : evidence->estimates()) {
      estimates_.emplace(estimate.id(), sequence);
    }
    return absl::OkStatus();
  }

  absl::Status NoLeaf(int64_t sequence, const absl::Status& why) const {
    const auto proven = tree_.ProvenLeaf(sequence);
    return review::NotVerified(
        "the leaf",
        proven.has_value()
            ? absl::StrCat("one with hash ", audit::ToHex(*proven))
            : "one",
        why.message());
  }

  // Why there is no evidence: mostly a change that is not what its leaf commits
  // to.
  absl::Status NoEvidence(int64_t sequence, const std::string& leaf_bytes,
                          const absl::Status& why) const {
    if (!IsOfTheLog(why)) return why;
    ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(leaf_bytes));
    const std::string expected = audit::ToHex(leaf.change_commitment);
    const auto salted = store_.Change(review_, sequence);
    if (!salted.ok()) {
      return review::NotVerified("digest of the change", expected,
                                 salted.status().message());
    }
    const auto found = audit::ChangeCommitment(salted->salt, salted->change);
    if (found.ok() && *found == leaf.change_commitment) {
      return review::NotVerified("what the entry wrote", "", why.message());
    }
    return review::NotVerified("digest of the change", expected,
                               found.ok()
                                   ? audit::ToHex(*found)
                                   : std::string(found.status().message()));
  }

  absl::Status CheckNodes(const std::vector<audit::Node>& nodes) const {
    for (const audit::Node& node : nodes) {
      const std::string what =
          absl::StrCat("stored tree node ", node.level, "/", node.index);
      const auto stored = store_.Node(review_, node.level, node.index);
      if (!stored.ok() && !IsOfTheLog(stored.status())) return stored.status();
      if (stored.ok() && *stored == node.hash) continue;
      return review::NotVerified(what, audit::ToHex(node.hash),
                                 stored.ok()
                                     ? audit::ToHex(*stored)
                                     : std::string(stored.status().message()));
    }
    return absl::OkStatus();
  }

  absl::Status CheckNothingElse() const {
    ASSIGN_OR_RETURN(const std::vector<std::string> trials,
                     store_.TrialIds(review_));
    for (const std::string& trial : trials) {
      ASSIGN_OR_RETURN(const std::vector<storage::StoredVersion> versions,
                       store_.TrialVersions(review_, trial));
      RETURN_IF_ERROR(CheckWritten("trials", trial, versions, trials_));
    }
    for (const review::AnalysisVersion* analysis : log_.state().Analyses()) {
      const std::string& id = analysis->record.analysis().analysis_id();
      ASSIGN_OR_RETURN(const std::vector<storage::StoredVersion> versions,
                       store_.EstimateHistory(review_, id, 0, kForEver));
      RETURN_IF_ERROR(CheckWritten("estimates", id, versions, estimates_));
    }
    return absl::OkStatus();
  }

  // Estimates that entries stored which are no longer there.
  void AddOrphans(int64_t from, v1::Finding& finding) const {
    for (const review::AnalysisVersion* analysis : log_.state().Analyses()) {
      const std::string& id = analysis->record.analysis().analysis_id();
      const auto versions = store_.EstimateHistory(review_, id, from, kForEver);
      if (!versions.ok()) continue;
      for (const storage::StoredVersion& version : *versions) {
        review::AddEstimate(id, version.sequence, finding);
      }
    }
  }

  absl::StatusOr<std::string> StoredEstimate(const std::string& analysis,
                                             int64_t sequence) const {
    ASSIGN_OR_RETURN(storage::StoredVersion version,
                     store_.EstimateAsOf(review_, analysis, sequence));
    return std::move(version.bytes);
  }

  absl::StatusOr<LeafProof> ProveLeaf(int64_t sequence, int64_t size) const {
    const auto node = [this](int level, int64_t index) {
      return store_.Node(review_, level, index);
    };
    LeafProof proof;
    ASSIGN_OR_RETURN(proof.leaf_hash, node(0, sequence - 1));
    ASSIGN_OR_RETURN(proof.proof,
                     audit::InclusionProof(sequence - 1, size, node));
    return proof;
  }

  const storage::ReviewStore& store_;
  const std::string review_;
  TreeCheck tree_;
  review::LogVerifier log_;
  review::ReleaseVerifier releases_;
  Written trials_;
  Written estimates_;
};

absl::StatusOr<storage::AnchoredCheckpoint> ReadAnchor(
    const std::string& path, const std::string& review) {
  storage::AnchorOptions options;
  options.path = path;
  options.read_only = true;
  const auto anchor = storage::Anchor::Open(options);
  if (absl::IsNotFound(anchor.status())) {
    return absl::NotFoundError(
        absl::StrCat(anchor.status().message(),
                     "; if the server keeps it elsewhere, give it with "
                     "--anchor"));
  }
  RETURN_IF_ERROR(anchor.status());
  return (*anchor)->Find(review);
}

// The anchor's checkpoint of a log of `size` entries.
absl::StatusOr<SignedHead> AnchorHead(const std::string& path,
                                      const std::string& review, int64_t size,
                                      const audit::KeyHistory& keys) {
  constexpr absl::string_view kWhat = "the anchor";
  const auto anchored = ReadAnchor(path, review);
  if (anchored.ok())
    return OpenHead(kWhat, anchored->size, anchored->note, keys);
  if (!IsOfTheLog(anchored.status())) return anchored.status();
  return MissingHead(kWhat, size, anchored.status());
}

// Why a review has no entry: there never was one, or they were removed.
absl::Status WhyEmpty(const storage::ReviewStore& store,
                      const std::string& review,
                      const std::string& anchor_path) {
  const auto removed = [](absl::string_view whose, int64_t size) {
    v1::Finding finding;
    finding.set_sequence(1);
    finding.set_checkpoint_size(size);
    finding.set_what(absl::StrCat("the log does not reach ", whose,
                                  ": entries were removed"));
    finding.set_expected(absl::StrCat(size, " entries"));
    finding.set_actual("0 entries");
    return review::NotVerified(finding);
  };
  const auto latest = store.LatestCheckpoint(review);
  if (latest.ok()) return removed("the latest checkpoint", latest->size);
  const auto anchored = ReadAnchor(anchor_path, review);
  if (anchored.ok()) return removed("the anchor", anchored->size);
  return absl::NotFoundError(
      absl::StrCat(store.path(), " has no review \"", review, "\""));
}

// Every stored checkpoint, the anchor's and the auditor's.
absl::StatusOr<std::vector<SignedHead>> HeadsOf(
    const storage::ReviewStore& store, const std::string& review, int64_t size,
    const std::string& anchor_path, const Trust& trust,
    const audit::KeyHistory& keys) {
  std::vector<SignedHead> heads;
  RETURN_IF_ERROR(store.ForEachCheckpoint(
      review, 0, [&](const storage::SignedCheckpoint& stored) {
        heads.push_back(
            OpenHead("a stored checkpoint", stored.size, stored.note, keys));
        return absl::OkStatus();
      }));
  if (heads.empty() || heads.back().size < size) {
    heads.push_back(MissingHead(
        "the latest checkpoint", size,
        absl::NotFoundError(heads.empty() ? "there is no checkpoint"
                                          : absl::StrCat("the last is of size ",
                                                         heads.back().size))));
  }
  ASSIGN_OR_RETURN(SignedHead anchor,
                   AnchorHead(anchor_path, review, size, keys));
  heads.push_back(std::move(anchor));
  for (const std::string& held : trust.checkpoints) {
    heads.push_back(OpenHeldHead(held, keys));
  }
  return heads;
}

// The vkeys that the key file of the data can sign this log with; the log is
// called what its latest checkpoint says.
absl::StatusOr<std::vector<std::string>> KeysOfFile(
    const std::string& dir, const storage::ReviewStore& store,
    const std::string& review) {
  storage::KeyFileOptions options;
  ASSIGN_OR_RETURN(const storage::KeyPlace place, storage::FindKeyPlace(dir));
  options.path = place.path;
  options.create_if_missing = false;
  const absl::StatusOr<storage::KeyRing> ring = storage::LoadKeyFile(options);
  if (absl::IsNotFound(ring.status())) {
    return absl::NotFoundError(absl::StrCat(
        "which key must have signed them? There is no key file ", place.path,
        ", which stays with the server; give the log's key with --key"));
  }
  RETURN_IF_ERROR(ring.status());
  std::string name;
  const auto latest = store.LatestCheckpoint(review);
  if (latest.ok()) {
    const auto claimed = audit::ReadCheckpointUnverified(latest->note);
    const auto origin =
        audit::ParseLogOrigin(claimed.ok() ? claimed->origin : "");
    if (origin.ok() && origin->review == review) name = claimed->origin;
  }
  std::vector<std::string> vkeys;
  for (const audit::KeySeed& seed : *ring) {
    ASSIGN_OR_RETURN(
        const audit::Signer signer,
        name.empty() ? audit::FirstSignerOf(seed, review, audit::kFirstEpoch)
                     : audit::Signer::Create(name, seed));
    vkeys.push_back(signer.vkey());
  }
  return vkeys;
}

// The entries that say of themselves that they name a key. What cannot be read
// is for the check of the entries to find.
std::vector<review::KeyNamed> KeysNamed(const storage::ReviewStore& store,
                                        const std::string& review,
                                        int64_t size) {
  std::vector<review::KeyNamed> named;
  const server::LogReader reader(&store, review);
  for (int64_t sequence = 1; sequence <= size; ++sequence) {
    const auto leaf = reader.Leaf(sequence);
    if (!leaf.ok() || (leaf->action != audit::kRotateAction &&
                       leaf->action != audit::kRestoreAction)) {
      continue;
    }
    const auto change = reader.Change(sequence);
    if (!change.ok()) continue;
    const bool restored = change->has_log_restored();
    named.push_back({restored ? change->log_restored().old_vkey()
                              : change->key_rotated().old_vkey(),
                     restored ? change->log_restored().vkey()
                              : change->key_rotated().vkey(),
                     sequence, restored});
  }
  return named;
}

// The keys of a log of `size` entries, from the auditor's key on, or from the
// one of `of_file` that is one of them.
absl::StatusOr<audit::KeyHistory> KeysOf(
    const storage::ReviewStore& store, const std::string& review, int64_t size,
    const Trust& trust, const std::vector<std::string>& of_file) {
  std::string trusted = trust.vkey.has_value() ? *trust.vkey : of_file.front();
  const std::vector<review::KeyNamed> named = KeysNamed(store, review, size);
  for (const review::KeyNamed& key : named) {
    const bool has = std::count(of_file.begin(), of_file.end(), key.vkey) > 0;
    if (has && !trust.vkey.has_value()) trusted = key.vkey;
  }
  if (named.empty()) return audit::KeyHistory::OfOne(trusted);
  const auto claimed =
      server::ClaimKeys(store, review, named.front().old_vkey, named);
  if (!claimed.ok()) {
    return review::NotVerified("the proofs of the keys of the log", "there",
                               claimed.status().message());
  }
  return TrustKeys(trusted, *claimed);
}

}  // namespace

absl::StatusOr<Verification> VerifyData(const std::string& dir,
                                        const std::string& review,
                                        const Trust& trust,
                                        const std::string& anchor_file,
                                        const Progress& progress) {
  const std::string anchor_path =
      anchor_file.empty() ? absl::StrCat(dir, "/anchor") : anchor_file;
  storage::OpenOptions open;
  open.path = absl::StrCat(dir, "/db");
  open.read_only = true;
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::ReviewStore> store,
                   storage::ReviewStore::Open(open));
  ASSIGN_OR_RETURN(const int64_t size, store->LogSize(review));
  if (size == 0) return WhyEmpty(*store, review, anchor_path);
  Verification verification;
  verification.deep = true;
  verification.key_was_trusted = trust.vkey.has_value();
  std::vector<std::string> of_file;
  if (!trust.vkey.has_value()) {
    ASSIGN_OR_RETURN(of_file, KeysOfFile(dir, *store, review));
  }
  ASSIGN_OR_RETURN(const audit::KeyHistory keys,
                   KeysOf(*store, review, size, trust, of_file));
  if (trust.vkey.has_value()) {
    RETURN_IF_ERROR(CheckReaches(keys, *trust.vkey, size));
  }
  ASSIGN_OR_RETURN(std::vector<SignedHead> heads,
                   HeadsOf(*store, review, size, anchor_path, trust, keys));
  DataVerifier verifier(*store, review, std::move(heads));
  absl::Status status = verifier.Check(size, progress);
  if (status.ok()) {
    status = CheckKeysNamed(keys, verifier.log().state().keys(), size);
  }
  if (IsOfTheLog(status)) return verifier.WithConcerned(status, size);
  RETURN_IF_ERROR(status);
  verification.entries = size;
  verification.estimates = verifier.log().estimates();
  verification.largest_deviation = verifier.log().largest_deviation();
  verification.checkpoints = verifier.tree().heads();
  verification.redactions = verifier.log().state().redactions();
  ASSIGN_OR_RETURN(verification.checkpoint, store->Checkpoint(review, size));
  ASSIGN_OR_RETURN(verification.head, keys.Open(verification.checkpoint));
  verification.vkey = keys.KeyAt(size).vkey;
  return verification;
}

}  // namespace tidemark::cli
