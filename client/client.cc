#include "client/client.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/connection.h"
#include "client/known_logs.h"
#include "client/log_tracker.h"
#include "client/request_id.h"
#include "client/restored_log.h"
#include "client/unary_call.h"
#include "client/wire_keys.h"
#include "google/protobuf/repeated_field.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace tidemark::client {
namespace {

constexpr int kPageSize = 500;

template <typename Request>
Request ReviewAt(const std::string& review_id, const v1::AsOf& as_of) {
  Request request;
  request.set_review_id(review_id);
  if (as_of.moment_case() != v1::AsOf::MOMENT_NOT_SET) {
    *request.mutable_as_of() = as_of;
  }
  return request;
}

// Whether the server answered from what the review holds: an answer, or a
// refusal that claims something about it.
bool IsAboutTheLog(const absl::Status& answer) {
  switch (answer.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kOutOfRange:
      return true;
    default:
      return false;
  }
}

// Of a check of the log: it is another one, or goes on from a backup.
bool IsNotTheKnownLog(const absl::Status& status) {
  return absl::IsDataLoss(status) || IsEpochChanged(status);
}

// That the next page begins after this one, which holds something, and within
// what was asked for (`to`; 0: no bound): else there might be no end.
absl::Status CheckGoesOn(int64_t from, int64_t to, int items, int64_t next) {
  if (items > 0 && next > from && (to == 0 || next <= to)) {
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat("the page from ", from, " on, of ", items,
                   ", says that the next one begins at ", next,
                   ": the server does not keep to its interface"));
}

// The same of pages that tokens name.
absl::Status CheckGoesOn(const std::string& token, const std::string& next) {
  if (next.empty() || next != token) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the page of token \"", absl::Utf8SafeCEscape(token),
                   "\" says that it is the next one itself: the server does "
                   "not keep to its interface"));
}

// The elements of every page of a list, from the first page on.
template <typename Stub, typename Request, typename Response, typename Element>
absl::StatusOr<std::vector<Element>> EveryPage(
    const Connection& connection, Stub& stub,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                 Response*),
    Request request,
    google::protobuf::RepeatedPtrField<Element>* (Response::*elements)()) {
  request.set_page_size(kPageSize);
  request.clear_page_token();
  std::vector<Element> all;
  do {
    ASSIGN_OR_RETURN(Response page,
                     CallWithRetries(connection, stub, method, request));
    for (Element& element : *(page.*elements)()) {
      all.push_back(std::move(element));
    }
    RETURN_IF_ERROR(CheckGoesOn(request.page_token(), page.next_page_token()));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(
    const ConnectOptions& options) {
  ASSIGN_OR_RETURN(Connection connection, Connection::Open(options));
  std::shared_ptr<LogTracker> tracker;
  if (!options.trust.unverified) {
    ASSIGN_OR_RETURN(
        tracker, LogTracker::Open(connection, options.target, options.trust));
  }
  return absl::WrapUnique(
      new Client(std::move(connection), std::move(tracker)));
}

absl::StatusOr<RestoredLog> Client::FollowRestore(
    const std::string& review_id) {
  if (tracker_ == nullptr) {
    return absl::FailedPreconditionError(
        "a client that does not verify follows every log");
  }
  return tracker_->FollowRestore(review_id);
}

std::unique_ptr<Client> Client::WithoutVerification() const {
  return absl::WrapUnique(new Client(connection_, nullptr));
}

Client::Client(Connection connection, std::shared_ptr<LogTracker> tracker)
    : connection_(std::move(connection)),
      tracker_(std::move(tracker)),
      writes_(v1::WriteService::NewStub(connection_.channel())),
      reads_(v1::ReadService::NewStub(connection_.channel())),
      audits_(v1::AuditService::NewStub(connection_.channel())),
      admin_(v1::AdminService::NewStub(connection_.channel())),
      explanations_(v1::ExplainService::NewStub(connection_.channel())) {}

template <typename Response>
absl::StatusOr<Response> Client::Checked(const std::string& review_id,
                                         absl::StatusOr<Response> answer) {
  if (tracker_ == nullptr || !IsAboutTheLog(answer.status())) return answer;
  const absl::Status log = CheckLog(review_id, answer.ok());
  // Only what is worse takes the place of a refusal.
  if (answer.ok() ? !log.ok() : IsNotTheKnownLog(log)) return log;
  return answer;
}

absl::Status Client::CheckLog(const std::string& review_id, bool exists) {
  const absl::Status log = tracker_->GetCheckpoint(review_id).status();
  if (log.ok() || IsNotTheKnownLog(log)) return log;
  if (!absl::IsNotFound(log)) {
    return {log.code(),
            absl::StrCat("the log of review \"", review_id,
                         "\" could not be checked: ", log.message())};
  }
  if (!exists) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the server answers for review \"", review_id,
                   "\", but has no log of it: ", log.message()));
}

