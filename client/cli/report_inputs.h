// What a report of a review is made of, read from the server.
#ifndef TIDEMARK_CLIENT_CLI_REPORT_INPUTS_H_
#define TIDEMARK_CLIENT_CLI_REPORT_INPUTS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audit/checkpoint.h"
#include "audit/sha256.h"
#include "client/client.h"
#include "client/report/figure.h"
#include "tidemark/v1/analysis.pb.h"
#include "tidemark/v1/explain_service.pb.h"
#include "tidemark/v1/living_mode.pb.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/read_service.pb.h"
#include "tidemark/v1/release.pb.h"
#include "tidemark/v1/trial.pb.h"

namespace tidemark::cli {

// The first tree that was signed with an entry in it.
struct SignedTree {
  std::string note;
  audit::Checkpoint checkpoint;
  // The key that signed it, proven by the keys before.
  std::string vkey;
};

struct ProvenEntry {
  v1::LogEntry entry;
  audit::Digest leaf_hash = {};
  // C2SP tlog-proof of the entry in the tree at the end.
  std::string proof;
};

// An analysis as it is declared at the end, with what it said.
struct AnalysisReading {
  v1::AnalysisRecord record;
  // Absent: there was no such analysis.
  std::optional<v1::GetEstimateResponse> before;
  // With splits.
  v1::GetEstimateResponse after;
  // Of the later moment (report_figures.h).
  std::vector<report::Figure> figures;
};

// Of two moments, the earlier being what readers had.
struct ReportInputs {
  v1::DiffResponse diff;
  // Where a moment was named by its release.
  std::optional<v1::Release> release_before;
  std::optional<v1::Release> release_after;
  v1::GetReviewResponse review_before;
  v1::GetReviewResponse review_after;
  std::vector<v1::TrialRecord> trials_before;
  std::vector<v1::TrialRecord> trials_after;
  // Those recorded after the earlier moment, up to the later one.
  std::vector<v1::StepRunRecord> runs;
  // The flow of studies from the one to the other (report_figures.h).
  std::optional<report::Figure> flow;
  // By id.
  std::vector<AnalysisReading> analyses;
  // Of trials that differ and were there before.
  std::map<std::string, v1::BlameResponse> blames;
  SignedTree tree_before;
  SignedTree tree_after;
  // Those after the earlier moment, up to the later one.
  std::vector<ProvenEntry> entries;
};

// All but the figures. Every answer is checked as the client does; checkpoints
// and proofs are verified here. Errors of the client; DATA_LOSS: a proof does
// not hold. RPCs: about 3 an analysis, a trial that differs and an entry.
absl::StatusOr<ReportInputs> ReadReportInputs(client::Client& client,
                                              const std::string& review,
                                              const v1::AsOf& from,
                                              const v1::AsOf& to);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REPORT_INPUTS_H_
