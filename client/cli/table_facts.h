// What further columns of tables say of their studies.
#ifndef TIDEMARK_CLIENT_CLI_TABLE_FACTS_H_
#define TIDEMARK_CLIENT_CLI_TABLE_FACTS_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "client/import/arm_table.h"
#include "review/study_facts.h"

namespace tidemark::cli {

// A column whose values agree in all rows of a study is of the study, else of
// its arms, whose node is their treatment. Columns `rob` or `risk_of_bias` and
// `indirectness` (names in any case) are judgements as well: `low`,
// `some_concerns` or `moderate`, `high`, or 1, 2, 3.
//
// InvalidArgument, with file and line: a judgement that is none of these or
// differs between rows of a study; a row of a contrast, which is of no arm,
// that differs from others of its study. O(rows · columns).
absl::StatusOr<review::FactsByStudy> FactsOfTables(
    absl::Span<const client::RowAttributes> rows);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_TABLE_FACTS_H_
