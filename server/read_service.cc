#include "server/read_service.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

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
#include "server/live_review.h"
#include "server/log_reader.h"
#include "server/page.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

// A review at a moment.
struct View {
  std::shared_ptr<const review::ReviewState> state;
  LogReader reader;
  int64_t head = 0;
  // What the moment resolves to.
  int64_t sequence = 0;
};

absl::StatusOr<View> Open(const ServiceContext& context,
                          const std::string& review, const v1::AsOf& as_of) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> live,
                   context.registry->Find(review));
  View view = {live->Committed(), LogReader(context.store, review)};
  view.head = view.state->sequence();
  ASSIGN_OR_RETURN(view.sequence, view.reader.Resolve(as_of, view.head));
  return view;
}

absl::Status UnknownAnalysis(absl::string_view analysis) {
  return review::Error(absl::StatusCode::kNotFound, "ANALYSIS_NOT_FOUND",
                       absl::StrCat("the review has no analysis \"", analysis,
                                    "\" at this moment"),
                       {{"analysis", std::string(analysis)}});
}

// The estimate that was current at the view's moment. NOT_FOUND: only what the
// log knows is an analysis, stored bytes alone are not.
absl::StatusOr<v1::Estimate> FindEstimate(const View& view,
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
v1::Analysis AnalysisOf(const View& view, const v1::Estimate& estimate) {
  for (const review::AnalysisVersion* version :
       view.state->Analyses(estimate.sequence())) {
    const v1::Analysis& analysis = version->record.analysis();
    if (analysis.analysis_id() == estimate.analysis_id()) return analysis;
  }
  return v1::Analysis();
}

absl::Status AddDetails(const storage::ReviewStore& store, const View& view,
                        const v1::EstimateDetails& details,
                        const grpc::CallbackServerContext& call,
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
      AnalysisOf(view, *estimate), [&call] { return call.IsCancelled(); },
      estimate);
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

// Adds the trial to `later` if it changed after `sequence`.
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

absl::Status ReadService::DoListReviews(v1::ListReviewsResponse* response) {
  for (const ReviewRegistry::Listed& listed : context_.registry->List()) {
    v1::ReviewSummary* summary = response->add_reviews();
    summary->set_review_id(listed.review);
    if (listed.live == nullptr) {
      summary->set_problem(std::string(listed.problem.message()));
      continue;
    }
    const auto state = listed.live->Committed();
    summary->set_title(state->protocol()->review.title());
    summary->set_head_sequence(state->sequence());
  }
  return absl::OkStatus();
}

absl::Status ReadService::DoGetReview(const v1::GetReviewRequest& request,
                                      v1::GetReviewResponse* response) {
  ASSIGN_OR_RETURN(const View view,
                   Open(context_, request.review_id(), request.as_of()));
  const review::ProtocolVersion* protocol =
      view.state->ProtocolAsOf(view.sequence);
  *response->mutable_review() = protocol->review;
  response->set_version(protocol->version);
  response->set_head_sequence(view.head);
  return absl::OkStatus();
}

absl::Status ReadService::DoListAnalyses(const v1::ListAnalysesRequest& request,
                                         v1::ListAnalysesResponse* response) {
  ASSIGN_OR_RETURN(const View view,
                   Open(context_, request.review_id(), request.as_of()));
  for (const review::AnalysisVersion* analysis :
       view.state->Analyses(view.sequence)) {
    *response->add_analyses() = analysis->record;
  }
  return absl::OkStatus();
}

absl::Status ReadService::DoListTrials(const v1::ListTrialsRequest& request,
                                       v1::ListTrialsResponse* response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const View view,
                   Open(context_, request.review_id(), request.as_of()));
  const std::string arguments = absl::StrCat(
      "trials ", request.review_id(), " ", request.as_of().SerializeAsString());
  PagePosition position;
  position.sequence = view.sequence;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(position, ReadPageToken(arguments, request.page_token()));
  }
  ASSIGN_OR_RETURN(
      const std::vector<storage::StoredTrial> trials,
      context_.store->TrialsAsOf(request.review_id(), position.sequence));
  size_t bytes = 0;
  absl::string_view last;
  for (const storage::StoredTrial& trial : trials) {
    if (!position.after.empty() && trial.id <= position.after) continue;
    if (response->trials_size() == page_size || bytes > kMostPageBytes) {
      position.after = std::string(last);
      response->set_next_page_token(MakePageToken(arguments, position));
      break;
    }
    v1::TrialRecord* record = response->add_trials();
    ASSIGN_OR_RETURN(*record, view.reader.Trial(trial.id, position.sequence));
    bytes += record->ByteSizeLong();
    last = trial.id;
  }
  return absl::OkStatus();
}

