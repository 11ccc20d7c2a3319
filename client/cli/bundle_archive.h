// A zip file, written and read member after member.
//
// Zip, because what opens it is everywhere, and because it has an index: a
// member is read without those before it. Through libarchive.
#ifndef TIDEMARK_CLIENT_CLI_BUNDLE_ARCHIVE_H_
#define TIDEMARK_CLIENT_CLI_BUNDLE_ARCHIVE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/durable_file.h"

struct archive;  // Of libarchive.

namespace tidemark::cli {

struct ArchiveDeleter {
  void operator()(archive* handle) const;
};

// Writes FILE.new, which Finish() puts in the place of FILE; without it nothing
// stays. Nothing of the clock or the user goes in: the same members give the
// same bytes (with one version of zlib). Thread-compatible.
class ArchiveWriter {
 public:
  // FAILED_PRECONDITION: the file cannot be made, or another writer makes it.
  static absl::StatusOr<std::unique_ptr<ArchiveWriter>> Create(
      const std::string& path);
  ~ArchiveWriter();

  // Starts the next member, of any length. UNAVAILABLE: it cannot be written;
  // so with the others.
  absl::Status Begin(const std::string& name);
  absl::Status Write(absl::string_view bytes);
  // Begin, Write.
  absl::Status Add(const std::string& name, absl::string_view bytes);
  // Durable on return.
  absl::Status Finish();

 private:
  explicit ArchiveWriter(const std::string& path);
  absl::Status CannotWrite() const;

  const std::string path_;
  const std::string temporary_;
  const client::OpenFile file_;
  // Whether temporary_ is to be removed.
  bool is_ours_ = true;
  std::unique_ptr<archive, ArchiveDeleter> archive_;
};

// Reads the members that the index of a zip file lists, in the order in which
// they lie in the file. What is malformed, or does not have its checksum, is
// DATA_LOSS, naming file and member. Holds one buffer. Thread-compatible.
class ArchiveReader {
 public:
  // NOT_FOUND: the file cannot be read.
  static absl::StatusOr<std::unique_ptr<ArchiveReader>> Open(
      const std::string& path);

  // Goes to the next member and returns its name; absent after the last.
  // DATA_LOSS, besides: it is no plain file.
  absl::StatusOr<std::optional<std::string>> Next();

  // The rest of the member. DATA_LOSS, besides: it is longer than `most` bytes.
  absl::StatusOr<std::string> ReadAll(size_t most);

  // The next line without its end; absent at the end of the member. DATA_LOSS,
  // besides: it is longer than `most` bytes, or the last line has no end.
  absl::StatusOr<std::optional<std::string>> ReadLine(size_t most);

 private:
  explicit ArchiveReader(const std::string& path) : path_(path) {}
  absl::Status Bad(absl::string_view why) const;
  // Libarchive's own reason.
  absl::Status Bad() const;
  // More of the member into buffer_; whether there was any.
  absl::StatusOr<bool> Fill();

  const std::string path_;
  std::unique_ptr<archive, ArchiveDeleter> archive_;
  std::string member_;
  // Of the member, not yet taken.
  std::string buffer_;
};

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLIENT_CLI_BUNDLE_ARCHIVE_H_
