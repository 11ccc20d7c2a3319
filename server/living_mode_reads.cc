#include "server/living_mode_reads.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "base/status_macros.h"
#include "review/living_mode.h"
#include "review/schedule.h"
#include "server/page.h"

namespace tidemark::server {

void ReadLivingMode(const ServiceContext& context, const ReviewView& view,
                    v1::GetReviewResponse* response) {
  const v1::LivingModeRecord* const record =
      view.state->LivingMode(view.sequence);
  if (record == nullptr) return;
  *response->mutable_living_mode() = *record;
  const absl::CivilDay today = review::DayOf(context.clock->Now());
  for (v1::DueStep& step : review::DueSteps(*view.state, view.sequence)) {
    if (review::IsOverdue(step, today)) *response->add_overdue() = step;
    *response->add_due() = std::move(step);
  }
}

absl::Status ReadRuns(const ServiceContext& context,
                      const v1::ListRunsRequest& request,
                      v1::ListRunsResponse* response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), v1::AsOf()));
  const std::string arguments =
      absl::StrCat("runs ", request.review_id(), " ", request.from_sequence(),
                   " ", request.to_sequence());
  PagePosition position;
  position.sequence =
      request.to_sequence() == 0 ? view.head : request.to_sequence();
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(position, ReadPageToken(arguments, request.page_token()));
  }
  // Runs are only added, so a place in their list stays.
  size_t next = 0;
  if (!position.after.empty() && !absl::SimpleAtoi(position.after, &next)) {
    return absl::InternalError("a page token of runs names no place");
  }
  const review::ReviewState::Runs& runs = view.state->runs();
  size_t bytes = 0;
  for (size_t i = next; i < runs.size(); ++i) {
    const v1::StepRunRecord& record = *runs[i];
    if (record.sequence() < request.from_sequence()) continue;
    if (record.sequence() > position.sequence) break;
    if (response->runs_size() == page_size || bytes > kMostPageBytes) {
      position.after = absl::StrCat(i);
      response->set_next_page_token(MakePageToken(arguments, position));
      break;
    }
    *response->add_runs() = record;
    bytes += record.ByteSizeLong();
  }
  return absl::OkStatus();
}

}  // namespace tidemark::server
