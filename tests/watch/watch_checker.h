// Holds a watch to what docs/watching.md promises.
#ifndef TIDEMARK_TESTS_WATCH_WATCH_CHECKER_H_
#define TIDEMARK_TESTS_WATCH_WATCH_CHECKER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/watch/history.h"
#include "tidemark/v1/watch_service.pb.h"

namespace tidemark::testing {

// What is wrong with the messages of a watch with this filter that began after
// sequence `start`, on however many connections. They must be ordered, unique,
// without gaps up to `until`, atomic (all of an entry in one message, as the
// reads show it), each with a token, nothing that the filter holds back; and
// progress must come after all that it speaks of. `history` reaches beyond what
// was watched. Empty: nothing.
//
// If the watch began with a snapshot, `start` is not read, and the snapshot
// must be whole, of one sequence, and as the reads show it.
std::vector<std::string> CheckWatch(
    const v1::WatchRequest& request, int64_t start, int64_t until,
    const std::vector<v1::WatchResponse>& messages, const History& history);

}  // namespace tidemark::testing

#endif  // TIDEMARK_TESTS_WATCH_WATCH_CHECKER_H_
