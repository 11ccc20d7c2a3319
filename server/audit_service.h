// tidemark.v1.AuditService.
#ifndef TIDEMARK_SERVER_AUDIT_SERVICE_H_
#define TIDEMARK_SERVER_AUDIT_SERVICE_H_

#include "absl/status/status.h"
#include "server/service_context.h"
#include "tidemark/v1/audit_service.grpc.pb.h"

namespace tidemark::server {

// Checkpoints and proofs reach as far as the tree that is signed and anchored,
// which may for a moment be ahead of the sequence that reads see.
class AuditService final : public v1::AuditService::CallbackService {
 public:
  explicit AuditService(const ServiceContext& context) : context_(context) {}

  grpc::ServerUnaryReactor* ListEntries(
      grpc::CallbackServerContext* call, const v1::ListEntriesRequest* request,
      v1::ListEntriesResponse* response) override;
  grpc::ServerUnaryReactor* GetCheckpoint(
      grpc::CallbackServerContext* call,
      const v1::GetCheckpointRequest* request,
      v1::GetCheckpointResponse* response) override;
  grpc::ServerUnaryReactor* ListCheckpoints(
      grpc::CallbackServerContext* call,
      const v1::ListCheckpointsRequest* request,
      v1::ListCheckpointsResponse* response) override;
  grpc::ServerUnaryReactor* ProveInclusion(
      grpc::CallbackServerContext* call,
      const v1::ProveInclusionRequest* request,
      v1::ProveInclusionResponse* response) override;
  grpc::ServerUnaryReactor* ProveConsistency(
      grpc::CallbackServerContext* call,
      const v1::ProveConsistencyRequest* request,
      v1::ProveConsistencyResponse* response) override;
  grpc::ServerUnaryReactor* ListKeys(grpc::CallbackServerContext* call,
                                     const v1::ListKeysRequest* request,
                                     v1::ListKeysResponse* response) override;

 private:
  absl::Status DoListEntries(const v1::ListEntriesRequest& request,
                             v1::ListEntriesResponse* response);
  absl::Status DoGetCheckpoint(const v1::GetCheckpointRequest& request,
                               v1::GetCheckpointResponse* response);
  // Adds the proof that the tree of `size` extends what the caller holds.
  absl::Status ProveExtends(const v1::GetCheckpointRequest& request,
                            int64_t size, v1::GetCheckpointResponse* response);
  absl::Status DoListCheckpoints(const v1::ListCheckpointsRequest& request,
                                 v1::ListCheckpointsResponse* response);
  absl::Status DoProveInclusion(const v1::ProveInclusionRequest& request,
                                v1::ProveInclusionResponse* response);
  absl::Status DoProveConsistency(const v1::ProveConsistencyRequest& request,
                                  v1::ProveConsistencyResponse* response);
  absl::Status DoListKeys(const v1::ListKeysRequest& request,
                          v1::ListKeysResponse* response);

  const ServiceContext context_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_AUDIT_SERVICE_H_
