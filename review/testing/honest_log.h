// A review's log as an honest server writes it, without a server.
#ifndef TIDEMARK_REVIEW_TESTING_HONEST_LOG_H_
#define TIDEMARK_REVIEW_TESTING_HONEST_LOG_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "audit/leaf.h"
#include "base/version.h"
#include "review/analysis_inputs.h"
#include "review/review_state.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/log.pb.h"

namespace tidemark::testing {

// An entry, decoded for tests to tamper with.
struct LoggedEntry {
  audit::Leaf leaf;
  v1::Evidence evidence;

  // The leaf's bytes. Ends the test process if there are none.
  std::string bytes() const;
};

// Entry 1 is of the second 1000, entry 2 of the second 1001, and so on.
class HonestLog {
 public:
  // Of a server of this build.
  explicit HonestLog(std::string build = kEngineBuild)
      : build_(std::move(build)) {}

  // Appends the change that the review's rules make of `change`. Ends the test
  // process if they refuse it.
  const LoggedEntry& Append(const v1::Change& change,
                            const std::string& actor = "tester");

  // Erases the words of these entries, in what is stored of them too, and
  // appends the entry that says so. Ends the test process if it is refused.
  const LoggedEntry& Redact(const std::vector<int64_t>& sequences);

  const std::vector<LoggedEntry>& entries() const { return entries_; }
  const review::ReviewState& state() const { return state_; }

 private:
  v1::Estimate EstimateOf(const std::string& analysis) const;

  const std::string build_;
  int64_t epoch_ = 1;
  review::ReviewState state_;
  review::InputsDigests inputs_;
  std::vector<LoggedEntry> entries_;
};

// A log of the toy review: protocol, two analyses, trials alpha and beta (with
// adverse events), a correction of alpha, a retraction of beta.
HonestLog ToyLog(std::string build = kEngineBuild);

}  // namespace tidemark::testing

#endif  // TIDEMARK_REVIEW_TESTING_HONEST_LOG_H_
