#include "client/cli/verify_data.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/merkle.h"
#include "audit/note.h"
#include "base/status_macros.h"
#include "client/cli/verification.h"
#include "review/log_verifier.h"
#include "server/log_key.h"
#include "server/log_reader.h"
#include "storage/anchor.h"
#include "storage/key_file.h"
#include "storage/review_store.h"

namespace tidemark::cli {
namespace {

// Also past the end of the log.
constexpr int64_t kForEver = std::numeric_limits<int64_t>::max();

// (trial or analysis, sequence).
using Written = std::set<std::pair<std::string, int64_t>>;

absl::Status NotVerified(int64_t sequence, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("sequence ", sequence, ": ", why));
}

// What the log of an existing review says is there, and is not, or cannot be a
// key of the store any more, was deleted or changed; I/O errors stay what they
// are. Names the sequence.
absl::Status AtSequence(int64_t sequence, const absl::Status& status) {
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status) ||
      (absl::IsDataLoss(status) &&
       !absl::StartsWith(status.message(), "sequence "))) {
    return NotVerified(sequence, status.message());
  }
  return status;
}

absl::Status CheckWritten(absl::string_view what, const std::string& id,
                          const std::vector<storage::StoredVersion>& versions,
                          const Written& written) {
  for (const storage::StoredVersion& version : versions) {
    if (written.count({id, version.sequence}) > 0) continue;
    return NotVerified(version.sequence,
                       absl::StrCat(what, " ", id,
                                    ": a version is stored that no entry "
                                    "wrote"));
  }
  return absl::OkStatus();
}

class DataVerifier {
 public:
  DataVerifier(const storage::ReviewStore& store, const std::string& review)
      : store_(store), review_(review), log_(review) {}

  const review::LogVerifier& log() const { return log_; }

  absl::Status CheckEntries(int64_t size) {
    for (int64_t sequence = 1; sequence <= size; ++sequence) {
      RETURN_IF_ERROR(AtSequence(sequence, CheckEntry(sequence)));
    }
    return absl::OkStatus();
  }

  absl::Status CheckStoredCheckpoints(Verification& verification) const {
    return store_.ForEachCheckpoint(
        review_, [&](const storage::SignedCheckpoint& stored) {
          ++verification.checkpoints;
          const std::string what =
              absl::StrCat("sequence ", stored.size, ": stored checkpoint");
          const absl::StatusOr<audit::Checkpoint> checkpoint =
              CheckCheckpoint(what, stored.note, verification.vkey, log_);
          if (checkpoint.ok() && checkpoint->size != stored.size) {
            return NotVerified(stored.size,
                               "stored checkpoint of another size");
          }
          return checkpoint.status();
        });
  }

  absl::Status CheckNothingElse() const {
    ASSIGN_OR_RETURN(const std::vector<std::string> trials,
                     store_.TrialIds(review_));
    for (const std::string& trial : trials) {
      ASSIGN_OR_RETURN(const std::vector<storage::StoredVersion> versions,
                       store_.TrialVersions(review_, trial));
      RETURN_IF_ERROR(CheckWritten("trial", trial, versions, trials_));
    }
    for (const review::AnalysisVersion* analysis : log_.state().Analyses()) {
      const std::string& id = analysis->record.analysis().analysis_id();
      ASSIGN_OR_RETURN(const std::vector<storage::StoredVersion> versions,
                       store_.EstimateHistory(review_, id, 0, kForEver));
      RETURN_IF_ERROR(CheckWritten("estimate of", id, versions, estimates_));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckEntry(int64_t sequence) {
    const server::LogReader reader(&store_, review_);
    ASSIGN_OR_RETURN(const std::string leaf, store_.Leaf(review_, sequence));
    ASSIGN_OR_RETURN(const v1::Evidence evidence, reader.Evidence(sequence));
    RETURN_IF_ERROR(log_.Add(leaf, evidence));
    RETURN_IF_ERROR(CheckNodes(sequence, leaf));
    for (const v1::StoredRecord& trial : evidence.trials()) {
      trials_.emplace(trial.id(), sequence);
    }
    for (const v1::StoredRecord& estimate : evidence.estimates()) {
      estimates_.emplace(estimate.id(), sequence);
    }
    return absl::OkStatus();
  }

  absl::Status CheckNodes(int64_t sequence, const std::string& leaf) {
    for (const audit::Node& node : frontier_.Append(audit::LeafHash(leaf))) {
      ASSIGN_OR_RETURN(const audit::Digest stored,
                       store_.Node(review_, node.level, node.index));
      if (stored == node.hash) continue;
      return NotVerified(
          sequence,
          absl::StrCat("stored tree node ", node.level, "/", node.index,
                       ": expected ", audit::ToHex(node.hash), ", found ",
                       audit::ToHex(stored)));
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

absl::Status CheckAnchor(const std::string& path, const std::string& review,
                         const review::LogVerifier& log,
                         Verification& verification) {
  ASSIGN_OR_RETURN(const storage::AnchoredCheckpoint anchored,
                   ReadAnchor(path, review));
  ++verification.checkpoints;
  return CheckCheckpoint("the anchor", anchored.note, verification.vkey, log)
      .status();
}

// Why a review has no entry: there never was one, or they were removed.
absl::Status WhyEmpty(const storage::ReviewStore& store,
                      const std::string& review,
                      const std::string& anchor_path) {
  const auto removed = [](absl::string_view whose, int64_t size) {
    return NotVerified(
        1, absl::StrCat("the log has no entries, ", whose, " is of size ", size,
                        ": entries were removed"));
  };
  const auto latest = store.LatestCheckpoint(review);
  if (latest.ok()) return removed("the latest checkpoint", latest->size);
  const auto anchored = ReadAnchor(anchor_path, review);
  if (anchored.ok()) return removed("the anchor", anchored->size);
  return absl::NotFoundError(
      absl::StrCat(store.path(), " has no review \"", review, "\""));
}

absl::Status CheckLatest(const storage::ReviewStore& store,
                         const std::string& review, const Trust& trust,
                         const review::LogVerifier& log,
                         Verification& verification) {
  ASSIGN_OR_RETURN(const storage::SignedCheckpoint latest,
                   store.LatestCheckpoint(review));
  return CheckHead(latest.note, trust, log, verification);
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

absl::StatusOr<Verification> VerifyData(const std::string& dir,
                                        const std::string& review,
                                        const Trust& trust,
                                        const std::string& anchor_file) {
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
  if (trust.vkey.has_value()) {
    verification.vkey = *trust.vkey;
  } else {
    ASSIGN_OR_RETURN(verification.vkey, KeyOfData(dir, review));
  }
  DataVerifier verifier(*store, review);
  RETURN_IF_ERROR(verifier.CheckEntries(size));
  // From here on names the last sequence where nothing else is named.
  RETURN_IF_ERROR(
      AtSequence(size, verifier.CheckStoredCheckpoints(verification)));
  RETURN_IF_ERROR(AtSequence(
      size, CheckAnchor(anchor_path, review, verifier.log(), verification)));
  RETURN_IF_ERROR(AtSequence(size, verifier.CheckNothingElse()));
  RETURN_IF_ERROR(AtSequence(
      size, CheckLatest(*store, review, trust, verifier.log(), verification)));
  return verification;
}

}  // namespace tidemark::cli
