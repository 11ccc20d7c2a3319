// Reads the backups of a store that a directory holds (storage/backup.h makes
// them): RocksDB's BackupEngine keeps the database there, and beside it stands
// `anchor-N`, the anchor that backup N has to reach. docs/formats.md has the
// layout.
#ifndef TIDEMARK_STORAGE_BACKUP_DIRECTORY_H_
#define TIDEMARK_STORAGE_BACKUP_DIRECTORY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/sha256.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "rocksdb/utilities/backup_engine.h"
#include "storage/anchor.h"
#include "storage/verify_anchor.h"

namespace tidemark::storage {

// What a backup says of itself: its metadata in RocksDB's description of it.
struct BackupLabel {
  int64_t id = 0;
  // RocksDB's identity of the store that was copied.
  std::string store;
  // Of the bytes of its anchor file.
  audit::Digest anchor = {};
  // Build that made it.
  std::string build;
};

std::string FormatBackupLabel(const BackupLabel& label);
// The inverse. DataLoss for anything else.
absl::StatusOr<BackupLabel> ParseBackupLabel(absl::string_view text);

// What was found to be in a backup.
struct BackupContents {
  // When it was made.
  int64_t unix_seconds = 0;
  // What it had to reach, by review.
  std::vector<AnchoredCheckpoint> anchored;
  // What it holds of each log, by review; their status is OK.
  std::vector<AnchorCheck> logs;
};

// As of Open. Thread-safe.
class BackupDirectory {
 public:
  // NotFound: there is no such directory. Null means the default file system.
  static absl::StatusOr<std::unique_ptr<BackupDirectory>> Open(
      const std::string& path,
      std::shared_ptr<rocksdb::FileSystem> file_system);

  // Backups that are finished, ascending: those with an anchor file.
  const std::vector<int64_t>& ids() const { return ids_; }

  // What backup `id`, finished or not, says of itself. NotFound: it is not
  // there. DataLoss: it is damaged, or says to be another one.
  absl::StatusOr<BackupLabel> Label(int64_t id) const;

  // Opens the backup where it is and checks it: every byte against RocksDB's
  // checksums, the anchor file against the label, every log against the anchor.
  // Errors of Label; DataLoss, naming what diverges. O(its size).
  absl::StatusOr<BackupContents> Verify(int64_t id) const;
  // The same with an anchor file that does not have its name yet.
  absl::StatusOr<BackupContents> Verify(int64_t id,
                                        const std::string& anchor_path) const;

  // Copies the backup, once it was verified, to DATA_DIR/db and DATA_DIR/anchor
  // in a directory that exists; durable on return.
  absl::Status CopyTo(int64_t id, const std::string& data_dir) const;

  std::string AnchorPath(int64_t id) const;

 private:
  BackupDirectory(const std::string& path,
                  std::shared_ptr<rocksdb::FileSystem> file_system);

  absl::StatusOr<rocksdb::BackupInfo> Info(int64_t id, bool files) const;
  absl::Status ReadIds();

  const std::string path_;
  const std::shared_ptr<rocksdb::FileSystem> file_system_;
  const std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::BackupEngineReadOnly> engine_;
  std::vector<int64_t> ids_;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_BACKUP_DIRECTORY_H_
