#include "server/affected_releases.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::server {
namespace {

// Those of `trials` that the estimate used.
v1::ReliedOn TrialsUsed(const v1::Estimate& estimate,
                        const std::vector<std::string>& trials) {
  v1::ReliedOn relied_on;
  relied_on.set_analysis_id(estimate.analysis_id());
  for (const v1::StudyUse& use : estimate.studies()) {
    if (std::binary_search(trials.begin(), trials.end(), use.study())) {
      relied_on.add_trials(use.study());
    }
  }
  return relied_on;
}

}  // namespace

absl::StatusOr<std::vector<v1::AffectedRelease>> AffectedReleases(
    const LogReader& reader, const review::ReviewState& state,
    const std::vector<std::string>& trials) {
  std::vector<v1::AffectedRelease> affected;
  if (trials.empty()) return affected;
  for (const v1::Release& release : state.releases()) {
    v1::AffectedRelease found;
    for (const review::AnalysisVersion* analysis :
         state.Analyses(release.sequence())) {
      ASSIGN_OR_RETURN(
          const v1::Estimate estimate,
          reader.EstimateAsOf(analysis->record.analysis().analysis_id(),
                              release.sequence()));
      v1::ReliedOn relied_on = TrialsUsed(estimate, trials);
      if (relied_on.trials().empty()) continue;
      *found.add_relied_on() = std::move(relied_on);
    }
    if (found.relied_on().empty()) continue;
    *found.mutable_release() = release;
    affected.push_back(std::move(found));
  }
  return affected;
}

}  // namespace tidemark::server
