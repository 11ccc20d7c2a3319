// Whether what clients of a review saw is what one log, written entry by entry,
// explains.
//
// The log itself says in which order writes took effect, so the check is not a
// search (as for Herlihy and Wing, "Linearizability", 1990, in general): each
// operation gets the range of sequences at which its answer was true, and calls
// that did not overlap must be in their order.
#ifndef TIDEMARK_TESTS_FAULTS_LINEARIZABILITY_H_
#define TIDEMARK_TESTS_FAULTS_LINEARIZABILITY_H_

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace tidemark::testing {

// A trial after an entry that wrote it. Sequence 0: the trial is not there.
struct TrialAt {
  int64_t sequence = 0;
  int64_t version = 0;
  int events = 0;
};

inline bool operator==(const TrialAt& a, const TrialAt& b) {
  return a.sequence == b.sequence && a.version == b.version &&
         a.events == b.events;
}

// One call, as its client saw it.
struct Operation {
  enum class Kind {
    kWrite,      // a version of `trial`
    kReadTrial,  // `trial` at the head
    kReadTrialAsOf,
    kReadEstimate,  // at the head
  };
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  Kind kind = Kind::kWrite;
  // Of one clock for all clients. kNever: no answer came; the write may have
  // been stored or not.
  int64_t invoked = 0;
  int64_t returned = kNever;
  // The request of a write; names a read in findings.
  std::string name;
  // Of a write of anything else: empty.
  std::string trial;
  // Asked for by kReadTrialAsOf.
  int64_t as_of = 0;
  // What was written, with sequence and version as answered; what was read.
  TrialAt seen;
  // Of kReadEstimate: the head, the entry that made the estimate, and the
  // version of each trial that it used.
  int64_t head = 0;
  int64_t estimate_sequence = 0;
  std::map<std::string, int64_t> versions;
};

// `log` has the request of each entry, by sequence from 1. Every write of the
// history moves the estimate. Returns what is wrong, nothing if all is well:
//  * the log holds each answered write at its sequence, each write at most
//    once, and nothing else;
//  * replayed in the order of the log, the writes give every version, record
//    and estimate that was answered;
//  * of two calls of which one ended before the other began, the later write
//    has the larger sequence, and the later read sees at least what the earlier
//    call wrote or saw. So heads never go back for anybody.
std::vector<std::string> CheckLinearizable(
    const std::vector<Operation>& operations,
    const std::vector<std::string>& log);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_FAULTS_LINEARIZABILITY_H_
