// tidemarkd: the server.

#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/version.h"
#include "server/rebuild_command.h"
#include "server/server.h"

namespace {

using tidemark::server::RebuildOptions;
using tidemark::server::Server;
using tidemark::server::ServerOptions;

constexpr int kUsage = 2;

// Exit codes as of the command line (docs/cli.md).
int ExitCode(const absl::Status& status) {
  if (absl::IsInvalidArgument(status)) return kUsage;
  if (absl::IsDataLoss(status)) return 5;
  if (absl::IsNotFound(status)) return 6;
  return 8;
}

// Says what went wrong, if anything did; returns the exit code.
int Report(const absl::Status& status) {
  if (status.ok()) return 0;
  std::cerr << "tidemarkd: " << status.message() << "\n";
  return ExitCode(status);
}

// The verb `rebuild`.
CLI::App* AddRebuild(RebuildOptions& options, CLI::App& app) {
  CLI::App* const verb = app.add_subcommand(
      "rebuild", "Replays the logs and compares what is stored with it");
  verb->add_flag("--check", "Only compare: nothing is written")->required();
  verb->add_option("--data", options.data_dir, "Directory of the reviews")
      ->required();
  verb->add_option("--review", options.review, "Only this review");
  return verb;
}

// As many open files as allowed: gRPC 1.51 never accepts a connection again
// after it ran out of descriptors once.
void RaiseFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Signals that every thread leaves to the first. SIGHUP, with which a terminal
// says that it is gone, only where it has another meaning.
sigset_t SignalsOf(const ServerOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  if (!options.token_file.empty()) sigaddset(&signals, SIGHUP);
  return signals;
}

// Blocks until SIGINT or SIGTERM; reads the token file again at each SIGHUP.
void ServeUntilStopped(Server& server, const ServerOptions& options,
                       const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) {
    const absl::Status reloaded = server.ReloadTokens();
    if (reloaded.ok()) {
      std::cerr << "tidemarkd: read " << options.token_file << " again"
                << std::endl;
    } else {
      std::cerr << "tidemarkd: SIGHUP: " << reloaded.message() << std::endl;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  ServerOptions options;
  options.listen = "127.0.0.1:7420";
  CLI::App app("Tidemark: the backend of a living systematic review",
               "tidemarkd");
  app.set_version_flag("--version", tidemark::kEngineBuild);
  // Not required here: a verb has its own.
  app.add_option("--data", options.data_dir,
                 "Directory of the reviews (required)");
  app.add_option("--listen", options.listen, "HOST:PORT; port 0 picks one")
      ->capture_default_str();
  app.add_option("--anchor", options.anchor_path,
                 "File of the anchor, best on another device "
                 "(default: DATA/anchor)");
  app.add_option("--key", options.key_path,
                 "File of the signing key, apart from the data "
                 "(default: DATA.keys/signing-key)");
  app.add_option("--token-file", options.token_file,
                 "Who may call: lines of SHA256-OF-TOKEN ACTOR ROLE[,ROLE]");
  app.add_option("--tls-cert", options.tls_cert, "PEM certificate chain");
  app.add_option("--tls-key", options.tls_key, "PEM private key");
  app.add_option("--witness", options.witnesses,
                 "URL+VKEY of a witness to cosign every checkpoint; repeatable")
      ->allow_extra_args(false);
  app.add_option("--max-watches", options.most_watches,
                 "Watches at a time, of all callers")
      ->capture_default_str();
  app.add_option("--max-watches-of-an-actor", options.most_watches_of_an_actor,
                 "Watches at a time of one actor")
      ->capture_default_str();
  int64_t stall_seconds = absl::ToInt64Seconds(options.watch_stall_limit);
  app.add_option("--watch-stall", stall_seconds,
                 "Seconds after which a watch is cut off whose reader does not "
                 "take a message; one more for each 8 kB of it")
      ->capture_default_str();
  RebuildOptions rebuild;
  const CLI::App* const rebuild_verb = AddRebuild(rebuild, app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }

  options.watch_stall_limit = absl::Seconds(stall_seconds);
  RaiseFileLimit();
  if (rebuild_verb->parsed()) {
    return Report(tidemark::server::RunRebuildCheck(rebuild, std::cout));
  }
  const sigset_t signals = SignalsOf(options);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(options);
  if (!server.ok()) return Report(server.status());
  for (const std::string& notice : (*server)->notices()) {
    std::cerr << "tidemarkd: " << notice << std::endl;
  }
  const std::string host = options.listen.substr(0, options.listen.rfind(':'));
  std::cerr << "tidemarkd: serving " << options.data_dir << " on " << host
            << ":" << (*server)->port() << std::endl;
  ServeUntilStopped(**server, options, signals);
  std::cerr << "tidemarkd: stopping" << std::endl;
  (*server)->Shutdown();
  return 0;
}
