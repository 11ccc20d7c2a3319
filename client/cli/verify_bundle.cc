#include "client/cli/verify_bundle.h"

#include <cstdint>
#include <map>
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
#include "audit/merkle.h"
#include "audit/proof.h"
#include "audit/sha256.h"
#include "audit/tiles.h"
#include "base/status_macros.h"
#include "client/cli/bundle.pb.h"
#include "client/cli/bundle_archive.h"
#include "client/cli/bundle_layout.h"
#include "client/cli/bundle_reader.h"
#include "client/cli/concerned.h"
#include "client/cli/key_check.h"
#include "client/cli/tree_check.h"
#include "client/cli/verification.h"
#include "client/known_logs.h"
#include "client/wire_keys.h"
#include "review/finding.h"
#include "review/first_difference.h"
#include "review/log_verifier.h"
#include "review/release_verifier.h"
#include "tidemark/v1/finding.pb.h"
#include "tidemark/v1/log.pb.h"

namespace tidemark::cli {
namespace {

// What was found, at an entry.
absl::Status At(int64_t sequence, const absl::Status& status) {
  v1::Finding finding = review::FindingOf(status);
  finding.set_sequence(sequence);
  return review::NotVerified(finding);
}

// Reads the log of a bundle and checks it. One use.
class BundleVerifier {
 public:
  BundleVerifier(const BundleReader& bundle, std::vector<SignedHead> heads)
      : bundle_(bundle),
        size_(bundle.manifest().head.size),
        leaves_(bundle),
        evidence_(bundle),
        tile_members_(bundle.path()),
        tree_(std::move(heads),
              [this](int64_t sequence, int64_t size) {
                return ProveLeaf(sequence, size);
              }),
        log_(bundle.manifest().review),
        releases_([this](const std::string& analysis, int64_t sequence) {
          return StoredEstimate(analysis, sequence);
        }) {}

  absl::Status Check(const Progress& progress) {
    for (int64_t sequence = 1; sequence <= size_; ++sequence) {
      RETURN_IF_ERROR(CheckEntry(sequence));
      progress(sequence, size_);
    }
    RETURN_IF_ERROR(tree_.Finish());
    RETURN_IF_ERROR(log_.Finish());
    RETURN_IF_ERROR(tiles_.Partials(
        [this](const audit::Tile& tile, absl::string_view bytes) {
          return CheckTile(tile, bytes);
        }));
    return CheckProtocol();
  }

