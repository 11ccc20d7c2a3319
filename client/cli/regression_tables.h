// Network meta-regression as tables.
#ifndef TIDEMARK_CLIENT_CLI_REGRESSION_TABLES_H_
#define TIDEMARK_CLIENT_CLI_REGRESSION_TABLES_H_

#include "client/cli/comparison.h"
#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// A row for each slope; of one common slope, `first` is every other treatment:
// for programs empty.
Table SlopesTable(const v1::Estimate& estimate, Model model);

// The meta-regression that the estimate has: for people with the effects at the
// value asked for and heterogeneity; for programs the slopes alone, and they
// are told so. The studies that it leaves out are always told. Why there is
// none, if there is none.
void PrintRegression(const v1::Estimate& estimate, Model model, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REGRESSION_TABLES_H_
