// What a client knows of the logs of a server: their keys, and the last
// checkpoint of each that it saw.
#ifndef TIDEMARK_CLIENT_KNOWN_LOGS_H_
#define TIDEMARK_CLIENT_KNOWN_LOGS_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/checkpoint.h"
#include "audit/note.h"
#include "base/mutex.h"

namespace tidemark::client {

struct KnownLog {
  // C2SP vkey; its name is the log's origin.
  std::string vkey;
  // Signed note of `checkpoint`, which was verified.
  std::string note;
  audit::Checkpoint checkpoint;
};

// The log of a key and a signed checkpoint. INVALID_ARGUMENT: one of them is
// malformed, or of another log. UNAUTHENTICATED: another key signed. DATA_LOSS:
// the signature is bad.
absl::StatusOr<KnownLog> OpenKnownLog(absl::string_view vkey,
                                      absl::string_view note);

// Whether it is `tidemark/KEY/REVIEW/EPOCH` (docs/formats.md) of this review: a
// server must not pass off the log of one review as that of another.
bool IsOriginOf(absl::string_view origin, absl::string_view review_id);

// Thread-safe. In a directory, also safe against other processes.
class KnownLogs {
 public:
  // Of one server, whose name is `target`. With a directory, which is created
  // if it is missing, every log has a file there (docs/formats.md); without
  // one, they are forgotten with the object. FAILED_PRECONDITION: the directory
  // cannot be used.
  static absl::StatusOr<std::unique_ptr<KnownLogs>> Open(
      const std::string& directory, const std::string& target);

  // Reads the file and checks the signature in it. DATA_LOSS, naming the file:
  // it is damaged.
  absl::StatusOr<std::optional<KnownLog>> Find(
      const std::string& review_id) const;

  // Compare and swap: keeps `next` if `known`, an answer of Find(), is still
  // what is known, and says whether it was. Atomic and durable on return: the
  // file is synced, then takes the place of the old one, under a lock (flock)
  // that all processes respect, and the directory is synced.
  absl::StatusOr<bool> Replace(const std::string& review_id,
                               const std::optional<KnownLog>& known,
                               const KnownLog& next);

  // File of a log, whether it is there or not. Empty without a directory.
  std::string FileOf(const std::string& review_id) const;

  const std::string& target() const { return target_; }

 private:
  KnownLogs(const std::string& directory, const std::string& target)
      : directory_(directory), target_(target) {}

  std::string FileText(const std::string& review_id,
                       const KnownLog& known) const;

  const std::string directory_;
  const std::string target_;
  mutable Mutex mutex_;
  // Only without a directory.
  std::map<std::string, KnownLog> in_memory_ ABSL_GUARDED_BY(mutex_);
};

// The key of the log with this origin, in any file of the directory. NOT_FOUND:
// none has it. FAILED_PRECONDITION: two files have different keys for it.
// Reads every file.
absl::StatusOr<std::string> FindKeyOfOrigin(const std::string& directory,
                                            absl::string_view origin);

}  // namespace tidemark::client

#endif  // TIDEMARK_CLIENT_KNOWN_LOGS_H_
