// Which estimates rest on a bad entry.
#ifndef TIDEMARK_CLIENT_CLI_CONCERNED_H_
#define TIDEMARK_CLIENT_CLI_CONCERNED_H_

#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {

using LeafVisitor =
    std::function<void(int64_t sequence, absl::string_view leaf)>;

// Visits the leaves from entry `from` to the end of the log, in order, as they
// are stored. Those that cannot be read are left out.
using LeafWalk = std::function<void(int64_t from, const LeafVisitor& visit)>;

// Adds to a finding about the records of an entry the estimates that rest on
// them: those of the analyses that the entry moved, stored by it and by every
// later entry; of all analyses if it wrote the protocol, or if its leaf does
// not say what it moved. A finding about estimates alone is left as it is.
void AddRestingEstimates(const LeafWalk& walk, v1::Finding& finding);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_CONCERNED_H_
