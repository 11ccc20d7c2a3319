// Edits of fields as people type them.
#ifndef TIDEMARK_CLIENT_CLI_FIELD_EDIT_H_
#define TIDEMARK_CLIENT_CLI_FIELD_EDIT_H_

#include <string>

#include "absl/status/statusor.h"
#include "tidemark/v1/change.pb.h"

namespace tidemark::cli {

// `results[pain/6m/msc].continuous.sd=16.2`: parted at the first `=` that is
// not within brackets. A usage error if there is none or the path is empty.
absl::StatusOr<v1::FieldEdit> ParseFieldEdit(const std::string& text);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_FIELD_EDIT_H_
