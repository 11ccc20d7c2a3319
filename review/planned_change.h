// What an accepted change does.
#ifndef TIDEMARK_REVIEW_PLANNED_CHANGE_H_
#define TIDEMARK_REVIEW_PLANNED_CHANGE_H_

#include <cstdint>
#include <string>

#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::review {

struct PlannedChange {
  // The change as the log keeps it: defaults and old values filled in.
  v1::Change change;
  // For the leaf (log.proto says what they mean).
  std::string action;
  std::string resource;
  int64_t version_before = 0;
  int64_t version_after = 0;
  Delta delta;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_PLANNED_CHANGE_H_
