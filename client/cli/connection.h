// The server that a command talks to: over the network, or in this process.
#ifndef TIDEMARK_CLIENT_CLI_CONNECTION_H_
#define TIDEMARK_CLIENT_CLI_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/client.h"
#include "client/trust.h"
#include "server/server.h"

namespace tidemark::cli {

struct ServerChoice {
  // HOST:PORT.
  std::string server = "127.0.0.1:7420";
  // Directory of an in-process server. Empty: use `server`.
  std::string local_dir;
  // File with a bearer token. Empty: none.
  std::string token_file;
  // PEM file of the certificate authorities to trust. Empty: no TLS.
  std::string ca_file;
};

// A client, and the server in this process if there is one.
struct Connection {
  // What the logs of the server are known by.
  std::string target;
  std::unique_ptr<server::Server> local_server;
  std::unique_ptr<client::Client> client;
};

// Logs are known by HOST:PORT, or by the absolute path of the local directory.
//
// UNAVAILABLE: another process holds the local directory. NOT_FOUND: a file
// cannot be read. FAILED_PRECONDITION: the directory of known logs cannot be
// used.
absl::StatusOr<Connection> Connect(const ServerChoice& choice,
                                   const client::Trust& trust);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_CONNECTION_H_
