// What a verification says that found nothing wrong.
#ifndef TIDEMARK_CLIENT_CLI_VERIFICATION_OUTPUT_H_
#define TIDEMARK_CLIENT_CLI_VERIFICATION_OUTPUT_H_

#include <string>

#include "client/cli/table.h"
#include "client/cli/verification.h"
#include "google/protobuf/struct.pb.h"

namespace tidemark::cli {

// A row for each thing that was checked. Ages are as of now.
Table VerificationTable(const Verification& done);

// The document that docs/cli.md describes: `verified` is true.
google::protobuf::Struct VerificationStruct(const std::string& review,
                                            const Verification& done);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_VERIFICATION_OUTPUT_H_
