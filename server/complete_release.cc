#include "server/complete_release.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "review/plan_release.h"
#include "server/conclusion_reads.h"

namespace tidemark::server {

absl::StatusOr<std::vector<v1::ConclusionEvent>> CompleteRelease(
    const LogReader& reader, const review::ReviewState& state,
    int64_t committed, v1::MakeRelease* release) {
  if (release->sequence() == 0) release->set_sequence(committed);
  RETURN_IF_ERROR(review::CheckRelease(state, *release, committed));
  const v1::Release* const before =
      review::ReleaseBefore(state, release->sequence());
  std::vector<v1::ConclusionEvent> events;
  // Analyses are never taken back: these are those of the release before too.
  for (const review::AnalysisVersion* analysis :
       state.Analyses(release->sequence())) {
    ASSIGN_OR_RETURN(
        std::vector<v1::ConclusionEvent> of_analysis,
        EventsBetween(reader, state, analysis->record.analysis().analysis_id(),
                      before == nullptr ? 0 : before->sequence(),
                      release->sequence()));
    for (v1::ConclusionEvent& event : of_analysis) {
      events.push_back(std::move(event));
    }
  }
  RETURN_IF_ERROR(review::HoldAgainstEvents(state, events, release));
  return events;
}

}  // namespace tidemark::server
