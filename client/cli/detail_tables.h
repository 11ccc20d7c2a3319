// Prints what an estimate says beyond its relative effects.
#ifndef TIDEMARK_CLIENT_CLI_DETAIL_TABLES_H_
#define TIDEMARK_CLIENT_CLI_DETAIL_TABLES_H_

#include "client/cli/comparison.h"
#include "client/cli/output.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Ranks; with rank probabilities these too, for programs these instead.
void PrintRanks(const v1::Estimate& estimate, Model model, Output& output);

// Heterogeneity; then, for people, the designs under both models if the
// estimate has them. Programs are told where these are.
void PrintHeterogeneity(const v1::Estimate& estimate, Output& output);

// Splits, or node-splits, whichever the estimate has, under the model.
void PrintSplits(const v1::Estimate& estimate, Model model, Output& output);

// What else the estimate has (detail_options.h), for people. Programs are told
// to ask for JSON, since one stream of rows holds one table.
void PrintDetails(const v1::Estimate& estimate, Model model, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_DETAIL_TABLES_H_
