#include "client/connection.h"

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "grpc/impl/codegen/grpc_types.h"
#include "grpcpp/client_context.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace tidemark::client {
namespace {

bool IsLoopback(absl::string_view target) {
  // The port makes sure that `localhost.example.org` is no match.
  return absl::StartsWith(target, "localhost:") ||
         absl::StartsWith(target, "127.0.0.1:") ||
         absl::StartsWith(target, "[::1]:") ||
         absl::StartsWith(target, "unix:");
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsFor(
    const ConnectOptions& options) {
  if (options.ca_pem.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = options.ca_pem;
  return grpc::SslCredentials(tls);
}

}  // namespace

absl::StatusOr<Connection> Connection::Open(const ConnectOptions& options) {
  Connection connection;
  connection.token_ = options.token;
  connection.retry_ = options.retry;
  connection.channel_ = options.channel;
  if (connection.channel_ != nullptr) return connection;

  if (!options.token.empty() && options.ca_pem.empty() &&
      !IsLoopback(options.target)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a token for ", options.target,
        " would leave this machine unencrypted; name the certificate "
        "authority of the server"));
  }
  grpc::ChannelArguments arguments;
  // Estimates of large networks exceed the default of 4 MiB.
  arguments.SetMaxReceiveMessageSize(-1);
  // The window of a stream stays as it is: with probing for bandwidth, a watch
  // whose reader stalls would fill megabytes. A large message still comes in
  // one go: gRPC opens the window for a message that is read.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  connection.channel_ = grpc::CreateCustomChannel(
      options.target, CredentialsFor(options), arguments);
  return connection;
}

void Connection::Authorise(grpc::ClientContext* context) const {
  if (token_.empty()) return;
  context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
}

}  // namespace tidemark::client
