// Counts refused calls in bounded memory.
#ifndef TIDEMARK_SERVER_REFUSAL_TALLY_H_
#define TIDEMARK_SERVER_REFUSAL_TALLY_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "tidemark/v1/change.pb.h"

namespace tidemark::server {

// Thread-compatible.
class RefusalTally {
 public:
  // Counts a call once, whatever its `count` says, together with those that are
  // the same in all else. What callers choose is cut to some hundred bytes of
  // valid UTF-8. Different calls beyond review::kMostRefusedCalls are only
  // counted. O(log calls).
  void Add(const v1::RefusedCall& call);

  bool empty() const { return counts_.empty(); }

  // What was counted since the last Take.
  v1::CallsRefused Take();

 private:
  // Method, actor, peer, code, message.
  using Call = std::array<std::string, 5>;

  std::map<Call, int64_t> counts_;
  int64_t others_ = 0;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REFUSAL_TALLY_H_
