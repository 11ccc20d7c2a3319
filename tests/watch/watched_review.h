// A review that grows by entries of every kind that matters to watches.
#ifndef TIDEMARK_TESTS_WATCH_WATCHED_REVIEW_H_
#define TIDEMARK_TESTS_WATCH_WATCHED_REVIEW_H_

#include <cstdint>
#include <random>

#include "tests/testing/server_fixture.h"
#include "tests/watch/history.h"

namespace tidemark::testing {

// Moved by every trial, and by all but one of them.
inline constexpr char kDeath[] = "death-or";
inline constexpr char kStroke[] = "stroke-or";

// Writes through the fixture; a write that fails fails the running test.
// Thread-compatible, as the fixture is.
class WatchedReview {
 public:
  // Creates the review and its analyses (sequences 1 and 2).
  WatchedReview(ServerFixture* fixture, uint64_t seed);

  // One more entry: mostly a version of a trial; else a change of a trial's
  // status or of an analysis, or of the protocol, which moves nothing.
  void Write();
  void Write(int count);

  // So many more analyses: every trial moves all of them.
  void AddAnalyses(int count);

  History ReadHistory();

 private:
  void Apply(const v1::Change& change);
  v1::Change NextTrial();
  v1::Change NextStatus();
  v1::Change NextAnalysis();
  v1::Change NextProtocol();

  ServerFixture* const fixture_;
  std::mt19937_64 random_;
  int trials_ = 0;         // versions in all
  bool excluded_ = false;  // the first of them
  int revisions_ = 0;
};

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_WATCH_WATCHED_REVIEW_H_
