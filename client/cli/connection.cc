#include "client/cli/connection.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/json_files.h"
#include "client/client.h"
#include "client/connection.h"
#include "server/server.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<Connection> ConnectLocally(const std::string& directory,
                                          const client::Trust& trust) {
  server::ServerOptions options;
  options.data_dir = directory;
  auto server = server::Server::Start(options);
  if (absl::IsFailedPrecondition(server.status())) {
    return absl::UnavailableError(absl::StrCat(
        server.status().message(),
        " (if a server runs over this directory, use --server instead)"));
  }
  RETURN_IF_ERROR(server.status());
  client::ConnectOptions connect;
  std::error_code error;
  connect.target = std::filesystem::canonical(directory, error).string();
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot find ", directory, ": ", error.message()));
  }
  connect.trust = trust;
  connect.channel = (*server)->InProcessChannel();
  ASSIGN_OR_RETURN(auto client, client::Client::Connect(connect));
  return Connection{connect.target, *std::move(server), std::move(client)};
}

}  // namespace

absl::StatusOr<Connection> Connect(const ServerChoice& choice,
                                   const client::Trust& trust) {
  if (!choice.local_dir.empty()) {
    if (!choice.token_file.empty() || !choice.ca_file.empty()) {
      return UsageError("--local needs neither --token-file nor --ca");
    }
    return ConnectLocally(choice.local_dir, trust);
  }
  client::ConnectOptions options;
  options.target = choice.server;
  options.trust = trust;
  if (!choice.token_file.empty()) {
    ASSIGN_OR_RETURN(const std::string token, ReadInput(choice.token_file));
    options.token = std::string(absl::StripAsciiWhitespace(token));
  }
  if (!choice.ca_file.empty()) {
    ASSIGN_OR_RETURN(options.ca_pem, ReadInput(choice.ca_file));
  }
  auto client = client::Client::Connect(options);
  if (absl::IsInvalidArgument(client.status())) {
    return UsageError(absl::StrCat(client.status().message(), " (--ca)"));
  }
  RETURN_IF_ERROR(client.status());
  return Connection{options.target, nullptr, *std::move(client)};
}

}  // namespace tidemark::cli