  // What was found, with the records and estimates that it concerns.
  absl::Status WithConcerned(const absl::Status& status) const {
    v1::Finding finding = review::FindingOf(status);
    const int64_t bad = finding.sequence();
    if (bad == 0) return review::NotVerified(finding);
    if (finding.records().empty() && finding.estimates().empty()) {
      const v1::Evidence evidence =
          bundle_.EvidenceOf(bad).value_or(v1::Evidence());
      review::AddRecords(LeafOf(bad), evidence.salt(), evidence.change(),
                         finding);
    }
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
  absl::Status CheckEntry(int64_t sequence) {
    const absl::StatusOr<absl::string_view> read = leaves_.Next();
    if (!read.ok()) return At(sequence, read.status());
    const std::string leaf(*read);
    RETURN_IF_ERROR(tree_.Append(leaf).status());
    const absl::Status status = CheckContents(leaf);
    if (!status.ok()) {
      RETURN_IF_ERROR(tree_.CheckLeaf(sequence, leaf));
      return At(sequence, status);
    }
    return tiles_.Append(
        audit::LeafHash(leaf),
        [this](const audit::Tile& tile, absl::string_view bytes) {
          return CheckTile(tile, bytes);
        });
  }

  absl::Status CheckContents(const std::string& leaf) {
    ASSIGN_OR_RETURN(const v1::Evidence evidence, evidence_.Next());
    RETURN_IF_ERROR(log_.Add(leaf, evidence));
    ASSIGN_OR_RETURN(const audit::Leaf decoded, audit::DecodeLeaf(leaf));
    return releases_.Add(decoded, log_.state());
  }

  absl::Status CheckTile(const audit::Tile& tile, absl::string_view bytes) {
    ASSIGN_OR_RETURN(ArchiveReader* const member,
                     tile_members_.GoTo(audit::TilePath(tile)));
    const absl::StatusOr<std::string> stored = member->ReadAll(bytes.size());
    if (stored.ok() && *stored == bytes) return absl::OkStatus();
    return review::NotVerified(
        absl::StrCat("the bundle's ", audit::TilePath(tile)),
        "the hashes of the entries",
        stored.ok() ? "others" : stored.status().message());
  }

  absl::Status CheckProtocol() const {
    v1::Review expected;
    if (log_.state().protocol() != nullptr) {
      expected = log_.state().protocol()->review;
    } else {  // the server's own log
      expected.set_review_id(bundle_.manifest().review);
    }
    const auto difference =
        review::FirstDifference(expected, bundle_.protocol());
    if (!difference.has_value()) return absl::OkStatus();
    return review::NotVerified(
        absl::StrCat("the bundle's ", kBundleProtocol, ": ", difference->path),
        difference->expected, difference->actual);
  }

  absl::StatusOr<std::string> StoredEstimate(const std::string& analysis,
                                             int64_t sequence) const {
    ASSIGN_OR_RETURN(const v1::Evidence evidence, bundle_.EvidenceOf(sequence));
    for (const v1::StoredRecord& estimate : evidence.estimates()) {
      if (estimate.id() == analysis) return estimate.bytes();
    }
    return absl::NotFoundError(absl::StrCat(
        "sequence ", sequence, " holds no estimate of ", analysis));
  }

  // By the tiles, which are read for findings only.
  absl::StatusOr<LeafProof> ProveLeaf(int64_t sequence, int64_t size) const {
    // Nodes of a smaller tree are nodes of this one.
    const audit::TileNodes nodes(
        size_, [this](const audit::Tile& tile) -> absl::StatusOr<std::string> {
          std::string& bytes = read_tiles_[audit::TilePath(tile)];
          if (bytes.empty()) {
            ASSIGN_OR_RETURN(bytes, bundle_.Tile(tile));
          }
          return bytes;
        });
    const auto node = [&nodes](int level, int64_t index) {
      return nodes.Node(level, index);
    };
    LeafProof proof;
    ASSIGN_OR_RETURN(proof.leaf_hash, node(0, sequence - 1));
    ASSIGN_OR_RETURN(proof.proof,
                     audit::InclusionProof(sequence - 1, size, node));
    return proof;
  }

  void WalkLeaves(int64_t from, const LeafVisitor& visit) const {
    LeafCursor leaves(bundle_);
    for (int64_t sequence = 1; sequence <= size_; ++sequence) {
      const auto leaf = leaves.Next();
      if (!leaf.ok()) return;
      if (sequence >= from) visit(sequence, *leaf);
    }
  }

  std::string LeafOf(int64_t sequence) const {
    std::string found;
    WalkLeaves(sequence, [&](int64_t at, absl::string_view leaf) {
      if (at == sequence) found = std::string(leaf);
    });
    return found;
  }

  const BundleReader& bundle_;
  const int64_t size_;
  LeafCursor leaves_;
  EvidenceCursor evidence_;
  audit::TileWriter tiles_;
  BundleCursor tile_members_;
  mutable std::map<std::string, std::string> read_tiles_;
  TreeCheck tree_;
  review::LogVerifier log_;
  review::ReleaseVerifier releases_;
};

// The key that must have signed the bundle's checkpoint.
std::string SignerOf(const BundleReader& bundle,
                     const audit::KeyHistory& keys) {
  return keys.KeyAt(bundle.manifest().head.size).vkey;
}

// What the manifest says, which names the log, by the head.
absl::Status CheckManifest(const BundleReader& bundle,
                           const audit::KeyHistory& keys) {
  const BundleManifest& manifest = bundle.manifest();
  const auto head = keys.Open(bundle.checkpoint());
  if (!head.ok()) {
    return review::NotVerified(
        "the bundle's checkpoint",
        absl::StrCat("one signed by ", SignerOf(bundle, keys)),
        head.status().message());
  }
  if (!client::IsOriginOf(head->origin, manifest.review)) {
    return review::NotVerified(
        "the bundle's checkpoint",
        absl::StrCat("one of review \"", manifest.review, "\""),
        absl::StrCat("one of the log ", head->origin));
  }
  const BundleManifest expected = {manifest.review, *head,
                                   SignerOf(bundle, keys)};
  if (FormatManifest(expected) == FormatManifest(manifest)) {
    return absl::OkStatus();
  }
  return review::NotVerified(absl::StrCat("the bundle's ", kBundleManifest),
                             FormatManifest(expected),
                             FormatManifest(manifest));
}

// Every smaller checkpoint, that of the head and the auditor's own.
absl::StatusOr<std::vector<SignedHead>> HeadsOf(const BundleReader& bundle,
                                                const audit::KeyHistory& keys,
                                                const Trust& trust) {
  const int64_t size = bundle.manifest().head.size;
  std::vector<SignedHead> heads;
  int64_t before = 0;
  RETURN_IF_ERROR(bundle.ForEachCheckpoint(
      [&](const BundleCheckpoint& stored) -> absl::Status {
        if (stored.size() <= before || stored.size() >= size) {
          return review::NotVerified(
              absl::StrCat("the bundle's ", kBundleCheckpoints),
              absl::StrCat("a size after ", before, " and below ", size),
              absl::StrCat(stored.size()));
        }
        before = stored.size();
        heads.push_back(
            OpenHead("a stored checkpoint", before, stored.checkpoint(), keys));
        return absl::OkStatus();
      }));
  heads.push_back(
      OpenHead("the latest checkpoint", size, bundle.checkpoint(), keys));
  for (const std::string& held : trust.checkpoints) {
    heads.push_back(OpenHeldHead(held, keys));
  }
  return heads;
}

}  // namespace

absl::StatusOr<Verification> VerifyBundle(const BundleReader& bundle,
                                          const Trust& trust,
                                          const Progress& progress) {
  const std::string trusted = trust.vkey.value_or(bundle.manifest().vkey);
  ASSIGN_OR_RETURN(const audit::KeyHistory keys,
                   TrustKeys(trusted, client::KeysFromWire(bundle.keys())));
  RETURN_IF_ERROR(CheckReaches(keys, trusted, bundle.manifest().head.size));
  RETURN_IF_ERROR(CheckManifest(bundle, keys));
  ASSIGN_OR_RETURN(std::vector<SignedHead> heads, HeadsOf(bundle, keys, trust));
  BundleVerifier verifier(bundle, std::move(heads));
  absl::Status status = verifier.Check(progress);
  if (status.ok()) {
    status = CheckKeysNamed(keys, verifier.log().state().keys(),
                            bundle.manifest().head.size);
  }
  if (absl::IsDataLoss(status)) return verifier.WithConcerned(status);
  RETURN_IF_ERROR(status);
  Verification verification;
  verification.deep = true;
  verification.entries = verifier.log().size();
  verification.estimates = verifier.log().estimates();
  verification.largest_deviation = verifier.log().largest_deviation();
  verification.checkpoints = verifier.tree().heads();
  verification.redactions = verifier.log().state().redactions();
  verification.head = bundle.manifest().head;
  verification.checkpoint = bundle.checkpoint();
  verification.vkey = bundle.manifest().vkey;
  verification.key_was_trusted = trust.vkey.has_value();
  return verification;
}

}  // namespace tidemark::cli