absl::Status Client::CheckBeforeWrite(const v1::ApplyRequest& request) {
  if (tracker_ == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool is_due,
                   tracker_->IsKnownButNotMet(request.review_id()));
  if (!is_due || request.validate_only()) return absl::OkStatus();
  return CheckLog(request.review_id(), /*exists=*/true);
}

absl::StatusOr<v1::ApplyResponse> Client::CheckedWrite(
    const v1::ApplyRequest& request, absl::StatusOr<v1::ApplyResponse> answer) {
  const std::string& review_id = request.review_id();
  if (tracker_ == nullptr) return answer;
  if (!answer.ok()) return Checked(review_id, std::move(answer));
  if (request.validate_only()) {
    RETURN_IF_ERROR(CheckLog(review_id, answer->sequence() > 1));
    return answer;
  }
  const absl::Status proven = tracker_->CheckReceipt(request, *answer);
  if (proven.ok()) return answer;
  if (IsNotTheKnownLog(proven)) return proven;
  // The entry is stored: no error may read as if it were not.
  return absl::UnavailableError(
      absl::StrCat("stored as sequence ", answer->sequence(),
                   ", but its receipt could not be checked: ", proven.message(),
                   "; repeat with the same request_id"));
}

absl::StatusOr<v1::ApplyResponse> Client::Apply(const std::string& review_id,
                                                const v1::Change& change,
                                                const ApplyOptions& options) {
  v1::ApplyRequest request;
  request.set_review_id(review_id);
  *request.mutable_change() = change;
  request.set_request_id(options.request_id.empty() ? NewRequestId()
                                                    : options.request_id);
  request.set_reason(options.reason);
  request.set_validate_only(options.validate_only);
  RETURN_IF_ERROR(CheckBeforeWrite(request));
  return CheckedWrite(request,
                      CallWithRetries(connection_, *writes_,
                                      &v1::WriteService::Stub::Apply, request));
}

absl::Status Client::Compact() {
  return CallUnbounded(connection_, *admin_, &v1::AdminService::Stub::Compact,
                       v1::CompactRequest())
      .status();
}

absl::StatusOr<v1::BackupResponse> Client::Backup(
    const v1::BackupRequest& request) {
  return CallUnbounded(connection_, *admin_, &v1::AdminService::Stub::Backup,
                       request);
}

absl::StatusOr<v1::ListReviewsResponse> Client::ListReviews() {
  return CallWithRetries(connection_, *reads_,
                         &v1::ReadService::Stub::ListReviews,
                         v1::ListReviewsRequest());
}

absl::StatusOr<v1::GetReviewResponse> Client::GetReview(
    const std::string& review_id, const v1::AsOf& as_of) {
  return Checked(
      review_id,
      CallWithRetries(connection_, *reads_, &v1::ReadService::Stub::GetReview,
                      ReviewAt<v1::GetReviewRequest>(review_id, as_of)));
}

absl::StatusOr<v1::ListAnalysesResponse> Client::ListAnalyses(
    const std::string& review_id, const v1::AsOf& as_of) {
  return Checked(review_id,
                 CallWithRetries(
                     connection_, *reads_, &v1::ReadService::Stub::ListAnalyses,
                     ReviewAt<v1::ListAnalysesRequest>(review_id, as_of)));
}

absl::StatusOr<std::vector<v1::TrialRecord>> Client::ListTrials(
    const std::string& review_id, const v1::AsOf& as_of) {
  const auto request = ReviewAt<v1::ListTrialsRequest>(review_id, as_of);
  return Checked(
      review_id,
      EveryPage(connection_, *reads_, &v1::ReadService::Stub::ListTrials,
                request, &v1::ListTrialsResponse::mutable_trials));
}

absl::StatusOr<v1::GetTrialResponse> Client::GetTrial(
    const v1::GetTrialRequest& request) {
  return Checked(request.review_id(),
                 CallWithRetries(connection_, *reads_,
                                 &v1::ReadService::Stub::GetTrial, request));
}

