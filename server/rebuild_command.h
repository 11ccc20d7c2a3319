// `tidemarkd rebuild --check`: are the stored estimates what the logs make?
#ifndef TIDEMARK_SERVER_REBUILD_COMMAND_H_
#define TIDEMARK_SERVER_REBUILD_COMMAND_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"

namespace tidemark::server {

struct RebuildOptions {
  // The data directory of a server, which may be running.
  std::string data_dir;
  // Empty: every review.
  std::string review;
};

// Checks the reviews one after another (rebuild_check.h), reading only what was
// stored when it began, and writes to `out` what it finds of each. DATA_LOSS,
// naming review, sequence and analysis: the first that is not as it was made;
// the others are checked all the same. NOT_FOUND: there is no such review, or
// no data.
absl::Status RunRebuildCheck(const RebuildOptions& options, std::ostream& out);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_REBUILD_COMMAND_H_
