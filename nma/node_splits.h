// Node-splitting: direct evidence on a pair against the network without it.
#ifndef TIDEMARK_NMA_NODE_SPLITS_H_
#define TIDEMARK_NMA_NODE_SPLITS_H_

#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "nma/direct_evidence.h"
#include "nma/effects.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// What is left without the studies that compare the pair.
enum class RestOfNetwork {
  kConnectsPair,        // there is indirect evidence
  kDoesNotConnectPair,  // there is none
  kCannotBeSolved,      // its numbers are too far apart for an estimate
};

// One pair under one model.
struct NodeSplitEvidence {
  PairEstimate direct;  // with tau^2 of the whole network's fit
  std::optional<IndirectEvidence> indirect;  // iff kConnectsPair
};

struct NodeSplit {
  int first = 0;  // treatments of the fit, first < second
  int second = 0;
  int studies = 0;  // that compare the two directly and are left out, >= 1
  RestOfNetwork rest = RestOfNetwork::kDoesNotConnectPair;
  std::optional<double> rest_tau2;  // of the indirect evidence
  NodeSplitEvidence common;
  NodeSplitEvidence random;
};

// Every pair that a study compares, ordered by first, then by second.
//
// All studies with both treatments are left out, whole multi-arm studies
// included ("separate indirect from direct design evidence", Efthimiou et al.
// 2019), and the rest is fitted anew, tau^2 too, with the same options. So
// direct and indirect evidence share no study. With two-arm studies only the
// common-effect results equal those of back-calculation (splits.h).
//
// Requires the fit of these studies with these options. InvalidArgument: an
// estimate that is not finite. Cancelled: `cancelled`, which is asked before
// each refit, says so. O(pairs) times FitNetwork: minutes for hundreds of
// treatments.
absl::StatusOr<std::vector<NodeSplit>> SplitNodes(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit,
    const FitOptions& options, absl::FunctionRef<bool()> cancelled);

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_NODE_SPLITS_H_
