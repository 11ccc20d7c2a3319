#include "tests/watch/history.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "grpcpp/client_context.h"
#include "gtest/gtest.h"

namespace tidemark::testing {
namespace {

bool PassesAnalysis(const v1::WatchRequest& filter,
                    const std::string& analysis) {
  const auto& analyses = filter.analyses();
  return analyses.empty() || std::find(analyses.begin(), analyses.end(),
                                       analysis) != analyses.end();
}

bool PassesEvent(const v1::WatchRequest& filter,
                 const v1::ConclusionEvent& event) {
  const auto& kinds = filter.event_kinds();
  return event.importance() >= filter.min_importance() &&
         (kinds.empty() ||
          std::find(kinds.begin(), kinds.end(), event.kind()) != kinds.end());
}

std::vector<v1::LogEntry> ReadEntries(const std::string& review,
                                      v1::AuditService::Stub& audit) {
  std::vector<v1::LogEntry> entries;
  v1::ListEntriesRequest request;
  request.set_review_id(review);
  request.set_from_sequence(1);
  do {
    grpc::ClientContext context;
    v1::ListEntriesResponse page;
    const grpc::Status status = audit.ListEntries(&context, request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (!status.ok()) break;
    for (const auto& entry : page.entries()) {
      entries.push_back(entry.entry());
      entries.back().clear_leaf();  // watches come without
    }
    request.set_from_sequence(page.next_sequence());
  } while (request.from_sequence() != 0);
  return entries;
}

std::vector<v1::EstimateAt> ReadEstimates(const std::string& review,
                                          const std::string& analysis,
                                          v1::ReadService::Stub& read) {
  std::vector<v1::EstimateAt> estimates;
  v1::ListEstimatesRequest request;
  request.set_review_id(review);
  request.set_analysis_id(analysis);
  do {
    grpc::ClientContext context;
    v1::ListEstimatesResponse page;
    const grpc::Status status = read.ListEstimates(&context, request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (!status.ok()) break;
    estimates.insert(estimates.end(), page.estimates().begin(),
                     page.estimates().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return estimates;
}

}  // namespace

bool AsksForEvents(const v1::WatchRequest& filter) {
  return !filter.event_kinds().empty() ||
         filter.min_importance() != v1::Importance::LEVEL_UNSPECIFIED;
}

History History::Read(const std::string& review, v1::AuditService::Stub& audit,
                      v1::ReadService::Stub& read) {
  History history;
  history.entries_ = ReadEntries(review, audit);
  v1::ListAnalysesRequest request;
  request.set_review_id(review);
  v1::ListAnalysesResponse response;
  grpc::ClientContext context;
  EXPECT_TRUE(read.ListAnalyses(&context, request, &response).ok());
  for (const v1::AnalysisRecord& record : response.analyses()) {
    const std::string& analysis = record.analysis().analysis_id();
    for (const auto& at : ReadEstimates(review, analysis, read)) {
      history.estimates_[analysis][at.estimate().sequence()] = at;
    }
  }
  return history;
}

void History::Add(const v1::LogEntry& entry,
                  const std::vector<v1::EstimateAt>& estimates) {
  entries_.push_back(entry);
  for (const v1::EstimateAt& at : estimates) {
    estimates_[at.estimate().analysis_id()][at.estimate().sequence()] = at;
  }
}

std::optional<v1::WatchEntry> History::EntryFor(const v1::WatchRequest& filter,
                                                int64_t sequence) const {
  v1::WatchEntry message;
  *message.mutable_entry() = entries_[static_cast<size_t>(sequence - 1)];
  for (const auto& [analysis, by_sequence] : estimates_) {
    const auto at = by_sequence.find(sequence);
    if (at == by_sequence.end() || !PassesAnalysis(filter, analysis)) continue;
    *message.add_estimates() = at->second.estimate();
    for (const v1::ConclusionEvent& event : at->second.events()) {
      if (PassesEvent(filter, event)) *message.add_events() = event;
    }
  }
  if (!filter.analyses().empty() && message.estimates().empty()) {
    return std::nullopt;
  }
  if (AsksForEvents(filter) && message.events().empty()) return std::nullopt;
  return message;
}

std::map<std::string, v1::SnapshotItem> History::SnapshotFor(
    const v1::WatchRequest& filter, int64_t sequence) const {
  std::map<std::string, v1::SnapshotItem> items;
  for (const auto& [analysis, by_sequence] : estimates_) {
    const auto after = by_sequence.upper_bound(sequence);
    if (after == by_sequence.begin() || !PassesAnalysis(filter, analysis)) {
      continue;
    }
    v1::SnapshotItem& item = items[analysis];
    item.set_sequence(sequence);
    *item.mutable_estimate() = std::prev(after)->second.estimate();
    *item.mutable_conclusions() = std::prev(after)->second.conclusions();
  }
  return items;
}

bool History::IsMovedAfter(const std::string& analysis,
                           int64_t sequence) const {
  const auto found = estimates_.find(analysis);
  return found != estimates_.end() &&
         found->second.upper_bound(sequence) != found->second.end();
}

int64_t History::LastFor(const v1::WatchRequest& filter) const {
  for (int64_t sequence = head(); sequence > 0; --sequence) {
    if (EntryFor(filter, sequence).has_value()) return sequence;
  }
  return 0;
}

}  // namespace tidemark::testing
