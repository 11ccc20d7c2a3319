// A witness: vouches that all who look at a log are shown one history of it
// (C2SP tlog-witness).
#ifndef TIDEMARK_WITNESS_WITNESS_H_
#define TIDEMARK_WITNESS_WITNESS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/cosignature.h"
#include "audit/ed25519.h"
#include "audit/note.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "rocksdb/file_system.h"
#include "storage/origin_files.h"
#include "witness/add_checkpoint.h"

namespace tidemark::witness {

// An answer over HTTP.
struct Answer {
  int code = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
};

// Whether a checkpoint may be cosigned of a log of which `held` is the last one
// that was; absent: none was. The root of an empty tree may be a wrong one.
//
// INVALID_ARGUMENT (answered as 400): the old size is larger than the
// checkpoint's. ABORTED (409): it is not the size of `held`.
// FAILED_PRECONDITION (422): the checkpoint does not extend `held`. Pure.
absl::Status CheckFollows(const std::optional<audit::Checkpoint>& held,
                          const AddCheckpointRequest& request,
                          const audit::Checkpoint& checkpoint);

struct WitnessOptions {
  // Of the witness's own key: who it is. Best a URL without its scheme.
  std::string name;
  audit::KeySeed seed = {};
  // Keys (C2SP vkey) of the logs that it follows. A log whose key was rotated
  // has several with one name, its origin.
  std::vector<std::string> logs;
  // Directory that keeps the last checkpoint that was cosigned of each log;
  // created if missing. Never put an older copy in its place.
  std::string state_dir;
  // Time source. Not owned; must outlive the witness.
  Clock* clock = SystemClock();
  // All file writes go through it. Null: the operating system's.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

// Thread-safe.
class Witness {
 public:
  // INVALID_ARGUMENT: a name or key is none, no log is named, or one twice.
  // FAILED_PRECONDITION: another process has the directory. A log whose file is
  // damaged is no error: damaged_logs() names it, and its requests are refused.
  static absl::StatusOr<std::unique_ptr<Witness>> Create(
      const WitnessOptions& options);

  // Its own key, to be published.
  const std::string& vkey() const { return cosigner_.vkey(); }

  // Answers the body of a request. Whatever it cosigns is on disk before it
  // answers: of two requests at a time that start from one checkpoint, one gets
  // 409. 500: the disk fails, or the log's file is damaged; nothing was
  // cosigned.
  Answer AddCheckpoint(absl::string_view body);

  // Why, for each log whose file is damaged.
  std::vector<absl::Status> DamagedLogs();

 private:
  Witness(audit::Cosigner cosigner, audit::WitnessKey own_key,
          std::unique_ptr<storage::OriginFiles> files,
          const WitnessOptions& options);

  // A checkpoint of a log that is followed, with the lines of its keys only.
  struct Submitted {
    audit::Checkpoint checkpoint;
    std::string text;
    std::string lines;
  };

  // INVALID_ARGUMENT: it is no checkpoint. NOT_FOUND: of a log that is not
  // followed. PERMISSION_DENIED: none of the log's keys signed it, or one
  // badly.
  absl::StatusOr<Submitted> Open(absl::string_view note) const;
  // The last checkpoint that was cosigned. DATA_LOSS: its file is damaged.
  absl::StatusOr<std::optional<audit::Checkpoint>> Held(
      const std::string& origin) const;
  // Makes it the last one; the cosignature.
  absl::StatusOr<std::string> Cosign(const Submitted& submitted)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const audit::Cosigner cosigner_;
  const audit::WitnessKey own_key_;
  const std::unique_ptr<storage::OriginFiles> files_;
  Clock* const clock_;
  // By origin.
  std::map<std::string, std::vector<audit::Verifier>> logs_;
  // Held from the look at a file until its replacement is durable.
  Mutex mutex_;
};

}  // namespace tidemark::witness

#endif  // TIDEMARK_WITNESS_WITNESS_H_
