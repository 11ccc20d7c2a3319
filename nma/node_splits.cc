#include "nma/node_splits.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "nma/network.h"
#include "nma/treatment_index.h"

namespace tidemark::nma {
namespace {

bool Compares(const StudyEffects& study, const std::string& treatment) {
  return std::find(study.treatments.begin(), study.treatments.end(),
                   treatment) != study.treatments.end();
}

// The studies of the pair's component that do not compare the two.
std::vector<StudyEffects> StudiesWithout(absl::Span<const StudyEffects> studies,
                                         const NetworkFit& fit,
                                         const DirectEvidence& pair) {
  const std::string& first = fit.treatments[pair.first];
  const std::string& second = fit.treatments[pair.second];
  std::vector<StudyEffects> rest;
  for (const StudyEffects& study : studies) {
    const int base = TreatmentIndex(fit.treatments, study.treatments[0]);
    if (fit.component[base] != fit.component[pair.first]) continue;
    if (Compares(study, first) && Compares(study, second)) continue;
    rest.push_back(study);
  }
  return rest;
}

bool Connects(const std::vector<StudyEffects>& studies,
              const std::string& first, const std::string& second) {
  const Network network = BuildNetwork(studies);
  for (const Component& component : network.components) {
    const auto has = [&](const std::string& name) {
      return std::any_of(component.treatments.begin(),
                         component.treatments.end(),
                         [&](int t) { return network.treatments[t] == name; });
    };
    if (has(first)) return has(second);
  }
  return false;
}

absl::StatusOr<NodeSplit> SplitNode(absl::Span<const StudyEffects> studies,
                                    const NetworkFit& fit,
                                    const FitOptions& options,
                                    const DirectEvidence& pair) {
  NodeSplit split{pair.first,
                  pair.second,
                  pair.studies,
                  RestOfNetwork::kDoesNotConnectPair,
                  std::nullopt,
                  {pair.common, std::nullopt},
                  {pair.random, std::nullopt}};
  const std::string& first = fit.treatments[pair.first];
  const std::string& second = fit.treatments[pair.second];
  const std::vector<StudyEffects> rest = StudiesWithout(studies, fit, pair);
  if (!Connects(rest, first, second)) return split;

  const absl::StatusOr<NetworkFit> refit = FitNetwork(rest, options);
  if (!refit.ok()) {
    split.rest = RestOfNetwork::kCannotBeSolved;
    return split;
  }
  split.rest = RestOfNetwork::kConnectsPair;
  const int i = TreatmentIndex(refit->treatments, first);
  const int j = TreatmentIndex(refit->treatments, second);
  split.rest_tau2 = refit->heterogeneity[refit->component[i]].tau2;
  ASSIGN_OR_RETURN(
      split.common.indirect,
      CompareWithDirect(NetworkEstimate(refit->common, i, j), pair.common));
  ASSIGN_OR_RETURN(
      split.random.indirect,
      CompareWithDirect(NetworkEstimate(refit->random, i, j), pair.random));
  return split;
}

}  // namespace

absl::StatusOr<std::vector<NodeSplit>> SplitNodes(
    absl::Span<const StudyEffects> studies, const NetworkFit& fit,
    const FitOptions& options, absl::FunctionRef<bool()> cancelled) {
  FitOptions any_reference = options;
  any_reference.reference.clear();  // the rest may not have it
  ASSIGN_OR_RETURN(const std::vector<DirectEvidence> pairs,
                   PoolDirectEvidence(studies, fit));
  std::vector<NodeSplit> splits;
  for (const DirectEvidence& pair : pairs) {
    if (cancelled()) {
      return absl::CancelledError("node-splitting was cancelled");
    }
    ASSIGN_OR_RETURN(const NodeSplit split,
                     SplitNode(studies, fit, any_reference, pair));
    splits.push_back(split);
  }
  return splits;
}

}  // namespace tidemark::nma
