// Errors of the domain: an absl::Status with the google.rpc details that the
// server sends and the client receives.
#ifndef TIDEMARK_REVIEW_ERRORS_H_
#define TIDEMARK_REVIEW_ERRORS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::review {

// The start of `text`: at most `most_bytes`, cut between UTF-8 characters, and
// an ellipsis if there was more.
std::string Shorten(absl::string_view text, size_t most_bytes);

// An error with a google.rpc.ErrorInfo: `reason` is UPPER_SNAKE_CASE,
// `metadata` repeats the dynamic parts of the message, shortened.
absl::Status Error(
    absl::StatusCode code, absl::string_view reason, absl::string_view message,
    const std::vector<std::pair<std::string, std::string>>& metadata = {});

// NOT_FOUND: the review has no such trial.
absl::Status UnknownTrial(absl::string_view trial_id);

// Collects the rules that a change breaks, field by field.
class Violations {
 public:
  // `field` is a path from the change, e.g.
  // `trials[0].results[2].continuous.sd`; `description` says rule, value found
  // and what to do. Long descriptions are shortened.
  void Add(absl::string_view field, absl::string_view description);

  bool empty() const { return violations_.empty(); }

  // OK if nothing was added; else INVALID_ARGUMENT whose message names the
  // first violation and whose google.rpc.BadRequest holds the first 50, or
  // as many as fit a trailer of gRPC.
  absl::Status ToStatus() const;

 private:
  struct Violation {
    std::string field;
    std::string description;
  };
  std::vector<Violation> violations_;
};

}  // namespace tidemark::review

#endif  // TIDEMARK_REVIEW_ERRORS_H_
