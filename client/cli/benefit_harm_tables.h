// Benefit and harm together as tables.
#ifndef TIDEMARK_CLIENT_CLI_BENEFIT_HARM_TABLES_H_
#define TIDEMARK_CLIENT_CLI_BENEFIT_HARM_TABLES_H_

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/benefit_harm.pb.h"

namespace tidemark::cli {

// For programs, a row for each treatment: on each outcome its effect versus the
// reference, its P-score and the sign rule, then its shares. Requires an answer
// that compares something.
Table BenefitHarmTable(const v1::BenefitHarm& answer);

// The same for people: effects with P-scores, ratios as ratios; and the shares.
Table StandingsTable(const v1::BenefitHarm& answer);
Table SharesTable(const v1::BenefitHarm& answer);

// For people: the probability that the row is better than the column on every
// outcome.
Table BetterOnAllTable(const v1::BenefitHarm& answer);

// The first, and told where the pairs are; for people the others and what the
// shares are.
void PrintBenefitHarm(const v1::BenefitHarm& answer, Output& output);

// Tells each treatment that is not compared, with the analyses that lack it.
void TellNotCompared(const v1::BenefitHarm& answer, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_BENEFIT_HARM_TABLES_H_
