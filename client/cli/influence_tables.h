// What an estimate would be without each study, as tables.
#ifndef TIDEMARK_CLIENT_CLI_INFLUENCE_TABLES_H_
#define TIDEMARK_CLIENT_CLI_INFLUENCE_TABLES_H_

#include <vector>

#include "client/cli/output.h"
#include "client/cli/table.h"
#include "tidemark/v1/estimate.pb.h"

namespace tidemark::cli {

// Studies in the order of InfluenceTable. Requires `leave_one_out`.
std::vector<const v1::WithoutStudy*> ByInfluence(const v1::Estimate& estimate);

// The effect and its interval. Requires an effect.
v1::RelativeEffect AsRelative(const v1::EffectWithout& without);

// A row a study, the most influential first: those without which a comparison
// that is followed has no estimate, then by the largest shift of one. If one
// comparison is followed, what it is without the study; else the one that
// shifts most. People see what tells studies apart; programs all that a row can
// hold, at its end the rank of each treatment. Requires `leave_one_out`.
Table InfluenceTable(const v1::Estimate& estimate);

// For people: each comparison whose class is another without a study, and each
// study without which another treatment leads. Studies in the order of
// InfluenceTable; what is followed is first versus second as there.
Table ChangesTable(const v1::Estimate& estimate);

// The first; then, for people, the second if it has rows. Programs are told
// where it is.
void PrintInfluence(const v1::Estimate& estimate, Output& output);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_INFLUENCE_TABLES_H_
