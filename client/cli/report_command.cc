#include "client/cli/report_command.h"

#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/exit_code.h"
#include "client/cli/moment.h"
#include "client/cli/report_figures.h"
#include "client/cli/report_inputs.h"
#include "client/cli/report_sections.h"
#include "client/cli/session.h"
#include "client/client.h"
#include "client/durable_file.h"
#include "client/report/render_report.h"

namespace tidemark::cli {
namespace {

struct ReportOptions {
  std::string review;
  std::string from;
  std::string to;
  std::string file;
};

// The form is that of the file's name.
absl::StatusOr<bool> IsMarkdown(const std::string& file) {
  if (absl::EndsWith(file, ".md")) return true;
  if (absl::EndsWith(file, ".html")) return false;
  return UsageError(
      absl::StrCat("-o is FILE.html or FILE.md, found `", file, "`"));
}

absl::StatusOr<ExitCode> Report(Session& session,
                                const ReportOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(options.review));
  ASSIGN_OR_RETURN(const v1::AsOf from, ParseAsOf(options.from));
  ASSIGN_OR_RETURN(const v1::AsOf to, ParseAsOf(options.to));
  ASSIGN_OR_RETURN(const bool is_markdown, IsMarkdown(options.file));
  ASSIGN_OR_RETURN(client::Client* const client, session.Client());
  ASSIGN_OR_RETURN(ReportInputs inputs,
                   ReadReportInputs(*client, review, from, to));
  RETURN_IF_ERROR(ReadReportFigures(*client, review, inputs));
  const report::Report report = MakeReport(inputs);
  RETURN_IF_ERROR(client::ReplaceFile(
      options.file, is_markdown ? report::RenderMarkdown(report)
                                : report::RenderHtml(report)));
  session.output().Tell(
      absl::StrCat("The report of ", review, " from ", NameBefore(inputs),
                   " to ", NameAfter(inputs), " is in ", options.file, "."));
  return ExitCode::kDone;
}

}  // namespace

void AddReportCommand(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "report", "What changed between two versions, as one page for readers");
  const auto options = std::make_shared<ReportOptions>();
  command->add_option("REVIEW", options->review, "Review; default: --review");
  command
      ->add_option("--from", options->from,
                   "Preceding version: tag:RELEASE, sequence or time")
      ->required()
      ->type_name("MOMENT");
  command->add_option("--to", options->to, kAsOfHelp)->type_name("MOMENT");
  command
      ->add_option("-o", options->file,
                   "Where it goes: FILE.html, or FILE.md for Markdown")
      ->type_name("FILE")
      ->required();
  session.OnCommand(command,
                    [&session, options] { return Report(session, *options); });
}

}  // namespace tidemark::cli