absl::StatusOr<v1::GetEstimateResponse> Client::GetEstimate(
    const std::string& review_id, const std::string& analysis_id,
    const v1::AsOf& as_of, const v1::EstimateDetails& details) {
  auto request = ReviewAt<v1::GetEstimateRequest>(review_id, as_of);
  request.set_analysis_id(analysis_id);
  *request.mutable_details() = details;
  return Checked(review_id,
                 CallWithRetries(connection_, *reads_,
                                 &v1::ReadService::Stub::GetEstimate, request));
}

absl::StatusOr<v1::GetPartialOrderResponse> Client::GetPartialOrder(
    const std::string& review_id, const std::vector<std::string>& analyses,
    const v1::AsOf& as_of) {
  auto request = ReviewAt<v1::GetPartialOrderRequest>(review_id, as_of);
  request.mutable_analysis_ids()->Add(analyses.begin(), analyses.end());
  return Checked(
      review_id,
      CallWithRetries(connection_, *reads_,
                      &v1::ReadService::Stub::GetPartialOrder, request));
}

absl::StatusOr<v1::GetBenefitHarmResponse> Client::GetBenefitHarm(
    const v1::GetBenefitHarmRequest& request) {
  return Checked(
      request.review_id(),
      CallWithRetries(connection_, *reads_,
                      &v1::ReadService::Stub::GetBenefitHarm, request));
}

absl::StatusOr<v1::ListReleasesResponse> Client::ListReleases(
    const std::string& review_id) {
  v1::ListReleasesRequest request;
  request.set_review_id(review_id);
  return Checked(review_id, CallWithRetries(
                                connection_, *reads_,
                                &v1::ReadService::Stub::ListReleases, request));
}

absl::StatusOr<std::vector<v1::StepRunRecord>> Client::ListRuns(
    const std::string& review_id, int64_t from_sequence, int64_t to_sequence) {
  v1::ListRunsRequest request;
  request.set_review_id(review_id);
  request.set_from_sequence(from_sequence);
  request.set_to_sequence(to_sequence);
  return Checked(review_id, EveryPage(connection_, *reads_,
                                      &v1::ReadService::Stub::ListRuns, request,
                                      &v1::ListRunsResponse::mutable_runs));
}

absl::StatusOr<std::vector<v1::Extraction>> Client::ListExtractions(
    const v1::ListExtractionsRequest& request) {
  return Checked(
      request.review_id(),
      EveryPage(connection_, *reads_, &v1::ReadService::Stub::ListExtractions,
                request, &v1::ListExtractionsResponse::mutable_extractions));
}

absl::StatusOr<v1::GetAgreementResponse> Client::GetAgreement(
    const std::string& review_id) {
  v1::GetAgreementRequest request;
  request.set_review_id(review_id);
  return Checked(review_id, CallWithRetries(
                                connection_, *reads_,
                                &v1::ReadService::Stub::GetAgreement, request));
}

absl::StatusOr<std::vector<v1::EstimateAt>> Client::ListEstimates(
    const v1::ListEstimatesRequest& request) {
  return Checked(
      request.review_id(),
      EveryPage(connection_, *reads_, &v1::ReadService::Stub::ListEstimates,
                request, &v1::ListEstimatesResponse::mutable_estimates));
}

absl::StatusOr<v1::DiffResponse> Client::Diff(const v1::DiffRequest& request) {
  return Checked(request.review_id(),
                 CallWithRetries(connection_, *explanations_,
                                 &v1::ExplainService::Stub::Diff, request));
}

absl::StatusOr<v1::BlameResponse> Client::Blame(
    const v1::BlameRequest& request) {
  return Checked(request.review_id(),
                 CallWithRetries(connection_, *explanations_,
                                 &v1::ExplainService::Stub::Blame, request));
}

absl::StatusOr<v1::ExplainResponse> Client::Explain(
    const v1::ExplainRequest& request) {
  return Checked(request.review_id(),
                 CallWithRetries(connection_, *explanations_,
                                 &v1::ExplainService::Stub::Explain, request));
}

absl::StatusOr<v1::WhatIfResponse> Client::WhatIf(
    const v1::WhatIfRequest& request) {
  return Checked(request.review_id(),
                 CallWithRetries(connection_, *explanations_,
                                 &v1::ExplainService::Stub::WhatIf, request));
}

