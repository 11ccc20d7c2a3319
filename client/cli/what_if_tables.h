// The estimate under other inputs, beside that which is stored.
#ifndef TIDEMARK_CLIENT_CLI_WHAT_IF_TABLES_H_
#define TIDEMARK_CLIENT_CLI_WHAT_IF_TABLES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/cli/table.h"
#include "tidemark/v1/explain_service.pb.h"

namespace tidemark::cli {

// A row for each comparison of the two, or the one asked for, oriented as asked
// (`first` empty: all).
Table WhatIfTable(const v1::WhatIfResponse& answer, const std::string& first,
                  const std::string& second);

// What belongs below: tau² and studies, events of the whole network.
std::vector<std::string> WhatIfNotes(const v1::WhatIfResponse& answer);

// Trials that were to be used and are left out all the same, each with why.
std::vector<std::string> LeftOutAllTheSame(const v1::WhatIfRequest& request,
                                           const v1::WhatIfResponse& answer);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_WHAT_IF_TABLES_H_
