// A Tidemark server in this process: storage, live reviews, gRPC services.
#ifndef TIDEMARK_SERVER_SERVER_H_
#define TIDEMARK_SERVER_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "grpcpp/channel.h"
#include "rocksdb/file_system.h"

namespace tidemark::server {

struct ServerOptions {
  // Directory that holds the reviews; created if missing. Required.
  std::string data_dir;
  // File of the anchor; another device protects better. Empty: DATA_DIR/anchor.
  std::string anchor_path;
  // File of the signing key; created if missing. Empty: DATA_DIR.keys/
  // signing-key, or as storage::FindKeyPlace says.
  std::string key_path;
  // HOST:PORT to listen on; port 0 picks a free one. Empty: do not listen, only
  // InProcessChannel() reaches the server.
  std::string listen;
  // File of tokens with actors and roles (docs/operations.md). Empty: one fixed
  // actor with every role, on loopback only.
  std::string token_file;
  // PEM files for TLS. Both or none; needed beyond loopback, with tokens.
  std::string tls_cert;
  std::string tls_key;
  // Witnesses that are asked to cosign every checkpoint, each URL+VKEY
  // (server/witness_collector.h).
  std::vector<std::string> witnesses;
  // How often each is asked about a log that grows.
  absl::Duration witness_interval = absl::Seconds(1);
  // Actor of calls without credentials. Only with an empty token_file.
  std::string local_actor = "local";
  // Watches that stand at a time, in all and of one actor; more are refused.
  int most_watches = 10000;
  int most_watches_of_an_actor = 1000;
  // A watch whose reader does not take a message for so long, and 1 s more for
  // each 8 kB of it, is cut off.
  absl::Duration watch_stall_limit = absl::Seconds(30);
  // How often it looks for steps of living mode that became overdue.
  absl::Duration overdue_interval = absl::Minutes(1);
  // Time source. Not owned; must outlive the server.
  Clock* clock = SystemClock();
  // All file writes go through it. Null: the operating system's.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

// Thread-safe.
class Server {
 public:
  // Opens the data, checks every review against the anchor, listens.
  //
  // Reviews that do not reach their anchor are not served (DATA_LOSS, health
  // NOT_SERVING for the server as a whole); the others are. INVALID_ARGUMENT:
  // the options would listen beyond loopback without TLS and tokens.
  // FAILED_PRECONDITION: another process holds the data, or they hold a review
  // named `system`, as the server's own log is; or there are two key files, or
  // one of data that are gone. Errors of the disk: that log
  // cannot say what is new (server/system_log.h).
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options);

  virtual ~Server() = default;

  // Port that it listens on. 0: it does not listen.
  virtual int port() const = 0;

  // What its operator should know of how it started, a sentence each.
  virtual const std::vector<std::string>& notices() const = 0;

  // A channel to it that needs no network.
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;

  // Reads the token file again. From then on callers are who it says: a watch
  // whose caller may no longer read ends with NO_LONGER_ALLOWED, and the
  // server's own log says who may call, if that changed. Any error of the file
  // leaves everything as it was: INVALID_ARGUMENT naming its line, NOT_FOUND.
  // FAILED_PRECONDITION: the server has no token file. Other errors: it is in
  // force, but the log cannot say so; the next call tries again.
  virtual absl::Status ReloadTokens() = 0;

  // Ends watches in-band, then every call; returns when all is flushed, also
  // what the log says of refused calls. The destructor does it too.
  virtual void Shutdown() = 0;
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_SERVER_H_
