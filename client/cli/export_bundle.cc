#include "client/cli/export_bundle.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "audit/tiles.h"
#include "base/status_macros.h"
#include "client/cli/bundle.pb.h"
#include "client/cli/bundle_archive.h"
#include "client/cli/bundle_entry.h"
#include "client/cli/bundle_layout.h"
#include "client/cli/export_tiles.h"
#include "client/cli/log_snapshot.h"
#include "client/cli/output.h"
#include "client/client.h"
#include "client/wire_keys.h"
#include "review/validate_review.h"
#include "tidemark/v1/audit_service.pb.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/read_service.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::cli {
namespace {

absl::Status DoesNotFit(int64_t sequence, absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("sequence ", sequence, ": ", what,
                   "; `tidemark verify --deep` says more"));
}

// That what an entry wrote is what its leaf names; a change that was erased
// cannot be.
absl::Status CheckEvidence(const std::string& leaf_bytes,
                           const v1::Evidence& evidence) {
  ASSIGN_OR_RETURN(const audit::Leaf leaf, audit::DecodeLeaf(leaf_bytes));
  const bool is_erased = audit::IsRedactedSalt(evidence.salt());
  ASSIGN_OR_RETURN(const audit::Digest commitment,
                   audit::ChangeCommitment(evidence.salt(), evidence.change()));
  if (!is_erased && commitment != leaf.change_commitment) {
    return DoesNotFit(leaf.sequence, "its leaf commits to another change");
  }
  const auto count = static_cast<size_t>(evidence.estimates_size());
  if (count != leaf.analyses.size()) {
    return DoesNotFit(leaf.sequence, "its leaf names other estimates");
  }
  for (size_t i = 0; i < count; ++i) {
    const v1::StoredRecord& stored = evidence.estimates(static_cast<int>(i));
    if (audit::Sha256(stored.bytes()) != leaf.analyses[i].estimate) {
      return DoesNotFit(
          leaf.sequence,
          absl::StrCat("the estimate of ", stored.id(), " is not its leaf's"));
    }
  }
  return absl::OkStatus();
}

// Writes the members in the order of BundleMembers. One use.
class BundleExport {
 public:
  BundleExport(client::Client& client, const LogSnapshot& log,
               ArchiveWriter& archive)
      : client_(client), log_(log), archive_(archive) {}

  absl::Status Write(const Progress& progress) {
    RETURN_IF_ERROR(WriteSmallMembers());
    RETURN_IF_ERROR(WriteTiles(
        client_, log_, audit::TileWriter(),
        [this](const std::string& path, absl::string_view bytes) {
          return archive_.Add(path, bytes);
        },
        [](const audit::TileWriter&) { return absl::OkStatus(); }));
    RETURN_IF_ERROR(WriteEvidence(progress));
    return CheckNotRedactedSince(client_, log_.review, log_.head.size);
  }

 private:
  absl::Status WriteSmallMembers() {
    RETURN_IF_ERROR(archive_.Add(kBundleReadme, BundleReadme()));
    RETURN_IF_ERROR(
        archive_.Add(kBundleManifest,
                     FormatManifest({log_.review, log_.head,
                                     log_.keys.KeyAt(log_.head.size).vkey})));
    RETURN_IF_ERROR(archive_.Add(
        kBundleKeys, ToJson(client::KeysToWire(log_.claimed_keys), true)));
    RETURN_IF_ERROR(archive_.Add(kBundleCheckpoint, log_.note));
    RETURN_IF_ERROR(WriteCheckpoints());
    ASSIGN_OR_RETURN(const v1::Review protocol, Protocol());
    return archive_.Add(kBundleProtocol, ToJson(protocol, true));
  }

  // As of the head. The server's own log has none but its name.
  absl::StatusOr<v1::Review> Protocol() {
    v1::Review protocol;
    protocol.set_review_id(log_.review);
    if (log_.review == review::kSystemLog) return protocol;
    v1::AsOf as_of;
    as_of.set_sequence(log_.head.size);
    ASSIGN_OR_RETURN(const v1::GetReviewResponse known,
                     client_.GetReview(log_.review, as_of));
    return known.review();
  }

  // Those before the head.
  absl::Status WriteCheckpoints() {
    RETURN_IF_ERROR(archive_.Begin(kBundleCheckpoints));
    v1::ListCheckpointsRequest request;
    request.set_review_id(log_.review);
    bool is_done = false;
    const absl::Status listed = client_.ListCheckpoints(
        request, [&](const v1::ListCheckpointsResponse& page) -> absl::Status {
          for (const std::string& note : page.checkpoints()) {
            ASSIGN_OR_RETURN(const audit::Checkpoint stored,
                             log_.keys.Open(note));
            is_done = stored.size >= log_.head.size;
            if (is_done) return absl::CancelledError("the rest is later");
            BundleCheckpoint line;
            line.set_size(stored.size);
            line.set_checkpoint(note);
            RETURN_IF_ERROR(
                archive_.Write(absl::StrCat(ToJson(line, false), "\n")));
          }
          return absl::OkStatus();
        });
    return is_done ? absl::OkStatus() : listed;
  }

  absl::Status WriteEvidence(const Progress& progress) {
    audit::Frontier leaves;
    RETURN_IF_ERROR(ForEachEntry(
        client_, log_, 1, /*with_evidence=*/true,
        [&](const v1::EntryWithEvidence& entry) -> absl::Status {
          const int64_t index = leaves.size();
          if (index % audit::kTileWidth == 0) {
            RETURN_IF_ERROR(
                archive_.Begin(EvidencePath(index / audit::kTileWidth)));
          }
          leaves.Append(audit::LeafHash(entry.entry().leaf()));
          RETURN_IF_ERROR(
              CheckEvidence(entry.entry().leaf(), entry.evidence()));
          RETURN_IF_ERROR(WriteLine(index + 1, entry.evidence()));
          progress(leaves.size(), log_.head.size);
          return absl::OkStatus();
        }));
    return CheckRoot(log_, leaves.Root());
  }

  absl::Status WriteLine(int64_t sequence, const v1::Evidence& evidence) {
    absl::StatusOr<std::string> line = FormatBundleEntry(sequence, evidence);
    if (!line.ok()) return DoesNotFit(sequence, line.status().message());
    if (line->size() > kMostBundleLineBytes) {
      return absl::FailedPreconditionError(absl::StrCat(
          "sequence ", sequence, " would be a line of ", line->size(),
          " bytes; a bundle has at most ", kMostBundleLineBytes));
    }
    line->push_back('\n');
    return archive_.Write(*line);
  }

  client::Client& client_;
  const LogSnapshot& log_;
  ArchiveWriter& archive_;
};

}  // namespace

absl::StatusOr<audit::Checkpoint> ExportBundle(client::Client& client,
                                               const std::string& review,
                                               const std::string& file,
                                               const Progress& progress) {
  ASSIGN_OR_RETURN(const LogSnapshot log, TakeSnapshot(client, review));
  ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveWriter> archive,
                   ArchiveWriter::Create(file));
  RETURN_IF_ERROR(BundleExport(client, log, *archive).Write(progress));
  RETURN_IF_ERROR(archive->Finish());
  return log.head;
}

}  // namespace tidemark::cli
