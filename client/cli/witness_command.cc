#include "client/cli/witness_command.h"

#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/interrupt.h"
#include "client/cli/session.h"
#include "storage/key_file.h"
#include "witness/http_server.h"
#include "witness/witness.h"

namespace tidemark::cli {
namespace {

struct WitnessCommandOptions {
  witness::WitnessOptions witness;
  std::string listen = "127.0.0.1:7430";
  std::string key_file;
};

absl::Status AsUsage(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? UsageError(status.message())
                                         : status;
}

absl::StatusOr<ExitCode> Serve(Session& session,
                               WitnessCommandOptions& options) {
  Interrupt interrupt;  // before the server has threads
  storage::KeyFileOptions key;
  key.path = options.key_file;
  ASSIGN_OR_RETURN(const storage::KeyRing keys, storage::LoadKeyFile(key));
  options.witness.seed = keys.front();
  const auto witness = witness::Witness::Create(options.witness);
  RETURN_IF_ERROR(AsUsage(witness.status()));
  for (const absl::Status& damaged : (*witness)->DamagedLogs()) {
    session.output().Tell(absl::StrCat("tidemark: ", damaged.message()));
  }
  const auto server =
      witness::HttpServer::Start(witness->get(), options.listen);
  RETURN_IF_ERROR(AsUsage(server.status()));

  // At once: who waits for them must not wait for the end.
  session.output().PrintText(absl::StrCat((*witness)->vkey(), "\n"));
  session.output().Flush();
  const std::string host = options.listen.substr(0, options.listen.rfind(':'));
  session.output().Tell(absl::StrCat("tidemark: serving the witness ",
                                     options.witness.name, " on ", host, ":",
                                     (*server)->port()));
  interrupt.Call([&server] { (*server)->Stop(); });
  (*server)->Wait();
  session.output().Tell("tidemark: stopping");
  return ExitCode::kDone;
}

}  // namespace

void AddWitnessCommand(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "witness", "Serve a witness, which cosigns one history of each log");
  auto options = std::make_shared<WitnessCommandOptions>();
  command
      ->add_option("--listen", options->listen, "HOST:PORT; port 0 picks one")
      ->capture_default_str();
  command
      ->add_option("--state", options->witness.state_dir,
                   "Directory of what it has cosigned; made if missing")
      ->required();
  command
      ->add_option("--key", options->key_file,
                   "File of its key, apart from --state; made if missing")
      ->required();
  command
      ->add_option("--name", options->witness.name,
                   "Name of its key, e.g. witness.example.org/1")
      ->required();
  command
      ->add_option("--log", options->witness.logs,
                   "Key (vkey) of a log to follow; repeatable")
      ->type_name("VKEY")
      ->allow_extra_args(false)
      ->required();
  session.OnCommand(command,
                    [&session, options] { return Serve(session, *options); });
}

}  // namespace tidemark::cli
