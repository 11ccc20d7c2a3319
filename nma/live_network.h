// A network meta-analysis that is kept up to date as studies change.
#ifndef TIDEMARK_NMA_LIVE_NETWORK_H_
#define TIDEMARK_NMA_LIVE_NETWORK_H_

#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nma/effects.h"
#include "nma/network_fit.h"

namespace tidemark::nma {

// Holds the studies of one analysis. Other options are another analysis: they
// need a LiveNetwork of their own, which starts from a full fit.
class LiveNetwork {
 public:
  explicit LiveNetwork(FitOptions options) : options_(std::move(options)) {}

  // Adds the study, or puts it in the place of the one that has its id.
  // InvalidArgument: it breaks a rule of study_effects_check.h; nothing is
  // changed.
  absl::Status Put(const StudyEffects& study);

  // Takes the study out; false if there is none of this id.
  bool Remove(absl::string_view study_id);

  // Equals FitNetwork of the same studies and options to 1e-9, with its errors,
  // whatever the edits that led here.
  absl::StatusOr<NetworkFit> Fit();

 private:
  FitOptions options_;
  std::map<std::string, StudyEffects> studies_;
};

}  // namespace tidemark::nma

#endif  // TIDEMARK_NMA_LIVE_NETWORK_H_
