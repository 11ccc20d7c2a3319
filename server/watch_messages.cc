#include "server/watch_messages.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "review/conclusion_events.h"
#include "review/estimate_details.h"
#include "review/living_mode.h"
#include "review/review_state.h"
#include "server/conclusion_reads.h"

namespace tidemark::server {

absl::StatusOr<std::optional<v1::WatchEntry>> ReadWatchEntry(
    const LogReader& reader, const review::ReviewState& state,
    const WatchFilter& filter, int64_t sequence,
    const std::set<std::string>& left_out) {
  v1::WatchEntry entry;
  ASSIGN_OR_RETURN(*entry.mutable_entry(),
                   reader.Entry(sequence, /*with_leaf=*/false));
  if (entry.entry().action() == review::kOverdueAction) {
    ASSIGN_OR_RETURN(const v1::Change change, reader.Change(sequence));
    *entry.mutable_overdue() = change.report_overdue().steps();
  }
  for (const v1::AnalysisDigest& digest : entry.entry().analyses()) {
    const std::string& analysis = digest.analysis_id();
    if (!filter.PassesAnalysis(analysis)) continue;
    ASSIGN_OR_RETURN(const std::optional<review::DeclaredEstimate> before,
                     FindDeclared(reader, state, analysis, sequence - 1));
    ASSIGN_OR_RETURN(review::DeclaredEstimate declared,
                     ReadDeclared(reader, state, analysis, sequence));
    for (v1::ConclusionEvent& event : review::ConclusionEvents(
             before.has_value() ? &*before : nullptr, declared)) {
      if (filter.PassesEvent(event)) *entry.add_events() = std::move(event);
    }
    if (left_out.count(analysis) > 0) {
      entry.add_estimates_left_out(analysis);
      continue;
    }
    review::FillDerived(&declared.estimate);
    *entry.add_estimates() = std::move(declared.estimate);
  }
  if (!filter.PassesEntry(entry)) return std::nullopt;
  return entry;
}

absl::StatusOr<std::set<std::string>> MovedAgain(const LogReader& reader,
                                                 const WatchFilter& filter,
                                                 int64_t sequence,
                                                 int64_t head) {
  ASSIGN_OR_RETURN(const v1::LogEntry entry,
                   reader.Entry(sequence, /*with_leaf=*/false));
  std::set<std::string> moved;
  for (const v1::AnalysisDigest& digest : entry.analyses()) {
    const std::string& analysis = digest.analysis_id();
    if (!filter.PassesAnalysis(analysis)) continue;
    ASSIGN_OR_RETURN(const int64_t last,
                     reader.EstimateSequence(analysis, head));
    if (last > sequence) moved.insert(analysis);
  }
  return moved;
}

std::vector<const review::AnalysisVersion*> SnapshotAnalyses(
    const review::ReviewState& state, const WatchFilter& filter,
    int64_t sequence) {
  std::vector<const review::AnalysisVersion*> passing;
  for (const review::AnalysisVersion* analysis : state.Analyses(sequence)) {
    if (filter.PassesAnalysis(analysis->record.analysis().analysis_id())) {
      passing.push_back(analysis);
    }
  }
  return passing;
}

absl::StatusOr<v1::SnapshotItem> ReadSnapshotItem(
    const LogReader& reader, const review::ReviewState& state,
    const review::AnalysisVersion& analysis, int64_t sequence) {
  v1::SnapshotItem item;
  item.set_sequence(sequence);
  *item.mutable_analysis() = analysis.record;
  ASSIGN_OR_RETURN(
      review::DeclaredEstimate declared,
      ReadDeclared(reader, state, analysis.record.analysis().analysis_id(),
                   sequence));
  *item.mutable_conclusions() = ConcludeDeclared(declared);
  review::FillDerived(&declared.estimate);
  *item.mutable_estimate() = std::move(declared.estimate);
  return item;
}

}  // namespace tidemark::server
