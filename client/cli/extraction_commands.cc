#include "client/cli/extraction_commands.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "client/cli/extraction_tables.h"
#include "client/cli/field_edit.h"
#include "client/cli/session.h"
#include "client/cli/table.h"
#include "client/cli/write.h"
#include "review/two_extractions.h"

namespace tidemark::cli {
namespace {

// The drafts of one trial.
absl::StatusOr<v1::Extraction> ReadExtraction(Session& session,
                                              const std::string& review,
                                              const std::string& trial) {
  v1::ListExtractionsRequest request;
  request.set_review_id(review);
  request.set_trial_id(trial);
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const std::vector<v1::Extraction> extractions,
                   client->ListExtractions(request));
  if (!extractions.empty()) return extractions[0];
  return absl::NotFoundError(
      absl::StrCat("trial \"", trial, "\" has no drafts"));
}

// The draft that a decision about the trial means: an adjudication before the
// two extractions that it was made of.
absl::StatusOr<v1::DraftName> OpenDraft(Session& session,
                                        const std::string& review,
                                        const std::string& trial) {
  ASSIGN_OR_RETURN(const v1::Extraction extraction,
                   ReadExtraction(session, review, trial));
  std::vector<v1::Draft> open;
  for (const v1::Draft& draft : extraction.drafts()) {
    if (draft.state() == v1::Draft::OPEN) open.push_back(draft);
  }
  std::vector<v1::Draft> adjudications;
  for (const v1::Draft& draft : open) {
    if (draft.kind() == v1::Draft::ADJUDICATION) adjudications.push_back(draft);
  }
  if (!adjudications.empty()) open = adjudications;
  if (open.empty()) {
    return absl::NotFoundError(
        absl::StrCat("trial \"", trial, "\" has no open draft"));
  }
  if (open.size() > 1) {
    return UsageError(absl::StrCat(
        "which one? Say --draft SEQUENCE; ", trial, " has ",
        absl::StrJoin(open, "; ", [](std::string* out, const auto& draft) {
          absl::StrAppend(out, ShownDraft(draft));
        })));
  }
  v1::DraftName name;
  name.set_trial_id(trial);
  name.set_sequence(open[0].sequence());
  return name;
}

struct DecideOptions {
  std::vector<std::string> trials;
  int64_t draft = 0;
  WriteOptions write;
};

absl::StatusOr<ExitCode> Decide(Session& session, const DecideOptions& options,
                                bool approve) {
  if (options.draft > 0 && options.trials.size() > 1) {
    return UsageError("--draft is for one trial");
  }
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  v1::Change change;
  for (const std::string& trial : options.trials) {
    v1::DraftName name;
    name.set_trial_id(trial);
    name.set_sequence(options.draft);
    if (options.draft == 0) {
      ASSIGN_OR_RETURN(name, OpenDraft(session, review, trial));
    }
    *(approve ? change.mutable_approve_drafts()->add_drafts()
              : change.mutable_reject_drafts()->add_drafts()) = name;
  }
  return Write(session, review, change, options.write);
}

void AddDecision(CLI::App& app, Session& session, const std::string& name,
                 const std::string& help, bool approve) {
  auto* command = app.add_subcommand(name, help);
  auto options = std::make_shared<DecideOptions>();
  command->add_option("TRIAL", options->trials, "Trials")->required();
  command
      ->add_option("--draft", options->draft,
                   "Sequence of the draft; default: the one that is open")
      ->check(CLI::PositiveNumber)
      ->type_name("SEQUENCE");
  AddWriteOptions(command, &options->write);
  session.OnCommand(command, [&session, options, approve] {
    return Decide(session, *options, approve);
  });
}

struct AdjudicateOptions {
  std::string trial;
  std::vector<std::string> take;
  std::vector<std::string> set;
  WriteOptions write;
};

// `12` or `ana`: one of the two drafts.
absl::StatusOr<int64_t> DraftNamed(const std::string& name,
                                   const v1::Draft& first,
                                   const v1::Draft& second) {
  int64_t sequence = 0;
  for (const v1::Draft* draft : {&first, &second}) {
    if (name == draft->actor() ||
        (absl::SimpleAtoi(name, &sequence) && sequence == draft->sequence())) {
      return draft->sequence();
    }
  }
  return UsageError(absl::StrCat(
      "--take wants ", first.sequence(), " or ", first.actor(), ", or ",
      second.sequence(), " or ", second.actor(), ", found `", name, "`"));
}

// What the options say, by path; of the empty path what holds of all others.
absl::StatusOr<std::map<std::string, v1::Resolution>> ReadResolutions(
    const AdjudicateOptions& options, const v1::Draft& first,
    const v1::Draft& second) {
  std::map<std::string, v1::Resolution> resolutions;
  const auto add = [&resolutions](const v1::Resolution& resolution) {
    if (resolutions.emplace(resolution.path(), resolution).second) {
      return absl::OkStatus();
    }
    return UsageError(
        resolution.path().empty()
            ? "only one --take without a path"
            : absl::StrCat(resolution.path(), " is resolved twice"));
  };
  for (const std::string& take : options.take) {
    const size_t colon = take.find(':');
    v1::Resolution resolution;
    ASSIGN_OR_RETURN(const int64_t draft,
                     DraftNamed(take.substr(0, colon), first, second));
    resolution.set_take(draft);
    if (colon != std::string::npos) {
      resolution.set_path(take.substr(colon + 1));
    }
    RETURN_IF_ERROR(add(resolution));
  }
  for (const std::string& set : options.set) {
    ASSIGN_OR_RETURN(const v1::FieldEdit edit, ParseFieldEdit(set));
    v1::Resolution resolution;
    resolution.set_path(edit.path());
    resolution.set_value(edit.value());
    RETURN_IF_ERROR(add(resolution));
  }
  return resolutions;
}

absl::StatusOr<ExitCode> Adjudicate(Session& session,
                                    const AdjudicateOptions& options) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const v1::Extraction extraction,
                   ReadExtraction(session, review, options.trial));
  const std::vector<v1::Draft> open = OpenSubmissions(extraction);
  if (open.size() < 2) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there are no two extractions to settle: ", NextStep(extraction)));
  }
  ASSIGN_OR_RETURN(auto resolutions,
                   ReadResolutions(options, open[0], open[1]));
  v1::Change change;
  v1::AdjudicateTrial& adjudicate = *change.mutable_adjudicate_trial();
  adjudicate.set_trial_id(options.trial);
  adjudicate.set_first_sequence(open[0].sequence());
  adjudicate.set_second_sequence(open[1].sequence());
  const auto rest = resolutions.extract("");
  for (const auto& [path, resolution] : resolutions) {
    *adjudicate.add_resolutions() = resolution;
  }
  if (!rest.empty()) {
    for (const review::ExtractionConflict& conflict :
         review::ConflictsOf(open[0].trial(), open[1].trial())) {
      if (resolutions.count(conflict.path) > 0) continue;
      v1::Resolution& resolution = *adjudicate.add_resolutions();
      resolution = rest.mapped();
      resolution.set_path(conflict.path);
    }
  }
  return Write(session, review, change, options.write);
}

