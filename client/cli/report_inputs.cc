#include "client/cli/report_inputs.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "base/status_macros.h"
#include "client/cli/log_snapshot.h"
#include "client/client.h"
#include "client/prove.h"
#include "tidemark/v1/audit_service.pb.h"

namespace tidemark::cli {
namespace {

v1::AsOf At(int64_t sequence) {
  v1::AsOf as_of;
  as_of.set_sequence(sequence);
  return as_of;
}

// Absent unless the moment names one.
std::optional<v1::Release> ReleaseOf(const v1::AsOf& as_of,
                                     const v1::ListReleasesResponse& releases) {
  if (!as_of.has_release()) return std::nullopt;
  for (const v1::Release& release : releases.releases()) {
    if (release.tag() == as_of.release()) return release;
  }
  return std::nullopt;
}

// Reads at two sequences of one review.
class ReportReader {
 public:
  ReportReader(client::Client& client, const std::string& review,
               ReportInputs& inputs)
      : client_(client), review_(review), inputs_(inputs) {}

  absl::Status ReadRecords() {
    ASSIGN_OR_RETURN(inputs_.review_before,
                     client_.GetReview(review_, At(from())));
    ASSIGN_OR_RETURN(inputs_.review_after,
                     client_.GetReview(review_, At(to())));
    ASSIGN_OR_RETURN(inputs_.trials_before,
                     client_.ListTrials(review_, At(from())));
    ASSIGN_OR_RETURN(inputs_.trials_after,
                     client_.ListTrials(review_, At(to())));
    if (from() == to()) return absl::OkStatus();
    ASSIGN_OR_RETURN(inputs_.runs, client_.ListRuns(review_, from() + 1, to()));
    return absl::OkStatus();
  }

  absl::Status ReadAnalyses() {
    std::map<std::string, bool> known;
    ASSIGN_OR_RETURN(const v1::ListAnalysesResponse before,
                     client_.ListAnalyses(review_, At(from())));
    for (const v1::AnalysisRecord& record : before.analyses()) {
      known[record.analysis().analysis_id()] = true;
    }
    ASSIGN_OR_RETURN(const v1::ListAnalysesResponse after,
                     client_.ListAnalyses(review_, At(to())));
    v1::EstimateDetails details;
    details.set_splits(true);
    for (const v1::AnalysisRecord& record : after.analyses()) {
      const std::string& id = record.analysis().analysis_id();
      AnalysisReading reading;
      reading.record = record;
      ASSIGN_OR_RETURN(reading.after,
                       client_.GetEstimate(review_, id, At(to()), details));
      if (known[id]) {
        ASSIGN_OR_RETURN(reading.before,
                         client_.GetEstimate(review_, id, At(from())));
      }
      inputs_.analyses.push_back(std::move(reading));
    }
    return absl::OkStatus();
  }

  absl::Status ReadBlames() {
    for (const v1::RecordDiff& record : inputs_.diff.records()) {
      absl::string_view trial = record.resource();
      if (record.version_before() == 0 ||
          !absl::ConsumePrefix(&trial, "trials/")) {
        continue;
      }
      v1::BlameRequest request;
      request.set_review_id(review_);
      request.set_trial_id(std::string(trial));
      *request.mutable_as_of() = At(to());
      ASSIGN_OR_RETURN(inputs_.blames[std::string(trial)],
                       client_.Blame(request));
    }
    return absl::OkStatus();
  }

  absl::Status ReadReceipts() {
    ASSIGN_OR_RETURN(const LogSnapshot log, TakeSnapshot(client_, review_));
    ASSIGN_OR_RETURN(inputs_.tree_before, TreeWith(log, from()));
    ASSIGN_OR_RETURN(inputs_.tree_after, TreeWith(log, to()));
    if (from() == to()) return absl::OkStatus();
    v1::ListEntriesRequest request;
    request.set_review_id(review_);
    request.set_from_sequence(from() + 1);
    request.set_to_sequence(to());
    return client_.ListEntries(
        request, [this](const v1::ListEntriesResponse& page) -> absl::Status {
          for (const v1::EntryWithEvidence& entry : page.entries()) {
            ASSIGN_OR_RETURN(ProvenEntry proven, Prove(entry.entry()));
            inputs_.entries.push_back(std::move(proven));
          }
          return absl::OkStatus();
        });
  }

 private:
  int64_t from() const { return inputs_.diff.from_sequence(); }
  int64_t to() const { return inputs_.diff.to_sequence(); }

  // Entries that were stored together have one checkpoint.
  absl::StatusOr<SignedTree> TreeWith(const LogSnapshot& log,
                                      int64_t sequence) {
    v1::ListCheckpointsRequest request;
    request.set_review_id(review_);
    request.set_from_size(sequence);
    request.set_page_size(1);
    std::string note;
    const absl::Status listed = client_.ListCheckpoints(
        request, [&note](const v1::ListCheckpointsResponse& page) {
          if (page.checkpoints().empty()) return absl::OkStatus();
          note = page.checkpoints(0);
          return absl::CancelledError("one is enough");
        });
    if (note.empty()) {
      RETURN_IF_ERROR(listed);
      return absl::DataLossError(absl::StrCat(
          "the server has no checkpoint of a tree with sequence ", sequence));
    }
    SignedTree tree;
    ASSIGN_OR_RETURN(tree.checkpoint, log.keys.Open(note));
    tree.note = note;
    tree.vkey = log.keys.KeyAt(tree.checkpoint.size).vkey;
    return tree;
  }

  absl::StatusOr<ProvenEntry> Prove(const v1::LogEntry& entry) {
    ProvenEntry proven;
    proven.entry = entry;
    proven.leaf_hash = audit::LeafHash(entry.leaf());
    ASSIGN_OR_RETURN(
        proven.proof,
        client::ProveLeaf(client_, review_, entry.sequence(), entry.leaf(),
                          inputs_.tree_after.note, inputs_.tree_after.vkey));
    return proven;
  }

  client::Client& client_;
  const std::string& review_;
  ReportInputs& inputs_;
};

}  // namespace

absl::StatusOr<ReportInputs> ReadReportInputs(client::Client& client,
                                              const std::string& review,
                                              const v1::AsOf& from,
                                              const v1::AsOf& to) {
  ReportInputs inputs;
  v1::DiffRequest request;
  request.set_review_id(review);
  *request.mutable_from() = from;
  *request.mutable_to() = to;
  ASSIGN_OR_RETURN(inputs.diff, client.Diff(request));
  ASSIGN_OR_RETURN(const v1::ListReleasesResponse releases,
                   client.ListReleases(review));
  inputs.release_before = ReleaseOf(from, releases);
  inputs.release_after = ReleaseOf(to, releases);
  ReportReader reader(client, review, inputs);
  RETURN_IF_ERROR(reader.ReadRecords());
  RETURN_IF_ERROR(reader.ReadAnalyses());
  RETURN_IF_ERROR(reader.ReadBlames());
  RETURN_IF_ERROR(reader.ReadReceipts());
  return inputs;
}

}  // namespace tidemark::cli
