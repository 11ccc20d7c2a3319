// A client of one Tidemark server.
//
//   ASSIGN_OR_RETURN(auto client, Client::Connect({}));
//   ASSIGN_OR_RETURN(auto answer, client->GetEstimate("knee-msc", "pain-6m"));
//
// Following a review: client/watch.h.
#ifndef TIDEMARK_CLIENT_CLIENT_H_
#define TIDEMARK_CLIENT_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/connection.h"
#include "tidemark/v1/audit_service.grpc.pb.h"
#include "tidemark/v1/read_service.grpc.pb.h"
#include "tidemark/v1/write_service.grpc.pb.h"

namespace tidemark::client {

struct ApplyOptions {
  // Why, 1-2000 bytes. Empty only with validate_only.
  std::string reason;
  // Names the request: a repeat with the same id and change is answered from
  // the log and writes nothing. Empty: a new one, used for every retry of this
  // call.
  std::string request_id;
  // Go the whole way, answer what would become, store nothing.
  bool validate_only = false;
};

// Every call has a deadline for each attempt and is repeated on UNAVAILABLE and
// DEADLINE_EXCEEDED as the RetryPolicy says. Errors keep the server's code,
// message and details (client/status_conversion.h); the codes are those of the
// services' comments. An `as_of` without a moment means now. Thread-safe.
class Client {
 public:
  // See Connection::Open.
  static absl::StatusOr<std::unique_ptr<Client>> Connect(
      const ConnectOptions& options);

  // Appends one change to the log of `review_id`.
  absl::StatusOr<v1::ApplyResponse> Apply(const std::string& review_id,
                                          const v1::Change& change,
                                          const ApplyOptions& options);

  // Every review of the server, by id.
  absl::StatusOr<v1::ListReviewsResponse> ListReviews();

  absl::StatusOr<v1::GetReviewResponse> GetReview(const std::string& review_id,
                                                  const v1::AsOf& as_of = {});

  // Every analysis of the review, by id.
  absl::StatusOr<v1::ListAnalysesResponse> ListAnalyses(
      const std::string& review_id, const v1::AsOf& as_of = {});

  // Every trial of the review, by id.
  absl::StatusOr<std::vector<v1::TrialRecord>> ListTrials(
      const std::string& review_id, const v1::AsOf& as_of = {});

  absl::StatusOr<v1::GetTrialResponse> GetTrial(
      const v1::GetTrialRequest& request);

  absl::StatusOr<v1::GetEstimateResponse> GetEstimate(
      const std::string& review_id, const std::string& analysis_id,
      const v1::AsOf& as_of = {}, const v1::EstimateDetails& details = {});

  absl::StatusOr<v1::GetPartialOrderResponse> GetPartialOrder(
      const std::string& review_id, const std::vector<std::string>& analyses,
      const v1::AsOf& as_of = {});

  // The whole part of the history that the request names; its page fields are
  // set by the call.
  absl::StatusOr<std::vector<v1::EstimateAt>> ListEstimates(
      v1::ListEstimatesRequest request);

  // Visits the entries that the request names, page after page, in order of
  // sequence. Ends with the first error of a page or of `visit`.
  absl::Status ListEntries(
      v1::ListEntriesRequest request,
      const std::function<absl::Status(const v1::ListEntriesResponse&)>& visit);

  // The checkpoint of a tree size. 0: the latest.
  absl::StatusOr<v1::GetCheckpointResponse> GetCheckpoint(
      const std::string& review_id, int64_t size = 0);

  // Visits the stored checkpoints that the request names, page after page, by
  // ascending size. Ends with the first error of a page or of `visit`.
  absl::Status ListCheckpoints(
      v1::ListCheckpointsRequest request,
      const std::function<absl::Status(const v1::ListCheckpointsResponse&)>&
          visit);

  absl::StatusOr<v1::ProveInclusionResponse> ProveInclusion(
      const v1::ProveInclusionRequest& request);

  absl::StatusOr<v1::ProveConsistencyResponse> ProveConsistency(
      const v1::ProveConsistencyRequest& request);

  const Connection& connection() const { return connection_; }

 private:
  explicit Client(Connection connection);

  const Connection connection_;
  const std::unique_ptr<v1::WriteService::Stub> writes_;
  const std::unique_ptr<v1::ReadService::Stub> reads_;
  const std::unique_ptr<v1::AuditService::Stub> audits_;
};

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_CLIENT_H_
