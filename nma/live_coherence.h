// The coherence of a network that is kept up to date as studies change.
#ifndef TIDEMARK_NMA_LIVE_COHERENCE_H_
#define TIDEMARK_NMA_LIVE_COHERENCE_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nma/coherence.h"
#include "nma/effects.h"

namespace tidemark::nma {

class LiveCoherence {
 public:
  // As in LiveNetwork.
  absl::Status Put(const StudyEffects& study);
  bool Remove(absl::string_view study_id);

  // Equals DecomposeQ of the same studies to 1e-9, with its errors, whatever
  // the edits that led here.
  absl::StatusOr<Coherence> Decompose();

 private:
  std::map<std::string, StudyEffects> studies_;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LIVE_COHERENCE_H_
