// Online backups of a store.
#ifndef TIDEMARK_STORAGE_BACKUP_H_
#define TIDEMARK_STORAGE_BACKUP_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "rocksdb/file_system.h"
#include "storage/anchor.h"
#include "storage/backup_directory.h"
#include "storage/review_store.h"

namespace tidemark::storage {

struct BackupOptions {
  // Holds backups of this store only. Created if missing, in a parent that is
  // there.
  std::string directory;
  // How many finished backups stay, this one included; 0: all.
  int64_t keep = 0;
  // Who makes it, as one line.
  std::string build;
  // Asked now and then, on any thread: whether to give the backup up. May be
  // empty.
  std::function<bool()> is_cancelled;
  // Null means the default one.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

struct MadeBackup {
  int64_t id = 0;
  BackupContents contents;
};

// Copies the open store while others read and write it, and the anchor as it
// was before: so the copy must reach it. Verifies the copy
// (BackupDirectory::Verify), and only then deletes older ones. Files that an
// earlier backup holds are shared with it. A backup is there once all that is
// done: what a crash leaves of one is no backup, and removed by the next.
//
// FailedPrecondition: another backup is being made there, or the directory
// holds those of another store. DataLoss: the copy does not verify, and was
// deleted; the message names what diverges. Cancelled. ResourceExhausted,
// Unavailable: the disk; also if the store stopped writing meanwhile, for a
// backup must not hold up KvStore::Reopen. O(size of the store) reads, O(what
// is new) writes.
absl::StatusOr<MadeBackup> MakeBackup(const ReviewStore& store,
                                      const Anchor& anchor,
                                      const BackupOptions& options);

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_BACKUP_H_
