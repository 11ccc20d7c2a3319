// Threshold analysis as tables.
#ifndef TIDEMARK_CLIENT_CLI_THRESHOLD_TABLES_H_
#define TIDEMARK_CLIENT_CLI_THRESHOLD_TABLES_H_

#include <vector>

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// A table for each decision: a row for each result that could change it by
// moving alone, those of the nearest study first; studies with no such result
// too. All have the same columns. Requires `threshold_analysis`.
std::vector<Table> ThresholdTables(const v1::Estimate& estimate);

// These, for people equal ones once; what a decision without thresholds lacks;
// for people how to read them.
void PrintThresholds(const v1::Estimate& estimate, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_THRESHOLD_TABLES_H_
