// Rewrites the files of a database.
#ifndef TIDEMARK_STORAGE_COMPACTION_H_
#define TIDEMARK_STORAGE_COMPACTION_H_

#include <string>

#include "absl/status/status.h"
#include "rocksdb/file_system.h"
#include "storage/database.h"

namespace tidemark::storage {

// Flushes what is in memory and rewrites every table, so that no file in `path`
// holds a value that was overwritten before the call: neither tables nor the
// write-ahead log. Returns once the files from before are deleted; Unavailable,
// if reads hold some for a minute. Writes go on meanwhile. O(data).
absl::Status Compact(const Database& database, rocksdb::FileSystem& file_system,
                     const std::string& path);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_COMPACTION_H_
