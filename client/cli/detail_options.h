// Options for what an estimate says beyond its relative effects.
#ifndef TIDEMARK_CLIENT_CLI_DETAIL_OPTIONS_H_
#define TIDEMARK_CLIENT_CLI_DETAIL_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tidemark/v1/estimate.pb.h"
#include "tidemark/v1/estimate_details.pb.h"

namespace tidemark::cli {

// A usage error if there is a --mid that is no finite number greater than 0.
absl::Status CheckMid(std::optional<double> mid);

struct DetailOptions {
  bool splits = false;
  bool node_splits = false;
  bool designs = false;
  bool ranks = false;
  int64_t points = 0;
  std::optional<double> mid;
  bool contributions = false;
  bool cinema = false;
  std::string rule = "average";  // of cinema
};

// --mid, and --ranks with --points.
void AddRankOptions(CLI::App* command, DetailOptions* options);

// --rule of CINeMA.
void AddRuleOption(CLI::App* command, DetailOptions* options);

// All of them.
void AddDetailOptions(CLI::App* command, DetailOptions* options);

// --mid and --rule. Errors as DetailsOf.
absl::StatusOr<v1::CinemaSpec> CinemaOf(const DetailOptions& options);

// Errors of CheckMid; a usage error if --rule is no rule.
absl::StatusOr<v1::EstimateDetails> DetailsOf(const DetailOptions& options);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_DETAIL_OPTIONS_H_
