// One run of the command: its global options, its connection, its output.
#ifndef TIDEMARK_CLIENT_CLI_SESSION_H_
#define TIDEMARK_CLIENT_CLI_SESSION_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Option.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/connection.h"
#include "client/cli/exit_code.h"
#include "client/cli/output.h"
#include "client/client.h"

namespace tidemark::cli {

// What a command does once its command line is parsed. An error is printed and
// becomes the exit code that it stands for.
using Action = std::function<absl::StatusOr<ExitCode>()>;

class Session {
 public:
  // Where the process writes, and whether people watch.
  struct Streams {
    std::ostream* data;
    std::ostream* messages;
    bool is_terminal;  // `data` is one
    bool color;
    bool messages_are_watched;  // `messages` is a terminal
  };

  explicit Session(const Streams& streams);

  // Adds the options that every command has.
  void AddGlobalOptions(CLI::App& app);

  // Makes `action` what Run() does if `command` is the one on the command line.
  void OnCommand(CLI::App* command, Action action);

  // Runs the command that was parsed and prints its error, if it has one.
  ExitCode Run();

  // Holds the log of a review to this key (a valid C2SP vkey), in place of
  // believing the one that it comes with on first contact. Before Client().
  void TrustKey(const std::string& review, const std::string& vkey);

  // Connects with the first call. Lives as long as the session.
  //
  // The client checks every answer, and remembers what it knows of each log in
  // KnownLogsDirectory(); a log that is met for the first time is told of.
  // After any call about a review, `Client()->KnownLogOf(review)` is its key
  // and the last checkpoint seen, as signed note; before the first call, those
  // of earlier runs.
  absl::StatusOr<client::Client*> Client();

  // HOST:PORT, or the absolute path of the local directory. After Client().
  const std::string& target() const { return connection_->target; }

  // The review of the command line: the argument if there is one, else the
  // option or the environment. A usage error if there is neither.
  absl::StatusOr<std::string> Review(const std::string& argument = "") const;

  // A terminal to draw progress on. Null if messages go elsewhere.
  std::ostream* progress_terminal() const {
    return streams_.messages_are_watched ? streams_.messages : nullptr;
  }

  // Only within an action.
  Output& output() { return *output_; }

 private:
  absl::StatusOr<ExitCode> Perform();

  const Streams streams_;
  ServerChoice choice_;
  // Of the application, once AddGlobalOptions was called.
  const CLI::Option* server_option_ = nullptr;
  const CLI::Option* local_option_ = nullptr;
  std::map<std::string, std::string> trusted_keys_;  // by review
  std::string review_;
  std::string output_choice_;
  Action action_;
  std::optional<Output> output_;
  std::optional<Connection> connection_;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_SESSION_H_
