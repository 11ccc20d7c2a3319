#include "client/cli/redact_command.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/session.h"
#include "client/cli/write.h"
#include "client/client.h"

namespace tidemark::cli {
namespace {

struct RedactOptions {
  std::vector<int64_t> sequences;
  bool compact = false;
  WriteOptions write;
};

absl::Status CheckOptions(const RedactOptions& options) {
  if (options.sequences.empty() && !options.compact) {
    return UsageError("which entries? Name their sequences, as `log` has them");
  }
  if (options.compact && options.write.dry_run) {
    return UsageError("--compact rewrites files: it goes not with --dry-run");
  }
  return absl::OkStatus();
}

// Says what holds the words still.
absl::StatusOr<ExitCode> Compact(Session& session) {
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  const absl::Status status = client->Compact();
  if (!status.ok()) {
    return absl::Status(
        status.code(),
        absl::StrCat("the files of the server may hold erased words still: ",
                     status.message(),
                     "; repeat with `tidemark redact --compact`"));
  }
  session.output().Tell(
      "The server's files are rewritten: they hold no erased words. Backups, "
      "bundles and copies from before do.");
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Redact(Session& session,
                                const RedactOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  if (options.sequences.empty()) return Compact(session);
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  v1::Change change;
  for (const int64_t sequence :
       std::set<int64_t>(options.sequences.begin(), options.sequences.end())) {
    change.mutable_redact_changes()->add_sequences(sequence);
  }
  ASSIGN_OR_RETURN(const ExitCode written,
                   Write(session, review, change, options.write));
  if (options.compact) return Compact(session);
  if (!options.write.dry_run) {
    session.output().Tell(
        "Files of the server hold the words until they are compacted: "
        "`tidemark redact --compact`. Backups, bundles and copies from before "
        "hold them too.");
  }
  return written;
}

}  // namespace

void AddRedactCommand(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("redact", "Erase the words of entries; numbers stay");
  auto options = std::make_shared<RedactOptions>();
  command
      ->add_option("SEQUENCE", options->sequences,
                   "Entries that wrote trials, corrections, protocol or "
                   "analyses")
      ->type_name("N");
  command->add_flag("--compact", options->compact,
                    "Then rewrite the server's files, so that they hold no "
                    "erased words; alone: of earlier redactions");
  AddWriteOptions(command, &options->write);
  session.OnCommand(command,
                    [&session, options] { return Redact(session, *options); });
}

}  // namespace tidemark::cli
