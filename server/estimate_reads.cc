#include "server/estimate_reads.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/deterministic_bytes.h"
#include "base/status_macros.h"
#include "review/analysis_inputs.h"
#include "review/conclusion_events.h"
#include "review/errors.h"
#include "review/estimate_details.h"
#include "review/rankings.h"
#include "review/review_state.h"
#include "server/conclusion_reads.h"
#include "server/details_cache.h"
#include "server/review_view.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

// The estimate that was current at the view's moment. NOT_FOUND: only what the
// log knows is an analysis, stored bytes alone are not.
absl::StatusOr<v1::Estimate> FindEstimate(const ReviewView& view,
                                          const std::string& analysis) {
  RETURN_IF_ERROR(CheckAnalysis(view, analysis));
  absl::StatusOr<v1::Estimate> estimate =
      view.reader.EstimateAsOf(analysis, view.sequence);
  if (absl::IsNotFound(estimate.status())) return UnknownAnalysis(analysis);
  return estimate;
}

absl::Status AddDetails(const storage::ReviewStore& store,
                        const ReviewView& view,
                        const v1::EstimateDetails& details,
                        absl::FunctionRef<bool()> cancelled,
                        review::DeclaredEstimate* declared) {
  v1::Estimate* const estimate = &declared->estimate;
  std::vector<v1::TrialRecord> records;
  if (review::NeedsStudies(details)) {
    ASSIGN_OR_RETURN(
        const std::vector<storage::StoredTrial> trials,
        store.TrialsAsOf(estimate->review_id(), estimate->sequence()));
    for (const storage::StoredTrial& trial : trials) {
      ASSIGN_OR_RETURN(v1::TrialRecord record,
                       view.reader.Trial(trial.id, estimate->sequence()));
      records.push_back(std::move(record));
    }
  }
  return review::AddAnalysisDetails(details, records, *declared->protocol,
                                    *declared->analysis, cancelled, estimate);
}

// AddDetails, or what an earlier call made with it: all of it is of entries
// that never change. What was cut short is not kept.
absl::Status FindDetails(const ServiceContext& context, const ReviewView& view,
                         const v1::GetEstimateRequest& request,
                         absl::FunctionRef<bool()> cancelled,
                         review::DeclaredEstimate* declared) {
  const v1::EstimateDetails& details = request.details();
  if (!AsksForDetails(request)) {
    return AddDetails(*context.store, view, details, cancelled, declared);
  }
  const DetailsKey key = {request.review_id(), view.epoch,
                          request.analysis_id(), declared->estimate.sequence(),
                          DeterministicBytes(details)};
  const auto kept = context.details_cache->Find(key);
  if (kept != nullptr && declared->estimate.ParseFromString(*kept)) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(
      AddDetails(*context.store, view, details, cancelled, declared));
  context.details_cache->Insert(key, DeterministicBytes(declared->estimate));
  return absl::OkStatus();
}

absl::Status CheckPartialOrder(const v1::GetPartialOrderRequest& request) {
  const std::set<std::string> distinct(request.analysis_ids().begin(),
                                       request.analysis_ids().end());
  const int size = request.analysis_ids_size();
  if (size >= 2 && size <= 20 && static_cast<int>(distinct.size()) == size) {
    return absl::OkStatus();
  }
  review::Violations violations;
  violations.Add("analysis_ids",
                 absl::StrCat("must be 2-20 analyses, each once, found ", size,
                              " of which ", distinct.size(), " distinct"));
  return violations.ToStatus();
}

}  // namespace

bool AsksForDetails(const v1::GetEstimateRequest& request) {
  // Whatever is set: a detail that is added later is none too few.
  return request.details().ByteSizeLong() > 0;
}

absl::Status ReadEstimate(const ServiceContext& context,
                          const v1::GetEstimateRequest& request,
                          absl::FunctionRef<bool()> cancelled,
                          v1::GetEstimateResponse* response) {
  RETURN_IF_ERROR(review::CheckDetails("details", request.details()));
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), request.as_of()));
  ASSIGN_OR_RETURN(v1::Estimate estimate,
                   FindEstimate(view, request.analysis_id()));
  // It may have waited long for its turn.
  if (cancelled()) return absl::CancelledError("the call was cancelled");
  ASSIGN_OR_RETURN(review::DeclaredEstimate declared,
                   Declare(*view.state, std::move(estimate)));
  RETURN_IF_ERROR(FindDetails(context, view, request, cancelled, &declared));
  *response->mutable_conclusions() = ConcludeDeclared(declared);
  std::vector<std::string> trials;
  for (const v1::StudyUse& use : declared.estimate.studies()) {
    trials.push_back(use.study());
  }
  for (const v1::StudyLeftOut& study : declared.estimate.studies_left_out()) {
    trials.push_back(study.study());
  }
  std::sort(trials.begin(), trials.end());
  for (const std::string& trial : trials) {
    NoteLater(*view.state, trial, view.sequence,
              response->mutable_known_later());
  }
  *response->mutable_estimate() = std::move(declared.estimate);
  response->set_head_sequence(view.head);
  return absl::OkStatus();
}

absl::Status ReadPartialOrder(const ServiceContext& context,
                              const v1::GetPartialOrderRequest& request,
                              v1::GetPartialOrderResponse* response) {
  RETURN_IF_ERROR(CheckPartialOrder(request));
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), request.as_of()));
  std::vector<v1::Estimate> estimates;
  for (const std::string& analysis : request.analysis_ids()) {
    ASSIGN_OR_RETURN(v1::Estimate estimate, FindEstimate(view, analysis));
    estimates.push_back(std::move(estimate));
  }
  *response->mutable_order() = review::PartialOrderOf(estimates);
  response->set_head_sequence(view.head);
  return absl::OkStatus();
}

}  // namespace tidemark::server
