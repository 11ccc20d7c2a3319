// A log as a directory that any C2SP tlog-tiles reader can read.
#ifndef TIDEMARK_CLIENT_CLI_EXPORT_TILES_H_
#define TIDEMARK_CLIENT_CLI_EXPORT_TILES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/tiles.h"
#include "client/cli/log_snapshot.h"
#include "client/cli/verification.h"
#include "client/client.h"

namespace tidemark::cli {

// Takes a file of tiles: a path such as `tile/entries/000`, and its bytes.
using TileFileSink = absl::FunctionRef<absl::Status(const std::string& path,
                                                    absl::string_view bytes)>;

// Reads the leaves after the first `tiles.size()`, a multiple of
// audit::kTileWidth, and hands out the tiles that they fill and the entry
// bundles under them, in the order of audit::TilesOf, a bundle before its tile;
// at the end the partial ones. `after` is told the tiles after every leaf, and
// may end it. DATA_LOSS: the leaves do not make the root of the checkpoint
// (found before the partial tiles are handed out). Holds 256 leaves.
absl::Status WriteTiles(
    client::Client& client, const LogSnapshot& log, audit::TileWriter tiles,
    TileFileSink sink,
    const std::function<absl::Status(const audit::TileWriter&)>& after);

struct ExportedTiles {
  // Entries of the directory before and now.
  int64_t size_before = 0;
  int64_t size = 0;
};

// Writes `checkpoint`, `tile/L/N` and `tile/entries/N` into `dir`, which is
// made if need be. If an earlier export is there, brings it up to date: what it
// lacks is written, its checkpoint is replaced last, each file at once; whoever
// reads meanwhile, or after a crash, finds the old tree or the new one. Partial
// tiles stay until the full one is there.
//
// FAILED_PRECONDITION, naming what was found: the directory holds the tiles of
// another log or other files, or another export writes to it. DATA_LOSS: what
// it holds is not the start of this log.
absl::StatusOr<ExportedTiles> ExportTiles(client::Client& client,
                                          const std::string& review,
                                          const std::string& dir,
                                          const Progress& progress);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_EXPORT_TILES_H_
