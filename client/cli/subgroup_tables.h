// Subgroups of studies as tables.
#ifndef TIDEMARK_CLIENT_CLI_SUBGROUP_TABLES_H_
#define TIDEMARK_CLIENT_CLI_SUBGROUP_TABLES_H_

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// A row for each comparison in each subgroup, with the test of the comparison
// between subgroups. Requires an estimate with subgroups.
Table SubgroupTable(const v1::Estimate& estimate);

// For people: studies, tau² and Q of each subgroup.
Table SubgroupHeterogeneityTable(const v1::Estimate& estimate);

// Both for people, the global test and studies without a value; programs get
// the first and are told where the rest is.
void PrintSubgroups(const v1::Estimate& estimate, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_SUBGROUP_TABLES_H_
