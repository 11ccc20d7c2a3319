// The anchor: the last signed checkpoint of each review, in one file outside
// the key-value store, which cannot tell by itself that it lost acknowledged
// data.
//
// Each review has a record of two slots, each a disk sector of its own; an
// update overwrites the older one in place, so that a torn write leaves the
// other. docs/formats.md gives the bytes.
#ifndef TIDEMARK_STORAGE_ANCHOR_H_
#define TIDEMARK_STORAGE_ANCHOR_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "audit/sha256.h"
#include "base/mutex.h"
#include "rocksdb/file_system.h"
#include "storage/anchor_slot.h"

namespace tidemark::storage {

struct AnchoredCheckpoint {
  std::string review;
  int64_t size = 0;
  audit::Digest root = {};
  // The signed checkpoint; not looked into.
  std::string note;
};

struct AnchorOptions {
  // The file, in a directory that exists. Best on another device than the
  // store.
  std::string path;
  // Null means the default one.
  std::shared_ptr<rocksdb::FileSystem> file_system;
  // The store has reviews, so a missing file is a lost one, not a first start.
  bool must_exist = false;
  // Neither creates nor updates; a missing file is an error.
  bool read_only = false;
};

// Thread-safe. At most one process may have the file open for updates: open the
// store, which locks, first.
class Anchor {
 public:
  // Opens the file, or creates an empty one. DataLoss: missing though it must
  // exist, or a record with no good slot. NotFound: missing and read_only, or
  // its directory is.
  static absl::StatusOr<std::unique_ptr<Anchor>> Open(
      const AnchorOptions& options);

  // Makes these the anchored checkpoints of their reviews; durable on return.
  // One 4 KiB write a review and one sync in all; one write and one sync more
  // if a review is new to the file.
  //
  // FailedPrecondition, with nothing written, if a size shrinks or an equal
  // size has another root: that would sign away history. InvalidArgument if a
  // review occurs twice or does not fit its slot. After an I/O error
  // (ResourceExhausted, Unavailable) every further update is refused until the
  // file is opened again.
  absl::Status Update(absl::Span<const AnchoredCheckpoint> checkpoints);

  // NotFound if the review has none.
  absl::StatusOr<AnchoredCheckpoint> Find(absl::string_view review) const;

  // By review, ascending.
  std::vector<AnchoredCheckpoint> All() const;

  const std::string& path() const { return path_; }

 private:
  // Where the newest slot of a review is, and what it says.
  struct Record {
    int64_t number = 0;
    int64_t generation = 0;
    AnchoredCheckpoint checkpoint;
  };

  explicit Anchor(std::string path) : path_(std::move(path)) {}

  absl::Status Load(absl::string_view file)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The records as they will be, in the order of `checkpoints`; or why not.
  absl::StatusOr<std::vector<Record>> Plan(
      absl::Span<const AnchoredCheckpoint> checkpoints) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status WriteAndSync(absl::Span<const AnchorSlot> slots)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  mutable Mutex mutex_;
  // Null if read-only.
  std::unique_ptr<rocksdb::FSRandomRWFile> file_ ABSL_GUARDED_BY(mutex_);
  // Of record 0, which holds the number of the others.
  int64_t header_generation_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, Record> records_ ABSL_GUARDED_BY(mutex_);
  // By number: generations of records beyond those that the header counts. A
  // header that fell back to its older slot leaves whole ones.
  std::map<int64_t, int64_t> uncounted_ ABSL_GUARDED_BY(mutex_);
  // The first I/O error.
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_ANCHOR_H_
