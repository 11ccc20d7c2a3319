// Makes the data of a server from a backup, without a server.
#ifndef TIDEMARK_SERVER_RESTORE_DATA_H_
#define TIDEMARK_SERVER_RESTORE_DATA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"

namespace tidemark::server {

struct RestoreOptions {
  // That AdminService.Backup wrote to. Only read.
  std::string backup_dir;
  // Which of them. 0: the newest.
  int64_t backup_id = 0;
  // Directory to make; not there yet, or empty. Its parent is there.
  std::string data_dir;
  // File of the key that the logs are signed with. It goes on signing them.
  std::string key_path;
  // Why, 1-2000 bytes. Goes into every log.
  std::string reason;
  Clock* clock = SystemClock();
};

// A log that goes on from a backup.
struct RestoredLog {
  std::string review;
  // Its first new entry, which says so.
  int64_t sequence = 0;
  // From that entry on. Its name, the log's origin, is new.
  std::string vkey;
};

struct RestoredData {
  int64_t backup_id = 0;
  // When the backup was made.
  int64_t backup_unix_seconds = 0;
  // By review; the server's own log is `system`.
  std::vector<RestoredLog> logs;
};

// Copies the backup to DATA_DIR.partial, verifies it, replays every log, begins
// a new epoch in each with an entry `log.restore`, and only then gives the
// directory its name: whatever happens, DATA_DIR is not there or whole. The
// epoch is the second of the restore, or one more than the largest so far: two
// restores, unless of the same second, make logs of different names.
//
// FailedPrecondition: DATA_DIR is there, or DATA_DIR.partial, which a restore
// that was killed left; remove that. NotFound: no such backup, or no key file.
// DataLoss, naming what is wrong: the backup is damaged or of another one's
// files, or its logs are not signed with this key. InvalidArgument: the reason.
// After an error nothing is left behind. O(size of the data + their replay).
absl::StatusOr<RestoredData> RestoreData(const RestoreOptions& options);

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_RESTORE_DATA_H_
