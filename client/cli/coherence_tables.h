// Heterogeneity and coherence as tables.
#ifndef TIDEMARK_CLIENT_CLI_COHERENCE_TABLES_H_
#define TIDEMARK_CLIENT_CLI_COHERENCE_TABLES_H_

#include <string>

#include "client/cli/table.h"
#include "google/protobuf/repeated_field.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// tau², I², H and Q with its parts, of each component and of all. What the
// estimate does not have has no row.
Table HeterogeneityTable(const v1::Estimate& estimate);

// Q of each design under the model of `designs`. Requires designs of the
// estimate; `model` names the model.
Table DesignsTable(
    const v1::Estimate& estimate, const std::string& model,
    const google::protobuf::RepeatedPtrField<v1::Design>& designs);

// Direct, indirect and their difference, of `splits` of the estimate; `how`
// says by which method and model. tau² of the refits if they have it.
Table SplitsTable(const v1::Estimate& estimate, const std::string& how,
                  const google::protobuf::RepeatedPtrField<v1::Split>& splits);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_COHERENCE_TABLES_H_
