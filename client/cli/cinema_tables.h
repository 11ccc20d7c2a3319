// Judgements of CINeMA's domains as tables.
#ifndef TIDEMARK_CLIENT_CLI_CINEMA_TABLES_H_
#define TIDEMARK_CLIENT_CLI_CINEMA_TABLES_H_

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// A row for each comparison and domain: its concerns, the numbers that they
// rest on (for people in words, for programs each in a column of its own), and
// the rule or why it is not assessable. Requires `cinema`.
Table DomainsTable(const v1::Estimate& estimate);

// A row for each comparison, a column for each domain.
Table ConfidenceTable(const v1::Estimate& estimate);

// For people the domains of one comparison or the confidence in several, what
// is important and what is not judged; for programs the domains.
void PrintCinema(const v1::Estimate& estimate, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_CINEMA_TABLES_H_
