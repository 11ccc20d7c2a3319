#include "server/estimate_reads.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/deterministic_bytes.h"
#include "base/status_macros.h"
#include "review/analysis_inputs.h"
#include "review/benefit_harm.h"
#include "review/check.h"
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
  const DetailsKey key = {
      request.review_id(),
      view.epoch,
      view.state->last_redaction(),
      {{request.analysis_id(), declared->estimate.sequence()}},
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

template <typename Ids>
void CheckOnce(const std::string& path, const Ids& analyses,
               std::set<std::string>* seen, review::Violations* violations) {
  for (int i = 0; i < analyses.size(); ++i) {
    if (seen->insert(analyses[i]).second) continue;
    violations->Add(review::Element(path, i),
                    absl::StrCat("\"", analyses[i],
                                 "\" stands here already, as a benefit or a "
                                 "harm; name it once"));
  }
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

absl::Status CheckBenefitHarm(const v1::GetBenefitHarmRequest& request) {
  constexpr int kMostAnalyses = 10;
  const auto& benefits = request.benefit_analysis_ids();
  const auto& harms = request.harm_analysis_ids();
  review::Violations violations;
  if (benefits.empty()) {
    violations.Add("benefit_analysis_ids", "must be at least one analysis");
  }
  if (harms.empty()) {
    violations.Add("harm_analysis_ids", "must be at least one analysis");
  }
  const int size = benefits.size() + harms.size();
  if (size > kMostAnalyses) {
    violations.Add("harm_analysis_ids",
                   absl::StrCat("benefits and harms must be at most ",
                                kMostAnalyses, " analyses, found ", size));
  }
  std::set<std::string> seen;
  CheckOnce("benefit_analysis_ids", benefits, &seen, &violations);
  CheckOnce("harm_analysis_ids", harms, &seen, &violations);
  return violations.ToStatus();
}

template <typename Ids>
absl::StatusOr<std::vector<v1::Estimate>> FindEstimates(const ReviewView& view,
                                                        const Ids& analyses) {
  std::vector<v1::Estimate> estimates;
  for (const std::string& analysis : analyses) {
    ASSIGN_OR_RETURN(v1::Estimate estimate, FindEstimate(view, analysis));
    estimates.push_back(std::move(estimate));
  }
  return estimates;
}

// Adds each trial of the estimates that has changed since, by id.
void NoteLaterOf(const ReviewView& view,
                 absl::Span<const v1::Estimate> estimates,
                 google::protobuf::RepeatedPtrField<v1::KnownLater>* later) {
  std::set<std::string> trials;
  for (const v1::Estimate& estimate : estimates) {
    for (const v1::StudyUse& use : estimate.studies()) {
      trials.insert(use.study());
    }
    for (const v1::StudyLeftOut& study : estimate.studies_left_out()) {
      trials.insert(study.study());
    }
  }
  for (const std::string& trial : trials) {
    NoteLater(*view.state, trial, view.sequence, later);
  }
}

// What a comparison of benefit and harm is made of.
struct BenefitHarmInputs {
  const v1::GetBenefitHarmRequest& request;
  const ReviewView& view;
  const std::vector<v1::Estimate>& estimates;  // of benefits, then of harms
};

// The request names at least two analyses, so that the key is none of an
// estimate with details.
DetailsKey KeyOf(const BenefitHarmInputs& inputs) {
  DetailsKey key;
  key.review = inputs.request.review_id();
  key.epoch = inputs.view.epoch;
  key.redaction = inputs.view.state->last_redaction();
  for (const v1::Estimate& estimate : inputs.estimates) {
    key.estimates.push_back({estimate.analysis_id(), estimate.sequence()});
  }
  v1::GetBenefitHarmRequest question = inputs.request;
  question.clear_as_of();  // the sequences of the estimates say it
  key.question = DeterministicBytes(question);
  return key;
}

// The comparison, or what an earlier call made.
absl::Status FindBenefitHarm(const ServiceContext& context,
                             const BenefitHarmInputs& inputs,
                             absl::FunctionRef<bool()> cancelled,
                             v1::BenefitHarm* answer) {
  const DetailsKey key = KeyOf(inputs);
  const auto kept = context.details_cache->Find(key);
  if (kept != nullptr && answer->ParseFromString(*kept)) {
    return absl::OkStatus();
  }
  const absl::Span<const v1::Estimate> estimates = inputs.estimates;
  const int benefits = inputs.request.benefit_analysis_ids_size();
  const review::BenefitHarmQuestion question = {
      estimates.first(benefits), estimates.subspan(benefits),
      inputs.request.reference(),
      inputs.request.common_effect() ? review::Model::kCommon
                                     : review::Model::kRandom};
  ASSIGN_OR_RETURN(*answer, review::CompareBenefitHarm(question, cancelled));
  context.details_cache->Insert(key, DeterministicBytes(*answer));
  return absl::OkStatus();
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
  NoteLaterOf(view, {&declared.estimate, 1}, response->mutable_known_later());
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
  ASSIGN_OR_RETURN(const std::vector<v1::Estimate> estimates,
                   FindEstimates(view, request.analysis_ids()));
  *response->mutable_order() = review::PartialOrderOf(estimates);
  NoteLaterOf(view, estimates, response->mutable_known_later());
  response->set_head_sequence(view.head);
  return absl::OkStatus();
}

absl::Status ReadBenefitHarm(const ServiceContext& context,
                             const v1::GetBenefitHarmRequest& request,
                             absl::FunctionRef<bool()> cancelled,
                             v1::GetBenefitHarmResponse* response) {
  RETURN_IF_ERROR(CheckBenefitHarm(request));
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context, request.review_id(), request.as_of()));
  std::vector<std::string> analyses(request.benefit_analysis_ids().begin(),
                                    request.benefit_analysis_ids().end());
  analyses.insert(analyses.end(), request.harm_analysis_ids().begin(),
                  request.harm_analysis_ids().end());
  ASSIGN_OR_RETURN(const std::vector<v1::Estimate> estimates,
                   FindEstimates(view, analyses));
  // It may have waited long for its turn.
  if (cancelled()) return absl::CancelledError("the call was cancelled");
  RETURN_IF_ERROR(FindBenefitHarm(context, {request, view, estimates},
                                  cancelled, response->mutable_benefit_harm()));
  NoteLaterOf(view, estimates, response->mutable_known_later());
  response->set_head_sequence(view.head);
  return absl::OkStatus();
}

}  // namespace tidemark::server
