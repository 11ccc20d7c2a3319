// The `tidemark` command: parses the command line and runs one command.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/version.h"
#include "client/cli/analysis_commands.h"
#include "client/cli/analyze_command.h"
#include "client/cli/backup_commands.h"
#include "client/cli/benefit_harm_command.h"
#include "client/cli/blame_command.h"
#include "client/cli/cinema_command.h"
#include "client/cli/component_command.h"
#include "client/cli/contributions_command.h"
#include "client/cli/diff_command.h"
#include "client/cli/estimate_commands.h"
#include "client/cli/exit_code.h"
#include "client/cli/explain_command.h"
#include "client/cli/export_command.h"
#include "client/cli/extraction_commands.h"
#include "client/cli/funnel_command.h"
#include "client/cli/history_command.h"
#include "client/cli/import_command.h"
#include "client/cli/influence_command.h"
#include "client/cli/key_command.h"
#include "client/cli/log_command.h"
#include "client/cli/order_command.h"
#include "client/cli/plot_command.h"
#include "client/cli/prove_command.h"
#include "client/cli/rare_command.h"
#include "client/cli/redact_command.h"
#include "client/cli/regression_command.h"
#include "client/cli/release_commands.h"
#include "client/cli/report_command.h"
#include "client/cli/review_commands.h"
#include "client/cli/runs_commands.h"
#include "client/cli/session.h"
#include "client/cli/status_commands.h"
#include "client/cli/subgroups_command.h"
#include "client/cli/submit_commands.h"
#include "client/cli/table.h"
#include "client/cli/threshold_command.h"
#include "client/cli/trial_commands.h"
#include "client/cli/verify_command.h"
#include "client/cli/watch_command.h"
#include "client/cli/what_if_command.h"
#include "client/cli/witness_command.h"

namespace tidemark::cli {
namespace {

// The first word that stands where a command must; empty if none does.
std::string NoCommand(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
  }
  const std::vector<std::string> words = app.remaining(/*recurse=*/true);
  if (command->get_require_subcommand_min() == 0 || words.empty()) return "";
  return absl::StrCat(
      "`", words.front(), "` is no ",
      absl::StartsWith(words.front(), "-") ? "option" : "command", " of ",
      command == &app ? "tidemark"
                      : absl::StrCat("tidemark ", command->get_name()));
}

ExitCode Main(int argc, char** argv) {
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  const char* const no_color = std::getenv("NO_COLOR");
  const bool color =
      is_terminal && (no_color == nullptr || no_color[0] == '\0');
  Session session(
      {&std::cout, &std::cerr, is_terminal, color, isatty(STDERR_FILENO) == 1});

  CLI::App app("A living systematic review: records, estimates, audit trail.",
               "tidemark");
  app.set_version_flag("--version", kEngineBuild);
  app.require_subcommand(1);
  // Global options may stand anywhere. Commands inherit it: it comes first.
  app.fallthrough();
  session.AddGlobalOptions(app);
  AddReviewCommands(app, session);
  AddAnalysisCommands(app, session);
  AddSubmitCommands(app, session);
  AddExtractionCommands(app, session);
  AddStatusCommands(app, session);
  AddRedactCommand(app, session);
  AddImportCommand(app, session);
  AddTrialCommands(app, session);
  AddRunsCommands(app, session);
  AddReleaseCommands(app, session);
  AddReportCommand(app, session);
  AddEstimateCommands(app, session);
  AddContributionsCommand(app, session);
  AddCinemaCommand(app, session);
  AddRareCommand(app, session);
  AddInfluenceCommand(app, session);
  AddThresholdCommand(app, session);
  AddOrderCommand(app, session);
  AddBenefitHarmCommand(app, session);
  AddFunnelCommand(app, session);
  AddSubgroupsCommand(app, session);
  AddComponentCommand(app, session);
  AddRegressionCommand(app, session);
  AddPlotCommand(app, session);
  AddHistoryCommand(app, session);
  AddDiffCommand(app, session);
  AddBlameCommand(app, session);
  AddExplainCommand(app, session);
  AddWhatIfCommand(app, session);
  AddLogCommand(app, session);
  AddCheckpointCommand(app, session);
  AddProveCommand(app, session);
  AddVerifyCommand(app, session);
  AddExportCommand(app, session);
  AddVerifyBundleCommand(app, session);
  AddKeyCommands(app, session);
  AddWatchCommand(app, session);
  AddBackupCommands(app, session);
  AddAnalyzeCommand(app, session);
  AddWitnessCommand(app, session);

  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    const std::string no_command = NoCommand(app);
    if (no_command.empty()) {
      app.exit(error, std::cout, std::cerr);
    } else {
      std::cerr << WithoutControls(no_command)
                << "\nRun with --help for more information.\n";
    }
    return ExitCode::kUsage;
  } catch (const CLI::ParseError& error) {
    // Prints help, the version or what is wrong.
    const bool done = app.exit(error, std::cout, std::cerr) == 0;
    return done ? ExitCode::kDone : ExitCode::kUsage;
  }
  return session.Run();
}

}  // namespace
}  // namespace tidemark::cli

int main(int argc, char** argv) {
  return static_cast<int>(tidemark::cli::Main(argc, argv));
}
