#include "storage/compaction.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/failpoint.h"
#include "base/status_macros.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "storage/rocksdb_status.h"

namespace tidemark::storage {
namespace {

// How long, and in which steps, to wait for readers of the old files.
constexpr int kMostSteps = 6000;
constexpr std::chrono::milliseconds kStep(10);

// The files of the directory with this ending that hold anything.
absl::StatusOr<std::set<std::string>> FilesOf(rocksdb::FileSystem& file_system,
                                              const std::string& path,
                                              absl::string_view ending) {
  const rocksdb::IOOptions options;
  std::vector<std::string> children;
  RETURN_IF_ERROR(ToStatus(
      file_system.GetChildren(path, options, &children, nullptr), path));
  std::set<std::string> files;
  for (const std::string& child : children) {
    if (!absl::EndsWith(child, ending)) continue;
    uint64_t size = 0;
    const rocksdb::Status status = file_system.GetFileSize(
        absl::StrCat(path, "/", child), options, &size, nullptr);
    // One that was just deleted is none.
    if (status.ok() && size > 0) files.insert(child);
  }
  return files;
}

std::vector<rocksdb::ColumnFamilyHandle*> HandlesOf(const Database& database) {
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  for (int i = 0; i < kTables; ++i) {
    handles.push_back(database.Handle(static_cast<Table>(i)));
  }
  return handles;
}

absl::Status DeleteObsolete(rocksdb::DB& database, const std::string& path) {
  // Deletes here and now; else it is done at some time.
  RETURN_IF_ERROR(ToStatus(database.DisableFileDeletions(), path));
  return ToStatus(database.EnableFileDeletions(/*force=*/false), path);
}

}  // namespace

absl::Status Compact(const Database& database, rocksdb::FileSystem& file_system,
                     const std::string& path) {
  rocksdb::DB& rocksdb = database.rocksdb();
  ASSIGN_OR_RETURN(std::set<std::string> old_files,
                   FilesOf(file_system, path, ".log"));
  RETURN_IF_ERROR(ToStatus(
      rocksdb.Flush(rocksdb::FlushOptions(), HandlesOf(database)), path));
  TIDEMARK_FAILPOINT("compacting");
  ASSIGN_OR_RETURN(const std::set<std::string> tables,
                   FilesOf(file_system, path, ".sst"));
  old_files.insert(tables.begin(), tables.end());
  rocksdb::CompactRangeOptions options;
  // Also where nothing seems to be overwritten.
  options.bottommost_level_compaction =
      rocksdb::BottommostLevelCompaction::kForce;
  for (rocksdb::ColumnFamilyHandle* handle : HandlesOf(database)) {
    RETURN_IF_ERROR(ToStatus(
        rocksdb.CompactRange(options, handle, nullptr, nullptr), path));
  }
  std::vector<std::string> left;
  for (int step = 0; step < kMostSteps; ++step) {
    RETURN_IF_ERROR(DeleteObsolete(rocksdb, path));
    ASSIGN_OR_RETURN(std::set<std::string> now,
                     FilesOf(file_system, path, ".sst"));
    ASSIGN_OR_RETURN(std::set<std::string> logs,
                     FilesOf(file_system, path, ".log"));
    now.merge(logs);
    left.clear();
    std::set_intersection(old_files.begin(), old_files.end(), now.begin(),
                          now.end(), std::back_inserter(left));
    if (left.empty()) return absl::OkStatus();
    std::this_thread::sleep_for(kStep);
  }
  return absl::UnavailableError(absl::StrCat(
      path, " is rewritten, but reads that do not end hold files ",
      "from before: ", absl::StrJoin(left, ", "), "; compact again"));
}

}  // namespace tidemark::storage
