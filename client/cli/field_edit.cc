#include "client/cli/field_edit.h"

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "client/cli/exit_code.h"

namespace tidemark::cli {

absl::StatusOr<v1::FieldEdit> ParseFieldEdit(const std::string& text) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']') --depth;
    if (text[i] != '=' || depth > 0) continue;
    if (i == 0) break;
    v1::FieldEdit edit;
    edit.set_path(text.substr(0, i));
    edit.set_value(text.substr(i + 1));
    return edit;
  }
  return UsageError(absl::StrCat("--set takes PATH=VALUE, not `", text, "`"));
}

}  // namespace tidemark::cli
