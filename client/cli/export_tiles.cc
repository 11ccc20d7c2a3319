#include "client/cli/export_tiles.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/merkle.h"
#include "audit/sha256.h"
#include "audit/tiles.h"
#include "base/status_macros.h"
#include "client/cli/log_snapshot.h"
#include "client/client.h"
#include "client/durable_file.h"
#include "tidemark/v1/audit_service.pb.h"

namespace tidemark::cli {
namespace {

namespace fs = std::filesystem;

constexpr char kCheckpoint[] = "checkpoint";
constexpr char kTiles[] = "tile";
// What client::ReplaceFile writes to first.
constexpr char kNew[] = ".new";

// A directory of tiles on disk, held by this process alone.
class TileDirectory {
 public:
  explicit TileDirectory(const std::string& path)
      : path_(path), held_(path, O_RDONLY | O_DIRECTORY) {}

  absl::Status Lock() const {
    if (!held_.ok()) return client::FileError("open", path_);
    if (flock(held_.descriptor(), LOCK_EX | LOCK_NB) == 0) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(
        absl::StrCat("another export writes to ", path_));
  }

  // Half-written files of an export that was killed.
  absl::Status RemoveLeftovers() const {
    std::error_code error;
    fs::remove(PathOf(absl::StrCat(kCheckpoint, kNew)), error);
    if (!fs::exists(PathOf(kTiles), error)) return absl::OkStatus();
    std::vector<fs::path> leftovers;
    for (const auto& file :
         fs::recursive_directory_iterator(PathOf(kTiles), error)) {
      if (file.path().extension() == kNew) leftovers.push_back(file.path());
    }
    for (const fs::path& file : leftovers) fs::remove(file, error);
    if (!error) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("cannot clean up ", path_, ": ", error.message()));
  }

  // The tree that it holds: an empty one if it has no checkpoint.
  absl::StatusOr<audit::Checkpoint> Tree(const LogSnapshot& log) const {
    ASSIGN_OR_RETURN(const std::optional<std::string> note,
                     client::ReadIfThere(PathOf(kCheckpoint)));
    if (!note.has_value()) {
      RETURN_IF_ERROR(CheckOnlyTiles());
      return audit::Checkpoint{log.head.origin, 0, audit::EmptyRoot()};
    }
    const auto claimed = audit::ReadCheckpointUnverified(*note);
    if (claimed.ok() && claimed->origin != log.head.origin) {
      return absl::FailedPreconditionError(absl::StrCat(
          path_, " holds the tiles of the log ", claimed->origin, ", not of ",
          log.head.origin, "; name another directory"));
    }
    absl::StatusOr<audit::Checkpoint> tree = log.keys.Open(*note);
    if (!tree.ok()) return NotThisLog(tree.status().message());
    if (tree->size > log.head.size) {
      return NotThisLog(absl::StrCat("it is of size ", tree->size,
                                     ", the log of size ", log.head.size,
                                     ": entries were removed"));
    }
    return tree;
  }

  absl::StatusOr<std::string> Read(const audit::Tile& tile) const {
    ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                     client::ReadIfThere(PathOf(audit::TilePath(tile))));
    if (bytes.has_value()) return *bytes;
    return NotThisLog(absl::StrCat(audit::TilePath(tile), " is missing"));
  }

