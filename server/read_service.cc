#include "server/read_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "boost/asio/thread_pool.hpp"
#include "review/errors.h"
#include "review/review_state.h"
#include "review/validate_review.h"
#include "server/estimate_history.h"
#include "server/estimate_reads.h"
#include "server/extraction_reads.h"
#include "server/live_review.h"
#include "server/living_mode_reads.h"
#include "server/page.h"
#include "server/review_view.h"
#include "storage/review_store.h"

namespace tidemark::server {

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
  if (request.review_id() == review::kSystemLog) return GetSystemLog(response);
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context_, request.review_id(), request.as_of()));
  const review::ProtocolVersion* protocol =
      view.state->ProtocolAsOf(view.sequence);
  *response->mutable_review() = protocol->review;
  response->set_version(protocol->version);
  response->set_head_sequence(view.head);
  ReadLivingMode(context_, view, response);
  const v1::PolicyRecord* policy = view.state->PolicyAsOf(view.sequence);
  if (policy != nullptr) *response->mutable_policy() = *policy;
  return absl::OkStatus();
}

// Who verifies a log needs its head from another service than the checkpoint.
absl::Status ReadService::GetSystemLog(v1::GetReviewResponse* response) {
  ASSIGN_OR_RETURN(const std::shared_ptr<LiveReview> log,
                   context_.registry->Find(review::kSystemLog));
  response->mutable_review()->set_review_id(review::kSystemLog);
  response->mutable_review()->set_title("The server's own log");
  response->set_head_sequence(log->Committed()->sequence());
  return absl::OkStatus();
}

absl::Status ReadService::DoListAnalyses(const v1::ListAnalysesRequest& request,
                                         v1::ListAnalysesResponse* response) {
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context_, request.review_id(), request.as_of()));
  for (const review::AnalysisVersion* analysis :
       view.state->Analyses(view.sequence)) {
    *response->add_analyses() = analysis->record;
  }
  return absl::OkStatus();
}

absl::Status ReadService::DoListTrials(const v1::ListTrialsRequest& request,
                                       v1::ListTrialsResponse* response) {
  ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context_, request.review_id(), request.as_of()));
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
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context_, request.review_id(), request.as_of()));
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

absl::Status ReadService::DoListReleases(const v1::ListReleasesRequest& request,
                                         v1::ListReleasesResponse* response) {
  ASSIGN_OR_RETURN(const ReviewView view,
                   OpenView(context_, request.review_id(), v1::AsOf()));
  for (const v1::Release& release : view.state->releases()) {
    *response->add_releases() = release;
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* ReadService::ListReviews(
    grpc::CallbackServerContext* call, const v1::ListReviewsRequest* request,
    v1::ListReviewsResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoListReviews(response); });
}

grpc::ServerUnaryReactor* ReadService::GetReview(
    grpc::CallbackServerContext* call, const v1::GetReviewRequest* request,
    v1::GetReviewResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoGetReview(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::ListAnalyses(
    grpc::CallbackServerContext* call, const v1::ListAnalysesRequest* request,
    v1::ListAnalysesResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoListAnalyses(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::ListTrials(
    grpc::CallbackServerContext* call, const v1::ListTrialsRequest* request,
    v1::ListTrialsResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoListTrials(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::GetTrial(
    grpc::CallbackServerContext* call, const v1::GetTrialRequest* request,
    v1::GetTrialResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoGetTrial(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::GetEstimate(
    grpc::CallbackServerContext* call, const v1::GetEstimateRequest* request,
    v1::GetEstimateResponse* response) {
  boost::asio::thread_pool& pool =
      AsksForDetails(*request) ? *context_.details_pool : *context_.pool;
  return ServeReadOn(pool, context_, call, *request, [=] {
    const auto cancelled = [call] { return call->IsCancelled(); };
    return ReadEstimate(context_, *request, cancelled, response);
  });
}

grpc::ServerUnaryReactor* ReadService::GetPartialOrder(
    grpc::CallbackServerContext* call,
    const v1::GetPartialOrderRequest* request,
    v1::GetPartialOrderResponse* response) {
  return ServeRead(context_, call, *request, [=] {
    return ReadPartialOrder(context_, *request, response);
  });
}

grpc::ServerUnaryReactor* ReadService::GetBenefitHarm(
    grpc::CallbackServerContext* call, const v1::GetBenefitHarmRequest* request,
    v1::GetBenefitHarmResponse* response) {
  // Ranks are simulated.
  return ServeReadOn(*context_.details_pool, context_, call, *request, [=] {
    const auto cancelled = [call] { return call->IsCancelled(); };
    return ReadBenefitHarm(context_, *request, cancelled, response);
  });
}

grpc::ServerUnaryReactor* ReadService::ListEstimates(
    grpc::CallbackServerContext* call, const v1::ListEstimatesRequest* request,
    v1::ListEstimatesResponse* response) {
  return ServeRead(context_, call, *request, [=] {
    return ReadEstimateHistory(context_, *request, response);
  });
}

grpc::ServerUnaryReactor* ReadService::ListReleases(
    grpc::CallbackServerContext* call, const v1::ListReleasesRequest* request,
    v1::ListReleasesResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return DoListReleases(*request, response); });
}

grpc::ServerUnaryReactor* ReadService::ListRuns(
    grpc::CallbackServerContext* call, const v1::ListRunsRequest* request,
    v1::ListRunsResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return ReadRuns(context_, *request, response); });
}

grpc::ServerUnaryReactor* ReadService::ListExtractions(
    grpc::CallbackServerContext* call,
    const v1::ListExtractionsRequest* request,
    v1::ListExtractionsResponse* response) {
  return ServeRead(context_, call, *request, [=] {
    return ReadExtractions(context_, *request, response);
  });
}

grpc::ServerUnaryReactor* ReadService::GetAgreement(
    grpc::CallbackServerContext* call, const v1::GetAgreementRequest* request,
    v1::GetAgreementResponse* response) {
  return ServeRead(context_, call, *request,
                   [=] { return ReadAgreement(context_, *request, response); });
}

}  // namespace tidemark::server
