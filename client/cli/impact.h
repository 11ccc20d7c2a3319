// What a change does to the estimates: before and after.
#ifndef TIDEMARK_CLIENT_CLI_IMPACT_H_
#define TIDEMARK_CLIENT_CLI_IMPACT_H_

#include <map>
#include <string>
#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/read_service.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::cli {

// What is, by analysis.
using EstimatesBefore = std::map<std::string, v1::GetEstimateResponse>;

// A table for each estimate of a dry run of which something differs from the
// one of the same analysis in `before`, which may lack it: the random-effects
// comparisons that differ, that appear and that go. Deviations as small as
// those of a recomputation do not count. A comparison that no longer leaves out
// "no difference", or now does, has a remark. The class of a comparison is by
// the first threshold of its analysis; if that has none, by no difference.
std::vector<Table> ImpactTables(const EstimatesBefore& before,
                                const v1::ApplyResponse& dry_run);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_IMPACT_H_
