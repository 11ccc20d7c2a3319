#include "client/cli/watch_command.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "client/cli/enum_option.h"
#include "client/cli/exit_code.h"
#include "client/cli/interrupt.h"
#include "client/cli/list_option.h"
#include "client/cli/output.h"
#include "client/cli/resume_file.h"
#include "client/cli/run_command.h"
#include "client/cli/session.h"
#include "client/cli/watch_text.h"
#include "client/watch.h"

namespace tidemark::cli {
namespace {

struct WatchCommandOptions {
  std::string review;
  client::WatchOptions watch;
  std::vector<std::string> events;
  std::string min_importance;
  bool latest = false;
  std::string command;
  std::string resume_file;
  int64_t count = 0;  // 0: no end
};

absl::StatusOr<client::WatchOptions> WatchOptionsOf(
    const WatchCommandOptions& options) {
  client::WatchOptions watch = options.watch;
  for (const std::string& name : options.events) {
    ASSIGN_OR_RETURN(
        const auto kind,
        EnumOf<v1::ConclusionEvent::Kind>(
            "--events", std::string(absl::StripAsciiWhitespace(name))));
    if (kind == v1::ConclusionEvent::KIND_UNSPECIFIED) {
      return UsageError("--events holds an empty name");
    }
    watch.event_kinds.push_back(kind);
  }
  ASSIGN_OR_RETURN(watch.min_importance,
                   EnumOf<v1::Importance::Level>("--min-importance",
                                                 options.min_importance));
  if (options.latest) watch.delivery = v1::WatchRequest::LATEST;
  return watch;
}

// The words that tell a watch from others: where, what, and what for.
std::vector<std::string> WordsOf(const std::string& target,
                                 const std::string& review,
                                 const client::WatchOptions& watch,
                                 const std::string& command) {
  v1::WatchRequest filter;
  for (const std::string& analysis : watch.analyses) {
    filter.add_analyses(analysis);
  }
  for (const auto kind : watch.event_kinds) filter.add_event_kinds(kind);
  filter.set_min_importance(watch.min_importance);
  filter.set_delivery(watch.delivery);
  filter.set_overdue(watch.overdue);
  return {target, review, filter.SerializeAsString(), command};
}

// One run of the command: messages from the watch to where they go.
class WatchRun {
 public:
  WatchRun(Session* session, const WatchCommandOptions* options)
      : session_(*session), options_(*options) {}

  absl::StatusOr<ExitCode> Run() {
    ASSIGN_OR_RETURN(client::WatchOptions watch_options,
                     WatchOptionsOf(options_));
    ASSIGN_OR_RETURN(const std::string review,
                     session_.Review(options_.review));
    Interrupt interrupt;  // before the client has threads
    ASSIGN_OR_RETURN(auto* const client, session_.Client());
    RETURN_IF_ERROR(OpenFile(review, watch_options));
    if (file_ != nullptr) watch_options.resume_token = file_->token();
    watch_options.on_retry = [this](const absl::Status& failure,
                                    absl::Duration wait) {
      TellOfRetry(failure, wait);
    };
    watch_options.on_bookmark = [this](const v1::WatchResponse& message) {
      Bookmark(message);
    };
    watch_ = std::make_unique<client::Watch>(*client, review, watch_options);
    interrupt.Call([this] { watch_->Cancel(); });
    return Follow();
  }

 private:
  absl::StatusOr<ExitCode> Follow() {
    for (int64_t entries = 0;
         options_.count == 0 || entries < options_.count;) {
      const absl::StatusOr<v1::WatchResponse> message = watch_->Next();
      RETURN_IF_ERROR(bookmarked_);
      if (absl::IsCancelled(message.status())) break;  // Ctrl-C
      if (!message.ok()) {
        return file_ == nullptr ? message.status()
                                : ExplainToken(message.status(), file_->path());
      }
      RETURN_IF_ERROR(HandOver(*message));
      // Nobody reads any more: going on would lose entries in silence.
      if (!session_.output().Flush()) break;
      RETURN_IF_ERROR(Save(*message));
      if (message->has_entry()) ++entries;
    }
    return ExitCode::kDone;
  }

