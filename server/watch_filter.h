// What a watch lets pass.
#ifndef TIDEMARK_SERVER_WATCH_FILTER_H_
#define TIDEMARK_SERVER_WATCH_FILTER_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tidemark/v1/conclusion.pb.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::server {

// Immutable.
class WatchFilter {
 public:
  // INVALID_ARGUMENT, naming the field: a kind or an importance that there is
  // not.
  static absl::StatusOr<WatchFilter> FromRequest(
      const v1::WatchRequest& request);

  // None: all.
  const std::set<std::string>& analyses() const { return analyses_; }

  bool PassesAnalysis(absl::string_view analysis) const {
    return analyses_.empty() || analyses_.count(std::string(analysis)) > 0;
  }
  bool PassesEvent(const v1::ConclusionEvent& event) const {
    return event.importance() >= min_importance_ &&
           (kinds_.empty() || kinds_.count(event.kind()) > 0);
  }
  // Whether entries that caused no such event are held back.
  bool AsksForEvents() const {
    return !kinds_.empty() ||
           min_importance_ != v1::Importance::LEVEL_UNSPECIFIED;
  }
  // Of an entry that holds only what passes: it moved one of the analyses and
  // caused one of the events that are asked for, or it says that a step is
  // overdue and these pass whatever they moved.
  bool PassesEntry(const v1::WatchEntry& entry) const;

 private:
  std::set<std::string> analyses_;
  std::set<int> kinds_;
  v1::Importance::Level min_importance_ = v1::Importance::LEVEL_UNSPECIFIED;
  bool overdue_ = false;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_WATCH_FILTER_H_
