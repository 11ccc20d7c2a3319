// How to reach a server.
#ifndef TIDEMARK_CLIENT_CONNECTION_H_
#define TIDEMARK_CLIENT_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/retry.h"
#include "client/trust.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

namespace tidemark::client {

struct ConnectOptions {
  // HOST:PORT. Also names the server whose logs are known (client/trust.h).
  std::string target = "127.0.0.1:7420";
  // Bearer token. Empty: none.
  std::string token;
  // PEM of the certificate authorities to trust. Empty: no TLS.
  std::string ca_pem;
  // If set, used instead of one to `target`, which may then be any line of
  // text; `ca_pem` is not read.
  std::shared_ptr<grpc::Channel> channel;
  // For every call.
  RetryPolicy retry;
  // What every answer is held against.
  Trust trust;
};

// A channel with the credentials of its calls. A value; copies share the
// channel. Thread-safe.
class Connection {
 public:
  // Does not wait for the server: an unreachable one shows with the first call.
  // INVALID_ARGUMENT: a token would leave this machine without TLS.
  static absl::StatusOr<Connection> Open(const ConnectOptions& options);

  // Puts the credentials on a call.
  void Authorise(grpc::ClientContext* context) const;

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const RetryPolicy& retry() const { return retry_; }

 private:
  Connection() = default;

  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  RetryPolicy retry_;
};

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_CONNECTION_H_