absl::Status ReadService::DoGetTrial(const v1::GetTrialRequest& request,
                                     v1::GetTrialResponse* response) {
  ASSIGN_OR_RETURN(const View view,
                   Open(context_, request.review_id(), request.as_of()));
  ASSIGN_OR_RETURN(std::vector<v1::TrialRecord> versions,
                   view.reader.TrialVersions(request.trial_id()));
  const v1::TrialRecord* found = nullptr;
  for (const v1::TrialRecord& record : versions) {
    const bool wanted = request.which_case() == v1::GetTrialRequest::kVersion
                            ? record.version() == request.version()
                            : record.sequence() <= view.sequence;
    if (wanted) found = &record;
  }
  if (found == nullptr) {
    return review::Error(absl::StatusCode::kNotFound, "VERSION_NOT_FOUND",
                         absl::StrCat("trial \"", request.trial_id(),
                                      "\" has no such version; it has 1-",
                                      versions.back().version(), " since ",
                                      "sequence ", versions[0].sequence()),
                         {{"trial", request.trial_id()}});
  }
  *response->mutable_record() = *found;
  NoteLater(*view.state, request.trial_id(), found->sequence(),
            response->mutable_known_later());
  return absl::OkStatus();
}

absl::Status ReadService::DoGetEstimate(const grpc::CallbackServerContext& call,
                                        const v1::GetEstimateRequest& request,
                                        v1::GetEstimateResponse* response) {
  RETURN_IF_ERROR(review::CheckDetails("details", request.details()));
  ASSIGN_OR_RETURN(const View view,
                   Open(context_, request.review_id(), request.as_of()));
  ASSIGN_OR_RETURN(v1::Estimate estimate,
                   FindEstimate(view, request.analysis_id()));
  RETURN_IF_ERROR(
      AddDetails(*context_.store, view, request.details(), call, &estimate));
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

absl::Status ReadService::DoGetPartialOrder(
    const v1::GetPartialOrderRequest& request,
    v1::GetPartialOrderResponse* response) {
  RETURN_IF_ERROR(CheckPartialOrder(request));
  ASSIGN_OR_RETURN(const View view,
                   Open(context_, request.review_id(), request.as_of()));
  std::vector<v1::Estimate> estimates;
  for (const std::string& analysis : request.analysis_ids()) {
    ASSIGN_OR_RETURN(v1::Estimate estimate, FindEstimate(view, analysis));
    estimates.push_back(std::move(estimate));
  }
  *response->mutable_order() = review::PartialOrderOf(estimates);
  response->set_head_sequence(view.head);
  return absl::OkStatus();
}

absl::Status ReadService::DoListEstimates(
    const v1::ListEstimatesRequest& request,
    v1::ListEstimatesResponse* response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const View view,
                   Open(context_, request.review_id(), v1::AsOf()));
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
                   context_.store->EstimateHistory(
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

grpc::ServerUnaryReactor* ReadService::ListReviews(
    grpc::CallbackServerContext* call, const v1::ListReviewsRequest*,
    v1::ListReviewsResponse* response) {
  return ServeRead(context_, call, [=] { return DoListReviews(response); });
}

grpc::ServerUnaryReactor* ReadService::GetReview(
    grpc::CallbackServerContext* call, const v1::GetReviewRequest* request,
    v1::GetReviewResponse* response) {
  return ServeRead(context_, call,
                   [=] { return DoGetReview(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::ListAnalyses(
    grpc::CallbackServerContext* call, const v1::ListAnalysesRequest* request,
    v1::ListAnalysesResponse* response) {
  return ServeRead(context_, call,
                   [=] { return DoListAnalyses(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::ListTrials(
    grpc::CallbackServerContext* call, const v1::ListTrialsRequest* request,
    v1::ListTrialsResponse* response) {
  return ServeRead(context_, call,
                   [=] { return DoListTrials(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::GetTrial(
    grpc::CallbackServerContext* call, const v1::GetTrialRequest* request,
    v1::GetTrialResponse* response) {
  return ServeRead(context_, call,
                   [=] { return DoGetTrial(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::GetEstimate(
    grpc::CallbackServerContext* call, const v1::GetEstimateRequest* request,
    v1::GetEstimateResponse* response) {
  return ServeRead(context_, call,
                   [=] { return DoGetEstimate(*call, *request, response); });
}

grpc::ServerUnaryReactor* ReadService::GetPartialOrder(
    grpc::CallbackServerContext* call,
    const v1::GetPartialOrderRequest* request,
    v1::GetPartialOrderResponse* response) {
  return ServeRead(context_, call,
                   [=] { return DoGetPartialOrder(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::ListEstimates(
    grpc::CallbackServerContext* call, const v1::ListEstimatesRequest* request,
    v1::ListEstimatesResponse* response) {
  return ServeRead(context_, call,
                   [=] { return DoListEstimates(*request, response); });
}

}  // namespace tidemark::server
