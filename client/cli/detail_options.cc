#include "client/cli/detail_options.h"

#include <cmath>

#include "CLI/Option.hpp"
#include "CLI/Validators.hpp"
#include "absl/status/status.h"
#include "base/status_macros.h"
#include "client/cli/enum_option.h"
#include "client/cli/exit_code.h"

namespace tidemark::cli {

// Not by a range of CLI11, which lets NaN through.
absl::Status CheckMid(std::optional<double> mid) {
  if (!mid.has_value() || (std::isfinite(*mid) && *mid > 0)) {
    return absl::OkStatus();
  }
  return UsageError("--mid must be a finite number greater than 0");
}

void AddRankOptions(CLI::App* command, DetailOptions* options) {
  command->add_option("--mid", options->mid,
                      "Minimal important difference on the analysis scale (log "
                      "for ratios): P-scores count what exceeds it");
  auto* ranks = command->add_flag("--ranks", options->ranks,
                                  "Probability of each rank, median ranks");
  command
      ->add_option("--points", options->points,
                   "Integration points for --ranks; default: as many as an "
                   "error of 0.002 needs")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 22))
      ->needs(ranks);
}

void AddRuleOption(CLI::App* command, DetailOptions* options) {
  command
      ->add_option("--rule", options->rule,
                   "How judgements of studies become one: majority, average or "
                   "highest")
      ->capture_default_str();
}

void AddDetailOptions(CLI::App* command, DetailOptions* options) {
  AddRankOptions(command, options);
  command->add_flag("--splits", options->splits,
                    "Direct and indirect evidence on each compared pair");
  command->add_flag("--node-splits", options->node_splits,
                    "The same, refitting without the studies of the pair");
  command->add_flag("--designs", options->designs,
                    "Q within each design, and between designs without it");
  command->add_flag("--contributions", options->contributions,
                    "Where the evidence on each comparison comes from");
  auto* cinema = command->add_flag(
      "--cinema", options->cinema,
      "Confidence by CINeMA's rules; --mid is half its range of equivalence");
  AddRuleOption(command, options);
  command->get_option("--rule")->needs(cinema);
}

absl::StatusOr<v1::CinemaSpec> CinemaOf(const DetailOptions& options) {
  RETURN_IF_ERROR(CheckMid(options.mid));
  v1::CinemaSpec cinema;
  ASSIGN_OR_RETURN(const auto rule,
                   EnumOf<v1::CinemaRule::Code>("--rule", options.rule));
  cinema.set_rule(rule);
  if (options.mid.has_value()) {
    cinema.set_minimal_important_difference(*options.mid);
  }
  return cinema;
}

absl::StatusOr<v1::EstimateDetails> DetailsOf(const DetailOptions& options) {
  RETURN_IF_ERROR(CheckMid(options.mid));
  v1::EstimateDetails details;
  details.set_splits(options.splits);
  details.set_node_splits(options.node_splits);
  details.set_designs(options.designs);
  details.set_rank_probabilities(options.ranks);
  details.set_rank_points(options.points);
  if (options.mid.has_value()) {
    details.set_minimal_important_difference(*options.mid);
  }
  if (options.contributions) details.mutable_contributions();
  if (options.cinema) {
    ASSIGN_OR_RETURN(*details.mutable_cinema(), CinemaOf(options));
  }
  return details;
}

}  // namespace tidemark::cli
