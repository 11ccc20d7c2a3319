#include "server/watch_filter.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "review/errors.h"

namespace tidemark::server {

absl::StatusOr<WatchFilter> WatchFilter::FromRequest(
    const v1::WatchRequest& request) {
  WatchFilter filter;
  review::Violations violations;
  for (int i = 0; i < request.event_kinds_size(); ++i) {
    const int kind = request.event_kinds(i);
    if (!v1::ConclusionEvent::Kind_IsValid(kind) ||
        kind == v1::ConclusionEvent::KIND_UNSPECIFIED) {
      violations.Add(absl::StrCat("event_kinds[", i, "]"),
                     absl::StrCat("must be a kind of event, found ", kind));
    }
    filter.kinds_.insert(kind);
  }
  if (!v1::Importance::Level_IsValid(request.min_importance())) {
    violations.Add("min_importance",
                   absl::StrCat("must be an importance, found ",
                                request.min_importance()));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  filter.analyses_ = {request.analyses().begin(), request.analyses().end()};
  filter.min_importance_ = request.min_importance();
  filter.overdue_ = request.overdue();
  return filter;
}

bool WatchFilter::PassesEntry(const v1::WatchEntry& entry) const {
  if (overdue_ && !entry.overdue().empty()) return true;
  const bool moved =
      !entry.estimates().empty() || !entry.estimates_left_out().empty();
  return (analyses_.empty() || moved) &&
         (!AsksForEvents() || !entry.events().empty());
}

}  // namespace tidemark::server
