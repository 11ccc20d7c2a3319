// Options for what an estimate says beyond its relative effects.
#ifndef TIDEMARK_CLIENT_CLI_DETAIL_OPTIONS_H_
#define TIDEMARK_CLIENT_CLI_DETAIL_OPTIONS_H_

#include <cstdint>

#include "CLI/App.hpp"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

struct DetailOptions {
  bool splits = false;
  bool node_splits = false;
  bool designs = false;
  bool ranks = false;
  int64_t points = 0;
  double mid = 0;  // 0: not given
};

// --mid, and --ranks with --points.
void AddRankOptions(CLI::App* command, DetailOptions* options);

// All of them.
void AddDetailOptions(CLI::App* command, DetailOptions* options);

v1::EstimateDetails DetailsOf(const DetailOptions& options);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_DETAIL_OPTIONS_H_
