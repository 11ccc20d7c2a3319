#include "server/estimate_reads.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "review/analysis_inputs.h"
#include "review/errors.h"
#include "review/estimate_details.h"
#include "review/rankings.h"
#include "review/relative_effects.h"
#include "review/review_state.h"
#include "server/details_cache.h"
#include "server/page.h"
#include "server/review_view.h"
#include "server/stored_bytes.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

absl::Status UnknownAnalysis(absl::string_view analysis) {
  return review::Error(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND",
                       absl::StrCat("the review has no analysis \"", analysis,
                                    "\" at this moment"),
                       {{"analysis", std::string(analysis)}});
}

// The estimate that was current at the view's moment. NOT_FOUND: only what the
// log knows is an analysis, stored bytes alone are not.
absl::StatusOr<v1::Estimate> FindEstimate(const ReviewView& view,
                                          const std::string& analysis) {
  if (view.state->FindAnalysis(analysis) == nullptr) {
    return UnknownAnalysis(analysis);
  }
  absl::StatusOr<v1::Estimate> estimate =
      view.reader.EstimateAsOf(analysis, view.sequence);
  if (absl::IsNotFound(estimate.status())) return UnknownAnalysis(analysis);
  return estimate;
}

// The version of the analysis that the estimate was made by.
v1::Analysis AnalysisOf(const ReviewView& view, const v1::Estimate& estimate) {
  for (const review::AnalysisVersion* version :
       view.state->Analyses(estimate.sequence())) {
    const v1::Analysis& analysis = version->record.analysis();
    if (analysis.analysis_id() == estimate.analysis_id()) return analysis;
  }
  return v1::Analysis();
}

absl::Status AddDetails(const storage::ReviewStore& store,
                        const ReviewView& view,
                        const v1::EstimateDetails& details,
                        absl::FunctionRef<bool()> cancelled,
                        v1::Estimate* estimate) {
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
  return review::AddAnalysisDetails(
      details, records, view.state->ProtocolAsOf(estimate->sequence())->review,
      AnalysisOf(view, *estimate), cancelled, estimate);
}

// AddDetails, or what an earlier call made with it: all of it is of entries
// that never change. What was cut short is not kept.
absl::Status FindDetails(const ServiceContext& context, const ReviewView& view,
                         const v1::GetEstimateRequest& request,
                         absl::FunctionRef<bool()> cancelled,
                         v1::Estimate* estimate) {
  const v1::EstimateDetails& details = request.details();
  if (!AsksForDetails(request)) {
    return AddDetails(*context.store, view, details, cancelled, estimate);
  }
  const DetailsKey key = {request.review_id(), view.epoch,
                          request.analysis_id(), estimate->sequence(),
                          StoredBytes(details)};
  const auto kept = context.details_cache->Find(key);
  if (kept != nullptr && estimate->ParseFromString(*kept)) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(
      AddDetails(*context.store, view, details, cancelled, estimate));
  context.details_cache->Insert(key, StoredBytes(*estimate));
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

// Keeps only the comparison asked for.
void KeepComparison(const v1::ListEstimatesRequest& request,
                    v1::Estimate& estimate) {
  for (const review::Model model :
       {review::Model::kCommon, review::Model::kRandom}) {
    v1::ModelEstimate* effects = model == review::Model::kCommon
                                     ? estimate.mutable_common()
                                     : estimate.mutable_random();
    effects->clear_relative_effects();
    const absl::StatusOr<v1::RelativeEffect> effect =
        review::Compare(estimate, model, request.first(), request.second());
    // History goes on while the comparison is not estimable.
    if (effect.ok()) *effects->add_relative_effects() = *effect;
  }
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
  RETURN_IF_ERROR(FindDetails(context, view, request, cancelled, &estimate));
  std::vector<std::string> trials;
  for (const v1::StudyUse& use : estimate.studies()) {
    trials.push_back(use.study());
  }
  for (const v1::StudyLeftOut& study : estimate.studies_left_out()) {
    trials.push_back(study.study());
  }
  std::sort(trials.begin(), trials.end());
  for (const std::string& trial : trials) {
    NoteLater(*view.state, trial, view.sequence,
              response->mutable_known_later());
  }
  *response->mutable_estimate() = std::move(estimate);
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

absl::Status ReadEstimateHistory(const ServiceContext& context,
                                 const v1::ListEstimatesRequest& request,
                                 v1::ListEstimatesResponse* response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), v1::AsOf()));
  if (view.state->FindAnalysis(request.analysis_id()) == nullptr) {
    return UnknownAnalysis(request.analysis_id());
  }
  if (request.first().empty() != request.second().empty()) {
    review::Violations violations;
    violations.Add("second", "first and second go together");
    return violations.ToStatus();
  }
  v1::ListEstimatesRequest unpaged = request;
  unpaged.clear_page_size();
  unpaged.clear_page_token();
  const std::string arguments = unpaged.SerializeAsString();
  int64_t from = std::max<int64_t>(request.from_sequence(), 1);
  int64_t to = request.to_sequence() == 0 ? view.head : request.to_sequence();
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const PagePosition position,
                     ReadPageToken(arguments, request.page_token()));
    to = position.sequence;
    if (!absl::SimpleAtoi(position.after, &from)) from = 1;
  }
  ASSIGN_OR_RETURN(const std::vector<storage::StoredVersion> versions,
                   context.store->EstimateHistory(
                       request.review_id(), request.analysis_id(), from, to));
  size_t bytes = 0;
  for (const storage::StoredVersion& version : versions) {
    if (response->estimates_size() == page_size || bytes > kMostPageBytes) {
      response->set_next_page_token(
          MakePageToken(arguments, {to, absl::StrCat(version.sequence)}));
      break;
    }
    v1::EstimateAt* at = response->add_estimates();
    ASSIGN_OR_RETURN(
        *at->mutable_estimate(),
        view.reader.EstimateAsOf(request.analysis_id(), version.sequence));
    ASSIGN_OR_RETURN(*at->mutable_cause(),
                     view.reader.Entry(version.sequence, /*with_leaf=*/false));
    if (request.first().empty()) {
      review::FillDerived(at->mutable_estimate());
    } else {
      KeepComparison(request, *at->mutable_estimate());
    }
    bytes += at->ByteSizeLong();
  }
  return absl::OkStatus();
}

}  // namespace tidemark::server
