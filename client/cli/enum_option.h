// Values of enums by the names that people type.
#ifndef TIDEMARK_CLIENT_CLI_ENUM_OPTION_H_
#define TIDEMARK_CLIENT_CLI_ENUM_OPTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/exit_code.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace tidemark::cli {

// The value of an enum by its name in any case; the first value, `UNSPECIFIED`,
// for an empty name. A usage error, listing the names, for anything else.
template <typename Enum>
absl::StatusOr<Enum> EnumOf(const std::string& option,
                            const std::string& name) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<Enum>();
  if (name.empty()) return static_cast<Enum>(0);
  const std::string upper = absl::AsciiStrToUpper(name);
  std::string names;
  for (int i = 1; i < descriptor->value_count(); ++i) {
    const auto* value = descriptor->value(i);
    if (value->name() == upper) return static_cast<Enum>(value->number());
    absl::StrAppend(&names, names.empty() ? "" : ", ", value->name());
  }
  return UsageError(absl::StrCat(option, " is one of ", names,
                                 " in capitals or not, found `", name, "`"));
}

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_ENUM_OPTION_H_