  // The partial tiles that a full one replaces are removed.
  absl::Status Write(const std::string& file, absl::string_view bytes) const {
    const fs::path path = PathOf(file);
    RETURN_IF_ERROR(client::MakeDirectories(path.parent_path()));
    RETURN_IF_ERROR(client::ReplaceFile(path.string(), bytes));
    std::error_code error;
    fs::remove_all(absl::StrCat(path.string(), ".p"), error);
    if (!error) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("cannot remove ", path.string(), ".p: ", error.message()));
  }

  absl::Status WriteCheckpoint(absl::string_view note) const {
    return client::ReplaceFile(PathOf(kCheckpoint), note);
  }

  absl::Status NotThisLog(absl::string_view why) const {
    return absl::DataLossError(absl::StrCat(
        PathOf(kCheckpoint), " does not fit the log: ", why,
        "; keep the directory, and export into another one to compare"));
  }

 private:
  std::string PathOf(absl::string_view file) const {
    return absl::StrCat(path_, "/", file);
  }

  // Without a checkpoint there may be what an interrupted first export left.
  absl::Status CheckOnlyTiles() const {
    std::error_code error;
    for (const auto& file : fs::directory_iterator(path_, error)) {
      if (file.path().filename() == kTiles) continue;
      return absl::FailedPreconditionError(
          absl::StrCat(path_, " is no directory of tiles: it holds ",
                       file.path().filename().string(),
                       " and no checkpoint; name an empty or a new one"));
    }
    if (!error) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("cannot read ", path_, ": ", error.message()));
  }

  const std::string path_;
  const client::OpenFile held_;
};

}  // namespace

absl::Status WriteTiles(
    client::Client& client, const LogSnapshot& log, audit::TileWriter tiles,
    TileFileSink sink,
    const std::function<absl::Status(const audit::TileWriter&)>& after) {
  std::string bundle;
  const auto write = [&](const audit::Tile& tile,
                         absl::string_view bytes) -> absl::Status {
    if (tile.level == 0) {
      RETURN_IF_ERROR(sink(audit::EntryBundlePath(tile), bundle));
      bundle.clear();
    }
    return sink(audit::TilePath(tile), bytes);
  };
  RETURN_IF_ERROR(ForEachEntry(
      client, log, tiles.size() + 1, /*with_evidence=*/false,
      [&](const v1::EntryWithEvidence& entry) -> absl::Status {
        const std::string& leaf = entry.entry().leaf();
        audit::AppendToBundle(leaf, bundle);
        RETURN_IF_ERROR(tiles.Append(audit::LeafHash(leaf), write));
        return after(tiles);
      }));
  RETURN_IF_ERROR(CheckRoot(log, tiles.Root()));
  return tiles.Partials(write);
}

absl::StatusOr<ExportedTiles> ExportTiles(client::Client& client,
                                          const std::string& review,
                                          const std::string& dir,
                                          const Progress& progress) {
  ASSIGN_OR_RETURN(const LogSnapshot log, TakeSnapshot(client, review));
  RETURN_IF_ERROR(client::MakeDirectories(dir));
  const TileDirectory directory(dir);
  RETURN_IF_ERROR(directory.Lock());
  RETURN_IF_ERROR(directory.RemoveLeftovers());
  ASSIGN_OR_RETURN(const audit::Checkpoint before, directory.Tree(log));
  // The bundle of the last leaves is written anew.
  ASSIGN_OR_RETURN(
      audit::TileWriter tiles,
      audit::TileWriter::Load(
          before.size - before.size % audit::kTileWidth,
          [&](const audit::Tile& tile) { return directory.Read(tile); }));
  // Before anything of the directory is replaced: a tile that is filled ends
  // after its last leaf.
  const auto check = [&](const audit::TileWriter& so_far) -> absl::Status {
    progress(so_far.size(), log.head.size);
    if (so_far.size() != before.size || so_far.Root() == before.root) {
      return absl::OkStatus();
    }
    return directory.NotThisLog(
        absl::StrCat("it has the root ", audit::ToHex(before.root),
                     ", the tiles below it with the log's entries make ",
                     audit::ToHex(so_far.Root())));
  };
  RETURN_IF_ERROR(check(tiles));
  RETURN_IF_ERROR(WriteTiles(
      client, log, std::move(tiles),
      [&](const std::string& file, absl::string_view bytes) {
        return directory.Write(file, bytes);
      },
      check));
  RETURN_IF_ERROR(directory.WriteCheckpoint(log.note));
  return ExportedTiles{before.size, log.head.size};
}

}  // namespace tidemark::cli
