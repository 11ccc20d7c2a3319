// tidemark.v1.ReadService.
#ifndef TIDEMARK_SERVER_READ_SERVICE_H_
#define TIDEMARK_SERVER_READ_SERVICE_H_

#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/read_service.grpc.pb.h"

namespace tidemark::server {

class ReadService final : public v1::ReadService::CallbackService {
 public:
  explicit ReadService(const ServiceContext& context) : context_(context) {}

  grpc::ServerUnaryReactor* ListReviews(
      grpc::CallbackServerContext* call, const v1::ListReviewsRequest* request,
      v1::ListReviewsResponse* response) override;
  grpc::ServerUnaryReactor* GetReview(grpc::CallbackServerContext* call,
                                      const v1::GetReviewRequest* request,
                                      v1::GetReviewResponse* response) override;
  grpc::ServerUnaryReactor* ListAnalyses(
      grpc::CallbackServerContext* call, const v1::ListAnalysesRequest* request,
      v1::ListAnalysesResponse* response) override;
  grpc::ServerUnaryReactor* ListTrials(
      grpc::CallbackServerContext* call, const v1::ListTrialsRequest* request,
      v1::ListTrialsResponse* response) override;
  grpc::ServerUnaryReactor* GetTrial(grpc::CallbackServerContext* call,
                                     const v1::GetTrialRequest* request,
                                     v1::GetTrialResponse* response) override;
  grpc::ServerUnaryReactor* GetEstimate(
      grpc::CallbackServerContext* call, const v1::GetEstimateRequest* request,
      v1::GetEstimateResponse* response) override;
  grpc::ServerUnaryReactor* GetPartialOrder(
      grpc::CallbackServerContext* call,
      const v1::GetPartialOrderRequest* request,
      v1::GetPartialOrderResponse* response) override;
  grpc::ServerUnaryReactor* GetBenefitHarm(
      grpc::CallbackServerContext* call,
      const v1::GetBenefitHarmRequest* request,
      v1::GetBenefitHarmResponse* response) override;
  grpc::ServerUnaryReactor* ListEstimates(
      grpc::CallbackServerContext* call,
      const v1::ListEstimatesRequest* request,
      v1::ListEstimatesResponse* response) override;

  grpc::ServerUnaryReactor* ListReleases(
      grpc::CallbackServerContext* call, const v1::ListReleasesRequest* request,
      v1::ListReleasesResponse* response) override;
  grpc::ServerUnaryReactor* ListRuns(grpc::CallbackServerContext* call,
                                     const v1::ListRunsRequest* request,
                                     v1::ListRunsResponse* response) override;

  grpc::ServerUnaryReactor* ListExtractions(
      grpc::CallbackServerContext* call,
      const v1::ListExtractionsRequest* request,
      v1::ListExtractionsResponse* response) override;
  grpc::ServerUnaryReactor* GetAgreement(
      grpc::CallbackServerContext* call, const v1::GetAgreementRequest* request,
      v1::GetAgreementResponse* response) override;

 private:
  absl::Status DoListReviews(v1::ListReviewsResponse* response);
  absl::Status DoGetReview(const v1::GetReviewRequest& request,
                           v1::GetReviewResponse* response);
  absl::Status GetSystemLog(v1::GetReviewResponse* response);
  absl::Status DoListAnalyses(const v1::ListAnalysesRequest& request,
                              v1::ListAnalysesResponse* response);
  absl::Status DoListTrials(const v1::ListTrialsRequest& request,
                            v1::ListTrialsResponse* response);
  absl::Status DoGetTrial(const v1::GetTrialRequest& request,
                          v1::GetTrialResponse* response);
  absl::Status DoListReleases(const v1::ListReleasesRequest& request,
                              v1::ListReleasesResponse* response);

  const ServiceContext context_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_READ_SERVICE_H_
