// The cosignatures that witnesses gave, kept between runs.
#ifndef TIDEMARK_SERVER_COSIGNED_CHECKPOINTS_H_
#define TIDEMARK_SERVER_COSIGNED_CHECKPOINTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/cosignature.h"
#include "audit/note_format.h"
#include "base/mutex.h"
#include "rocksdb/file_system.h"
#include "storage/origin_files.h"

namespace tidemark::server {

// Of each log (by origin) the newest checkpoint that each set of witnesses
// cosigned: one is dropped once a newer one has the cosignatures of all of its
// witnesses. So whatever quorum was there stays there until a newer one is.
//
// In a file for each log (docs/formats.md). Who reads cosignatures checks them;
// that a file is as it was written is checked here. One that is not is said on
// standard error, and begun anew: witnesses cosign again what they have
// cosigned. Reads are thread-safe; one thread adds.
class CosignedCheckpoints {
 public:
  // As of storage::OriginFiles.
  static absl::StatusOr<std::unique_ptr<CosignedCheckpoints>> Open(
      const std::string& directory,
      std::shared_ptr<rocksdb::FileSystem> file_system);

  // Signed notes by descending size. Errors are those of the disk.
  absl::StatusOr<std::vector<std::string>> List(const std::string& origin);

  // Size of the largest checkpoint that the witness cosigned; 0: of none.
  absl::StatusOr<int64_t> SizeOf(const std::string& origin,
                                 const audit::NoteKey& witness);

  // Adds cosignatures of one witness (its lines) to the checkpoint's note, as
  // the log signed it; they have been verified. Durable on return. On an error
  // nothing changes.
  absl::Status Add(absl::string_view note, const audit::NoteKey& witness,
                   absl::string_view lines);

 private:
  using Cosigner = std::pair<std::string, audit::KeyId>;
  struct Kept {
    int64_t size = 0;
    std::string note;
    std::set<Cosigner> cosigners;
  };

  explicit CosignedCheckpoints(std::unique_ptr<storage::OriginFiles> files)
      : files_(std::move(files)) {}

  static absl::StatusOr<Kept> ParseKept(absl::string_view note);
  static absl::StatusOr<std::vector<Kept>> ParseFile(absl::string_view content);
  static std::string FormatFile(const std::vector<Kept>& kept);
  // By descending size.
  absl::StatusOr<std::vector<Kept>> Load(const std::string& origin);

  const std::unique_ptr<storage::OriginFiles> files_;
  Mutex mutex_;
  // What was loaded, by origin.
  std::map<std::string, std::vector<Kept>> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::server

#endif  // TIDEMARK_SERVER_COSIGNED_CHECKPOINTS_H_
