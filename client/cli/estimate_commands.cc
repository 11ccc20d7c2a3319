#include "client/cli/estimate_commands.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_options.h"
#include "client/cli/conclusion_text.h"
#include "client/cli/detail_options.h"
#include "client/cli/detail_tables.h"
#include "client/cli/estimate_read.h"
#include "client/cli/estimate_tables.h"
#include "client/cli/event_text.h"
#include "client/cli/known_later.h"
#include "client/cli/session.h"
#include "review/conclusions.h"

namespace tidemark::cli {
namespace {

struct EstimateOptions {
  EstimateQuestion question;
  std::string first;
  std::string second;
  std::string model = "random";
  bool refit = false;  // split
  DetailOptions details;
};

absl::StatusOr<EstimateQuestion> QuestionOf(const EstimateOptions& options) {
  EstimateQuestion question = options.question;
  ASSIGN_OR_RETURN(question.details, DetailsOf(options.details));
  return question;
}

// Only this comparison, oriented as asked, under both models.
absl::Status KeepComparison(const EstimateOptions& options,
                            v1::Estimate* estimate) {
  ASSIGN_OR_RETURN(auto random, FindComparison(*estimate, Model::kRandom,
                                               options.first, options.second));
  ASSIGN_OR_RETURN(auto common, FindComparison(*estimate, Model::kCommon,
                                               options.first, options.second));
  estimate->mutable_random()->clear_relative_effects();
  estimate->mutable_common()->clear_relative_effects();
  *estimate->mutable_random()->add_relative_effects() = std::move(random);
  *estimate->mutable_common()->add_relative_effects() = std::move(common);
  return absl::OkStatus();
}

// For people: which of the comparisons shown a threshold says more of.
void RemarkThresholds(const v1::GetEstimateResponse& response, Output& output) {
  const v1::Conclusions& conclusions = response.conclusions();
  if (conclusions.thresholds().empty() || !output.is_table()) return;
  std::map<std::pair<std::string, std::string>, v1::ComparisonConclusion> said;
  for (const v1::ComparisonConclusion& comparison : conclusions.comparisons()) {
    said[{comparison.first(), comparison.second()}] = comparison;
    said[{comparison.second(), comparison.first()}] =
        review::Reversed(comparison);
  }
  for (const v1::RelativeEffect& effect :
       response.estimate().random().relative_effects()) {
    const v1::ComparisonConclusion& comparison =
        said[{effect.first(), effect.second()}];
    const std::string shown = ShownConclusion(comparison, conclusions);
    if (shown == ClassName(comparison.class_())) continue;
    output.Remark(
        absl::StrCat(effect.first(), " versus ", effect.second(), ": ", shown));
  }
}

absl::StatusOr<ExitCode> Estimate(Session& session,
                                  const EstimateOptions& options) {
  RETURN_IF_ERROR(CheckOneComparison(options.first, options.second));
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  ASSIGN_OR_RETURN(const EstimateQuestion question, QuestionOf(options));
  ASSIGN_OR_RETURN(auto response, ReadEstimate(session, question));
  v1::Estimate* estimate = response.mutable_estimate();
  if (!options.first.empty()) {
    RETURN_IF_ERROR(KeepComparison(options, estimate));
  }
  if (session.output().is_json()) {
    session.output().PrintJson(response);
    return CheckEstimable(*estimate).ok() ? ExitCode::kDone
                                          : ExitCode::kNotEstimable;
  }
  if (estimate->not_estimable().empty()) {
    session.output().Print(ComparisonsTable(*estimate, model));
    if (options.details.ranks && session.output().is_table()) {
      session.output().Remark("");
      PrintRanks(*estimate, model, session.output());
    }
    PrintDetails(*estimate, model, session.output());
  }
  RemarkThresholds(response, session.output());
  PrintSummary(*estimate, session.output());
  TellKnownLater(response.known_later(), session.output());
  RETURN_IF_ERROR(CheckEstimable(*estimate));
  return ExitCode::kDone;
}

// What `print` makes of the estimate and the model asked for.
template <typename Print>
absl::StatusOr<ExitCode> Show(Session& session, const EstimateOptions& options,
                              Print print) {
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  ASSIGN_OR_RETURN(const EstimateQuestion question, QuestionOf(options));
  return ShowEstimate(session, question,
                      [&](const v1::Estimate& estimate, Output& output) {
                        print(estimate, model, output);
                      });
}

absl::StatusOr<ExitCode> League(Session& session,
                                const EstimateOptions& options) {
  return Show(session, options,
              [](const v1::Estimate& estimate, Model model, Output& output) {
                output.Print(output.is_table()
                                 ? LeagueTable(estimate, model)
                                 : ComparisonsTable(estimate, model));
              });
}

absl::StatusOr<ExitCode> Rank(Session& session,
                              const EstimateOptions& options) {
  return Show(session, options, PrintRanks);
}

absl::StatusOr<ExitCode> Heterogeneity(Session& session,
                                       const EstimateOptions& options) {
  EstimateOptions with_designs = options;
  with_designs.details.designs = true;
  return Show(session, with_designs,
              [](const v1::Estimate& estimate, Model, Output& output) {
                PrintHeterogeneity(estimate, output);
              });
}

absl::StatusOr<ExitCode> Split(Session& session,
                               const EstimateOptions& options) {
  EstimateOptions with_splits = options;
  with_splits.details.splits = !options.refit;
  with_splits.details.node_splits = options.refit;
  return Show(session, with_splits, PrintSplits);
}

using Run = absl::StatusOr<ExitCode> (*)(Session&, const EstimateOptions&);

std::shared_ptr<EstimateOptions> AddCommand(CLI::App* command, Session& session,
                                            Run run) {
  auto options = std::make_shared<EstimateOptions>();
  AddEstimateOptions(command, &options->question);
  session.OnCommand(
      command, [&session, run, options] { return run(session, *options); });
  return options;
}

// With --model, for what is under one model.
std::shared_ptr<EstimateOptions> AddModelCommand(CLI::App* command,
                                                 Session& session, Run run) {
  auto options = AddCommand(command, session, run);
  AddModelOption(command, &options->model);
  return options;
}

}  // namespace

void AddEstimateCommands(CLI::App& app, Session& session) {
  auto* estimate = app.add_subcommand(
      "estimate", "Relative effects: all of an analysis, or one comparison");
  auto options = AddModelCommand(estimate, session, Estimate);
  estimate->add_option("FIRST", options->first, "First treatment");
  estimate->add_option("SECOND", options->second, "Second treatment");
  AddDetailOptions(estimate, &options->details);
  AddModelCommand(
      app.add_subcommand("league", "League table, row versus column"), session,
      League);
  auto* rank =
      app.add_subcommand("rank", "Treatments by P-score, mean ranks, POTH");
  AddRankOptions(rank, &AddModelCommand(rank, session, Rank)->details);
  AddCommand(app.add_subcommand("heterogeneity",
                                "tau2, I2, H with intervals; Q within and "
                                "between designs"),
             session, Heterogeneity);
  auto* split = app.add_subcommand(
      "split", "Direct and indirect evidence on each compared pair");
  auto split_options = AddModelCommand(split, session, Split);
  split->add_flag("--refit", split_options->refit,
                  "Indirect evidence by refitting without the studies of the "
                  "pair (node-splitting)");
}

}  // namespace tidemark::cli
