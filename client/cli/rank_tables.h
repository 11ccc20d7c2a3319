// Ranks of treatments as tables.
#ifndef TIDEMARK_CLIENT_CLI_RANK_TABLES_H_
#define TIDEMARK_CLIENT_CLI_RANK_TABLES_H_

#include <vector>

#include "client/cli/comparison.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Treatments by P-score, the best of each component first, each with its effect
// versus the reference of its component: a rank alone says nothing of how much.
// Ranks start again in each component.
Table RankTable(const v1::Estimate& estimate, Model model);

// For programs: a row for each treatment and rank, in the order of RankTable,
// with all that is known of its rank. Empty without rank probabilities.
Table RankProbabilitiesTable(const v1::Estimate& estimate, Model model);

// For people: a grid of treatments and ranks for each component.
std::vector<Table> RankProbabilityGrids(const v1::Estimate& estimate,
                                        Model model);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_RANK_TABLES_H_
