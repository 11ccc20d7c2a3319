// Two moments as people type them.
#ifndef TIDEMARK_CLIENT_CLI_MOMENT_RANGE_H_
#define TIDEMARK_CLIENT_CLI_MOMENT_RANGE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "tidemark/v1/read_service.pb.h"

namespace tidemark::cli {

struct MomentRange {
  // Absent: before the first entry.
  std::optional<v1::AsOf> from;
  v1::AsOf to;
};

// `FROM..TO`, both as ParseAsOf has them; an empty TO is now, an empty FROM
// before the first entry. A usage error for anything else.
absl::StatusOr<MomentRange> ParseMomentRange(const std::string& text);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_MOMENT_RANGE_H_
