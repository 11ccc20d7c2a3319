// The anchor: the last signed checkpoint of each review, in one file outside
// the key-value store, which cannot tell by itself that it lost acknowledged
// data.
//
// Each review has a record of two slots, each a disk sector of its own, with
// generation and SHA-256; an update overwrites the older one in place, so a
// torn write leaves the newer. docs/formats.md gives the bytes.
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

namespace tidemark::storage {

struct AnchoredCheckpoint {
  std::string review;
  int64_t size = 0;
  audit::Digest root = {};
  // The signed checkpoint; not looked into.
  std::string note;
};

struct AnchorOptions {
  // The file. Best on another device than the store.
  std::string path;
  // Null means the default one.
  std::shared_ptr<rocksdb::FileSystem> file_system;
  // The store has reviews, so a missing file is a lost one, not a first start.
  bool must_exist = false;
  // Neither creates nor updates; a missing file is an error.
  bool read_only = false;
};

// Thread-safe.
class Anchor {
 public:
  // Opens the file, or creates an empty one. DataLoss: missing though it must
  // exist, or a record with no good slot. NotFound: missing and read_only.
  static absl::StatusOr<std::unique_ptr<Anchor>> Open(
      const AnchorOptions& options);
  ~Anchor();

  // Makes these the anchored checkpoints of their reviews; durable on return.
  // One write a review and one sync in all, 0.1 ms here; two syncs if a review
  // is new to the file.
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
  struct Record {
    int64_t number = 0;
    uint64_t generation = 0;
    AnchoredCheckpoint checkpoint;
  };
  Anchor() = default;

  std::string path_;
  mutable Mutex mutex_;
};

}  // namespace tidemark::storage

#endif  // TIDEMARK_STORAGE_ANCHOR_H_
