// tidemark.v1.AdminService.
#ifndef TIDEMARK_SERVER_ADMIN_SERVICE_H_
#define TIDEMARK_SERVER_ADMIN_SERVICE_H_

#include "boost/asio/thread_pool.hpp"
#include "server/service_context.h"
#include "tidemark/v1/admin_service.grpc.pb.h"

namespace tidemark::server {

// One call at a time, in the order in which they come.
class AdminService final : public v1::AdminService::CallbackService {
 public:
  explicit AdminService(const ServiceContext& context)
      : context_(context), thread_(1) {}
  ~AdminService() override { thread_.join(); }

  grpc::ServerUnaryReactor* Compact(grpc::CallbackServerContext* call,
                                    const v1::CompactRequest* request,
                                    v1::CompactResponse* response) override;
  grpc::ServerUnaryReactor* Backup(grpc::CallbackServerContext* call,
                                   const v1::BackupRequest* request,
                                   v1::BackupResponse* response) override;
  grpc::ServerUnaryReactor* RotateKey(grpc::CallbackServerContext* call,
                                      const v1::RotateKeyRequest* request,
                                      v1::RotateKeyResponse* response) override;

 private:
  // Answers a call of an admin: `work` takes the caller and returns the
  // response or an error.
  template <typename Request, typename Response, typename Work>
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* call,
                                  const Request& request, Response* response,
                                  Work work);

  const ServiceContext context_;
  // Such calls take long, and exclude each other.
  boost::asio::thread_pool thread_;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_ADMIN_SERVICE_H_
