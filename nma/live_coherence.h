// The coherence of a network that is kept up to date as studies change.
#ifndef TIDEMARK_NMA_LIVE_COHERENCE_H_
#define TIDEMARK_NMA_LIVE_COHERENCE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nma/coherence.h"
#include "nma/design_network.h"
#include "nma/effects.h"

namespace tidemark::nma {

class LiveCoherence {
 public:
  LiveCoherence() = default;
  LiveCoherence(LiveCoherence&&) = default;  // designs point to the studies
  LiveCoherence& operator=(LiveCoherence&&) = default;

  // As in LiveNetwork. O(log S) and the number of studies of its design.
  absl::Status Put(const StudyEffects& study);
  bool Remove(absl::string_view study_id);

  // Equals DecomposeQ of the same studies bit by bit, with its errors, whatever
  // the edits that led here. Designs are pooled again, and components
  // decomposed again, only if their studies changed: O(sum k) over all designs,
  // and what DecomposeComponent says for each changed component.
  absl::StatusOr<Coherence> Decompose();

 private:
  std::map<std::string, StudyEffects> studies_;
  DesignNetwork network_;
  // Of the last Decompose, by the revisions of its designs.
  std::map<std::vector<std::int64_t>, ComponentCoherence> components_;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LIVE_COHERENCE_H_
