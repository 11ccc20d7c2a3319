// Which treatments the studies connect.
#ifndef TIDEMARK_NMA_NETWORK_H_
#define TIDEMARK_NMA_NETWORK_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "nma/effects.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// A connected part of the network. Node i of `network` is the treatment with
// index treatments[i] in the whole network; indices increase. Block s is the
// study with index studies[s] in the input.
struct Component {
  std::vector<int> treatments;
  std::vector<int> studies;
  ConnectedNetwork network;
};

struct Network {
  std::vector<std::string> treatments;  // sorted by bytes
  std::vector<Component> components;    // ordered by their first treatment
};

// Studies in the order of their ids; those with the same id stay as they are.
std::vector<const StudyEffects*> SortedById(
    absl::Span<const StudyEffects> studies);

// Studies are taken in the order of their ids, so that sums, and with them all
// results, do not depend on the order of the input.
// Requires studies that CheckStudyEffects accepts. O(S log S + T log T).
Network BuildNetwork(absl::Span<const StudyEffects> studies);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_NETWORK_H_
