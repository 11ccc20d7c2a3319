// The one conversion from RocksDB's statuses to ours.
#ifndef TIDEMARK_STORAGE_ROCKSDB_STATUS_H_
#define TIDEMARK_STORAGE_ROCKSDB_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/status.h"

namespace tidemark::storage {

// `what` (a path, with what was done to it) begins the message. Corruption, or
// a file gone missing, is DataLoss; a full disk ResourceExhausted; other I/O
// errors and a store that is busy or closing Unavailable; a missing key
// NotFound; the rest Internal.
absl::Status ToStatus(const rocksdb::Status& status, absl::string_view what);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_ROCKSDB_STATUS_H_
