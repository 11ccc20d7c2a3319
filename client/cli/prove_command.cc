#include "client/cli/prove_command.h"

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "audit/tlog_proof.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/json_files.h"
#include "client/cli/log_entry.h"
#include "client/cli/session.h"
#include "client/cli/state_directory.h"
#include "client/cli/table.h"
#include "client/client.h"
#include "client/known_logs.h"
#include "client/prove.h"
#include "server/log_reader.h"

namespace tidemark::cli {
namespace {

struct ProveOptions {
  int64_t sequence = 0;
  std::string output_file;
  std::string check_file;
  std::string vkey;
};

absl::StatusOr<ExitCode> WriteProof(Session& session,
                                    const ProveOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(const std::string proof,
                   client::Prove(*client, review, options.sequence));
  if (options.output_file.empty()) {
    session.output().PrintText(proof);
    return ExitCode::kDone;
  }
  std::ofstream file(options.output_file, std::ios::binary);
  file << proof;
  file.close();
  if (!file.good()) {
    return absl::UnavailableError(
        absl::StrCat("cannot write ", options.output_file));
  }
  session.output().Tell(absl::StrCat(
      "The proof that sequence ", options.sequence, " is in the log of ",
      review, " is in ", options.output_file, "."));
  return ExitCode::kDone;
}

absl::Status NotVerified(absl::string_view file, const absl::Status& why) {
  return absl::DataLossError(
      absl::StrCat(file, " does NOT verify: ", why.message()));
}

// The key that is given, or else known of the log that the proof claims to be
// of.
absl::StatusOr<std::string> KeyFor(const audit::TlogProof& proof,
                                   const ProveOptions& options) {
  if (!options.vkey.empty()) return options.vkey;
  const absl::StatusOr<audit::Checkpoint> claimed =
      audit::ReadCheckpointUnverified(proof.checkpoint);
  if (!claimed.ok()) return NotVerified(options.check_file, claimed.status());
  auto known = client::FindKeyOfOrigin(KnownLogsDirectory(), claimed->origin);
  if (!absl::IsNotFound(known.status())) return known;
  return UsageError(
      absl::StrCat(known.status().message(), "; give one with --key"));
}

absl::StatusOr<ExitCode> CheckProof(Session& session,
                                    const ProveOptions& options) {
  ASSIGN_OR_RETURN(const std::string text, ReadInput(options.check_file));
  const absl::StatusOr<audit::TlogProof> proof = audit::ParseTlogProof(text);
  if (!proof.ok()) return NotVerified(options.check_file, proof.status());
  ASSIGN_OR_RETURN(const std::string vkey, KeyFor(*proof, options));
  const absl::StatusOr<audit::Verifier> key = audit::Verifier::Parse(vkey);
  if (!key.ok()) {
    return UsageError(absl::StrCat("--key: ", key.status().message()));
  }
  const auto proven = audit::VerifyTlogProof(*proof, *key);
  if (absl::IsUnauthenticated(proven.status())) {
    return NotVerified(
        options.check_file,
        absl::UnauthenticatedError(absl::StrCat(
            proven.status().message(), "; the key held against it is ", vkey,
            ". If the log's key was rotated, the proof may be older or newer: "
            "`tidemark key show` lists the keys of the log, each proven by the "
            "one before; give the one of that time with --key")));
  }
  if (!proven.ok()) return NotVerified(options.check_file, proven.status());

  v1::LogEntry entry = server::ToLogEntry(proven->leaf);
  entry.set_leaf(proof->leaf);
  if (session.output().is_json()) {
    session.output().PrintJson(entry);
  } else {
    session.output().Print(Table{"", LogColumns(), {LogCells(entry)}});
  }
  session.output().Tell(absl::StrCat(
      options.check_file, " verifies: this is sequence ", entry.sequence(),
      " of the log ", proven->checkpoint.origin, ", in its tree of size ",
      proven->checkpoint.size, ", which is signed with\n  ", vkey));
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Prove(Session& session, const ProveOptions& options,
                               bool is_check) {
  if (is_check) {
    if (options.sequence != 0 || !options.output_file.empty()) {
      return UsageError("--check takes neither a sequence nor -o");
    }
    return CheckProof(session, options);
  }
  if (options.sequence == 0) {
    return UsageError("which entry? Give its sequence, or a file with --check");
  }
  if (!options.vkey.empty()) return UsageError("--key goes with --check");
  return WriteProof(session, options);
}

absl::StatusOr<ExitCode> PrintCheckpoint(Session& session,
                                         const std::string& argument) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(argument));
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(const v1::GetCheckpointResponse latest,
                   client->GetCheckpoint(review));
  if (session.output().is_json()) {
    session.output().PrintJson(latest);
  } else {
    session.output().PrintText(latest.checkpoint());
  }
  return ExitCode::kDone;
}

}  // namespace

void AddProveCommand(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "prove", "The proof of an entry as a file, or check such a file");
  auto options = std::make_shared<ProveOptions>();
  command->add_option("SEQUENCE", options->sequence, "Entry to prove")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("-o", options->output_file,
                   "Where the proof goes; default: standard output")
      ->type_name("FILE");
  const CLI::Option* const check =
      command
          ->add_option("--check", options->check_file,
                       "Check this proof instead; needs no server")
          ->type_name("FILE");
  command
      ->add_option("--key", options->vkey,
                   "With --check: the log's key; default: the one known")
      ->type_name("VKEY");
  session.OnCommand(command, [&session, options, check] {
    return Prove(session, *options, check->count() > 0);
  });
}

void AddCheckpointCommand(CLI::App& app, Session& session) {
  CLI::App* const command =
      app.add_subcommand("checkpoint", "The latest signed checkpoint, checked");
  auto review = std::make_shared<std::string>();
  command->add_option("REVIEW", *review, "Review; default: --review");
  session.OnCommand(command, [&session, review] {
    return PrintCheckpoint(session, *review);
  });
}

}  // namespace tidemark::cli
