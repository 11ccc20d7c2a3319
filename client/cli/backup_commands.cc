#include "client/cli/backup_commands.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/moment.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/client.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "server/restore_data.h"
#include "tidemark/v1/admin_service.pb.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<ExitCode> Backup(Session& session,
                                const v1::BackupRequest& request) {
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(const v1::BackupResponse made, client->Backup(request));
  if (session.output().is_json()) {
    session.output().PrintJson(made);
  } else {
    Table table = {"", {{"log"}, {"entries"}}, {}};
    for (const v1::BackedUpLog& log : made.logs()) {
      table.rows.push_back({Text(log.review_id()), Integer(log.size())});
    }
    session.output().Print(table);
  }
  session.output().Tell(absl::StrCat(
      "backup ", made.backup_id(), " in ", request.directory(),
      " is verified. The key is not in it: keep a copy elsewhere"));
  return ExitCode::kDone;
}

google::protobuf::Struct AsStruct(const server::RestoredData& restored) {
  google::protobuf::Struct result;
  auto& fields = *result.mutable_fields();
  fields["backup_id"].set_number_value(static_cast<double>(restored.backup_id));
  auto& logs = *fields["logs"].mutable_list_value();
  for (const server::RestoredLog& log : restored.logs) {
    auto& entry = *logs.add_values()->mutable_struct_value()->mutable_fields();
    entry["review_id"].set_string_value(log.review);
    entry["sequence"].set_number_value(static_cast<double>(log.sequence));
    entry["vkey"].set_string_value(log.vkey);
  }
  return result;
}

Table AsTable(const server::RestoredData& restored) {
  Table table = {"", {{"log"}, {"restored_at"}, {"vkey"}}, {}};
  for (const server::RestoredLog& log : restored.logs) {
    table.rows.push_back(
        {Text(log.review), Integer(log.sequence), Text(log.vkey)});
  }
  return table;
}

absl::StatusOr<ExitCode> Restore(Session& session,
                                 const server::RestoreOptions& options) {
  ASSIGN_OR_RETURN(const server::RestoredData restored,
                   server::RestoreData(options));
  if (session.output().is_json()) {
    session.output().PrintJson(AsStruct(restored));
  } else {
    session.output().Print(AsTable(restored));
  }
  google::protobuf::Timestamp made;
  made.set_seconds(restored.backup_unix_seconds);
  session.output().Tell(absl::StrCat(
      options.data_dir, " holds backup ", restored.backup_id, ", made ",
      ShownTime(made), ". What was written later is lost. Serve it with --key ",
      options.key_path,
      "; clients go on only once they are told to: tidemark verify REVIEW "
      "--follow-restore"));
  return ExitCode::kDone;
}

void AddReason(CLI::App* command, std::string* reason) {
  command->add_option("-m,--reason", *reason, "Why; goes into the audit trail")
      ->type_name("REASON")
      ->required();
}

void AddBackup(CLI::App& app, Session& session) {
  auto* const command = app.add_subcommand(
      "backup", "Copy a server's data, while it runs, and verify the copy");
  auto request = std::make_shared<v1::BackupRequest>();
  command
      ->add_option("DIR", *request->mutable_directory(),
                   "Directory of backups on the server's machine, an absolute "
                   "path; later ones share files with earlier ones")
      ->required();
  auto keep = std::make_shared<int32_t>(0);
  command
      ->add_option("--keep", *keep, "How many backups stay there; default: all")
      ->check(CLI::PositiveNumber);
  AddReason(command, request->mutable_reason());
  session.OnCommand(command, [&session, request, keep] {
    request->set_keep(*keep);
    return Backup(session, *request);
  });
}

void AddRestore(CLI::App& app, Session& session) {
  auto* const command = app.add_subcommand(
      "restore", "Make the data of a server from a backup; needs no server");
  auto options = std::make_shared<server::RestoreOptions>();
  command->add_option("DIR", options->backup_dir, "Directory of backups")
      ->required();
  command
      ->add_option("--data", options->data_dir,
                   "Directory to make: the data of the restored server")
      ->required();
  command
      ->add_option("--key", options->key_path,
                   "File of the key that signed the logs; not in the backup")
      ->required();
  command
      ->add_option("--backup", options->backup_id,
                   "Number of the backup; default: the newest")
      ->check(CLI::PositiveNumber);
  AddReason(command, &options->reason);
  session.OnCommand(command, [&session, options] {
    // RocksDB takes no other.
    options->backup_dir = std::filesystem::absolute(options->backup_dir);
    return Restore(session, *options);
  });
}

}  // namespace

void AddBackupCommands(CLI::App& app, Session& session) {
  AddBackup(app, session);
  AddRestore(app, session);
}

}  // namespace tidemark::cli
