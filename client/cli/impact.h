// What a change does to the estimates: before and after.
#ifndef TIDEMARK_CLIENT_CLI_IMPACT_H_
#define TIDEMARK_CLIENT_CLI_IMPACT_H_

#include <map>
#include <string>
#include <vector>

#include "client/cli/table.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// A table for each estimate of `after` of which something differs from the one
// of the same analysis in `before`, which may lack it: the random-effects
// comparisons that differ, that appear and that go. Deviations as small as
// those of a recomputation do not count. A comparison that no longer leaves out
// "no difference", or now does, has a remark.
std::vector<Table> ImpactTables(
    const std::map<std::string, v1::Estimate>& before,
    const google::protobuf::RepeatedPtrField<v1::Estimate>& after);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_IMPACT_H_
