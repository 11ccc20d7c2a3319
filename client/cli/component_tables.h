// Component network meta-analysis as tables.
#ifndef TIDEMARK_CLIENT_CLI_COMPONENT_TABLES_H_
#define TIDEMARK_CLIENT_CLI_COMPONENT_TABLES_H_

#include "client/cli/comparison.h"
#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Each component and interaction; then the sums that are known of those that
// are not identified each by itself.
Table ComponentsTable(const v1::Estimate& estimate, Model model);

// The component model that the estimate has: for people with the treatments'
// effects, heterogeneity and the test against the network; for programs the
// first table alone, and they are told so. Why there is none, if there is none.
void PrintComponents(const v1::Estimate& estimate, Model model, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_COMPONENT_TABLES_H_
