// The server's signing key on disk: one text line,
// "tidemark-ed25519-seed-v1 <64 lower-case hex digits>\n", mode 0600.
#ifndef TIDEMARK_STORAGE_KEY_FILE_H_
#define TIDEMARK_STORAGE_KEY_FILE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "audit/note.h"
#include "rocksdb/file_system.h"

namespace tidemark::storage {

struct KeyFileOptions {
  // Keep it in a directory apart from the data, so that a copy of the data is
  // not a copy of the key. Its directory is created (mode 0700) if missing.
  std::string path;
  // Null means the default one.
  std::shared_ptr<rocksdb::FileSystem> file_system;
  bool create_if_missing = true;
};

// The key, made and stored durably on the first call. NotFound: missing and not
// asked to create. PermissionDenied: group or others may access the file.
// DataLoss: it does not hold a key. A key that is there is never overwritten.
absl::StatusOr<audit::KeySeed> LoadKeyFile(const KeyFileOptions& options);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_KEY_FILE_H_
