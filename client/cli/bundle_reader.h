// Reads a bundle (docs/formats.md) without holding more than a few entries.
#ifndef TIDEMARK_CLIENT_CLI_BUNDLE_READER_H_
#define TIDEMARK_CLIENT_CLI_BUNDLE_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/tiles.h"
#include "client/cli/bundle.pb.h"
#include "client/cli/bundle_archive.h"
#include "client/cli/bundle_layout.h"
#include "tidemark/v1/audit_service.pb.h"
#include "tidemark/v1/log.pb.h"
#include "tidemark/v1/review.pb.h"

namespace tidemark::cli {

// Errors of all methods and of the cursors are DATA_LOSS with a finding
// (review/finding.h) that names the member: what is missing, too long, or not
// of its format. Nothing is believed to be true: that is for who reads.
// Thread-compatible.
class BundleReader {
 public:
  // Checks that the members are those of a log of this size, in their order,
  // and no others, and reads the small ones. NOT_FOUND: no file.
  static absl::StatusOr<BundleReader> Open(const std::string& path);

  const BundleManifest& manifest() const { return manifest_; }
  const v1::ListKeysResponse& keys() const { return keys_; }
  // Of the head: a signed note.
  const std::string& checkpoint() const { return checkpoint_; }
  const v1::Review& protocol() const { return protocol_; }

  // Visits the checkpoints before the head, in the order in which they stand.
  // Ends with the first error of `visit`.
  absl::Status ForEachCheckpoint(
      const std::function<absl::Status(const BundleCheckpoint&)>& visit) const;

  // The bytes of a tile.
  absl::StatusOr<std::string> Tile(const audit::Tile& tile) const;

  // What an entry wrote. Reads over those of its group before it.
  absl::StatusOr<v1::Evidence> EvidenceOf(int64_t sequence) const;

  const std::string& path() const { return path_; }

 private:
  explicit BundleReader(const std::string& path) : path_(path) {}
  absl::Status CheckMembers(const std::string& manifest) const;
  absl::Status ReadSmallMembers();

  const std::string path_;
  BundleManifest manifest_;
  v1::ListKeysResponse keys_;
  std::string checkpoint_;
  v1::Review protocol_;
};

// Goes over members in their order. Thread-compatible.
class BundleCursor {
 public:
  explicit BundleCursor(const std::string& path) : path_(path) {}
  // Goes on to this member; the reader is there until the next call.
  absl::StatusOr<ArchiveReader*> GoTo(const std::string& member);

 private:
  const std::string path_;
  std::unique_ptr<ArchiveReader> archive_;
};

// The leaves, one after another. Holds those of one entry bundle.
class LeafCursor {
 public:
  explicit LeafCursor(const BundleReader& bundle)
      : size_(bundle.manifest().head.size), members_(bundle.path()) {}
  // Of the next sequence, up to the last. Its bytes are valid until the call
  // after.
  absl::StatusOr<absl::string_view> Next();

 private:
  const int64_t size_;
  BundleCursor members_;
  int64_t read_ = 0;
  std::string group_;
  absl::string_view rest_;
};

// What the entries wrote, one after another. Holds one of them.
class EvidenceCursor {
 public:
  explicit EvidenceCursor(const BundleReader& bundle)
      : size_(bundle.manifest().head.size), members_(bundle.path()) {}
  // Of the next sequence, up to the last.
  absl::StatusOr<v1::Evidence> Next();

 private:
  absl::StatusOr<v1::Evidence> ReadNext();

  const int64_t size_;
  BundleCursor members_;
  int64_t read_ = 0;
  ArchiveReader* group_ = nullptr;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_BUNDLE_READER_H_
