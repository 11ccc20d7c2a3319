// Who wrote each field of a trial, as a table.
#ifndef TIDEMARK_CLIENT_CLI_BLAME_TABLE_H_
#define TIDEMARK_CLIENT_CLI_BLAME_TABLE_H_

#include <string>
#include <vector>

#include "client/cli/table.h"
#include "tidemark/v1/explain_service.pb.h"
#include "tidemark/v1/extraction.pb.h"

namespace tidemark::cli {

// Keeps the fields of an arm, of the results that hold it and of its contrasts
// (empty: all), and of these those whose path is `field` or ends with it after
// a dot (empty: all).
void KeepFields(const std::string& arm, const std::string& field,
                v1::BlameResponse* blame);

// A row a field. `drafts` are those of the trial: who wrote a value that
// another actor let take effect.
Table BlameTable(const v1::BlameResponse& blame,
                 const std::vector<v1::Draft>& drafts);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_BLAME_TABLE_H_
