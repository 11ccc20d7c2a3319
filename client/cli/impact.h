// What a change does to the estimates: before and after.
#ifndef TIDEMARK_CLIENT_CLI_IMPACT_H_
#define TIDEMARK_CLIENT_CLI_IMPACT_H_

#include <map>
#include <string>

#include "client/cli/table.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Every random-effects comparison that differs between an estimate of `after`
// and the one of the same analysis in `before`, which may lack it. Comparisons
// that appear or go are among them; a comparison that no longer leaves out "no
// difference", or now does, has a remark.
Table ImpactTable(
    const std::map<std::string, v1::Estimate>& before,
    const google::protobuf::RepeatedPtrField<v1::Estimate>& after);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_IMPACT_H_