  absl::Status HandOver(const v1::WatchResponse& message) {
    if (options_.command.empty()) {
      PrintWatchMessage(message, !options_.watch.analyses.empty(),
                        session_.output());
      return absl::OkStatus();
    }
    const absl::Status done =
        RunCommand(options_.command,
                   absl::StrCat(ToJson(message, /*indented=*/false), "\n"));
    if (done.ok()) return absl::OkStatus();
    return {done.code(), absl::StrCat(PlaceOf(message), ": ", done.message(),
                                      "; the next run begins with it")};
  }

  absl::Status OpenFile(const std::string& review,
                        const client::WatchOptions& watch) {
    std::string path = options_.resume_file;
    if (path.empty()) {
      if (options_.command.empty()) return absl::OkStatus();
      path = DefaultResumeFile(
          WordsOf(session_.target(), review, watch, options_.command));
      if (path.empty()) {
        return UsageError(
            "where to keep the place of the watch? Give --resume FILE, or set "
            "XDG_STATE_HOME or HOME");
      }
    }
    ASSIGN_OR_RETURN(file_, ResumeFile::Open(path));
    if (!file_->token().empty()) {
      session_.output().Tell(absl::StrCat("Going on after ", file_->place(),
                                          ", as ", path, " says."));
    }
    return absl::OkStatus();
  }

  absl::Status Save(const v1::WatchResponse& message) {
    return file_ == nullptr ? absl::OkStatus() : file_->Save(message);
  }

  void Bookmark(const v1::WatchResponse& message) {
    // A watch that goes on starts where the file says already.
    if (message.has_started() && file_ != nullptr && !file_->token().empty()) {
      return;
    }
    bookmarked_ = Save(message);
    if (!bookmarked_.ok()) watch_->Cancel();
  }

  void TellOfRetry(const absl::Status& failure, absl::Duration wait) {
    session_.output().Tell(absl::StrCat(
        absl::IsResourceExhausted(failure) ? "Refused (" : "Connection lost (",
        failure.message(), "); trying again in ",
        absl::FormatDuration(absl::Ceil(wait, absl::Milliseconds(100)))));
  }

  Session& session_;
  const WatchCommandOptions& options_;
  std::unique_ptr<ResumeFile> file_;  // null: the place is not kept
  std::unique_ptr<client::Watch> watch_;
  absl::Status bookmarked_;
};

}  // namespace

void AddWatchCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "watch", "Follow a review: one line, or one JSON object, an entry");
  auto options = std::make_shared<WatchCommandOptions>();
  command->add_option("REVIEW", options->review, "Review; default: --review");
  command
      ->add_option("--analysis", options->watch.analyses,
                   "Only entries that moved this analysis; may be repeated")
      ->allow_extra_args(false);
  auto* from = command
                   ->add_option("--from", options->watch.from_sequence,
                                "First sequence; default: from now on")
                   ->check(CLI::PositiveNumber);
  command
      ->add_flag("--snapshot", options->watch.snapshot,
                 "First the current estimates, then what comes after them")
      ->excludes(from);
  AddListOption(command, "--events", &options->events,
                "Only entries that caused an event of one of these kinds, "
                "e.g. SIGNIFICANCE_LOST,DIRECTION_FLIPPED")
      ->type_name("KIND,...");
  command
      ->add_option("--min-importance", options->min_importance,
                   "Only entries that caused an event at least so important: "
                   "minor, notable or major")
      ->type_name("LEVEL");
  command->add_flag("--overdue", options->watch.overdue,
                    "Also entries that say that a step of living mode is "
                    "overdue, whatever the other filters say");
  command->add_flag("--latest", options->latest,
                    "Leave out estimates that were moved again meanwhile");
  command
      ->add_option("--exec", options->command,
                   "Run this shell command for each message, with its JSON on "
                   "standard input, in place of printing it; the next run goes "
                   "on after the last message for which it succeeded")
      ->type_name("CMD");
  command
      ->add_option("--resume", options->resume_file,
                   "File with the place where the last run ended: go on there, "
                   "and keep it up to date")
      ->type_name("FILE");
  command->add_option("--count", options->count, "Stop after so many entries")
      ->check(CLI::PositiveNumber);
  session.OnCommand(command, [&session, options] {
    return WatchRun(&session, options.get()).Run();
  });
}

}  // namespace tidemark::cli
