#include "client/cli/detail_options.h"

#include <cmath>

#include "CLI/Validators.hpp"
#include "client/cli/exit_code.h"

namespace tidemark::cli {

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

void AddDetailOptions(CLI::App* command, DetailOptions* options) {
  AddRankOptions(command, options);
  command->add_flag("--splits", options->splits,
                    "Direct and indirect evidence on each compared pair");
  command->add_flag("--node-splits", options->node_splits,
                    "The same, refitting without the studies of the pair");
  command->add_flag("--designs", options->designs,
                    "Q within each design, and between designs without it");
}

absl::StatusOr<v1::EstimateDetails> DetailsOf(const DetailOptions& options) {
  // Not by a range of CLI11, which lets NaN through.
  if (options.mid.has_value() &&
      !(std::isfinite(*options.mid) && *options.mid > 0)) {
    return UsageError("--mid must be a finite number greater than 0");
  }
  v1::EstimateDetails details;
  details.set_splits(options.splits);
  details.set_node_splits(options.node_splits);
  details.set_designs(options.designs);
  details.set_rank_probabilities(options.ranks);
  details.set_rank_points(options.points);
  if (options.mid.has_value()) {
    details.set_minimal_important_difference(*options.mid);
  }
  return details;
}

}  // namespace tidemark::cli
