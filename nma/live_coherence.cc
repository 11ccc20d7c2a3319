#include "nma/live_coherence.h"

#include <string>
#include <vector>

#include "base/status_macros.h"
#include "nma/study_effects_check.h"

namespace tidemark::nma {

absl::Status LiveCoherence::Put(const StudyEffects& study) {
  RETURN_IF_ERROR(CheckStudyEffects({&study, 1}));
  studies_[study.study] = study;
  return absl::OkStatus();
}

bool LiveCoherence::Remove(absl::string_view study_id) {
  return studies_.erase(std::string(study_id)) > 0;
}

absl::StatusOr<Coherence> LiveCoherence::Decompose() {
  std::vector<StudyEffects> studies;
  studies.reserve(studies_.size());
  for (const auto& [id, study] : studies_) studies.push_back(study);
  return DecomposeQ(studies);
}

}  // namespace tidemark::nma
