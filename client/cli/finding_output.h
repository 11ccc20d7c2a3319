// What does not verify, for people and for programs.
#ifndef TIDEMARK_CLIENT_CLI_FINDING_OUTPUT_H_
#define TIDEMARK_CLIENT_CLI_FINDING_OUTPUT_H_

#include <string>

#include "client/cli/table.h"
#include "google/protobuf/struct.pb.h"
#include "tidemark/v1/finding.pb.h"

namespace tidemark::cli {

// A row for each thing that is known of it. Long lists of records and of
// analyses are shortened.
Table FindingTable(const v1::Finding& finding);

// The document that docs/cli.md describes: `verified` is false.
google::protobuf::Struct FindingStruct(const std::string& review,
                                       const v1::Finding& finding);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_FINDING_OUTPUT_H_
