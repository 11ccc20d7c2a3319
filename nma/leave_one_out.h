// What the rest of a network says of the treatments of one study.
#ifndef TIDEMARK_NMA_LEAVE_ONE_OUT_H_
#define TIDEMARK_NMA_LEAVE_ONE_OUT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "nma/elimination.h"
#include "nma/study_block.h"

namespace tidemark::nma {

// For each block, the evidence of all others on its k nodes, numbered as in the
// block; a pair that the others do not connect has no weight.
//
// The studies are halved again and again; each half takes the evidence of the
// other one and eliminates the nodes that it does not have itself
// (elimination.h). So nothing is ever subtracted, as it would be to take one
// study out of a sum.
//
// Requires a weight per block. FailedPrecondition if negative weights of the
// rest cancel. O(studies nodes^2 + nodes^3) for networks of more studies than
// nodes.
absl::StatusOr<std::vector<PairEvidence>> LeaveOneOut(
    const ConnectedNetwork& network, const std::vector<BlockWeight>& weights);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LEAVE_ONE_OUT_H_
