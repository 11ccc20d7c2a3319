// What the reads of a review say happened: what watches are held against.
#ifndef TIDEMARK_TESTS_WATCH_HISTORY_H_
#define TIDEMARK_TESTS_WATCH_HISTORY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::testing {

// Whether the filter holds back entries that caused no such event.
bool AsksForEvents(const v1::WatchRequest& filter);

class History {
 public:
  // Reads all entries, analyses and estimates. A call that fails fails the
  // running test.
  static History Read(const std::string& review, v1::AuditService::Stub& audit,
                      v1::ReadService::Stub& read);

  // For tests of the checker: the entry at the next sequence, and the estimates
  // that it made.
  void Add(const v1::LogEntry& entry,
           const std::vector<v1::EstimateAt>& estimates);

  int64_t head() const { return static_cast<int64_t>(entries_.size()); }

  // The message that a watch with this filter gets of an entry if nothing is
  // left out; none if the filter holds it back. Requires 1 <= sequence <= head.
  std::optional<v1::WatchEntry> EntryFor(const v1::WatchRequest& filter,
                                         int64_t sequence) const;
  // The items that a snapshot at a sequence has, by analysis, without the
  // records of the analyses.
  std::map<std::string, v1::SnapshotItem> SnapshotFor(
      const v1::WatchRequest& filter, int64_t sequence) const;
  // Whether an entry in (sequence, head] has moved the analysis again.
  bool IsMovedAfter(const std::string& analysis, int64_t sequence) const;
  // The last sequence that the filter lets pass; 0 if there is none.
  int64_t LastFor(const v1::WatchRequest& filter) const;

 private:
  std::vector<v1::LogEntry> entries_;  // sequence - 1
  // By analysis and sequence.
  std::map<std::string, std::map<int64_t, v1::EstimateAt>> estimates_;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_WATCH_HISTORY_H_
