// The reason that a call gives, which goes into the log.
#ifndef TIDEMARK_SERVER_REASON_H_
#define TIDEMARK_SERVER_REASON_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "review/errors.h"

namespace tidemark::server {

inline constexpr size_t kMostReasonBytes = 2000;

inline void CheckReason(const std::string& reason,
                        review::Violations& violations) {
  if (!reason.empty() && reason.size() <= kMostReasonBytes) return;
  violations.Add("reason", absl::StrCat("says why, in 1-", kMostReasonBytes,
                                        " bytes; found ", reason.size()));
}

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REASON_H_