void AddAdjudicate(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "adjudicate", "Make one record of two extractions of a trial");
  auto options = std::make_shared<AdjudicateOptions>();
  command->add_option("TRIAL", options->trial, "Trial")->required();
  command
      ->add_option("--take", options->take,
                   "What a draft says, named by its sequence or actor: of a "
                   "field, or without a path of all others; may be repeated")
      ->type_name("DRAFT[:PATH]")
      ->allow_extra_args(false);
  command
      ->add_option("--set", options->set, "What neither says; may be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  AddWriteOptions(command, &options->write);
  session.OnCommand(
      command, [&session, options] { return Adjudicate(session, *options); });
}

struct ListOptions {
  std::string review;
  std::string trial;
  bool open = false;
};

absl::StatusOr<ExitCode> List(Session& session, const ListOptions& options) {
  v1::ListExtractionsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_review_id(),
                   session.Review(options.review));
  request.set_trial_id(options.trial);
  request.set_open_only(options.open);
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const std::vector<v1::Extraction> extractions,
                   client->ListExtractions(request));
  if (session.output().is_json()) {
    v1::ListExtractionsResponse all;
    *all.mutable_extractions() = {extractions.begin(), extractions.end()};
    session.output().PrintJson(all);
    return ExitCode::kDone;
  }
  session.output().Print(DraftsTable(extractions, options.open));
  if (session.output().is_table()) {
    for (const v1::Extraction& extraction : extractions) {
      if (extraction.state() == v1::Extraction::CLOSED) continue;
      session.output().Tell(absl::StrCat(NextStep(extraction), "."));
    }
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Show(Session& session, const std::string& trial) {
  ASSIGN_OR_RETURN(const std::string review, session.Review());
  ASSIGN_OR_RETURN(const v1::Extraction extraction,
                   ReadExtraction(session, review, trial));
  if (session.output().is_json()) {
    session.output().PrintJson(extraction);
    return ExitCode::kDone;
  }
  const std::vector<v1::Draft> open = OpenSubmissions(extraction);
  if (session.output().is_table()) {
    session.output().Print(DraftsTable({extraction}, false));
    session.output().Remark("");
  }
  if (open.size() > 1) {
    session.output().Print(ConflictsTable(open[0], open[1]));
  }
  session.output().Tell(absl::StrCat(NextStep(extraction), "."));
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> Agreement(Session& session,
                                   const std::string& argument) {
  ASSIGN_OR_RETURN(const std::string review, session.Review(argument));
  ASSIGN_OR_RETURN(auto* const client, session.Client());
  ASSIGN_OR_RETURN(const auto response, client->GetAgreement(review));
  const v1::Agreement& agreement = response.agreement();
  if (session.output().is_json()) {
    session.output().PrintJson(response);
    return ExitCode::kDone;
  }
  if (session.output().is_table()) {
    session.output().Print(TrialAgreementTable(agreement));
    session.output().Remark("");
  }
  session.output().Print(CategoryAgreementTable(agreement));
  session.output().Tell(
      agreement.has_share()
          ? absl::StrCat("Two actors agreed on ", agreement.agreed(), " of ",
                         agreement.fields(), " fields of ", agreement.trials(),
                         agreement.trials() == 1 ? " trial" : " trials", " (",
                         absl::StrFormat("%.1f", 100 * agreement.share()),
                         "%). Words are not compared. kappa: Cohen's, first "
                         "draft versus second.")
          : "No trial was extracted by two actors yet.");
  return ExitCode::kDone;
}

void AddExtract(CLI::App& app, Session& session) {
  auto* extract = app.add_subcommand(
      "extract", "Drafts of trials: what waits, and for whom");
  extract->require_subcommand(1);
  auto* list = extract->add_subcommand("list", "List the drafts of trials");
  auto options = std::make_shared<ListOptions>();
  list->add_option("REVIEW", options->review, "Review; default: --review");
  list->add_option("--trial", options->trial, "Only of this trial");
  list->add_flag("--open", options->open, "Only what waits for something");
  session.OnCommand(list,
                    [&session, options] { return List(session, *options); });

  auto* show = extract->add_subcommand(
      "show", "Show where two extractions of a trial differ");
  auto trial = std::make_shared<std::string>();
  show->add_option("TRIAL", *trial, "Trial")->required();
  session.OnCommand(show, [&session, trial] { return Show(session, *trial); });

  auto* agreement = extract->add_subcommand(
      "agreement", "How often two extractors said the same");
  auto review = std::make_shared<std::string>();
  agreement->add_option("REVIEW", *review, "Review; default: --review");
  session.OnCommand(agreement,
                    [&session, review] { return Agreement(session, *review); });
}

}  // namespace

void AddExtractionCommands(CLI::App& app, Session& session) {
  AddDecision(app, session, "approve",
              "Let drafts of trials by another actor take effect", true);
  AddDecision(app, session, "reject",
              "Reject drafts of trials, or withdraw your own", false);
  AddAdjudicate(app, session);
  AddExtract(app, session);
}

}  // namespace tidemark::cli
