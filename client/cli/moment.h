// Moments as people type and read them.
#ifndef TIDEMARK_CLIENT_CLI_MOMENT_H_
#define TIDEMARK_CLIENT_CLI_MOMENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {

// What --as-of takes.
inline constexpr char kAsOfHelp[] =
    "Sequence, time or tag:RELEASE; default: now";

// `41` is a sequence, `2026-02-01T12:00:00Z` a time, `2026-02-01` its midnight
// UTC, `tag:2026.2` a release; the empty text is now. A usage error for
// anything else.
absl::StatusOr<v1::AsOf> ParseAsOf(const std::string& text);

// `2026-02-01T12:00:00Z`.
std::string ShownTime(const google::protobuf::Timestamp& time);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_MOMENT_H_
