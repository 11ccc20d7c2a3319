// The order that analyses agree on as a table.
#ifndef TIDEMARK_CLIENT_CLI_ORDER_TABLE_H_
#define TIDEMARK_CLIENT_CLI_ORDER_TABLE_H_

#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Treatments with their P-scores, those directly behind them and those that no
// analysis tells from them.
Table OrderTable(const v1::PartialOrder& order);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ORDER_TABLE_H_
