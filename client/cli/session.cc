#include "client/cli/session.h"

#include <cstdlib>
#include <string>
#include <utility>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/connection.h"
#include "client/cli/error_message.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"
#include "client/cli/state_directory.h"
#include "client/client.h"
#include "client/trust.h"

namespace tidemark::cli {
namespace {

std::string Notice(const client::FirstContact& contact) {
  return absl::StrCat(
      "First contact with the log of review \"", contact.review_id, "\" at ",
      contact.target, ". Its key is\n  ", contact.vkey,
      "\nCompare it with one that you got in another way. ",
      contact.file.empty()
          ? "It cannot be remembered: neither XDG_STATE_HOME nor HOME is set."
          : absl::StrCat("From now on the log is held to it; it is kept in ",
                         contact.file, "."));
}

std::string Notice(const client::KeyRotation& rotation) {
  return absl::StrCat("The key of the log of review \"", rotation.review_id,
                      "\" at ", rotation.target,
                      " was rotated. The old one signed that this one follows "
                      "it:\n  ",
                      rotation.vkey, "\nFrom now on the log is held to it",
                      rotation.file.empty() ? "."
                                            : absl::StrCat("; it is kept in ",
                                                           rotation.file, "."));
}

// An empty argument is a variable of a script that is not set; taken as if it
// were not there, another question would be answered.
void RefuseEmptyArguments(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    for (const std::string& given : option->results()) {
      if (given.empty()) {
        throw CLI::ValidationError(option->get_name(), "must not be empty");
      }
    }
  }
}

}  // namespace

Session::Session(const Streams& streams) : streams_(streams) {}

void Session::AddGlobalOptions(CLI::App& app) {
  // Read here, not by CLI11: it would count as given on the command line.
  const char* const server = std::getenv("TIDEMARK_SERVER");
  if (server != nullptr && server[0] != '\0') choice_.server = server;
  server_option_ =
      app.add_option("--server", choice_.server,
                     "Server, as HOST:PORT; default: TIDEMARK_SERVER")
          ->type_name("HOST:PORT")
          ->capture_default_str();
  local_option_ =
      app.add_option("--local", choice_.local_dir,
                     "Run the server in this process over a directory")
          ->type_name("DIR");
  app.add_option("--token-file", choice_.token_file,
                 "File with the token to present")
      ->type_name("FILE");
  app.add_option("--ca", choice_.ca_file,
                 "Certificate authorities (PEM) to trust; switches TLS on")
      ->type_name("FILE");
  app.add_option("-r,--review", review_, "Review")
      ->type_name("REVIEW")
      ->envname("TIDEMARK_REVIEW");
  app.add_option("--output", output_choice_,
                 "json, csv or table; default: a table on a terminal, plain "
                 "rows elsewhere")
      ->type_name("FORMAT");
}

void Session::OnCommand(CLI::App* command, Action action) {
  command->callback([this, command, action = std::move(action)] {
    RefuseEmptyArguments(*command);
    action_ = action;
  });
}

ExitCode Session::Run() {
  const absl::StatusOr<ExitCode> result = Perform();
  if (!output_.has_value()) {
    output_.emplace(OutputFormat::kTable, false, streams_.data,
                    streams_.messages);
  }
  const bool written = output_->Flush();
  if (!result.ok()) {
    output_->Tell(ErrorMessage(
        result.status(), choice_.local_dir.empty() ? choice_.server : ""));
    return ExitCodeOf(result.status());
  }
  if (!written) {
    output_->Tell("tidemark: the output could not be written");
    return ExitCode::kUnavailable;
  }
  return *result;
}

absl::StatusOr<ExitCode> Session::Perform() {
  ASSIGN_OR_RETURN(const OutputFormat format,
                   OutputFormatOf(output_choice_, streams_.is_terminal));
  output_.emplace(format, streams_.color, streams_.data, streams_.messages);
  if (local_option_->count() > 0) {
    if (choice_.local_dir.empty()) return UsageError("--local is empty");
    if (server_option_->count() > 0) {
      return UsageError("--server or --local, not both");
    }
  }
  return action_();
}

void Session::TrustKey(const std::string& review, const std::string& vkey) {
  trusted_keys_[review] = vkey;
}

absl::StatusOr<client::Client*> Session::Client() {
  if (!connection_.has_value()) {
    client::Trust trust;
    trust.directory = KnownLogsDirectory();
    trust.vkeys = trusted_keys_;
    trust.on_first_contact = [this](const client::FirstContact& contact) {
      output_->Tell(Notice(contact));
    };
    trust.on_key_rotation = [this](const client::KeyRotation& rotation) {
      output_->Tell(Notice(rotation));
    };
    ASSIGN_OR_RETURN(connection_, Connect(choice_, trust));
  }
  return connection_->client.get();
}

absl::StatusOr<std::string> Session::Review(const std::string& argument) const {
  if (!argument.empty()) return argument;
  if (!review_.empty()) return review_;
  return UsageError("which review? Give --review, or set TIDEMARK_REVIEW");
}

}  // namespace tidemark::cli
