// Models for rare events as tables.
#ifndef TIDEMARK_CLIENT_CLI_RARE_TABLES_H_
#define TIDEMARK_CLIENT_CLI_RARE_TABLES_H_

#include "absl/status/status.h"
#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Every comparison by each model that the estimate has, below one another: the
// inverse variance with its increments under random and common effects, then
// those for rare events.
Table RareEventsTable(const v1::Estimate& estimate);

// tau², its test and the quadrature for each part of the binomial model.
Table BinomialPartsTable(const v1::Estimate& estimate);

// Both tables, Q of the designs and what was left out; which model has no
// estimate, unless none has: then the error of CheckRareEvents says it.
// Programs get the first table and are told of what was left out.
void PrintRareEvents(const v1::Estimate& estimate, Output& output);

// The error of exit code 9 if none of the models asked for has an estimate.
absl::Status CheckRareEvents(const v1::Estimate& estimate);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_RARE_TABLES_H_
