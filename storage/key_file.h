// The server's signing keys on disk: a text line for each,
// "tidemark-ed25519-seed-v1 <64 lower-case hex digits>\n", mode 0600. The first
// is the key in use; others follow while a log still needs them
// (server/key_rotation.h).
#ifndef TIDEMARK_STORAGE_KEY_FILE_H_
#define TIDEMARK_STORAGE_KEY_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/note.h"
#include "rocksdb/file_system.h"

namespace tidemark::storage {

// The key in use, then older ones, newest first. Never empty, all different.
using KeyRing = std::vector<audit::KeySeed>;

struct KeyFileOptions {
  // Keep it in a directory apart from the data, so that a copy of the data is
  // not a copy of the key. Its directory is created (mode 0700) if missing.
  std::string path;
  // Null means the default one.
  std::shared_ptr<rocksdb::FileSystem> file_system;
  bool create_if_missing = true;
};

// The keys; one is made and stored durably on the first call. NotFound: missing
// and not asked to create. PermissionDenied: group or others may access the
// file. DataLoss: it does not hold keys. A key that is there is never
// overwritten.
absl::StatusOr<KeyRing> LoadKeyFile(const KeyFileOptions& options);

// Puts the ring in the place of the one that is there: atomic, and durable on
// return. Errors of the disk, after which either may be there.
absl::Status ReplaceKeyFile(const KeyFileOptions& options, const KeyRing& ring);

// Where the key file of a data directory is, unless an operator says otherwise.
struct KeyPlace {
  std::string path;
  // Not empty: the file is among the data, where earlier builds put it, and
  // should be moved here.
  std::string move_to;
};

// `DATA.keys/signing-key`, beside the directory DATA; or, if only that is
// there, DATA/signing-key. FailedPrecondition: both are there, and only one can
// be the key of the data.
absl::StatusOr<KeyPlace> FindKeyPlace(absl::string_view data_dir);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_KEY_FILE_H_
