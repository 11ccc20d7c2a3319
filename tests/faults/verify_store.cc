#include "tests/faults/verify_store.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "base/status_macros.h"
#include "review/log_verifier.h"
#include "server/log_key.h"
#include "server/log_reader.h"
#include "storage/anchor.h"
#include "storage/key_file.h"
#include "storage/review_store.h"

namespace tidemark::testing {
namespace {

// (trial or analysis, sequence).
using Written = std::set<std::pair<std::string, int64_t>>;

absl::Status Wrong(int64_t sequence, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("sequence ", sequence, ": ", what));
}

class StoreVerifier {
 public:
  StoreVerifier(const storage::ReviewStore& store, const std::string& review)
      : store_(store), review_(review), log_(review) {}

  absl::Status VerifyEntries() {
    const server::LogReader reader(&store_, review_);
    ASSIGN_OR_RETURN(const int64_t size, store_.LogSize(review_));
    for (int64_t sequence = 1; sequence <= size; ++sequence) {
      ASSIGN_OR_RETURN(const std::string leaf, store_.Leaf(review_, sequence));
      ASSIGN_OR_RETURN(const v1::Evidence evidence, reader.Evidence(sequence));
      RETURN_IF_ERROR(log_.Add(leaf, evidence));
      RETURN_IF_ERROR(VerifyNodes(sequence, leaf));
      for (const v1::StoredRecord& trial : evidence.trials()) {
        trials_.emplace(trial.id(), sequence);
      }
      for (const v1::StoredRecord& estimate : evidence.estimates()) {
        estimates_.emplace(estimate.id(), sequence);
      }
    }
    return absl::OkStatus();
  }

  // A checkpoint of this log: signed, and with the root of its size.
  absl::Status VerifyNote(absl::string_view note, int64_t size,
                          const audit::Verifier& key) const {
    const absl::StatusOr<audit::Checkpoint> checkpoint =
        audit::OpenCheckpoint(note, key, key.name());
    if (!checkpoint.ok()) return Wrong(size, checkpoint.status().message());
    if (checkpoint->size != size || size > log_.size()) {
      return Wrong(size, absl::StrCat("signed for ", checkpoint->size,
                                      " entries; there are ", log_.size()));
    }
    if (checkpoint->root != log_.RootAt(size)) {
      return Wrong(size, "the signed root is not that of the leaves");
    }
    return absl::OkStatus();
  }

  absl::Status VerifyCheckpoints(const audit::Verifier& key) const {
    int64_t last = 0;
    RETURN_IF_ERROR(store_.ForEachCheckpoint(
        review_, [&](const storage::SignedCheckpoint& checkpoint) {
          last = checkpoint.size;
          return VerifyNote(checkpoint.note, checkpoint.size, key);
        }));
    if (last == log_.size()) return absl::OkStatus();
    return Wrong(log_.size(), "the last entry has no checkpoint");
  }

  absl::Status VerifyNothingElse() const {
    ASSIGN_OR_RETURN(const std::vector<std::string> trials,
                     store_.TrialIds(review_));
    for (const std::string& trial : trials) {
      ASSIGN_OR_RETURN(const std::vector<storage::StoredVersion> versions,
                       store_.TrialVersions(review_, trial));
      RETURN_IF_ERROR(VerifyWritten(trial, versions, trials_));
    }
    for (const auto& [analysis, sequence] : estimates_) {
      ASSIGN_OR_RETURN(
          const std::vector<storage::StoredVersion> versions,
          store_.EstimateHistory(review_, analysis, 0,
                                 std::numeric_limits<int64_t>::max()));
      RETURN_IF_ERROR(VerifyWritten(analysis, versions, estimates_));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status VerifyNodes(int64_t sequence, const std::string& leaf) {
    for (const audit::Node& node : frontier_.Append(audit::LeafHash(leaf))) {
      ASSIGN_OR_RETURN(const audit::Digest stored,
                       store_.Node(review_, node.level, node.index));
      if (stored != node.hash) {
        return Wrong(sequence,
                     absl::StrCat("Merkle node ", node.level, "/", node.index,
                                  " is not that of the leaves"));
      }
    }
    return absl::OkStatus();
  }

  static absl::Status VerifyWritten(
      const std::string& id,
      const std::vector<storage::StoredVersion>& versions,
      const Written& written) {
    for (const storage::StoredVersion& version : versions) {
      if (written.count({id, version.sequence}) > 0) continue;
      return Wrong(version.sequence,
                   absl::StrCat("no entry wrote the stored ", id));
    }
    return absl::OkStatus();
  }

  const storage::ReviewStore& store_;
  const std::string review_;
  review::LogVerifier log_;
  audit::Frontier frontier_;
  Written trials_;
  Written estimates_;
};

}  // namespace

absl::Status VerifyStore(const std::string& data_dir,
                         const std::string& review) {
  storage::OpenOptions open;
  open.path = data_dir + "/db";
  open.create_if_missing = false;
  ASSIGN_OR_RETURN(const auto store, storage::ReviewStore::Open(open));
  storage::KeyFileOptions key_file;
  key_file.path = data_dir + "/signing-key";
  key_file.create_if_missing = false;
  ASSIGN_OR_RETURN(const audit::KeySeed seed, storage::LoadKeyFile(key_file));
  ASSIGN_OR_RETURN(const audit::Signer signer,
                   server::MakeLogSigner(seed, review, server::kFirstEpoch));
  ASSIGN_OR_RETURN(const audit::Verifier key,
                   audit::Verifier::Parse(signer.vkey()));
  storage::AnchorOptions anchor_file;
  anchor_file.path = data_dir + "/anchor";
  anchor_file.read_only = true;
  ASSIGN_OR_RETURN(const auto anchor, storage::Anchor::Open(anchor_file));

  StoreVerifier verifier(*store, review);
  RETURN_IF_ERROR(verifier.VerifyEntries());
  RETURN_IF_ERROR(verifier.VerifyCheckpoints(key));
  RETURN_IF_ERROR(verifier.VerifyNothingElse());
  ASSIGN_OR_RETURN(const storage::AnchoredCheckpoint anchored,
                   anchor->Find(review));
  return verifier.VerifyNote(anchored.note, anchored.size, key);
}

}  // namespace tidemark::testing