absl::Status Client::ListEntries(
    v1::ListEntriesRequest request,
    const std::function<absl::Status(const v1::ListEntriesResponse&)>& visit) {
  if (request.page_size() == 0) request.set_page_size(kPageSize);
  for (bool is_first = true;; is_first = false) {
    absl::StatusOr<v1::ListEntriesResponse> page = CallWithRetries(
        connection_, *audits_, &v1::AuditService::Stub::ListEntries, request);
    if (is_first) page = Checked(request.review_id(), std::move(page));
    RETURN_IF_ERROR(page.status());
    RETURN_IF_ERROR(visit(*page));
    if (page->next_sequence() == 0) return absl::OkStatus();
    RETURN_IF_ERROR(CheckGoesOn(request.from_sequence(), request.to_sequence(),
                                page->entries_size(), page->next_sequence()));
    request.set_from_sequence(page->next_sequence());
  }
}

absl::StatusOr<v1::GetCheckpointResponse> Client::GetCheckpoint(
    const std::string& review_id, int64_t size) {
  if (tracker_ != nullptr) return tracker_->GetCheckpoint(review_id, size);
  v1::GetCheckpointRequest request;
  request.set_review_id(review_id);
  request.set_size(size);
  return CallWithRetries(connection_, *audits_,
                         &v1::AuditService::Stub::GetCheckpoint, request);
}

absl::StatusOr<std::vector<audit::ClaimedKey>> Client::ClaimedKeys(
    const std::string& review_id) {
  v1::ListKeysRequest request;
  request.set_review_id(review_id);
  ASSIGN_OR_RETURN(
      const v1::ListKeysResponse response,
      Checked(review_id,
              CallWithRetries(connection_, *audits_,
                              &v1::AuditService::Stub::ListKeys, request)));
  return KeysFromWire(response);
}

absl::StatusOr<v1::RotateKeyResponse> Client::RotateKey(
    const std::string& reason) {
  v1::RotateKeyRequest request;
  request.set_reason(reason);
  return CallOnce(connection_, *admin_, &v1::AdminService::Stub::RotateKey,
                  request);
}

absl::StatusOr<std::optional<KnownLog>> Client::KnownLogOf(
    const std::string& review_id) const {
  if (tracker_ == nullptr) return std::nullopt;
  return tracker_->Known(review_id);
}

absl::Status Client::Remember(const std::string& review_id,
                              const std::string& vkey,
                              const std::string& note) {
  if (tracker_ == nullptr) return absl::OkStatus();
  return tracker_->Remember(review_id, vkey, note);
}

absl::Status Client::ListCheckpoints(
    v1::ListCheckpointsRequest request,
    const std::function<absl::Status(const v1::ListCheckpointsResponse&)>&
        visit) {
  if (request.page_size() == 0) request.set_page_size(kPageSize);
  for (bool is_first = true;; is_first = false) {
    absl::StatusOr<v1::ListCheckpointsResponse> page =
        CallWithRetries(connection_, *audits_,
                        &v1::AuditService::Stub::ListCheckpoints, request);
    if (is_first) page = Checked(request.review_id(), std::move(page));
    RETURN_IF_ERROR(page.status());
    RETURN_IF_ERROR(visit(*page));
    if (page->next_size() == 0) return absl::OkStatus();
    RETURN_IF_ERROR(CheckGoesOn(request.from_size(), 0,
                                page->checkpoints_size(), page->next_size()));
    request.set_from_size(page->next_size());
  }
}

absl::StatusOr<std::vector<std::string>> Client::ListCosignedCheckpoints(
    const std::string& review_id) {
  v1::ListCosignedCheckpointsRequest request;
  request.set_review_id(review_id);
  ASSIGN_OR_RETURN(
      const v1::ListCosignedCheckpointsResponse answer,
      Checked(review_id,
              CallWithRetries(connection_, *audits_,
                              &v1::AuditService::Stub::ListCosignedCheckpoints,
                              request)));
  return std::vector<std::string>(answer.checkpoints().begin(),
                                  answer.checkpoints().end());
}

absl::StatusOr<v1::ProveInclusionResponse> Client::ProveInclusion(
    const v1::ProveInclusionRequest& request) {
  return Checked(
      request.review_id(),
      CallWithRetries(connection_, *audits_,
                      &v1::AuditService::Stub::ProveInclusion, request));
}

absl::StatusOr<v1::ProveConsistencyResponse> Client::ProveConsistency(
    const v1::ProveConsistencyRequest& request) {
  return Checked(
      request.review_id(),
      CallWithRetries(connection_, *audits_,
                      &v1::AuditService::Stub::ProveConsistency, request));
}

}  // namespace tidemark::client
