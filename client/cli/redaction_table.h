// What a redaction erases, for people.
#ifndef TIDEMARK_CLIENT_CLI_REDACTION_TABLE_H_
#define TIDEMARK_CLIENT_CLI_REDACTION_TABLE_H_

#include "client/cli/table.h"
#include "tidemark/v1/change.pb.h"
#include "tidemark/v1/write_service.pb.h"

namespace tidemark::cli {

// A row for each entry that was asked for, that quotes it, or that keeps the
// same words.
Table RedactionTable(const v1::RedactChanges& asked,
                     const v1::Redaction& redaction);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_REDACTION_TABLE_H_
