#include "server/review_view.h"

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "review/errors.h"
#include "review/validate_review.h"
#include "server/live_review.h"

namespace tidemark::server {

absl::StatusOr<ReviewView> OpenView(const ServiceContext& context,
                                    const std::string& review,
                                    const v1::AsOf& as_of) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context.registry->Find(review));
  if (review == review::kSystemLog) {
    return review::Error(
        absl::StatusCode::kNotFound, "REVIEW_NOT_FOUND",
        absl::StrCat("\"", review,
                     "\" is no review but the server's own log; "
                     "read its entries"),
        {{"review", review}});
  }
  ReviewView view = {live->Committed(), LogReader(context.store, review)};
  view.epoch = live->epoch();
  view.head = view.state->sequence();
  ASSIGN_OR_RETURN(view.sequence, view.reader.Resolve(as_of, *view.state));
  return view;
}

absl::Status UnknownAnalysis(absl::string_view analysis) {
  return review::Error(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND",
                       absl::StrCat("the review has no analysis \"", analysis,
                                    "\" at this moment"),
                       {{"analysis", std::string(analysis)}});
}

absl::Status CheckAnalysis(const ReviewView& view,
                           const std::string& analysis) {
  if (view.state->FindAnalysis(analysis) != nullptr) return absl::OkStatus();
  return UnknownAnalysis(analysis);
}

void NoteLater(const review::ReviewState& state, const std::string& trial,
               int64_t sequence,
               google::protobuf::RepeatedPtrField<v1::KnownLater>* later) {
  const review::TrialVersion* now = state.FindTrial(trial);
  if (now == nullptr || now->record.sequence() <= sequence) return;
  v1::KnownLater* known = later->Add();
  known->set_trial_id(trial);
  known->set_version(now->record.version());
  known->set_status(now->record.status());
  known->set_sequence(now->record.sequence());
}

}  // namespace tidemark::server
