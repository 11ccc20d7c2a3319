// Living mode in words and cells.
#ifndef TIDEMARK_CLIENT_CLI_LIVING_MODE_TEXT_H_
#define TIDEMARK_CLIENT_CLI_LIVING_MODE_TEXT_H_

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/living_mode.pb.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {

// `SEARCH of MEDLINE`, or `SYNTHESIS`.
std::string ShownStep(v1::Step::Code step, const std::string& source);

// `overdue: SEARCH of MEDLINE, due on 2026-10-31, last done on 2026-10-01`.
std::string ShownOverdue(const v1::DueStep& step);

// What the answer says of living mode, a row for its parameters and one for
// each step, with when it is due and whether it is overdue. None if none was
// set. what, id, name, details.
std::vector<std::vector<Cell>> LivingModeRows(
    const v1::GetReviewResponse& response);

// A row a run. Counts that its step does not have are empty.
Table RunsTable(const std::vector<v1::StepRunRecord>& runs);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_LIVING_MODE_TEXT_H_
