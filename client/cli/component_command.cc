#include "client/cli/component_command.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "client/cli/comparison.h"
#include "client/cli/comparison_options.h"
#include "client/cli/component_tables.h"
#include "client/cli/estimate_read.h"
#include "client/cli/exit_code.h"

namespace tidemark::cli {
namespace {

struct CommandOptions {
  EstimateQuestion question;
  std::string model = "random";
  std::vector<std::string> nodes;
  std::vector<std::string> interactions;
};

// Components of a text, in its order, without blanks around them.
absl::StatusOr<std::vector<std::string>> Split(const std::string& option,
                                               absl::string_view text,
                                               const std::string& separator) {
  std::vector<std::string> parts;
  for (const absl::string_view part : absl::StrSplit(text, separator)) {
    parts.emplace_back(absl::StripAsciiWhitespace(part));
    if (parts.back().empty()) {
      return UsageError(absl::StrCat(option, ": `", text,
                                     "` has an empty component between `",
                                     separator, "`"));
    }
  }
  return parts;
}

absl::Status AddInteractions(const std::vector<std::string>& interactions,
                             v1::ComponentModelSpec* spec) {
  for (const std::string& text : interactions) {
    ASSIGN_OR_RETURN(std::vector<std::string> parts,
                     Split("--interaction", text, "*"));
    v1::ComponentInteraction* interaction = spec->add_interactions();
    for (std::string& part : parts) {
      interaction->add_components(std::move(part));
    }
  }
  return absl::OkStatus();
}

// `ad_repeated=adipose+repeated`; `conventional=` is inactive.
absl::StatusOr<v1::ComponentModelSpec> SpecOf(const CommandOptions& options) {
  v1::ComponentModelSpec spec;
  for (const std::string& text : options.nodes) {
    const std::vector<std::string> sides =
        absl::StrSplit(text, absl::MaxSplits('=', 1));
    if (sides.size() != 2) {
      return UsageError(absl::StrCat("--node is NODE=A+B, not `", text, "`"));
    }
    v1::NodeComponents* node = spec.add_nodes();
    node->set_node(sides[0]);
    if (sides[1].empty()) continue;
    ASSIGN_OR_RETURN(std::vector<std::string> parts,
                     Split("--node", sides[1], "+"));
    for (std::string& part : parts) node->add_components(std::move(part));
  }
  RETURN_IF_ERROR(AddInteractions(options.interactions, &spec));
  return spec;
}

absl::Status CheckModel(const v1::Estimate& estimate) {
  const std::string& reason = estimate.component_model().not_estimable();
  if (reason.empty()) return absl::OkStatus();
  return NotEstimableError(absl::StrCat("no component model: ", reason));
}

absl::StatusOr<ExitCode> Components(Session& session,
                                    const CommandOptions& options) {
  ASSIGN_OR_RETURN(const Model model, ModelOf(options.model));
  EstimateQuestion question = options.question;
  ASSIGN_OR_RETURN(*question.details.mutable_component_model(),
                   SpecOf(options));
  return ShowEstimate(
      session, question,
      [model](const v1::Estimate& estimate, Output& output) {
        if (!CheckModel(estimate).ok()) return;  // the error says it
        PrintComponents(estimate, model, output);
      },
      CheckModel);
}

constexpr char kInteractionHelp[] =
    "Components that act together otherwise than each by itself: A*B; may be "
    "given again";

}  // namespace

void AddComponentCommand(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "components",
      "Effects of the components that treatments are made of (node map)");
  auto options = std::make_shared<CommandOptions>();
  AddEstimateOptions(command, &options->question);
  AddModelOption(command, &options->model);
  command
      ->add_option("--node", options->nodes,
                   "What a treatment is made of, instead of what the node "
                   "map says: NODE=A+B, NODE= if it is inactive; then "
                   "every treatment must be given")
      ->type_name("NODE=A+B")
      ->allow_extra_args(false);
  command->add_option("--interaction", options->interactions, kInteractionHelp)
      ->type_name("A*B")
      ->allow_extra_args(false);
  session.OnCommand(
      command, [&session, options] { return Components(session, *options); });
}

void AddComponentOptions(CLI::App* command, ComponentOptions* options) {
  auto* components =
      command->add_option("--components", options->separator,
                          "Component model: treatments are made of what this "
                          "parts their names into, e.g. +");
  command
      ->add_option("--inactive", options->inactive,
                   "Treatment without components; may be given again")
      ->allow_extra_args(false)
      ->needs(components);
  command->add_option("--interaction", options->interactions, kInteractionHelp)
      ->needs(components);
}

absl::StatusOr<v1::ComponentModelSpec> ComponentSpecOf(
    const ComponentOptions& options,
    const google::protobuf::RepeatedPtrField<std::string>& treatments) {
  const auto is_one_of = [](const auto& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
  };
  for (const std::string& inactive : options.inactive) {
    if (is_one_of(treatments, inactive)) continue;
    return UsageError(absl::StrCat(
        "--inactive must be a treatment of a study that is used, found `",
        inactive, "`; they are ", absl::StrJoin(treatments, ", ")));
  }
  v1::ComponentModelSpec spec;
  for (const std::string& treatment : treatments) {
    v1::NodeComponents* node = spec.add_nodes();
    node->set_node(treatment);
    if (is_one_of(options.inactive, treatment)) continue;
    ASSIGN_OR_RETURN(std::vector<std::string> parts,
                     Split("--components", treatment, options.separator));
    for (std::string& part : parts) node->add_components(std::move(part));
  }
  RETURN_IF_ERROR(AddInteractions(options.interactions, &spec));
  return spec;
}

}  // namespace tidemark::cli
